# SPDX-License-Identifier: BSD-2-Clause
"""SASL logins as Cyrus SASL in a real Postfix tells them, with a realm or without: each is the entry that bears its name."""
import pytest

from lib.smtp import Smtp

ACCOUNT = "123456789012"
USER = f"arn:aws:iam::{ACCOUNT}:user/"
IDENTITY = f"arn:aws:ses:us-west-2:{ACCOUNT}:identity/example.net"
ANN = ["ann@example.org"]


def document(*statements: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def deny(who: dict | str, **condition: dict) -> dict:
    return {"Effect": "Deny", "Principal": who, "Action": "ses:*", "Resource": IDENTITY} | ({"Condition": condition} if condition else {})


# A Deny that concerns nobody: the identity has a policy, and all else depends on the principals.
QUIET = document(deny("*", StringEquals={"ses:FromAddress": "nobody@example.net"}))


def stage(port: int, user: str | None, sender: str) -> str:
    """Where a message of this SASL user ends; "": it was taken."""
    with Smtp(port) as session:
        if user:
            session.starttls()
            assert session.auth(user, "pw").ok, user
        sent = session.message(sender, ANN)
        assert not sent.stage or sent.reply.code == 550, sent
        return sent.stage


@pytest.fixture
def billing(folder):
    """A policy that lets its user send as billing@example.net alone."""
    path = folder / "billing.json"
    path.write_text('{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": "*",'
                    ' "Condition": {"StringEquals": {"ses:FromAddress": "billing@example.net"}}}}')
    return str(path)


def test_the_realm_is_taken_off(start, relay, billing):
    """The list of the README: who has an entry of its own is held to it, and who has none is refused."""
    daemon = start(settings={"login_realms": ["relay.test"], "records": "RUN/decisions.jsonl", "principals": [
        {"login": "billing", "arn": USER + "billing", "policies": [billing]},
        {"login": "shop", "arn": USER + "${login}"},
        {"network": "10.1.2.0/24", "arn": USER + "batch"},
        {"refuse": True}]}, identity=QUIET)
    postfix = relay(daemon, sasl_users={"billing": "pw", "shop": "pw", "mallory": "pw"})
    for user, sender, want in (("billing", "billing@example.net", ""), ("billing", "boss@example.net", "MAIL"),
                               ("shop", "boss@example.net", ""), ("mallory", "boss@example.net", "MAIL"), (None, "boss@example.net", "MAIL")):
        mark = daemon.mark()
        assert stage(postfix.port, user, sender) == want, (user, sender)
        if want:
            line = daemon.wait_line("stage=MAIL", mark)
            assert (f" login={user} " in line) == (user is not None)
            assert ("reason=no-allow" if user == "billing" else "reason=client-refused") in line
    records = (daemon.run / "decisions.jsonl").read_text()
    assert f'"login":"shop","tls":true,"principal":"{USER}shop"' in records and "relay.test" not in records
    with Smtp(postfix.port, address="10.1.2.3") as session:
        assert session.message("boss@example.net", ANN).stage == ""


@pytest.mark.parametrize("realms, wants", [(["relay.test"], ["MAIL", "MAIL"]), (["RELAY.Test"], ["MAIL", "MAIL"]), (None, ["MAIL", ""])])
def test_two_spellings_of_one_account(start, relay, realms, wants):
    """Without smtpd_sasl_local_domain a client may write the realm or leave it out; a Deny on the user meets both."""
    settings = {"login_realms": realms} if realms else {}
    daemon = start(settings=settings | {"principals": [{"login": "*", "arn": USER + "${login}"}, {"refuse": True}]},
                   alice=document(deny({"AWS": USER + "alice"})))
    postfix = relay(daemon, sasl_users={"alice": "pw"}, extra={"smtpd_sasl_local_domain": ""})
    assert [stage(postfix.port, user, "a@example.net") for user in ("alice", "alice@relay.test")] == wants


def test_local_mail_meets_the_closed_door(start, relay, endpoint):
    """sendmail(1) has neither login nor network of its own: a list that is closed refuses it, unless an entry lets it in."""
    daemon = start(settings={"principals": [{"network": "127.0.0.0/8", "arn": USER + "local"}, {"refuse": True}]}, identity=QUIET)
    postfix = relay(daemon, extra={"non_smtpd_milters": "$smtpd_milters"})
    mark = daemon.mark()
    postfix.sendmail("a@example.net", ANN, "Subject: x\n\nx\n")
    assert len(endpoint.wait(1)) == 1
    daemon.settings["principals"] = [{"refuse": True}]
    daemon.write_settings()
    assert "in force" in daemon.reload()
    postfix.sendmail("b@example.net", ANN, "Subject: x\n\nx\n")
    assert "sender=b@example.net" in daemon.wait_line("reason=client-refused", mark)
    assert "sender=a@example.net" not in daemon.log(mark)
