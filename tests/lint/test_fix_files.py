# SPDX-License-Identifier: BSD-2-Clause
"""Corrections in files: shown as diff shows them, written by --fix with nothing else changed; and output on a terminal."""
import copy
import fcntl
import json
import os
import pathlib
import pty
import random
import re
import resource
import signal
import struct
import subprocess
import termios

import pytest

from test_fixes import as_far_as_it_can_be_read, decide, loads, question, requests
from test_lint import CASES, HERE, TOOL, Case, lint

SENDER = ('{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "ses:*", '
          '"Resource": "arn:aws:ses:us-west-2:123456789012:identity/example.net", "Condition": %s}}')
ACTION = '{ "Effect": "Deny","Principal" :"*", %s,"Resource":"arn:aws:ses:us-west-2:123456789012:identity/example.net", "Sid": "a\\u0062"}'
FORMAT = '{"Version":"2012-10-17","Statement":[\n\t%s\n\t]\n}\n\n'
OUTSIDERS = '{"ForAllValues:StringNotLike" : { "ses:Recipients":["*@example.org", "*@\\u0065xample.com"] }}'

# A document as written, and as it is after --fix: all else stays, byte by byte.
TEXTS = {
    "operator": (SENDER % OUTSIDERS, SENDER % OUTSIDERS.replace("ForAllValues", "ForAnyValue")),
    "line ends": ((SENDER % OUTSIDERS).replace(", ", ",\r\n  "), (SENDER % OUTSIDERS.replace("ForAllValues", "ForAnyValue")).replace(", ", ",\r\n  ")),
    "text to list": (FORMAT % (ACTION % '"Action":"ses:SendEmail"'), FORMAT % (ACTION % '"Action":["ses:SendEmail", "ses:SendRawEmail"]')),
    "list": (FORMAT % (ACTION % '"Action" : [ "ses:SendEmail" , "ses:SendTemplatedEmail" ]'),
             FORMAT % (ACTION % '"Action" : [ "ses:SendEmail" , "ses:SendTemplatedEmail", "ses:SendRawEmail" ]')),
    "list in lines": (FORMAT % (ACTION % '"Action": [\n\t\t"ses:SendEmail"\n\t]'),
                      FORMAT % (ACTION % '"Action": [\n\t\t"ses:SendEmail",\n\t\t"ses:SendRawEmail"\n\t]')),
    "operator out of a block": (
        SENDER % '{\n  "ForAllValues:StringNotLike": {\n    "ses:Recipients": "*@example.org",\n    "aws:TagKeys": "t"\n  }\n}',
        SENDER % ('{\n  "ForAllValues:StringNotLike": {\n    "aws:TagKeys": "t"\n  },\n  "ForAnyValue:StringNotLike": {\n    '
                  '"ses:Recipients": "*@example.org"\n  }\n}')),
    "nothing": (SENDER % '{"StringNotLike": {"ses:FromAddress": "*@example.net"}}',) * 2,
}


@pytest.mark.parametrize("name", TEXTS)
def test_only_what_differs_is_written(name: str, tmp_path: pathlib.Path) -> None:
    before, after = TEXTS[name]
    path = tmp_path / "a.json"
    path.write_bytes(before.encode())
    done = lint("--fix", path)
    assert path.read_bytes().decode() == after, done
    assert ("corrected:" in done.stdout) == (before != after)
    again = lint("--fix", path)
    assert path.read_bytes().decode() == after and "corrected:" not in again.stdout


def fixable(case: Case, folder: pathlib.Path) -> tuple[pathlib.Path, list[dict]]:
    path = folder / "a.json"
    path.write_text(case.text)
    return path, [json.loads(line) for line in lint("--json", *case.options, path).stdout.splitlines()]


def patched(text: str, diff: list[str]) -> str:
    """The text with the hunks of a unified diff."""
    old, new, at = text.split("\n"), [], 0
    for line in diff:
        if hunk := re.match(r"@@ -(\d+)", line):
            new += old[at:int(hunk[1]) - 1]
            at = int(hunk[1]) - 1
        elif line[0] in " -":
            assert old[at] == line[1:]
            at += 1
        if line[0] in " +":
            new.append(line[1:])
    return "\n".join(new + old[at:])


def test_diffs_are_those_of_diff(tmp_path: pathlib.Path) -> None:
    """Each correction, shown for people, against diff -u of the file before and after."""
    seen = 0
    for case in CASES:
        path, found = fixable(case, tmp_path)
        fixes = [one for one in found if "fix" in one]
        if not fixes:
            continue
        text = lint(*case.options, path).stdout
        shown = re.findall(r"^    correction:\n((?:        .*\n)+)", text, re.M)
        assert len(shown) == len(fixes), text
        for diff, finding in zip(shown, fixes, strict=True):
            lines = [line[8:] for line in diff.splitlines()]
            assert lines[0] == f"--- {finding['file']}"
            if "[" in finding["file"]:
                continue
            after = patched(case.text, lines[2:])
            want = json.loads(case.text)
            if isinstance(want["Statement"], list):
                want["Statement"][finding["statement"]] = finding["fix"]
            else:
                want["Statement"] = finding["fix"]
            assert json.loads(after) == want
            (tmp_path / "after").write_text(after)
            real = subprocess.run(["diff", "-u", str(path), str(tmp_path / "after")], capture_output=True, text=True, check=False).stdout
            assert lines[2:] == real.splitlines()[2:]
            seen += 1
    assert seen > 30


def test_what_is_written_allows_no_more(tmp_path: pathlib.Path) -> None:
    random.seed(31)
    asked: list[dict] = []
    what: list[tuple[str, dict]] = []
    written = 0
    for case in CASES:
        path, found = fixable(case, tmp_path)
        if not any("fix" in one for one in found) or not case.text.lstrip().startswith("{"):
            continue
        before = json.loads(case.text)
        done = lint("--fix", *case.options, path)
        after = json.loads(path.read_text())
        if "Statement" not in before or before == after:
            assert "corrected:" not in done.stdout
            continue
        written += 1
        assert done.returncode in (0, 1) and "corrected:" in done.stdout
        # Nothing is left that could be corrected.
        assert not [line for line in lint("--json", *case.options, path).stdout.splitlines() if "fix" in json.loads(line)]
        assert {k: v for k, v in before.items() if k != "Statement"} == {k: v for k, v in after.items() if k != "Statement"}
        if not loads(after):
            continue
        readable = before if loads(before) else as_far_as_it_can_be_read(copy.deepcopy(before))
        for request in requests(readable, after):
            for everything in (False, True):
                asked += [question(readable, request, everything), question(after, request, everything)]
                what.append((case.name, request))
    answers = decide(asked)
    wider = {name: request for (name, request), old, new in zip(what, answers[::2], answers[1::2], strict=True)
             if new == "allowed" and old != "allowed"}
    assert not wider, json.dumps(wider, indent=1)
    assert written > 30 and answers.count("allowed") > 500


@pytest.fixture(name="faulty")
def make_faulty(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "p" / "a.json"
    path.parent.mkdir()
    path.write_text(TEXTS["operator"][0])
    return path


def test_owner_mode_and_link_stay(faulty: pathlib.Path) -> None:
    os.chown(faulty, 12, 34)
    faulty.chmod(0o640)
    link = faulty.parent.parent / "link.json"
    link.symlink_to("p/a.json")
    assert lint("--fix", link).returncode == 0
    status = faulty.stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o7777) == (12, 34, 0o640)
    assert link.is_symlink() and faulty.read_text() == TEXTS["operator"][1]
    assert os.listdir(faulty.parent) == ["a.json"]


def test_hard_links_are_not_written(faulty: pathlib.Path) -> None:
    os.link(faulty, faulty.parent / "b")
    done = lint("--fix", faulty)
    assert done.returncode == 2 and "hard links" in done.stderr
    assert faulty.read_text() == TEXTS["operator"][0]
    assert sorted(os.listdir(faulty.parent)) == ["a.json", "b"]
    # What is left is all of it.
    assert "recipients-outsiders-pass" in done.stdout and "corrected:" not in done.stdout


def no_room() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))


def test_a_full_disk_leaves_the_file_as_it_was(faulty: pathlib.Path) -> None:
    done = subprocess.run([TOOL, "lint", "--fix", faulty], capture_output=True, text=True, check=False, preexec_fn=no_room)
    assert done.returncode == 2 and "a copy with its owner and mode cannot be written: File too large" in done.stderr
    assert faulty.read_text() == TEXTS["operator"][0] and os.listdir(faulty.parent) == ["a.json"]


def test_one_that_fails_keeps_no_other_back(faulty: pathlib.Path) -> None:
    other = faulty.parent / "z.json"
    other.write_text(TEXTS["operator"][0])
    os.link(faulty, faulty.parent / "b")
    done = lint("--fix", faulty.parent)
    assert done.returncode == 2 and other.read_text() == TEXTS["operator"][1] and f"{other}:1:" in done.stdout


def test_policies_in_strings_are_not_written(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"Policies": {"one": TEXTS["operator"][0]}}))
    before = path.read_bytes()
    done = lint("--fix", path)
    assert path.read_bytes() == before and done.returncode == 1
    assert f"{path}: 1 correction of policies that stand in strings is not written" in done.stderr
    assert "--- " + str(path) + "[one]\n" in done.stdout


@pytest.mark.parametrize("option", ["--json", "--sarif"])
def test_for_programs_what_was_corrected_stands_aside(faulty: pathlib.Path, option: str) -> None:
    done = lint("--fix", option, faulty)
    assert done.returncode == 0 and faulty.read_text() == TEXTS["operator"][1]
    assert done.stderr.startswith(f"ses-policy: lint: {faulty}:1:") and done.stderr.endswith(": corrected: recipients-outsiders-pass\n")
    assert not done.stdout or json.loads(done.stdout)["version"] == "2.1.0"


@pytest.mark.parametrize("arguments, what", [(["--fix", "-"], "no file to write for -"), (["--fix"], "name them beside it"),
                                             (["--fix", "--settings", "milter.json"], "name them beside it")])
def test_nothing_to_write(arguments: list[str], what: str) -> None:
    done = lint(*arguments)
    assert (done.returncode, done.stdout) == (2, "") and what in done.stderr


# An option, the document, and what is found.
TYPES = [
    ("--policy", {"Effect": "Allow", "Action": "ses:*", "Resource": "*"}, "missing-principal"),
    ("--user-policy", {"Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": "*", "Principal": "*"}, "unsupported-principal"),
    ("--boundary", {"Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": "*", "Principal": "*"}, "unsupported-principal"),
    ("--organization", {"Effect": "Allow", "Action": "*", "Resource": "*"}, None),
    ("--boundary", {"Effect": "Allow", "Action": "*", "Resource": "*"}, None),
]


@pytest.mark.parametrize("option, statement, want", TYPES)
def test_types(option: str, statement: dict, want: str | None, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    done = lint(option, path, "--json")
    assert not done.stderr
    found = {json.loads(line)["id"] for line in done.stdout.splitlines()}
    assert (want in found) if want else not found


def terminal(*arguments: object, columns: int = 0, env: dict[str, str] | None = None) -> str:
    """What lint writes to a terminal of so many columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS")}
    process = subprocess.Popen([TOOL, "lint", *map(str, arguments)], cwd=HERE, stdout=theirs, stderr=subprocess.DEVNULL,
                               env=clean | {"TERM": "dumb"} | (env or {}))
    os.close(theirs)
    text = b""
    try:
        while more := os.read(ours, 65536):
            text += more
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    process.wait()
    return text.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("columns, env, width", [(60, {}, 60), (120, {}, 120), (90, {"COLUMNS": "50"}, 50), (0, {}, 80),
                                                 (60, {"COLUMNS": "wide"}, 60), (60, {"COLUMNS": "3"}, 60)])
def test_lines_are_as_wide_as_the_terminal(columns: int, env: dict[str, str], width: int) -> None:
    text = terminal("golden/recipients.json", columns=columns, env=env)
    whole = lint(HERE / "golden" / "recipients.json").stdout.replace(str(HERE) + "/", "")
    lines = re.sub(r"    correction:\n(        .*\n)+", "", text).splitlines()
    assert max(map(len, lines)) <= width
    # Nothing is lost but the breaks; a line that could have held one more word does.
    assert " ".join(text.split()) == " ".join(whole.split())
    assert max(map(len, lines)) > width - 15
    # The correction stays as it is.
    assert '        +      "Condition": {"ForAnyValue:StringNotLike": {"ses:Recipients": "*@example.org"}}\n' in text


def test_a_pipe_has_whole_lines() -> None:
    done = subprocess.run([TOOL, "lint", "golden/recipients.json"], cwd=HERE, capture_output=True, text=True, check=False,
                          env=os.environ | {"COLUMNS": "40"})
    assert max(map(len, done.stdout.splitlines())) > 140


def test_nothing_found_is_an_answer_on_a_terminal_alone(tmp_path: pathlib.Path) -> None:
    clean = TEXTS["nothing"][0]
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.json").write_text(clean.replace("example.net", f"{name}.example.net"))
    assert terminal(tmp_path) == "3 files, no findings\n"
    assert terminal(tmp_path / "a.json") == "1 file, no findings\n"
    assert terminal("--json", tmp_path) == ""
    assert lint(tmp_path).stdout == ""


def test_colour() -> None:
    assert "\033[" in terminal("golden", env={"TERM": "xterm"})
    assert "\033[" not in terminal("golden", env={"TERM": "xterm", "NO_COLOR": "1"})
