# SPDX-License-Identifier: BSD-2-Clause
"""Debian 13: its hiredis speaks TLS, and it has a Valkey. Quotas are counted in both, and in its Redis."""
import pathlib
import shutil

import pytest

from machine import ENVIRONMENT, call

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def trixie(trixie_folder) -> list[str]:
    """A Debian 13 with the program built in /root/src/build: what calls a command in it."""
    folder = trixie_folder
    chroot = ["chroot", str(folder), *ENVIRONMENT]
    # What was made here is of no use there.
    shutil.copytree(ROOT, folder / "root/src", symlinks=True,
                    ignore=lambda place, names: {"build", ".git", "autom4te.cache"} & set(names) if pathlib.Path(place) == ROOT else set())
    call(*chroot, "sh", "-ec", "cd /root/src; autoreconf -fi; mkdir -p build; cd build; ../configure --enable-werror; make -j2")
    assert "HAVE_HIREDIS_SSL 1" in (folder / "root/src/build/config.h").read_text()
    return chroot


@pytest.mark.parametrize("server", ["valkey-server", "redis-server"])
def test_quotas_in_its_stores(trixie, server):
    # In / there is a folder `lib` of the system's.
    said = call(*trixie, f"REDIS_SERVER={server}", "BUILD_DIR=/root/src/build", "PYTHONDONTWRITEBYTECODE=1", "sh", "-c",
                "cd /root/src && exec /usr/bin/python3 -m pytest -p no:cacheprovider -q -n 4 tests/wire/test_quota_redis.py").stdout
    assert " passed" in said and "skipped" not in said
