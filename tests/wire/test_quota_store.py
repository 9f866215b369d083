# SPDX-License-Identifier: BSD-2-Clause
"""Quotas and their store, through the daemon: away, damaged, shared by two daemons, and killed."""
import re
import shutil
import signal
import threading
import urllib.request

import pytest

from lib.daemon import Daemon
from lib.milter_client import MilterClient
from lib.postfix import free_port
from lib.redis import Redis, wait_until

SENDERS = [f"{name}@example.net" for name in ("billing", "news", "shop")]
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "ses:*", "Condition": {
    "StringEquals": {"ses:FromAddress": "bad@example.net"}}, "Resource": "arn:aws:ses:us-west-2:123456789012:identity/example.net"}]}


@pytest.fixture
def redis(folder):
    one = Redis(folder / "redis", unixsocketperm="777")
    yield one.start()
    one.kill()


def site(start, quotas: dict) -> Daemon:
    """Where a Redis counts, a busy machine may keep it waiting."""
    slow = {} if str(quotas["store"]).startswith("/") else {"store_timeout_ms": 10_000}
    return start(settings={"from_address": "envelope", "metrics": f"127.0.0.1:{free_port()}", "quotas": slow | quotas}, policy=POLICY)


def metric(daemon: Daemon, name: str) -> float:
    with urllib.request.urlopen(f"http://{daemon.settings['metrics']}/metrics", timeout=60) as response:
        return float(re.search(rf"^ses_policy_quota_{re.escape(name)} (\S+)$", response.read().decode(), re.M)[1])


def send(one: MilterClient, sender: str, recipients: int = 1) -> str:
    """The reply that refuses the message, or "250"."""
    steps = [lambda: one.mail(f"<{sender}>", macros={"{mail_addr}": sender}),
             *(lambda i=i: one.rcpt(f"<r{i}@example.org>", macros={"{rcpt_addr}": f"r{i}@example.org"}) for i in range(recipients)),
             one.data, lambda: one.header("From", sender), one.eoh, one.eom]
    for step in steps:
        answer = step()
        if answer.refused:
            return answer.text
    return "250"


def test_refused_while_the_store_is_away(start, client, redis):
    daemon = site(start, {"store": redis.store, "account": {"per_day": 100}})
    one = client(daemon)
    assert send(one, SENDERS[0], 3) == "250" and metric(daemon, "store_up") == 1
    redis.kill()
    assert re.match(r"451 4\.3\.0 .* id=\w+", send(client(daemon), SENDERS[0]))
    wait_until(lambda: metric(daemon, "store_up") == 0, "the store is still taken to be there")
    # A policy's no needs no store, and is told as ever.
    assert send(client(daemon), "bad@example.net").startswith("550 5.7.1 ")
    daemon.wait_line("quota")
    redis.start()
    wait_until(lambda: send(client(daemon), SENDERS[0]) == "250", "it does not come back")
    assert metric(daemon, "unmetered_total") == 0


def test_let_through_while_the_store_is_away(start, client, redis):
    daemon = site(start, {"store": redis.store, "unavailable": "accept", "account": {"per_day": 2, "per_second": 0.001, "burst": 5}})
    assert send(client(daemon), SENDERS[0], 2) == "250" and metric(daemon, "store_up") == 1
    redis.kill()
    # The day is not known any more; the rate still holds, on this relay.
    replies = [send(client(daemon), SENDERS[0]) for _ in range(8)]
    assert replies[:5] == ["250"] * 5
    assert all(reply.startswith("454 4.7.0 Throttling failure: Maximum sending rate exceeded") for reply in replies[5:])
    assert metric(daemon, "unmetered_total") == 5


def test_a_file_that_is_no_database(start, client, folder):
    path = folder / "run" / "quota.db"
    Daemon(folder)  # makes the folder, the daemon's user's
    path.write_bytes(b"no database" * 1000)
    path.chmod(0o600)
    shutil.chown(path, "nobody")
    daemon = site(start, {"store": str(path), "account": {"per_day": 100}})
    daemon.wait_line(re.escape(str(path)))
    assert send(client(daemon), SENDERS[0]).startswith("451 4.3.0 ")
    assert path.read_bytes().startswith(b"no database"), "an operator's file was changed"


def test_a_refused_reload_opens_no_store(start, client, folder):
    """The store of settings that did not come into force is not the one that is counted in afterwards."""
    daemon = start(policy=POLICY)
    daemon.settings |= {"records": "/proc/none/records", "quotas": {"store": f"{folder}/run/refused.db", "account": {"per_day": 100}}}
    daemon.write_settings()
    assert "refused" in daemon.reload()
    assert not (folder / "run" / "refused.db").exists()
    del daemon.settings["records"]
    daemon.settings["quotas"]["store"] = f"{folder}/run/quota.db"
    daemon.write_settings()
    assert "generation 2 in force" in daemon.reload()
    assert (folder / "run" / "quota.db").exists() and not (folder / "run" / "refused.db").exists()
    assert send(client(daemon), SENDERS[0]) == "250"


def test_killed_under_load(start, client, folder):
    """Less than what was let through in the last moments may be missing, and nothing is counted that was not let through, but one message."""
    daemon = site(start, {"store": f"{folder}/run/quota.db", "account": {"per_day": 100_000}})
    let_through = 0
    for _ in range(5):
        one = client(daemon)
        for _ in range(200):
            let_through += send(one, SENDERS[0]) == "250"
        wait_until(lambda: metric(daemon, 'used{scope="account",key=""}') >= 1, "nothing is counted")
        daemon.process.send_signal(signal.SIGKILL)
        daemon.process.wait()
        daemon.start()
        used = metric(daemon, 'used{scope="account",key=""}')
        assert used <= let_through + 1
        let_through = int(used)  # what is missing now is not asked for again
    assert let_through > 100


def test_two_daemons_and_one_redis(start, client, redis, folder):
    """Exactly the account's limit over both, and one application cannot take all of it."""
    quotas = {"store": redis.store, "account": {"per_day": 100}, "senders": [{"sender": SENDERS[0], "per_day": 60}]}
    first = site(start, quotas)
    second = Daemon(folder / "second", first.settings | {"socket": "unix:RUN/milter.sock", "metrics": f"127.0.0.1:{free_port()}"})
    second.write_policy("policy", POLICY)
    taken: list[str] = []

    def hammer(daemon: Daemon, sender: str) -> None:
        with MilterClient(daemon.address()) as one:
            one.connect("172.31.5.6")
            one.helo()
            for _ in range(80):
                if send(one, sender) == "250":
                    taken.append(sender)

    def together(sender: str) -> None:
        threads = [threading.Thread(target=hammer, args=(daemon, sender)) for daemon in (first, second) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    second.start()
    try:
        together(SENDERS[0])
        assert len(taken) == 60
        together(SENDERS[1])
        assert (taken.count(SENDERS[0]), taken.count(SENDERS[1])) == (60, 40)
    finally:
        assert second.stop() == 0
