# SPDX-License-Identifier: BSD-2-Clause
"""Trouble on purpose: what is put in front of the C library (tests/faults/faults.c), told from here while the program runs."""
import collections
import ctypes
import errno
import mmap
import os
import pathlib
import re
import select
import signal
import struct
import subprocess
import time

from lib.daemon import BUILD

OFF, ONCE, ON, COUNT = range(4)
MEMORY, FILES, THREADS = range(3)
OPEN, READ, LIST, STAT, WRITE, SYNC, RENAME, SOCKET, TALK, MAP, OUT, CHANGE = (1 << bit for bit in range(12))
CALLS = {OPEN: "open", READ: "read", LIST: "readdir", STAT: "stat", WRITE: "write", SYNC: "fsync", RENAME: "rename", SOCKET: "socket",
         TALK: "send and recv", MAP: "mmap", OUT: "standard output", CHANGE: "chmod, truncate, lock"}
SLOTS = 6  # of a group: mode, n, count, failed, mask, error
LIVE = 3 * SLOTS
SIGNALS, IDLE = LIVE + 1, LIVE + 2
HANG_SECONDS = 60
LOOKS_AT_USERS = re.compile(r"getpw|getgr|initgroups")

# (place, kind) -> how often something failed there. tests/faults/conftest.py prints them.
tried: collections.Counter[tuple[str, str]] = collections.Counter()


def kind_of(group: int, mask: int, error: int, mode: int) -> str:
    calls = {MEMORY: "allocation", THREADS: "thread"}.get(group) or "+".join(name for bit, name in CALLS.items() if mask & bit)
    return f"{calls}, {errno.errorcode[error if group == FILES else {MEMORY: errno.ENOMEM, THREADS: errno.EAGAIN}[group]]}, {'once' if mode == ONCE else 'from there on'}"


ALL = bool(os.environ.get("FAULTS_ALL"))


def steps(count: int, wanted: int) -> list[int]:
    """About so many from 1 to `count`, and one a little further, where nothing fails; all with FAULTS_ALL."""
    step = 1 if ALL else max(1, count // wanted)
    return list(range(1, count + step + 1, step))


def of_places(places: dict[int, str]) -> list[int]:
    """The calls that are tried, of those whose place is known: of each place the first, and the last."""
    first = {place: n for n, place in sorted(places.items(), reverse=True)}
    last = {place: n for n, place in sorted(places.items())}
    return sorted({*first.values(), *last.values()})


def library() -> pathlib.Path:
    """Built if it is not there, or older than its source."""
    subprocess.run(["make", "-s", "-C", BUILD / "tests", "faults/faults.so"], check=True, stdin=subprocess.DEVNULL, capture_output=True)
    return BUILD / "tests" / "faults" / "faults.so"


class Faults:
    """`before`: what a program is to be started by."""

    def __init__(self, folder: pathlib.Path) -> None:
        file, self.trace = folder / "faults", folder / "faults.trace"
        file.write_bytes(bytes(mmap.PAGESIZE))
        for path in (file, self.trace):
            path.touch()
            path.chmod(0o666)  # the daemon maps it as whoever it is
        with open(file, "r+b") as opened:
            self.page = mmap.mmap(opened.fileno(), mmap.PAGESIZE)
        self.place = os.environ.get("PYTEST_CURRENT_TEST", "").partition("::")[0].rpartition("test_")[2].removesuffix(".py")
        self.path, self.now = file, ""
        self.before = ("env", f"LD_PRELOAD={library()}", f"FAULTS={file}", f"FAULTS_TRACE={self.trace}")

    def get(self, slot: int) -> int:
        return struct.unpack_from("q", self.page, 8 * slot)[0]

    def put(self, slot: int, value: int) -> None:
        struct.pack_into("q", self.page, 8 * slot, value)

    def fail(self, group: int, n: int, mode: int, error: int = errno.ENOMEM, mask: int = 0) -> None:
        """The n-th call of the group from now on fails, and with ON all after it too."""
        first = group * SLOTS
        self.now = kind_of(group, mask, error, mode)
        self.put(first, OFF)
        if mode == COUNT:
            os.truncate(self.trace, 0)
        for slot, value in enumerate((n, 0, 0, mask, error), 1):
            self.put(first + slot, value)
        self.put(first, mode)

    def places(self, group: int, wanted: int) -> list[int]:
        """After fail(group, ..., COUNT): the calls to try. About `wanted`; with FAULTS_ALL those of each place; and one behind the last."""
        count = self.count(group)
        if not ALL:
            return steps(count, wanted)
        # A call whose line is missing has a place of its own.
        said = re.findall(r"^at (\d+) (\w+)$", self.trace.read_text(errors="backslashreplace"), re.M)
        return [*of_places({n: str(n) for n in range(1, count + 1)} | {int(n): place for n, place in said}), count + 1]

    def off(self) -> None:
        for group in (MEMORY, FILES, THREADS):
            if self.get(group * SLOTS) and self.failed(group):
                tried[self.place, self.now] += 1
            self.put(group * SLOTS, OFF)

    def count(self, group: int) -> int:
        """Calls since fail()."""
        return self.get(group * SLOTS + 2)

    def failed(self, group: int) -> int:
        return self.get(group * SLOTS + 3)

    def live(self) -> int:
        """Allocations that were not given back. 0: the program runs without what makes its calls fail."""
        return self.get(LIVE)

    def said(self) -> str:
        """What failed last, and whose call it was."""
        return self.trace.read_text(errors="backslashreplace")[-4000:]

    def ended_by_glibc(self, status: int) -> bool:
        """glibc 2.36 ends the process when there is no memory for its first look at users (nss/nss_database.c). See SECURITY.md."""
        return status in (-signal.SIGSEGV, -signal.SIGABRT) and bool(LOOKS_AT_USERS.search(self.said().rpartition("allocation")[2]))

    def said_all_threads(self, pid: int) -> str:
        """What the threads of a process are at, which hangs."""
        libc = ctypes.CDLL(None)
        for thread in os.listdir(f"/proc/{pid}/task"):
            libc.syscall(234, pid, int(thread), signal.SIGRTMAX)  # tgkill
        time.sleep(0.5)
        return self.said()


class Runs:
    """Many runs of one program with the same words, each with something that fails: a child each of one that waits before main."""

    def __init__(self, faults: Faults, command: list[str], stdin: bytes = b"", cwd: pathlib.Path | None = None, name: str = "") -> None:
        folder = faults.path.parent
        self.faults = faults
        self.files = [open(folder / f"{name}{end}", "w+b") for end in ("in", "out", "err")]
        self.files[0].write(stdin)
        self.files[0].flush()
        tell, self.tell = os.pipe()
        self.hear, say = os.pipe()
        fork = ("env", *faults.before[1:], f"FAULTS_FORK={tell},{say}")
        self.process = subprocess.Popen([*fork, *command], stdin=self.files[0], stdout=self.files[1], stderr=self.files[2], cwd=cwd,
                                        pass_fds=(tell, say))
        os.close(tell)
        os.close(say)

    def end(self) -> None:
        os.close(self.tell)
        self.process.wait(HANG_SECONDS)
        os.close(self.hear)
        for file in self.files:
            file.close()

    def read_end(self) -> tuple[int, int]:
        return struct.unpack("ii", os.read(self.hear, 8))

    def once(self) -> tuple[int, bytes, str]:
        """Exit status (negative: a signal), standard output, standard error. What fails is told before."""
        os.write(self.tell, b"x")
        pid, _ = self.read_end()
        assert pid > 0
        if not select.select([self.hear], [], [], HANG_SECONDS)[0]:
            said = self.faults.said_all_threads(pid)
            os.kill(pid, signal.SIGKILL)
            raise AssertionError(f"{self.process.args} hangs: {said}")
        status = os.waitstatus_to_exitcode(self.read_end()[1])
        return status, *(os.pread(file.fileno(), 1 << 24, 0) for file in self.files[1:2]), os.pread(self.files[2].fileno(), 1 << 20, 0).decode(errors="backslashreplace")
