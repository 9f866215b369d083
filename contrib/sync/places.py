# SPDX-License-Identifier: BSD-2-Clause
"""Folders that root writes and the daemon reads: whom they may belong to, and how one takes another's place."""
import ctypes
import grp
import os
import pathlib
import pwd
import shutil
import stat

from aws_command import Trouble

GROUP = "ses-policy-milter"
RENAME_EXCHANGE, AT_FDCWD = 2, -100


def vouch(path: str) -> None:
    """
    Nobody but root (and who runs this) can have put anything in the way to what `path` names, links included. Else root
    could be led to write what it should not: the daemon's own folder is near.
    """
    above = os.path.dirname(path)
    if above != path:
        vouch(above)
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return  # it is made there, by us
    if status.st_uid not in (0, os.geteuid()):
        owner = next((user.pw_name for user in pwd.getpwall() if user.pw_uid == status.st_uid), str(status.st_uid))
        raise Trouble(f"{path} belongs to {owner}, who could lead root astray there; take a folder of root's, or make it root's with chown")
    if stat.S_ISLNK(status.st_mode):
        return vouch(os.path.join(above, os.readlink(path)))
    if status.st_mode & 0o022 and not status.st_mode & stat.S_ISVTX:
        raise Trouble(f"{path}: others than its owner may write there (mode {status.st_mode & 0o7777:04o}); run chmod go-w on it")


def group_of(settings: dict) -> int:
    """The group of the daemon; -1: there is none, or it cannot be given to files."""
    if os.geteuid() != 0:
        return -1
    try:
        return pwd.getpwnam(settings["user"]).pw_gid if settings.get("user") else grp.getgrnam(GROUP).gr_gid
    except KeyError:
        return -1


def exchange(one: pathlib.Path, other: pathlib.Path) -> None:
    """Two folders change places in one step: there is no moment without either."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) != 0:
        raise Trouble(f"{one}: the file system cannot exchange two folders: {os.strerror(ctypes.get_errno())}")


def write_file(path: pathlib.Path, text: str, group: int, mode: int = 0o640) -> None:
    """A new file. What stands there is not followed."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with open(file, "w", encoding="utf-8") as out:
        out.write(text)
        if group >= 0:
            os.fchown(file, 0, group)
        os.fchmod(file, mode)


def write_folder(path: pathlib.Path, files: dict[str, str], group: int) -> None:
    """A new folder of these files, in the order of `files`; what stands there goes. On the disk when this returns."""
    shutil.rmtree(path, ignore_errors=True)
    folders = [path, *sorted({path / os.path.dirname(name) for name in files} - {path})]
    for folder in folders:
        folder.mkdir(0o700)
    for name, text in files.items():
        write_file(path / name, text, group)
    for folder in folders:
        if group >= 0:
            os.chown(folder, 0, group)
        folder.chmod(0o750)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        ctypes.CDLL(None, use_errno=True).syncfs(descriptor)
    finally:
        os.close(descriptor)
