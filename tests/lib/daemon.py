# SPDX-License-Identifier: BSD-2-Clause
"""The daemon under test (or on show): started, reloaded, stopped, and its log as it comes."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BUILD_DIR", ROOT / "build" / "plain"))
SANITIZER = re.compile(r"AddressSanitizer|UndefinedBehaviorSanitizer|ThreadSanitizer|LeakSanitizer|runtime error:")
# Against hanging alone: a busy machine takes its time.
HANGS = 600


def program(name: str) -> str:
    return str(BUILD / {"ses-policy-milter": "milter", "ses-policy": "policy"}[name] / name)


def is_sanitized(path: str) -> bool:
    """Is it slower than what is shipped, so that its speed says nothing?"""
    return re.search(rb"__[at]san_init", pathlib.Path(path).read_bytes()) is not None


def stop_seconds() -> float:
    """What the stop of the program that is shipped may take: a second. Where more is to be done than there are processors, the turns
    of the others, too; but never as long as libmilter by itself, which looks every five seconds whether it shall end."""
    return min(4.0, max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)))


def put_in_place(path: pathlib.Path, document: dict | str) -> pathlib.Path:
    """In one step, as an editor does: nobody who reads at the same time finds half a file."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(document if isinstance(document, str) else json.dumps(document, indent=2), encoding="utf-8")
    return new.replace(path)


def of_threads(pid: int, name: str) -> list[str]:
    """What /proc has under a name of each thread, from the oldest on; some may end before they are read."""
    texts = []
    for thread in os.listdir(f"/proc/{pid}/task"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError), open(f"/proc/{pid}/task/{thread}/{name}", encoding="ascii") as file:
            texts.append(file.read())
    return texts


class Daemon:
    """`folder` (searchable by all) gets the policies in policies.d, the settings and the socket."""

    def __init__(self, folder: pathlib.Path, settings: dict | None = None, socket_spec: str | None = None) -> None:
        self.folder = folder
        self.policies = folder / "policies.d"
        self.run = folder / "run"
        for part in (self.policies, self.run):
            part.mkdir(parents=True, exist_ok=True)
        if os.getuid() == 0:
            shutil.chown(self.run, "nobody")
        self.socket = socket_spec or f"unix:{self.run}/milter.sock"
        self.settings = {"socket": self.socket, "socket_mode": "0666", "policies": [str(self.policies)]} | (settings or {})
        if os.getuid() == 0:
            self.settings.setdefault("user", "nobody")
        # RUN stands for the folder that the daemon's user may write.
        self.settings = {name: value.replace("RUN/", f"{self.run}/") if isinstance(value, str) else value
                         for name, value in self.settings.items()}
        self.file = folder / "milter.json"
        self.log_file = folder / "daemon.log"
        self.logging = ["--foreground"]
        self.output = subprocess.DEVNULL  # or a descriptor
        self.process: subprocess.Popen[bytes] | None = None

    def write_policy(self, name: str, document: dict | str) -> pathlib.Path:
        return put_in_place(self.policies / f"{name}.json", document)

    def write_settings(self) -> None:
        put_in_place(self.file, self.settings)

    def command(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Run the program to its end with these options: --check and the like."""
        return subprocess.run([program("ses-policy-milter"), *options], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, errors="backslashreplace", timeout=120, check=False)

    def check(self) -> subprocess.CompletedProcess[str]:
        self.write_settings()
        return self.command("--settings", str(self.file), "--check")

    def launch(self, *before: str) -> None:
        """Start it without waiting for anything. `before`: a command to run it by, as prlimit."""
        self.write_settings()
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(
                [*before, program("ses-policy-milter"), "--settings", str(self.file), *self.logging],
                stdin=subprocess.DEVNULL, stdout=self.output, stderr=log)

    def start(self, *before: str) -> "Daemon":
        self.launch(*before)
        end = time.monotonic() + 60
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the daemon does not answer:\n" + self.log())
            time.sleep(0.01)
        return self

    def log(self, after: int = 0) -> str:
        """The log behind a mark."""
        if not self.log_file.exists():
            return ""
        with open(self.log_file, "rb") as log:
            log.seek(after)
            return log.read().decode(errors="backslashreplace")

    def mark(self) -> int:
        """A place in the log, for log and wait_line."""
        return self.log_file.stat().st_size if self.log_file.exists() else 0

    def wait_line(self, pattern: str, after: int = 0, seconds: float = HANGS) -> str:
        """The first line behind the mark that matches."""
        end = time.monotonic() + seconds
        while True:
            ended = self.process is None or self.process.poll() is not None
            for line in self.log(after).splitlines():
                if re.search(pattern, line):
                    return line
            if ended or time.monotonic() > end:
                raise TimeoutError(f"no line matches {pattern!r}:\n{self.log()}")
            time.sleep(0.01)

    def address(self) -> tuple[int, str | tuple[str, int]]:
        kind, _, rest = self.socket.partition(":")
        if kind in ("inet", "inet6"):
            port, _, host = rest.partition("@")
            return (socket.AF_INET if kind == "inet" else socket.AF_INET6), (host.strip("[]"), int(port))
        return socket.AF_UNIX, rest

    def postfix_name(self) -> str:
        """The socket in Postfix's words."""
        family, address = self.address()
        return f"unix:{address}" if family == socket.AF_UNIX else "inet:{}:{}".format(*address)

    def answers(self) -> bool:
        family, address = self.address()
        with socket.socket(family) as probe:
            try:
                probe.connect(address)
                return True
            except OSError:
                return False

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def reload(self) -> str:
        """SIGHUP, and the line that says what came of it."""
        mark = self.mark()
        self.signal(signal.SIGHUP)
        return self.wait_line(r"reload: (generation|refused)", mark)

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def memory(self) -> int:
        """Bytes of memory in use (resident)."""
        pages = int(pathlib.Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def stop(self, seconds: float = HANGS) -> int:
        """SIGTERM; the exit status. A sanitizer's report is an error."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        if SANITIZER.search(self.log()):
            raise AssertionError("sanitizer report:\n" + self.log())
        self.process = None
        return status
