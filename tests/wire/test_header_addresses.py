# SPDX-License-Identifier: BSD-2-Clause
"""Headers of addresses as Amazon SES reads them: what is taken, what is refused, and that the reply says why."""
import pytest

SENDER, RECIPIENT = "no-reply@example.net", "ann@example.org"
ARN = "arn:aws:ses:us-west-2:123456789012:identity/example.net"


def policy(**condition: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": {"Sid": "s", "Effect": "Deny", "Principal": "*", "Action": "ses:*",
                                                   "Resource": ARN, "Condition": condition}}


NOT_BOSS = policy(StringEquals={"ses:FromAddress": "boss@example.net"})
NO_NAME = policy(StringEquals={"ses:FromDisplayName": "Boss"})
NO_SET = policy(StringEquals={"ses:FeedbackAddress": "boss@example.net"})


def answer_to(one, *headers):
    assert not one.mail(f"<{SENDER}>").refused
    assert not one.rcpt(f"<{RECIPIENT}>").refused
    for name, value in headers:
        one.header(name, value)
    answer = one.eoh()
    if answer.refused:
        one.abort()
        return answer
    return one.eom()


@pytest.mark.parametrize("document, headers, wanted", [
    (NOT_BOSS, [("From", b"Ann <j\xf6rg@example.net>")], "Header From has a non-ASCII byte in an address: 0xf6 at column 7"),
    (NOT_BOSS, [("From", b"ann(x)@example.net")], "Header From has a comment inside an address, or where none can stand, at column 4"),
    (NOT_BOSS, [("From", b"all: ann@example.net;")], "Header From has a group of addresses, which Amazon SES does not take here: 0x3a at column 4"),
    (NOT_BOSS, [("From", b'"a:b<boss@example.net>\\"":ann@example.net;')],
     "Header From has a group of addresses, which Amazon SES does not take here: 0x3a at column 26"),
    (NOT_BOSS, [("From", b"ann@exa_mple.net")], "Header From has a byte in a domain that is no letter, digit, hyphen or dot: 0x5f at column 8"),
    (NOT_BOSS, [("From", b"ann@example.net\x01")], "Header From has a control byte: 0x01 at column 16"),
    (NOT_BOSS, [("\x01from ", b"boss@example.net")], "Access denied for boss@example.net"),
    (NOT_BOSS, [("From", b"ann@example.net"), ("From", b"boss@example.net")], "Header From occurs twice"),
    (NOT_BOSS, [("From", b"ann@example.net"), ("Sender", b"all: ann@example.net;")],
     "Header Sender has a group of addresses, which Amazon SES does not take here: 0x3a at column 4"),
    (NOT_BOSS, [("From", b"ann@example.net"), ("Return-Path", b"<ann@example.net(x)>")],
     "Header Return-Path has a comment inside an address, or where none can stand, at column 17"),
    (NOT_BOSS, [("From", b"ann@example.net"), ("Sender", b"ann@example.net, bob@example.net")], "Header Sender has several addresses"),
    # What SES would take for another header.
    (NOT_BOSS, [("Subject", b"hello\rFrom: boss@example.net"), ("From", b"ann@example.net")],
     "Header Subject has a line break with no blank behind it, or half of one: a reader may take what follows for another header"),
    (NOT_BOSS, [("From", b"ann@example.net"), ("X\x1b[2J", b"a\n b\nFrom: boss@example.net")],
     "Header X\\x1b[2J has a line break with no blank behind it, or half of one: a reader may take what follows for another header"),
    (NO_SET, [("Subject", b"hello\r\rReturn-Path: boss@example.net"), ("From", b"ann@example.net")],
     "Header Subject has a line break with no blank behind it, or half of one: a reader may take what follows for another header"),
    (NO_NAME, [("From", b"J\xf6rg <ann@example.net>")],
     "Header From has a display name, which a policy asks for, with a non-ASCII byte: 0xf6 at column 2"),
    (NO_NAME, [("From", b"=?x-none?q?Boss?= <ann@example.net>")],
     "Header From has a display name, which a policy asks for, that cannot be read in one way, at column 1"),
    # Names that SES alone reads are judged too.
    (NO_NAME, [("From", b"(Boss) ann@example.net")], "Access denied for no-reply@example.net"),
    (NOT_BOSS, [("From", b"boss@example.net <boss@example.net>")], "Access denied for boss@example.net"),
    (NOT_BOSS, [("From", b"J\xf6rg <ann@example.net>")], None),
    (NOT_BOSS, [("From", b"ann@example.net <ann@example.net>")], None),
    (NO_NAME, [("From", b"ann@example.net <ann@example.net>")], None),
    (NOT_BOSS, [("From", b"< ann@example.net >")], None),
    (NOT_BOSS, [("From", b"Ann\n <ann@example.net>"), ("Subject", b"a\r\n b\n\tc")], None),
])
def test_headers_of_addresses(start, client, document, headers, wanted):
    daemon = start(settings={"form": "ignore"}, policy=document)
    answer = answer_to(client(daemon), *headers)
    if wanted is None:
        assert answer.kind == "continue", answer
        return
    assert answer.code == 550 and wanted in answer.text, answer
    assert all(32 <= ord(byte) < 127 for byte in answer.text)
    assert f" reason={'policy' if wanted.startswith('Access') else 'bad-header'} " in daemon.wait_line("stage=EOH")


def test_line_breaks_of_headers_that_nobody_needs(start, client):
    """Where no policy looks at headers none is asked for, and a header in a header changes nothing."""
    one = client(start(settings={"from_address": "envelope"}, policy=policy(StringEquals={"aws:username": "x"})))
    assert not one.wants("header")


ENVELOPE_ONLY = policy(StringEquals={"aws:username": "x"})


@pytest.mark.parametrize("settings, document, headers, wanted", [
    ({}, NOT_BOSS, [("From", "ann@example.net"), ("Date", "a"), ("date", "b")], "Transaction failed: Duplicate header 'Date'."),
    ({}, NOT_BOSS, [("From", "")], "Transaction failed: Empty required header 'From'."),
    ({}, NOT_BOSS, [("From", "ann@example.net"), ("X\x1b", "a")], "Transaction failed: Illegal header 'X\\x1b'."),
    ({"form": "check", "from_address": "envelope"}, ENVELOPE_ONLY, [("From", "a"), ("From", "b")], "Transaction failed: Duplicate header 'From'."),
    ({"form": "ignore"}, NOT_BOSS, [("From", "ann@example.net"), ("Date", "a"), ("date", "b")], None),
    ({}, NOT_BOSS, [("From", "ann@example.net"), ("Received", "a"), ("Received", "b")], None),
])
def test_form(start, client, settings, document, headers, wanted):
    daemon = start(settings=settings, policy=document)
    answer = answer_to(client(daemon), *headers)
    if wanted is None:
        assert answer.kind == "continue", answer
        return
    assert answer.text.startswith(f"554 5.6.0 {wanted} "), answer
    assert " reason=form " in daemon.wait_line("stage=EOH")


def test_form_of_the_envelope(start, client):
    daemon = start(settings={"form": "check", "from_address": "envelope"}, policy=ENVELOPE_ONLY)
    one = client(daemon)
    assert one.mail("<j\u00f6rg@example.net>").text.startswith("553 5.6.7 Invalid MAIL FROM address provided")
    one.abort()
    assert not one.mail(f"<{SENDER}>").refused
    assert one.rcpt("<ann@b\u00fccher.test>").text.startswith("553 5.6.7 Invalid RCPT TO address provided")
    assert not one.rcpt(f"<{RECIPIENT}>").refused


@pytest.mark.parametrize("form, wanted", [("auto", False), ("ignore", False), ("check", True)])
def test_form_asks_for_headers_only_if_told_to(start, client, form, wanted):
    one = client(start(settings={"form": form, "from_address": "envelope"}, policy=ENVELOPE_ONLY))
    assert one.wants("header") == wanted
