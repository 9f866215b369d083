# SPDX-License-Identifier: BSD-2-Clause
"""Reloads in which an allocation, or a look at a file, fails: the new files whole, or the old answers and a reason that fits."""
import errno
import itertools
import re
import time

import pytest

from lib.daemon import Daemon
from faults.site import wrong, wrong_at_last, write
from lib.faults import (ALL, CHANGE, COUNT, FILES, IDLE, LIST, MAP, MEMORY, ON, ONCE, OPEN, READ, RENAME, SIGNALS, SOCKET, STAT, SYNC, TALK, THREADS, WRITE,
                        Faults)

LOST = "reload: nobody said what became of it"


class Reloads:
    """One reload after another, each of the other version."""

    def __init__(self, daemon: Daemon, faults: Faults) -> None:
        self.daemon, self.faults, self.version = daemon, faults, "a"
        self.taken = self.refused = 0

    def signal(self) -> None:
        """SIGHUP, and until what it has asked for is over, lint too."""
        faults, before, end = self.faults, self.faults.get(SIGNALS), time.monotonic() + 60
        self.daemon.signal(1)
        while faults.get(SIGNALS) == before or not faults.get(IDLE):
            assert self.daemon.process.poll() is None, f"it died: {faults.said()}"
            assert time.monotonic() < end, f"it hangs: {faults.said_all_threads(self.daemon.process.pid)}"
            time.sleep(0.001)

    def line(self, mark: int) -> str:
        """What became of it. The line may be lost for want of memory."""
        end = time.monotonic() + (0.3 if self.faults.get(0) == ON else 5)
        while time.monotonic() < end:
            for line in self.daemon.log(mark).splitlines():
                if re.search(r"reload: (generation|refused)", line):
                    return line
            time.sleep(0.001)
        return LOST

    def once(self, group: int, n: int, mode: int, error: int = errno.ENOMEM, mask: int = 0) -> str | None:
        """The line of the reload, with its n-th call failing; None: there is no such call, and it is in force."""
        other = {"a": "b", "b": "a"}[self.version]
        write(self.daemon, other)
        mark = self.daemon.mark()
        self.faults.fail(group, n, mode, error, mask)
        self.signal()
        line = self.line(mark)
        failed = self.faults.failed(group)
        self.faults.off()
        # If nobody has told, the answers do.
        if "reload: generation" in line or (line == LOST and wrong_at_last(self.daemon, self.version)):
            self.version = other
            self.taken += 1
        else:
            self.refused += 1
            assert failed, line
        differ = wrong_at_last(self.daemon, self.version)
        assert not differ, f"call {n}, mode {mode}, {line}: {differ}\n{self.faults.said()}"
        return line if failed else None


@pytest.fixture
def reloads(start, faults, folder) -> Reloads:
    daemon = Daemon(folder)
    write(daemon, "a")
    daemon = start(settings=daemon.settings, before=faults.before)
    assert faults.live()
    write(daemon, "a")
    one = Reloads(daemon, faults)
    assert not wrong(daemon, "a")
    return one


def calls(reloads: Reloads, group: int, mask: int = 0) -> int:
    """How many such calls a reload makes."""
    assert reloads.once(group, 0, COUNT, mask=mask) is None
    return reloads.faults.count(group)


@pytest.mark.parametrize("mode, wanted", [(ONCE, 60), (ON, 20)], ids=["once", "from there on"])
def test_memory(reloads, mode, wanted):
    count = calls(reloads, MEMORY)
    assert count > 300
    for n in reloads.faults.places(MEMORY, wanted):
        line = reloads.once(MEMORY, n, mode)
        assert line is None or "generation" in line or "memory" in line or line == LOST, line
    assert reloads.refused > min(wanted, count) / 4


# errno, and a word of the remedy that fits it
ERRORS = [(errno.EIO, "dmesg"), (errno.EMFILE, "LimitNOFILE="), (errno.ESTALE, "mount the folder again"), (errno.ENOMEM, "memory is short")]
# What a reload may do, and what goes on beside it.
BESIDE = [(WRITE, errno.ENOSPC), (SYNC, errno.EIO), (RENAME, errno.EIO), (CHANGE, errno.EIO), (MAP, errno.ENOMEM), (SOCKET, errno.EMFILE), (TALK, errno.EIO)]
KINDS = [("open", OPEN), ("read", READ), ("readdir", LIST), ("stat", STAT)]


@pytest.mark.parametrize("error, remedy", ERRORS, ids=[errno.errorcode[error] for error, _ in ERRORS])
def test_files(reloads, error, remedy):
    for name, mask in KINDS:
        count = calls(reloads, FILES, mask)
        assert count >= 2, name
        for n in reloads.faults.places(FILES, 8 if error == errno.EIO else 3):
            for mode in (ONCE, ON):
                line = reloads.once(FILES, n, mode, error, mask)
                assert line is None or "refused" not in line or remedy in line, f"{name}: {line}"
    assert reloads.refused > 15


def test_what_goes_on_beside(reloads):
    """Counts of quotas, records, the log, the control socket: what they cannot do changes no answer."""
    for mask, error in BESIDE:
        for n in range(1, 40 if ALL else 3):
            for mode in (ONCE, ON):
                reloads.once(FILES, n, mode, error, mask)
            if not reloads.faults.failed(FILES):
                break
    for mode in (ONCE, ON):
        reloads.once(THREADS, 1, mode, errno.EAGAIN)


@pytest.mark.parametrize("group, error, says", [(FILES, errno.EMFILE, "LimitNOFILE="), (MEMORY, errno.ENOMEM, "memory is short")],
                         ids=["files", "memory"])
def test_lint(reloads, group, error, says):
    """What lint could not look at is said, and is not nothing found; the policies are in force all the same."""
    daemon, faults, done = reloads.daemon, reloads.faults, 0
    whole = daemon.wait_line("lint: ").split("lint: ")[1]
    numbers = itertools.count(1, 1 if group == FILES else 17)
    if ALL:
        faults.fail(group, 0, COUNT, error, OPEN)
        reloads.signal()
        faults.off()
        numbers = itertools.chain(faults.places(group, 0), itertools.count(faults.count(group) + 2))
    for n in numbers:
        mark = daemon.mark()
        write(daemon, "a")
        faults.fail(group, n, ON, error, OPEN)
        reloads.signal()
        line = reloads.line(mark)
        if "refused" in line or line == LOST:
            faults.off()
            continue
        line = daemon.wait_line("lint: ", mark)
        failed = faults.failed(group)
        faults.off()
        said = line.split("lint: ")[1]
        # What fails behind lint, when the line is put down, takes nothing from what it says.
        assert said == whole or (failed and "not done: " in said and says in said), f"call {n}: {line}\n{faults.said()}"
        if not failed:
            break
        done += 1
    assert done >= 3
    assert not wrong(daemon, "a")


def test_nothing_leaks(reloads):
    """Allocations after reloads that were refused, as before. (test_trouble.c counts them to the last one.)"""
    calls(reloads, MEMORY)
    numbers = reloads.faults.places(MEMORY, 40)

    def live() -> int:
        """When nothing fails and the older generation has gone."""
        reloads.once(MEMORY, 1 << 40, ONCE)
        reloads.once(MEMORY, 1 << 40, ONCE)
        low, end = reloads.faults.live(), time.monotonic() + 2.5
        while time.monotonic() < end:
            low = min(low, reloads.faults.live())
            time.sleep(0.01)
        return low
    before = live()
    tried = [reloads.once(MEMORY, n, ONCE) for n in numbers]
    # Connections and their messages come and go by some; one allocation left each time would be more.
    assert live() < before + 0.6 * len(tried)
