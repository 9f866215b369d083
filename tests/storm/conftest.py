# SPDX-License-Identifier: BSD-2-Clause
"""The figures of each storm, a line each at the end of the run."""
from collections.abc import Callable, Iterator

import pytest

FIGURES: list[tuple[str, str]] = []
HELD: dict[str, bool] = {}


@pytest.fixture
def figures(request) -> Iterator[Callable[[str], None]]:
    """figures(TEXT): what was done and what was seen. A storm without figures is one that did nothing."""
    said: list[str] = []
    yield said.append
    FIGURES.append((request.node.nodeid, "; ".join(said)))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    report = (yield).get_result()
    HELD[item.nodeid] = HELD.get(item.nodeid, True) and report.passed


def pytest_terminal_summary(terminalreporter) -> None:
    for name, said in FIGURES:
        terminalreporter.write_line(f"{'held' if HELD[name] else 'NOT HELD'}: {name.rpartition('/')[2]}: {said or 'ended before its figures'}")
