# SPDX-License-Identifier: BSD-2-Clause
"""test: the tests of policies, what they print, and their exit status."""
import pathlib
import xml.etree.ElementTree as ET

import pytest

from lib.tool import ROOT, golden, run

COMMAND = "test"
DATA = "tests/tool/data"
GOOD, FAILING, BROKEN = (f"{DATA}/{name}.test.json" for name in ("good", "failing", "broken"))
GOLDENS = [
    ("test-good", 0, [GOOD]),
    ("test-failing", 1, [FAILING]),
    ("test-failing-coverage", 1, ["--coverage", FAILING]),
    ("test-junit", 2, ["--junit", BROKEN, FAILING, GOOD]),
    ("test-help", 0, ["--help"]),
]


@pytest.mark.parametrize("name, status, options", GOLDENS, ids=[row[0] for row in GOLDENS])
def test_golden(name: str, status: int, options: list[str]) -> None:
    done = run(COMMAND, *options)
    assert done.stdout == golden(f"{name}.txt")
    assert done.returncode == status


def test_every_fault_has_its_place() -> None:
    done = run(COMMAND, BROKEN)
    assert done.returncode == 2
    assert done.stderr == golden("test-broken-stderr.txt")


def test_junit_is_xml() -> None:
    root = ET.fromstring(run(COMMAND, "--junit", FAILING, GOOD).stdout)
    assert [len(suite) for suite in root] == [7, 6]
    assert len(root.findall(".//failure")) == 6


def test_coverage_names_what_no_test_reached(folder: pathlib.Path) -> None:
    tests = folder / "one.test.json"
    tests.write_text(f'''{{"policies": ["{ROOT}/contrib/examples/network.json"], "tests": [
        {{"name": "inside", "sender": "a@example.net", "recipients": ["b@example.org"], "client": "172.31.0.1",
          "expect": {{"decision": "allowed"}}}}]}}''')
    done = run(COMMAND, "--coverage", tests)
    assert done.returncode == 0
    assert done.stdout.splitlines()[2:] == [
        "ok 1 - inside",
        "# never true: policy network, statement stmt1721803415601",
        "# never true: policy network, statement stmt1721803415601, condition NotIpAddress aws:SourceIp",
        "# coverage: 0 of 2 statements and conditions were both true and false", "1..1"]


def test_context_and_time_are_the_test_s_own(folder: pathlib.Path) -> None:
    (folder / "p.json").write_text('''{"Version": "2012-10-17", "Statement": [{"Sid": "S", "Effect": "Deny", "Principal": "*",
      "Action": "ses:*", "Resource": "arn:aws:ses:us-west-2:123456789012:identity/example.net", "Condition": {
      "StringEquals": {"aws:SourceVpc": "vpc-1"}, "DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}}]}''')

    def one(name: str, time: str, vpc: str, decision: str) -> str:
        return (f'{{"name": "{name}", "sender": "a@example.net", "recipients": ["b@example.org"], "time": "{time}", '
                f'"context": {{"aws:SourceVpc": ["{vpc}"]}}, "expect": {{"decision": "{decision}"}}}}')

    tests = folder / "t.json"
    tests.write_text('{"policies": ["p.json"], "tests": [%s, %s, %s]}' % (
        one("both", "2025-06-01T00:00:00Z", "vpc-1", "explicitDeny"), one("later", "2026-06-01T00:00:00Z", "vpc-1", "allowed"),
        one("elsewhere", "2025-06-01T00:00:00Z", "vpc-2", "allowed")))
    done = run(COMMAND, tests)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("\nok ") == 3


def test_no_files() -> None:
    assert run(COMMAND).returncode == 2
