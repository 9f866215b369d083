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


def put_parts(folder: pathlib.Path) -> None:
    """Beside those of put(): identities, sets, tenants."""
    when = "2026-05-01T12:00:00Z"
    resources = {"TenantResources": [{"ResourceType": "EMAIL_IDENTITY", "ResourceArn": "arn:aws:ses:us-west-2:123456789012:identity/example.net"}]}
    for name, document in {
        "identities/example.net": {"VerifiedForSendingStatus": True},
        "configuration-sets/main": {"ConfigurationSetName": "main", "SendingOptions": {"SendingEnabled": True}},
        "configuration-sets/off": {"ConfigurationSetName": "off", "SendingOptions": {"SendingEnabled": False}},
        "tenants/one": {"Tenant": {"TenantName": "one", "SendingStatus": "ENABLED"}},
        "tenants/one.resources": resources,
        "tenants/two": {"Tenant": {"TenantName": "two", "SendingStatus": "DISABLED"}},
        "tenants/two.resources": resources,
        "state": {"parts": {part: when for part in ("account", "identities", "configuration-sets", "tenants", "suppressed")}},
    }.items():
        path = folder / f"{name}.json"
        path.parent.mkdir(mode=0o755, exist_ok=True)
        path.write_text(json.dumps(document))


def test_identities_sets_and_tenants(start, relay, endpoint, folder):
    put(folder / "account", paused=False)
    put_parts(folder / "account")
    daemon = start(settings={"account_state": str(folder / "account")}, sender=example("sender"))
    postfix = relay(daemon)
    with Smtp(postfix.port) as session:
        for headers, code, text in [
            (("X-SES-CONFIGURATION-SET: none",), 550, "5.7.1 Configuration Set does not exist: Configuration set none does not exist."),
            (("X-SES-CONFIGURATION-SET: off",), 451, "4.7.0 Sending is paused for configuration set off"),
            (("X-SES-TENANT: three",), 550, "5.7.1 Tenant three does not exist."),
            (("X-SES-TENANT: two",), 451, "4.7.0 Sending is paused for tenant two"),
            (("X-SES-TENANT: one", "X-SES-CONFIGURATION-SET: main"), 550, "5.7.1 Tenant not associated with resources [arn:aws:ses:us-west-2:"),
        ]:
            outcome = session.message(GOOD, [INSIDE], headers=headers)
            assert (outcome.stage, outcome.reply.code) == ("EOM", code) and text in outcome.reply.text
        outcome = session.message("ann@example.com", [INSIDE])
        assert outcome.reply.code == 550 and "Email address is not verified. The following identities failed" in outcome.reply.text
        outcome = session.message(GOOD, [GONE])
        assert outcome.stage and outcome.reply.code == 550 and "5.1.1" in outcome.reply.text
        assert session.message(GOOD, [INSIDE], headers=("X-SES-TENANT: one",)).stage == ""
    (message,) = endpoint.wait(1)
    assert "one" in str(message)
