# SPDX-License-Identifier: BSD-2-Clause
"""The packages, built once a run, and a small Debian to install them on."""
import os
import pathlib
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from lib.daemon import BUILD, ROOT  # noqa: E402
from containerfile import Builder, Image  # noqa: E402
from machine import ENVIRONMENT, Machine, call, filled, make_image, make_trixie, mount_layer, remove_layer  # noqa: E402


@pytest.fixture(scope="session")
def packages() -> dict[str, pathlib.Path]:
    """`make deb` and `make rpm`; without the tests, which run beside these."""
    call("env", "DEB_BUILD_OPTIONS=nocheck", "RPM_OPTIONS=--nocheck --with quick", "XZ_OPT=-0", "make", "-C", str(BUILD), "deb", "rpm")
    return {"deb": BUILD / "packages" / "deb", "rpm": BUILD / "packages" / "rpm"}


@pytest.fixture(scope="session")
def deb(packages: dict[str, pathlib.Path]) -> pathlib.Path:
    (one,) = (path for path in packages["deb"].glob("*.deb") if "dbgsym" not in path.name)
    return one


@pytest.fixture(scope="session")
def newer_deb(deb: pathlib.Path, workshop: pathlib.Path) -> pathlib.Path:
    """The same package with a higher version and other settings."""
    folder = workshop / "newer"
    call("dpkg-deb", "--raw-extract", str(deb), str(folder))
    control = folder / "DEBIAN/control"
    text = control.read_text()
    (version,) = (line for line in text.splitlines() if line.startswith("Version: "))
    control.write_text(text.replace(version, f"{version}.1"))
    settings = folder / "etc/ses-policy-milter/milter.json"
    settings.write_text(settings.read_text().replace('"0660"', '"0666"'))
    target = workshop / "ses-policy-milter_newer.deb"
    call("dpkg-deb", "--root-owner-group", "--build", str(folder), str(target))
    return target


@pytest.fixture(scope="session")
def workshop() -> Iterator[pathlib.Path]:
    path = pathlib.Path(tempfile.mkdtemp(prefix="pack.", dir=os.environ.get("TMPDIR", "/var/tmp")))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def image(deb: pathlib.Path, workshop: pathlib.Path) -> pathlib.Path:
    with filled(workshop / "image") as folder:
        make_image(folder, ["systemd", "systemd-sysv", "dbus", "postfix", "python3"], deb)
    return folder


@pytest.fixture(scope="session")
def trixie_folder(workshop: pathlib.Path) -> pathlib.Path:
    with filled(workshop / "trixie") as folder:
        make_trixie(folder)
    return folder


@pytest.fixture(scope="session")
def builder(trixie_folder: pathlib.Path, workshop: pathlib.Path) -> Iterator[Builder]:
    with Builder(ROOT, trixie_folder, workshop / "container") as one:
        yield one


@pytest.fixture(scope="session")
def container(builder: Builder) -> Image:
    """The image of contrib/container; the stage `build` of the builder has what it was built from."""
    return builder.build(ROOT / "contrib/container/Containerfile")


@pytest.fixture(scope="session")
def aws(request: pytest.FixtureRequest, workshop: pathlib.Path) -> Iterator[str]:
    """The aws command of this system, or of a Debian in a folder: Ubuntu has no package of it any more."""
    if shutil.which("aws", path="/usr/bin"):
        yield "aws"
        return
    folder, script = workshop / "aws", workshop / "aws.sh"
    mount_layer(request.getfixturevalue("trixie_folder"), folder)
    try:
        call("chroot", str(folder), *ENVIRONMENT, "apt-get", "install", "-y", "--no-install-recommends", "awscli")
        script.write_text(f'#!/bin/sh\nexec /usr/sbin/chroot {folder} aws "$@"\n')
        script.chmod(0o755)
        yield str(script)
    finally:
        remove_layer(folder)


@pytest.fixture
def machine(image: pathlib.Path, workshop: pathlib.Path, request: pytest.FixtureRequest) -> Iterator[Machine]:
    with Machine(image, workshop / request.node.name.replace("[", "-").strip("]")) as one:
        yield one


@pytest.fixture
def install(machine: Machine, deb: pathlib.Path) -> Callable[..., str]:
    """Install the package on the machine, or another one in its place. What apt said."""
    def begin(package: pathlib.Path = deb) -> str:
        shutil.copy(package, machine.path("root"))
        return machine.run("apt-get", "install", "-y", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confdef",
                           "-o", "Dpkg::Options::=--force-confold", f"/root/{package.name}").stdout
    return begin
