# SPDX-License-Identifier: BSD-2-Clause
"""ses-policy quota: what has been counted, seen and changed through the daemon, in the file while none runs, and in Redis."""
import json
import re
import subprocess

import pytest

from conftest import example
from lib.daemon import Daemon, program
from lib.redis import Redis

SENDER = "no-reply@example.net"


def quota(daemon: Daemon, *words: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*before, program("ses-policy"), "quota", "--settings", str(daemon.file), *words],
                          capture_output=True, text=True, timeout=120, check=False)


def keys(daemon: Daemon, *words: str) -> dict[str, dict]:
    """Key -> its row."""
    said = quota(daemon, "--json", *words)
    assert said.returncode == 0, said.stderr
    rows = [json.loads(line) for line in said.stdout.splitlines()]
    return {f"{row['scope']} {row['name']}".strip(): row for row in rows}


@pytest.fixture
def daemon(start, folder) -> Daemon:
    return start({"quotas": {"store": f"{folder}/run/quota.db", "account": {"per_day": 100, "per_second": 14},
                             "senders": [{"sender": "*@example.net", "per_day": 5}]}}, good=example("sender"))


def send(client, daemon: Daemon, recipients: int) -> int:
    """One message; the code of the answer that ends it, 250 if it was taken."""
    one = client(daemon)
    steps = [lambda: one.mail(f"<{SENDER}>", macros={"{mail_addr}": SENDER}),
             *(lambda i=i: one.rcpt(f"<r{i}@example.org>", macros={"{rcpt_addr}": f"r{i}@example.org"}) for i in range(recipients)),
             one.data, lambda: one.header("From", SENDER), one.eoh, one.eom]
    for step in steps:
        answer = step()
        if answer.refused:
            return answer.code
    return 250


def test_show_set_reset(daemon, client):
    assert quota(daemon, "show").stdout == "Nothing has been counted in the last 24 hours.\n"
    assert quota(daemon, "show", "account").returncode == 1
    assert send(client, daemon, 3) == 250
    rows = keys(daemon, "show")
    assert set(rows) == {"account", f"sender {SENDER}"}
    sender = rows[f"sender {SENDER}"]
    assert (sender["used"], sender["per_day"], sender["free"], sender["per_second"], sender["damaged"]) == (3, 5, 2, None, False)
    assert (rows["account"]["used"], rows["account"]["per_second"], rows["account"]["released"]) == (3, 14.0, 3)
    assert 23 * 3600 < sender["next_release"] <= 24 * 3600 + 300
    assert send(client, daemon, 3) == 454
    mark = daemon.mark()
    assert keys(daemon, "reset", "sender", SENDER)[f"sender {SENDER}"]["used"] == 0
    daemon.wait_line(f"quota: changed at the control socket: reset sender {SENDER}", mark)
    assert send(client, daemon, 3) == 250
    assert keys(daemon, "set", "98", "account")["account"]["free"] == 2
    assert send(client, daemon, 2) == 250
    assert send(client, daemon, 1) == 454


def test_text(daemon, client):
    send(client, daemon, 3)
    lines = quota(daemon, "show").stdout.splitlines()
    assert [line.split(";")[0] for line in lines] == [
        "account: 3 of 100 a day, 97 left, 14 a second", f"sender {SENDER}: 3 of 5 a day, 2 left"]
    assert all(re.search(r"; 3 free again in 24 h( [1-5] min)?$", line) for line in lines)


def test_while_no_daemon_runs(daemon, client, monkeypatch):
    # LeakSanitizer cannot look into a process that has become another user.
    monkeypatch.setenv("ASAN_OPTIONS", "detect_leaks=0")
    send(client, daemon, 3)
    assert daemon.stop() == 0
    assert keys(daemon, "show")["account"]["used"] == 3
    assert keys(daemon, "set", "99", "account")["account"]["used"] == 99
    daemon.start()
    assert keys(daemon, "show", "account")["account"]["used"] == 99
    assert send(client, daemon, 2) == 454


def test_a_file_that_is_not_there_is_not_made(folder):
    daemon = Daemon(folder, {"quotas": {"store": f"{folder}/run/quota.db"}})
    daemon.write_policy("good", example("sender"))
    daemon.write_settings()
    for words in (("show",), ("set", "1", "account")):
        said = quota(daemon, *words)
        assert said.returncode == 2 and "the daemon makes the file when it starts" in said.stderr
    assert not (folder / "run" / "quota.db").exists()


def test_in_a_redis(start, client, folder):
    """The tool asks Redis itself, whether a daemon runs or not."""
    redis = Redis(folder / "redis", unixsocketperm="777").start()
    try:
        daemon = start({"quotas": {"store": redis.store, "store_timeout_ms": 10_000, "account": {"per_day": 100},
                                   "senders": [{"sender": "*@example.net", "per_day": 5}]}}, good=example("sender"))
        assert quota(daemon, "show").stdout == "Nothing has been counted in the last 24 hours.\n"
        assert send(client, daemon, 3) == 250
        rows = keys(daemon, "show")
        assert {key: (row["used"], row["free"]) for key, row in rows.items()} == {"account": (3, 97), f"sender {SENDER}": (3, 2)}
        assert keys(daemon, "set", "99", "account")["account"]["free"] == 1
        assert send(client, daemon, 2) == 454
        assert daemon.stop() == 0
        assert keys(daemon, "reset", "account")["account"]["used"] == 0 and "account" not in keys(daemon, "show")
        daemon.start()
        assert send(client, daemon, 2) == 250 and keys(daemon, "show", "sender", SENDER)[f"sender {SENDER}"]["used"] == 5
        redis.kill()
        said = quota(daemon, "show")
        assert said.returncode == 2 and "cannot connect" in said.stderr
    finally:
        redis.kill()


WRONG = [
    ((), "write show, reset or set"),
    (("shw",), "unknown request; write show, reset or set"),
    (("show", "nobody"), "no key; write account, identity"),
    (("show", "account", "x"), "no key"),
    (("reset",), "no key"),
    (("set", "account"), "not a number of recipients"),
    (("set", "1x", "account"), "not a number of recipients"),
    (("set", "1000000001", "account"), "not a number of recipients"),
    (("show", "sender", "x" * 5000), "the name is too long"),
    (("show", "sender", "a\nquota reset account"), "a name has no line breaks"),
]


@pytest.mark.parametrize("words, says", WRONG, ids=[" ".join(words)[:20] or "nothing" for words, _ in WRONG])
def test_wrong(daemon, words, says):
    said = quota(daemon, *words)
    assert (said.returncode, said.stdout) == (2, "") and says in said.stderr


def test_names_of_mail_do_nothing_to_a_terminal(daemon, client):
    assert quota(daemon, "set", "1", "sender", "a\x1b[2J@example.net").returncode == 0
    assert "\x1b" not in quota(daemon, "show").stdout
    assert "a\\\\x1b[2J@example.net" in quota(daemon, "--json", "show").stdout


def test_who_may_not(daemon):
    said = quota(daemon, "show", before=("setpriv", "--reuid=1", "--regid=1", "--clear-groups"))
    assert (said.returncode, said.stdout) == (2, "") and "Permission denied; ask as root" in said.stderr


def test_no_quotas(start):
    daemon = start(good=example("sender"))
    said = quota(daemon, "show")
    assert said.returncode == 2 and 'the settings have no "quotas"' in said.stderr
