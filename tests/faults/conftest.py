# SPDX-License-Identifier: BSD-2-Clause
"""A place for trouble, and how much of it: FAULTS_ALL=1 tries every place, else each of a kind but not each of all."""
import os
import pathlib
from collections.abc import Iterator

import pytest

from lib.faults import Faults

ALL = bool(os.environ.get("FAULTS_ALL"))


def places(count: int, wanted: int) -> Iterator[int]:
    """From 1 to `count`, and a little further, where nothing fails: all, or about so many of them."""
    step = 1 if ALL else max(1, count // wanted)
    return iter(range(1, count + step + 1, step))


@pytest.fixture
def faults(folder: pathlib.Path) -> Faults:
    return Faults(folder)
