# SPDX-License-Identifier: BSD-2-Clause
"""A private Redis, and the programs of tests/redis that count in it."""
import contextlib
import fcntl
import os
import pathlib
import re
import signal
import subprocess
import time

from lib.daemon import BUILD
from lib.postfix import free_port

WAIT = 600.0
# REDIS_SERVER=valkey-server: the same of a Valkey.
SERVER = os.environ.get("REDIS_SERVER", "redis-server")


def programs() -> pathlib.Path:
    """Their folder. Tests that run side by side do not build at the same time."""
    with open(BUILD / "tests" / "redis.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(["make", "-s", "-C", BUILD / "tests", "redis/ask", "redis/hammer", "redis/property"], check=True,
                       stdin=subprocess.DEVNULL, capture_output=True)
    return BUILD / "tests" / "redis"


def wait_until(true, what: str, seconds: float = WAIT):
    """What `true` returns once it is true."""
    end = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < end, what
        time.sleep(0.02)
    return value


class Redis:
    """`options` as in redis.conf: {"maxmemory-policy": "allkeys-lru"}."""

    def __init__(self, folder: pathlib.Path, **options: str) -> None:
        self.folder = folder
        self.folder.mkdir(exist_ok=True)
        self.socket = folder / "redis.sock"
        self.port = free_port()
        self.options = {"port": str(self.port), "bind": "127.0.0.1", "unixsocket": str(self.socket), "dir": str(folder), "save": "",
                        "appendonly": "no", "logfile": str(folder / "redis.log")} | {name.replace("_", "-"): value for name, value in options.items()}
        self.login: list[str] = []
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def store(self) -> str:
        return f"unix:{self.socket}"

    def start(self, wait: bool = True) -> "Redis":
        words = [word for name, value in self.options.items() for word in (f"--{name}", *([value] if name == "save" else value.split(" ")))]
        # It belongs to this test alone, also when that is ended.
        self.process = subprocess.Popen([SERVER, *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.STDOUT)
        if wait:
            wait_until(lambda: self.try_cli("PING") in ("PONG", "NOAUTH Authentication required."), f"{SERVER} does not answer")
        return self

    def try_cli(self, *words: str) -> str:
        return subprocess.run(["redis-cli", "-s", str(self.socket), *self.login, *words], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=WAIT, check=False).stdout.strip()

    def cli(self, *words: str) -> str:
        said = self.try_cli(*words)
        assert not re.match(r"(ERR|NOPERM|WRONG|READONLY|NOAUTH)\b", said), said
        return said

    def keys(self) -> list[str]:
        return sorted(self.cli("KEYS", "sesq:*").split("\n"))

    def everything(self) -> dict[str, str]:
        return {key: self.cli("HGETALL", key) for key in self.keys() if key}

    def commands(self) -> int:
        return int(re.search(r"total_commands_processed:(\d+)", self.cli("INFO", "stats"))[1])

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()


class Ask:
    """The program tests/redis/ask: a line in, a line out; `log` has what the store said meanwhile."""

    def __init__(self, store: str, *words: str) -> None:
        self.log: list[str] = []
        self.process = subprocess.Popen([programs() / "ask", store, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        assert self.line() == "ready"

    def line(self) -> str:
        while True:
            line = self.process.stdout.readline()
            assert line, f"it has ended: {self.log}"
            if not line.startswith(("say ", "fault ")):
                return line.rstrip("\n")
            self.log.append(line.rstrip("\n"))

    def __call__(self, line: str) -> str:
        self.process.stdin.write(line + "\n")
        return self.line().rstrip()

    def take(self, n: int, *keys: str, how: int = 0) -> dict[str, str]:
        word, *rest = self(f"take {n} {how} {' '.join(keys)}").split(" ")
        return {"result": word} | dict(pair.split("=") for pair in rest)

    def result(self, n: int, *keys: str, how: int = 0) -> str:
        return self.take(n, *keys, how=how)["result"]

    def status(self) -> dict[str, int]:
        return {name: int(value) for name, value in (pair.split("=") for pair in self("status").split(" "))}

    def used(self, key: str) -> int:
        return int(re.search(r" used=(\d+)", self(f"show {key}"))[1])

    def said(self, pattern: str) -> list[str]:
        return [line for line in self.log if re.search(pattern, line)]

    def heard(self, pattern: str) -> list[str]:
        """The same, once there is one: a thread of the store's own may be the one that says it."""
        return wait_until(lambda: self("status") and self.said(pattern), f"it does not say {pattern}: {self.log}")

    def end(self) -> int:
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            return self.process.wait(WAIT)
        finally:
            self.process.kill()
            self.process.stdout.close()


def hammer(store: str, threads: int, takes: int, limit: int) -> subprocess.Popen[str]:
    return subprocess.Popen([programs() / "hammer", store, str(threads), str(takes), str(limit), "timeout=30000"], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, text=True)


def hammered(process: subprocess.Popen[str]) -> dict[str, int]:
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0, out
    return {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)", out.splitlines()[-1])}
