# SPDX-License-Identifier: BSD-2-Clause
"""What --check says of quotas: which limits hold, which settings are refused, what is remarked upon."""
import json
import pathlib
import re

import pytest

from conftest import example
from lib.daemon import Daemon

USER = "arn:aws:iam::123456789012:user/"
BILLING = USER + "billing"


def check(folder: pathlib.Path, quotas: dict | None, **settings: object) -> tuple[int, str]:
    counted = {} if quotas is None else {"quotas": {"store": str(folder / "run" / "quota.db")} | quotas}
    daemon = Daemon(folder, settings | counted)
    daemon.write_policy("sender", example("sender"))
    said = daemon.check()
    return said.returncode, said.stdout + said.stderr


LIMITS = [
    # name, quotas, other settings, the limits that hold
    ("a burst is a minute", {"account": {"per_second": 2.5}}, {}, ["account: 2.5 a second (burst 150)"]),
    ("a burst is 50 at least", {"account": {"per_second": 0.5}}, {}, ["account: 0.5 a second (burst 50)"]),
    ("a burst as it is written", {"account": {"per_second": 2, "burst": 7}}, {}, ["account: 2 a second (burst 7)"]),
    ("nothing may be sent", {"account": {"per_day": 0}}, {}, ["account: 0 recipients in 24 hours"]),
    ("a sandbox", {}, {"sandbox": True}, ["account: 200 recipients in 24 hours, 1 a second (burst 60)"]),
    ("a sandbox with limits for others", {"senders": [{"sender": "*", "per_day": 90}]}, {"sandbox": True},
     ["account: 200 recipients in 24 hours, 1 a second (burst 60)", "sender *: 90 recipients in 24 hours, each"]),
    ("a sandbox whose account says otherwise", {"account": {"per_day": 900}}, {"sandbox": True}, ["account: 900 recipients in 24 hours"]),
    ("a sandbox that does not count", None, {"sandbox": True}, []),
    ("an entry that is only watched", {"principals": [{"arn": BILLING, "per_day": 60, "mode": "monitor"}]}, {},
     [f"principal {BILLING}: 60 recipients in 24 hours, only watched"]),
    ("entries of principals come first", {"principals": [{"arn": USER + "*", "per_day": 70}]},
     {"principals": [{"login": "billing", "arn": BILLING, "per_second": 3}]},
     [f"principal {BILLING}: 3 a second (burst 180)", f"principal {USER}*: 70 recipients in 24 hours, each"]),
]


@pytest.mark.parametrize("quotas, settings, want", [row[1:] for row in LIMITS], ids=[row[0] for row in LIMITS])
def test_limits(folder, quotas, settings, want):
    status, said = check(folder, quotas, identities=["example.net"], **settings)
    assert status == 0, said
    assert re.findall(r"^quota: (.*)$", said, re.M) == want


FIT_BY = "never counts: what it fits is fit first by {}; put it in front of that, or take it out"
SAME_AS = "has the same name as {}; keep one of them"
REFUSED = [
    ("one ARN in two places", {"principals": [{"arn": BILLING, "per_day": 60}]},
     {"principals": [{"login": "billing", "arn": BILLING, "per_day": 70}]}, "quotas.principals[0]: " + SAME_AS.format("principals[0]")),
    ("one sender twice", {"senders": [{"sender": "a@example.net", "per_day": 60}, {"sender": "A@Example.net", "per_day": 70}]}, {},
     "quotas.senders[1]: " + SAME_AS.format("quotas.senders[0]")),
    ("one identity twice", {"identities": [{"identity": "example.net", "per_day": 60}, {"identity": "EXAMPLE.NET", "per_day": 70}]}, {},
     "quotas.identities[1]: " + SAME_AS.format("quotas.identities[0]")),
    ("behind its pattern", {"senders": [{"sender": "*@example.net", "per_day": 60}, {"sender": "a@example.net", "per_day": 70}]}, {},
     "quotas.senders[1]: " + FIT_BY.format("quotas.senders[0]")),
    ("behind the pattern of all", {"principals": [{"arn": "*", "per_day": 60}, {"arn": BILLING, "per_day": 70}]}, {},
     "quotas.principals[1]: " + FIT_BY.format("quotas.principals[0]")),
    ("a password for a file", {"store_password_file": "/etc/secret"}, {}, "quotas.store_password_file: counts are kept in a file, not in Redis"),
    ("a user for a file", {"store_user": "sesq"}, {}, "quotas.store_user: counts are kept in a file, not in Redis"),
    ("an authority for a file", {"store_ca_file": "/etc/ca.pem"}, {}, "quotas.store_ca_file: counts are kept in a file, not in Redis"),
    ("an authority without TLS", {"store": "redis://127.0.0.1", "store_ca_file": "/etc/ca.pem"}, {},
     "quotas.store_ca_file: Redis is reached without TLS; write rediss://... as `store`, or take it out"),
    ("a Sentinel's password without one", {"store": "redis://127.0.0.1", "store_sentinel_password_file": "/etc/secret"}, {},
     "quotas.store_sentinel_password_file: no Sentinel is asked; write sentinel://a,b,c/NAME as `store`, or take it out"),
    ("a Sentinel's user without a password", {"store": "sentinel://127.0.0.1/main", "store_sentinel_user": "sesq"}, {},
     "quotas.store_sentinel_user: a user needs a password; name its file as `store_sentinel_password_file`"),
    ("a Sentinel's password that is not there", {"store": "sentinel://127.0.0.1/main", "store_sentinel_password_file": "/nonexistent/secret"}, {},
     "quotas.store_sentinel_password_file: /nonexistent/secret: No such file or directory"),
]


@pytest.mark.parametrize("quotas, settings, want", [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refused(folder, quotas, settings, want):
    status, said = check(folder, {"account": {"per_day": 100}} | quotas, identities=["example.net"], **settings)
    assert status != 0 and want in said, said


SMALL = 'quotas.account: a message to 50 recipients, as SES takes it, can never pass a "per_day" of '
REMARKS = [
    ("smaller than a message", {"account": {"per_day": 49}}, {}, SMALL + "49"),
    ("as large as a message", {"account": {"per_day": 50}}, {}, None),
    ("nothing may be sent", {"account": {"per_day": 0}}, {}, None),
    ("no limit", {}, {}, "quotas: has no limit, so nothing is counted"),
]


@pytest.mark.parametrize("quotas, settings, want", [row[1:] for row in REMARKS], ids=[row[0] for row in REMARKS])
def test_remarks(folder, quotas, settings, want):
    status, said = check(folder, quotas, identities=["example.net"], **settings)
    assert status == 0 and (want in said if want else "can never pass" not in said), said


def account_state(folder: pathlib.Path, quota: dict) -> str:
    state = folder / "account"
    state.mkdir(mode=0o755)
    (state / "account.json").write_text(json.dumps(
        {"SendingEnabled": True, "ProductionAccessEnabled": True, "EnforcementStatus": "HEALTHY", "SendQuota": quota}))
    (state / "state.json").write_text(json.dumps({"parts": {"account": "2026-05-01T12:00:00Z"}}))
    return str(state)


SES = [
    ({"Max24HourSend": 50000.0, "MaxSendRate": 14.0, "SentLast24Hours": 7.0}, ["account: 50000 recipients in 24 hours, 14 a second (burst 840)"]),
    ({"Max24HourSend": -1.0, "MaxSendRate": 14.0, "SentLast24Hours": 7.0}, ["account: 14 a second (burst 840)"]),
    ({"Max24HourSend": 200.0, "MaxSendRate": -1.0, "SentLast24Hours": 0.0}, ["account: 200 recipients in 24 hours"]),
]


@pytest.mark.parametrize("quota, want", SES, ids=["both", "no limit of a day", "no rate"])
def test_limits_that_ses_says(folder, quota, want):
    status, said = check(folder, {"account": "ses"}, account_state=account_state(folder, quota))
    assert status == 0, said
    assert re.findall(r"^quota: (.*)$", said, re.M) == want


def test_without_a_store_it_is_the_systems_own(folder):
    daemon = Daemon(folder, {"quotas": {"account": {"per_day": 100}}})
    daemon.write_policy("sender", example("sender"))
    daemon.write_settings()
    printed = json.loads(daemon.command("--settings", str(daemon.file), "--print-settings").stdout)
    assert printed["quotas"]["store"] == "/var/lib/ses-policy-milter/quota/quota.db"
    assert printed["quotas"]["store_timeout_ms"] == 250
