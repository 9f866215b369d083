# SPDX-License-Identifier: BSD-2-Clause
"""What was tried, printed at the end: how often something failed, by place and kind."""
import collections

from lib.faults import ALL, tried

seen: collections.Counter[tuple[str, str]] = collections.Counter()


def pytest_runtest_logreport(report) -> None:
    """In each process that prints: with xdist what the others tried comes with their reports."""
    if report.when == "teardown":
        seen.update({tuple(name.split("|", 1)): count for name, count in dict(report.user_properties).items() if "|" in name})


def pytest_runtest_teardown(item) -> None:
    item.user_properties.extend((f"{place}|{kind}", count) for (place, kind), count in tried.items())
    tried.clear()


def pytest_terminal_summary(terminalreporter) -> None:
    if not ALL or not seen:
        return
    terminalreporter.section("failed on purpose")
    for place in sorted({place for place, _ in seen}):
        kinds = {kind: count for (one, kind), count in seen.items() if one == place}
        terminalreporter.write_line(f"{place}: {sum(kinds.values())}")
        for kind, count in sorted(kinds.items()):
            terminalreporter.write_line(f"    {count:7} {kind}")
    terminalreporter.write_line(f"in all: {sum(seen.values())}")
