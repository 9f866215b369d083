# SPDX-License-Identifier: BSD-2-Clause
"""What is measured of one filter with many connections, idle ones and busy ones."""
import collections
import contextlib
import json
import os
import subprocess
import time

from filters import ACCEPTED, REFUSED, Trouble

FEW = 10            # connections that carry messages beside the idle ones
MESSAGES = 100      # in each session
WARM_UP = 1         # second: so long it may take until all of a thousand sessions are there
CLOSE_LIMIT = 60    # seconds until a filter has given up what its clients have closed; libmilter's workers take ten
SPARE = 8           # files and threads that a filter may take for itself

Memory = collections.namedtuple("Memory", "resident anonymous threads")     # kilobytes; anonymous: no file's, heap and stacks


def scenario(refuses):
    """A file for the load generator: one message in a hundred is refused by the daemon."""
    last = ACCEPTED | REFUSED[0][1] | ({} if refuses else {"expect": "accept"})
    return "".join("\t".join(fields.values()) + "\n" for fields in [*[ACCEPTED] * (MESSAGES - 1), last])


class Crowded:
    """One filter, and its figures. Every answer is checked."""

    def __init__(self, options, target, messages):
        self.options, self.target, self.messages = options, target, messages
        self.files, self.threads = self.count("fd"), self.count("task")     # for no connection
        self.held = 0       # idle connections
        self.wrong = self.broken = 0
        self.alone, self.beside, self.busy = [], [], []     # the load generator's figures
        self.before = None
        # Memory with all idle connections: just opened; some time later; after a message through each. And without them.
        self.opened, self.waited, self.carried, self.closed = [], [], [], []
        # The most that was resident with the busy ones, and memory without them.
        self.peaks, self.after_busy = [], []

    def count(self, what):
        return len(os.listdir(f"/proc/{self.target.process.pid}/{what}"))

    def wait_closed(self):
        limit = time.monotonic() + CLOSE_LIMIT
        while max(self.count("fd") - self.files, self.count("task") - self.threads) > self.held + SPARE:
            if time.monotonic() > limit:
                raise Trouble(f"{' '.join(self.target.process.args)}: keeps connections that its clients have closed", 1)
            time.sleep(0.02)

    def memory(self):
        fields = {}
        with open(f"/proc/{self.target.process.pid}/smaps_rollup", encoding="utf-8") as lines:
            for line in lines:
                fields[line.split(":")[0]] = line.split()[1]
        return Memory(int(fields["Rss"]), int(fields["Anonymous"]), self.count("task"))

    def load(self, connections):
        """One run of the load generator: its figures, and the most memory that was seen meanwhile."""
        command = [os.path.join(self.options.programs, "load"), "--json", "--socket", self.target.socket,
                   "--pid", str(self.target.process.pid), "--connections", str(connections), "--messages", str(MESSAGES),
                   "--seconds", str(self.options.seconds), "--warm-up", str(WARM_UP), "--scenario", self.messages]
        most = 0
        with contextlib.ExitStack() as stack:
            run = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
            stack.callback(run.kill)
            while run.poll() is None:
                most = max(most, self.target.resident())
                with contextlib.suppress(subprocess.TimeoutExpired):
                    run.wait(0.1)
            out = run.stdout.read()
        if run.returncode > 1 or not out:
            raise Trouble(f"{' '.join(command)}: could not do it", 2)
        figures = json.loads(out)
        self.wrong += figures["wrong"]
        self.broken += figures["broken"]
        self.wait_closed()
        return figures, most

    @contextlib.contextmanager
    def idle(self):
        """All idle connections; while they are there, carry() carries a message through each."""
        command = [os.path.join(self.options.programs, "idle"), "--socket", self.target.socket, "--connections",
                   str(self.options.idle), *(f"--{name}={value}" for name, value in ACCEPTED.items())]
        run = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

        def ended(status):
            raise Trouble("an idle connection is not as it should be" if status == 1 else f"{' '.join(command)}: could not do it",
                          1 if status == 1 else 2)

        def wait_ready():
            if run.stdout.readline() != "ready\n":
                ended(run.wait())

        def carry():
            run.stdin.write("\n")
            run.stdin.flush()
            wait_ready()
        try:
            wait_ready()
            self.held = self.options.idle
            yield carry
            self.held = 0
            run.stdin.close()
            if run.wait():
                ended(run.returncode)
        finally:
            run.kill()
            run.wait()
            run.stdout.close()
            with contextlib.suppress(BrokenPipeError):
                run.stdin.close()
        self.wait_closed()

    def begin(self):
        """What is there before the crowd comes: all that a few connections need has been used once."""
        self.alone.append(self.load(FEW)[0])
        self.before = self.memory()

    def open_idle(self):
        with self.idle():
            self.opened.append(self.memory())
            time.sleep(self.options.idle_seconds)
            self.waited.append(self.memory())
            self.beside.append(self.load(FEW)[0])

    def carry_idle(self):
        with self.idle() as carry:
            carry()
            self.carried.append(self.memory())
        self.closed.append(self.memory())

    def be_busy(self):
        figures, most = self.load(self.options.busy)
        self.busy.append(figures)
        self.peaks.append(most)
        self.after_busy.append(self.memory())
