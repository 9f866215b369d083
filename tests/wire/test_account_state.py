# SPDX-License-Identifier: BSD-2-Clause
"""What SES knows of the account, on the wire: a pause, suppressed recipients, and a reload that finds a file torn."""
import json
import pathlib
import signal

import pytest

SENDER, RECIPIENT, GONE = "a@example.net", "ann@example.org", "gone@example.org"
NONE = {"Version": "2012-10-17", "Statement": [{"Sid": "bad", "Effect": "Deny", "Principal": "*", "Action": "ses:*",
        "Resource": "arn:aws:ses:us-west-2:123456789012:identity/example.net",
        "Condition": {"StringEquals": {"ses:FromAddress": "bad@example.net"}}}]}


def put(folder: pathlib.Path, paused: bool = False) -> None:
    folder.mkdir(mode=0o755, exist_ok=True)
    account = {"SendingEnabled": not paused, "ProductionAccessEnabled": True, "EnforcementStatus": "HEALTHY",
               "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}}
    gone = {"SuppressedDestinationSummaries": [{"EmailAddress": GONE, "Reason": "BOUNCE"}]}
    (folder / "account.json").write_text(json.dumps(account))
    (folder / "suppressed.json").write_text(json.dumps(gone, indent=4))
    when = "2026-05-01T12:00:00Z"
    (folder / "state.json").write_text(json.dumps({"parts": {"account": when, "suppressed": when}}))


@pytest.fixture(name="state")
def fixture_state(folder) -> pathlib.Path:
    put(folder / "account")
    return folder / "account"


def test_suppressed_recipients_leave_the_message(start, client, state):
    daemon = start(settings={"suppressed": "refuse", "account_state": str(state)}, none=NONE)
    one = client(daemon)
    outcome = one.message(SENDER, [GONE, RECIPIENT])
    assert outcome.stage == "" and outcome.taken == [RECIPIENT]
    said = outcome.refused[GONE]
    assert said.code == 550 and said.text.startswith(f"550 5.1.1 {GONE} is on the suppression list of this account id=")
    daemon.wait_line(rf"reason=suppressed .*{GONE}|{GONE}.* reason=suppressed")
    daemon.settings["suppressed"] = "ignore"
    daemon.write_settings()
    daemon.reload()
    assert client(daemon).message(SENDER, [GONE]).taken == [GONE]


@pytest.mark.parametrize("word, code", [("defer", "451 4.7.0"), ("refuse", "550 5.7.1"), ("ignore", "")])
@pytest.mark.parametrize("headers", ["evaluate", "refuse"])
def test_a_pause(start, client, state, word, code, headers):
    put(state, paused=True)
    daemon = start(settings={"account_state": str(state), "paused": word, "ses_headers": headers, "from_address": "envelope"}, none=NONE)
    one = client(daemon)
    outcome = one.message(SENDER, [RECIPIENT])
    # As early as nothing is left that a policy could refuse.
    assert outcome.stage == ("" if not code else "DATA" if headers == "evaluate" else "EOH")
    assert not code or outcome.answer.text.startswith(f"{code} Message rejected: Sending paused for this account")
    # What a policy forbids is told at once, and for good; and the session goes on.
    outcome = one.message("bad@example.net", [RECIPIENT])
    assert (outcome.stage, outcome.answer.code) == ("MAIL", 550)
    assert one.message(SENDER, [RECIPIENT]).stage == ("" if not code else "DATA" if headers == "evaluate" else "EOH")


def test_a_pause_begins_and_ends_by_reload(start, client, state):
    daemon = start(settings={"suppressed": "refuse", "account_state": str(state)}, none=NONE)
    one = client(daemon)
    assert one.message(SENDER, [RECIPIENT]).stage == ""
    put(state, paused=True)
    daemon.reload()
    # This session began when no answer to DATA was needed: the end of the message tells.
    assert one.message(SENDER, [RECIPIENT]).answer.text.startswith("451 4.7.0 ")
    put(state)
    daemon.reload()
    assert one.message(SENDER, [RECIPIENT]).stage == ""


def test_monitor_only_records_it(start, client, state):
    put(state, paused=True)
    daemon = start(settings={"suppressed": "refuse", "account_state": str(state), "mode": "monitor"}, none=NONE)
    outcome = client(daemon).message(SENDER, [GONE])
    assert outcome.stage == "" and outcome.taken == [GONE]
    daemon.wait_line("reason=suppressed")
    daemon.wait_line("reason=paused")


def test_a_torn_file_changes_nothing(start, client, state):
    daemon = start(settings={"suppressed": "refuse", "account_state": str(state)}, none=NONE)
    (state / "suppressed.json").write_text('{"SuppressedDestinationSummaries": [{"EmailAddress": "a@ex')
    mark = daemon.mark()
    daemon.signal(signal.SIGHUP)
    daemon.wait_line(r"reload: refused, generation 1 stays in force: account_state: .*suppressed\.json:1:37: ", mark)
    assert client(daemon).message(SENDER, [GONE, RECIPIENT]).taken == [RECIPIENT]


def test_check_tells(start, folder, state):
    daemon = start(settings={"suppressed": "refuse", "account_state": str(state), "account_state_max_age": "5m"}, none=NONE)
    put(state, paused=True)
    checked = daemon.check()
    assert checked.returncode == 0, checked.stderr
    assert "older than 5m" in checked.stderr
    assert "; account state of 2026-05-01T12:00:00Z: paused, 1 suppressed" in checked.stdout + checked.stderr
    (state / "account.json").chmod(0o666)
    checked = daemon.check()
    assert checked.returncode == 78 and "account.json: others than its owner may write it (mode 0666)" in checked.stderr


@pytest.mark.parametrize("age", ["4m", "31d", "1w", "1", "", "-1d"])
def test_ages(start, state, age):
    daemon = start(settings={"suppressed": "refuse", "account_state": str(state)}, none=NONE)
    daemon.settings["account_state_max_age"] = age
    checked = daemon.check()
    assert checked.returncode == 78 and "not an age from 5m to 30d" in checked.stderr
