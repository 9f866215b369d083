# SPDX-License-Identifier: BSD-2-Clause
"""Everything on for minutes, and a reload each second, of which every fifth is refused: all stays flat and every answer is right."""
import itertools
import json
import os
import pathlib
import random
import re
import shutil
import threading
import time

from faults.site import QUESTIONS, ask, records, write
from lib.daemon import Daemon
from lib.postfix import free_port
from storm.mail import SCALE, mail, seen
from storm.test_stuck import metric, status

WHEN = "2026-05-01T12:00:00Z"
# Pages that an allocator keeps for the next time: less than this is not looked at.
SLACK = 3 << 20


def put_account(folder: pathlib.Path) -> None:
    (folder / "configuration-sets").mkdir(mode=0o755, parents=True, exist_ok=True)
    for name, document in {
        "account": {"SendingEnabled": True, "ProductionAccessEnabled": True, "EnforcementStatus": "HEALTHY",
                    "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}},
        "suppressed": {"SuppressedDestinationSummaries": [{"EmailAddress": f"gone{i}@example.org", "Reason": "BOUNCE"} for i in range(20_000)]},
        "state": {"parts": {"account": WHEN, "suppressed": WHEN}},
    }.items():
        (folder / f"{name}.json").write_text(json.dumps(document))


class Machine:
    """What the daemon holds."""

    def __init__(self, daemon: Daemon) -> None:
        self.memory, self.descriptors = daemon.memory(), daemon.descriptors()
        self.threads = len(os.listdir(f"/proc/{daemon.process.pid}/task"))


def scraping(daemon: Daemon, end: threading.Event, trouble: list[str]) -> None:
    while not end.is_set():
        try:
            metric(daemon, "milter_connections_total")
            status(daemon)
        except Exception as error:  # whatever it is, it is told
            trouble.append(repr(error))
        end.wait(0.3)


def test_soak(start, folder, figures):
    one = Daemon(folder)
    put_account(folder / "account")
    one.settings |= {
        "metrics": f"127.0.0.1:{free_port()}", "records_allowed": True, "account_state": str(folder / "account"),
        "quotas": {"store": str(folder / "run" / "quota.db"), "account": {"per_day": 1_000_000_000},
                   "senders": [{"sender": "*", "per_day": 500_000_000}]}}
    write(one, "a")
    daemon = start(settings=one.settings)
    seconds, dice = max(12.0, 600 * SCALE), random.Random(18)
    version, refused, reloads, wrong, held, trouble = "a", 0, 0, [], [], []

    def message(_: object) -> str:
        asked = dice.choice(QUESTIONS)
        said = ask(daemon, asked)
        return "right" if said in (asked.a, asked.b) else f"{asked.name}: {said}"
    over = threading.Event()
    scraper = threading.Thread(target=scraping, args=(daemon, over, trouble))
    scraper.start()
    begun = time.monotonic()
    try:
        with mail(daemon, message) as loads:
            for number in itertools.count(1):
                if time.monotonic() > begun + seconds:
                    break
                time.sleep(max(0.0, begun + number - time.monotonic()))
                reloads += 1
                if number % 5 == 0:
                    daemon.write_policy("rules", '{"Version": "2012-10-17", "Statement": [')
                    assert "refused" in daemon.reload()
                    refused += 1
                else:
                    version = {"a": "b", "b": "a"}[version]
                    write(daemon, version)
                    assert "in force" in daemon.reload()
                # What is in force now, to the last question.
                wrong += [f"{asked.name}: {said}" for asked in QUESTIONS if (said := ask(daemon, asked)) != asked.want(version)]
                held.append(Machine(daemon))
                for letter in "ab":
                    if records(daemon, letter).exists() and records(daemon, letter).stat().st_size > 50_000_000:
                        os.truncate(records(daemon, letter), 0)
    finally:
        over.set()
        scraper.join()
    counts, lines = seen(loads), 0
    figures(f"{seconds:.0f} s, {counts.total()} messages, {dict(counts)}; {reloads} reloads, {refused} refused")
    quarter = max(1, len(held) // 4)
    early, late = held[:quarter], held[-quarter:]
    for name in ("memory", "descriptors", "threads"):
        first, last = (max(getattr(one, name) for one in part) for part in (early, late))
        figures(f"{name} {first} in the first quarter, {last} in the last" if name != "memory" else f"memory {first >> 10} KB in the first quarter, {last >> 10} KB in the last")
        assert last <= (1.2 * first + SLACK if name == "memory" else first + 4), name
    assert set(counts) == {"right"} and not wrong and not trouble, (counts, wrong[:3], trouble[:3])
    assert daemon.stop() == 0
    for letter in "ab":
        for line in records(daemon, letter).read_text().splitlines():
            json.loads(line)
            lines += 1
    figures(f"{lines} records, each whole")
    assert lines > 100
