# SPDX-License-Identifier: BSD-2-Clause
"""What systemd is told over its notification socket (sd_notify(3)); the socket here is the test's."""
import contextlib
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time

import pytest

from conftest import ROOT, example
from lib.daemon import is_sanitized, program, stop_seconds
from lib.postfix import free_port
from test_metrics import scrape, values

BAD = "other@example.net"


class Manager:
    """Stands in for systemd."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        os.chmod(path, 0o777)
        self.heard: list[str] = []

    def wait(self, pattern: str, seconds: float = 20) -> str:
        """The next message that matches; those before it are passed over."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                message = self.socket.recv(65536).decode()
            except TimeoutError:
                break
            self.heard.append(message)
            if re.search(pattern, message, re.M):
                return message
        raise AssertionError(f"no {pattern!r} in {self.heard}")


@pytest.fixture
def manager(folder):
    one = Manager(str(folder / "notify"))
    yield one
    one.socket.close()


def test_ready_reload_stop(start, client, manager):
    daemon = start(before=("env", f"NOTIFY_SOCKET={manager.path}"), sender=example("sender"))
    ready = manager.wait("^READY=1$")
    assert "STATUS=generation 1, 1 file, 1 policy, 1 statement; 0 decisions, 0 refused; last reload none" in ready
    client(daemon).mail(f"<{BAD}>")
    manager.wait("^STATUS=generation 1, .*; 1 decisions, 1 refused; last reload none$")
    before = time.clock_gettime(time.CLOCK_MONOTONIC)
    daemon.write_policy("more", example("recipients"))
    daemon.reload()
    reloading = manager.wait("^RELOADING=1$")
    assert before * 1e6 <= int(re.search(r"^MONOTONIC_USEC=(\d+)$", reloading, re.M).group(1)) <= time.clock_gettime(time.CLOCK_MONOTONIC) * 1e6
    ready = manager.wait("^READY=1$")
    assert re.search(r"^STATUS=generation 2, 2 files, .*; last reload \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ in force$", ready, re.M)
    path = daemon.write_policy("more", "{")
    daemon.reload()
    manager.wait("^RELOADING=1$")
    ready = manager.wait("^READY=1$")
    assert re.search(rf"^STATUS=generation 2, 2 files, .*; last reload \S+ refused: {path}:1:", ready, re.M)
    daemon.signal(signal.SIGTERM)
    manager.wait("^STOPPING=1$")
    assert daemon.stop() == 0


def test_ready_means_that_mail_is_answered(start, client, manager):
    daemon = start(before=("env", f"NOTIFY_SOCKET={manager.path}"), sender=example("sender"))
    manager.wait("^READY=1$")
    assert client(daemon).mail(f"<{BAD}>").code == 550


def test_watchdog(start, client, manager):
    """Signs of life while the filter answers at its socket, none when it does not; they count as no mail connection."""
    daemon = start(before=("env", f"NOTIFY_SOCKET={manager.path}", "WATCHDOG_USEC=400000"), sender=example("sender"))
    for _ in range(3):
        manager.wait("^WATCHDOG=1$", 5)
    # The socket is gone, and cannot be made again in a folder that is root's.
    os.chown(daemon.run, 0, -1)
    (daemon.run / "milter.sock").unlink()
    daemon.wait_line("watchdog: the filter does not answer at its own socket: No such file or directory")
    with pytest.raises(AssertionError):
        # What was on its way before the socket went may still come.
        manager.wait("^WATCHDOG=1$", 0.1)
        manager.wait("^WATCHDOG=1$", 1)
    shutil.chown(daemon.run, "nobody")
    manager.wait("^WATCHDOG=1$", 20)
    assert daemon.log().count("watchdog: ") == 1


def test_watchdog_while_another_program_has_the_socket(start, manager):
    """A restart would not change that: the status says it, and the sessions that are there go on."""
    daemon = start(before=("env", f"NOTIFY_SOCKET={manager.path}", "WATCHDOG_USEC=400000"), sender=example("sender"))
    place = daemon.run / "milter.sock"
    place.unlink()
    with socket.socket(socket.AF_UNIX) as other:
        # No milter: it answers nothing.
        other.bind(str(place))
        place.chmod(0o666)
        other.listen()
        status = manager.wait("^STATUS=no new connection")
        assert f"STATUS=no new connection reaches the filter: socket: another program answers at {place}; " in status
        assert re.search("; generation 1, 1 file, .*; last reload none$", status, re.M)
        for _ in range(3):
            manager.wait("^WATCHDOG=1$", 5)
        daemon.reload()
        manager.wait("^READY=1\nSTATUS=no new connection reaches the filter: .*; generation 2, ")
    manager.wait("^STATUS=generation 2, ")


def test_manager_that_takes_nothing(start, client, manager):
    """Reload and stop wait for it no more than for a log. What it takes later ends with what is so."""
    daemon = start(before=("env", f"NOTIFY_SOCKET={manager.path}", "WATCHDOG_USEC=400000"), sender=example("sender"))
    manager.wait("^READY=1$")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as filler:
        filler.connect(manager.path)
        filler.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                filler.send(b"FILLER=1")
    for number in range(2, 40):
        daemon.write_policy("sender", example("recipients" if number % 2 else "sender"))
        assert f"reload: generation {number} in force" in daemon.reload()
    assert not client(daemon).mail(f"<{BAD}>").refused
    heard = ""
    while not re.search("^READY=1\nSTATUS=generation 39, ", heard, re.M):
        heard = manager.wait("^READY=1$|^STATUS=")
    daemon.signal(signal.SIGTERM)
    manager.wait("^STOPPING=1$")


def test_stop_while_the_manager_takes_nothing(start, manager):
    daemon = start(before=("env", f"NOTIFY_SOCKET={manager.path}"), sender=example("sender"))
    manager.wait("^READY=1$")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as filler:
        filler.connect(manager.path)
        filler.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                filler.send(b"FILLER=1")
    begin = time.monotonic()
    daemon.signal(signal.SIGTERM)
    assert daemon.process.wait(600) == 0
    assert time.monotonic() - begin < stop_seconds() or is_sanitized(program("ses-policy-milter"))


def systemctl_reload(daemon) -> int:
    """What the unit does, as systemd does it: line by line, until one fails."""
    unit = (ROOT / "contrib/systemd/ses-policy-milter.service").read_text()
    status = 0
    for line in re.findall("^ExecReload=(.+)$", unit, re.M):
        words = shlex.split(line)
        if words[0] == "/usr/sbin/ses-policy-milter":
            words[:1] = [program("ses-policy-milter"), "--settings", str(daemon.file)]
        status = status or subprocess.run(words, env={"MAINPID": str(daemon.process.pid), "PATH": "/usr/bin:/bin"}, timeout=60,
                                          stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False).returncode
    return status


def test_each_reload_of_the_unit_is_heard(start, manager):
    """It fails where the daemon refuses; and the daemon's log, status and metrics tell of it."""
    place = f"127.0.0.1:{free_port()}"
    daemon = start(before=("env", f"NOTIFY_SOCKET={manager.path}"), settings={"metrics": place}, sender=example("sender"))
    manager.wait("^READY=1$")
    for reloads, refused in ((1, 0), (1, 1), (2, 1)):
        path = daemon.write_policy("sender", "{" if refused and reloads == 1 else example("sender"))
        assert systemctl_reload(daemon) == (78 if refused and reloads == 1 else 0)
        manager.wait("^RELOADING=1$")
        status = manager.wait("^READY=1$")
        now = values(scrape(place))
        assert (now['reloads_total{result="ok"}'], now['reloads_total{result="refused"}']) == (reloads, refused)
        if refused and reloads == 1:
            assert re.search(rf"last reload \S+ refused: {path}:1:1: ", status)
            daemon.wait_line(rf"reload: refused, generation 2 stays in force: {path}:1:1: ")


def test_without_systemd(start, client):
    daemon = start(sender=example("sender"))
    assert client(daemon).mail(f"<{BAD}>").code == 550
    assert "NOTIFY" not in daemon.log()


def test_the_status_says_how_old_the_account_state_is(start, manager, folder):
    state = folder / "account"
    state.mkdir()
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 3 * 86400 - 3600))
    (state / "account.json").write_text('{"SendingEnabled": true, "ProductionAccessEnabled": true}')
    (state / "state.json").write_text(f'{{"parts": {{"account": "{when}"}}}}')
    daemon = start(before=("env", f"NOTIFY_SOCKET={manager.path}"), settings={"account_state": str(state)}, sender=example("sender"))
    ready = manager.wait("^READY=1$")
    assert f"; account state of {when}, 3d old; account state now 3d old; 0 decisions" in ready
    daemon.wait_line(f"account state of {when}, 3d old")
