# SPDX-License-Identifier: BSD-2-Clause
"""What SES knows of the account, through Postfix: mail stays with its client in a pause, suppressed recipients get none, and
what is not verified, not there or switched off is refused."""
import json
import pathlib

from conftest import example
from lib.smtp import Smtp

GOOD, BAD, INSIDE, GONE = "no-reply@example.net", "other@example.net", "ann@example.org", "gone@example.org"


def put(folder: pathlib.Path, paused: bool) -> None:
    (folder / "configuration-sets").mkdir(mode=0o755, parents=True, exist_ok=True)
    when = "2026-05-01T12:00:00Z"
    for name, document in {
        "account": {"SendingEnabled": not paused, "ProductionAccessEnabled": True,
                    "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE"]}},
        "suppressed": {"SuppressedDestinationSummaries": [{"EmailAddress": GONE, "Reason": "BOUNCE"}]},
        "state": {"parts": {"account": when, "configuration-sets": when, "suppressed": when}},
    }.items():
        (folder / f"{name}.json").write_text(json.dumps(document))


def test_paused_and_suppressed(start, relay, endpoint, folder):
    put(folder / "account", paused=True)
    daemon = start(settings={"account_state": str(folder / "account")}, sender=example("sender"))
    postfix = relay(daemon)
    with Smtp(postfix.port) as session:
        outcome = session.message(GOOD, [INSIDE])
        assert outcome.stage and outcome.reply.code == 451 and "Sending paused for this account" in outcome.reply.text
        # What can never pass is not tried again.
        assert session.message(BAD, [INSIDE]).reply.code == 550
    put(folder / "account", paused=False)
    daemon.reload()
    with Smtp(postfix.port) as session:
        outcome = session.message(GOOD, [GONE, INSIDE])
        assert outcome.stage == "" and list(outcome.refused) == [GONE]
        assert "5.1.1" in outcome.refused[GONE].text and outcome.refused[GONE].code == 550
    (message,) = endpoint.wait(1)
    assert INSIDE in str(message["recipients"] if "recipients" in message else message) and GONE not in str(message)


WHEN = "2026-05-01T12:00:00Z"
ARN = "arn:aws:ses:us-west-2:123456789012:"
IDENTITY = {"ResourceType": "EMAIL_IDENTITY", "ResourceArn": f"{ARN}identity/example.net"}
SET = {"ResourceType": "CONFIGURATION_SET", "ResourceArn": f"{ARN}configuration-set/main"}
ACCOUNT = {"SendingEnabled": True, "ProductionAccessEnabled": True, "EnforcementStatus": "HEALTHY",
           "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE"]}}
STATE = {
    "account": ACCOUNT,
    "identities/example.net": {"VerifiedForSendingStatus": True},
    "identities/example.com": {"VerifiedForSendingStatus": False},
    "configuration-sets/main": {"ConfigurationSetName": "main", "SendingOptions": {"SendingEnabled": True}},
    "configuration-sets/off": {"ConfigurationSetName": "off", "SendingOptions": {"SendingEnabled": False}},
    "configuration-sets/mild": {"ConfigurationSetName": "mild", "SuppressionOptions": {"SuppressedReasons": []}},
    "tenants/one": {"Tenant": {"TenantName": "one", "SendingStatus": "ENABLED"}},
    "tenants/one.resources": {"TenantResources": [IDENTITY, SET]},
    "tenants/two": {"Tenant": {"TenantName": "two", "SendingStatus": "DISABLED"}},
    "tenants/two.resources": {"TenantResources": [IDENTITY]},
    "tenants/four": {"Tenant": {"TenantName": "four", "SendingStatus": "ENABLED"}},
    "tenants/four.resources": {"TenantResources": [SET]},
    "suppressed": {"SuppressedDestinationSummaries": [{"EmailAddress": GONE, "Reason": "BOUNCE"}]},
    "state": {"parts": {part: WHEN for part in ("account", "identities", "configuration-sets", "tenants", "suppressed")}},
}
PAUSED = "Message rejected: Sending paused for this account"
UNVERIFIED = "550 5.7.1 Message rejected: Email address is not verified. The following identities failed the check in region US-WEST-2: "
ON_THE_LIST = f"550 5.1.1 {GONE} is on the suppression list of this account"
STOPPED, SHUT = {"account": ACCOUNT | {"SendingEnabled": False}}, {"account": ACCOUNT | {"EnforcementStatus": "SHUTDOWN"}}
SANDBOX = {"account": ACCOUNT | {"ProductionAccessEnabled": False}}


def of_set(name: str) -> dict[str, dict]:
    """The identity has this set by default."""
    return {"identities/example.net": {"VerifiedForSendingStatus": True, "ConfigurationSetName": name}}


# name, files that differ from STATE, settings, sender, recipient, headers; the stage of the refusal and its text, or "": taken.
ROWS = [
    ("all as it should be", {}, {}, GOOD, INSIDE, (), "", ""),
    ("switched off", STOPPED, {}, GOOD, INSIDE, (), "EOM", f"451 4.7.0 {PAUSED}"),
    ("shut down by SES", SHUT, {}, GOOD, INSIDE, (), "EOM", f"451 4.7.0 {PAUSED}"),
    ("switched off, refuse", STOPPED, {"paused": "refuse"}, GOOD, INSIDE, (), "EOM", f"550 5.7.1 {PAUSED}"),
    ("switched off, ignore", STOPPED, {"paused": "ignore"}, GOOD, INSIDE, (), "", ""),
    ("switched off, and a policy forbids it", STOPPED, {}, BAD, INSIDE, (), "MAIL", "550 5.7.1 Access denied for "),
    ("sender of no identity", {}, {}, "ann@other.example", INSIDE, (), "MAIL", UNVERIFIED + "ann@other.example"),
    ("sender of no identity, evaluate", {}, {"unknown_identity": "evaluate"}, "ann@other.example", INSIDE, (), "", ""),
    ("sender not verified", {}, {}, "ann@example.com", INSIDE, (), "MAIL", UNVERIFIED + "ann@example.com"),
    ("sandbox, recipient not verified", SANDBOX, {}, GOOD, INSIDE, (), "RCPT", UNVERIFIED + INSIDE),
    ("sandbox, recipient verified", SANDBOX, {}, GOOD, "ann@example.net", (), "", ""),
    ("sandbox, false", SANDBOX, {"sandbox": False}, GOOD, INSIDE, (), "", ""),
    ("set", {}, {}, GOOD, INSIDE, ("X-SES-CONFIGURATION-SET: main",), "", ""),
    ("set that is not there", {}, {}, GOOD, INSIDE, ("X-SES-CONFIGURATION-SET: none",), "EOM",
     "550 5.7.1 Configuration Set does not exist: Configuration set none does not exist."),
    ("set that is off", {}, {}, GOOD, INSIDE, ("X-SES-CONFIGURATION-SET: off",), "EOM", "451 4.7.0 Sending is paused for configuration set off"),
    ("set that is off, refuse", {}, {"paused": "refuse"}, GOOD, INSIDE, ("X-SES-CONFIGURATION-SET: off",), "EOM",
     "550 5.7.1 Sending is paused for configuration set off"),
    ("default set", of_set("main"), {}, GOOD, INSIDE, (), "", ""),
    ("default set that is not there", of_set("none"), {}, GOOD, INSIDE, (), "EOM",
     "550 5.7.1 Configuration Set does not exist: Configuration set none does not exist."),
    ("default set that is off", of_set("off"), {}, GOOD, INSIDE, (), "EOM", "451 4.7.0 Sending is paused for configuration set off"),
    ("default set that is off, and another one", of_set("off"), {}, GOOD, INSIDE, ("X-SES-CONFIGURATION-SET: main",), "", ""),
    ("default set of the settings", of_set("off"), {"configuration_sets": {"example.net": "main"}}, GOOD, INSIDE, (), "", ""),
    ("tenant", {}, {}, GOOD, INSIDE, ("X-SES-TENANT: one", "X-SES-CONFIGURATION-SET: main"), "", ""),
    ("tenant that is not there", {}, {}, GOOD, INSIDE, ("X-SES-TENANT: three",), "EOM", "550 5.7.1 Tenant three does not exist."),
    ("tenant that is paused", {}, {}, GOOD, INSIDE, ("X-SES-TENANT: two",), "EOM", "451 4.7.0 Sending is paused for tenant two"),
    ("tenant without the identity", {}, {}, GOOD, INSIDE, ("X-SES-TENANT: four",), "EOM",
     f"550 5.7.1 Tenant not associated with resources [{ARN}identity/example.net]"),
    ("tenant without the set", {}, {}, GOOD, INSIDE, ("X-SES-TENANT: one", "X-SES-CONFIGURATION-SET: mild"), "EOM",
     f"550 5.7.1 Tenant not associated with resources [{ARN}configuration-set/mild]"),
    ("suppressed", {}, {}, GOOD, GONE, (), "EOM", ON_THE_LIST),
    ("suppressed, domain in capitals", {}, {}, GOOD, GONE.replace("org", "ORG"), (), "EOM", ON_THE_LIST),
    ("another address than the suppressed one", {}, {}, GOOD, GONE.replace("gone", "Gone"), (), "", ""),
    ("suppressed, ignore", {}, {"suppressed": "ignore"}, GOOD, GONE, (), "", ""),
    ("suppressed, not in this set", {}, {}, GOOD, GONE, ("X-SES-CONFIGURATION-SET: mild",), "", ""),
    ("suppressed in every set", {"configuration-sets/mild": {"ConfigurationSetName": "mild"}}, {}, GOOD, GONE, (), "RCPT", ON_THE_LIST),
    ("suppressed for a reason that does not count", {"account": ACCOUNT | {"SuppressionAttributes": {"SuppressedReasons": ["COMPLAINT"]}}},
     {}, GOOD, GONE, (), "", ""),
]


def write_state(folder: pathlib.Path, changes: dict[str, dict]) -> None:
    for name, document in (STATE | changes).items():
        path = folder / f"{name}.json"
        path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        path.write_text(json.dumps(document))


def test_what_ses_would_refuse(start, relay, endpoint, folder):
    """Each row: the file, the reply, and with the file as before the next message passes."""
    write_state(folder / "account", {})
    daemon = start(settings={"account_state": str(folder / "account")}, sender=example("sender"))
    postfix, plain = relay(daemon), dict(daemon.settings)
    wrong, taken = [], []
    for name, changes, settings, sender, recipient, headers, stage, said in ROWS:
        for state, more, mail, want in ((changes, settings, (sender, recipient, headers), (stage, said)), ({}, {}, (GOOD, INSIDE, ()), ("", ""))):
            write_state(folder / "account", state)
            daemon.settings = plain | more
            daemon.write_settings()
            daemon.reload()
            with Smtp(postfix.port) as session:
                outcome = session.message(mail[0], [mail[1]], headers=mail[2])
            good = outcome.stage == want[0] and (not want[0] or outcome.reply.text.startswith(want[1])) and len(outcome.reply.lines) == 1
            wrong += [] if good else [(name, mail, outcome)]
            taken += [] if want[0] else [mail[1].lower()]
    assert not wrong
    assert sorted(str(one).lower() for message in endpoint.wait(len(taken)) for one in message["rcpt_to"]) == sorted(taken)
