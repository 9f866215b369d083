# SPDX-License-Identifier: BSD-2-Clause
"""Debian 13: its hiredis speaks TLS, and it has a Valkey. Quotas are counted in both, and in its Redis."""
import pytest

from machine import ENVIRONMENT, call


@pytest.fixture(scope="module")
def trixie(builder, container) -> list[str]:
    """What calls a command in the stage of the image in which the program was built."""
    root = builder.stages["build"].root
    assert "HAVE_HIREDIS_SSL 1" in (root / "src/build/image/config.h").read_text()
    return ["chroot", str(root), *ENVIRONMENT]


@pytest.mark.parametrize("server", ["valkey-server", "redis-server"])
def test_quotas_in_its_stores(trixie, server):
    # In / there is a folder `lib` of the system's.
    said = call(*trixie, f"REDIS_SERVER={server}", "BUILD_DIR=/src/build/image", "PYTHONDONTWRITEBYTECODE=1", "sh", "-c",
                "cd /src && exec /usr/bin/python3 -m pytest -p no:cacheprovider -q -n 4 tests/wire/test_quota_redis.py").stdout
    assert " passed" in said and "skipped" not in said
