# SPDX-License-Identifier: BSD-2-Clause
"""Monitor mode and the shadow: the same evaluation, the same record with what would have been said, and mail flows."""
import json

import pytest

from conftest import example
from test_records import wait_records

GOOD, BAD, INSIDE, OUTSIDE = "no-reply@example.net", "other@example.net", "ann@example.org", "eve@evil.test"
OTHER = "mallory@evil.test"
RECORDS = {"records": "RUN/decisions.jsonl"}


@pytest.fixture
def shadow(folder):
    """shadow(NAME): settings whose shadow holds the policy of that name."""
    def make(name: str) -> dict:
        (folder / "shadow").mkdir()
        (folder / "shadow" / f"{name}.json").write_text(example(name))
        return RECORDS | {"shadow": [str(folder / "shadow")]}
    return make


def test_monitor_refuses_nothing(start, client):
    daemon = start(settings=RECORDS | {"mode": "monitor"}, sender=example("sender"), recipients=example("recipients-safe"))
    daemon.wait_line("generation 1 in force: .*; monitor mode, nothing is refused")
    one = client(daemon)
    outcome = one.message(BAD, [INSIDE])
    assert outcome.stage == "" and outcome.answer.kind == "continue"
    outcome = one.message(GOOD, [OUTSIDE, INSIDE])
    assert outcome.stage == "" and outcome.taken == [OUTSIDE, INSIDE]
    mail, rcpt, end = wait_records(daemon.run / "decisions.jsonl", 3)
    assert (mail["stage"], mail["decision"], mail["would"], mail["mode"]) == ("MAIL", "explicitDeny", "would-reject", "monitor")
    assert mail["reply"].startswith(f"550 5.7.1 Access denied for {BAD}: ") and mail["reply"].endswith(f"id={mail['id']}")
    assert (rcpt["stage"], rcpt["recipients"], rcpt["would"]) == ("RCPT", [OUTSIDE], "would-reject")
    # What would be left of the message would be taken.
    assert (end["decision"], end["recipients"], end["would"], end["mode"]) == ("allowed", [INSIDE], None, "monitor")
    assert daemon.wait_line(rf"id={mail['id']} .*mode=monitor would=would-reject .*reply=\"550 5\.7\.1 ")


def test_monitor_and_enforce_by_reload(start, client):
    daemon = start(settings={"mode": "monitor"}, sender=example("sender"))
    one = client(daemon)
    assert not one.mail(f"<{BAD}>").refused
    daemon.settings["mode"] = "enforce"
    daemon.write_settings()
    daemon.reload()
    # The message on its way ends as it began; the next in the same session is refused.
    assert not one.rcpt(f"<{INSIDE}>").refused and not one.eom().refused
    assert one.mail(f"<{BAD}>").code == 550


def test_monitor_without_a_place_for_records(start, client):
    """A full disk does not make monitor mode refuse, whatever is required."""
    daemon = start(settings={"mode": "monitor", "records": "/dev/full", "records_required": True}, sender=example("sender"))
    one = client(daemon)
    assert one.message(BAD, [INSIDE]).stage == "" and one.message(GOOD, [INSIDE]).stage == ""


def test_shadow_is_only_recorded(start, client, shadow):
    daemon = start(settings=shadow("recipients-safe"), sender=example("sender"))
    daemon.wait_line("generation 1 in force: 1 file, 1 policy, 1 statement; in the shadow 1 file, 1 policy, 1 statement$")
    one = client(daemon)
    assert one.mail(f"<{BAD}>").code == 550
    outcome = one.message(GOOD, [OUTSIDE, INSIDE])
    assert outcome.stage == "" and outcome.taken == [OUTSIDE, INSIDE]
    mail, rcpt, end = wait_records(daemon.run / "decisions.jsonl", 3)
    assert (mail["mode"], mail["policy"]) == ("enforce", "sender")
    assert (rcpt["mode"], rcpt["would"], rcpt["policy"], rcpt["recipients"]) == ("shadow", "would-reject", "recipients-safe", [OUTSIDE])
    assert (end["mode"], end["decision"], end["recipients"]) == ("enforce", "allowed", [OUTSIDE, INSIDE])
    assert rcpt["id"] == end["id"]
    daemon.wait_line(r"stage=RCPT decision=explicitDeny mode=shadow would=would-reject .*policy=recipients-safe")


def test_shadow_goes_on_after_a_recipient(start, client, shadow):
    """What it would refuse of one recipient it does not forget for the next."""
    daemon = start(settings=shadow("recipients-safe"), sender=example("sender"))
    outcome = client(daemon).message(GOOD, [OUTSIDE, INSIDE, OTHER])
    assert outcome.stage == "" and outcome.taken == [OUTSIDE, INSIDE, OTHER]
    records = wait_records(daemon.run / "decisions.jsonl", 3)
    assert [(record["mode"], record["recipients"]) for record in records] == [
        ("shadow", [OUTSIDE]), ("shadow", [OTHER]), ("enforce", [OUTSIDE, INSIDE, OTHER])]


def test_shadow_sees_what_it_needs(start, client, folder):
    """Only the shadow looks at DATA and at the From header: they are asked for, and nothing is answered early."""
    deny = {"Effect": "Deny", "Principal": "*", "Action": "ses:*", "Resource": "*"}
    (folder / "shadow").mkdir()
    (folder / "shadow" / "late.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [
        deny | {"Sid": "name", "Condition": {"StringEquals": {"ses:FromDisplayName": "Boss"}}},
        deny | {"Sid": "all", "Condition": {"ForAllValues:StringEquals": {"ses:Recipients": INSIDE}}}]}))
    daemon = start(settings=RECORDS | {"shadow": [str(folder / "shadow")], "from_address": "envelope"}, sender=example("sender"))
    one = client(daemon)
    assert one.wants("data") and one.wants("header") and not one.replies("data") and not one.replies("header")
    assert one.message(GOOD, [INSIDE]).stage == ""
    assert one.message(GOOD, [OUTSIDE], (("From", f" Boss <{GOOD}>"),)).stage == ""
    first, _, second, _ = wait_records(daemon.run / "decisions.jsonl", 4)
    assert (first["sid"], first["stage"], first["mode"]) == ("all", "DATA", "shadow")
    assert (second["sid"], second["stage"], second["mode"]) == ("name", "EOH", "shadow")


def test_shadow_is_not_asked_about_what_is_refused(start, client, shadow):
    daemon = start(settings=shadow("recipients-safe"), recipients=example("recipients-safe"))
    one = client(daemon)
    assert list(one.message(GOOD, [OUTSIDE, INSIDE]).refused) == [OUTSIDE]
    rcpt, end = wait_records(daemon.run / "decisions.jsonl", 2)
    assert (rcpt["mode"], end["mode"]) == ("enforce", "enforce")


def test_shadow_comes_and_goes_by_reload(start, client, shadow):
    with_shadow = shadow("recipients-safe")
    daemon = start(settings=RECORDS, sender=example("sender"))
    daemon.settings["shadow"] = with_shadow["shadow"]
    daemon.write_settings()
    assert "in the shadow" in daemon.reload()
    assert client(daemon).message(GOOD, [OUTSIDE]).stage == ""
    assert [r["mode"] for r in wait_records(daemon.run / "decisions.jsonl", 2)] == ["shadow", "enforce"]
    del daemon.settings["shadow"]
    daemon.write_settings()
    assert "in the shadow" not in daemon.reload()


def test_fault_in_the_shadow(start, client, shadow):
    """It refuses the reload, and the start, as any other."""
    daemon = start(settings=shadow("recipients-safe"), sender=example("sender"))
    (daemon.folder / "shadow" / "bad.json").write_text("{")
    assert "reload: refused, generation 1 stays in force: " in (line := daemon.reload()) and "bad.json:1:" in line
    assert daemon.check().returncode == 78
