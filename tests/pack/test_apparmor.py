# SPDX-License-Identifier: BSD-2-Clause
"""The AppArmor profile allows all that the daemon does in its own places, and no more, as strace sees it."""
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile

import pytest

from apparmor import Profile, Use, uses
from lib.daemon import program
from lib.milter_client import MilterClient
from machine import call

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE = ROOT / "contrib/apparmor/usr.sbin.ses-policy-milter"
TRACED = "open,openat,flock,fcntl,mmap,bind,connect,sendto,sendmsg,unlink,unlinkat,rename,renameat,renameat2,link,linkat,symlink,mkdir,mkdirat,chmod,fchmodat,chown,fchownat,truncate,mknod"
PROGRAM, SETTINGS = "/usr/sbin/ses-policy-milter", "/etc/ses-policy-milter/milter.json"
USER = 4711
FILES = {
    SETTINGS: {"socket": "unix:/run/ses-policy-milter/milter.sock", "socket_group": "postfix", "policies": ["/etc/ses-policy-milter/policies.d"],
               "records": "/var/log/ses-policy-milter/decisions.jsonl", "account_state": "/var/lib/ses-policy-milter/account",
               "metrics": "unix:/run/ses-policy-milter/metrics.sock", "from_address": "envelope",
               "quotas": {"store": "/var/lib/ses-policy-milter/quota/quota.db", "account": {"per_day": 100}}},
    "/etc/ses-policy-milter/milter.d/50-mode.json": {"mode": "enforce"},
    "/etc/ses-policy-milter/policies.d/sender.json": json.loads((ROOT / "contrib/examples/sender.json").read_text()),
    "/var/lib/ses-policy-milter/account/state.json": {"parts": {"account": "2026-05-01T12:00:00Z"}},
    "/var/lib/ses-policy-milter/account/account.json": {"SendingEnabled": True, "ProductionAccessEnabled": True, "EnforcementStatus": "HEALTHY"},
}


@pytest.fixture
def root():
    """This machine with the package's places in it, thrown away at the end. Its path is short, since sockets stand in it."""
    folder = pathlib.Path(tempfile.mkdtemp(dir="/tmp"))
    layer, merged = folder / "layer", folder / "m"
    for folder in (layer, merged):
        folder.mkdir()
    call("mount", "-t", "tmpfs", "tmpfs", str(layer))
    for part in ("upper", "work"):
        (layer / part).mkdir()
    call("mount", "-t", "overlay", "overlay", "-o", f"lowerdir=/,upperdir={layer}/upper,workdir={layer}/work", str(merged))
    try:
        call("mount", "--bind", "/proc", str(merged / "proc"))
        fill(merged)
        yield merged
    finally:
        call("umount", "--recursive", str(merged))
        call("umount", str(layer))
        shutil.rmtree(folder)


def fill(root: pathlib.Path) -> None:
    for name, text in (("passwd", f"ses-policy-milter:x:{USER}:{USER}::/:/usr/sbin/nologin\n"), ("group", f"ses-policy-milter:x:{USER}:\n")):
        with open(root / "etc" / name, "a", encoding="ascii") as file:
            file.write(text)
    for name, document in FILES.items():
        path = root / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document))
    for name in ("var/log/ses-policy-milter", "var/lib/ses-policy-milter/quota"):
        (root / name).mkdir(parents=True, exist_ok=True)
        os.chown(root / name, USER, USER)
    shutil.copy(program("ses-policy-milter"), root / PROGRAM.lstrip("/"))
    for name in ("var/spool/postfix", "dev", "run/systemd"):
        (root / name).mkdir(parents=True, exist_ok=True)
    for name in ("null", "urandom", "random"):
        if not (root / "dev" / name).exists():
            call("cp", "-a", f"/dev/{name}", str(root / "dev"))
    shutil.copy(ROOT / "contrib/systemd/socket-folder", root / "socket-folder")
    call("chroot", str(root), "sh", "/socket-folder")


def traced(root: pathlib.Path, name: str, *arguments: str) -> list[str]:
    """A file for each thread: in one for all, the calls of two would stand in each other."""
    return ["chroot", str(root), "env", "NOTIFY_SOCKET=/run/systemd/notify", "strace", "-ff", "-y", "-qq", "--seccomp-bpf", "-o", f"/{name}.trace",
            "-e", f"trace={TRACED}", PROGRAM, *arguments]


def children(process: subprocess.Popen) -> list[int]:
    return [int(pid) for pid in pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def test_rules():
    """The comparison itself can tell: what is not the daemon's is not allowed."""
    profile = Profile(FILE)
    for path, wanted, missing in (
            (SETTINGS, "r", ""), (SETTINGS, "w", "w"), ("/etc/shadow", "r", "r"), ("/var/log/ses-policy-milter/x.jsonl", "ak", ""),
            ("/var/log/ses-policy-milter/deeper/x", "w", "w"), ("/run/ses-policy-milter/milter.sock", "rwkl", ""), ("/var/run/ses-policy-milter/x", "r", ""),
            ("/var/lib/ses-policy-milter/account/state.json", "rw", "w"), ("/usr/sbin/ses-policy-milter", "mr", ""), ("/root/.bashrc", "r", "r")):
        assert profile.missing(path, wanted) == missing, path
    line = 'openat(AT_FDCWD</>, "/var/log/x", O_WRONLY|O_CREAT|O_APPEND|O_CLOEXEC, 0640) = 5</var/log/x>'
    assert uses(line) == [Use("/var/log/x", "a", line)]


def test_a_life(root):
    notify, log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.bind(str(root / "run/systemd/notify"))
    log.bind(str(root / "dev/log"))
    os.chmod(root / "dev/log", 0o666)
    os.chmod(root / "run/systemd/notify", 0o666)
    lines = []
    notify.settimeout(600)
    process = subprocess.Popen(traced(root, "daemon"), stdin=subprocess.DEVNULL)
    try:
        def said(word: str) -> None:
            while not any(word in line for line in lines):
                assert process.poll() is None
                lines.append(notify.recv(65536).decode())
        said("READY=1")
        with MilterClient((socket.AF_UNIX, str(root / "var/spool/postfix/run/ses-policy-milter/milter.sock"))) as client:
            client.connect("10.1.2.3")
            client.helo()
            assert client.message("no-reply@example.net", ["ann@example.org"], (("From", "no-reply@example.net"),)).stage == ""
            assert client.message("other@example.net", ["ann@example.org"]).answer.code == 550
        lines.clear()
        os.kill(*children(process), signal.SIGHUP)
        said("READY=1")
        for option in ("--status", "--check", "--print-settings"):
            subprocess.run(traced(root, option.lstrip("-"), option), check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        os.kill(*children(process), signal.SIGTERM)
        assert process.wait(600) == 0
    finally:
        # strace ends with what it looks at.
        if process.poll() is None:
            for child in children(process):
                os.kill(child, signal.SIGKILL)
            process.wait()
        notify.close()
        log.close()
    profile, seen = Profile(FILE), set()
    for name in ("daemon", "status", "check", "print-settings"):
        for trace in root.glob(f"{name}.trace.*"):
            for use in uses(trace.read_text()):
                seen.add(use.path)
                assert profile.missing(use.path, use.wanted) == "", use.line
    for part in ("/etc/ses-policy-milter/milter.d/50-mode.json", "/var/lib/ses-policy-milter/account/account.json", "/var/log/ses-policy-milter/decisions.jsonl",
                 "/var/lib/ses-policy-milter/quota/quota.db", "/dev/log", "/run/systemd/notify"):
        assert part in seen, part
    for name in ("milter.sock", "control.sock", "metrics.sock", "milter.sock.lock"):
        assert any(path.endswith(f"/ses-policy-milter/{name}") for path in seen), name
