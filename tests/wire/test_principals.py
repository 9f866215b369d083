# SPDX-License-Identifier: BSD-2-Clause
"""Who a client is, by its login, on the wire: realms, entries that refuse, and logins that miss every entry."""
import http.client
import re

import pytest

from lib.milter_client import ALL_STEPS, MilterClient
from lib.postfix import free_port

ACCOUNT = "123456789012"
USER = f"arn:aws:iam::{ACCOUNT}:user/"
SENDER, RECIPIENT = "a@example.net", "ann@example.org"


def policy(**condition: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "ses:*",
            "Resource": f"arn:aws:ses:us-west-2:{ACCOUNT}:identity/example.net"} | ({"Condition": condition} if condition else {})]}


# Refuses everything, and says whom.
ALL = policy()
# Refuses nothing that comes here.
NONE = policy(StringEquals={"ses:FromAddress": "nobody@example.net"})
LIST = [
    {"login": "billing", "arn": USER + "billing-entry"},
    {"login": "mallory", "refuse": True},
    {"login": "inside", "network": "172.31.0.0/16", "refuse": True},
    {"network": "10.9.0.0/16", "refuse": True},
    {"login": "*", "arn": USER + "any/${login}"},
]


def mail(one: MilterClient, login: str | None):
    return one.mail(f"<{SENDER}>", macros={"{auth_authen}": login} if login is not None else None)


def principal(text: str) -> str:
    """The user in a refusal; for a client that is nobody the sentence instead."""
    found = re.search(r": (arn:\S+) is not authorized", text)
    return found.group(1).removeprefix(USER) if found else re.sub(r"^550 5\.7\.1 Access denied: (.*) id=\w+$", r"\1", text)


NOBODY, REFUSED = "the login %s can be no principal", "the login %s may not send by this relay"
LETTERS = "the login %s is known here in other upper and lower case letters"

# login, what it is with login_realms ["relay.test", "Other.TEST"], what without; None: the same
LOGINS = [
    ("billing", "billing-entry", None),
    ("billing@relay.test", "billing-entry", "any/billing@relay.test"),
    ("billing@RELAY.Test", "billing-entry", "any/billing@RELAY.Test"),
    ("billing@relay.test.", "billing-entry", "any/billing@relay.test."),
    ("billing@other.test", "billing-entry", "any/billing@other.test"),
    ("billing@third.test", "any/billing@third.test", None),
    ("billing@x.relay.test", "any/billing@x.relay.test", None),
    ("ann@relay.test", "any/ann", "any/ann@relay.test"),
    ("a@b@relay.test", "any/a@b", "any/a@b@relay.test"),
    # Nothing must be left for a list to miss, and nothing of which it is not certain who it is.
    ("@relay.test", NOBODY, "any/@relay.test"),
    ("billing@relay.test@relay.test", NOBODY, "any/billing@relay.test@relay.test"),
    ("billing@relay.test@other.test", NOBODY, "any/billing@relay.test@other.test"),
    ("mallory", REFUSED, None),
    ("mallory@relay.test", REFUSED % "mallory", "any/mallory@relay.test"),
    ("inside@relay.test", REFUSED % "inside", "any/inside@relay.test"),
    # An account is not another one because of its letters.
    ("Billing", LETTERS, None),
    ("MALLORY@relay.test", LETTERS % "MALLORY", "any/MALLORY@relay.test"),
    (None, "smtp-relay", None),
    ("", "smtp-relay", None),
]


@pytest.mark.parametrize("realms", [["relay.test", "Other.TEST"], [], None])
def test_the_name_is_the_login_without_its_realm(start, client, realms):
    daemon = start(settings={"principals": LIST} | ({} if realms is None else {"login_realms": realms}), all=ALL)
    one = client(daemon)
    got, wanted = {}, {}
    for login, with_realms, without in LOGINS:
        want = with_realms if realms or without is None else without
        wanted[login] = want % login if "%s" in want else want
        answer = mail(one, login)
        assert answer.code == 550, (login, answer)
        got[login] = principal(answer.text)
    assert got == wanted


def test_log_and_records_have_the_name(start, client):
    daemon = start(settings={"principals": LIST, "login_realms": ["relay.test"], "records": "RUN/decisions.jsonl"}, all=ALL)
    one = client(daemon)
    for login in ("billing@relay.test", "mallory@relay.test", "ann@relay.test"):
        mark = daemon.mark()
        mail(one, login)
        assert f" login={login.partition('@')[0]} " in daemon.wait_line("stage=MAIL", mark)
    assert daemon.stop() == 0
    assert re.findall('"login":"([^"]*)"', (daemon.run / "decisions.jsonl").read_text()) == ["billing", "mallory", "ann"]


@pytest.mark.parametrize("address, login, refused", [
    ("172.31.5.6", "mallory", True), ("172.31.5.6", "ann", False), ("172.31.5.6", "inside", True), ("192.0.2.1", "inside", False),
    ("10.9.1.1", "ann", True), ("10.9.1.1", None, True), ("::ffff:10.9.1.1", None, True), ("192.0.2.1", None, False), (None, None, False),
])
def test_entries_that_refuse(start, client, address, login, refused):
    daemon = start(settings={"principals": LIST}, none=NONE)
    one = client(daemon, address)
    answer = mail(one, login)
    assert (answer.code == 550) == refused, answer
    if refused:
        assert "may not send by this relay" in answer.text
        line = daemon.wait_line("stage=MAIL")
        assert "decision=implicitDeny reason=client-refused" in line and "principal=" not in line
    else:
        one.abort()
        assert one.message(SENDER, [RECIPIENT]).stage == ""


@pytest.mark.parametrize("address", ["172.31.5.6", "2001:db8::1", None, "/run/x"])
@pytest.mark.parametrize("login", ["ann", None])
def test_a_closed_list_lets_nobody_by(start, client, address, login):
    """An Allow for everyone in a policy opens no door that the list has closed; `policies: []` would leave it ajar."""
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ses:*", "Resource": "*"}]}
    site = {"account": ACCOUNT, "region": "us-west-2"}
    daemon = start(settings=site | {"principals": [{"login": "billing", "arn": USER + "billing"}, {"refuse": True}]}, allow=allow)
    one = client(daemon, address)
    answer = mail(one, login)
    assert answer.code == 550 and ("this client" if login is None else f"the login {login}") in answer.text
    answer = mail(one, "billing")
    assert not answer.refused


def test_refused_where_mail_has_no_reply(start, client):
    """The connection is older than the entry, and promised silence at MAIL: the next stage that has a reply tells it."""
    daemon = start(settings={"from_address": "envelope"}, recipients=policy(**{"ForAnyValue:StringLike": {"ses:Recipients": "*@evil.test"}}))
    one = client(daemon)
    assert not one.replies("mail") and one.replies("rcpt")
    daemon.settings["principals"] = [{"refuse": True}]
    daemon.write_settings()
    assert "in force" in daemon.reload()
    outcome = one.message(SENDER, [RECIPIENT])
    assert outcome.stage == "RCPT" and outcome.answer.text.startswith("550 5.7.1 Access denied: this client may not send")


def test_monitor_mode_only_says_it(start, client):
    daemon = start(settings={"principals": [{"refuse": True}], "mode": "monitor"}, none=NONE)
    assert client(daemon).message(SENDER, [RECIPIENT]).stage == ""
    assert "mode=monitor would=would-reject reason=client-refused" in daemon.wait_line("stage=MAIL")


def counted(place: str) -> int:
    host, port = place.split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=60)
    connection.request("GET", "/metrics")
    return int(re.search(r"^ses_policy_milter_stray_logins_total (\d+)$", connection.getresponse().read().decode(), re.M).group(1))


def strays(daemon) -> list[str]:
    return [line.partition("]: ")[2] for line in daemon.log().splitlines() if "principals: " in line]


def last_line(daemon, one) -> None:
    """What was put down for the log before this is in it."""
    mark = daemon.mark()
    mail(one, "mallory")
    daemon.wait_line("reason=client-refused", mark)


def test_a_login_that_misses_its_entry_is_told_once_and_counted(start, client):
    place = f"127.0.0.1:{free_port()}"
    others = {"login": "*", "arn": USER + "others"}
    daemon = start(settings={"principals": [*LIST[:-1], others], "metrics": place}, none=NONE)
    one = client(daemon)
    for login in ("billing@relay.test", "billing", "billing@relay.test", None, "mallory", "ann\x1b[2J", "billing@relay.test"):
        mail(one, login)
    last_line(daemon, one)
    assert counted(place) == 4
    assert strays(daemon) == [
        'principals: the login "billing@relay.test" fits only "*" (principals[4]); without its realm it would fit principals[0]: '
        'if it is the same account, name "relay.test" in "login_realms"',
        'principals: the login "ann\\x1b[2J" fits only "*" (principals[4]); if it has an entry, the entry spells it otherwise']
    # After a reload it is told again: the list may be another.
    daemon.reload()
    mail(one, "billing@relay.test")
    last_line(daemon, one)
    assert len(strays(daemon)) == 3 and counted(place) == 5
    daemon.settings["login_realms"] = ["relay.test"]
    daemon.write_settings()
    daemon.reload()
    mail(one, "billing@relay.test")
    last_line(daemon, one)
    assert len(strays(daemon)) == 3 and counted(place) == 5


@pytest.mark.parametrize("principals, login, told", [
    ([{"login": "billing", "arn": USER + "b"}], "ann",
     'the login "ann" fits no entry, so the client is user/smtp-relay; if it has an entry, the entry spells it otherwise'),
    ([{"network": "10.0.0.0/8", "arn": USER + "b"}], "ann",
     'the login "ann" fits no entry, so the client is user/smtp-relay; if it has an entry, the entry spells it otherwise'),
    ([{"login": "billing", "arn": USER + "b"}, {"arn": USER + "else"}], "ann@x.test",
     'the login "ann@x.test" fits only principals[1], which is for everyone; if it has an entry, the entry spells it otherwise'),
    # No list says who is who, or the list takes every login by its own name, or somebody else by its network.
    ([], "ann", None),
    ([{"login": "*", "arn": USER + "${login}"}], "ann", None),
    ([{"login": "billing", "arn": USER + "b"}, {"network": "172.31.0.0/16", "arn": USER + "net"}], "ann", None),
    ([{"login": "billing", "arn": USER + "b"}, {"refuse": True}], "ann", None),
])
def test_which_logins_are_strays(start, client, principals, login, told):
    daemon = start(settings={"principals": principals}, none=NONE)
    one = client(daemon)
    mail(one, login)
    # A refusal that every list has: what is in the log by then is all.
    one.mail("<nobody@example.net>")
    daemon.wait_line("stage=MAIL .*nobody@example.net|reason=client-refused")
    assert strays(daemon) == ([f"principals: {told}"] if told else [])


def test_a_flood_of_names_is_bounded(start, client):
    place = f"127.0.0.1:{free_port()}"
    daemon = start(settings={"principals": LIST, "metrics": place}, none=NONE)
    one = client(daemon)
    for number in range(400):
        mail(one, f"guest{number}")
    last_line(daemon, one)
    lines = strays(daemon)
    assert counted(place) == 400 and len(lines) == 129
    assert lines[-1] == "principals: 128 logins have missed the entries so far; further ones are only counted (stray_logins_total)"


def test_silent_sessions_too(start):
    """What was negotiated makes no difference to what is told to the operator."""
    daemon = start(settings={"principals": LIST}, none=NONE)
    with MilterClient(daemon.address(), steps=ALL_STEPS & ~0xFF000) as one:
        one.connect("172.31.5.6")
        one.helo()
        mail(one, "ann")
        last_line(daemon, one)
    assert len(strays(daemon)) == 1
