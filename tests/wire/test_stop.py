# SPDX-License-Identifier: BSD-2-Clause
"""The end may come at any time: it is quick, the exit status is 0, and no message is taken that was not judged."""
import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess
import threading
import time

import pytest

from conftest import example
from lib.daemon import Daemon, is_sanitized, of_threads, program, stop_seconds
from lib.milter_client import MilterClient

GOOD, BAD, INSIDE, OUTSIDE = "no-reply@example.net", "other@example.net", "ann@example.org", "eve@evil.test"


class Sender(threading.Thread):
    """Mail until the daemon is gone; every answer until then must be the right one."""

    def __init__(self, daemon: Daemon) -> None:
        super().__init__()
        self.address = daemon.address()
        self.busy = threading.Event()
        self.wrong: list[str] = []

    def run(self) -> None:
        try:
            while True:
                with MilterClient(self.address) as one:
                    one.connect("172.31.5.6")
                    for sender, recipient, stage in ((GOOD, INSIDE, ""), (BAD, INSIDE, "MAIL"), (GOOD, OUTSIDE, "DATA")):
                        outcome = one.message(sender, [recipient])
                        if outcome.stage != stage:
                            self.wrong.append(f"{sender} {recipient}: {outcome}")
                    self.busy.set()
        except OSError:
            pass


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_under_load(start, number):
    daemon = start(sender=example("sender"), recipients=example("recipients"))
    senders = [Sender(daemon) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        assert sender.busy.wait(600)
    daemon.signal(number)
    assert daemon.process.wait(600) == 0, daemon.log()
    for sender in senders:
        sender.join(600)
        assert not sender.is_alive() and not sender.wrong, sender.wrong
    assert not (daemon.run / "milter.sock").exists()


def end(daemon: Daemon, number: int = signal.SIGTERM) -> None:
    """The signal; it must end well, and what is shipped also at once."""
    begin = time.monotonic()
    daemon.signal(number)
    assert daemon.process.wait(600) == 0, daemon.log()
    assert time.monotonic() - begin < stop_seconds() or is_sanitized(program("ses-policy-milter"))
    assert not list(daemon.run.iterdir())


@pytest.mark.parametrize("last", ["waiting", "answering", "closing"])
def test_with_many_sessions(start, last):
    """Again and again with a hundred sessions at every stage: all idle, all just asking, all just gone."""
    daemon = start(sender=example("sender"), recipients=example("recipients"))
    for _ in range(5 if is_sanitized(program("ses-policy-milter")) else 20):
        sessions = [MilterClient(daemon.address()) for _ in range(100)]
        for one in sessions:
            one.connect("172.31.5.6")
        for one in sessions[25:]:
            assert not one.mail(f"<{GOOD}>").refused
        for one in sessions[50:]:
            assert not one.rcpt(f"<{INSIDE}>").refused
        for one in sessions[75:]:
            assert not one.data().refused
        if last == "answering":
            for one in sessions:
                one.send(b"A")
                one.send(b"M", f"<{BAD}>".encode() + b"\0")
        if last == "closing":
            for one in sessions:
                one.close()
        end(daemon)
        for one in sessions:
            one.close()
        daemon.start()


def blocked_writing(daemon: Daemon) -> bool:
    return any("pipe_write" in place for place in of_threads(daemon.process.pid, "wchan"))


def test_with_a_log_that_nobody_reads(start, folder):
    """A session whose log line cannot be written stands still; the end is quick nevertheless."""
    daemon = Daemon(folder)
    daemon.write_policy("policy", example("sender"))
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    try:
        daemon.start("sh", "-c", f'exec "$@" 2>"{pipe}"', "sh")
        begun = b""
        while b"for main.cf: " not in begun:  # its last line before it serves
            with contextlib.suppress(BlockingIOError):
                begun += os.read(reader, 4096)
            assert daemon.process.poll() is None
            time.sleep(0.01)
        for size in (4096, 1):
            with contextlib.suppress(BlockingIOError):
                while True:
                    os.write(writer, b"x" * size)
        with MilterClient(daemon.address()) as one:
            one.connect("172.31.5.6")
            one.send(b"M", f"<{BAD}>".encode() + b"\0")
            limit = time.monotonic() + 60
            while not blocked_writing(daemon):
                assert time.monotonic() < limit
                time.sleep(0.01)
            end(daemon)
    finally:
        os.close(reader)
        os.close(writer)
        if daemon.process and daemon.process.poll() is None:
            daemon.process.kill()
            daemon.process.wait()


def test_during_a_reload(start):
    """Also while a reload that takes its time is under way, and with signals for more of them waiting."""
    many = json.dumps([f"user-{number}@example.org" for number in range(20_000)])
    daemon = start(policy=example("recipients").replace('"*@example.org"', many))
    for _ in range(20):
        daemon.signal(signal.SIGHUP)
    daemon.signal(signal.SIGTERM)
    daemon.signal(signal.SIGHUP)
    daemon.signal(signal.SIGTERM)
    assert daemon.process.wait(600) == 0, daemon.log()


def test_reload_before_the_first_session(start):
    daemon = start(policy=example("sender"))
    daemon.write_policy("policy", example("recipients"))
    assert "reload: generation 2 in force" in daemon.reload()


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGUSR1])
def test_reload_signal_during_the_start(start, folder, number):
    """It ends nothing and is not lost: what came while generation 1 was read is followed by a reload."""
    many = json.dumps([f"user-{number}@example.org" for number in range(20_000)])
    daemon = Daemon(folder)
    daemon.write_policy("policy", example("recipients").replace('"*@example.org"', many))
    daemon.launch()
    status = pathlib.Path(f"/proc/{daemon.process.pid}/status")
    try:
        # From the first statement of main on; before, the dynamic linker is at work.
        while not int(re.search(r"^SigBlk:\s*(\w+)$", status.read_text(), re.M).group(1), 16) & 1 << number - 1:
            assert daemon.process.poll() is None, daemon.log()
        daemon.signal(number)
        daemon.wait_line("reload: generation 2 in force")
        log = daemon.log()
        assert log.index("generation 1 in force") < log.index("for main.cf: ") < log.index("generation 2 in force")
    finally:
        assert daemon.stop() == 0


MEANINGLESS = (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGALRM, signal.SIGVTALRM, signal.SIGUSR2, signal.SIGIO, signal.SIGPWR)


@pytest.mark.parametrize("number", MEANINGLESS)
def test_signals_that_mean_nothing(start, client, number):
    daemon = start(policy=example("sender"))
    daemon.signal(number)
    assert "reload: generation 2 in force" in daemon.reload()
    assert client(daemon).mail(f"<{BAD}>").code == 550


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
def test_a_check_ends_as_usual(folder, number):
    """It serves nobody: Ctrl-C and a terminal that is gone end it, whatever it waits for."""
    daemon = Daemon(folder)
    daemon.write_policy("policy", "{")
    daemon.write_settings()
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writer, b"x" * 4096)
    os.set_blocking(writer, True)
    check = subprocess.Popen([program("ses-policy-milter"), "--settings", str(daemon.file), "--check"], stderr=writer)
    try:
        end = time.monotonic() + 60
        while "pipe_write" not in pathlib.Path(f"/proc/{check.pid}/wchan").read_text():
            assert check.poll() is None and time.monotonic() < end
            time.sleep(0.01)
        check.send_signal(number)
        assert check.wait(600) == -number
    finally:
        check.kill()
        check.wait()
        os.close(reader)
        os.close(writer)


def test_started_with_signals_ignored(start, folder, client):
    """As by nohup(1) or in the background of a shell: SIGHUP still reloads, SIGTERM still ends it."""
    daemon = Daemon(folder)
    daemon.write_policy("policy", example("recipients"))
    daemon.start("env", "--ignore-signal=HUP", "--ignore-signal=TERM", "--ignore-signal=INT")
    daemon.write_policy("policy", example("sender"))
    assert "reload: generation 2 in force" in daemon.reload()
    assert client(daemon).mail(f"<{BAD}>").code == 550
    assert daemon.stop() == 0, daemon.log()
