# SPDX-License-Identifier: BSD-2-Clause
"""Start, lock, reload and stop of the daemon, on the real binary.

SES_POLICY_MILTER names the binary. As root the tests start it as root with
--user nobody and as nobody; else as whoever runs them.
"""
import contextlib
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

import pytest
from lib.daemon import is_sanitized, stop_seconds

BINARY = os.environ["SES_POLICY_MILTER"]
ROOT = os.geteuid() == 0
NOBODY = pwd.getpwnam("nobody")
ALLOW = """{"Version": "2012-10-17", "Statement": [{"Sid": "S%d", "Effect": "Allow", "Principal": "*",
  "Action": "ses:*", "Resource": "arn:aws:ses:us-west-2:123456789012:identity/example.net"}]}"""


def stop_limit() -> float:
    """libmilter alone takes nearly 5 seconds; ours takes thousandths, and the end of ThreadSanitizer a second or two."""
    return 4 if is_sanitized(BINARY) else stop_seconds()


class Daemon:
    """A daemon in a folder of its own; its log is a file."""

    def __init__(self, folder, *, unprivileged=False, arguments=None):
        self.folder = folder
        self.socket = folder / "run" / "m.sock"
        self.log = folder / "log"
        self.unprivileged = unprivileged and ROOT
        self.arguments = arguments if arguments is not None else [
            "--policy", str(folder / "policies"), "--socket", f"unix:{self.socket}"]
        self.process = None
        # Where the project lies (root's home, perhaps) others may not even look.
        self.binary = shutil.copy(BINARY, folder / "daemon") if self.unprivileged else BINARY

    def command(self, *more):
        user = ["--user", "nobody"] if ROOT and not self.unprivileged else []
        return [str(self.binary), *self.arguments, *user, "--foreground", *more]

    def start(self):
        identity = {"user": NOBODY.pw_uid, "group": NOBODY.pw_gid, "extra_groups": []} if self.unprivileged else {}
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command(), stderr=log, stdout=log, **identity)
        self.wait_for(rf"\[{self.process.pid}\]: for main\.cf: ")
        return self

    def lines(self):
        return self.log.read_text().splitlines()

    def wait_for(self, pattern, after=0, seconds=60):
        """The first line from line number `after` on that matches."""
        end = time.monotonic() + seconds
        while True:
            for line in self.lines()[after:]:
                if re.search(pattern, line):
                    return line
            assert self.process.poll() is None, f"died: {self.lines()}"
            assert time.monotonic() < end, f"no {pattern!r} in {self.lines()[-5:]}"
            time.sleep(0.005)

    def reload(self, number=signal.SIGHUP):
        """Send the signal; the line that says what became of it."""
        after = len(self.lines())
        self.process.send_signal(number)
        return self.wait_for(r"reload: (generation \d+ in force|refused)", after)

    def stop(self):
        start = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(60)
        return status, time.monotonic() - start

    def session(self):
        """A milter session that has negotiated."""
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(60)
        client.connect(str(self.socket))
        client.sendall(struct.pack(">IcIII", 13, b"O", 6, 0x1FF, 0x1FFFFF))
        assert client.recv(5)[4:] == b"O"
        return client


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(prefix="ses-policy-milter-") as name:
        path = pathlib.Path(name)
        path.chmod(0o755)
        (path / "policies").mkdir()
        (path / "policies" / "a.json").write_text(ALLOW % 1)
        (path / "run").mkdir()
        if ROOT:
            os.chown(path / "run", NOBODY.pw_uid, -1)
        yield path


@contextlib.contextmanager
def running(daemon):
    daemon.start()
    try:
        yield daemon
    finally:
        if daemon.process.poll() is None:
            daemon.process.kill()
        daemon.process.wait()


@pytest.mark.parametrize("unprivileged", [False, True])
def test_start_and_stop(folder, unprivileged):
    with running(Daemon(folder, unprivileged=unprivileged)) as daemon:
        status = pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text()
        assert not re.search(r"^[UG]id:.*\b0\b", status, re.M)
        assert oct(daemon.socket.stat().st_mode)[-3:] == "660"
        text = "\n".join(daemon.lines())
        assert "generation 1 in force: 1 file, 1 policy, 1 statement" in text
        assert re.search(rf"listening at unix:{daemon.socket}, owner \S+, mode 0660", text)
        assert f"smtpd_milters = {{ unix:{daemon.socket}, default_action=tempfail }}" in text
        daemon.session().close()
        exit_status, seconds = daemon.stop()
    assert exit_status == 0
    assert seconds < stop_limit()
    assert list(daemon.socket.parent.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stop_with_open_sessions(folder, number):
    with running(Daemon(folder)) as daemon:
        sessions = [daemon.session() for _ in range(20)]
        start = time.monotonic()
        daemon.process.send_signal(number)
        assert daemon.process.wait(60) == 0
        assert time.monotonic() - start < stop_limit()
        for session in sessions:
            session.close()
    assert not daemon.socket.exists()


def test_few_descriptors_are_told(folder):
    """The limit goes up as far as it may; one that is too low for a relay is named with its cure."""
    for limit, told in (("64:4096", False), ("256:256", True)):
        daemon = Daemon(folder)
        daemon.log = folder / f"log-{limit}"
        usual = daemon.command
        daemon.command = lambda *more: ["prlimit", f"--nofile={limit}", *usual(*more)]
        with running(daemon):
            text = "\n".join(daemon.lines())
            assert f"open files up to {limit.partition(':')[2]}" in text
            assert ("raise LimitNOFILE=" in text) == told
            assert daemon.stop()[0] == 0


def test_second_instance_leaves_the_first_alone(folder):
    with running(Daemon(folder)) as daemon:
        before = daemon.socket.stat().st_ino
        second = subprocess.run(daemon.command(), capture_output=True, text=True, timeout=60)
        assert second.returncode == 75
        assert f"process {daemon.process.pid}" in second.stderr
        assert daemon.socket.stat().st_ino == before
        daemon.session().close()


def test_stranger_at_the_socket(folder):
    daemon = Daemon(folder)
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.bind(str(daemon.socket))
        stranger.listen()
        result = subprocess.run(daemon.command(), capture_output=True, text=True, timeout=60)
    assert result.returncode == 75
    assert "another program answers" in result.stderr
    assert [entry.name for entry in daemon.socket.parent.iterdir()] == ["m.sock"]


def test_stale_socket_is_replaced(folder):
    with running(Daemon(folder)) as first:
        first.process.kill()
        first.process.wait()
        assert first.socket.exists()
        with running(Daemon(folder)) as second:
            second.session().close()


def test_other_file_at_the_socket(folder):
    daemon = Daemon(folder)
    daemon.socket.write_text("precious")
    result = subprocess.run(daemon.command(), capture_output=True, text=True, timeout=60)
    assert result.returncode == 73
    assert "is not a socket" in result.stderr
    assert daemon.socket.read_text() == "precious"


def test_a_newer_socket_stays(folder):
    with running(Daemon(folder)) as daemon:
        daemon.socket.unlink()
        with socket.socket(socket.AF_UNIX) as newer:
            newer.bind(str(daemon.socket))
            newer.listen()
            assert daemon.stop()[0] == 0
            assert daemon.socket.exists()


@pytest.mark.parametrize("arguments, status, message", [
    (["--policy", "/nonexistent"], 78, "/nonexistent"),
    (["--settings", "/nonexistent"], 78, "/nonexistent: cannot be read"),
    (["--policy", "{policies}", "--socket", "inet:8899"], 78, "no host"),
    (["--policy", "{policies}", "--user", "root"], 78, "root"),
    (["--policy", "{policies}", "--user", "no-such-user"], 78, "no user `no-such-user`"),
    (["--bogus"], 64, "--help"),
    (["--policy", "{policies}", "stray"], 64, "stray"),
])
def test_refused_at_start(folder, arguments, status, message):
    full = [argument.format(policies=folder / "policies") for argument in arguments]
    if "--socket" not in full:
        full += ["--socket", f"unix:{folder}/run/m.sock"]
    if ROOT and "--user" not in full:
        full += ["--user", "nobody"]
    for more in [[], ["--check"]]:
        result = subprocess.run([BINARY, *full, *more], capture_output=True, text=True, timeout=60)
        assert result.returncode == status, result.stderr
        assert message in result.stderr
        assert list((folder / "run").iterdir()) == []


def test_check_says_what_the_daemon_would(folder):
    daemon = Daemon(folder)
    result = subprocess.run(daemon.command("--check"), capture_output=True, text=True, timeout=60)
    assert result.returncode == 0
    assert re.fullmatch(r"ses-policy-milter: lint: 1 finding: 1 security; shown by ses-policy lint .*\n", result.stderr)
    assert result.stdout.splitlines()[0] == "ok: 1 file, 1 policy, 1 statement, account 123456789012, region us-west-2"
    (folder / "policies" / "b.json").write_text('{"Version": "2012-10-17", "Statement": [{"Effect": "Alow"}]}')
    checked = subprocess.run(daemon.command("--check"), capture_output=True, text=True, timeout=60)
    started = subprocess.run(daemon.command(), capture_output=True, text=True, timeout=60)
    assert checked.returncode == started.returncode == 78
    assert checked.stderr == started.stderr
    assert "b.json:1:" in checked.stderr


def test_settings_and_policies_must_be_readable_by_the_user(folder):
    if not ROOT:
        return
    settings = folder / "milter.json"
    settings.write_text('{"policies": ["%s"], "user": "nobody", "socket": "%s/run/m.sock"}' % (folder / "policies", folder))
    assert subprocess.run([BINARY, "--check", "--settings", settings], timeout=60).returncode == 0
    settings.chmod(0o600)
    result = subprocess.run([BINARY, "--check", "--settings", settings], capture_output=True, text=True, timeout=60)
    assert result.returncode == 78
    assert "user `nobody` cannot read it" in result.stderr
    settings.chmod(0o644)
    (folder / "policies" / "a.json").chmod(0o600)
    result = subprocess.run([BINARY, "--check", "--settings", settings], capture_output=True, text=True, timeout=60)
    assert result.returncode == 78
    assert "a.json" in result.stderr


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGUSR1])
def test_reload(folder, number):
    with running(Daemon(folder)) as daemon:
        (folder / "policies" / "b.json").write_text(ALLOW % 2)
        line = daemon.reload(number)
        assert re.search(r"reload: generation 2 in force: 2 files, 2 policies, 2 statements, \d+\.\d ms$", line)
        (folder / "policies" / "b.json").write_text('{"Statement": []')
        (folder / "policies" / "c.json").write_text("[]")
        after = len(daemon.lines())
        line = daemon.reload(number)
        assert re.search(r"reload: refused, generation 2 stays in force: \S*b\.json:1:", line)
        daemon.wait_for(r"reload: \S*c\.json:1:", after)
        (folder / "policies" / "b.json").unlink()
        (folder / "policies" / "c.json").unlink()
        assert "generation 3 in force: 1 file, 1 policy, 1 statement" in daemon.reload(number)
        daemon.session().close()
        assert daemon.stop()[0] == 0


def test_only_the_loading_thread_steps_back(folder):
    """Field 19 of stat (proc(5)) is a thread's nice value."""
    with running(Daemon(folder)) as daemon:
        # So the threads of the mail path have been made, and that of the reload has been running.
        daemon.session().close()
        daemon.reload(signal.SIGHUP)
        # Some may end before they are read.
        stats = []
        for task in pathlib.Path(f"/proc/{daemon.process.pid}/task").iterdir():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                stats.append((task / "stat").read_text())
        nice = sorted(int(stat.rsplit(")", 1)[1].split()[16]) for stat in stats)
        assert nice[-1] == 19
        assert nice[:-1] == [os.nice(0)] * (len(nice) - 1)
        assert daemon.stop()[0] == 0


def test_reload_reads_the_settings(folder):
    settings = folder / "milter.json"
    other = folder / "other.json"
    other.write_text(ALLOW % 2)
    text = '{"policies": %s, "socket": "%s"}'
    settings.write_text(text % ('["%s"]' % (folder / "policies"), folder / "run/m.sock"))
    with running(Daemon(folder, arguments=["--settings", str(settings)])) as daemon:
        settings.write_text(text % ('["%s", "%s"]' % (folder / "policies", other), "/elsewhere"))
        after = len(daemon.lines())
        assert "2 files" in daemon.reload()
        daemon.wait_for(r'"socket" has changed; that takes a restart', after)
        settings.write_text("{")
        assert "refused, generation 2 stays" in daemon.reload()


def test_thousands_of_hangups(folder):
    """SIGHUPs that come faster than a reload takes: none stops the daemon, and the last one counts."""
    statement = ALLOW[ALLOW.index("[") + 1:ALLOW.rindex("]")]
    many = ",".join(statement % number for number in range(1500))
    (folder / "policies" / "a.json").write_text('{"Version": "2012-10-17", "Statement": [%s]}' % many)
    with running(Daemon(folder)) as daemon:
        session = daemon.session()
        for burst in range(8):
            for _ in range(500):
                daemon.process.send_signal(signal.SIGHUP)
            session.close()
            session = daemon.session()
        last = folder / "policies" / "z.json"
        last.write_text(ALLOW % 0)
        after = len(daemon.lines())
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_for(r"in force: 2 files, 2 policies, 1501 statements", after)
        session.close()
        assert daemon.stop()[0] == 0


def test_closed_standard_descriptors(folder):
    """Log lines must not go into the milter protocol when descriptors 0 to 2 are free at the start."""
    daemon = Daemon(folder)
    script = 'exec "$@" 0<&- 1>&- 2>&-'
    process = subprocess.Popen(["/bin/sh", "-c", script, "sh", *daemon.command()])
    try:
        end = time.monotonic() + 60
        while not daemon.socket.exists():
            assert process.poll() is None and time.monotonic() < end
            time.sleep(0.005)
        session = daemon.session()
        process.send_signal(signal.SIGHUP)
        targets = [os.readlink(f"/proc/{process.pid}/fd/{number}") for number in range(3)]
        assert targets == ["/dev/null"] * 3
        session.close()
    finally:
        process.terminate()
        assert process.wait(60) == 0
