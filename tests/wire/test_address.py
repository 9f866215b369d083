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
    ("quoted, needs no quotes, which may stay", '<"no-reply"@example.net>', "policy"),
    ("quoted, another", '<"other"@example.net>', "policy"),
    ("quoted pairs, which may stay", '<"no\\-reply"@example.net>', "policy"),
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


# name, raw argument of MAIL, what the MTA makes of it, want
FORMS = [
    ("no domain", "<other>", "other@example.net", "policy"),
    ("no domain, to another one", "<other>", "other@elsewhere.test", "taken"),
    ("no domain, the local part is the client's too", "<other>", "no-reply@example.net", "policy"),
    ("the MTA's form does not replace it", "<other@example.net>", "no-reply@example.net", "policy"),
    ("the MTA's form counts", "<no-reply@example.net>", "other@example.net", "policy"),
    ("completed", "<other@mail>", "other@mail.example.net", "policy"),
    ("completed, the good one", "<no-reply@net>", "no-reply@example.net", "taken"),
    ("completed, in capitals", "<No-Reply@net>", "no-reply@example.net", "policy"),
    ("canonical", "<other@cname.test>", "other@www.example.net", "policy"),
    ("canonical, to another one", "<other@cname.test>", "other@www.example.org", "taken"),
    ("lower case is told, and not relayed", "<no-reply@EXAMPLE.NET>", "no-reply@example.net", "taken"),
    ("quotes come off", '<"no-reply"@example.net>', "no-reply@example.net", "taken"),
    ("quoted pairs come off", '<"no\\-reply"@example.net>', "no-reply@example.net", "taken"),
    ("quotes stay", '<"no-reply"@example.net>', '"no-reply"@example.net', "policy"),
    ("its own, at localhost", "<no-reply@localhost>", "no-reply", "taken"),
    ("its own, at localhost, another", "<other@localhost>", "other", "policy"),
    ("its own, another domain of it", "<other@elsewhere.test>", "other", "taken"),
    ("no address", "<no-reply@example.net>", "no-reply@example.net@elsewhere.test", "bad"),
    ("in quotes as a whole", '<"no-reply@example.net">', "no-reply@example.net", "bad"),
]


@pytest.mark.parametrize("raw, form, want", [row[1:] for row in FORMS], ids=[row[0] for row in FORMS])
def test_form_of_the_mta(daemon, client, raw, form, want):
    """What the MTA completes or rewrites is judged as it was written and as it will be."""
    assert client(daemon).mail(raw, macros={"{mail_addr}": form, "j": "example.net"}).code == WANT[want]


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


# The same with what the MTA makes of it
RECIPIENT_FORMS = [
    ("completed, inside", "<ann@org>", "ann@example.org", "policy"),
    ("completed, outside", "<ann@example.org>", "ann@example.org.test", "policy"),
    ("capitals alone", "<Ann@EXAMPLE.org>", "ann@example.org", "taken"),
    ("quotes stay inside", '<"ann"@example.org>', '"ann"@example.org', "taken"),
    ("no address", "<ann@example.org>", "ann@@example.org", "bad"),
    ("error text", "<ann@example.org>", "550 5.1.1 User unknown", "taken"),
]


@pytest.mark.parametrize("raw, form, want", [row[1:] for row in RECIPIENT_FORMS], ids=[row[0] for row in RECIPIENT_FORMS])
def test_form_of_a_recipient(start, client, raw, form, want):
    one = client(start(recipients=example("recipients-safe")))
    assert not one.mail("<no-reply@example.net>").refused
    assert one.rcpt(raw, macros={"{rcpt_addr}": form}).code == WANT[want]
    assert not one.rcpt(INSIDE, macros={"{rcpt_addr}": INSIDE[1:-1]}).refused
    assert not one.data().refused
    assert not one.eom().refused


HEADERS = [
    ("Postfix shows what it relays", "Postfix 3.7.11", {}, "From", "taken"),
    ("Sendmail completes it later", "8.17.1.9/Debian-2+deb12u2", {}, "From", "refused"),
    ("nobody says which MTA it is", None, {}, "From", "refused"),
    ("nobody says, Sender", None, {}, "Sender", "refused"),
    ("nobody says, To is no sender", None, {}, "To", "taken"),
    ("the site says that it completes nothing", "8.17.1.9", {"unqualified_headers": "evaluate"}, "From", "taken"),
    ("no policy looks at it", "8.17.1.9", {"from_address": "envelope"}, "From", "taken"),
]


@pytest.mark.parametrize("version, settings, name, want", [row[1:] for row in HEADERS], ids=[row[0] for row in HEADERS])
def test_header_without_a_domain_in_full(start, client, version, settings, name, want):
    one = client(start(settings=settings, sender=example("sender")))
    for _ in range(2):
        assert not one.mail("<no-reply@example.net>", macros={"v": version} if version else {}).refused
        assert not one.rcpt(INSIDE).refused
        assert not one.data().refused
        one.header(name, "ceo@mail")
        answer = one.eom()
        assert answer.code == (550 if want == "refused" else 0), answer
        if want == "refused":
            assert answer.text.startswith(f"550 5.1.7 Header {name} has an address whose domain is not written in full id=")
            one.abort()


@pytest.mark.parametrize("raw, want", [row[1:] for row in RECIPIENTS], ids=[row[0] for row in RECIPIENTS])
def test_recipient(start, client, raw, want):
    one = client(start(settings={"form": "ignore"}, recipients=example("recipients-safe")))
    assert not one.mail("<no-reply@example.net>").refused
    answer = one.rcpt(raw)
    assert answer.code == WANT[want], answer
    # A refused recipient leaves the message: the next one goes on as if it had never been named.
    assert not one.rcpt(INSIDE).refused
    assert not one.data().refused
    assert not one.eom().refused
