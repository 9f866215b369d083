# SPDX-License-Identifier: BSD-2-Clause
"""The wall clock of one program, set by years while it runs, and the sleep of its machine (tests/storm/clock.c)."""
import datetime
import mmap
import pathlib
import struct
import subprocess
import time

from lib.daemon import BUILD

UTC = datetime.timezone.utc


class Clock:
    """`before`: what a program is to be started by."""

    def __init__(self, folder: pathlib.Path) -> None:
        subprocess.run(["make", "-s", "-C", BUILD / "tests", "storm/clock.so"], check=True, stdin=subprocess.DEVNULL, capture_output=True)
        file = folder / "clock"
        file.write_bytes(bytes(mmap.PAGESIZE))
        file.chmod(0o644)
        with open(file, "r+b") as opened:
            self.page = mmap.mmap(opened.fileno(), mmap.PAGESIZE)
        self.before = ("env", f"LD_PRELOAD={BUILD}/tests/storm/clock.so", f"STORM_CLOCK={file}")
        self.ahead = 0

    def set(self, year: int) -> None:
        self.ahead = int(datetime.datetime(year, 6, 1, tzinfo=UTC).timestamp() - time.time())
        struct.pack_into("q", self.page, 0, self.ahead)

    def sleep(self, seconds: int) -> None:
        """The machine has slept for so long, all in all."""
        struct.pack_into("q", self.page, 8, seconds)

    def now(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(time.time() + self.ahead, UTC)
