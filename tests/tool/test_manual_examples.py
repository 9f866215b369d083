# SPDX-License-Identifier: BSD-2-Clause
"""The examples of the manuals are run, and print what the pages show."""
import pathlib
import re
import shutil
import subprocess

import pytest

from lib.daemon import ROOT, program
from lib.records import line, record

PAGES = ["policy/ses-policy.1", "policy/ses-policy-lint.7"]
COMMANDS = ["eval", "lint", "test", "replay", "keys", "diff"]


def displays(page: str) -> list[str]:
    """The literal displays that begin with a command, as a terminal shows them."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.findall(r"^\.Bd -literal.*\n((?s:.*?))^\.Ed$", text, re.M)
    return [re.sub(r"^\\&", "", display, flags=re.M).replace("\\e", "\\") for display in found if display.startswith("$ ")]


def steps(display: str) -> list[tuple[str, str]]:
    """Each command, with what is shown below it."""
    return re.findall(r"^\$ ((?:.*\\\n)*.*\n)((?:(?!\$ ).*\n)*)", display, re.M)


@pytest.fixture
def place(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder with the example policies, yesterday's records, and the tool on the path."""
    for path in (ROOT / "contrib" / "examples").glob("*.json"):
        shutil.copy(path, tmp_path)
    yesterday = record(1, recipients=("ann@example.org", "eve@evil.test"), id="1ng9w090ms40000", queue_id="4bGx1c2Y3zJ")
    (tmp_path / "decisions.jsonl").write_text(line(yesterday))
    (tmp_path / "billing.jsonl").write_text("".join(line(record(number)) for number in range(1, 61)))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "ses-policy").symlink_to(program("ses-policy"))
    return tmp_path


@pytest.mark.parametrize("page, number", [(page, number) for page in PAGES for number in range(len(displays(page)))])
def test_example(page: str, number: int, place: pathlib.Path) -> None:
    """The pages break long lines, so blanks and ends of lines count alike. A file that is shown with cat is made from the page."""
    for command, shown in steps(displays(page)[number]):
        if file := re.fullmatch(r"cat (\S+)\n", command):
            (place / file.group(1)).write_text(shown, encoding="utf-8")
            continue
        done = subprocess.run(["/bin/sh", "-c", command], cwd=place, env={"PATH": f"{place}/bin:/usr/bin:/bin"}, capture_output=True,
                              text=True, timeout=300, check=False)
        assert done.stderr == ""
        assert done.stdout.split() == shown.split(), command


def test_every_command_has_an_example() -> None:
    shown = {re.match(r"ses-policy (\S+)", command).group(1) for display in displays(PAGES[0]) for command, _ in steps(display)
             if not command.startswith("cat ")}
    assert shown >= set(COMMANDS)
