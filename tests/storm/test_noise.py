# SPDX-License-Identifier: BSD-2-Clause
"""Packets of whatever content on many connections at once, with mail between them: each answer is right, and nothing is left behind."""
import collections
import random
import threading

from lib.noise import heard, packets_of, session
from storm.mail import RECIPIENT, SENDER, mail, plain, scaled, seen

CLIENTS = 4


def test_noise(start, figures):
    daemon = start(settings={"from_address": "envelope", "early_accept": "off"}, sender=SENDER, recipient=RECIPIENT)
    sessions, answers, odd = scaled(100_000, 2000), collections.Counter(), []

    def make(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(sessions // CLIENTS):
            sent = session(dice)
            said = packets_of(heard(daemon.address(), sent))
            answers.update(said)
            if not all(command in b"Ocyrt" for command in said):
                odd.append(sent)

    def all_of(first: int) -> None:
        makers = [threading.Thread(target=make, args=(first + number,)) for number in range(CLIENTS)]
        for one in makers:
            one.start()
        for one in makers:
            one.join()
    with mail(daemon, plain, clients=1) as loads:
        all_of(18)
        memory, descriptors = daemon.memory(), daemon.descriptors()
        all_of(2018)
    counts = seen(loads)
    figures(f"{2 * (sessions // CLIENTS) * CLIENTS} sessions, answers {({key.decode(errors='replace'): count for key, count in answers.items()})}; "
            f"{counts.total()} messages beside them, {dict(counts)}; memory {memory >> 20} MB after the first half, {daemon.memory() >> 20} MB at the end, "
            f"descriptors {descriptors} and {daemon.descriptors()}")
    assert not odd, odd[:1]
    assert set(counts) == {"right"}, counts
    assert daemon.memory() < 1.2 * memory + (8 << 20) and daemon.descriptors() <= descriptors + 4
