# SPDX-License-Identifier: BSD-2-Clause
"""Mail without pause, each message of it with an answer that is known before."""
import collections
import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator

from lib.daemon import Daemon
from lib.milter_client import MilterClient

SCALE = float(os.environ.get("STORM_SCALE", "1"))
LATER = "later"
GOOD, BAD, INSIDE, OUTSIDE = "no-reply@example.net", "other@example.net", "ann@example.org", "eve@evil.test"


def scaled(count: float, least: float = 1) -> int:
    """How many of what is done `count` times in the long form."""
    return round(max(least, count * SCALE))


def deny(sid: str, condition: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": [{"Sid": sid, "Effect": "Deny", "Principal": "*", "Action": "ses:*",
            "Resource": "arn:aws:ses:us-west-2:123456789012:identity/*", "Condition": condition}]}


SENDER = deny("sender", {"StringEquals": {"ses:FromAddress": BAD}})
RECIPIENT = deny("recipient", {"ForAnyValue:StringEquals": {"ses:Recipients": OUTSIDE}})


def plain(one: MilterClient) -> str:
    """A message that is taken between two that are not: "right", or what was said."""
    first = one.mail(f"<{BAD}>")
    second = one.message(GOOD, [OUTSIDE, INSIDE], (("From", GOOD),))
    right = first.code == 550 and second.stage == "" and list(second.refused) == [OUTSIDE] and second.taken == [INSIDE]
    return "right" if right else f"{first} {second}"


class Load(threading.Thread):
    """Mail by one client. `message` drives one message and says what came of it."""

    def __init__(self, daemon: Daemon, message: Callable[[MilterClient], str], session: int = 50) -> None:
        super().__init__()
        self.under_test, self.message, self.session = daemon, message, session
        self.end = threading.Event()
        self.seen: collections.Counter[str] = collections.Counter()
        self.longest = 0.0

    def run(self) -> None:
        while not self.end.is_set():
            try:
                with MilterClient(self.under_test.address(), timeout=60) as one:
                    one.connect("172.31.5.6")
                    one.helo()
                    for _ in range(self.session):
                        began = time.monotonic()
                        self.seen[self.message(one)] += 1
                        self.longest = max(self.longest, time.monotonic() - began)
                        if self.end.is_set():
                            break
            except OSError as error:
                self.seen[f"no session: {error!r}"] += 1
                time.sleep(0.01)


@contextlib.contextmanager
def mail(daemon: Daemon, message: Callable[[MilterClient], str], clients: int = 4, session: int = 50) -> Iterator[list[Load]]:
    loads = [Load(daemon, message, session) for _ in range(clients)]
    for load in loads:
        load.start()
    try:
        yield loads
    finally:
        for load in loads:
            load.end.set()
        for load in loads:
            load.join()


def seen(loads: list[Load]) -> collections.Counter[str]:
    return sum((load.seen for load in loads), collections.Counter())
