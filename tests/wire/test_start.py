# SPDX-License-Identifier: BSD-2-Clause
"""What keeps the daemon from starting, in which words; and two daemons on one socket."""
import json
import pathlib
import re
import shutil
import socket
import subprocess
import time

import pytest

from conftest import example
from lib.daemon import Daemon, program, stop_seconds
from lib.iam import details, entity
from lib.postfix import free_port

GOOD = json.loads(example("sender"))


def edited(**changes: object) -> dict:
    """A good policy with members of its statement replaced."""
    return GOOD | {"Statement": [GOOD["Statement"][0] | changes]}


def condition(operator: str, key: str, value: object) -> dict:
    return edited(Condition={operator: {key: value}})


NESTED = "[" * 100_000 + "]" * 100_000
# name, content of the file, what the fault must say
FILES = [
    ("empty", "", r"bad\.json:1:1: the file is empty; "),
    ("truncated", example("sender")[:200], r"bad\.json:\d+:\d+: not JSON: the text is cut off in the middle of what begins at \d+:\d+; "),
    ("deeply nested", NESTED, r"bad\.json:1:\d+: maximum parsing depth reached.*; brackets are nested too deeply"),
    ("byte order mark", "\ufeff" + example("sender"), r"bad\.json:1:1: not JSON: a byte order mark before it; save the file"),
    ("invalid UTF-8", b'{"Version": "2012-10-17", "Id": "\xff\xfe"}', r"bad\.json:1:34: not JSON: the byte \\xff is not UTF-8; save the file as UTF-8"),
    ("duplicate key", '{"Version": "2012-10-17",\n "Version": "2012-10-17", "Statement": []}', r"bad\.json:2:\d+: duplicate object key.*; a member may occur only once"),
    ("not a policy", '{"hello": 1}', r"bad\.json:1:2: hello: no such element of a policy; "),
    ("unknown element", edited(Conditions={}), r"bad\.json:\d+:\d+: Statement\[0\]\.Conditions: no such element of a statement; "),
    ("unknown operator", condition("StringLikes", "ses:FromAddress", "x"), r"Statement\[0\]\.Condition\.StringLikes: no such condition operator; "),
    ("network 10.1", condition("IpAddress", "aws:SourceIp", "10.1"), r'aws:SourceIp: "10\.1" is not .*; '),
    ("network 010.0.0.1", condition("IpAddress", "aws:SourceIp", "010.0.0.1"), r'"010\.0\.0\.1" is not .*; '),
    ("network 1.2.3.4/33", condition("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "1.2.3.4/33"]), r'aws:SourceIp\[1\]: "1\.2\.3\.4/33" is .*; '),
    ("network 1.2.3.4/-1", condition("NotIpAddress", "aws:SourceIp", "1.2.3.4/-1"), r'"1\.2\.3\.4/-1" is .*; '),
    ("network 1.2.3.4/24x", condition("IpAddress", "aws:SourceIp", "1.2.3.4/24x"), r'"1\.2\.3\.4/24x" is .*; '),
    ("escape sequence in a name", {"\x1b[2J": 1, "Statement": []}, r"\\x1b\[2J: no such element"),
]


def refused(daemon: Daemon) -> str:
    """It does not start; --check says the very same; nothing is bound."""
    check = daemon.check()
    assert check.returncode == 78, check
    daemon.launch()
    assert daemon.process.wait(600) == 78
    said = daemon.log()
    assert [line for line in said.splitlines() if ": " in line] == [line for line in check.stderr.splitlines() if ": " in line]
    assert not (daemon.run / "milter.sock").exists()
    assert "\x1b" not in said
    return said


@pytest.mark.parametrize("content, fault", [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_bad_policy(folder, content, fault):
    daemon = Daemon(folder)
    daemon.write_policy("good", example("sender"))
    path = daemon.policies / "bad.json"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content, indent=2), encoding="utf-8")
    assert re.search(fault, refused(daemon))


def test_hundred_megabytes(folder):
    daemon = Daemon(folder)
    with open(daemon.policies / "bad.json", "wb") as out:
        out.truncate(100 << 20)
    assert re.search(r"bad\.json: 104857600 bytes; at most 67108864 are read", refused(daemon))


def test_all_faults_of_all_files(folder):
    daemon = Daemon(folder)
    daemon.write_policy("one", edited(Effect="deny", Action="SendEmail"))
    daemon.write_policy("two", {"Statement": []})
    said = refused(daemon)
    for fault in (r"one\.json:\d+:\d+: Statement\[0\]\.Effect: ", r"one\.json:\d+:\d+: Statement\[0\]\.Action: ", r"two\.json:1:\d+|two\.json:\d+:\d+: Statement: "):
        assert re.search(fault, said), said


@pytest.mark.parametrize("what", ["missing", "empty", "unreadable", "a broken link"])
def test_policy_folder(folder, what):
    daemon = Daemon(folder)
    if what == "missing":
        daemon.policies.rmdir()
    elif what == "unreadable":
        # Policies are read before root is given up, so only what no user can read is unreadable: a folder in a file's place.
        (daemon.policies / "x.json").mkdir()
    elif what == "a broken link":
        (daemon.policies / "x.json").symlink_to(folder / "nowhere")
    said = refused(daemon)
    assert "policies.d" in said and ";" in said


@pytest.mark.parametrize("what", ["policies", "principals", "boundary", "organization", "iam", "shadow"])
def test_files_that_everybody_may_write(folder, what):
    """Anybody on the machine could decide which mail passes. Their group may be that of those who edit them."""
    daemon, arn = Daemon(folder), "arn:aws:iam::123456789012:user/"
    daemon.write_policy("good", example("sender"))
    allow = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    file, other = folder / f"{what}.json", folder / "other.json"
    other.write_text(json.dumps(allow))
    people = details([entity("User", "ann"), entity("User", "smtp-relay")])
    file.write_text(json.dumps({"iam": people, "policies": GOOD, "shadow": GOOD}.get(what, allow)))
    own = {"iam": {"iam": str(file)}, "principals": {"principals": [{"arn": arn + "a", "policies": [str(file)]}]},
           "boundary": {"principals": [{"arn": arn + "a", "policies": [str(other)], "boundary": str(file)}]}, "organization": {"organization": [[str(file)]]},
           "shadow": {"shadow": [str(file)]}, "policies": {"policies": [str(daemon.policies), str(file)]}}[what]
    daemon.settings |= own
    file.chmod(0o664)
    checked = daemon.check()
    assert checked.returncode == 0, checked.stderr
    file.chmod(0o646)
    said = refused(daemon)
    assert f"{file}: everybody may write it (mode 0646), and so decide which mail passes; run chmod o-w on it" in said
    # The tool reads them in a checkout, too.
    tool = subprocess.run([program("ses-policy"), "lint", "--settings", str(daemon.file)], capture_output=True, text=True, check=False)
    assert "everybody may write" not in tool.stdout + tool.stderr


def test_folder_that_the_user_may_not_read(folder):
    """Started as an ordinary user, in front of a folder that is root's."""
    daemon = Daemon(folder)
    daemon.settings.pop("user", None)
    daemon.write_policy("good", example("sender"))
    daemon.policies.chmod(0o000)
    daemon.write_settings()
    run = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program("ses-policy-milter"), "--settings",
                          str(daemon.file), "--check"], capture_output=True, text=True, check=False)
    daemon.policies.chmod(0o755)
    assert run.returncode == 78
    assert re.search(r"policies\.d: .*ermission.*; ", run.stderr), run.stderr


@pytest.mark.parametrize("change, fault", [
    ({"sockets": "unix:/x"}, r'milter\.json:\d+:\d+: sockets: unknown setting; .*"socket"'),
    ({"socket": "inet:8899"}, r"milter\.json:\d+:\d+: socket: .*inet:8899@127\.0\.0\.1"),
    ({"socket": "inet:99999@127.0.0.1"}, r"milter\.json:\d+:\d+: socket: .*65535"),
    ({"socket": "unix:/" + "x" * 200}, r"milter\.json:\d+:\d+: socket: .*at most 10\d"),
    ({"socket_mode": "rw"}, r"milter\.json:\d+:\d+: socket_mode: "),
    ({"policies": "x"}, r"milter\.json:\d+:\d+: policies: .*list"),
    ({"account": "12"}, r"milter\.json:\d+:\d+: account: .*12 digits"),
    ({"user": "root"}, r"root"),
    ({"user": "0"}, r"`0` is root"),
    ({"user": "4294967295"}, r"there is no user `4294967295`"),
    ({"user": "no-such-user-here"}, r"no-such-user-here"),
])
def test_bad_settings(folder, change, fault):
    daemon = Daemon(folder, change)
    daemon.write_policy("good", example("sender"))
    assert re.search(fault, refused(daemon))


def test_user_and_group_by_numbers_that_no_file_knows(start, folder):
    run = folder / "run"
    run.mkdir(exist_ok=True)
    daemon = start({"user": "54321", "socket_group": "54321", "socket": f"unix:{run}/milter.sock"}, good=example("sender"))
    status = pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text(encoding="ascii")
    assert re.search(r"^Uid:\t54321\t54321\t54321\t54321$", status, re.M), status
    assert re.search(r"^Gid:\t54321\t54321\t54321\t54321$", status, re.M), status
    assert (run / "milter.sock").stat().st_gid == 54321


def test_no_account(folder):
    """Nothing names the account: the fault names the line to add."""
    daemon = Daemon(folder)
    daemon.write_policy("any", edited(Resource="*"))
    assert re.search(r'"account": "\d{12}"', refused(daemon))


def test_check_is_clean_and_binds_nothing(folder):
    daemon = Daemon(folder)
    daemon.write_policy("good", example("sender"))
    check = daemon.check()
    assert check.returncode == 0, check
    assert "1 file" in check.stdout + check.stderr
    assert not (daemon.run / "milter.sock").exists()


def test_second_daemon(start, client, folder):
    """It refuses to start; the first keeps its socket and goes on."""
    first = start(sender=example("sender"))
    second = Daemon(folder)
    second.log_file = folder / "second.log"
    second.launch()
    assert second.process.wait(600) != 0
    assert "milter.sock" in second.log()
    assert client(first).mail("<other@example.net>").code == 550
    assert not client(first).mail("<no-reply@example.net>").refused


def test_stale_socket(folder, start, client):
    """A socket file that nobody listens at, as a crash leaves it."""
    (folder / "run").mkdir()
    shutil.chown(folder / "run", "nobody")
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(folder / "run" / "milter.sock"))
    daemon = start(sender=example("sender"))
    assert client(daemon).mail("<other@example.net>").code == 550


def test_killed_and_started_again(folder, start, client):
    first = start(sender=example("sender"))
    first.process.kill()
    first.process.wait()
    first.process = None
    second = start(sender=example("sender"))
    assert client(second).mail("<other@example.net>").code == 550


def test_file_in_the_sockets_place(folder):
    """Something that is no socket is not removed."""
    daemon = Daemon(folder)
    daemon.write_policy("good", example("sender"))
    (daemon.run / "milter.sock").write_text("precious")
    daemon.launch()
    assert daemon.process.wait(600) != 0
    assert (daemon.run / "milter.sock").read_text() == "precious"


def test_stops_at_once_and_leaves_nothing(start, client):
    daemon = start(sender=example("sender"))
    client(daemon).mail("<other@example.net>")
    began = time.monotonic()
    assert daemon.stop() == 0
    assert time.monotonic() - began < max(3, stop_seconds())
    assert not (daemon.run / "milter.sock").exists()


@pytest.mark.parametrize("spec, warns", [("inet:{}@0.0.0.0", True), ("public:inet:{}@0.0.0.0", False), ("inet:{}@127.0.0.1", False)])
def test_a_socket_that_others_reach(folder, start, client, spec, warns):
    """It serves, and says so at the start; --check says it, --check --strict refuses it. With `public:` it is meant."""
    port = free_port()
    daemon = Daemon(folder, {"socket": spec.format(port)}, socket_spec=f"inet:{port}@127.0.0.1")
    daemon.settings["socket"] = spec.format(port)
    daemon.write_policy("sender", example("sender"))
    warning = f"socket: other hosts can reach inet:{port}@[0.0.0.0]; "
    checked, strict = daemon.check(), daemon.command("--settings", str(daemon.file), "--check", "--strict")
    assert (checked.returncode, strict.returncode) == (0, 78 if warns else 0)
    assert checked.stdout.startswith("ok: ")
    for done in (checked, strict):
        assert (f"ses-policy-milter: warning: {warning}" in done.stderr) == warns, done
        assert (f"or write public:inet:{port}@[0.0.0.0] to allow that" in done.stderr) == warns
    daemon.start()
    try:
        assert client(daemon).mail("<other@example.net>").code == 550
        daemon.wait_line("stage=MAIL")
        assert (warning in daemon.log()) == warns
        assert f"for main.cf: smtpd_milters = {{ inet:{'127.0.0.1' if '127' in spec else '0.0.0.0'}:{port}," in daemon.log()
    finally:
        daemon.stop()


def test_inet_socket(folder, start, client):
    daemon = start(socket_spec=f"inet:{free_port()}@127.0.0.1", sender=example("sender"))
    assert client(daemon).mail("<other@example.net>").code == 550


def test_says_what_to_paste(start):
    daemon = start(sender=example("sender"))
    line = daemon.wait_line("smtpd_milters")
    assert "smtpd_milters = { %s, default_action=tempfail }" % daemon.socket in line
