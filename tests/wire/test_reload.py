# SPDX-License-Identifier: BSD-2-Clause
"""SIGHUP: the new policies whole, or the old ones and the reason; whatever number of signals, whatever the load."""
import json
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time

import pytest

from conftest import example
from lib.daemon import HANGS, Daemon, is_sanitized, program
from lib.milter_client import ALL_STEPS, NO_REPLY, MilterClient
from lib.size import LONG

STORM, ROUNDS = (10_000, 50) if LONG else (2_400, 12)
# Statements: a reload takes its time, also that of a build that is ten times slower.
LARGE = 3_000 if is_sanitized(program("ses-policy-milter")) else 20_000 if LONG else 10_000
GOOD, INSIDE = "no-reply@example.net", "ann@example.org"


def generation(letter: str, entries: int = 0) -> dict:
    """Sender and recipients are refused by two statements that change together: see test_storm."""
    other = {"a": "b", "b": "a"}[letter]
    filler = [f"user{i}@filler.test" for i in range(entries)]

    def deny(sid: str, condition: dict) -> dict:
        return {"Sid": sid, "Effect": "Deny", "Principal": "*", "Action": "ses:*",
                "Resource": "arn:aws:ses:us-west-2:123456789012:identity/*", "Condition": condition}
    return {"Version": "2012-10-17", "Statement": [
        deny(f"sender{letter}", {"StringEquals": {"ses:FromAddress": [f"{other}@never.test", *filler]}}),
        # The recipients that each generation refuses, one of them at RCPT, one at DATA.
        deny(f"rcpt{letter}", {"ForAnyValue:StringEquals": {"ses:Recipients": f"{other}@rcpt.test"}}),
        deny(f"data{letter}", {"ForAllValues:StringEquals": {"ses:Recipients": [f"{letter}@rcpt.test"]}})]}


def test_reload_changes_the_answer(start, client):
    daemon = start(policy=example("recipients"))
    assert client(daemon).message(GOOD, ["eve@evil.test", INSIDE]).stage == ""
    daemon.write_policy("policy", example("recipients-safe"))
    line = daemon.reload()
    assert "reload: generation 2 in force: 1 file" in line and "1 statement" in line and " ms" in line
    assert list(client(daemon).message(GOOD, ["eve@evil.test", INSIDE]).refused) == ["eve@evil.test"]


def test_sigusr1_reloads_too(start):
    daemon = start(policy=example("recipients"))
    mark = daemon.mark()
    daemon.signal(signal.SIGUSR1)
    daemon.wait_line("reload: generation 2 in force", mark)


def test_broken_file(start, client):
    """The old policies stay; the log says file, line, column and what to do; a corrected file is taken."""
    daemon = start(policy=example("sender"))
    path = daemon.write_policy("policy", example("sender").replace('"StringNotLike"', '"StringUnlike"'))
    mark = daemon.mark()
    line = daemon.reload()
    assert "reload: refused, generation 1 stays in force: " in line
    assert f"{path}:" in daemon.log(mark) and "StringUnlike: no such condition operator; " in daemon.log(mark)
    assert client(daemon).mail("<other@example.net>").code == 550
    daemon.write_policy("policy", example("recipients"))
    assert "reload: generation 2 in force" in daemon.reload()
    assert not client(daemon).mail("<other@example.net>").refused


@pytest.mark.parametrize("what", ["a file vanishes", "the folder vanishes", "an empty file", "a file of root's", "broken settings"])
def test_cannot_be_loaded(start, client, what):
    daemon = start(policy=example("sender"))
    if what == "an empty file":
        (daemon.policies / "new.json").touch()
    elif what == "a file of root's":
        daemon.write_policy("new", example("recipients")).chmod(0o600)
    elif what == "broken settings":
        daemon.file.write_text("{")
    else:
        (daemon.policies / "policy.json").unlink()
    if what == "the folder vanishes":
        daemon.policies.rmdir()
    assert "reload: refused, generation 1 stays in force: " in daemon.reload()
    assert client(daemon).mail("<other@example.net>").code == 550


CHANGES = "import itertools, os, sys\nfor n in itertools.count(1): os.utime(sys.argv[1], ns=(n, n))"
# So much is not read between two changes.
LONG = " " * 10_000_000


def put_account(folder: pathlib.Path) -> pathlib.Path:
    folder.mkdir()
    (folder / "suppressed.json").write_text(json.dumps({"SuppressedDestinationSummaries": []}) + LONG)
    (folder / "state.json").write_text(json.dumps({"parts": {"suppressed": "2026-05-01T12:00:00Z"}}))
    return folder / "state.json"


@pytest.mark.parametrize("what", ["a policy", "the account's state"])
def test_files_that_come_to_rest_later(start, folder, what):
    """They change after the last SIGHUP, and for longer than a reload waits: what they are in the end comes in force, with nobody's help."""
    texts = {letter: json.dumps(generation(letter)) + (LONG if what == "a policy" else "") for letter in "ab"}
    state = put_account(folder / "account") if what != "a policy" else None
    daemon = start(policy=texts["a"], settings={"account_state": str(state.parent)} if state else {})
    path, line, letter = daemon.policies / "policy.json", "", "a"
    with subprocess.Popen([sys.executable, "-c", CHANGES, state or path], stdin=subprocess.DEVNULL) as changing:
        try:
            while "refused" not in line:
                # What has come in force was at rest all the same.
                letter = {"a": "b", "b": "a"}[letter]
                daemon.write_policy("policy", texts[letter])
                mark = daemon.mark()
                line = daemon.reload()
            assert "while it is read" in line or "while it was read" in line
            daemon.wait_line("reload: that may pass; it is tried again every 5 seconds", mark)
            assert answering(daemon) != letter
        finally:
            changing.kill()
    daemon.wait_line("reload: generation [0-9]+ in force", mark)
    assert answering(daemon) == letter
    assert daemon.log(mark).count("reload: refused") == 1


def test_message_keeps_its_generation(start, client):
    """What began under one generation ends under it."""
    daemon = start(policy=example("recipients"))
    # Every event is answered, so that MAIL has been seen before the reload.
    one = client(daemon, steps=ALL_STEPS & ~sum(NO_REPLY.values()))
    one.mail(f"<{GOOD}>")
    one.rcpt("<eve@evil.test>")
    one.rcpt(f"<{INSIDE}>")
    daemon.write_policy("policy", example("recipients-safe"))
    assert "reload: generation" in daemon.reload()
    assert not one.data().refused and not one.eom().refused
    # The next message in the same session is the new generation's.
    assert one.message(GOOD, ["eve@evil.test"]).stage != ""


class Load(threading.Thread):
    """Mail without pause. Each message must be answered by one generation, whichever."""

    def __init__(self, daemon: Daemon) -> None:
        super().__init__()
        self.daemon_under_test = daemon
        self.end = threading.Event()
        self.count = 0
        self.seen: set[str] = set()
        self.wrong: list[str] = []

    def run(self) -> None:
        try:
            while not self.end.is_set():
                with MilterClient(self.daemon_under_test.address()) as one:
                    one.connect("172.31.5.6")
                    one.helo()
                    for _ in range(50):
                        self.message(one)
        except (OSError, AssertionError) as error:
            self.wrong.append(repr(error))

    def message(self, one: MilterClient) -> None:
        """a@ and b@ both named: generation a refuses b@ at RCPT and then, a@ being alone, the rest at DATA; b the other way round."""
        assert not one.mail("<x@example.net>").refused
        first, second = one.rcpt("<a@rcpt.test>"), one.rcpt("<b@rcpt.test>")
        third = one.data()
        texts = [answer.text for answer in (first, second, third) if answer.refused]
        letter = "b" if first.refused else "a"
        self.count += 1
        self.seen.add(letter)
        if first.refused == second.refused or not third.refused or any(f"statement rcpt{letter}" not in text and
                                                                       f"statement data{letter}" not in text for text in texts):
            self.wrong.append(f"{first} {second} {third}")
        one.abort()


def answering(daemon: Daemon) -> str:
    """The generation in force."""
    with MilterClient(daemon.address()) as one:
        one.connect("172.31.5.6")
        one.mail("<x@example.net>")
        return "b" if one.rcpt("<a@rcpt.test>").refused else "a"


def wait_until_answering(daemon: Daemon, letter: str) -> None:
    deadline = time.monotonic() + HANGS
    while answering(daemon) != letter:
        assert time.monotonic() < deadline, "the last reload was lost"


def test_signal_during_a_reload(start):
    """A change that comes while a reload runs, early or late in it, is not lost: its signal asks for another."""
    daemon = start(policy=generation("a", LARGE))
    letter = "a"
    took = float(re.search(r"([\d.]+) ms$", daemon.reload()).group(1)) / 1e3
    for tenth in range(12):
        letter = {"a": "b", "b": "a"}[letter]
        text = json.dumps(generation(letter, LARGE))
        mark = daemon.mark()
        daemon.signal(signal.SIGHUP)
        time.sleep(took * tenth / 10)
        daemon.write_policy("policy", text)
        daemon.signal(signal.SIGHUP)
        daemon.wait_line("in force: ", mark)
        wait_until_answering(daemon, letter)


def test_storm(start):
    """Thousands of signals while each reload takes its time and mail flows: no end, no lost reload, no mixed answer."""
    daemon = start(policy=generation("a", LARGE))
    spare = {letter: json.dumps(generation(letter, LARGE)) for letter in "ab"}
    loads = [Load(daemon) for _ in range(4)]
    for load in loads:
        load.start()
    for number in range(ROUNDS):
        daemon.write_policy("policy", spare["ab"[number % 2]])
        mark = daemon.mark()
        for _ in range(STORM // ROUNDS):
            daemon.signal(signal.SIGHUP)
        # At least one reload a round, and the signals of the next come while the last of this one runs.
        daemon.wait_line("in force: ", mark)
    assert daemon.process.poll() is None, daemon.log()
    # The last round left "b".
    daemon.write_policy("policy", spare["a"])
    daemon.signal(signal.SIGHUP)
    wait_until_answering(daemon, "a")
    for load in loads:
        load.end.set()
    for load in loads:
        load.join(600)
        assert not load.wrong, load.wrong[:3]
        assert load.count > 100
    assert set.union(*(load.seen for load in loads)) == {"a", "b"}
    assert daemon.log().count("in force: ") > ROUNDS
    assert "refused" not in daemon.log()
