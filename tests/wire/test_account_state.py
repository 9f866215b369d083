# SPDX-License-Identifier: BSD-2-Clause
"""What SES knows of the account, on the wire: what is paused, not verified, not there or suppressed, and a reload that finds a file torn."""
import calendar
import json
import pathlib
import re
import signal

import pytest

from lib.postfix import free_port
from test_control import ask, status
from test_metrics import scrape

SENDER, RECIPIENT, GONE = "a@example.net", "ann@example.org", "gone@example.org"
NONE = {"Version": "2012-10-17", "Statement": [{"Sid": "bad", "Effect": "Deny", "Principal": "*", "Action": "ses:*",
        "Resource": "arn:aws:ses:us-west-2:123456789012:identity/example.net",
        "Condition": {"StringEquals": {"ses:FromAddress": "bad@example.net"}}}]}


def put(folder: pathlib.Path, paused: bool = False, parts: tuple[str, ...] = ("account", "configuration-sets", "suppressed")) -> None:
    folder.mkdir(mode=0o755, exist_ok=True)
    account = {"SendingEnabled": not paused, "ProductionAccessEnabled": True, "EnforcementStatus": "HEALTHY",
               "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}}
    gone = {"SuppressedDestinationSummaries": [{"EmailAddress": GONE, "Reason": "BOUNCE"}]}
    (folder / "account.json").write_text(json.dumps(account))
    (folder / "suppressed.json").write_text(json.dumps(gone, indent=4))
    when = "2026-05-01T12:00:00Z"
    (folder / "configuration-sets").mkdir(mode=0o755, exist_ok=True)
    (folder / "state.json").write_text(json.dumps({"parts": {part: when for part in parts}}))


def put_parts(folder: pathlib.Path) -> None:
    """Beside those of put(): identities, sets, tenants."""
    when = "2026-05-01T12:00:00Z"
    arn = "arn:aws:ses:us-west-2:123456789012:"
    for name, document in {
        "identities/example.net": {"IdentityType": "DOMAIN", "VerifiedForSendingStatus": True, "ConfigurationSetName": "main", "Policies": {}},
        "identities/pending.example": {"IdentityType": "DOMAIN", "VerifiedForSendingStatus": False, "Policies": {}},
        "configuration-sets/main": {"ConfigurationSetName": "main", "SendingOptions": {"SendingEnabled": True}},
        "configuration-sets/off": {"ConfigurationSetName": "off", "SendingOptions": {"SendingEnabled": False}},
        "configuration-sets/mild": {"ConfigurationSetName": "mild", "SuppressionOptions": {"SuppressedReasons": []}},
        "tenants/one": {"Tenant": {"TenantName": "one", "SendingStatus": "ENABLED"}},
        "tenants/one.resources": {"TenantResources": [{"ResourceType": "EMAIL_IDENTITY", "ResourceArn": arn + "identity/example.net"},
                                                      {"ResourceType": "CONFIGURATION_SET", "ResourceArn": arn + "configuration-set/main"}]},
        "tenants/two": {"Tenant": {"TenantName": "two", "SendingStatus": "DISABLED"}},
        "tenants/two.resources": {"TenantResources": [{"ResourceType": "EMAIL_IDENTITY", "ResourceArn": arn + "identity/example.net"},
                                                      {"ResourceType": "CONFIGURATION_SET", "ResourceArn": arn + "configuration-set/main"}]},
        "state": {"parts": {part: when for part in ("account", "identities", "configuration-sets", "tenants", "suppressed")}},
    }.items():
        path = folder / f"{name}.json"
        path.parent.mkdir(mode=0o755, exist_ok=True)
        path.write_text(json.dumps(document))


@pytest.fixture(name="state")
def fixture_state(folder) -> pathlib.Path:
    put(folder / "account")
    return folder / "account"


def test_suppressed_recipients_leave_the_message(start, client, state):
    daemon = start(settings={"account_state": str(state)}, none=NONE)
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
    # Which sets there are only headers tell.
    put(state, paused=True, parts=("account", "suppressed"))
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
    daemon = start(settings={"account_state": str(state)}, none=NONE)
    one = client(daemon)
    assert one.message(SENDER, [RECIPIENT]).stage == ""
    put(state, paused=True)
    daemon.reload()
    assert one.message(SENDER, [RECIPIENT]).answer.text.startswith("451 4.7.0 ")
    put(state)
    daemon.reload()
    assert one.message(SENDER, [RECIPIENT]).stage == ""


def test_monitor_only_records_it(start, client, state):
    put(state, paused=True)
    daemon = start(settings={"account_state": str(state), "mode": "monitor"}, none=NONE)
    outcome = client(daemon).message(SENDER, [GONE])
    assert outcome.stage == "" and outcome.taken == [GONE]
    daemon.wait_line("reason=suppressed")
    daemon.wait_line("reason=paused")


@pytest.mark.parametrize("sender, recipients, headers, stage, reason, said", [
    (SENDER, [RECIPIENT], [], "", "", ""),
    (SENDER, [RECIPIENT], [("X-SES-CONFIGURATION-SET", "main"), ("X-SES-TENANT", "one")], "", "", ""),
    ("a@other.example", [RECIPIENT], [], "MAIL", "unknown-identity",
     "550 5.7.1 Message rejected: Email address is not verified. The following identities failed the check in region US-WEST-2: a@other.example"),
    ("a@pending.example", [RECIPIENT], [], "MAIL", "unknown-identity",
     "550 5.7.1 Message rejected: Email address is not verified. "),
    (SENDER, [RECIPIENT], [("X-SES-CONFIGURATION-SET", "none")], "EOH", "unknown-configuration-set",
     "550 5.7.1 Configuration Set does not exist: Configuration set none does not exist."),
    (SENDER, [RECIPIENT], [("X-SES-CONFIGURATION-SET", "off")], "EOH", "configuration-set-paused",
     "451 4.7.0 Sending is paused for configuration set off"),
    (SENDER, [RECIPIENT], [("X-SES-TENANT", "three")], "EOH", "unknown-tenant", "550 5.7.1 Tenant three does not exist."),
    (SENDER, [RECIPIENT], [("X-SES-TENANT", "two")], "EOH", "tenant-paused", "451 4.7.0 Sending is paused for tenant two"),
    (SENDER, [RECIPIENT], [("X-SES-TENANT", "one"), ("X-SES-CONFIGURATION-SET", "mild")], "EOH", "tenant-resource",
     "550 5.7.1 Tenant not associated with resources [arn:aws:ses:us-west-2:123456789012:configuration-set/mild]"),
    (SENDER, [GONE], [], "EOH", "suppressed", f"550 5.1.1 {GONE} is on the suppression list of this account"),
    (SENDER, [GONE], [("X-SES-CONFIGURATION-SET", "mild")], "", "", ""),
    (SENDER, [GONE, RECIPIENT], [], "", "", ""),
])
def test_what_is_refused(start, client, state, sender, recipients, headers, stage, reason, said):
    put_parts(state)
    daemon = start(settings={"account_state": str(state)}, none=NONE)
    outcome = client(daemon).message(sender, recipients, [("From", sender), *headers])
    assert (outcome.stage, outcome.answer.text[:len(said)] if said else "") == (stage, said)
    if said:
        daemon.wait_line(f"reason={reason} ")


def test_what_the_settings_say_wins(start, client, state):
    put_parts(state)
    daemon = start(settings={"account_state": str(state), "unknown_identity": "evaluate", "paused": "ignore", "suppressed": "ignore",
                             "configuration_sets": {"other.example": "off"}}, none=NONE)
    outcome = client(daemon).message("a@other.example", [GONE], [("From", "a@other.example"), ("X-SES-TENANT", "two")])
    # Only what no setting is about stays.
    assert (outcome.stage, outcome.answer.code) == ("EOH", 550) and "Tenant not associated" in outcome.answer.text
    assert client(daemon).message("a@other.example", [GONE], [("From", "a@other.example")]).stage == ""


def test_a_torn_part_changes_nothing(start, client, state):
    put_parts(state)
    daemon = start(settings={"account_state": str(state)}, none=NONE)
    (state / "tenants" / "one.resources.json").unlink()
    mark = daemon.mark()
    daemon.signal(signal.SIGHUP)
    daemon.wait_line(r"reload: refused, generation 1 stays in force: account_state: .*/tenants: one\.json: a tenant has two files", mark)
    assert client(daemon).message(SENDER, [RECIPIENT], [("From", SENDER), ("X-SES-TENANT", "one")]).stage == ""


def test_a_torn_file_changes_nothing(start, client, state):
    daemon = start(settings={"account_state": str(state)}, none=NONE)
    (state / "suppressed.json").write_text('{"SuppressedDestinationSummaries": [{"EmailAddress": "a@ex')
    mark = daemon.mark()
    daemon.signal(signal.SIGHUP)
    daemon.wait_line(r"reload: refused, generation 1 stays in force: account_state: .*suppressed\.json:1:37: ", mark)
    assert client(daemon).message(SENDER, [GONE, RECIPIENT]).taken == [RECIPIENT]


def test_check_tells(start, folder, state):
    daemon = start(settings={"account_state": str(state), "account_state_max_age": "5m"}, none=NONE)
    put(state, paused=True)
    checked = daemon.check()
    assert checked.returncode == 0, checked.stderr
    assert "older than 5m" in checked.stderr
    assert re.search(r"; account state of 2026-05-01T12:00:00Z, \d+d old: paused, 0 configuration sets, 1 suppressed", checked.stdout)
    put(state)
    put_parts(state)
    assert re.search(r"Z, \d+d old: 2 identities, 3 configuration sets, 2 tenants, 1 suppressed", daemon.check().stdout)
    (state / "account.json").chmod(0o666)
    checked = daemon.check()
    assert checked.returncode == 78 and "account.json: others than its owner may write it (mode 0666)" in checked.stderr


@pytest.mark.parametrize("age", ["4m", "31d", "1w", "1", "", "-1d"])
def test_ages(start, state, age):
    daemon = start(settings={"account_state": str(state)}, none=NONE)
    daemon.settings["account_state_max_age"] = age
    checked = daemon.check()
    assert checked.returncode == 78 and "not an age from 5m to 30d" in checked.stderr


def test_its_age_is_a_metric(start, state):
    place = f"127.0.0.1:{free_port()}"
    daemon = start(settings={"account_state": str(state), "metrics": place}, none=NONE)

    def fetched() -> float:
        (text,) = [text for text in scrape(place).splitlines() if text.startswith("ses_policy_milter_account_state_timestamp_seconds ")]
        return float(text.split()[1])

    assert fetched() == calendar.timegm((2026, 5, 1, 12, 0, 0))
    document = json.loads((state / "state.json").read_text())
    document["parts"]["suppressed"] = "2026-04-01T00:00:00Z"
    (state / "state.json").write_text(json.dumps(document))
    daemon.reload()
    assert fetched() == calendar.timegm((2026, 4, 1, 0, 0, 0))
    del daemon.settings["account_state"]
    daemon.write_settings()
    daemon.reload()
    assert fetched() == 0


def test_status_tells(start, state):
    """What SES has paused and how old that is, also behind a reload that was refused."""
    daemon = start(settings={"account_state": str(state)}, none=NONE)
    said = {"fetched": "2026-05-01T12:00:00Z", "paused": False, "parts": ["account", "configuration-sets", "suppressed"]}
    assert ask(daemon)["generation"]["account_state"] == said
    assert "\naccount:      as SES had it at 2026-05-01T12:00:00Z: account, configuration-sets, suppressed\n" in status(daemon).stdout
    put(state, paused=True)
    daemon.reload()
    (state / "account.json").write_text("{")
    daemon.signal(signal.SIGHUP)
    daemon.wait_line("reload: refused, generation 2 stays in force")
    assert ask(daemon)["generation"]["account_state"] == said | {"paused": True}
    assert "\naccount:      paused, as SES had it at 2026-05-01T12:00:00Z: account, " in status(daemon).stdout


def test_status_without_it(start):
    daemon = start(none=NONE)
    assert ask(daemon)["generation"]["account_state"] is None and "\naccount: " not in status(daemon).stdout
