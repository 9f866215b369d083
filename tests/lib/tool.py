# SPDX-License-Identifier: BSD-2-Clause
"""The tool under test: run to its end, and held against golden files."""
import json
import os
import pathlib
import subprocess

from lib.daemon import ROOT, SANITIZER, program

GOLDEN = ROOT / "tests" / "tool" / "golden"


def run(*arguments: object, stdin: str | bytes = b"", env: dict[str, str] | None = None,
        cwd: pathlib.Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run the tool in the project's folder, so that the names of files are the same everywhere."""
    done = subprocess.run([program("ses-policy"), *map(str, arguments)], cwd=cwd, capture_output=True, timeout=300, check=False,
                          input=stdin if isinstance(stdin, bytes) else stdin.encode(), env=os.environ | (env or {}))
    result = subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(errors="backslashreplace"),
                                         done.stderr.decode(errors="backslashreplace"))
    assert not SANITIZER.search(result.stderr), result.stderr
    return result


def lines(text: str) -> list[dict]:
    """One JSON object a line."""
    return [json.loads(line) for line in text.splitlines()]


def golden(name: str) -> str:
    return (GOLDEN / name).read_text(encoding="utf-8")
