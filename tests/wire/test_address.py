# SPDX-License-Identifier: BSD-2-Clause
"""Envelope addresses as clients may write them; none may slip past a policy by its spelling."""
import pytest

from conftest import example

INSIDE = "<ann@example.org>"

# name, raw argument of MAIL, macros, want: "taken", "policy" (550) or "bad" (553)
SENDERS = [
    ("as named in the policy", "<no-reply@example.net>", "taken"),
    ("without brackets", "no-reply@example.net", "taken"),
    ("another", "<other@example.net>", "policy"),
    ("another, without brackets", "other@example.net", "policy"),
    ("domain in capitals", "<no-reply@EXAMPLE.NET>", "taken"),
    ("another, domain in capitals", "<other@EXAMPLE.Net>", "policy"),
    ("local part in capitals is another", "<No-Reply@example.net>", "policy"),
    ("source route", "<@r1.test,@r2.test:other@example.net>", "policy"),
    ("source route to the good one", "<@r1.test:no-reply@example.net>", "taken"),
    ("source route with the good one as bait", "<@no-reply@example.net:other@example.net>", "bad"),
    ("quoted, needs no quotes", '<"no-reply"@example.net>', "taken"),
    ("quoted, another", '<"other"@example.net>', "policy"),
    ("quoted pairs", '<"no\\-reply"@example.net>', "taken"),
    ("at-sign in quotes", '<"no-reply@example.net"@example.net>', "policy"),
    ("at-sign in quotes, other domain behind", '<"no-reply@example.net"@evil.test>', "taken"),
    ("space in quotes", '<"no reply"@example.net>', "policy"),
    ("label", "<no-reply+x@example.net>", "policy"),
    ("percent", "<no-reply%evil.test@example.net>", "policy"),
    ("bang", "<evil!no-reply@example.net>", "policy"),
    ("dot behind the domain", "<other@example.net.>", "policy"),
    ("dot behind the domain of the good one", "<no-reply@example.net.>", "taken"),
    ("subdomain is covered by the identity", "<other@mail.example.net>", "policy"),
    ("another domain is not the policy's", "<other@example.com>", "taken"),
    ("null sender", "<>", "taken"),
    ("UTF-8", "<jörg@example.net>", "policy"),
    ("UTF-8 domain", "<jörg@exämple.net>", "taken"),
    ("bytes that are no UTF-8", b"<j\xf6rg@example.net>", "bad"),
    ("control byte", "<no-reply\x01@example.net>", "bad"),
    ("two at-signs", "<no-reply@example.net@example.net>", "bad"),
    ("no local part", "<@example.net>", "bad"),
    ("open quotes", '<"no-reply@example.net>', "bad"),
    ("320 characters", "<" + "a" * 64 + "@" + ".".join(["b" * 60] * 4) + ".net>", "taken"),
    ("320 characters in the domain of the policy", "<" + "a" * 308 + "@example.net>", "policy"),
    ("longer than any address", "<" + "a" * 2000 + "@example.net>", "bad"),
]
WANT = {"taken": 0, "policy": 550, "bad": 553}


@pytest.fixture
def daemon(start):
    return start(settings={"from_address": "envelope"}, sender=example("sender"))


@pytest.mark.parametrize("raw, want", [row[1:] for row in SENDERS], ids=[row[0] for row in SENDERS])
def test_sender(daemon, client, raw, want):
    one = client(daemon)
    answer = one.mail(raw)
    assert answer.code == WANT[want], answer
    if want == "taken":
        assert not one.rcpt(INSIDE).refused
        assert not one.data().refused
        assert not one.eom().refused


def test_domain_from_the_mta(daemon, client):
    """An address without a domain gets the one that the MTA completes it with."""
    one = client(daemon)
    assert one.mail("<other>", macros={"{mail_addr}": "other@example.net"}).code == 550
    assert not one.mail("<other>", macros={"{mail_addr}": "other@elsewhere.test"}).refused
    # Only the domain is the MTA's: the local part is what the client wrote.
    assert one.mail("<other>", macros={"{mail_addr}": "no-reply@example.net"}).code == 550


def test_macro_does_not_replace_the_address(daemon, client):
    assert client(daemon).mail("<other@example.net>", macros={"{mail_addr}": "no-reply@example.net"}).code == 550


# name, raw argument of RCPT, want; the policy lets only example.org through
RECIPIENTS = [
    ("inside", "<ann@example.org>", "taken"),
    ("inside in capitals", "<ann@EXAMPLE.ORG>", "taken"),
    ("outside", "<ann@evil.test>", "policy"),
    ("look-alike", "<ann@badexample.org>", "policy"),
    ("subdomain", "<ann@mail.example.org>", "policy"),
    ("inside as bait in quotes", '<"ann@example.org"@evil.test>', "policy"),
    ("inside as a route", "<@example.org:ann@evil.test>", "policy"),
    ("outside as a route", "<@evil.test:ann@example.org>", "taken"),
    ("percent", "<ann%example.org@evil.test>", "policy"),
    ("UTF-8", "<änn@example.org>", "taken"),
    ("null", "<>", "bad"),
    ("control byte", "<ann\x7f@example.org>", "bad"),
]


@pytest.mark.parametrize("raw, want", [row[1:] for row in RECIPIENTS], ids=[row[0] for row in RECIPIENTS])
def test_recipient(start, client, raw, want):
    one = client(start(recipients=example("recipients-safe")))
    assert not one.mail("<no-reply@example.net>").refused
    answer = one.rcpt(raw)
    assert answer.code == WANT[want], answer
    # A refused recipient leaves the message: the next one goes on as if it had never been named.
    assert not one.rcpt(INSIDE).refused
    assert not one.data().refused
    assert not one.eom().refused
