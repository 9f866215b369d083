# SPDX-License-Identifier: BSD-2-Clause
"""The table of many connections, and what of it has a bound."""
import statistics

from crowded import FEW

# Bounds.
IDLE_KIB, IDLE_TIMES = 2, 2     # memory of an idle connection: so much, and so many times the no-op's
GROWTH = 0.05                   # of memory from the second time on, beside what the no-op grows


def median(runs, name):
    return statistics.median(run[name] for run in runs)


def each(one, memory, field="resident"):
    """KiB of each idle connection."""
    return (getattr(memory, field) - getattr(one.before, field)) / one.options.idle


def residents(readings):
    return [memory.resident for memory in readings]


def growth(readings):
    """Kilobytes from the second time on, and as a share."""
    grown = readings[-1] - readings[1]
    return grown, grown / readings[1]


def row_values(idle, busy):
    """(label, value) of every row of the table; None for a value: a heading."""
    options = idle.options
    opened, carried, after_busy = (residents(readings) for readings in (idle.opened, idle.carried, busy.after_busy))
    later = max(late.resident / soon.resident - 1 for soon, late in zip(idle.opened, idle.waited))

    def messages(what, runs):
        yield f"messages/s, {what}", f"{median(runs, 'messages_s'):.0f}"
        yield "  us CPU each", f"{median(runs, 'cpu_us'):.1f}"
        yield "  ms p50, p99, p99.9", " ".join(f"{median(runs, name) / 1000:.2f}" for name in ("p50_us", "p99_us", "p999_us"))
        yield "  ms longest", f"{max(run['longest_us'] for run in runs) / 1000:.0f}"

    yield f"{options.idle} idle", None
    yield "KiB each, connected", f"{each(idle, idle.opened[0]):.2f}"
    yield "  heap and stacks alone", f"{each(idle, idle.opened[0], 'anonymous'):.2f}"
    yield "  after a message", f"{each(idle, idle.carried[0]):.2f}"
    yield "MB before", f"{idle.before.resident / 1024:.1f}"
    yield "  connected, each time", " ".join(f"{kilobytes / 1024:.1f}" for kilobytes in opened)
    yield "  growth from 2nd time on", f"{growth(opened)[1]:+.1%}"
    yield f"  growth in {options.idle_seconds:g} s", f"{later:+.1%}"
    yield "  after a message, each time", " ".join(f"{kilobytes / 1024:.1f}" for kilobytes in carried)
    yield "  closed", f"{idle.closed[-1].resident / 1024:.1f}"
    yield "threads", f"{idle.opened[-1].threads}"
    yield from messages(f"{FEW} without the idle", idle.alone)
    yield from messages(f"{FEW} beside the idle", idle.beside)
    yield f"{options.busy} busy", None
    yield from messages("all", busy.busy)
    yield "KiB each", f"{(max(busy.peaks) - busy.before.resident) / options.busy:.1f}"
    yield "MB before", f"{busy.before.resident / 1024:.1f}"
    yield "  after each time", " ".join(f"{kilobytes / 1024:.1f}" for kilobytes in after_busy)
    yield "  growth from 2nd time on", f"{growth(after_busy)[1]:+.1%}"
    yield "wrong answers, broken", f"{idle.wrong + busy.wrong}, {idle.broken + busy.broken}"


def print_table(found):
    """A column for each filter under each libmilter."""
    columns = [(kind, name, list(row_values(*both[name]))) for kind, both in found.items() for name in both]
    heads = [["libmilter", *(kind if name == "noop" else "" for kind, name, _ in columns)],
             ["", *(name for _, name, _ in columns)]]
    rows = [[label, *(values[at][1] or "" for _, _, values in columns)] for at, (label, _) in enumerate(columns[0][2])]
    widths = [max(len(row[column]) for row in heads + rows) for column in range(len(columns) + 1)]
    for row in [*heads, ["-" * width for width in widths], *rows]:
        print("  ".join(cell.rjust(width) if column else cell.ljust(width)
                        for column, (cell, width) in enumerate(zip(row, widths))).rstrip())


def bounds(kind, both):
    """(held, text) of each."""
    (noop, noop_busy), (idle, busy) = both["noop"], both["daemon"]
    wrong, broken = (sum(getattr(one, name) for pair in both.values() for one in pair) for name in ("wrong", "broken"))
    yield wrong == 0 and broken == 0, f"{kind}: no wrong answer, no broken session: {wrong}, {broken}"
    for what, own, other in (("connected", idle.opened[:1], noop.opened[:1]), ("after a message", idle.carried, noop.carried)):
        used = max(each(idle, memory) for memory in own)
        most = IDLE_KIB + IDLE_TIMES * max(each(noop, memory) for memory in other)
        yield used <= most, f"{kind}: an idle connection, {what}, takes at most {most:.2f} KiB: {used:.2f}"
    for what, own, other in (("idle", idle.opened, noop.opened), ("busy", busy.after_busy, noop_busy.after_busy)):
        own, other = residents(own), residents(other)
        grown, others = growth(own)[0], max(0, growth(other)[0])
        yield grown - others <= GROWTH * own[1], (f"{kind}: memory flat from the second time on, {what}: "
                                                  f"{grown / own[1]:+.1%}, {others / own[1]:+.1%} of it libmilter's")
    later = max(late.resident / soon.resident - 1 for soon, late in zip(idle.opened, idle.waited))
    yield later <= GROWTH, f"{kind}: memory flat while nothing happens: {later:+.1%}"
