# SPDX-License-Identifier: BSD-2-Clause
"""ThreadSanitizer is asked of the unit programs in which threads can meet, and of no other: the list of them is whole."""
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(os.environ.get("BUILD_DIR", ROOT / "build" / "plain")) / "tests" / "unit"
START = re.compile(r" U (?:pthread_create|thrd_create|g_thread_\w*new|timer_create)\b")


def listed() -> set[str]:
    text = re.search(r"^threaded_programs = ((?:.*\\\n)*.*)", (ROOT / "tests/Makefile.am").read_text(encoding="utf-8"), re.M)
    return set(text[1].replace("\\", " ").split())


def starts_threads(program: pathlib.Path) -> bool:
    return bool(START.search(subprocess.run(["nm", "-uD", program], capture_output=True, text=True, check=True).stdout))


def test_the_list_is_whole() -> None:
    """Of the programs that are built: before `make check` that may be some of them."""
    programs = {f"unit/{path.name}": path for path in PROGRAMS.glob("test_*") if re.fullmatch(r"test_\w+", path.name) and os.access(path, os.X_OK)}
    assert listed() & programs.keys() == {name for name, path in programs.items() if starts_threads(path)}
