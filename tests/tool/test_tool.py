# SPDX-License-Identifier: BSD-2-Clause
"""The tool as a whole: pipes, completion, and the manual."""
import os
import pathlib
import pty
import re
import subprocess

import pytest

from lib.daemon import program
from lib.tool import ROOT, run

COMMANDS = re.findall(r"^  ([a-z]+) ", run("--help").stdout, re.M)
PAGE = (ROOT / "policy" / "ses-policy.1").read_text(encoding="utf-8")
EVAL = ["eval", "--policy", "contrib/examples/recipients-safe.json", "--sender", "a@example.net", "--recipient", "x@evil.test", "--explain"]


def options_of(command: str) -> list[str]:
    return [option for option in re.findall(r"^  --([a-z-]+)", run(command, "--help").stdout, re.M) if option != "help"]


def test_commands() -> None:
    assert COMMANDS == ["eval", "lint", "test", "replay", "keys", "diff", "quota", "report"]


@pytest.mark.parametrize("of", ["ses-policy", "ses-policy-milter"])
@pytest.mark.parametrize("shell, name", [("bash", "{}"), ("zsh", "_{}"), ("fish", "{}.fish")])
def test_completion_is_that_of_the_tables(of: str, shell: str, name: str) -> None:
    text = subprocess.run([program(of), "--completion", shell], capture_output=True, text=True, check=True).stdout
    assert (ROOT / "contrib" / "completion" / name.format(of)).read_text(encoding="utf-8") == text
    said = subprocess.run([program(of), "--help"], capture_output=True, text=True, check=True).stdout
    options = [option for command in COMMANDS for option in options_of(command)] if of == "ses-policy" else \
        re.findall(r"^  (?:-\w,|   ) --([a-z-]+)", said, re.M)
    assert len(options) > 12
    for option in options:
        assert f" -l {option} " in text if shell == "fish" else f"--{option}" in text


def test_completion_of_each_log() -> None:
    """The words are those that the daemon takes."""
    text = (ROOT / "contrib/completion/ses-policy-milter").read_text(encoding="utf-8")
    (words,) = re.findall(r"--log\) words='(.*)'", text)
    for word in words.split():
        said = subprocess.run([program("ses-policy-milter"), "--log", word, "--version"], capture_output=True, text=True, check=False)
        assert said.returncode == 0, said.stderr
    said = subprocess.run([program("ses-policy-milter"), "--log", "nowhere"], capture_output=True, text=True, check=False)
    assert said.returncode == 64 and said.stderr.startswith("ses-policy-milter: --log wants journal, syslog, stderr or json\n")
    assert sorted(words.split()) == ["journal", "json", "stderr", "syslog"]


def test_completion_of_each_type() -> None:
    """The words are those that lint takes."""
    text = (ROOT / "contrib/completion/ses-policy").read_text(encoding="utf-8")
    (words,) = re.findall(r"--type\) words='(.*)'", text)
    for word in words.split():
        assert run("lint", "--type", word, "contrib/examples/sender.json").returncode in (0, 1), word
    assert run("lint", "--type", "user", "contrib/examples/sender.json").returncode == 2
    assert sorted(words.split()) == ["auto", "identity", "resource"]


def complete(*words: str, folder: pathlib.Path = ROOT, of: str = "ses-policy") -> list[str]:
    """What bash offers behind these words."""
    script = (f". {ROOT}/contrib/completion/{of}; COMP_WORDS=({of} \"$@\"); COMP_CWORD=$#; _{of.replace('-', '_')}; "
              'printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(["bash", "-c", script, "bash", *words], cwd=folder, capture_output=True, text=True, check=True)
    return sorted(done.stdout.split())


def test_bash_completes(folder: pathlib.Path) -> None:
    (folder / "records.gz").touch()
    assert complete("re") == ["replay", "report"]
    assert complete("") == sorted([*COMMANDS, "--help", "--version"])
    assert complete("eval", "--sub") == ["--submission"]
    assert complete("replay", "--policy", "rec", folder=folder) == ["records.gz"]
    assert complete("replay", "rec", folder=folder) == ["records.gz"]
    assert complete("eval", "--sender", "") == []
    assert complete("keys", "rec", folder=folder) == []
    # --policy=rec comes as three words.
    assert complete("replay", "--policy", "=", "rec", folder=folder) == complete("replay", "--policy", "=", folder=folder) == ["records.gz"]
    assert complete("quota", "s") == ["set", "show"]


def test_bash_completes_the_daemon(folder: pathlib.Path) -> None:
    (folder / "milter.json").touch()
    assert complete("--st", of="ses-policy-milter") == ["--status", "--strict"]
    assert complete("--log", "j", of="ses-policy-milter") == ["journal", "json"]
    assert complete("-c", "mil", folder=folder, of="ses-policy-milter") == ["milter.json"]
    assert complete("--check", "mil", folder=folder, of="ses-policy-milter") == []


def test_no_such_shell() -> None:
    assert run("--completion", "csh").returncode == 2
    said = subprocess.run([program("ses-policy-milter"), "--completion", "csh"], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (64, "ses-policy-milter: --completion wants bash, zsh or fish\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_manual_has_every_option(command: str) -> None:
    section = re.search(rf"^\.Ss {command}\n(.*?)(?=^\.S[sh] )", PAGE, re.M | re.S)
    assert section
    for option in options_of(command):
        # mdoc writes two hyphens as Fl -NAME, several in one item with commas.
        assert re.search(rf"(Fl|,) -{option}\b", section.group(1)), option


def test_manual_lists_the_findings() -> None:
    """The list is what the tool prints: `ses-policy lint --list --mdoc`, put between FINDINGS and SEE ALSO."""
    page = (ROOT / "policy" / "ses-policy-lint.7").read_text(encoding="utf-8")
    (listed,) = re.findall(r"^\.Sh FINDINGS\n.*?(^\.Bl .*^\.El\n)\.Sh", page, re.M | re.S)
    assert listed == run("lint", "--list", "--mdoc").stdout
    assert max(map(len, listed.splitlines())) <= 80


def test_a_reader_who_has_seen_enough_ends_it_quietly() -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([program("ses-policy"), *EVAL], cwd=ROOT, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert done.stderr == b""


def test_a_full_disk_is_told() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run([program("ses-policy"), *EVAL], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert b"cannot write" in done.stderr


@pytest.mark.parametrize("env, coloured", [({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False),
                                           ({"TERM": "dumb"}, False)])
def test_colour_on_a_terminal_alone(env: dict[str, str], coloured: bool) -> None:
    ours, theirs = pty.openpty()
    clean = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    process = subprocess.Popen([program("ses-policy"), *EVAL], cwd=ROOT, stdout=theirs, env=clean | env)
    os.close(theirs)
    text = b""
    try:
        while more := os.read(ours, 65536):
            text += more
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert process.wait() == 1
    assert (b"\033[" in text) == coloured
    assert b"explicitDeny" in text
