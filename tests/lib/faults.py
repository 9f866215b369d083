# SPDX-License-Identifier: BSD-2-Clause
"""Trouble on purpose: what is put in front of the C library (tests/faults/faults.c), told from here while the program runs."""
import errno
import mmap
import os
import pathlib
import struct
import subprocess
from collections.abc import Iterator

from lib.daemon import BUILD

OFF, ONCE, ON = range(3)
MEMORY, FILES, THREADS = range(3)
OPEN, READ, LIST, STAT, WRITE = 1, 2, 4, 8, 16
SLOTS = 6  # of a group: mode, n, count, failed, mask, error
LIVE = 3 * SLOTS


ALL = bool(os.environ.get("FAULTS_ALL"))


def places(count: int, wanted: int) -> Iterator[int]:
    """From 1 to `count`, and a little further, where nothing fails: all with FAULTS_ALL, else about so many of them."""
    step = 1 if ALL else max(1, count // wanted)
    return iter(range(1, count + step + 1, step))


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
        self.before = ("env", f"LD_PRELOAD={library()}", f"FAULTS={file}", f"FAULTS_TRACE={self.trace}")

    def get(self, slot: int) -> int:
        return struct.unpack_from("q", self.page, 8 * slot)[0]

    def put(self, slot: int, value: int) -> None:
        struct.pack_into("q", self.page, 8 * slot, value)

    def fail(self, group: int, n: int, mode: int, error: int = errno.ENOMEM, mask: int = 0) -> None:
        """The n-th call of the group from now on fails, and with ON all after it too."""
        first = group * SLOTS
        self.put(first, OFF)
        for slot, value in enumerate((n, 0, 0, mask, error), 1):
            self.put(first + slot, value)
        self.put(first, mode)

    def off(self) -> None:
        for group in (MEMORY, FILES, THREADS):
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
