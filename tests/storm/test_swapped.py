# SPDX-License-Identifier: BSD-2-Clause
"""Folders swapped and links exchanged without pause while reloads run: each answer is by one of the generations, never by a bit of each."""
import ctypes
import os
import pathlib
import random
import re
import signal
import threading
import time

import pytest

from lib.daemon import Daemon, put_in_place
from lib.milter_client import MilterClient
from lib.redis import wait_until
from storm.mail import deny, mail, scaled, seen

RECIPIENTS = {letter: f"{letter}@rcpt.test" for letter in "ab"}
AT_HERE, EXCHANGE = -100, 2


def fill(folder: pathlib.Path, letter: str, recipients: int = 0) -> None:
    """Two files that belong together: of two recipients one refuses the other generation's at RCPT, and its fellow what is left, at DATA."""
    folder.mkdir(exist_ok=True)
    other = {"a": "b", "b": "a"}[letter]
    put_in_place(folder / "first.json", deny(f"rcpt{letter}", {"ForAnyValue:StringEquals": {"ses:Recipients": RECIPIENTS[other]}}))
    put_in_place(folder / "second.json", deny(f"data{letter}", {"ForAllValues:StringEquals": {"ses:Recipients": [RECIPIENTS[letter]]}}))
    put_in_place(folder / "third.json", deny(f"filler{letter}", {"StringEquals": {
        "ses:FromAddress": [f"{letter}@never.test", *(f"user{i}@filler.test" for i in range(recipients))]}}))


def whose(one: MilterClient) -> str:
    """The generation that has answered, or what was said."""
    begun = one.mail("<x@example.net>")
    answers = [one.rcpt(f"<{RECIPIENTS['a']}>"), one.rcpt(f"<{RECIPIENTS['b']}>"), one.data()]
    one.abort()
    letter = "b" if answers[0].refused else "a"
    texts = [answer.text for answer in answers if answer.refused]
    right = not begun.refused and answers[0].refused != answers[1].refused and answers[2].refused
    return letter if right and all(re.search(rf"statement (rcpt|data){letter}\b", text) for text in texts) else f"{begun} {answers}"


def in_force(daemon: Daemon) -> str:
    with MilterClient(daemon.address()) as one:
        one.connect("172.31.5.6")
        one.helo()
        return whose(one)


class Swapper(threading.Thread):
    """swap() a thousand times a second, at most."""

    def __init__(self, swap) -> None:
        super().__init__()
        self.swap, self.end, self.count = swap, threading.Event(), 0
        self.trouble: OSError | None = None

    def run(self) -> None:
        begun = time.monotonic()
        try:
            while not self.end.is_set():
                self.swap()
                self.count += 1
                time.sleep(max(0.0, begun + self.count / 1000 - time.monotonic()))
        except OSError as trouble:
            self.trouble = trouble


def exchange(one: pathlib.Path, other: pathlib.Path) -> None:
    """The names of both, in one step."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.renameat2(AT_HERE, os.fsencode(one), AT_HERE, os.fsencode(other), EXCHANGE) != 0:
        raise OSError(ctypes.get_errno(), "renameat2", str(one))


@pytest.mark.parametrize("what", ["folders", "links"])
def test_swapped(start, folder, what, figures):
    sites = {letter: folder / f"site-{letter}" for letter in "ab"}
    for letter, site in sites.items():
        fill(site, letter)
    live, new, turn = folder / "live", folder / "live.new", iter(range(1 << 62))
    if what == "folders":
        sites["a"].rename(live)

        def swap() -> None:
            exchange(live, sites["b"])
    else:
        live.symlink_to(sites["a"])

        def swap() -> None:
            new.symlink_to(sites["ab"[next(turn) % 2]])
            new.replace(live)
    daemon = start(settings={"policies": [str(live)]})
    swapper, dice, signals = Swapper(swap), random.Random(18), 0
    begun = time.monotonic()
    with mail(daemon, whose) as loads:
        swapper.start()
        try:
            while time.monotonic() < begun + scaled(120, 3):
                daemon.signal(signal.SIGHUP)
                signals += 1
                time.sleep(dice.random() / 100)
        finally:
            swapper.end.set()
            swapper.join()
    seconds, said = time.monotonic() - begun, daemon.log()
    took, refused = said.count("in force: "), len(re.findall("reload: refused", said))
    counts = seen(loads)
    figures(f"{swapper.count} swaps of {what} ({swapper.count / seconds:.0f}/s), {signals} SIGHUP, {took} reloads in force, {refused} refused, "
            f"{counts.total()} messages, {len(counts)} kinds of answer")
    assert swapper.trouble is None
    assert set(counts) == {"a", "b"}, list(counts)[:3]
    # What is whole at each moment is no reason to refuse.
    assert took > 10 and not refused, re.findall("reload: refused.*", said)[:3]


def test_signals(start, folder, figures):
    """Signals at any moment while a large policy changes: the last counts, and memory does not pile up."""
    large = scaled(200_000, 20_000)
    sites = {letter: folder / f"site-{letter}" for letter in "ab"}
    for letter, site in sites.items():
        fill(site, letter, large)
    live, new = folder / "live", folder / "live.new"
    live.symlink_to(sites["a"])
    daemon = start(settings={"policies": [str(live)]})
    dice, memory = random.Random(18), []
    signals = scaled(5000, 200)
    with mail(daemon, whose) as loads:
        for number in range(signals):
            if number % 10 == 0:
                new.symlink_to(sites["ab"[number // 10 % 2]])
                new.replace(live)
            daemon.signal(signal.SIGHUP)
            time.sleep(dice.random() / 25)
            memory.append(daemon.memory())
        new.symlink_to(sites["b"])
        new.replace(live)
        daemon.signal(signal.SIGHUP)
        wait_until(lambda: in_force(daemon) == "b", "the last signal was lost")
    counts, took = seen(loads), daemon.log().count("in force: ")
    # On a slow machine the link is another one each time before so much has been read: the old generation stays until the daemon's next try.
    refused = re.findall("reload: refused, .*", daemon.log())
    restless = sum("changes while it is read" in line for line in refused)
    quarter = len(memory) // 4
    early, late = max(memory[:quarter]), max(memory[-quarter:])
    figures(f"{signals} SIGHUP, {large} values, {took} reloads, {restless} refused as the files were not at rest, {counts.total()} messages, {len(counts)} kinds of answer; "
            f"memory {early >> 20} MB in the first quarter, {late >> 20} MB in the last")
    assert set(counts) == {"a", "b"}, list(counts)[:3]
    assert len(refused) == restless, refused[:3]
    assert late < 1.5 * early
