# SPDX-License-Identifier: BSD-2-Clause
"""test: the tests of policies, what they print, and their exit status."""
import json
import pathlib
import re
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
    assert re.sub(r'time="\d+\.\d{3}"', 'time="0.000"', done.stdout) == golden(f"{name}.txt")
    assert done.returncode == status


def test_every_fault_has_its_place() -> None:
    done = run(COMMAND, BROKEN)
    assert done.returncode == 2
    assert done.stderr == golden("test-broken-stderr.txt")


def test_junit_is_xml() -> None:
    """With what its readers want, and the sums in front of what they are of."""
    root = ET.fromstring(run(COMMAND, "--junit", BROKEN, FAILING, GOOD).stdout)
    sums = [tuple(int(suite.attrib[name]) for name in ("tests", "failures", "errors")) for suite in root]
    assert sums == [(1, 0, 1), (7, 6, 0), (6, 0, 0)]
    assert [(len(suite.findall("testcase")), len(suite.findall(".//failure")), len(suite.findall(".//error"))) for suite in root] == sums
    failed = root[1][1]
    assert failed.attrib.keys() == {"classname", "name", "file", "line", "time"}
    assert (failed.get("file"), failed.get("line")) == (FAILING, "18")
    assert failed[0].text.startswith(f"{FAILING}:18: expected at stage EOH, was")
    error = root[0].find(".//error")
    assert error.text.splitlines() == [line.removeprefix("ses-policy: ") for line in golden("test-broken-stderr.txt").splitlines()]
    assert error.get("message") == error.text.splitlines()[0]


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
        "# coverage: 0 of 2 statements and conditions were both true and false", "1..1", "# 1 passed, 0 failed"]


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


def one_test(name: str, decision: str = "allowed") -> dict:
    return {"policies": [f"{ROOT}/contrib/examples/network.json"], "tests": [
        {"name": name, "sender": "a@example.net", "recipients": ["b@example.org"], "client": "172.31.0.1", "expect": {"decision": decision}}]}


def test_a_folder_gives_its_tests(folder: pathlib.Path) -> None:
    for name in ("b.test.json", "a.test.json", "policy.json", "c.test.json~"):
        (folder / name).write_text(json.dumps(one_test(name)), encoding="utf-8")
    done = run(COMMAND, folder)
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stdout.splitlines() if line.startswith("ok")] == ["ok 1 - a.test.json", "ok 2 - b.test.json"]
    (folder / "c.test.json").write_text(json.dumps(one_test("c", "denied")), encoding="utf-8")
    assert run(COMMAND, folder).returncode == 1
    (folder / "d.test.json").write_text("{", encoding="utf-8")
    done = run(COMMAND, folder)
    assert done.returncode == 2
    assert done.stdout.splitlines()[-1] == "# 2 passed, 1 failed, 1 file could not be run"


def test_a_folder_without_tests_is_no_success(folder: pathlib.Path) -> None:
    (folder / "policy.json").write_text("{}", encoding="utf-8")
    done = run(COMMAND, folder)
    assert done.returncode == 2
    assert f"{folder}: no tests; name the files that hold them *.test.json" in done.stderr


@pytest.mark.parametrize("statement, status", [("Inside", 0), ("p/Inside", 0), ("p/1", 0), ("Other", 1), ("p/2", 1)])
def test_statement_of_a_refused_recipient(folder: pathlib.Path, statement: str, status: int) -> None:
    deny = {"Effect": "Deny", "Principal": "*", "Action": "ses:*", "Resource": "arn:aws:ses:us-west-2:123456789012:identity/example.net"}
    (folder / "p.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [
        deny | {"Sid": "Inside", "Condition": {"ForAnyValue:StringLike": {"ses:Recipients": "*@evil.test"}}},
        deny | {"Sid": "Other", "Condition": {"ForAnyValue:StringLike": {"ses:Recipients": "*@other.test"}}}]}), encoding="utf-8")
    (folder / "t.json").write_text(json.dumps({"policies": ["p.json"], "tests": [
        {"name": "one", "sender": "a@example.net", "recipients": ["b@example.org", "x@evil.test"], "expect": {
            "decision": "allowed", "refused_recipients": ["x@evil.test"], "statement": statement}}]}), encoding="utf-8")
    done = run(COMMAND, folder / "t.json")
    assert done.returncode == status, done.stdout
    assert status == 0 or f"t.json:1: recipient x@evil.test: expected refused by statement {statement}, was: Access denied for x@evil.test" in done.stdout
