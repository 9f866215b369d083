# SPDX-License-Identifier: BSD-2-Clause
"""replay: yesterday's records against tomorrow's policies."""
import gzip
import json
import pathlib
import random

import pytest

from lib.records import line, record
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
    ("replay-same", 0, [*NEW, "--old", SENDER, "--old", SAFE, RECORDS]),
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
    return json.dumps({"Version": "2012-10-17", "Statement": [{
        "Sid": "S", "Effect": "Deny", "Principal": "*", "Action": "ses:*",
        "Resource": "arn:aws:ses:us-west-2:123456789012:identity/example.net", "Condition": condition}]})


# Of two records that differ in one thing alone, a policy on that thing must refuse the second, although the first is remembered.
DIFFERENCES = [
    ("client", {"client": "192.0.2.1"}, {"IpAddress": {"aws:SourceIp": "192.0.2.1"}}),
    ("tls", {"tls": False}, {"Bool": {"aws:SecureTransport": "false"}}),
    ("time", {"time": "2026-12-24T08:00:00Z"}, {"DateGreaterThan": {"aws:CurrentTime": "2026-12-01T00:00:00Z"}}),
    ("name", {"header_from": [{"address": "no-reply@example.net", "name": "Boss"}]}, {"StringEquals": {"ses:FromDisplayName": "Boss"}}),
    ("from", {"header_from": [{"address": "boss@example.net", "name": ""}]}, {"StringEquals": {"ses:FromAddress": "boss@example.net"}}),
    ("return path", {"return_path": "bounce@evil.test"}, {"StringLike": {"ses:FeedbackAddress": "*@evil.test"}}),
    ("recipient", {"recipients": ["b@evil.test"]}, {"ForAnyValue:StringLike": {"ses:Recipients": "*@evil.test"}}),
    ("sender, completed", {"completed": [{"address": "no-reply@example.net", "as": "no-reply@x.example.net"}]},
     {"StringEquals": {"ses:FromAddress": "no-reply@x.example.net"}}),
    ("recipient, completed", {"completed": [{"address": "a@example.org", "as": "a@evil.test"}]},
     {"ForAnyValue:StringLike": {"ses:Recipients": "*@evil.test"}}),
    ("recipient, completed, with quotes", {"completed": [{"address": "a@example.org", "as": "\"a\"@example.org"}]},
     {"ForAnyValue:StringNotEquals": {"ses:Recipients": "a@example.org"}}),
    ("sender", {"sender": "boss@example.net"}, {"StringEquals": {"ses:FromAddress": "boss@example.net"}}),
]


@pytest.mark.parametrize("more, condition", [row[1:] for row in DIFFERENCES], ids=[row[0] for row in DIFFERENCES])
def test_what_is_remembered_is_all_that_counts(folder: pathlib.Path, more: dict, condition: dict) -> None:
    (folder / "p.json").write_text(policy_on(**condition))
    base = {"time": "2026-11-24T08:00:00Z"}
    text = line(record(1, **base)) + line(record(2, **(base | more))) + line(record(3, **base))
    done = run(COMMAND, "--policy", folder / "p.json", "--json", "-", stdin=text)
    summary, group = lines(done.stdout)
    assert (summary["records"], summary["newly_refused"]) == (3, 1)
    assert [example["id"] for example in group["examples"]] == ["id2"]


def test_logins(folder: pathlib.Path) -> None:
    (folder / "p.json").write_text(policy_on(StringEquals={"aws:username": "news"}))
    (folder / "milter.json").write_text(json.dumps({"policies": [str(folder / "p.json")], "principals": [
        {"login": "*", "arn": "arn:aws:iam::123456789012:user/${login}"}]}))
    text = line(record(1, login="billing")) + line(record(2, login="news")) + line(record(3))
    done = run(COMMAND, "--settings", folder / "milter.json", "--policy", folder / "p.json", "--json", "-", stdin=text)
    assert [example["id"] for example in lines(done.stdout)[1]["examples"]] == ["id2"]


def test_shadow_records_are_left_out() -> None:
    text = line(record(1)) + line(record(1, mode="shadow", recipients=("x@evil.test",)))
    (summary,) = lines(run(COMMAND, *NEW, "--json", "-", stdin=text).stdout)
    assert (summary["records"], summary["left_out"], summary["as_before"]) == (2, 1, 1)


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
