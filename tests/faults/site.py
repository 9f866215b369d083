# SPDX-License-Identifier: BSD-2-Clause
"""A site that uses all there is to load, in two versions, a and b, and questions that tell which of them answers.

What a question must get is written down for each version. While something fails a client may also be told to come
again later (451, or a connection that is closed, which MTAs take for that); it must never get anything else.
"""
import dataclasses
import json
import pathlib
import time

from lib.daemon import Daemon, put_in_place
from lib.milter_client import MilterClient

ACCOUNT = "123456789012"
SES, USER = f"arn:aws:ses:us-west-2:{ACCOUNT}:", f"arn:aws:iam::{ACCOUNT}:user/"
LATER = "later"


def deny(sid: str, condition: dict, resource: str = "*") -> dict:
    return {"Sid": sid, "Effect": "Deny", "Principal": "*", "Action": "ses:*", "Resource": resource, "Condition": condition}


def allow(sender: str) -> dict:
    return {"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": [f"{SES}identity/*", f"{SES}configuration-set/*"],
        "Condition": {"StringEquals": {"ses:FromAddress": sender}}}}


def write(daemon: Daemon, version: str) -> None:
    """Put the files of that version in place. Every kind of file says something else in each."""
    folder, octet = daemon.folder, {"a": 1, "b": 2}[version]
    daemon.write_policy("rules", {"Version": "2012-10-17", "Statement": [
        deny("spam", {"ForAnyValue:StringLike": {"ses:Recipients": "*@blocked.test"}}),
        deny("zone", {"StringEquals": {"custom:zone": "a", "ses:FromAddress": "zone@example.net"}}),
        deny("site", {"StringEquals": {"custom:site": "b", "ses:FromAddress": "site@example.net"}}),
        deny("tls", {"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"ses:FromAddress": "tls@example.net"}}),
        deny("user", {"StringEquals": {"aws:username": "mallory"}}),
        deny("set", {"StringLike": {"ses:FromAddress": "news@*"}}, f"{SES}configuration-set/closed"),
        deny("network", {"IpAddress": {"aws:SourceIp": f"192.0.{octet}.0/24"}})]})
    daemon.write_policy("shop.example", {
        "IdentityType": "DOMAIN", "ConfigurationSetName": {"a": "closed", "b": "open"}[version],
        "Policies": {"shop": json.dumps({"Version": "2012-10-17", "Statement": [
            deny("shop", {"StringNotLike": {"ses:FromAddress": ["news@shop.example", "sales@shop.example"]}}, f"{SES}identity/shop.example")]})}})
    for name, document in (("billing", allow(f"billing-{version}@example.net")), ("rest", allow("public@example.net"))):
        put_in_place(folder / f"{name}.json", document)
    put_in_place(folder / "shadow.json", {"Version": "2012-10-17", "Statement": [
        deny("shadow", {"StringNotEquals": {"ses:FromAddress": "nobody@example.net"}})]})
    write_account(folder / "account", version)
    quotas = {"account": {"per_day": 1_000_000}, "senders": [{"sender": f"full-{version}@example.net", "per_day": 0}]}
    daemon.settings |= {
        "account_state": str(folder / "account"), "quotas": {"store": str(daemon.run / "quota.db")} | daemon.settings.get("quotas", {}) | quotas,
        "records": str(records(daemon, version)),
        "identities": ["example.net", "shop.example"], "unknown_identity": "reject", "shadow": [f"{folder}/shadow.json"],
        "context": {"custom:site": version},
        "networks": [{"network": "172.16.0.0/16", "context": {"custom:zone": version}}],
        "principals": [
            {"login": "billing", "arn": f"{USER}billing", "policies": [f"{folder}/billing.json"]},
            {"network": f"10.{octet}.0.0/16", "arn": f"{USER}batch"},
            {"login": "*", "arn": f"{USER}${{login}}"},
            {"arn": f"{USER}rest", "policies": [f"{folder}/rest.json"]}]}
    daemon.write_settings()


def write_account(folder: pathlib.Path, version: str) -> None:
    """What SES knows: another address is suppressed."""
    (folder / "configuration-sets").mkdir(mode=0o755, parents=True, exist_ok=True)
    when = "2026-05-01T12:00:00Z"
    for name, document in {
        "account": {"SendingEnabled": True, "ProductionAccessEnabled": True, "EnforcementStatus": "HEALTHY",
                    "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}},
        "suppressed": {"SuppressedDestinationSummaries": [{"EmailAddress": f"gone-{version}@example.org", "Reason": "BOUNCE"}]},
        "configuration-sets/closed": {"ConfigurationSetName": "closed", "SendingOptions": {"SendingEnabled": True}},
        "configuration-sets/open": {"ConfigurationSetName": "open", "SendingOptions": {"SendingEnabled": True}},
        "state": {"parts": {part: when for part in ("account", "configuration-sets", "suppressed")}},
    }.items():
        put_in_place(folder / f"{name}.json", document)


def records(daemon: Daemon, version: str) -> pathlib.Path:
    """Where that version's decisions go."""
    return daemon.run / f"records-{version}"


@dataclasses.dataclass
class Question:
    name: str
    client: str
    login: str
    sender: str
    a: str
    b: str
    recipient: str = "ann@example.org"
    tls: bool = True
    headers: tuple[tuple[str, str], ...] = ()

    def want(self, version: str) -> str:
        return {"a": self.a, "b": self.b}[version]


TAKEN, MAIL, RCPT, EOH, EOM = "taken", "MAIL 550", "RCPT 550", "EOH 550", "EOM 550"
QUESTIONS = [
    Question("billing's own sender of a", "172.31.1.1", "billing", "billing-a@example.net", TAKEN, MAIL),
    Question("billing's own sender of b", "172.31.1.1", "billing", "billing-b@example.net", MAIL, TAKEN),
    Question("what billing may not", "172.31.1.1", "billing", "sales@example.net", MAIL, MAIL),
    Question("the network of a", "10.1.0.5", "", "robot@example.net", TAKEN, MAIL),
    Question("the network of b", "10.2.0.5", "", "robot@example.net", MAIL, TAKEN),
    Question("no network of anybody", "198.51.100.1", "", "robot@example.net", MAIL, MAIL),
    Question("what everybody may", "198.51.100.1", "", "public@example.net", TAKEN, TAKEN),
    Question("context of a network", "172.16.0.9", "someone", "zone@example.net", MAIL, TAKEN),
    Question("context of the site", "172.31.1.1", "someone", "site@example.net", TAKEN, MAIL),
    Question("without TLS", "172.31.1.1", "someone", "tls@example.net", MAIL, MAIL, tls=False),
    Question("with TLS", "172.31.1.1", "someone", "tls@example.net", TAKEN, TAKEN),
    Question("a login that may nothing", "172.31.1.1", "mallory", "good@example.net", MAIL, MAIL),
    Question("a login beside it", "172.31.1.1", "malloryx", "good@example.net", TAKEN, TAKEN),
    Question("the set of an identity", "172.31.1.1", "someone", "news@shop.example", EOH, TAKEN),
    Question("the policy of an identity", "172.31.1.1", "someone", "other@shop.example", MAIL, MAIL),
    Question("a set by header", "172.31.1.1", "someone", "news@example.net", EOH, EOH, headers=(("X-SES-CONFIGURATION-SET", "closed"),)),
    Question("From names another", "172.31.1.1", "someone", "good@example.net", EOH, EOH, headers=(("From", "other@shop.example"),)),
    # GLib, which would decode it, ends the process when it gets no memory: nothing asks for it here, not even the records.
    Question("From with a name", "172.31.1.1", "someone", "good@example.net", TAKEN, TAKEN, headers=(("From", "=?utf-8?q?B=C3=B6?= Ann <good@example.net>"),)),
    Question("no identity", "172.31.1.1", "someone", "x@other.test", MAIL, MAIL),
    Question("a network that is denied in a", "192.0.1.7", "someone", "good@example.net", MAIL, TAKEN),
    Question("a recipient", "172.31.1.1", "someone", "good@example.net", RCPT, RCPT, recipient="eve@blocked.test"),
    Question("suppressed in a", "172.31.1.1", "someone", "good@example.net", RCPT, TAKEN, recipient="gone-a@example.org"),
    Question("suppressed in b", "172.31.1.1", "someone", "good@example.net", TAKEN, RCPT, recipient="gone-b@example.org"),
    Question("a limit of a", "172.31.1.1", "someone", "full-a@example.net", EOM, TAKEN),
    Question("a limit of b", "172.31.1.1", "someone", "full-b@example.net", TAKEN, EOM),
    Question("nothing is wrong", "172.31.1.1", "someone", "good@example.net", TAKEN, TAKEN, headers=(("Subject", "1"), ("To", "ann"))),
]


def ask_on(one: MilterClient, question: Question) -> str:
    """The message of a question on a connection past HELO: "taken", "STAGE CODE" or LATER."""
    macros = {"{mail_addr}": question.sender, "{mail_host}": "relay"}
    if question.login:
        macros["{auth_authen}"] = question.login
    if question.tls:
        macros["{tls_version}"] = "TLSv1.3"
    headers = question.headers if any(name == "From" for name, _ in question.headers) else (("From", question.sender), *question.headers)
    steps = [("MAIL", lambda: one.mail(f"<{question.sender}>", macros=macros)),
             ("RCPT", lambda: one.rcpt(f"<{question.recipient}>", macros={"{rcpt_addr}": question.recipient})),
             ("DATA", one.data), *(("header", lambda pair=pair: one.header(*pair)) for pair in headers),
             ("EOH", one.eoh), ("EOM", one.eom)]
    for stage, step in steps:
        answer = step()
        if not answer.refused:
            continue
        if stage not in ("MAIL", "EOM"):
            one.abort()
        # Without memory for the text libmilter refuses without one: the MTA says 550 then.
        return f"{stage} {answer.code or 550}" if answer.code >= 500 or answer.kind == "reject" else LATER
    return TAKEN


def ask(daemon: Daemon, question: Question, seconds: float = 20) -> str:
    try:
        with MilterClient(daemon.address(), timeout=seconds) as one:
            if one.connect(question.client).refused or one.helo().refused:
                return LATER
            return ask_on(one, question)
    except (ConnectionError, BrokenPipeError):
        return LATER


def size(path: pathlib.Path) -> int:
    return path.stat().st_size if path.exists() else 0


def wrong(daemon: Daemon, version: str) -> list[str]:
    """The questions that do not get what the version says, or are not recorded where it says, when nothing fails any more."""
    before = {letter: size(records(daemon, letter)) for letter in "ab"}
    said = [(question, ask(daemon, question)) for question in QUESTIONS]
    differ = [f"{question.name}: {answer}, not {question.want(version)}" for question, answer in said if answer != question.want(version)]
    end = time.monotonic() + 10
    while size(records(daemon, version)) == before[version] and time.monotonic() < end:
        time.sleep(0.001)
    grown = [letter for letter in "ab" if size(records(daemon, letter)) > before[letter]]
    return differ if grown == [version] else [*differ, f"records of {grown}"]


def wrong_at_last(daemon: Daemon, version: str) -> list[str]:
    """The same when a store of counts that is in trouble has had time to be opened again: until then "later" is right, and nothing else is."""
    end = time.monotonic() + 20
    while (differ := wrong(daemon, version)) and all(one.find(f": {LATER}, not ") > 0 for one in differ) and time.monotonic() < end:
        time.sleep(0.1)
    return differ
