# SPDX-License-Identifier: BSD-2-Clause
"""Filters' processes, for the programs that measure them."""
import contextlib
import os
import pwd
import signal
import socket
import subprocess
import time


class Trouble(Exception):
    """Why it cannot be measured: (text, exit status)."""


class Filter:
    """A filter's process on a socket of its own, as nobody if we are root."""

    def __init__(self, folder, name, command):
        self.path = os.path.join(folder, name + ".sock")
        self.socket = "unix:" + self.path
        self.log = os.path.join(folder, name + ".log")
        user = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([*command, "--socket", self.socket], cwd=folder, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, **user)
        self.negotiated = None

    def knock(self):
        """Does it take connections?"""
        with socket.socket(socket.AF_UNIX) as knocker:
            return knocker.connect_ex(self.path) == 0

    def wait_ready(self):
        limit = time.monotonic() + 20
        while not self.knock():
            if self.process.poll() is not None or time.monotonic() > limit:
                with open(self.log, encoding="utf-8", errors="replace") as log:
                    raise Trouble(f"{' '.join(self.process.args)}: does not start: {log.read(2000)}", 2)
            time.sleep(0.02)

    def resident(self):
        """Kilobytes."""
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

    def pin(self, processors):
        """Let all its threads, and those it makes from now on, run there only."""
        for thread in os.listdir(f"/proc/{self.process.pid}/task"):
            with contextlib.suppress(ProcessLookupError):
                os.sched_setaffinity(int(thread), processors)

    def stop(self):
        """libmilter looks at the signal when a connection comes, or after five seconds."""
        self.process.send_signal(signal.SIGTERM)
        limit = time.monotonic() + 10
        while self.process.poll() is None:
            if time.monotonic() > limit:
                self.process.kill()
            with contextlib.suppress(OSError):
                self.knock()
            time.sleep(0.02)
