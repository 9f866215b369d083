# SPDX-License-Identifier: BSD-2-Clause
"""What SES knows of the account, through Postfix: mail stays with its client in a pause, and suppressed recipients get none."""
import json
import pathlib

from conftest import example
from lib.smtp import Smtp

GOOD, BAD, INSIDE, GONE = "no-reply@example.net", "other@example.net", "ann@example.org", "gone@example.org"


def put(folder: pathlib.Path, paused: bool) -> None:
    folder.mkdir(mode=0o755, exist_ok=True)
    when = "2026-05-01T12:00:00Z"
    for name, document in {
        "account": {"SendingEnabled": not paused, "ProductionAccessEnabled": True,
                    "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE"]}},
        "suppressed": {"SuppressedDestinationSummaries": [{"EmailAddress": GONE, "Reason": "BOUNCE"}]},
        "state": {"parts": {"account": when, "suppressed": when}},
    }.items():
        (folder / f"{name}.json").write_text(json.dumps(document))


def test_paused_and_suppressed(start, relay, endpoint, folder):
    put(folder / "account", paused=True)
    daemon = start(settings={"suppressed": "refuse", "account_state": str(folder / "account")}, sender=example("sender"))
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
