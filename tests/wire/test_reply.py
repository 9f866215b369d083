# SPDX-License-Identifier: BSD-2-Clause
"""Every reply is one well-formed line, and its id finds the line in the log."""
import re

import pytest

from conftest import example

FORM = re.compile(r"^(550|553) 5\.[167]\.\d [ -~]+ id=[A-Za-z0-9-]+$")
SENDERS = ["other@example.net", "100%sure%s%n@example.net", "a\\b@example.net", "jörg@example.net", '"a b\tc"@example.net',
           '"; DROP"@example.net', "a" * 900 + "@example.net", '"\\"\\\\"@example.net', "id=1,policy=x@example.net"]


@pytest.fixture
def daemon(start):
    return start(sender=example("sender"))


@pytest.mark.parametrize("sender", SENDERS, ids=range(len(SENDERS)))
def test_form(daemon, client, sender):
    answer = client(daemon).mail(f"<{sender}>")
    assert answer.kind == "reply"
    assert FORM.match(answer.text), answer.text
    assert len(answer.text) < 400
    # Each percent sign is doubled for the MTA, which undoes it.
    assert "%" not in answer.text.replace("%%", "")


def test_names_address_rule_and_id(daemon, client):
    answer = client(daemon).mail("<other@example.net>")
    for part in ("550 5.7.1 ", "other@example.net", "stmt1721805312724", "policy sender", "ses:SendRawEmail",
                 "arn:aws:ses:us-west-2:123456789012:identity/example.net"):
        assert part in answer.text, answer.text
    number = re.search(r"id=(\S+)", answer.text).group(1)
    line = daemon.wait_line(f"id={number}")
    for part in ("stage=MAIL", "decision=explicitDeny", "client=172.31.5.6", "sender=other@example.net", "policy=sender",
                 "sid=stmt1721805312724"):
        assert part in line, line


def test_log_is_escaped(daemon, client):
    mark = daemon.mark()
    client(daemon).mail('<"x\x1b[2J id=fake stage=EOM"@example.net>')
    client(daemon).mail('<"x id=fake stage=EOM decision=allowed"@example.net>')
    daemon.wait_line("decision=allowed", mark)
    log = daemon.log(mark)
    assert "\x1b" not in log
    # One record a refusal, and each with its true stage first.
    records = [line for line in log.splitlines() if "decision=" in line]
    assert len(records) == 2
    for line in records:
        assert re.search(r"stage=(\w+)", line).group(1) == "MAIL", line


def test_ids_differ(daemon, client):
    one = client(daemon)
    ids = {re.search(r"id=(\S+)", one.mail("<other@example.net>").text).group(1) for _ in range(500)}
    assert len(ids) == 500
