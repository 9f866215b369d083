# SPDX-License-Identifier: BSD-2-Clause
"""
Sessions, pages of metrics and questions at the control socket while files, sockets and stores of counts fail: nobody gets what the files
do not say, no more passes than a limit lets, and what is told is whole.
"""
import errno
import json
import re
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

from faults.site import LATER, QUESTIONS, TAKEN, Question, ask, wrong_at_last, write
from lib.daemon import HANGS, Daemon, program
from lib.faults import (ALL, CHANGE, FILES, MAP, MEMORY, ON, ONCE, OPEN, OUT, READ, RENAME, SOCKET, STAT, SYNC, TALK, THREADS, WRITE, Faults, Runs,
                        steps)
from lib.postfix import free_port
from lib.redis import Redis

LIMIT = 4
COUNTED = "counted@example.net"
FAILING = [(OPEN, errno.EMFILE), (READ, errno.EIO), (STAT, errno.ESTALE), (WRITE, errno.ENOSPC), (SYNC, errno.EIO), (RENAME, errno.EIO), (MAP, errno.ENOMEM),
           (CHANGE, errno.EIO), (SOCKET, errno.EMFILE), (TALK, errno.EIO)]
SHORT = {"what billing may not", "a set by header", "a recipient", "suppressed in a", "a limit of a", "nothing is wrong"}


@pytest.fixture
def redis(folder):
    one = Redis(folder / "redis", unixsocketperm="777")
    yield one.start()
    one.kill()


@pytest.fixture
def site(start, faults, folder) -> Callable[[str], Daemon]:
    def begin(store: str = "") -> Daemon:
        one = Daemon(folder, {"metrics": f"127.0.0.1:{free_port()}", "records_allowed": True})
        if store:
            one.settings["quotas"] = {"store": store}
        write(one, "a")
        one.settings["quotas"]["senders"].append({"sender": COUNTED, "per_day": LIMIT})
        daemon = start(settings=one.settings, before=faults.before)
        assert faults.live()
        assert not wrong_at_last(daemon, "a")
        return daemon
    return begin


def try_each(daemon: Daemon, faults: Faults, question: Question) -> None:
    """Each call of each kind that fails while a message is under way."""
    tried = 0
    for mask, error in FAILING:
        for mode in (ONCE, ON):
            for n in range(1, 60 if ALL else 3):
                faults.fail(FILES, n, mode, error, mask)
                try:
                    said = ask(daemon, question, 2)
                except TimeoutError:
                    said = LATER  # an MTA waits longer, and comes again
                failed = faults.failed(FILES)
                faults.off()
                assert daemon.process.poll() is None, f"it died: {faults.said()}"
                assert said in (question.a, LATER), f"{faults.now}, call {n}: {question.name}: {said}\n{faults.said()}"
                if not failed:
                    break
                tried += 1
            assert ask(daemon, question) == question.a or not wrong_at_last(daemon, "a")
    assert tried > 2


@pytest.mark.parametrize("question", [one for one in QUESTIONS if ALL or one.name in SHORT], ids=lambda one: one.name)
def test_files(site, faults, question):
    """With counts in a file, and records."""
    daemon = site()
    try_each(daemon, faults, question)
    assert not wrong_at_last(daemon, "a")


@pytest.mark.parametrize("question", [one for one in QUESTIONS if ALL or one.name in ("nothing is wrong", "a limit of a")], ids=lambda one: one.name)
def test_redis(site, faults, redis, question):
    """With counts in Redis: its connections, too, and memory while they are made."""
    daemon = site(redis.store)
    try_each(daemon, faults, question)
    for mode in (ONCE, ON):
        for n in range(4, 200, 1 if ALL else 23):
            faults.fail(MEMORY, n, mode)
            said = ask(daemon, question)
            failed = faults.failed(MEMORY)
            faults.off()
            assert daemon.process.poll() is None, f"it died: {faults.said()}"
            assert said in (question.a, LATER), f"{faults.now}, call {n}: {said}\n{faults.said()}"
            if not failed:
                break
    assert not wrong_at_last(daemon, "a")


@pytest.mark.parametrize("kind", ["file", "redis"])
def test_no_more_than_the_limit(site, faults, redis, kind):
    """Whatever fails while it is counted, a limit lets through no more messages than it says."""
    daemon = site(redis.store if kind == "redis" else "")
    question = Question("counted", "172.31.1.1", "someone", COUNTED, TAKEN, TAKEN)
    passed = 0
    for n in range(1, 30 if ALL else 8):
        for mask, error in ((WRITE | SYNC, errno.ENOSPC), (SOCKET | TALK, errno.EIO)):
            faults.fail(FILES, n, ONCE, error, mask)
            said = ask(daemon, question)
            faults.off()
            assert said in (TAKEN, LATER) or said.startswith("EOM"), f"{faults.now}, call {n}: {said}"
            passed += said == TAKEN
    assert passed <= LIMIT
    assert not wrong_at_last(daemon, "a")


def plain(page: str) -> list[str]:
    """The names of a page's lines."""
    return [line.rpartition(" ")[0] if not line.startswith("#") else line for line in page.splitlines()]


def test_metrics(site, faults):
    """A page is whole, or there is none."""
    daemon = site()

    def scrape() -> str:
        try:
            with urllib.request.urlopen(f"http://{daemon.settings['metrics']}/metrics", timeout=3) as response:
                return response.read().decode() if response.status == 200 else ""
        except (OSError, urllib.error.URLError):
            return ""

    whole, none = plain(scrape()), 0
    assert len(whole) > 40
    for group, calls in ((MEMORY, [(0, errno.ENOMEM)]), (FILES, [(TALK, errno.EIO), (SOCKET, errno.EMFILE)])):
        for mask, error in calls:
            for mode in (ONCE, ON):
                for n in range(1, 200 if ALL else 12):
                    faults.fail(group, n, mode, error, mask)
                    said = scrape()
                    failed = faults.failed(group)
                    faults.off()
                    assert daemon.process.poll() is None, f"it died: {faults.said()}"
                    assert not said or plain(said) == whole, f"{faults.now}, call {n}: {said[-500:]}\n{faults.said()}"
                    none += not said
                    if not failed:
                        break
                # libmicrohttpd takes connections again when it can.
                end = time.monotonic() + HANGS
                while plain(scrape()) != whole:
                    assert time.monotonic() < end, f"{faults.now}: it does not come back"
    assert none > 4


def test_control_in_the_daemon(site, faults):
    """A question at the control socket is answered as a whole, or the asker says that it is not."""
    daemon = site()
    commands = ([program("ses-policy-milter"), "--settings", str(daemon.file), "--status", "--json"],
                [program("ses-policy"), "quota", "--settings", str(daemon.file), "--json", "show"])
    for words in commands:
        whole = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout
        # A socket that stays broken takes the asker's patience: ten seconds each.
        for group, mask, error in ((MEMORY, 0, errno.ENOMEM), *(((FILES, TALK, errno.EIO), (FILES, SOCKET, errno.EMFILE)) if ALL else ())):
            for mode in (ONCE, ON):
                for n in range(1, 40 if ALL else 4):
                    faults.fail(group, n, mode, error, mask)
                    said = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
                    failed = faults.failed(group)
                    faults.off()
                    what = f"{faults.now}, call {n}: {said}\n{faults.said()}"
                    assert daemon.process.poll() is None, f"it died: {faults.said()}"
                    assert said.returncode in (0, 1, 2, 69, 71, 75), what
                    if said.returncode == 0:
                        assert len(said.stdout.splitlines()) == len(whole.splitlines()), what
                        assert [json.loads(line).keys() for line in said.stdout.splitlines()] == [json.loads(line).keys() for line in whole.splitlines()], what
                    else:
                        assert re.search(r"^ses-policy.*\w", said.stderr, re.M), what
                    if not failed:
                        break
    assert not wrong_at_last(daemon, "a")


@pytest.mark.parametrize("words", ["--status", "--status --json", "--check", "--help", "--version"])
def test_what_the_daemon_program_says(site, faults, words):
    """The asker's own trouble: all of it, or a status that is not 0."""
    daemon = site()
    runs = Runs(faults, [program("ses-policy-milter"), "--settings", str(daemon.file), *words.split(" ")])
    live = faults.live()
    try:
        faults.fail(MEMORY, 1 << 40, ONCE)
        _, whole, _ = runs.once()
        sockets = ((FILES, TALK, errno.EIO), (FILES, SOCKET, errno.EMFILE)) if ALL else ()
        for group, mask, error in ((MEMORY, 0, errno.ENOMEM), (FILES, OUT, errno.ENOSPC), *sockets,
                                   (FILES, OPEN, errno.EMFILE), (FILES, READ, errno.EIO), (THREADS, 0, errno.EAGAIN)):
            # The daemon has the same page: nothing is asked of it but by these.
            for mode in (ONCE, ON):
                for n in steps(600 if ALL and group == MEMORY else 12, 12):
                    faults.fail(group, n, mode, error, mask)
                    status, out, err = runs.once()
                    failed = faults.failed(group)
                    faults.off()
                    what = f"{words}: {faults.now}, call {n}: {status} {out} {err}\n{faults.said()}"
                    assert daemon.process.poll() is None, what
                    assert status >= 0 or faults.ended_by_glibc(status), what
                    assert status != 0 or len(out.splitlines()) == len(whole.splitlines()), what
                    assert status <= 0 or err.strip() or out, what
                    if not failed:
                        break
    finally:
        runs.end()
    assert live
