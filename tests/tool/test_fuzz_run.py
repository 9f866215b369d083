# SPDX-License-Identifier: BSD-2-Clause
"""`make fuzz`: one target's finding hides no other, and a target that does not run is a failure."""
import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUNS = "echo 'INFO: Seed: 1' >&2; echo 'Done 25 runs in 1 second(s)' >&2"
FINDING = "echo 'INFO: Seed: 1' >&2; echo 'runtime error: applying zero offset to null pointer' >&2; exit 77"
CASES = [
    ("all run", {"one": RUNS, "two": RUNS}, 0, "fuzz: 2 targets found nothing\n"),
    ("a finding", {"one": FINDING, "two": RUNS}, 1, "fuzz: 1 targets found nothing; not so: one\n"),
    ("not built", {"one": RUNS, "two": None}, 1, "two: does not run (status 127)"),
    ("says nothing", {"one": RUNS, "two": "exit 0"}, 1, "two: ended well, and did not run"),
    ("no inputs", {"one": "echo 'INFO: Seed: 1' >&2; echo 'Done 0 runs in 1 second(s)' >&2"}, 1, "one: ended well, and did not run"),
    ("no target", {}, 1, "fuzz: no target was run"),
]


@pytest.mark.parametrize(("targets", "status", "says"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_fuzz_run(tmp_path, targets, status, says):
    (tmp_path / "fuzz").mkdir()
    for name, script in targets.items():
        if script:
            program = tmp_path / "fuzz" / f"fuzz_{name}"
            program.write_text(f"#!/bin/sh\necho {name} >>began\n{script}\n")
            program.chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FUZZ_")}
    done = subprocess.run(["/bin/sh", str(ROOT / "tests" / "fuzz" / "run.sh"), str(tmp_path), *targets], cwd=tmp_path, text=True,
                          env=environment | {"FUZZ_CORPUS": str(tmp_path / "corpus")}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    assert (done.returncode, says in done.stdout) == (status, True), done.stdout
    began = (tmp_path / "began").read_text().split() if targets else []
    assert began == [name for name, script in targets.items() if script]


def test_each_target_is_listed():
    """A target that no list names would never be run."""
    folder = ROOT / "tests" / "fuzz"
    listed = re.findall(r"^FUZZ_TARGETS \+= (\w+)$", (folder / "fuzz.am").read_text(), re.M)
    written = [path.stem for path in folder.glob("*.c") if re.search(r"^int LLVMFuzzerTestOneInput\(.*\)\n\{", path.read_text(), re.M)]
    assert sorted(listed) == sorted(written) == sorted(path.name for path in (folder / "seeds").iterdir())
