# SPDX-License-Identifier: BSD-2-Clause
"""replay: yesterday's records against tomorrow's policies."""
import gzip
import json
import pathlib
import random

import pytest

from lib.records import line, record
from lib.tables import MESSAGE_KEYS
from lib.tool import ROOT, golden, lines, run

COMMAND = "replay"
DATA = ROOT / "tests" / "tool" / "data" / "records.jsonl"
SENDER, NETWORK, SAFE = (f"contrib/examples/{name}.json" for name in ("sender", "network", "recipients-safe"))
NEW = ("--policy", SENDER, "--policy", SAFE)
RECORDS = "tests/tool/data/records.jsonl"
GOLDENS = [
    ("replay", 1, [*NEW, RECORDS]),
    ("replay-json", 1, [*NEW, "--json", RECORDS]),
    ("replay-old", 1, [*NEW, "--old", SENDER, RECORDS]),
    ("replay-same", 1, [*NEW, "--old", SENDER, "--old", SAFE, RECORDS]),
    ("replay-help", 0, ["--help"]),
]


@pytest.mark.parametrize("name, status, options", GOLDENS, ids=[row[0] for row in GOLDENS])
def test_golden(name: str, status: int, options: list[str]) -> None:
    done = run(COMMAND, *options)
    assert done.stderr == ""
    assert done.stdout == golden(f"{name}.txt")
    assert done.returncode == status


def test_standard_input_gzip_and_several_files_are_the_same(folder: pathlib.Path) -> None:
    packed = folder / "records.gz"
    packed.write_bytes(gzip.compress(DATA.read_bytes()))
    want = golden("replay.txt")
    assert run(COMMAND, *NEW, "-", stdin=DATA.read_bytes()).stdout == want
    assert run(COMMAND, *NEW, "-", stdin=packed.read_bytes()).stdout == want
    assert run(COMMAND, *NEW, packed).stdout == want
    halves = DATA.read_bytes().splitlines(keepends=True)
    (folder / "a").write_bytes(b"".join(halves[:6]))
    (folder / "b.gz").write_bytes(gzip.compress(b"".join(halves[6:])))
    assert run(COMMAND, *NEW, folder / "a", folder / "b.gz").stdout == want


@pytest.mark.parametrize("respell", [
    lambda one: json.dumps(one, indent=None, separators=(" , ", " : ")),
    lambda one: json.dumps(dict(reversed(one.items()))),
    lambda one: json.dumps(one).replace("@", "\\u0040"),
    lambda one: json.dumps(one | {"reply": 'say \\ "so"', "more": {"deep": [1, {"x": "]}"}, None]}}),
], ids=["blanks", "backwards", "escapes", "unknown keys"])
def test_spelling_of_a_record_does_not_matter(respell) -> None:
    text = "\n".join(respell(json.loads(one)) for one in DATA.read_text(encoding="utf-8").splitlines())
    assert run(COMMAND, *NEW, "-", stdin=text).stdout == golden("replay.txt")


def test_what_is_no_record_is_told_with_its_place(folder: pathlib.Path) -> None:
    text = DATA.read_text(encoding="utf-8").splitlines()
    bad = ["{", "[]", '{"id": "x"}', '{"decision": 7}', '{"decision": "allowed", "recipients": [7]}', "x" * 1000, '{"decision":"allowed"} x']
    for number, one in enumerate(bad):
        text.insert(2 * number + 1, one)
    (folder / "records").write_text("\n".join(text), encoding="utf-8")
    done = run(COMMAND, *NEW, folder / "records")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"ses-policy replay: {folder}/records:{2 * number + 2}: no decision record; it was left out" for number in range(len(bad))]
    assert done.stdout == golden("replay.txt")


def test_data_that_is_cut_off_is_told(folder: pathlib.Path) -> None:
    (folder / "cut.gz").write_bytes(gzip.compress(DATA.read_bytes())[:-20])
    done = run(COMMAND, *NEW, folder / "cut.gz")
    assert done.returncode == 2
    assert "cut.gz: ends in the middle of the compressed data" in done.stderr


@pytest.mark.parametrize("options, what", [
    ([RECORDS], "no new policies"), ([*NEW], "no records"), ([*NEW, "no/such"], "no/such: No such file"),
    ([*NEW, "tests"], "is a folder"), (["--policy", "no/such.json", RECORDS], "no/such.json"),
])
def test_could_not(options: list[str], what: str) -> None:
    done = run(COMMAND, *options)
    assert done.returncode == 2
    assert what in done.stderr


def test_many_records(folder: pathlib.Path) -> None:
    """Enough for several chunks and threads; what changes is known from how they were made."""
    random_ = random.Random(1)
    count, refused = 60000, {"evil.test": 0, "bad.test": 0}
    with open(folder / "records", "w", encoding="utf-8") as out:
        for number in range(count):
            domain = random_.choices(["example.org", "evil.test", "bad.test"], [97, 2, 1])[0]
            if domain in refused:
                refused[domain] += 1
            out.write(line(record(number, recipients=(f"user{random_.randrange(3000)}@{domain}",))))
    done = run(COMMAND, *NEW, "--json", folder / "records")
    assert done.returncode == 1, done.stderr
    summary, *groups = lines(done.stdout)
    assert summary["records"] == count
    assert summary["newly_refused"] == sum(refused.values()) == count - summary["as_before"]
    assert [(group["recipient_domain"], group["count"]) for group in groups] == sorted(refused.items(), key=lambda pair: -pair[1])
    firsts = []
    for one in (folder / "records").read_text(encoding="utf-8").splitlines():
        one = json.loads(one)
        if one["recipients"][0].endswith("@evil.test"):
            firsts.append(one["id"])
    assert [example["id"] for example in groups[0]["examples"]] == firsts[:3]


def policy_on(**condition: dict) -> str:
    base = {"Principal": "*", "Action": "ses:*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [
        base | {"Effect": "Allow", "Resource": "arn:aws:ses:us-west-2:123456789012:identity/example.net"},
        base | {"Sid": "S", "Effect": "Deny", "Resource": "*", "Condition": condition}]})


# Of records that differ in one thing alone, a policy on that thing must refuse the one that has it.
PRINCIPALS = [
    {"login": "news", "arn": "arn:aws:iam::123456789012:user/news"}, {"login": "other", "arn": "arn:aws:iam::111122223333:user/other"},
    {"login": "role", "arn": "arn:aws:sts::123456789012:assumed-role/batch/night"}, {"arn": "arn:aws:iam::123456789012:user/relay"}]
DIFFERENCES = [
    ("client", {"client": "192.0.2.1"}, {"IpAddress": {"aws:SourceIp": "192.0.2.1"}}),
    ("tls", {"tls": False}, {"Bool": {"aws:SecureTransport": "false"}}),
    ("time", {"time": "2026-12-24T08:00:00Z"}, {"DateGreaterThan": {"aws:CurrentTime": "2026-12-01T00:00:00Z"}}),
    ("seconds", {"time": "2026-12-24T08:00:00Z"}, {"NumericGreaterThan": {"aws:EpochTime": "1796083200"}}),
    ("name", {"header_from": [{"address": "no-reply@example.net", "name": "Boss"}]}, {"StringEquals": {"ses:FromDisplayName": "Boss"}}),
    ("name beyond ASCII", {"header_from": [{"address": "no-reply@example.net", "name": "B\u00f6ss"}]},
     {"StringEquals": {"ses:FromDisplayName": "B\u00f6ss"}}),
    ("from", {"header_from": [{"address": "boss@example.net", "name": ""}]}, {"StringEquals": {"ses:FromAddress": "boss@example.net"}}),
    ("return path", {"return_path": "bounce@evil.test"}, {"StringLike": {"ses:FeedbackAddress": "*@evil.test"}}),
    ("tenant", {"tenant": "t1"}, {"StringEquals": {"ses:TenantName": "t1"}}),
    ("full name", {"header_from": [], "full_name": "Boss"}, {"StringEquals": {"ses:FromDisplayName": "Boss"}}),
    ("recipient", {"recipients": ["b@evil.test"]}, {"ForAnyValue:StringLike": {"ses:Recipients": "*@evil.test"}}),
    ("sender, completed", {"completed": [{"address": "no-reply@example.net", "as": "no-reply@x.example.net"}]},
     {"StringEquals": {"ses:FromAddress": "no-reply@x.example.net"}}),
    ("recipient, completed", {"completed": [{"address": "a@example.org", "as": "a@evil.test"}]},
     {"ForAnyValue:StringLike": {"ses:Recipients": "*@evil.test"}}),
    ("recipient, completed, with quotes", {"completed": [{"address": "a@example.org", "as": "\"a\"@example.org"}]},
     {"ForAnyValue:StringNotEquals": {"ses:Recipients": "a@example.org"}}),
    ("sender", {"sender": "boss@example.net"}, {"StringEquals": {"ses:FromAddress": "boss@example.net"}}),
    ("user", {"login": "news"}, {"StringEquals": {"aws:username": "news"}}),
    ("principal", {"login": "news"}, {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:user/news"}}),
    ("account", {"login": "other"}, {"StringEquals": {"aws:PrincipalAccount": "111122223333"}}),
    ("role", {"login": "role"}, {"StringEquals": {"aws:PrincipalType": "AssumedRole"}}),
    ("account of the identity", {"source_arn": "arn:aws:ses:us-west-2:111122223333:identity/x.test"},
     {"StringEquals": {"aws:ResourceAccount": "111122223333"}}),
]


@pytest.mark.parametrize("more, condition", [row[1:] for row in DIFFERENCES], ids=[row[0] for row in DIFFERENCES])
def test_each_thing_of_a_record_counts(folder: pathlib.Path, more: dict, condition: dict) -> None:
    (folder / "p.json").write_text(policy_on(**condition))
    (folder / "milter.json").write_text(json.dumps({"policies": [str(folder / "p.json")], "principals": PRINCIPALS}))
    base = {"time": "2026-11-24T08:00:00Z"}
    text = line(record(1, **base)) + line(record(2, **(base | more))) + line(record(3, **base))
    done = run(COMMAND, "--settings", folder / "milter.json", "--policy", folder / "p.json", "--json", "-", stdin=text)
    summary, group = lines(done.stdout)
    assert (summary["records"], summary["newly_refused"], group["statement"]) == (3, 1, "S")
    assert [example["id"] for example in group["examples"]] == ["id2"]


def test_headers_that_steer_ses(folder: pathlib.Path) -> None:
    """What the daemon refused for them is refused again."""
    (folder / "p.json").write_text(policy_on(StringEquals={"aws:username": "nobody"}))
    (folder / "milter.json").write_text(json.dumps({"policies": [str(folder / "p.json")], "ses_headers": "refuse"}))
    text = line(record(1)) + line(record(2, ses_header="X-SES-Message-Tags")) + line(record(3, tenant="t1"))
    done = run(COMMAND, "--settings", folder / "milter.json", "--policy", folder / "p.json", "--json", "-", stdin=text)
    assert [example["id"] for group in lines(done.stdout)[1:] for example in group["examples"]] == ["id2", "id3"]


def test_every_key_of_a_message_has_a_difference() -> None:
    """But those whose value is the same for all messages of a site."""
    tried = {key for _, _, condition in DIFFERENCES for block in condition.values() for key in block}
    assert tried == {name for name, key in MESSAGE_KEYS.items() if key.source != "SITE"}
NOBODY, BOSS, WITHOUT = ({"header_from": [{"address": "no-reply@example.net", "name": name}]} for name in ("", "Boss", None))
BY_NAME = {"StringEquals": {"ses:FromDisplayName": "Boss"}}
BY_ADDRESS = {"StringEquals": {"ses:FromAddress": "boss@example.net"}}
EARLY = {"header_from": None, "header_from_raw": None, "stage": "DATA"}
# What a record lacks that a policy looks at is not known: neither allowed nor refused, if nothing else refuses for certain.
LACKING = [
    ("name", BY_NAME, BOSS, "refused"),
    ("no name", BY_NAME, NOBODY, "as before"),
    ("name not decoded", BY_NAME, WITHOUT | {"header_from_raw": None}, "unknown"),
    ("name not decoded, header there", BY_NAME, WITHOUT | {"header_from_raw": ["=?utf-8?q?B?= =?utf-8?q?oss?= <no-reply@example.net>"]}, "refused"),
    ("name not decoded, quotes in the header", BY_NAME, WITHOUT | {"header_from_raw": ["\"Boss\"\n <no-reply@example.net>"]}, "refused"),
    ("name not decoded, header with another", BY_NAME, WITHOUT | {"header_from_raw": ["Bob <no-reply@example.net>"]}, "as before"),
    ("name not decoded, no policy on names", BY_ADDRESS, WITHOUT | {"header_from_raw": None}, "as before"),
    ("names, header without any", BY_NAME, BOSS | {"header_from_raw": None}, "refused"),
    ("records of before", BY_NAME, {"header_from_raw": ...} | BOSS, "refused"),
    ("From not looked at", BY_ADDRESS, {"header_from": None, "header_from_raw": None}, "unknown"),
    ("From not looked at, header there", BY_ADDRESS, {"header_from": None, "header_from_raw": ["<boss@example.net>"]}, "refused"),
    ("From not looked at, sender refused", BY_ADDRESS, {"header_from": None, "header_from_raw": None, "sender": "boss@example.net"}, "refused"),
    ("From not looked at, recipient refused", {"ForAnyValue:StringLike": {"ses:Recipients": "*@evil.test"}} , {"header_from": None, "header_from_raw": None,
        "recipients": ["x@evil.test"]}, "refused"),
    ("Return-Path not looked at", {"StringLike": {"ses:FeedbackAddress": "*@evil.test"}}, {"header_from": None, "header_from_raw": None}, "unknown"),
    ("no headers yet", BY_NAME, {"header_from": None, "header_from_raw": None, "stage": "RCPT"}, "unknown"),
    ("let through at DATA, From looked at", BY_NAME, EARLY, "unknown"),
    ("let through at DATA, recipient refused", {"ForAnyValue:StringLike": {"ses:Recipients": "*@evil.test"}},
     EARLY | {"recipients": ["x@evil.test"]}, "refused"),
    ("let through at MAIL, recipients looked at", {"ForAnyValue:StringLike": {"ses:Recipients": "*@evil.test"}},
     EARLY | {"stage": "MAIL", "recipients": []}, "unknown"),
    ("let through at MAIL, sender refused", BY_ADDRESS, EARLY | {"stage": "MAIL", "recipients": [], "sender": "boss@example.net"}, "refused"),
]


@pytest.mark.parametrize("escaped", [False, True], ids=["in place", "by jansson"])
@pytest.mark.parametrize("condition, more, want", [row[1:] for row in LACKING], ids=[row[0] for row in LACKING])
def test_what_a_record_lacks_is_unknown(folder: pathlib.Path, condition: dict, more: dict, want: str, escaped: bool) -> None:
    (folder / "p.json").write_text(policy_on(**condition))
    one = {key: value for key, value in (record(1) | more).items() if value is not ...}
    text = line(one)
    if escaped:
        text = text.replace("@example.org", "\\u0040example.org").replace("@evil", "\\u0040evil")
    # Twice, for what is remembered.
    done = run(COMMAND, "--policy", folder / "p.json", "--json", "-", stdin=text * 2)
    summary = lines(done.stdout)[0]
    got = {"refused": summary["newly_refused"], "as before": summary["as_before"], "unknown": summary["unknown"]}
    assert ({key: count for key, count in got.items() if count}, done.returncode) == (
        {want: 2}, {"refused": 1, "as before": 0, "unknown": 1}[want]), done
    assert summary["newly_allowed"] == summary["other_statement"] == 0
    plain = run(COMMAND, "--policy", folder / "p.json", "-", stdin=text * 2).stdout
    assert ("2 of them are unknown: the policies look at headers that these records do not hold" in plain) == (want == "unknown")


@pytest.mark.parametrize("form, refused", [("auto", False), ("check", False), ("ignore", True)])
def test_form_is_refused_again(folder: pathlib.Path, form: str, refused: bool) -> None:
    """A record has not the headers that stood twice: where the form is looked at they still do."""
    (folder / "p.json").write_text(policy_on(StringEquals={"ses:FromAddress": "boss@example.net"}))
    (folder / "milter.json").write_text(json.dumps({"policies": [str(folder / "p.json")], "form": form}))
    text = line(record(1, decision="implicitDeny", reason="form", stage="EOH"))
    done = run(COMMAND, "--settings", folder / "milter.json", "--policy", folder / "p.json", "--json", "-", stdin=text)
    summary = lines(done.stdout)[0]
    assert summary["records"] == 1 and summary["newly_allowed"] == int(refused), summary


def test_logins(folder: pathlib.Path) -> None:
    (folder / "p.json").write_text(policy_on(StringEquals={"aws:username": "news"}))
    (folder / "milter.json").write_text(json.dumps({"policies": [str(folder / "p.json")], "principals": [
        {"login": "*", "arn": "arn:aws:iam::123456789012:user/${login}"}]}))
    text = line(record(1, login="billing")) + line(record(2, login="news")) + line(record(3))
    done = run(COMMAND, "--settings", folder / "milter.json", "--policy", folder / "p.json", "--json", "-", stdin=text)
    assert [example["id"] for example in lines(done.stdout)[1]["examples"]] == ["id2"]


@pytest.mark.parametrize("reason, shown", [("no-allow", "no-allow"), ("bad-address", "bad-address"), ("of-a-later-version", "recorded")])
def test_what_no_statement_refused_is_told_by_its_reason(folder: pathlib.Path, reason: str, shown: str) -> None:
    (folder / "p.json").write_text(policy_on(StringEquals={"ses:FromAddress": "boss@example.net"}))
    text = line(record(1, decision="implicitDeny", stage="MAIL", reason=reason))
    _, group = lines(run(COMMAND, "--policy", folder / "p.json", "--json", "-", stdin=text).stdout)
    assert (group["change"], group["policy"], group["statement"]) == ("newly allowed", "", shown)


def test_shadow_records_are_left_out() -> None:
    text = line(record(1)) + line(record(1, mode="shadow", recipients=("x@evil.test",)))
    (summary,) = lines(run(COMMAND, *NEW, "--json", "-", stdin=text).stdout)
    assert (summary["records"], summary["left_out"], summary["as_before"]) == (2, 1, 1)


def test_headers_that_nobody_looks_at_are_not_lacking(folder: pathlib.Path) -> None:
    (folder / "p.json").write_text(policy_on(**BY_ADDRESS))
    (folder / "milter.json").write_text(json.dumps({"policies": [str(folder / "p.json")], "from_address": "envelope"}))
    text = line(record(1, header_from=None, header_from_raw=None)) + line(record(2, **EARLY))
    done = run(COMMAND, "--settings", folder / "milter.json", "--policy", folder / "p.json", "--json", "-", stdin=text)
    (summary,) = lines(done.stdout)
    assert (summary["as_before"], summary["unknown"], done.returncode) == (2, 0, 0)


def test_display_names_in_records_of_a_daemon_that_did_not_decode_them(start, client, folder: pathlib.Path) -> None:
    """A policy on names is tried on the mail of the days before it."""
    daemon = start(settings={"records": "RUN/decisions.jsonl"}, sender=(ROOT / SENDER).read_text())
    one = client(daemon, "172.31.5.6")
    for name in ("Ann", "=?utf-8?q?Bo=73s?=", '"Boss"'):
        assert one.message("no-reply@example.net", ["x@example.org"], (("From", f"{name} <no-reply@example.net>"),)).stage == ""
    assert daemon.stop() == 0
    records = [json.loads(one) for one in (daemon.run / "decisions.jsonl").read_text().splitlines()]
    assert [one["header_from"] for one in records] == [[{"address": "no-reply@example.net", "name": None}]] * 3
    (folder / "p.json").write_text(policy_on(**BY_NAME))
    done = run(COMMAND, "--settings", daemon.file, "--policy", folder / "p.json", "--json", daemon.run / "decisions.jsonl")
    summary, group = lines(done.stdout)
    assert (summary["newly_refused"], summary["as_before"], summary["unknown"], done.returncode) == (2, 1, 0, 1)
    assert [example["id"] for example in group["examples"]] == [records[1]["id"], records[2]["id"]]


def test_records_of_the_daemon_replayed_on_its_own_policies(start, client, folder: pathlib.Path) -> None:
    """What the daemon decided is decided so again; and what another policy changes is found."""
    log = folder / "log"
    log.mkdir()
    log.chmod(0o777)
    daemon = start(settings={"records": str(log / "decisions.jsonl")}, sender=(ROOT / SENDER).read_text(), network=(ROOT / NETWORK).read_text())
    for address, sender, header in [("172.31.5.6", "no-reply@example.net", "no-reply@example.net"), ("192.0.2.1", "no-reply@example.net", "a@b.test"),
                                    ("172.31.5.6", "boss@example.net", "no-reply@example.net"),
                                    ("172.31.5.6", "no-reply@example.net", "boss@example.net")]:
        client(daemon, address).message(sender, ["x@evil.test"], (("From", f"<{header}>"),))
    # The MTA completes these; Postfix, which has shown a domain without a dot in a header, completes nothing later.
    for sender, form, header in [("no-reply@example.net", "boss@mail.example.net", "x@y.test"), ("no-reply@example.net", "no-reply@example.net", "a@b")]:
        one = client(daemon)
        if one.mail(f"<{sender}>", macros={"{mail_addr}": form, "v": "Postfix 3.7.11"}).refused:
            continue
        one.rcpt("<x@evil.test>")
        one.data()
        one.header("From", f"<{header}>")
        one.eom()
    same = run(COMMAND, "--settings", daemon.file, "--policy", daemon.policies, "--json", log / "decisions.jsonl")
    assert (same.returncode, same.stderr) == (0, ""), same
    assert lines(same.stdout)[0]["as_before"] == 6
    other = run(COMMAND, "--settings", daemon.file, "--policy", NETWORK, "--policy", SAFE, "--json", log / "decisions.jsonl")
    summary = lines(other.stdout)[0]
    # MAIL alone is known of the one whom sender.json refused; the other one it refused has a stranger among its recipients.
    assert (summary["newly_refused"], summary["newly_allowed"], summary["other_statement"], summary["as_before"]) == (2, 2, 1, 1)
