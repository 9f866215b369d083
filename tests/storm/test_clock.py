# SPDX-License-Identifier: BSD-2-Clause
"""The wall clock jumps by years while mail goes on: policies go by what it says, all else goes on as if nothing were."""
import datetime
import random
import re
import time

import pytest

from lib.clock import UTC, Clock
from lib.milter_client import MilterClient
from lib.postfix import free_port
from storm.mail import INSIDE, RECIPIENT, SENDER, deny, plain, scaled
from storm.test_stuck import metric, status

FROM, UNTIL = datetime.datetime(2020, 1, 1, tzinfo=UTC), datetime.datetime(2035, 1, 1, tzinfo=UTC)
TIMED, LIMITED = "timed@example.net", "limited@example.net"


@pytest.fixture
def clock(folder) -> Clock:
    return Clock(folder)


def stamp(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


EARLY = deny("early", {"DateLessThan": {"aws:CurrentTime": stamp(FROM)}, "StringEquals": {"ses:FromAddress": TIMED}})
LATE = deny("late", {"DateGreaterThanEquals": {"aws:CurrentTime": stamp(UNTIL)}, "StringEquals": {"ses:FromAddress": TIMED}})


def wrong_answers(one: MilterClient, clock: Clock) -> list[str]:
    """Of a message that has no date to mind, of one that has, and of a sender whose day is used up, whatever day it is."""
    said = plain(one)
    wrong = [said] if said != "right" else []
    answer = one.mail(f"<{TIMED}>")
    if answer.code != (0 if FROM <= clock.now() < UNTIL else 550):
        wrong.append(f"{clock.now()}: {answer}")
    if not answer.refused:
        one.abort()
    limited = one.message(LIMITED, [INSIDE], (("From", LIMITED),))
    return wrong if limited.answer.text.startswith("454 4.7.0 ") else [*wrong, f"{clock.now()}: {limited}"]


def test_jumps(start, client, clock, folder, figures):
    settings = {"metrics": f"127.0.0.1:{free_port()}", "records": "RUN/records", "records_allowed": True, "from_address": "envelope",
                "quotas": {"store": str(folder / "run" / "quota.db"),
                           "account": {"per_day": 100_000_000}, "senders": [{"sender": LIMITED, "per_day": 3}]}}
    daemon = start(before=clock.before, settings=settings, sender=SENDER, recipient=RECIPIENT, early=EARLY, late=LATE)
    one, dice, wrong, years = client(daemon), random.Random(18), [], []
    for _ in range(3):
        assert one.message(LIMITED, [INSIDE], (("From", LIMITED),)).stage == ""
    for number in range(scaled(500, 20)):
        years.append(dice.randrange(1971, 2150))
        clock.set(years[-1])
        wrong += wrong_answers(one, clock)
        if number % 10 == 0:
            assert metric(daemon, "milter_connections_total") >= 1 and status(daemon)["pid"] == daemon.process.pid
            assert "in force" in daemon.reload()
    begun = time.monotonic()
    assert daemon.stop() == 0
    stopped = time.monotonic() - begun
    recorded = {int(year) for year in re.findall(r'"time":"(\d+)-', (daemon.run / "records").read_text())}
    figures(f"{len(years)} jumps between {min(years)} and {max(years)}, {3 * len(years)} messages, {len(wrong)} wrong answers, stopped in {stopped:.1f} s")
    assert not wrong, wrong[:3]
    assert set(years) <= recorded
