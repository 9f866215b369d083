# SPDX-License-Identifier: BSD-2-Clause
"""Headers that steer SES: which are looked at, refused, told of; and how much of them is kept."""
import json
import pathlib
import re

import pytest

from lib.postfix import free_port
from test_metrics import scrape, values
from test_resources import SMALL_QUARANTINE

SENDER, RECIPIENT = "no-reply@example.net", "ann@example.org"
ARN = "arn:aws:ses:us-west-2:123456789012:identity/example.net"
PINNED = {"principals": [{"login": "pinned", "arn": "arn:aws:iam::123456789012:user/pinned", "tenant": "t1"}]}
TENANT, TAGS, NEW = ("X-SES-TENANT", "t1"), ("X-SES-MESSAGE-TAGS", "a=b"), ("X-SES-Of-Tomorrow", "x")


def policy(**condition: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": {"Sid": "s", "Effect": "Deny", "Principal": "*", "Action": "ses:*",
                                                   "Resource": ARN, "Condition": condition}}


def message(one, *headers, login=None):
    macros = {"{auth_authen}": login} if login else None
    assert not one.mail(f"<{SENDER}>", macros=macros).refused
    assert not one.rcpt(f"<{RECIPIENT}>").refused
    for pair in (("From", SENDER), *headers):
        one.header(*pair)
    answer = one.eoh()
    if answer.refused:
        one.abort()
        return answer
    return one.eom()


@pytest.mark.parametrize("settings, condition, wanted", [
    ({}, {"StringEquals": {"aws:username": "x"}}, False),
    ({}, {"StringEquals": {"ses:TenantName": "t1"}}, True),
    ({"ses_headers": "refuse"}, {"StringEquals": {"aws:username": "x"}}, True),
    (PINNED, {"StringEquals": {"aws:username": "x"}}, True),
])
def test_headers_are_watched_where_they_count(start, client, settings, condition, wanted):
    one = client(start(settings={"from_address": "envelope"} | settings, policy=policy(**condition)))
    assert [one.wants(event) for event in ("header", "eoh")] == [wanted, wanted]


@pytest.mark.parametrize("settings, login, headers, wanted", [
    ({}, None, [TENANT], "policy"),
    ({}, None, [("X-SES-TENANT", "t2"), TAGS, NEW], ""),
    (PINNED, "pinned", [("X-SES-TENANT", "t2")], "tenant"),
    (PINNED, "free", [("X-SES-TENANT", "t2")], ""),
    (PINNED, "pinned", [TENANT, TENANT], "bad-header"),
    ({"ses_headers": "refuse"}, None, [TAGS], "ses-header"),
    ({"ses_headers": "refuse"}, None, [NEW], "ses-header"),
    ({"ses_headers": "refuse"}, None, [("X-SES-LIST-MANAGEMENT-OPTIONS", "x")], "ses-header"),
    ({"ses_headers": "refuse"}, None, [("X-SES-TENANT", "t2")], "ses-header"),
    ({"ses_headers": "refuse"} | PINNED, "pinned", [("X-SES-TENANT", "t2")], "tenant"),
    ({"ses_headers": "refuse"} | PINNED, "pinned", [], ""),
])
def test_tenants_and_others(start, client, settings, login, headers, wanted):
    daemon = start(settings=settings, policy=policy(StringEquals={"ses:TenantName": "t1"}))
    answer = message(client(daemon), *headers, login=login)
    assert answer.code == (550 if wanted else 0), answer
    if wanted:
        assert f" reason={wanted} " in daemon.wait_line("stage=EOH")


def test_pinned_tenant_passes_where_all_else_is_refused(start, client):
    daemon = start(settings={"ses_headers": "refuse", "records": "RUN/records.jsonl"} | PINNED, policy=policy(StringEquals={"aws:username": "x"}))
    one = client(daemon)
    assert message(one, TENANT, login="pinned").kind == "continue"
    assert message(one, TENANT, login="free").code == 550
    one.close()
    assert daemon.stop() == 0
    first, second = (json.loads(line) for line in (daemon.run / "records.jsonl").read_text().splitlines())
    assert (first["tenant"], first["decision"], second["tenant"], second["reason"]) == ("t1", "allowed", "t1", "ses-header")


def test_unknown_headers_are_told_of_once(start, client):
    """Each name once, whatever its case; at most sixteen; all are counted."""
    place = f"127.0.0.1:{free_port()}"
    daemon = start(settings={"metrics": place, "form": "ignore"}, policy=policy(StringEquals={"ses:TenantName": "t1"}))
    one = client(daemon)
    assert message(one, ("X-SES-A\x1b[2J", "x"), TAGS, ("X-SES-LIST-MANAGEMENT-OPTIONS", "x"), ("X-Other", "x")).kind == "continue"
    for number in range(3):
        assert message(one, *((f"x-Ses-name{n}" if number else f"X-SES-NAME{n}", "x") for n in range(20))).kind == "continue"
    last = daemon.wait_line("Further names will not be logged")
    assert "X-SES-NAME14" in last
    told = re.findall(r"header (\S+): SES may act on it", daemon.log())
    assert told == [r"X-SES-A\x1b[2J", *(f"X-SES-NAME{n}" for n in range(15))]
    assert values(scrape(place))["unknown_ses_headers_total"] == 61


def test_unknown_headers_that_are_refused_are_not_told_of(start, client):
    daemon = start(settings={"ses_headers": "refuse"}, policy=policy(StringEquals={"ses:TenantName": "t1"}))
    assert message(client(daemon), NEW).code == 550
    assert daemon.wait_line("reason=ses-header") and "SES may act on it" not in daemon.log()


def peak(daemon) -> int:
    """Bytes of memory that the daemon had at most so far (resident)."""
    status = pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s*(\d+) kB", status)[1]) * 1024


def test_what_is_kept_is_bounded(start, client):
    """Hundreds of megabytes of headers, of every name that is looked at, take a few; the answer says why."""
    daemon = start(before=SMALL_QUARANTINE, settings={"form": "ignore"}, policy=policy(
        StringEquals={"ses:FromDisplayName": "x"}, StringNotEquals={"ses:FeedbackAddress": "x@example.net", "ses:TenantName": "t1"}))
    one = client(daemon)
    assert message(one).kind == "continue"
    before = peak(daemon)
    large = b"x" * 1000000
    one.mail(f"<{SENDER}>")
    one.rcpt(f"<{RECIPIENT}>")
    for _ in range(15):
        for name in ("From", "Sender", "Return-Path", "Full-Name", "X-SES-SOURCE-ARN", "X-SES-FROM-ARN", "X-SES-RETURN-PATH-ARN",
                     "X-SES-CONFIGURATION-SET", "X-SES-TENANT", "X-SES-MESSAGE-TAGS", "X-SES-" + "n" * 900000):
            one.header(name, large if len(name) < 100 else b"x")
    answer = one.eoh()
    # The packets that come, and what is kept.
    assert peak(daemon) - before < 16 << 20
    assert answer.code == 550 and "occurs too often, or is too long" in answer.text
    assert "reason=header-limit" in daemon.wait_line("stage=EOH")
    one.abort()
    assert message(one).kind == "continue"
