# SPDX-License-Identifier: BSD-2-Clause
"""Filters' processes, for the programs that measure them, and messages to ask them about."""
import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

# CONNECT, MAIL, RCPT, DATA, end: all answered, nothing else told (SMFIP_* of mfdef.h).
FOUR_ROUND_TRIPS = 0x172
# A message that all three example policies let pass, and what each refuses.
ACCEPTED = {"client": "172.31.5.6", "sender": "no-reply@example.net", "recipient": "user@example.org", "expect": "accept"}
REFUSED = (
    ("refused at MAIL, by sender", {"sender": "alice@example.net", "expect": "550@mail"}),
    ("refused at MAIL, by network", {"client": "192.0.2.10", "expect": "550@mail"}),
    ("refused at DATA, by recipients", {"recipient": "user@example.com", "expect": "550@data"}),
)


class Trouble(Exception):
    """Why it cannot be measured: (text, exit status)."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def stat(pid):
    """The fields behind the name (proc(5)): state, parent, ..."""
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
        return file.read().rpartition(")")[2].split()


def children(pid):
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            if int(stat(name)[1]) == pid:
                found.append(int(name))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


class Filter:
    """A filter's process on a socket of its own, as nobody if we are root. `port`: on loopback, instead of a unix socket.

    `command` is told `--socket`, or makes its arguments of the socket's path.
    """

    def __init__(self, folder, name, command, port=None):
        self.path = os.path.join(folder, name + ".sock")
        self.port = port
        self.socket = f"inet:{port}@127.0.0.1" if port else "unix:" + self.path
        self.of_postfix = f"inet:127.0.0.1:{port}" if port else self.socket
        self.log = os.path.join(folder, name + ".log")
        user = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        with open(self.log, "wb") as log:
            arguments = command(self.path) if callable(command) else [*command, "--socket", self.socket]
            self.process = subprocess.Popen(arguments, cwd=folder, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, **user)
        self.negotiated = None

    def knock(self):
        """Does it take connections?"""
        with socket.socket(socket.AF_INET if self.port else socket.AF_UNIX) as knocker:
            return knocker.connect_ex(("127.0.0.1", self.port) if self.port else self.path) == 0

    def wait_ready(self):
        limit = time.monotonic() + 120
        while not self.knock():
            if self.process.poll() is not None or time.monotonic() > limit:
                with open(self.log, encoding="utf-8", errors="replace") as log:
                    raise Trouble(f"{' '.join(self.process.args)}: does not start: {log.read(2000)}", 2)
            time.sleep(0.02)

    def wait_line(self, words):
        """Until its log says so."""
        limit = time.monotonic() + 60
        while True:
            with open(self.log, encoding="utf-8", errors="replace") as log:
                if words in log.read():
                    return
            if self.process.poll() is not None or time.monotonic() > limit:
                raise Trouble(f"{' '.join(self.process.args)}: its log does not say {words!r}", 2)
            time.sleep(0.02)

    def pids(self):
        """Its own, and those of its workers."""
        return [self.process.pid, *children(self.process.pid)]

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


class Filters:
    """Starts filters in a folder of their own that others may look into; they end with the stack."""

    def __init__(self, options, stack):
        self.options = options
        self.stack = stack
        self.count = 0
        self.before = []    # a command that runs them
        self.folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="milter-bench-"))
        os.chmod(self.folder, 0o755)
        if os.geteuid() == 0:
            os.chown(self.folder, pwd.getpwnam("nobody").pw_uid, -1)
        # Build and source folders may be closed to nobody.
        self.noop = self.copy(os.path.join(options.programs, "noop"))
        self.daemon = self.copy(options.daemon)

    def copy(self, path, name=None):
        to = os.path.join(self.folder, name or os.path.basename(path))
        try:
            shutil.copy(path, to)
        except OSError as error:
            raise Trouble(f"{error}; has `make` been run?", 2) from error
        os.chmod(to, 0o755)
        return to

    def start(self, command, port=None):
        self.count += 1
        started = Filter(self.folder, f"filter{self.count}", command if callable(command) else [*self.before, *command], port)
        self.stack.callback(started.stop)
        started.wait_ready()
        return started

    def start_noop(self, steps, macros=(), yes="eom"):
        """It says ACCEPT at the stage `yes`."""
        lists = [f"--macros={number}={names}" for number, names in enumerate(macros) if names]
        return self.start([self.noop, "--steps", str(steps), "--accept", yes, *lists])

    def start_alike(self, seen):
        """One that negotiates what a filter did that load has seen, and says ACCEPT at the same stage."""
        return self.start_noop(seen["steps"], seen["macros"], seen["yes"])

    def start_daemon(self, policies, settings, port=None):
        """`policies`: files of the examples."""
        files = [self.copy(os.path.join(self.options.policies, file), f"{self.count}-{file}") for file in policies]
        path = os.path.join(self.folder, f"settings{self.count}.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"policies": files, **settings}, file)
        os.chmod(path, 0o644)
        started = self.start([self.daemon, "--settings", path, "--foreground"], port)
        # It looks for what is suspicious in the policies when they are in force already: no part of a message.
        started.wait_line("lint: ")
        return started

    def load(self, target, message, *options):
        """One run of the load generator against a filter; its figures."""
        command = [os.path.join(self.options.programs, "load"), "--json", "--socket", target.socket,
                   *(f"--pid={pid}" for pid in target.pids()), *map(str, options),
                   *(f"--{name}={value}" for name, value in message.items())]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Trouble(f"{' '.join(command)}:\n{done.stderr}", 1 if done.returncode == 1 else 2)
        return json.loads(done.stdout)
