# SPDX-License-Identifier: BSD-2-Clause
"""
Headers that Amazon SES refuses, or reads in its own way, through a real Postfix: what the client is told, what SES gets, and that
the next message of the same session is judged as if nothing had been.
"""
import json

import pytest

from lib.postfix import Postfix
from lib.smtp import Smtp

A, BOSS, INSIDE = "a@example.net", "boss@example.net", "ann@example.org"
POLICY = {"Version": "2012-10-17", "Statement": {
    "Sid": "Sender", "Effect": "Deny", "Principal": "*", "Action": "ses:*",
    "Resource": "arn:aws:ses:us-west-2:123456789012:identity/example.net", "Condition": {"StringEquals": {"ses:FromAddress": BOSS}}}}
FROM = b"From: a@example.net"
NO_GROUP = "550 5.1.7 Header From has a group of addresses, which Amazon SES does not take here: "
NO_COMMENT = "550 5.1.7 Header From has a comment inside an address, or where none can stand, at column "

# name, header lines, the beginning of the reply to the end of the message
ROWS = [
    # What SES refuses whatever the policies say.
    ("one of each", [FROM, b"Subject: x", b"X-A: 1", b"X-A: 2", b"Received: x", b"Received: y"], "250 "),
    ("Subject twice", [FROM, b"Subject: x", b"subject: y"], "554 5.6.0 Transaction failed: Duplicate header 'Subject'. "),
    ("Message-ID twice", [FROM, b"Message-ID: <x@x.test>", b"Message-ID: <y@x.test>"], "554 5.6.0 Transaction failed: Duplicate header 'Message-ID'. "),
    ("From twice", [FROM, FROM], "554 5.6.0 Transaction failed: Duplicate header 'From'. "),
    ("no From", [b"Subject: x"], "554 5.6.0 Transaction failed: Missing required header 'From'. "),
    ("an empty From", [b"From:", b"Subject: x"], "554 5.6.0 Transaction failed: Empty required header 'From'. "),
    ("a name of 320 bytes", [b"From: " + b"n" * 320 + b" <a@example.net>"], "554 5.6.0 Transaction failed: Address length is more than 320 bytes long"),
    # What it reads in its own way.
    ("comment before the at-sign", [b"From: a(x)@example.net"], NO_COMMENT + "2 "),
    ("comment in brackets", [b"From: <a@example.net(x)>"], NO_COMMENT + "15 "),
    ("comment behind a name", [b"From: Ann (x) <a@example.net>"], "250 "),
    ("group", [b"From: all: a@example.net;"], NO_GROUP + "0x3a at column 4 "),
    ("group that opens in quotes", [b'From: "a:b<boss@example.net>\\"":a@example.net;'], NO_GROUP + "0x3a at column 26 "),
    ("non-ASCII in an address", [b"From: Ann <\xf6@example.net>"], "550 5.1.7 Header From has a non-ASCII byte in an address: 0xf6 at column 6 "),
    ("non-ASCII in a name", [b"From: J\xf6rg <a@example.net>"], "250 "),
    ("underscore in a domain", [b"From: a@exa_mple.net"], "550 5.1.7 Header From has a byte in a domain that is no letter, digit, hyphen or dot: 0x5f at column 6 "),
    ("the same address twice", [b"From: a@example.net <a@example.net>"], "250 "),
    ("another address before", [b"From: a@example.net <boss@example.net>"], "550 5.1.7 Header From has another address in front of the one in brackets, at column 1 "),
    ("text behind", [b"From: <a@example.net> Ann"], "550 5.1.7 Header From has something after an address: 0x41 at column 17 "),
    ("two, one forbidden", [b"From: a@example.net, boss@example.net"], "550 5.7.1 Access denied for boss@example.net: "),
    ("needless quotes", [b'From: "boss"@example.net'], "550 5.7.1 Access denied for boss@example.net: "),
    ("encoded-word for an address", [b"From: =?utf-8?q?boss?=@example.net"], "550 5.1.7 Header From has an encoded-word in place of an address, at column 1 "),
    ("at-sign in quotes", [b'From: "boss@example.net"@example.com'], "550 5.1.7 Header From has an @ in a quoted local part, at column 1 "),
    # The texts of JavaMail's refusals: no sign, no domain, what no domain or local part has, what does not end.
    ("no at-sign", [b"From: root"], "550 5.1.7 Header From has an address without a domain, at column 5 "),
    ("no at-sign, one of two", [b"From: a@example.net, root"], "550 5.1.7 Header From has an address without a domain, at column 20 "),
    ("no domain", [b"From: <a@>"], "550 5.1.7 Header From has an address without a domain, at column 4 "),
    ("no local part", [b"From: <@example.net>"], "550 5.1.7 Header From has an @ without a local part before it, at column 2 "),
    ("non-ASCII in a domain", [b"From: a@ex\xe4mple.net"], "550 5.1.7 Header From has a non-ASCII byte in an address: 0xe4 at column 5 "),
    ("blank in a domain", [b"From: <a@example. net>"], "550 5.1.7 Header From has a dot too many in an address, at column 4 "),
    ("blank in a local part", [b"From: b a@example.net"], "550 5.1.7 Header From has a byte where it does not belong in a list of addresses: 0x40 at column 4 "),
    ("literal", [b"From: a@[192.0.2.1]"], "250 "),
    ("semicolon", [b"From: a@example.net; a@example.org"], NO_GROUP + "0x3b at column 14 "),
    ("quote that does not end", [b'From: "Ann <a@example.net>'], "550 5.1.7 Header From has a quote, comment or bracket that does not end, at column 1 "),
    ("two in brackets", [b"From: <a@example.net> <boss@example.net>"], "550 5.1.7 Header From has something after an address: 0x3c at column 17 "),
    ("route", [b"From: <@example.org:a@example.net>"], "550 5.1.7 Header From has an @ without a local part before it, at column 2 "),
    ("colon in quotes", [b'From: "a: b" <a@example.net>'], "250 "),
    ("capitals", [b"From: BOSS@example.net"], "250 "),
    ("group in Sender", [FROM, b"Sender: all: a@example.net;"], "550 5.1.7 Header Sender has a group of addresses"),
    ("two in Sender", [FROM, b"Sender: a@example.net, a@example.org"], "550 5.1.7 Header Sender has several addresses "),
]


def send(session: Smtp, lines: list[bytes]) -> str:
    for command in (f"MAIL FROM:<{A}>", f"RCPT TO:<{INSIDE}>", "DATA"):
        assert session.say(command).ok, command
    session.socket.sendall(b"".join(line + b"\r\n" for line in [*lines, b"", b"hello", b"."]))
    reply = session.hear()
    assert len(reply.lines) == 1 and reply.text.isascii() and reply.text.isprintable(), reply
    return reply.text


def test_what_ses_would_say(start, relay, endpoint):
    # As for clients elsewhere: Postfix adds and rewrites no headers.
    postfix: Postfix = relay(start(policy=POLICY), extra={"local_header_rewrite_clients": ""})
    taken, wrong = 0, []
    with Smtp(postfix.port) as session:
        for name, lines, want in ROWS:
            said = send(session, lines)
            if not said.startswith(want):
                wrong.append((name, said))
            taken += said.startswith("250 ")
            # Nothing of it is left.
            assert send(session, [FROM, b"Subject: next"]).startswith("250 "), name
            taken += 1
    assert not wrong
    # Those alone came to SES.
    assert len(endpoint.wait(taken)) == taken
    assert not any("boss" in message["data"] for message in endpoint.wait(taken))


# Postfix makes a blank of a lone CR before anybody sees it; older ones, and those that are told so, do not.
@pytest.mark.parametrize("replace", ["yes", "no"])
@pytest.mark.parametrize("line", [b"Subject: x\rFrom: boss@example.net", b"Subject: x\r\rFrom: boss@example.net", b"Subject: x\r From: boss@example.net"])
def test_header_in_a_header(start, relay, endpoint, line, replace):
    postfix = relay(start(policy=POLICY), extra={"cleanup_replace_stray_cr_lf": replace})
    with Smtp(postfix.port) as session:
        said = send(session, [line, FROM])
    if replace == "yes":
        assert said.startswith("250 "), said
        (message,) = endpoint.wait(1)
        assert "\nFrom: boss" not in message["data"].replace("\r", "\n"), message
    else:
        assert said.startswith("550 5.1.7 Header Subject has a line break with no blank behind it, or half of one"), said


NAMED = {"Version": "2012-10-17", "Statement": {
    "Sid": "Name", "Effect": "Deny", "Principal": "*", "Action": "ses:*", "Resource": "arn:aws:ses:us-west-2:123456789012:identity/example.net",
    "Condition": {"StringEquals": {"ses:FromDisplayName": ["Boss", "Boss (it)", '"Boss" man', "a=?utf-8?q?b?="]}}}}
DENIED, UNKNOWN = "550 5.7.1 Access denied for a@example.net: ", "550 5.1.7 Header From has a display name, which a policy asks for, "

# Display names as SES reads them and as RFC 5322 does: both are judged, and what nobody can read is refused.
NAMES = [
    ("no name", b"a@example.net", "250 "),
    ("another name", b"Bossy <a@example.net>", "250 "),
    ("a name", b"Boss <a@example.net>", DENIED),
    ("quoted", b'"Boss" <a@example.net>', DENIED),
    ("encoded", b"=?utf-8?q?B=6Fss?= <a@example.net>", DENIED),
    ("encoded, in quotes", b'"=?utf-8?q?B=6Fss?=" <a@example.net>', DENIED),
    ("quotes stay in it for SES", b'"Boss" man <a@example.net>', DENIED),
    ("a comment stays in it for SES", b"Boss (it) <a@example.net>", DENIED),
    ("a comment is none of it for others", b"Boss (other) <a@example.net>", DENIED),
    ("a comment behind brackets is the name to SES", b"<a@example.net> (Boss)", DENIED),
    ("a comment before an address is the name to SES", b"(Boss) a@example.net", DENIED),
    ("a comment behind an address", b"a@example.net (Boss)", DENIED),
    ("joined words are none to SES", b"a=?utf-8?q?b?= <a@example.net>", DENIED),
    ("non-ASCII", b"B\xf6ss <a@example.net>", UNKNOWN + "with a non-ASCII byte: 0xf6 at column 2 "),
    ("charset of nobody", b"=?x-none?q?Boss?= <a@example.net>", UNKNOWN + "that cannot be read in one way, at column 1 "),
    ("a dot for a name", b"(b) .<a@example.net> (b, c>@[.]d)", UNKNOWN + "that cannot be read in one way, at column 5 "),
]


def test_names(start, relay, endpoint):
    postfix: Postfix = relay(start(policy=NAMED), extra={"local_header_rewrite_clients": ""})
    wrong = []
    with Smtp(postfix.port) as session:
        for name, value, want in NAMES:
            said = send(session, [b"From: " + value])
            if not said.startswith(want):
                wrong.append((name, said))
            assert send(session, [FROM, b"Subject: next"]).startswith("250 "), name
    taken = len(NAMES) + sum(want == "250 " for _, _, want in NAMES)
    assert not wrong and len(endpoint.wait(taken)) == taken


def test_both_spellings_of_a_quoted_local_part(start, relay):
    """SES compares the quotes, too: a policy may name either spelling."""
    daemon = start(policy=POLICY)
    postfix = relay(daemon, extra={"local_header_rewrite_clients": ""})
    with Smtp(postfix.port) as session:
        assert send(session, [b'From: "boss"@example.net']).startswith("550 5.7.1 Access denied for ")
        assert send(session, [b"From: boss@example.net"]).startswith("550 5.7.1 Access denied for ")
        daemon.write_policy("policy", json.dumps(POLICY).replace(json.dumps(BOSS), json.dumps('"boss"@example.net')))
        daemon.reload()
        assert send(session, [b'From: "boss"@example.net']).startswith("550 5.7.1 Access denied for ")
        assert send(session, [b"From: boss@example.net"]).startswith("250 ")


@pytest.mark.parametrize("form, last", [("check", "RCPT"), ("auto", "EOM")])
def test_letters_in_the_envelope(start, relay, endpoint, form, last):
    """SES takes ASCII alone; the session goes on. Without `check` Postfix does not wait for the filter at RCPT, and hears it later."""
    postfix = relay(start(settings={"form": form}, policy=POLICY))
    with Smtp(postfix.port) as session:
        for sender, recipient, stage in (("j\xf6rg@example.net", INSIDE, "MAIL"), (A, "\xe4nn@example.org", last)):
            sent = session.message(sender, [recipient], parameters=" SMTPUTF8")
            assert sent.stage == stage and sent.reply.text.startswith("553 5.6.7 ") and sent.reply.text.isascii(), sent
            session.say("RSET")
            assert send(session, [FROM]).startswith("250 ")
    assert len(endpoint.wait(2)) == 2
