# SPDX-License-Identifier: BSD-2-Clause
"""replay: what new limits would have done to yesterday's records."""
import json
import pathlib
import random
from datetime import datetime, timedelta, timezone

import pytest

from lib.records import line, record
from lib.tool import lines, run

USER = "arn:aws:iam::123456789012:user/"
IDENTITY = "arn:aws:ses:us-west-2:123456789012:identity/example.net"
BEGIN = datetime(2026, 11, 24, 8, tzinfo=timezone.utc)
POLICY = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": "*", "Action": "ses:*", "Resource": IDENTITY},
    {"Effect": "Deny", "Principal": "*", "Action": "ses:*", "Resource": "*",
     "Condition": {"ForAnyValue:StringLike": {"ses:Recipients": "*@evil.test"}}}]}


def when(seconds: float) -> str:
    return (BEGIN + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def mail(seconds: float, count: int = 1, login: str = "billing", **more: object) -> dict:
    recipients = tuple(f"r{number}@example.org" for number in range(count))
    return record(0, **({"recipients": recipients, "time": when(seconds), "login": login} | more))


def replay(folder: pathlib.Path, quotas: dict | None, records: list[dict], *options: str, **settings: object):
    (folder / "p.json").write_text(json.dumps(POLICY))
    (folder / "milter.json").write_text(json.dumps(
        {"policies": [str(folder / "p.json")], "principals": [{"login": "*", "arn": f"{USER}${{login}}"}]}
        | ({} if quotas is None else {"quotas": quotas}) | settings))
    return run("replay", "--settings", folder / "milter.json", *options, "-", stdin="".join(map(line, records)))


def principal(name: str = "billing", **limit: object) -> dict:
    return {"principals": [{"arn": USER + name} | limit]}


DAY = 24 * 3600
NULL = {"sender": "", "header_from": [{"address": "news@example.net", "name": ""}]}
THROTTLED = {"decision": "throttled", "reason": "quota"}
MEASURES = [
    # name, quotas, records, [(scope, key, deferred messages, recipients, first, never messages, recipients)], status
    ("day", principal(per_day=5), [mail(0, 2), mail(60, 2), mail(120, 2), mail(180, 1), mail(240, 3)],
     [("principal", USER + "billing", 2, 5, 120, 0, 0)], 1),
    ("just fits", principal(per_day=5), [mail(0, 2), mail(60, 3)], [], 0),
    ("free again after a day and five minutes", principal(per_day=2), [mail(0, 2), mail(DAY - 1, 1), mail(DAY + 301, 2)],
     [("principal", USER + "billing", 1, 1, DAY - 1, 0, 0)], 1),
    ("rate", principal(per_second=1, burst=2), [mail(0), mail(0.1), mail(0.2), mail(1.3), mail(1.4)],
     [("principal", USER + "billing", 2, 2, 0, 0, 0)], 1),
    ("never", principal(per_day=3), [mail(0, 4), mail(1, 3)], [("principal", USER + "billing", 0, 0, None, 1, 4)], 1),
    ("nothing may be sent", principal(per_day=0), [mail(0, 2)], [("principal", USER + "billing", 0, 0, None, 1, 2)], 1),
    ("what did not fit took nothing", {"account": {"per_day": 3}, **principal(per_day=2)},
     [mail(0, 2), mail(1, 1), mail(2, 1, "news"), mail(3, 1, "news")],
     [("account", "", 1, 1, 3, 0, 0), ("principal", USER + "billing", 1, 1, 1, 0, 0)], 1),
    ("a pattern has a counter for each", {"principals": [{"arn": "*", "per_day": 1}]},
     [mail(0), mail(1, 1, "news"), mail(2, 1, "news"), mail(3, 1, "news"), mail(4)],
     [("principal", (USER + "news").lower(), 2, 2, 2, 0, 0), ("principal", (USER + "billing").lower(), 1, 1, 4, 0, 0)], 1),
    ("identity", {"identities": [{"identity": "example.net", "per_day": 1}]}, [mail(0), mail(5)],
     [("identity", "example.net", 1, 1, 5, 0, 0)], 1),
    ("sender", {"senders": [{"sender": "*@example.net", "per_day": 1}]}, [mail(0), mail(1, sender="a@example.net"), mail(2)],
     [("sender", "no-reply@example.net", 1, 1, 2, 0, 0)], 1),
    ("of the null sender those of the From header", {"senders": [{"sender": "news@example.net", "per_day": 1}]},
     [mail(0, **NULL), mail(1, **NULL)], [("sender", "news@example.net", 1, 1, 1, 0, 0)], 1),
    ("monitor mode changes nothing", principal(per_day=1, mode="monitor"), [mail(0), mail(1)],
     [("principal", USER + "billing", 1, 1, 1, 0, 0)], 0),
    ("by the time, not by the line", principal(per_day=2), [mail(9, 1), mail(3, 1), mail(6, 1)],
     [("principal", USER + "billing", 1, 1, 9, 0, 0)], 1),
    ("deferred then, deferred now", principal(per_day=1), [mail(0), mail(1, **THROTTLED)],
     [("principal", USER + "billing", 1, 1, 1, 0, 0)], 0),
    ("deferred then, not now", principal(per_day=2), [mail(0), mail(1, **THROTTLED)], [], 1),
    ("what is only watched stands beside its own", principal(per_day=1), [mail(0), mail(0, mode="monitor", **THROTTLED)], [], 0),
    ("shadow records count nothing", principal(per_day=1), [mail(0), mail(0, mode="shadow")], [], 0),
    ("refused mail counts nothing", principal(per_day=1),
     [mail(0, recipients=("x@evil.test",), decision="explicitDeny", stage="DATA"), mail(1)], [], 1),
    ("a refused recipient counts nothing", principal(per_day=1), [mail(0, recipients=("x@evil.test", "a@example.org"))], [], 1),
]


@pytest.mark.parametrize("quotas, records, want, status", [row[1:] for row in MEASURES], ids=[row[0] for row in MEASURES])
def test_what_limits_would_have_done(folder: pathlib.Path, quotas: dict, records: list[dict], want: list, status: int) -> None:
    done = replay(folder, quotas, records, "--json")
    summary, *rows = lines(done.stdout)
    found = []
    for row in rows:
        if "quota" not in row:
            continue
        first = row["deferred"]["first"]
        found.append((row["quota"], row["key"], row["deferred"]["messages"], row["deferred"]["recipients"], first,
                      row["never"]["messages"], row["never"]["recipients"]))
    assert found == [(*row[:4], None if row[4] is None else when(row[4])[:19] + "Z", *row[5:]) for row in want]
    assert summary["quotas"]["unknown"] == 0
    assert done.returncode == status, done.stderr


LACKS = [
    ("no time", mail(0, time=None), 1),
    ("no moment", mail(0, time="yesterday"), 1),
    ("no recipients", mail(0, recipients=()), 1),
    ("no From header", mail(0, sender="", header_from=None, header_from_raw=None), 1),
    ("refused before its end, and no longer", mail(0, stage="RCPT", decision="explicitDeny"), 1),
    ("let through before all recipients came", mail(0, stage="MAIL"), 1),
    ("deferred at MAIL", mail(0, stage="MAIL", recipients=(), **THROTTLED), 1),
    ("deferred at DATA", mail(0, stage="DATA", **THROTTLED), 1),
    ("of shadow policies", mail(0, stage="RCPT", decision="explicitDeny", mode="shadow"), 0),
    ("nothing lacks", mail(0), 0),
]


@pytest.mark.parametrize("one, unknown", [row[1:] for row in LACKS], ids=[row[0] for row in LACKS])
def test_what_a_record_lacks_is_unknown(folder: pathlib.Path, one: dict, unknown: int) -> None:
    done = replay(folder, {"senders": [{"sender": "*", "per_day": 100}]}, [one, mail(1)], "--json")
    quotas = lines(done.stdout)[0]["quotas"]
    assert quotas["unknown"] == unknown
    assert quotas["passed"] == (2 if not unknown and one["mode"] == "enforce" else 1)
    assert done.returncode == (1 if unknown else 0)


def test_many_records_in_any_order(folder: pathlib.Path) -> None:
    """Enough for several chunks and threads. The lines are shuffled; what is counted goes by their times."""
    count, limit = 40000, 1234
    records = [mail(number * 2) for number in range(count)]
    random.Random(7).shuffle(records)
    outputs = set()
    for _ in range(3):
        done = replay(folder, principal(per_day=limit), records, "--json")
        assert done.returncode == 1, done.stderr
        outputs.add(done.stdout)
    (output,) = outputs
    summary, row = lines(output)
    assert summary["quotas"]["passed"] == limit
    assert row["deferred"] == {"messages": count - limit, "recipients": count - limit, "first": when(2 * limit)[:19] + "Z"}


def test_what_people_read(folder: pathlib.Path) -> None:
    quotas = {"account": {"per_day": 9, "mode": "monitor"}, "senders": [{"sender": "*@example.net", "per_day": 6}]} | principal(per_day=4)
    records = [mail(0, 3), mail(60, 2), mail(90, 2, "news"), mail(100, 5), mail(120, 4, "news"), mail(130, 2, "news", time=None)]
    done = replay(folder, quotas, records)
    assert done.stdout.split("\n\n", 1)[1] == (
        "quotas: 2 messages would have passed, 2 would have been deferred, 1 could never pass\n"
        "  user/billing would have been deferred 1 time (2 recipients), first at 2026-11-24T08:01:00Z\n"
        "  user/billing has 1 message that could never pass (5 recipients), first at 2026-11-24T08:01:40Z\n"
        "  sender no-reply@example.net would have been deferred 1 time (4 recipients), first at 2026-11-24T08:02:00Z\n"
        "  1 are unknown: their records do not say all that is counted\n")
    assert done.returncode == 1


def test_limits_alone_are_enough_and_without_them_nothing_is_new(folder: pathlib.Path) -> None:
    done = replay(folder, None, [mail(0)])
    assert (done.returncode, done.stdout) == (2, "")
    assert "no new policies" in done.stderr
    with_policy = replay(folder, None, [mail(0)], "--policy", folder / "p.json", "--json")
    assert (with_policy.returncode, "quotas" in lines(with_policy.stdout)[0]) == (0, False)


def test_old_policies_do_not_disturb_the_count(folder: pathlib.Path) -> None:
    (folder / "old.json").write_text(json.dumps(POLICY | {"Statement": POLICY["Statement"][:1]}))
    done = replay(folder, principal(per_day=1), [mail(0), mail(1)], "--old", folder / "old.json", "--json")
    summary, row = lines(done.stdout)
    assert (summary["as_before"], row["deferred"]["messages"], done.returncode) == (2, 1, 1)


def test_what_ses_has_sent_today_is_not_of_the_day_of_the_records(folder: pathlib.Path) -> None:
    (folder / "account").mkdir()
    (folder / "account" / "account.json").write_text(json.dumps(
        {"SendQuota": {"Max24HourSend": 3, "MaxSendRate": 1, "SentLast24Hours": 3}, "SendingEnabled": True, "ProductionAccessEnabled": True}))
    (folder / "account" / "state.json").write_text(json.dumps({"parts": {"account": "2026-11-24T08:00:00Z"}}))
    for path in (folder / "account").iterdir():
        path.chmod(0o644)
    done = replay(folder, {"account": "ses"}, [mail(0, 2), mail(60, 2)], "--json", account_state=str(folder / "account"))
    assert lines(done.stdout)[0]["quotas"]["passed"] == 1, done.stderr
