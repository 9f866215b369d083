# SPDX-License-Identifier: BSD-2-Clause
"""A message that is allowed for certain is let through there and then (SMFIS_ACCEPT), it alone, and nothing else is."""
import json
import re

import pytest

from conftest import example
from lib.daemon import Daemon
from lib.milter_client import NO, NO_REPLY
from test_metrics import place, scrape, values  # noqa: F401 (a fixture)
from test_records import KEYS, wait_records

GOOD, BAD, INSIDE, OUTSIDE = "no-reply@example.net", "other@example.net", "ann@example.org", "eve@evil.test"
ENVELOPE = {"from_address": "envelope"}
RECORDS = {"records": "RUN/decisions.jsonl"}
FROM = (("From", f" Ann <{GOOD}>"),)


def told(client) -> str:
    """Where a message of GOOD to INSIDE is let through."""
    for stage, answer in (("MAIL", client.mail(f"<{GOOD}>")), ("RCPT", client.rcpt(f"<{INSIDE}>")), ("DATA", client.data())):
        if answer.kind == "accept":
            return stage
        assert not answer.refused
    for name, value in FROM:
        client.header(name, value)
    assert client.eom().kind == "continue"
    return "EOM"


# What is in force, where the yes is told, and what --check says of it.
CASES = [
    ("sender", {}, ["sender"], "MAIL", "asked at MAIL; yes at MAIL; no headers shown"),
    ("network", {}, ["network"], "MAIL", "asked at MAIL; yes at MAIL; no headers shown"),
    ("recipients", {}, ["recipients"], "DATA", "asked at DATA; yes at DATA; no headers shown"),
    ("all three", {}, ["sender", "network", "recipients"], "DATA", "asked at MAIL and DATA; yes at DATA; no headers shown"),
    ("each recipient", {}, ["sender", "recipients-safe"], "DATA", "asked at MAIL, RCPT and DATA; yes at DATA; no headers shown"),
    ("off", {"early_accept": "off"}, ["sender", "recipients-safe"], "EOM",
     "asked at MAIL, RCPT and the end of the message; yes at the end of the message; no headers shown"),
    ("off, on the sender alone", {"early_accept": "off"}, ["sender"], "EOM",
     "asked at MAIL and the end of the message; yes at the end of the message; no headers shown"),
    ("From", {"from_address": "both"}, ["sender"], "EOM",
     "asked at MAIL, the end of the headers and the end of the message; yes at the end of the message; "
     "headers shown because sender.json uses ses:FromAddress and from_address is both"),
    ("sandbox", {"sandbox": True, "identities": ["example.org"]}, ["sender"], "DATA",
     "asked at MAIL, RCPT and DATA; yes at DATA; no headers shown"),
    ("form", {"form": "check"}, ["sender"], "EOM",
     "asked at MAIL, RCPT, the end of the headers and the end of the message; yes at the end of the message; "
     "headers shown because form is check"),
    ("steering headers", {"ses_headers": "refuse"}, ["sender"], "EOM",
     "asked at MAIL, the end of the headers and the end of the message; yes at the end of the message; "
     "headers shown because ses_headers is refuse"),
    ("records", RECORDS, ["sender"], "DATA", "asked at MAIL and DATA; yes at DATA; no headers shown"),
    ("records of refusals", RECORDS | {"records_allowed": False}, ["sender"], "MAIL", "asked at MAIL; yes at MAIL; no headers shown"),
    ("whole records", RECORDS | {"records_allowed": "whole"}, ["sender"], "EOM",
     "asked at MAIL and the end of the message; yes at the end of the message; headers shown because records_allowed is whole"),
    ("monitor mode", {"mode": "monitor"}, ["sender"], "MAIL", "asked at MAIL; yes at MAIL; no headers shown"),
]


@pytest.mark.parametrize("settings, policies, stage, line", [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_where_the_yes_is_told(start, client, settings, policies, stage, line):
    daemon = start(settings=ENVELOPE | settings, **{name.replace("-", "_"): example(name) for name in policies})
    one = client(daemon)
    for _ in range(3):
        assert told(one) == stage
    check = daemon.check()
    assert check.returncode == 0 and check.stdout.splitlines()[1] == line, check
    # A reply is asked for there, and no header is shown that nobody looks at.
    if stage != "EOM":
        assert not one.steps & NO_REPLY[stage.lower()] and one.steps & NO["header"] and one.steps & NO["eoh"]


def test_the_yes_is_of_one_message(start, client):
    """Whatever follows on the connection is judged."""
    daemon = start(settings=ENVELOPE, sender=example("sender"), network=example("network"))
    one = client(daemon)
    for between in (lambda: None, one.abort, one.helo, lambda: (one.abort(), one.helo())):
        assert told(one) == "MAIL"
        between()
        assert one.mail(f"<{BAD}>").code == 550
        between()
        assert told(one) == "MAIL"
    other = client(daemon, "192.0.2.1")
    assert other.mail(f"<{GOOD}>").code == 550
    assert daemon.stop() == 0 and "no-message" not in daemon.log()


def test_after_a_yes_at_data(start, client):
    daemon = start(settings=ENVELOPE, sender=example("sender"), recipients=example("recipients-safe"))
    one = client(daemon)
    assert told(one) == "DATA"
    assert one.message(BAD, [INSIDE]).stage == "MAIL"
    assert one.message(GOOD, [OUTSIDE]).stage == "RCPT"
    outcome = one.message(GOOD, [OUTSIDE, INSIDE])
    assert (outcome.stage, outcome.answer.kind, outcome.taken) == ("", "accept", [INSIDE])
    # Broken off behind DATA: the next one is judged.
    one.mail(f"<{GOOD}>")
    assert one.rcpt(f"<{OUTSIDE}>").code == 550
    one.abort()
    assert one.message(BAD, [INSIDE]).stage == "MAIL"


def test_an_mta_that_goes_on_is_put_off(start, client):
    """No MTA sends more about a message that was let through: what comes is of no message, and is trouble."""
    daemon = start(settings=ENVELOPE, sender=example("sender"), recipients=example("recipients"))
    one = client(daemon)
    assert told(one) == "DATA"
    one.send(b"A")
    one.send(b"D", b"M{mail_addr}\0x\0")
    one.send(b"M", b"<" + BAD.encode() + b">\0")
    assert one.answer().code == 550


def test_null_sender_is_no_hole(start, client):
    """Whatever the policies say of every sender was refused; what is open waits for the end."""
    daemon = start(settings=ENVELOPE, sender=example("sender"))
    one = client(daemon)
    assert one.mail("<>").kind == "continue"
    assert one.rcpt(f"<{INSIDE}>").kind == "none"
    assert not one.eom().refused


def test_records(start, client):
    """A record of a yes at DATA has all its keys; what was not shown is null."""
    daemon = start(settings=ENVELOPE | RECORDS, sender=example("sender"), recipients=example("recipients-safe"))
    one = client(daemon)
    assert one.message(GOOD, [INSIDE, OUTSIDE], FROM).answer.kind == "accept"
    rcpt, data = wait_records(daemon.run / "decisions.jsonl", 2)
    assert list(data) == KEYS and (data["stage"], data["decision"], data["reason"], data["would"]) == ("DATA", "allowed", "", None)
    assert (data["queue_id"], data["recipients"], data["sender"], data["id"]) == ("QUEUEID", [INSIDE], GOOD, rcpt["id"])
    assert data["header_from"] is data["header_from_raw"] is data["return_path"] is data["configuration_set"] is None
    assert data["resources"] == ["arn:aws:ses:us-west-2:123456789012:identity/example.net"]


def test_whole_records(start, client):
    """Of a message that nobody's policy looks into, the headers are there all the same."""
    daemon = start(settings=ENVELOPE | RECORDS | {"records_allowed": "whole"}, sender=example("sender"))
    one = client(daemon)
    assert one.message(GOOD, [INSIDE], (*FROM, ("X-SES-CONFIGURATION-SET", " set-1"))).stage == ""
    (end,) = wait_records(daemon.run / "decisions.jsonl", 1)
    assert (end["stage"], end["header_from_raw"], end["configuration_set"]) == ("EOM", [f"Ann <{GOOD}>"], "set-1")


def test_without_its_record_no_yes(start, client):
    daemon = start(settings=ENVELOPE | {"records": "/dev/full", "records_required": True}, sender=example("sender"))
    outcome = client(daemon).message(GOOD, [INSIDE])
    assert outcome.stage == "DATA" and outcome.answer.code == 451


def test_metrics(start, client, place):  # noqa: F811
    daemon = start(settings=ENVELOPE | {"metrics": place}, sender=example("sender"), recipients=example("recipients-safe"))
    one = client(daemon)
    for _ in range(3):
        assert told(one) == "DATA"
    assert one.message(BAD, [INSIDE]).stage == "MAIL"
    got = values(scrape(place))
    assert got['decisions_total{decision="allowed",stage="DATA"}'] == 3 and got['decisions_total{decision="allowed",stage="EOM"}'] == 0
    assert got["evaluation_seconds_count"] == 4 and got["unended_messages_total"] == 0


def test_reload(start, client):
    """A session keeps the replies that it negotiated; a message, the policies that it began with."""
    daemon = start(settings=ENVELOPE, policy=example("sender"))
    one = client(daemon)
    assert told(one) == "MAIL"
    daemon.write_policy("policy", example("recipients"))
    assert "in force" in daemon.reload()
    # DATA is silent in this session.
    assert told(one) == "EOM"
    assert one.message(GOOD, [OUTSIDE]).stage == "EOM"
    new = client(daemon)
    assert told(new) == "DATA" and new.message(GOOD, [OUTSIDE]).stage == "DATA"
    assert new.mail(f"<{GOOD}>").kind == "none"
    daemon.write_policy("policy", example("sender"))
    assert "in force" in daemon.reload()
    assert new.rcpt(f"<{OUTSIDE}>").kind == "none" and new.data().code == 550
    # And MAIL in that one: then the yes is told where it can be.
    assert told(new) == "DATA"
    daemon.settings["early_accept"] = "off"
    daemon.write_settings()
    assert "in force" in daemon.reload()
    assert told(one) == told(new) == "EOM"
    # Headers that were not asked for cannot be judged: there is no yes.
    daemon.settings |= {"early_accept": "on", "from_address": "both"}
    daemon.write_settings()
    assert "in force" in daemon.reload()
    assert one.mail(f"<{GOOD}>").code == 421


@pytest.mark.parametrize("quotas", [
    {"account": {"per_day": 2}}, {"account": {"per_second": 0.001, "burst": 2}}, {"senders": [{"sender": GOOD, "per_day": 2}]}])
def test_what_is_counted_waits_for_the_end(start, client, folder, quotas):
    """A yes before the end would not be counted. So it is also in a session that was told yes at MAIL before the quotas came."""
    daemon = start(settings=ENVELOPE, sender=example("sender"))
    old = client(daemon)
    assert told(old) == "MAIL"
    daemon.settings["quotas"] = quotas | {"store": str(folder / "run" / "quota.db")}
    daemon.write_settings()
    assert "in force" in daemon.reload()
    # The old session shows no headers: what is counted by sender then cannot be judged there.
    one = client(daemon) if "senders" in quotas else old
    assert told(one) == "EOM" and told(client(daemon)) == "EOM"
    for late in (one, client(daemon)):
        outcome = late.message(GOOD, [INSIDE], FROM)
        assert outcome.answer.code == 454 and "yes at the end of the message" in daemon.check().stdout
    assert "reason=quota" in daemon.wait_line("reason=quota")
    del daemon.settings["quotas"]
    daemon.write_settings()
    assert "in force" in daemon.reload()
    assert told(client(daemon)) == "MAIL"


def test_shadow(start, client, folder):
    """What the shadow has to see is shown, and what it says is recorded."""
    (folder / "shadow").mkdir()
    (folder / "shadow" / "r.json").write_text(example("recipients"))
    daemon = start(settings=ENVELOPE | RECORDS | {"records_allowed": False, "shadow": [str(folder / "shadow")]}, sender=example("sender"))
    assert daemon.check().stdout.splitlines()[1] == "asked at MAIL and DATA; yes at DATA; no headers shown"
    one = client(daemon)
    assert told(one) == "DATA"
    assert one.message(GOOD, [OUTSIDE]).answer.kind == "accept"
    (record,) = wait_records(daemon.run / "decisions.jsonl", 1)
    assert (record["mode"], record["stage"], record["would"], record["recipients"]) == ("shadow", "DATA", "would-reject", [OUTSIDE])


def test_monitor_mode(start, client):
    daemon = start(settings=ENVELOPE | RECORDS | {"mode": "monitor"}, sender=example("sender"), recipients=example("recipients-safe"))
    one = client(daemon)
    outcome = one.message(GOOD, [INSIDE, OUTSIDE])
    assert outcome.taken == [INSIDE, OUTSIDE] and outcome.answer.kind == "accept"
    assert one.message(BAD, [INSIDE]).stage == ""
    rcpt, data, mail = wait_records(daemon.run / "decisions.jsonl", 3)
    assert [record["stage"] for record in (rcpt, data, mail)] == ["RCPT", "DATA", "MAIL"]
    assert (data["decision"], data["recipients"], data["mode"]) == ("allowed", [INSIDE], "monitor")


def test_mta_without_data(start, client):
    """milter_protocol 2 and 3 have no DATA: the yes is told at MAIL, or waits for the end."""
    daemon = start(settings=ENVELOPE, policy=example("recipients"))
    old = client(daemon, steps=0x7F)
    old.steps |= NO["data"]
    assert told(old) == "EOM" and old.message(GOOD, [OUTSIDE]).answer.code == 550
    daemon.write_policy("policy", example("sender"))
    assert "in force" in daemon.reload()
    # libmilter keeps promises of silence for an MTA that knows of none, and answers it in our stead.
    assert told(old) == "EOM"
    new = client(daemon, steps=0x7F)
    new.steps |= NO["data"]
    assert told(new) == "MAIL" and new.message(BAD, [INSIDE]).stage == "MAIL"


@pytest.mark.parametrize("name, value, fault", [
    ("early_accept", "yes", r'"early_accept".*write "off" or "on"|early_accept: unknown word; write off or on|unknown word'),
    ("records_allowed", "all", r'"all" is neither true, nor false, nor "whole"; write one of them'),
    ("records_allowed", 2, r'2 is neither true, nor false, nor "whole"'),
])
def test_settings(folder, name, value, fault):
    daemon = Daemon(folder, {name: value})
    daemon.write_policy("sender", example("sender"))
    check = daemon.check()
    assert check.returncode == 78 and re.search(fault, check.stderr), check


@pytest.mark.parametrize("value", [True, False, "whole"])
def test_settings_are_printed_as_they_are_written(folder, value):
    daemon = Daemon(folder, {"records": "/tmp/x", "records_allowed": value})
    daemon.write_settings()
    printed = daemon.command("--settings", str(daemon.file), "--print-settings")
    assert json.loads(printed.stdout)["records_allowed"] == value and json.loads(printed.stdout)["early_accept"] == "on", printed
