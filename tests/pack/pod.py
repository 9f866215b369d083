# SPDX-License-Identifier: BSD-2-Clause
"""Containers of one pod: each a first process in namespaces of its own, and one network for all."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

from containerfile import Image
from machine import LIMIT

START = pathlib.Path(__file__).with_name("container_start.py")
# capability.h
CAPABILITIES = {"CHOWN": 0, "DAC_OVERRIDE": 1, "FOWNER": 3, "KILL": 5, "SETGID": 6, "SETUID": 7, "NET_BIND_SERVICE": 10}


def wait_for(what: str, is_so, limit: float = LIMIT):
    """What `is_so` returned, once that is true."""
    end = time.monotonic() + limit
    while not (found := is_so()):
        assert time.monotonic() < end, what
        time.sleep(0.02)
    return found


def children(process: int) -> list[int]:
    return [int(child) for child in pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()]


class Volume:
    """A ConfigMap or a Secret, as kubelet keeps it: KEY -> ..data/KEY, and ..data -> the folder of one version."""

    def __init__(self, folder: pathlib.Path, keys: dict[str, str], mode: int = 0o644) -> None:
        self.folder, self.version, self.mode = folder, 0, mode
        folder.mkdir()
        self.update(keys)

    def update(self, keys: dict[str, str]) -> None:
        self.version += 1
        now = self.folder / f"..version{self.version}"
        now.mkdir()
        for name, text in keys.items():
            (now / name).write_text(text)
            (now / name).chmod(self.mode)
        before = self.folder / "..data"
        old = before.resolve() if before.exists() else None
        (self.folder / "..data_tmp").symlink_to(now.name)
        (self.folder / "..data_tmp").rename(before)
        for name in keys:
            if not (self.folder / name).is_symlink():
                (self.folder / name).symlink_to(f"..data/{name}")
        for link in self.folder.iterdir():
            if link.is_symlink() and not link.name.startswith("..") and link.name not in keys:
                link.unlink()
        if old:
            shutil.rmtree(old)


class Container:
    """`options`: read_only, mounts, capabilities, groups, environment, uid, gid."""

    def __init__(self, network: int, image: Image, log: pathlib.Path, options: dict) -> None:
        self.log_file = log
        for folder in ("proc", "dev", *(one["target"].lstrip("/") for one in options["mounts"])):
            (image.root / folder).mkdir(parents=True, exist_ok=True)
        wanted = {
            "root": str(image.root), "folder": "/", "read_only": options["read_only"], "mounts": options["mounts"],
            "uid": options.get("uid", image.user[0]), "gid": options.get("gid", image.user[1]), "groups": options["groups"],
            "keep": [CAPABILITIES[name] for name in options["capabilities"]],
            "environment": image.environment | options["environment"], "command": [*image.entrypoint, *options.get("arguments", image.command)]}
        with open(log, "wb") as file:
            self.process = subprocess.Popen(
                ["nsenter", f"--net=/proc/{network}/ns/net", "unshare", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child",
                 "/usr/bin/python3", str(START), json.dumps(wanted)], stdin=subprocess.DEVNULL, stdout=file, stderr=file)
        self.leader = wait_for(f"{image.entrypoint} has not started", self.find_leader)

    def find_leader(self) -> int:
        """Once it is no longer the program that makes its surroundings. -1: it has ended already."""
        if self.process.poll() is not None:
            return -1
        try:
            found = children(self.process.pid)
            return found[0] if found and START.name.encode() not in pathlib.Path(f"/proc/{found[0]}/cmdline").read_bytes() else 0
        except FileNotFoundError:
            return 0

    def log(self) -> str:
        return self.log_file.read_text(errors="backslashreplace")

    def wait_line(self, text: str) -> str:
        def found() -> str:
            hits = [line for line in self.log().splitlines() if text in line]
            assert hits or self.process.poll() is None, self.log()
            return hits[0] if hits else ""
        return wait_for(f"no line has {text!r}: {self.log()}", found)

    def enter(self, *command: str, user: tuple[int, int] = (0, 0)) -> subprocess.CompletedProcess[str]:
        """As `kubectl exec` does it: in its namespaces, with the root that it sees."""
        return subprocess.run(
            ["nsenter", f"--target={self.leader}", "--all", "--root", f"--setuid={user[0]}", f"--setgid={user[1]}", *command],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=LIMIT,
            env={"PATH": "/usr/sbin:/usr/bin"})

    def signal(self, number: int) -> None:
        os.kill(self.leader, number)

    def stop(self) -> int:
        """SIGTERM; its exit status."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        return self.process.wait(LIMIT)


class Pod:
    """One network, with a loopback and nothing else."""

    def __init__(self) -> None:
        self.network = subprocess.Popen(["unshare", "--net", "sh", "-c", "ip link set lo up && echo up && exec sleep infinity"],
                                        stdout=subprocess.PIPE, text=True)
        assert self.network.stdout.readline() == "up\n"
        self.containers: list[Container] = []

    def __enter__(self) -> "Pod":
        return self

    def __exit__(self, *_: object) -> None:
        for one in self.containers:
            one.process.kill()
            one.process.wait()
        self.network.kill()
        self.network.wait()
        self.network.stdout.close()

    def start(self, image: Image, log: pathlib.Path, options: dict) -> Container:
        self.containers.append(Container(self.network.pid, image, log, options))
        return self.containers[-1]

    def popen(self, *command: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(["nsenter", f"--net=/proc/{self.network.pid}/ns/net", *command], stdin=subprocess.DEVNULL)

    def python(self, program: str, *arguments: str) -> str:
        """In its network: what the program prints."""
        done = subprocess.run(["nsenter", f"--net=/proc/{self.network.pid}/ns/net", "/usr/bin/python3", "-c", program, *arguments],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=LIMIT)
        assert done.returncode == 0, done.stdout
        return done.stdout
