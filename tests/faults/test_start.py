# SPDX-License-Identifier: BSD-2-Clause
"""Starts in which an allocation, a look at a file, or a thread fails: no daemon, with a status that is tried again, or the right answers."""
import errno
import os
import subprocess
import time

import pytest

from faults.site import wrong_at_last, write
from lib.daemon import Daemon, of_threads, program
from lib.faults import ALL, COUNT, FILES, LIST, MEMORY, ON, ONCE, OPEN, READ, STAT, THREADS, Faults

# What may mend itself (sysexits(3)): libmilter gave up, the system refused, the socket, try again.
PASSING = {os.EX_SOFTWARE, os.EX_OSERR, os.EX_CANTCREAT, os.EX_TEMPFAIL}


class Starts:
    def __init__(self, daemon: Daemon, faults: Faults) -> None:
        self.daemon, self.faults = daemon, faults
        self.ended = self.served = 0
        self.normal: list[str] = []

    def libmilter_runs(self) -> list[str]:
        """What libmilter's threads run (faults.c names them so), in the order in which it first started one of each:
        what takes signals, what waits for sessions, the workers."""
        names = [name.strip() for name in of_threads(self.daemon.process.pid, "comm")]
        return [name for name in dict.fromkeys(names) if name.startswith("libmilter+")]

    def once(self, group: int, n: int, mode: int, error: int = errno.ENOMEM, mask: int = 0) -> bool:
        """Start it with its n-th call failing. Was there one?"""
        what = f"group {group}, call {n}, mode {mode}, {errno.errorcode[error]}, mask {mask}"
        mark = self.daemon.mark()
        self.faults.fail(group, n, mode, error, mask)
        self.daemon.launch(*self.faults.before)
        end = time.monotonic() + 60
        while self.daemon.process.poll() is None and not self.daemon.answers():
            assert time.monotonic() < end, f"{what}: neither serves nor ends: {self.faults.said()}"
            time.sleep(0.002)
        # It may end yet: what follows the socket may fail, too.
        quiet, count = time.monotonic(), -1
        while self.daemon.process.poll() is None and time.monotonic() < quiet + 0.1:
            if self.faults.count(group) != count:
                quiet, count = time.monotonic(), self.faults.count(group)
            time.sleep(0.005)
        failed = self.faults.failed(group)
        self.faults.off()
        if self.daemon.process.poll() is None:
            try:
                differ = wrong_at_last(self.daemon, "a")
            except TimeoutError:
                # libmilter's thread that waits for sessions ends when it gets no memory at its start (worker.c). What it leaves behind
                # answers nobody, so no mail passes, and the watchdog's probe notices.
                # How many threads there are says nothing: workers come as they are needed, and the trial of read_ahead waits, too.
                lost = [name for name in self.normal if name not in self.libmilter_runs()]
                assert lost == [self.normal[1]], f"{what}: hangs, and of {self.normal} it has lost {lost}\n{self.faults.said()}"
                self.daemon.process.kill()
                self.daemon.process.wait()
                self.daemon.process = None
                return True
            except FileNotFoundError:
                differ = ["it has ended"]
                self.daemon.process.wait(600)
            if self.daemon.process.poll() is None:
                assert not differ, f"{what}: {differ}\n{self.faults.said()}"
                self.normal = self.normal or self.libmilter_runs()
                assert len(self.normal) == 3, self.normal
                self.served += 1
                self.daemon.stop()
                return failed > 0
        status = self.daemon.process.poll()
        said = self.daemon.log(mark)
        if self.faults.ended_by_glibc(status):
            # The unit starts it again.
            self.daemon.process = None
            return True
        assert failed and status in PASSING, f"{what}: status {status}: {said}\n{self.faults.said()}"
        assert said.strip(), f"{what}: status {status}, and not a word"
        assert not self.daemon.answers(), what
        self.daemon.process = None
        self.ended += 1
        return True


@pytest.fixture
def starts(faults, folder) -> Starts:
    daemon = Daemon(folder)
    write(daemon, "a")
    one = Starts(daemon, faults)
    yield one
    if daemon.process and daemon.process.poll() is None:
        daemon.process.kill()
        daemon.process.wait()


def calls(starts: Starts, group: int, mask: int = 0) -> int:
    assert not starts.once(group, 0, COUNT, mask=mask)
    return starts.faults.count(group)


@pytest.mark.parametrize("mode, wanted", [(ONCE, 16), (ON, 12)], ids=["once", "from there on"])
def test_memory(starts, mode, wanted):
    count = calls(starts, MEMORY)
    assert count > 400
    missed = 0
    for n in starts.faults.places(MEMORY, wanted):
        # The last ones came later than the start was waited for.
        missed = 0 if starts.once(MEMORY, n, mode) else missed + 1
        if missed == 10:
            break
    assert starts.ended > wanted / 5


@pytest.mark.parametrize("error", [errno.EIO, errno.EMFILE, errno.ESTALE], ids=lambda error: errno.errorcode[error])
def test_files(starts, error):
    for mask in (OPEN, READ, LIST, STAT):
        assert calls(starts, FILES, mask)
        for n in starts.faults.places(FILES, 2):
            for mode in (ONCE, ON):
                starts.once(FILES, n, mode, error, mask)
    assert starts.ended > 12


def test_threads(starts):
    count = calls(starts, THREADS)
    assert count >= 3
    for n in range(1, count + 1):
        starts.once(THREADS, n, ONCE, errno.EAGAIN)
        starts.once(THREADS, n, ON, errno.EAGAIN)


def test_check_is_of_one_mind_with_start(starts):
    """--check with each look at a file failing: the same statuses, and a word that fits."""
    starts.daemon.write_settings()
    for mask in (OPEN, READ, LIST, STAT):
        for n in range(1, 60 if ALL else 25):
            starts.faults.fail(FILES, n, ONCE, errno.EMFILE, mask)
            run = subprocess.run([*starts.faults.before, program("ses-policy-milter"), "--settings", str(starts.daemon.file), "--check"],
                                 capture_output=True, text=True, check=False)
            failed = starts.faults.failed(FILES)
            starts.faults.off()
            assert run.returncode in (0, os.EX_OSERR), f"mask {mask}, call {n}: {run}"
            assert run.returncode == 0 or "LimitNOFILE=" in run.stderr, f"mask {mask}, call {n}: {run.stderr}"
            if not failed:
                assert run.returncode == 0
                break
