# SPDX-License-Identifier: BSD-2-Clause
"""
Macros are forgotten with the message, or the recipient, that they were sent for. An MTA that takes a list of macros sends some
with each: none is trouble. Another need not send any with the next.
"""
import json

import pytest

from lib.milter_client import MilterClient

GOOD, INSIDE = "no-reply@example.net", "ann@example.org"
SYMLIST = 0x100  # SMFIF_SETSYMLIST: the filter names the macros that it wants


def policy(**condition: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": {
        "Sid": "s", "Effect": "Deny", "Principal": "*", "Action": "ses:*",
        "Resource": "arn:aws:ses:us-west-2:123456789012:identity/example.net", "Condition": condition}}


def bare(one: MilterClient, event: str, address: str):
    """MAIL or RCPT without a packet of macros before it."""
    return one.event(event, address.encode() + b"\0")


@pytest.mark.parametrize("key, value, macros", [
    ("aws:username", "boss", {"{auth_authen}": "boss"}),
    ("aws:SecureTransport", "true", {"{tls_version}": "TLSv1.3"}),
])
def test_mail(start, client, key, value, macros):
    daemon = start(settings={"principals": [{"login": "*", "arn": "arn:aws:iam::123456789012:user/${login}"}]},
                   policy=policy(StringNotEquals={key: value}))
    one = client(daemon)
    for end in ("eom", "abort", ""):
        assert not one.mail(f"<{GOOD}>", macros=macros).refused
        assert not one.rcpt(f"<{INSIDE}>").refused
        if end:
            getattr(one, end)()
        assert bare(one, "mail", f"<{GOOD}>").code == 451, end
    assert one.mail(f"<{GOOD}>").code == 550
    assert not one.mail(f"<{GOOD}>", macros=macros).refused


def test_login_without_a_list(start, client):
    daemon = start(settings={"principals": [{"login": "*", "arn": "arn:aws:iam::123456789012:user/${login}"}]},
                   policy=policy(StringNotEquals={"aws:username": "boss"}))
    one = client(daemon, actions=0x1FF & ~SYMLIST)
    assert one.message(GOOD, [INSIDE], macros={"{auth_authen}": "boss"}).stage == ""
    assert bare(one, "mail", f"<{GOOD}>").code == 550


@pytest.mark.parametrize("actions, code", [(0x1FF, 451), (0x1FF & ~SYMLIST, 553)], ids=["list", "no list"])
def test_address_of_the_sender_before(start, client, actions, code):
    """What the MTA would make of `root` is not what it made of somebody else."""
    daemon = start(policy=policy(StringNotLike={"ses:FromAddress": "*@example.net"}))
    one = client(daemon, actions=actions)
    assert not one.mail("<info>", macros={"{mail_addr}": "info@example.net"}).refused
    one.abort()
    assert bare(one, "mail", "<root>").code == code


@pytest.mark.parametrize("actions, code", [(0x1FF, 451), (0x1FF & ~SYMLIST, 553)], ids=["list", "no list"])
def test_address_of_the_recipient_before(start, client, actions, code):
    daemon = start(policy=policy(**{"ForAnyValue:StringNotLike": {"ses:Recipients": "*@example.org"}}))
    one = client(daemon, actions=actions)
    assert not one.mail(f"<{GOOD}>").refused
    assert not one.rcpt("<ann>", macros={"{rcpt_addr}": "ann@example.org"}).refused
    assert bare(one, "rcpt", "<eve>").code == code
    if code == 553:
        assert not one.rcpt("<bob>", macros={"{rcpt_addr}": "bob@example.org"}).refused
        assert one.eom().kind == "continue"


def test_tls_told_with_helo(start, client):
    """An MTA that takes no list of macros tells of TLS once, with HELO: that holds for the connection."""
    daemon = start(policy=policy(Bool={"aws:SecureTransport": "false"}))
    one = client(daemon, actions=0x1FF & ~SYMLIST)
    assert one.message(GOOD, [INSIDE]).stage == "MAIL"
    one.helo(macros={"{tls_version}": "TLSv1.3"})
    for _ in range(3):
        assert one.message(GOOD, [INSIDE]).stage == ""


def test_queue_id(start, client):
    """Told with MAIL alone it stands in all lines about the message, and in none about the next."""
    daemon = start(settings={"records": "RUN/records.jsonl"}, policy=policy(
        **{"ForAnyValue:StringLike": {"ses:Recipients": "*@evil.test"}}))
    one = client(daemon, actions=0x1FF & ~SYMLIST)
    one.mail(f"<{GOOD}>", macros={"i": "FIRST"})
    assert one.rcpt("<eve@evil.test>").refused
    assert not one.rcpt("<ann@example.org>").refused
    assert one.event("eom").kind == "continue"
    assert not bare(one, "mail", f"<{GOOD}>").refused
    assert bare(one, "rcpt", "<eve@evil.test>").refused
    one.close()
    daemon.wait_line("stage=RCPT(?!.*queue=)")
    assert daemon.stop() == 0
    records = [json.loads(line) for line in (daemon.run / "records.jsonl").read_text().splitlines()]
    assert [(one["stage"], one["queue_id"]) for one in records] == [("RCPT", "FIRST"), ("EOM", "FIRST"), ("RCPT", None)]


def test_own_name_of_the_mta_is_lost(start, client):
    """Sendmail tells its own addresses without a domain: without its name nobody knows where they belong."""
    daemon = start(policy=policy(StringEquals={"ses:FromAddress": "ceo@example.net"}))
    one = client(daemon)
    one.connect(macros={"j": "example.net"})
    assert one.mail("<ceo@localhost>", macros={"{mail_addr}": "ceo"}).code == 550
    with MilterClient(daemon.address()) as one:
        one.event("connect", b"client.example\0U")
        assert one.mail("<ceo@localhost>", macros={"{mail_addr}": "ceo"}).code == 451
    daemon.wait_line("reason=no-macros")


def next_client(one: MilterClient) -> None:
    """Another client on the same connection: the MTA does not negotiate again. (libmilter sees it only after a whole message.)"""
    assert one.message(GOOD, [INSIDE], macros={"{tls_version}": "TLSv1.3"}).stage == ""
    one.quit_nc()
    one.connect()


def test_login_is_lost_behind_another_client(start, client):
    daemon = start(settings={"principals": [{"login": "*", "arn": "arn:aws:iam::123456789012:user/${login}"}]},
                   policy=policy(StringEquals={"aws:username": "boss"}))
    one = client(daemon)
    next_client(one)
    assert bare(one, "mail", f"<{GOOD}>").code == 451
    assert one.mail(f"<{GOOD}>", macros={"{auth_authen}": "boss"}).code == 550
    assert not one.mail(f"<{GOOD}>").refused
    bare(one, "rcpt", f"<{INSIDE}>")
    assert one.eom().code == 451


def test_tls_behind_another_client(start, client):
    one = client(start(policy=policy(Bool={"aws:SecureTransport": "false"})))
    next_client(one)
    assert not one.mail(f"<{GOOD}>", macros={"{tls_version}": "TLSv1.3"}).refused
    one.abort()
    assert bare(one, "mail", f"<{GOOD}>").code == 451
    assert one.mail(f"<{GOOD}>").code == 550
