# SPDX-License-Identifier: BSD-2-Clause
"""A wall clock that is set while the daemon runs: what waits does not wait by it. (The long form: ../storm/test_clock.py.)"""
import contextlib

import pytest

from conftest import example
from lib.clock import Clock
from lib.daemon import Daemon
from lib.milter_client import MilterClient
from lib.pipe import Pipe


@pytest.mark.parametrize("year", [1971, 2149])
def test_stop(folder, year):
    """What a stop gives to a log that stands still is counted by a clock that nobody sets."""
    with contextlib.ExitStack() as stack:
        clock, pipe = Clock(folder), Pipe(folder / "log", stack)
        daemon = Daemon(folder)
        daemon.write_policy("sender", example("sender"))
        daemon.log_file = pipe.path
        daemon.start(*clock.before)
        stack.callback(daemon.stop)
        daemon.log_file = folder / "none"
        pipe.fill()
        with MilterClient(daemon.address()) as one:
            one.connect("172.31.5.6")
            one.helo()
            assert one.mail("<other@example.net>").code == 550
        clock.set(year)
        assert daemon.stop() == 0
