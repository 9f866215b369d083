# SPDX-License-Identifier: BSD-2-Clause
"""Machines to install packages on: a Debian in a folder, used as a chroot, a container, or a booted container."""
import contextlib
import pathlib
import re
import shutil
import subprocess
import time
from collections.abc import Iterator

ENVIRONMENT = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"]
# Against hanging alone, in seconds: a busy machine takes its time.
LIMIT = 3600
DEBIAN = "http://deb.debian.org/debian"


def call(*command: str, check: bool = True, timeout: float = LIMIT) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          timeout=timeout)
    assert not check or done.returncode == 0, f"{' '.join(command)}: status {done.returncode}\n{done.stdout}"
    return done


OVERLAY = ("mount", "-t", "overlay", "overlay", "-o")


def mount_layer(below: pathlib.Path, folder: pathlib.Path) -> None:
    """On `folder`, which is made: what is in `below`. What is written there is kept in memory."""
    layer = folder.with_name(f"{folder.name}.layer")
    for one in (layer, folder):
        one.mkdir(parents=True)
    call("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", str(layer))
    for part in ("upper", "work"):
        (layer / part).mkdir()
    call(*OVERLAY, f"lowerdir={below},upperdir={layer}/upper,workdir={layer}/work", str(folder))


def remove_layer(folder: pathlib.Path) -> None:
    layer = folder.with_name(f"{folder.name}.layer")
    for one in (folder, layer):
        call("umount", "--recursive", "--lazy", str(one))
        one.rmdir()


@contextlib.contextmanager
def filled(folder: pathlib.Path) -> Iterator[pathlib.Path]:
    """A new folder. While packages are installed into it they wait for no disk, since it is thrown away; but for systems of
    files on which the kernel has no such thing (those of containers)."""
    below, work = (folder.with_name(f"{folder.name}.{part}") for part in ("empty", "work"))
    for one in (folder, below, work):
        one.mkdir()
    done = call(*OVERLAY, f"volatile,lowerdir={below},upperdir={folder},workdir={work}", str(folder), check=False)
    try:
        yield folder
    finally:
        if done.returncode == 0:
            call("umount", "--recursive", "--lazy", str(folder))
        shutil.rmtree(work)
        below.rmdir()


def make_system(folder: pathlib.Path, suite: str = "", mirror: str = DEBIAN) -> list[str]:
    """A small Debian or Ubuntu: what calls a command in it. Without a suite it is as the one that the tests run on, from where its apt
    gets packages: a package that was built here needs the libraries of here."""
    parts = "main"
    if not suite:
        # apt warns on stderr, of a source that is named twice for one.
        said = subprocess.run(["apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME) $(COMPONENT)", "Created-By: Packages"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=True, timeout=LIMIT).stdout
        sources = [line.split() for line in said.splitlines()]
        mirror, suite = next((where, name) for where, name, part in sources if part == "main" and "-" not in name)
        parts = ",".join(sorted({part for where, name, part in sources if (where, name) == (mirror, suite) and part in ("main", "universe")}))
    call("debootstrap", "--variant=minbase", f"--components={parts}", suite, str(folder), mirror)
    policy = folder / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    return ["chroot", str(folder), *ENVIRONMENT]


def make_image(folder: pathlib.Path, packages: list[str], deb: pathlib.Path) -> None:
    """A small system with these packages, and with all that `deb` depends on downloaded."""
    chroot = make_system(folder)
    subprocess.run([*chroot, "debconf-set-selections"], text=True, check=True,
                   input="postfix postfix/main_mailer_type select Local only\npostfix postfix/mailname string relay.test\n")
    call(*chroot, "apt-get", "install", "-y", "--no-install-recommends", *packages)
    shutil.copy(deb, folder / "root")
    call(*chroot, "apt-get", "install", "-y", "--no-install-recommends", "--download-only", f"/root/{deb.name}")
    (folder / "usr/sbin/policy-rc.d").unlink()
    (folder / "etc/hostname").write_text("relay\n")
    (folder / "etc/hosts").write_text("127.0.0.1 localhost relay.test relay\n")
    # There is no network to wait for.
    (folder / "etc/systemd/system/systemd-networkd-wait-online.service").symlink_to("/dev/null")


TRIXIE_PACKAGES = """gcc make autoconf automake pkg-config libmilter-dev libjansson-dev libcidr-dev libglib2.0-dev libgmime-3.0-dev libhiredis-dev
nettle-dev libssl-dev libsqlite3-dev libmicrohttpd-dev zlib1g-dev libcmocka-dev openssl python3-pytest python3-pytest-xdist redis-server redis-sentinel
valkey-server""".split()


def make_trixie(folder: pathlib.Path) -> None:
    """A Debian 13 with what building and testing need."""
    chroot = make_system(folder, "trixie")
    call(*chroot, "apt-get", "install", "-y", "--no-install-recommends", *TRIXIE_PACKAGES)


# systemd-nspawn says so at its end where it may not remove a folder of its own.
NOISE = re.compile(r"Attempted to remove disk file system under .*\n")


class Machine:
    """An image, with a layer for what is written. `with Machine(...)`: the layer is gone at the end."""

    def __init__(self, image: pathlib.Path, folder: pathlib.Path) -> None:
        self.root = folder
        self.nspawn = ["systemd-nspawn", "--quiet", "--directory", str(folder), "--register=no", "--keep-unit", "--private-network",
                       f"--machine=pack-{folder.name.replace('_', '-')}"]
        self.leader = 0
        self.process: subprocess.Popen[bytes] | None = None
        mount_layer(image, folder)

    def __enter__(self) -> "Machine":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        remove_layer(self.root)

    def path(self, name: str) -> pathlib.Path:
        return self.root / name.lstrip("/")

    def run(self, *command: str, check: bool = True, timeout: float = LIMIT) -> subprocess.CompletedProcess[str]:
        """In the booted machine, or in a container of its own that has a loopback and nothing else."""
        if self.leader:
            # Its root, too: where the tests run in a chroot, that of its mount namespace is another one.
            enter = ["nsenter", "--target", str(self.leader), "--all", "--root", "--wd"]
        else:
            enter = [*self.nspawn, "--pipe", "--as-pid2"]
        done = call(*enter, *ENVIRONMENT, *command, check=check, timeout=timeout)
        done.stdout = NOISE.sub("", done.stdout)
        return done

    def shell(self, script: str, **options: object) -> subprocess.CompletedProcess[str]:
        return self.run("sh", "-c", script, **options)

    def boot(self) -> None:
        """Returns when systemd says that all is started."""
        with open(self.root.with_suffix(".console"), "ab") as console:
            self.process = subprocess.Popen([*self.nspawn, "--boot"], stdin=subprocess.DEVNULL, stdout=console, stderr=console)
        end = time.monotonic() + LIMIT
        state = "none"
        while state not in ("running", "degraded"):
            assert self.process.poll() is None and time.monotonic() < end, f"not booted ({state}):\n{self.console()}"
            time.sleep(0.1)
            children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
            self.leader = int(children[0]) if children else 0
            if self.leader:
                state = self.run("systemctl", "is-system-running", check=False).stdout.strip()
        assert state == "running", self.run("systemctl", "--failed", "--no-pager").stdout

    def console(self) -> str:
        return self.root.with_suffix(".console").read_text(errors="replace")[-4000:]

    def stop(self) -> None:
        if not self.process:
            return
        self.process.terminate()
        try:
            self.process.wait(300)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process, self.leader = None, 0
