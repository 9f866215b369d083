# SPDX-License-Identifier: BSD-2-Clause
"""Tables of what was measured in rounds."""
import contextlib
import os
import platform
import statistics
import sys


def median(runs, name):
    return statistics.median(run[name] for run in runs)


def ratio(runs, floors, name):
    """Median of the rounds' ratios, with the least and the greatest."""
    ratios = [run[name] / floor[name] for run, floor in zip(runs, floors)]
    return f"{statistics.median(ratios):5.2f} ({min(ratios):.2f}-{max(ratios):.2f})"


def print_table(title, heads, rows):
    """First column to the left, the others to the right."""
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    print(f"\n{title}\n")
    for row in [heads, ["-" * width for width in widths], *rows]:
        print("  ".join(cell.rjust(width) if column else cell.ljust(width)
                        for column, (cell, width) in enumerate(zip(row, widths))).rstrip())
    sys.stdout.flush()


def machine():
    """What this was measured on."""
    model = "unknown processor"
    with contextlib.suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as lines:
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), model)
    return f"{os.cpu_count()} x {model}, Linux {platform.release()}, load {os.getloadavg()[0]:.2f}"


def warn_if_busy():
    if os.getloadavg()[0] > 1:
        print("Others are busy on this machine: messages a second mean little now, CPU and its ratios still do.")
