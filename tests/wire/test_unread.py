# SPDX-License-Identifier: BSD-2-Clause
"""Files in a folder of policies that are not read: --check, start, reload and the tool name them, or refuse what they would drop."""
import json
import re
import subprocess

import pytest

from conftest import example
from lib.daemon import Daemon, program

NOT_READ = re.compile(r"note: \S+/policies\.d/(\S+): is not read: of a folder only the files \*\.json are; (.*)")
UNREAD = ["deny", "deny.JSON", "deny.json.txt", "deny.jsonc"]
LEFTOVERS = ["deny.json~", ".deny.json.swp", "deny.json.dpkg-old", "deny.json.rpmsave", ".git"]


def clutter(daemon: Daemon) -> None:
    daemon.write_policy("sender", example("sender"))
    for name in UNREAD + LEFTOVERS:
        (daemon.policies / name).write_text(example("recipients"))
    (daemon.policies / "team").mkdir()
    (daemon.policies / "team" / "deny.json").write_text(example("recipients"))
    (daemon.policies / "sender.test.json").write_text('{"policies": ["sender.json"], "tests": []}')


def named(text: str) -> list[str]:
    return [found.group(1) for found in NOT_READ.finditer(text)]


def test_check(folder):
    daemon = Daemon(folder)
    clutter(daemon)
    check = daemon.check()
    assert (check.returncode, named(check.stderr)) == (0, [*UNREAD, "team"])
    assert check.stdout.startswith("ok: 1 file, 1 policy, 1 statement")
    remedies = dict.fromkeys(UNREAD, "rename it, or move it away") | {"team": "name that folder too, or move it away"}
    assert dict(NOT_READ.findall(check.stderr)) == remedies


def test_start_and_reload(start, folder):
    clutter(Daemon(folder))
    daemon = start()
    daemon.wait_line("note: .*/team: ")
    assert named(daemon.log()) == [*UNREAD, "team"]
    for name in UNREAD:
        (daemon.policies / name).unlink()
    mark = daemon.mark()
    assert "in force: 1 file, " in daemon.reload()
    daemon.wait_line("note: .*/team: ", mark)
    assert named(daemon.log(mark)) == ["team"]


def test_refused(start):
    """Where nothing else is there, the note says why."""
    daemon = start(sender=example("sender"))
    (daemon.policies / "sender.json").rename(daemon.policies / "sender.JSON")
    mark = daemon.mark()
    assert "holds no *.json file" in daemon.reload()
    daemon.wait_line(r"note: .*/sender\.JSON: ", mark)


def test_a_bound(folder):
    daemon = Daemon(folder)
    daemon.write_policy("sender", example("sender"))
    for i in range(1000):
        (daemon.policies / f"{i}.png").touch()
    said = daemon.check().stderr.splitlines()
    assert len(said) < 60 and re.fullmatch(r"ses-policy-milter: \d+ further notes", said[-1])
    assert len(said) - 1 + int(said[-1].split()[1]) == 1000


def test_a_policy_named_like_a_test(start, client):
    """Once it was in force: it does not drop out without a word."""
    daemon = start(sender=example("sender"))
    (daemon.policies / "deny.test.json").write_text(example("recipients"))
    check = daemon.check()
    assert check.returncode == 78 and re.search(r'deny\.test\.json: holds a policy \("Statement"\) .*; rename it', check.stderr), check
    assert "reload: refused" in daemon.reload()
    assert client(daemon).mail("<other@example.net>").code == 550


@pytest.mark.parametrize("command", [
    ["eval", "--policy", "{policies}", "--sender", "no-reply@example.net", "--recipient", "ann@example.org"],
    ["keys", "--policy", "{policies}"], ["lint", "{policies}"], ["diff", "{policies}", "{policies}"],
], ids=lambda command: command[0])
def test_tool(folder, command):
    """Each is named once, however often the folder is read."""
    daemon = Daemon(folder)
    clutter(daemon)
    run = subprocess.run([program("ses-policy"), *(word.format(policies=daemon.policies) for word in command)], capture_output=True,
                         text=True, check=False)
    assert named(run.stderr) == [*UNREAD, "team"], run
    assert json.dumps("deny") not in run.stdout


def test_tests(folder):
    """Also where each test loads the files again, for a context of its own."""
    daemon = Daemon(folder)
    clutter(daemon)
    one = {"name": "x", "sender": "no-reply@example.net", "recipients": ["ann@example.org"], "context": {"aws:PrincipalTag/x": "y"},
           "expect": {"decision": "allowed"}}
    (folder / "t.json").write_text(json.dumps({"policies": [str(daemon.policies)], "tests": [one, one]}))
    run = subprocess.run([program("ses-policy"), "test", str(folder / "t.json")], capture_output=True, text=True, check=False)
    assert (run.returncode, named(run.stderr)) == (0, [*UNREAD, "team"]), run
