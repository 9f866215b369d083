# SPDX-License-Identifier: BSD-2-Clause
"""
Addresses that the MTA completes, makes canonical or relays in another spelling: SES gets what the client never wrote.

Postfix completes domains with append_dot_mydomain; Sendmail asks the resolver for all of them, unless it has
FEATURE(nocanonify), and relays quotes as they came.
"""
import pytest

from lib.smtp import Smtp

GOOD, ANN = "good@example.org", "ann@example.org"
STRANGER = "127.0.6.7"  # none of Postfix's own addresses: it leaves the headers of such clients as they are
HOSTS = "127.0.0.9 www.example.net cname.test\n127.0.0.8 mail.example.net mail\n127.0.0.7 partners.example.net partners\n"


def deny(condition: dict, resource: str = "*") -> dict:
    return {"Version": "2012-10-17", "Statement": {"Sid": "s", "Effect": "Deny", "Principal": "*", "Action": "ses:*",
            "Resource": f"arn:aws:ses:us-west-2:123456789012:identity/{resource}", "Condition": condition}}


def sender(*addresses: str) -> dict:
    return deny({"StringLike": {"ses:FromAddress": addresses}})


def other_sender(address: str) -> dict:
    return deny({"StringNotEquals": {"ses:FromAddress": address}})


def recipient(*addresses: str) -> dict:
    return deny({"ForAnyValue:StringLike": {"ses:Recipients": addresses}})


def other_recipient(address: str) -> dict:
    return deny({"ForAnyValue:StringNotEquals": {"ses:Recipients": address}})


def header_of(message: dict, name: str) -> list[str]:
    head = message["data"].replace("\r\n", "\n").partition("\n\n")[0]
    return [line.partition(":")[2].strip() for line in head.split("\n") if line.lower().startswith(name.lower() + ":")]


# name, policy, the client's sender and recipient, where it is refused, and what SES gets of them otherwise
POSTFIX = [
    ("sender, completed", sender("*@mail.example.net"), "ceo@mail", ANN, "MAIL"),
    ("sender, completed, in capitals", sender("CEO@mail.example.net"), "CEO@mail", ANN, "MAIL"),
    ("sender, as written", sender("ceo@mail"), "ceo@mail", ANN, "MAIL"),
    ("sender, by the identity", deny({"StringLike": {"aws:username": "*"}}, "example.net"), "ceo@mail", ANN, "MAIL"),
    ("sender, from a path", sender("*@mail.example.net"), "mail!ceo", ANN, "MAIL"),
    ("sender, no other domain", sender("*@mail.example.net"), "ceo@mail.", ANN, ("ceo@mail", ANN)),
    ("sender, routed at a domain that is completed", sender("*@mail.example.net"), "ceo%b.test@mail", ANN, "MAIL"),
    ("sender, routed, relayed as written", sender("x@b.test"), "ceo%b.test@mail.example.net", ANN, ("ceo%b.test@mail.example.net", ANN)),
    ("recipient, completed", recipient("*@partners.example.net"), GOOD, "eve@partners", "RCPT"),
    ("recipient, completed, in capitals", recipient("EVE@partners.example.net"), GOOD, "EVE@partners", "RCPT"),
    ("recipient, as written", recipient("*@partners"), GOOD, "eve@partners", "RCPT"),
    ("both may be", sender("x@example.org"), "CEO@mail", "EVE@partners", ("CEO@mail.example.net", "EVE@partners.example.net")),
    # Postfix tells lower case, and relays capitals; takes off what quotes it can, and tells so.
    ("capitals are nobody else", other_sender("Good@example.org"), "Good@Example.Org", ANN, ("Good@Example.Org", ANN)),
    ("quotes come off", other_sender("good@example.org"), '"good"@example.org', ANN, (GOOD, ANN)),
    ("quotes of a recipient come off", other_recipient(ANN), GOOD, '"an\\n"@example.org', (GOOD, ANN)),
    ("an address in quotes", sender("x@example.org"), '"ceo@mail"', ANN, "MAIL"),
]


@pytest.mark.parametrize("policy, mail, rcpt, want", [row[1:] for row in POSTFIX], ids=[row[0] for row in POSTFIX])
def test_postfix(start, relay, endpoint, policy, mail, rcpt, want):
    postfix = relay(start(policy=policy), extra={"compatibility_level": "0", "mydomain": "example.net", "mydestination": "mail.example.net"})
    with Smtp(postfix.port) as session:
        sent = session.message(mail, [rcpt])
    if isinstance(want, str):
        assert (sent.stage, sent.reply.code // 100) == (want, 5), sent
        assert not endpoint.accepted
    else:
        assert sent.stage == "", sent
        (message,) = endpoint.wait(1)
        assert (message["mail_from"], message["rcpt_to"]) == (want[0], [want[1]])


@pytest.mark.parametrize("address, stage", [(None, "EOM"), (STRANGER, "")], ids=["local client", "stranger"])
def test_postfix_header(start, relay, endpoint, address, stage):
    """What Postfix completes in a header it shows completed; what it does not, SES gets as it was written."""
    daemon = start(policy=sender("ceo@mail.example.net"))
    postfix = relay(daemon, extra={"compatibility_level": "0", "mydomain": "example.net"})
    with Smtp(postfix.port, bind=address) as session:
        assert session.message(GOOD, [ANN], "ceo@mail").stage == stage
    if stage:
        assert "reason=policy" in daemon.wait_line("stage=EOH")
    else:
        assert header_of(endpoint.wait(1)[0], "From") == ["ceo@mail"]


@pytest.mark.parametrize("header, want", [('"good"@example.org', "EOM"), ("good@example.org", "")])
def test_postfix_quotes_of_a_stranger(start, relay, endpoint, header, want):
    """SES gets the quotes of a From header, and compares them."""
    postfix = relay(start(policy=other_sender(GOOD)))
    with Smtp(postfix.port, bind=STRANGER) as session:
        assert session.message(GOOD, [ANN], header).stage == want


# The same for Sendmail; the policy says also whether domains are made canonical
SENDMAIL = [
    ("sender, canonical", HOSTS, sender("*@www.example.net"), "ceo@cname.test", ANN, "MAIL"),
    ("sender, as written", HOSTS, sender("*@cname.test"), "ceo@cname.test", ANN, "MAIL"),
    ("sender, completed", HOSTS, sender("CEO@mail.example.net"), "CEO@mail", ANN, "MAIL"),
    ("sender, by the identity", HOSTS, deny({"StringLike": {"aws:username": "*"}}, "example.net"), "ceo@cname.test", ANN, "MAIL"),
    ("sender at localhost", None, sender("*@sm.test"), "ceo@localhost", ANN, "MAIL"),
    ("sender at the MTA's own address", None, sender("*@sm.test"), "ceo@[127.0.0.1]", ANN, "MAIL"),
    ("sender of the MTA's own domain", None, other_sender("ceo@sm.test"), "ceo@sm.test", ANN, ("ceo@sm.test", ANN)),
    ("sender, canonical, allowed", HOSTS, sender("x@www.example.net"), "ceo@cname.test", ANN, ("ceo@www.example.net", ANN)),
    ("recipient, canonical", HOSTS, recipient("*@www.example.net"), GOOD, "eve@cname.test", "RCPT"),
    ("recipient, completed", HOSTS, recipient("*@partners.example.net"), GOOD, "eve@partners", "RCPT"),
    ("recipient, canonical, allowed", HOSTS, recipient("x@www.example.net"), GOOD, "eve@cname.test", (GOOD, "eve@www.example.net")),
    ("nothing is canonical", None, sender("*@www.example.net"), "ceo@cname.test", ANN, ("ceo@cname.test", ANN)),
    ("quotes stay", None, other_sender(GOOD), '"good"@example.org', ANN, "MAIL"),
    ("quotes stay, by a policy that knows them", None, sender('"good"@*'), '"good"@example.org', ANN, "MAIL"),
    ("quotes stay, allowed", None, sender("x@*"), '"good"@example.org', ANN, ('"good"@example.org', ANN)),
    ("quotes of a recipient stay", None, other_recipient(ANN), GOOD, '"ann"@example.org', "RCPT"),
    ("an address in quotes", HOSTS, sender("x@example.org"), '"ceo@cname.test"', ANN, "MAIL"),
]


@pytest.mark.parametrize("hosts, policy, mail, rcpt, want", [row[1:] for row in SENDMAIL], ids=[row[0] for row in SENDMAIL])
def test_sendmail(start, sendmail, endpoint, hosts, policy, mail, rcpt, want):
    mta = sendmail(start(policy=policy), hosts=hosts)
    with Smtp(mta.port) as session:
        sent = session.message(mail, [rcpt])
    if isinstance(want, str):
        assert (sent.stage, sent.reply.code // 100) == (want, 5), sent
        assert not endpoint.accepted
    else:
        assert sent.stage == "", sent
        (message,) = endpoint.wait(1)
        assert (message["mail_from"], message["rcpt_to"]) == (want[0], [want[1]])


@pytest.mark.parametrize("hosts, header, relayed", [
    (HOSTS, "From: ceo@mail", "ceo@mail.example.net"), (HOSTS, "From: Boss <ceo@mail>", "Boss <ceo@mail.example.net>"),
    (HOSTS, "Sender: ceo@mail", "ceo@mail.example.net"), (None, "From: ceo@localhost", "ceo@sm.test"),
    (None, "From: ceo@[127.0.0.1]", "ceo@sm.test"),
], ids=["From", "From with a name", "Sender", "localhost", "literal"])
def test_sendmail_completes_a_header(start, sendmail, endpoint, hosts, header, relayed):
    """Nobody here sees what becomes of it: it is refused, unless the site says that it knows."""
    name, _, value = header.partition(": ")
    more = () if name == "From" else (header,)
    daemon = start(policy=sender("x@example.net"))
    mta = sendmail(daemon, hosts=hosts)
    with Smtp(mta.port) as session:
        sent = session.message(GOOD, [ANN], GOOD if more else value, headers=more)
        assert (sent.stage, sent.reply.text.partition(" id=")[0]) == (
            "EOM", f"550 5.1.7 Header {name} has an address whose domain is not written in full"), sent
        assert "reason=unqualified-header" in daemon.wait_line("stage=EOH")
        daemon.settings["unqualified_headers"] = "evaluate"
        daemon.write_settings()
        daemon.reload()
        assert session.message(GOOD, [ANN], GOOD if more else value, headers=more).stage == ""
    assert header_of(endpoint.wait(1)[0], name) == [relayed]


@pytest.mark.parametrize("hosts, relayed", [(HOSTS, "ceo@www.example.net"), (None, "ceo@cname.test")], ids=["canonify", "nocanonify"])
def test_sendmail_rewrites_a_header(start, sendmail, endpoint, hosts, relayed):
    """Why contrib/sendmail wants FEATURE(nocanonify): a domain with a dot can become another one unseen."""
    mta = sendmail(start(policy=sender("*@cname.test.example")), hosts=hosts)
    with Smtp(mta.port) as session:
        assert session.message(GOOD, [ANN], "ceo@cname.test").stage == ""
    assert header_of(endpoint.wait(1)[0], "From") == [relayed]


@pytest.mark.parametrize("header, stage", [('"good"@example.org', "EOM"), ('"go\\od"@example.org', "EOM"), (GOOD, "")])
def test_sendmail_quotes_in_a_header(start, sendmail, endpoint, header, stage):
    mta = sendmail(start(policy=other_sender(GOOD)))
    with Smtp(mta.port) as session:
        assert session.message(GOOD, [ANN], header).stage == stage
    assert [header_of(message, "From") for message in endpoint.wait(1 - bool(stage))] == ([] if stage else [[GOOD]])
