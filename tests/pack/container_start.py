#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The first process of a container, as an engine would start it. Run in namespaces of its own, as root, with a JSON object:
root, read_only, mounts (source, target, read_only), uid, gid, keep (numbers of capabilities), folder, environment, command.
"""
import ctypes
import json
import os
import pathlib
import stat
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 24, 38
DEVICES = {"null": 3, "zero": 5, "full": 7, "random": 8, "urandom": 9}


def checked(result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def mount(source: str, target: pathlib.Path, kind: str = "", flags: int = 0, data: str = "") -> None:
    checked(LIBC.mount(source.encode(), str(target).encode(), kind.encode() or None, flags, data.encode() or None))


def bind(source: str, target: pathlib.Path, read_only: bool) -> None:
    mount(source, target, flags=MS_BIND)
    if read_only:
        mount("", target, flags=MS_REMOUNT | MS_BIND | MS_RDONLY)


def make_devices(folder: pathlib.Path) -> None:
    """What every engine puts there. No log."""
    mount("tmpfs", folder, "tmpfs", MS_NOSUID, "mode=755")
    os.umask(0)
    for name, minor in DEVICES.items():
        os.mknod(folder / name, stat.S_IFCHR | 0o666, os.makedev(1, minor))
    os.umask(0o022)
    for name, place in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        (folder / name).symlink_to(f"/proc/self/fd{place}")
    mount("", folder, flags=MS_REMOUNT | MS_NOSUID | MS_RDONLY)


def main() -> None:
    wanted = json.loads(sys.argv[1])
    root = pathlib.Path(wanted["root"])
    mount("", pathlib.Path("/"), flags=MS_REC | MS_PRIVATE)
    bind(str(root), root, wanted["read_only"])
    mount("proc", root / "proc", "proc")
    make_devices(root / "dev")
    for one in wanted["mounts"]:
        bind(one["source"], root / one["target"].lstrip("/"), one["read_only"])
    os.chroot(root)
    os.chdir(wanted["folder"])
    for number in range(64):
        if number not in wanted["keep"]:
            LIBC.prctl(PR_CAPBSET_DROP, number, 0, 0, 0)
    checked(LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    os.setgroups(wanted["groups"])
    os.setresgid(*[wanted["gid"]] * 3)
    os.setresuid(*[wanted["uid"]] * 3)
    os.execve(wanted["command"][0], wanted["command"], wanted["environment"])


main()
