# SPDX-License-Identifier: BSD-2-Clause
"""--account-state, and the member account_state of files of tests: what the account's state says of one message, and of records."""
import json
import pathlib

import pytest

from lib.records import line, record
from lib.tool import run

MAIL = ("--sender", "a@example.net", "--header", "From: a@example.net")
ARN = "arn:aws:ses:us-west-2:123456789012:"
WHEN = "2026-05-01T12:00:00Z"
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "ses:*", "Resource": f"{ARN}identity/example.net",
                                                  "Condition": {"StringEquals": {"ses:FromAddress": "bad@example.net"}}}]}
STATE = {
    "account": {"SendingEnabled": True, "ProductionAccessEnabled": True, "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE"]}},
    "identities/example.net": {"VerifiedForSendingStatus": True},
    "configuration-sets/main": {"ConfigurationSetName": "main", "SendingOptions": {"SendingEnabled": True}},
    "configuration-sets/off": {"ConfigurationSetName": "off", "SendingOptions": {"SendingEnabled": False}},
    "tenants/one": {"Tenant": {"TenantName": "one", "SendingStatus": "DISABLED"}},
    "tenants/one.resources": {"TenantResources": [{"ResourceArn": f"{ARN}identity/example.net"}]},
    "suppressed": {"SuppressedDestinationSummaries": [{"EmailAddress": "gone@example.org", "Reason": "BOUNCE"}]},
    "state": {"parts": {part: WHEN for part in ("account", "identities", "configuration-sets", "tenants", "suppressed")}},
}


@pytest.fixture(name="site")
def fixture_site(tmp_path: pathlib.Path) -> pathlib.Path:
    for name, document in STATE.items():
        path = tmp_path / "state" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document), encoding="utf-8")
        path.parent.chmod(0o755)
        path.chmod(0o644)
    (tmp_path / "policy.json").write_text(json.dumps(POLICY), encoding="utf-8")
    return tmp_path


def evaluate(site: pathlib.Path, *options: str, recipient: str = "ann@example.org"):
    return run("eval", "--policy", site / "policy.json", "--account-state", site / "state", *MAIL, "--recipient", recipient, *options)


@pytest.mark.parametrize("options, status, said", [
    ((), 0, "allowed"),
    (("--header", "X-SES-CONFIGURATION-SET: none"), 1, "implicitDeny at EOH (unknown-configuration-set)\n  550 5.7.1 Configuration Set does not exist: "),
    (("--header", "X-SES-CONFIGURATION-SET: off"), 1, "implicitDeny at EOH (configuration-set-paused)\n  451 4.7.0 Sending is paused for configuration set off"),
    (("--header", "X-SES-TENANT: one"), 1, "implicitDeny at EOH (tenant-paused)\n  451 4.7.0 Sending is paused for tenant one"),
])
def test_it_decides(site, options, status, said):
    done = evaluate(site, *options)
    assert done.stdout.startswith(said) and done.returncode == status
    # The note of its age goes to standard error.
    assert f"is of {WHEN}, older than 1d" in done.stderr


def test_it_is_explained(site):
    done = evaluate(site, "--explain", "--submission", "--header", "X-SES-CONFIGURATION-SET: off", "--header", "X-SES-TENANT: two", recipient="gone@example.org")
    assert done.stdout.endswith(
        "\naccount state\n"
        f"    the account, as of {WHEN}: sends, has production access\n"
        "    identity example.net: verified\n"
        "    configuration set off: paused\n"
        "    tenant two: does not exist\n"
        "    recipient gone@example.org: suppressed for BOUNCE\n")


def test_it_is_explained_as_json(site):
    (answer,) = (json.loads(text) for text in evaluate(site, "--explain", "--json").stdout.splitlines())
    assert answer["account_state"] == [f"the account, as of {WHEN}: sends, has production access", "identity example.net: verified"]
    (answer,) = (json.loads(text) for text in evaluate(site, "--json").stdout.splitlines())
    assert "account_state" not in answer


def test_the_suppressed_are_refused_at_rcpt(site):
    done = evaluate(site, "--recipient", "gone@example.org")
    assert done.returncode == 1
    assert done.stdout.startswith("recipient gone@example.org: implicitDeny at RCPT (suppressed)\n  550 5.1.1 gone@example.org is on the suppression list")


@pytest.mark.parametrize("folder, said", [("", "--account-state: is empty; name a folder"), ("/nowhere", "account_state: /nowhere: No such file")])
def test_a_folder_that_is_none(site, folder, said):
    done = run("eval", "--policy", site / "policy.json", "--account-state", folder, *MAIL, "--recipient", "ann@example.org")
    assert done.returncode == 2 and said in done.stderr


def test_files_of_tests(site):
    (site / "a.test.json").write_text(json.dumps({"policies": ["policy.json"], "account_state": "state", "tests": [
        {"name": "no set", "sender": "a@example.net", "recipients": ["ann@example.org"],
         "headers": ["From: a@example.net", "X-SES-CONFIGURATION-SET: none"], "expect": {"decision": "denied", "stage": "EOH"}},
        {"name": "not verified", "sender": "a@other.example", "recipients": ["ann@example.org"], "expect": {"decision": "denied", "stage": "MAIL"}},
        {"name": "suppressed", "sender": "a@example.net", "recipients": ["ann@example.org", "gone@example.org"], "headers": ["From: a@example.net"],
         "expect": {"decision": "allowed", "refused_recipients": ["gone@example.org"]}},
    ]}), encoding="utf-8")
    done = run("test", site / "a.test.json")
    assert done.returncode == 0, done.stdout + done.stderr


def test_replay_shows_what_mail_would_meet(site):
    records = site / "records.jsonl"
    records.write_text(line(record(1, "a@example.net", ("gone@example.org", "ann@example.org"))) + line(record(2, "a@other.example", ("ann@example.org",))),
                       encoding="utf-8")
    settings = site / "milter.json"
    settings.write_text(json.dumps({"policies": [str(site / "policy.json")]}), encoding="utf-8")
    assert run("replay", "--settings", settings, "--policy", site / "policy.json", records).returncode == 0
    done = run("replay", "--settings", settings, "--account-state", site / "state", records)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1  example.net -> example.org (suppressed)" in done.stdout and "1  other.example -> example.org (unknown-identity)" in done.stdout


@pytest.mark.parametrize("paused", [False, True])
def test_diff_compares_policies(site, paused):
    """What the state refuses with both sets is no difference, and a pause hides none."""
    statement = POLICY["Statement"][0]
    for name, sender, identity in (("worse", "worse@example.net", "example.net"), ("elsewhere", "a@other.example", "other.example")):
        changed = statement | {"Resource": f"{ARN}identity/{identity}", "Condition": {"StringEquals": {"ses:FromAddress": sender}}}
        (site / f"{name}.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [changed]}), encoding="utf-8")
    settings = site / "milter.json"
    settings.write_text(json.dumps({"account": "123456789012", "region": "us-west-2"}), encoding="utf-8")
    (site / "state" / "account.json").write_text(json.dumps(STATE["account"] | {"SendingEnabled": not paused}), encoding="utf-8")
    (site / "state" / "account.json").chmod(0o644)

    state = ("--account-state", site / "state")
    done = run("diff", "--settings", settings, *state, site / "worse.json", site / "policy.json")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "from <bad@example.net> to" in done.stdout and "from <worse@example.net> to" in done.stdout
    assert "old: allowed" in done.stdout and "new: explicitDeny at " in done.stdout
    (site / "both").mkdir()
    for name in ("policy", "elsewhere"):
        (site / "both" / f"{name}.json").write_text((site / f"{name}.json").read_text(encoding="utf-8"), encoding="utf-8")
    done = run("diff", "--settings", settings, site / "policy.json", site / "both")
    assert done.returncode == 1 and "from <a@other.example> to" in done.stdout
    done = run("diff", "--settings", settings, *state, site / "policy.json", site / "both")
    assert done.returncode == 0, done.stdout + done.stderr
