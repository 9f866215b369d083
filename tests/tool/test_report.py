# SPDX-License-Identifier: BSD-2-Clause
"""report: the page, and the same as JSON."""
import gzip
import json
import os
import pathlib
import re
import subprocess
import time

import pytest

from lib import iam
from lib.daemon import is_sanitized, program
from lib.page import Page, policy_of, spoken
from lib.records import line, record
from lib.tool import ROOT, golden, run

COMMAND = "report"
SENDER, NETWORK, RECIPIENTS = (f"contrib/examples/{name}.json" for name in ("sender", "network", "recipients"))
EXAMPLES = ("--policy", SENDER, "--policy", NETWORK, "--policy", RECIPIENTS)
USER = "arn:aws:iam::123456789012:user/"
IDENTITY = "arn:aws:ses:us-west-2:123456789012:identity/"
ROOT_USER = {"AWS": "arn:aws:iam::123456789012:root"}


def data_of(*options: object, status: int = 0) -> dict:
    done = run(COMMAND, *options, "--json")
    assert (done.returncode, done.stderr) == (status, "")
    return json.loads(done.stdout)


def page_of(folder: pathlib.Path, *options: object, status: int = 0) -> Page:
    done = run(COMMAND, *options, "-o", folder / "report.html")
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")
    return Page((folder / "report.html").read_text(encoding="utf-8"))


def write(path: pathlib.Path, document: object) -> pathlib.Path:
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")
    return path


def statement(effect: str, resource: str = "example.net", **more: object) -> dict:
    return {"Effect": effect, "Action": "ses:SendRawEmail", "Resource": IDENTITY + resource} | more


def document(*statements: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def deny(sid: str, resource: str = "example.net", **condition: dict) -> dict:
    more = {"Condition": condition} if condition else {}
    return statement("Deny", resource, Sid=sid, Principal=ROOT_USER, **more)


def refusal(number: int, **more: object) -> dict:
    return record(number, **({"stage": "MAIL", "decision": "explicitDeny", "recipients": (), "policy": "sender", "sid": "stmt1721805312724",
                              "statement": 0, "reason": "policy"} | more))


def records(folder: pathlib.Path, *given: dict) -> pathlib.Path:
    path = folder / "records.jsonl"
    path.write_text("".join(map(line, given)), encoding="utf-8")
    return path


def cells(data: dict) -> dict[tuple[str, str], tuple[str, list[str]]]:
    """By client and identity: the answer, and its lines as a person reads them."""
    matrix = data["matrix"]
    return {(client["who"], name): (cell["answer"], [f"{one['about']}: {one['words']} <{' '.join(one['statements'])}>" for one in cell["lines"]])
            for principal, row in zip(matrix["principals"], matrix["cells"]) for identity, cell in zip(matrix["identities"], row)
            for client in principal["clients"] for name in identity["names"]}


def test_help() -> None:
    done = run(COMMAND, "--help")
    assert (done.returncode, done.stderr, done.stdout) == (0, "", golden("report-help.txt"))


# ---- who may send as whom ----

def test_the_examples_in_words() -> None:
    assert cells(data_of(*EXAMPLES)) == {
        ("every client", "example.net"): ("some messages", [
            'sender: like "no-reply@example.net" <sender/stmt1721805312724>',
            'recipients: at least one value like "*@example.org" <recipients/stmt1721805435092>',
            'client address: in "172.31.0.0/16" <network/stmt1721803415601>']),
        ("every client", "any other sender"): ("every message", [])}


# What a Deny with this condition alone leaves.
LEFT = [
    ({"StringNotLike": {"ses:FromAddress": ["a@example.net", "b@example.net"]}}, 'sender: like any of "a@example.net", "b@example.net"'),
    ({"StringEquals": {"ses:FromAddress": "a@example.net"}}, 'sender: not exactly "a@example.net"'),
    ({"ForAnyValue:StringNotLike": {"ses:Recipients": "*@example.org"}}, 'recipients: every value like "*@example.org"'),
    ({"ForAllValues:StringLike": {"ses:Recipients": "*@example.org"}}, 'recipients: at least one value not like "*@example.org"'),
    ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, 'client address: not in "10.0.0.0/8"'),
    ({"Bool": {"aws:SecureTransport": "false"}}, 'TLS: equal to "true"'),
    ({"Null": {"ses:FromDisplayName": "true"}}, "display name: present"),
    ({"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}, 'time: at or after "2026-01-01T00:00:00Z", or absent'),
    ({"StringNotLike": {"ses:FromAddress": "a@example.net"}, "NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
     'not: sender not like "a@example.net", and client address not in "10.0.0.0/8"'),
]


@pytest.mark.parametrize("condition, words", LEFT, ids=[words.split(" ")[0] + str(number) for number, (_, words) in enumerate(LEFT)])
def test_what_a_deny_leaves(folder: pathlib.Path, condition: dict, words: str) -> None:
    policy = write(folder / "p.json", document(deny("S", **condition)))
    assert cells(data_of("--policy", policy))[("every client", "example.net")] == ("some messages", [f"{words} <p/S>"])


def site(folder: pathlib.Path, settings: dict, **policies: dict) -> pathlib.Path:
    place = folder / "policies.d"
    place.mkdir()
    for name, policy in policies.items():
        write(place / f"{name}.json", policy)
    return write(folder / "milter.json", {"policies": [str(place)], "account": "123456789012", "region": "us-west-2"} | settings)


def test_principals_have_rows(folder: pathlib.Path) -> None:
    billing = write(folder / "billing.json", document(statement("Allow", Sid="Bills", Condition={"StringLike": {"ses:FromAddress": "bills@*"}})))
    nothing = write(folder / "nothing.json", document(statement("Allow", "example.com")))
    settings = site(folder, {"identities": ["example.net"], "principals": [
        {"network": "192.0.2.0/24", "refuse": True},
        {"login": "billing", "arn": f"{USER}billing", "policies": [str(billing)]},
        {"login": "other", "arn": f"{USER}other", "policies": [str(nothing)]},
        {"login": "*", "network": "10.0.0.0/8", "arn": USER + "${login}"},
        {"arn": f"{USER}rest"}]},
        gate=document(deny("Closed") | {"Principal": {"AWS": f"{USER}rest"}}, deny("Eve") | {"Principal": {"AWS": f"{USER}eve"}}))
    found = cells(data_of("--settings", settings))
    assert {who: cell for (who, identity), cell in found.items() if identity == "example.net"} == {
        "any client from 192.0.2.0/24": ("no message", ["refused: the settings refuse this client <>"]),
        "login billing": ("some messages", ['allowed: sender like "bills@*" <billing/Bills>']),
        "login other": ("no message", ["refused: no statement allows it <>"]),
        "login eve from 10.0.0.0/8": ("no message", ["refused: every message <gate/Eve>"]),
        "login rest from 10.0.0.0/8": ("no message", ["refused: every message <gate/Closed>"]),
        "any login from 10.0.0.0/8": ("every message", []),
        "every other client": ("no message", ["refused: every message <gate/Closed>"])}


def test_users_of_iam_have_rows(folder: pathlib.Path) -> None:
    """An entry for every login stands for those users that IAM has, each with its own policies."""
    mail = iam.document(iam.statement("Allow", "Mail", StringLike={"ses:FromAddress": "*@example.net"}))
    account = write(folder / "account.json", iam.details([iam.entity("User", "ann", policies={"own": mail}), iam.entity("User", "bob")]))
    settings = site(folder, {"identities": ["example.net"], "iam": str(account), "principals": [
        {"login": "*", "arn": USER + "${login}"}, {"refuse": True}]}, p=document(deny("S", "example.com")))
    found = cells(data_of("--settings", settings))
    assert {who: answer for (who, identity), (answer, _) in found.items() if identity == "example.net"} == {
        "login ann": "some messages", "login bob": "no message", "any login": "no message", "every other client": "no message"}
    assert found["any login", "example.net"][1] == ["refused: IAM has no such user <>"]
    assert found["login ann", "example.net"][1][0].startswith('allowed: sender like "*@example.net"')


def test_a_caller_of_the_command_line(folder: pathlib.Path) -> None:
    own = write(folder / "own.json", document(statement("Allow", Sid="All")))
    boundary = write(folder / "boundary.json", document(statement("Allow", Sid="Edge", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})))
    options = ["--policy", SENDER, "--user-policy", own, "--boundary", boundary]
    assert cells(data_of(*options))[("every client", "example.net")] == ("some messages", [
        'sender: like "no-reply@example.net" <sender/stmt1721805312724>', "allowed: every message <own/All>",
        'within the boundary: client address in "10.0.0.0/8" <boundary/Edge>'])
    level = write(folder / "level.json", document(statement("Allow", Sid="Level")))
    lines = cells(data_of(*options, "--organization", level, "--organization", level))[("every client", "example.net")][1]
    assert lines[3:] == ["within level 1: every message <level/Level>", "within level 2: every message <level/Level>"]
    assert "permissions boundary" in page_of(folder, *options).text


def test_unknown_identities_are_refused_by_the_setting(folder: pathlib.Path) -> None:
    settings = site(folder, {"identities": ["example.net"], "unknown_identity": "reject"}, p=document(deny("S", "example.com")))
    answer, lines = cells(data_of("--settings", settings))[("every client", "any other sender")]
    assert (answer, lines) == ("no message", ["refused: no identity covers the sender (setting unknown_identity) <>"])


def test_identities_with_the_same_answers_share_a_column(folder: pathlib.Path) -> None:
    settings = site(folder, {"identities": [f"d{number}.example" for number in range(9)]}, p=document(deny("S", "d4.example")))
    matrix = data_of("--settings", settings)["matrix"]
    assert [one["names"] for one in matrix["identities"]] == [
        ["d0.example", "d1.example", "d2.example", "d3.example", "d5.example", "d6.example", "d7.example", "d8.example", "any other sender"],
        ["d4.example"]]


# ---- the policies, findings and tests ----

def test_findings_stand_beside_their_lines(folder: pathlib.Path) -> None:
    data = data_of(*EXAMPLES)
    assert {name: data["findings"][name] for name in ("error", "security", "warning", "suggestion")} == {
        "error": 0, "security": 1, "warning": 0, "suggestion": 0}
    (finding,) = data["findings"]["list"]
    assert (finding["file"], finding["line"], finding["kind"]) == (RECIPIENTS, 17, "recipients-outsiders-pass")
    page = page_of(folder, *EXAMPLES)
    text = spoken(page.text)
    assert re.search(r'17 "ses:Recipients": "\*@example\.org" security One recipient inside lets all others through .* 18 \}', text)


def test_documents_inside_strings_have_a_text_of_their_own(folder: pathlib.Path) -> None:
    inner = document(deny("Inner", **{"StringNotLike": {"ses:FromAddress": "a@example.net"}}))
    policy = write(folder / "ses.json", {"Policies": {"one": json.dumps(inner, indent=1)}})
    data = data_of("--policy", policy)
    assert [source["file"] for source in data["sources"]] == [f"{policy}[one]"]
    assert data["sources"][0]["lines"] == json.dumps(inner, indent=1).splitlines()
    assert data["policies"][0]["file"] == f"{policy}[one]"


def test_tests_beside_the_policies(folder: pathlib.Path) -> None:
    condition = {"StringNotLike": {"ses:FromAddress": "a@example.net"}}
    settings = site(folder, {"identities": ["example.net"]}, p=document(deny("Both", **condition), deny("Never", "example.com")))
    test = {"sender": "a@example.net", "recipients": ["x@example.org"], "client": "192.0.2.1"}
    write(folder / "policies.d" / "p.test.json", {"policies": ["p.json"], "tests": [
        test | {"name": "may", "expect": {"decision": "allowed"}},
        test | {"name": "may not", "sender": "b@example.net", "expect": {"decision": "explicitDeny"}},
        test | {"name": "<b>fails", "expect": {"decision": "denied"}}]})
    data = data_of("--settings", settings)
    assert [one["tested"] for policy in data["policies"] for one in policy["statements"]] == ["both", "does not match"]
    (file,) = data["tests"]["files"]
    assert (file["passed"], file["failed"], file["broken"]) == (2, 1, [])
    assert [one["test"] for one in file["failures"]] == ["<b>fails"]
    assert "2 passed, 1 failed" in spoken(page_of(folder, "--settings", settings).text)
    # One that does not load is told, and the page is made.
    write(folder / "policies.d" / "q.test.json", {"policies": ["absent.json"], "tests": []})
    (_, broken) = data_of("--settings", settings)["tests"]["files"]
    assert (broken["passed"], broken["failed"]) == (0, 0) and "no tests" in broken["broken"][0]


# ---- records ----

def test_records_are_counted(folder: pathlib.Path) -> None:
    given = [
        *(record(number) for number in range(5)),
        *(refusal(number, time=f"2026-11-24T0{number}:00:00.000Z") for number in range(3)),
        refusal(10, stage="RCPT", recipients=("a@evil.test",), policy="recipients", sid="stmt1721805435092"),
        refusal(11, stage="DATA", recipients=("a@evil.test", "b@EVIL.test", "c@other.test"), policy="unnamed", sid=None, statement=3),
        refusal(12, mode="monitor", would="would-reject"),
        refusal(13, mode="shadow", would="would-reject", policy="strict", sid="New"),
        refusal(14, decision="error", policy=None, sid=None, statement=None, reason="memory"),
        *(refusal(15 + number, decision="throttled", policy=None, sid=None, statement=None, reason="quota", time=f"2026-11-24T10:00:0{number}Z",
                  quota={"scope": "sender", "key": "no-reply@example.net", "kind": "day", "used": 90 + number, "limit": 100, "asked": 30,
                         "retry_after": 7}) for number in range(2)),
    ]
    data = data_of(*EXAMPLES, "--records", records(folder, *given))["records"]
    assert {name: data[name] for name in ("records", "invalid", "allowed", "refused", "deferred", "would_refuse", "shadow", "trouble")} == {
        "records": 15, "invalid": 0, "allowed": 5, "refused": 5, "deferred": 2, "would_refuse": 1, "shadow": 1, "trouble": 1}
    by = {name: {one["name"]: one["count"] for one in counts["list"]} for name, counts in data["by"].items()}
    assert by == {
        "statement": {"sender/stmt1721805312724": 4, "recipients/stmt1721805435092": 1, "unnamed/4": 1},
        "reason": {"policy": 6, "quota": 2, "memory": 1},
        "principal": {f"{USER}smtp-relay": 8},
        "recipient_domain": {"evil.test": 2, "other.test": 1},
        "sender_domain": {"example.net": 8},
        "shadow_statement": {"strict/New": 1},
        "shadow_reason": {"policy": 1},
        "quota": {"sender no-reply@example.net": 2}}
    assert data["limits"] == [{"name": "sender no-reply@example.net", "count": 2, "kind": "day", "used": 91, "limit": 100,
                               "last": "2026-11-24T10:00:01Z"}]
    time_of = data["time"]
    assert (time_of["first"], time_of["last"], time_of["timeless"]) == ("2026-11-24T00:00:00Z", "2026-11-24T10:00:01Z", 0)
    assert sum(span["refused"] for span in time_of["spans"]) == 5


# What spans of time come of what records are how far apart: seconds of a span, at most 72 of them.
SPANS = [(3600, 60), (5 * 3600, 300), (86400, 3600), (7 * 86400, 10800), (60 * 86400, 86400), (400 * 86400, 604800), (20 * 365 * 86400, 31449600)]


@pytest.mark.parametrize("apart, wide", SPANS)
def test_spans_of_time(folder: pathlib.Path, apart: int, wide: int) -> None:
    start = 1730000000 // 86400 * 86400
    given = [refusal(number, time=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(start + number * apart // 50))) for number in (*range(51), 7, 0)]
    data = data_of(*EXAMPLES, "--records", records(folder, *given))["records"]["time"]
    assert (data["span_seconds"], sum(span["refused"] for span in data["spans"])) == (wide, 53)
    assert len(data["spans"]) <= 72


def test_a_time_that_cannot_be_is_in_no_span(folder: pathlib.Path) -> None:
    times = ["1970-01-01T00:00:00Z", "9999-01-01T00:00:00Z", "yesterday", "", "2026-11-24T08:00:00Z"]
    data = data_of(*EXAMPLES, "--records", records(folder, *(refusal(number, time=moment) for number, moment in enumerate(times))))["records"]
    assert (data["refused"], data["time"]["timeless"], len(data["time"]["spans"])) == (5, 4, 1)


def test_standard_input_gzip_and_escapes_are_the_same(folder: pathlib.Path) -> None:
    text = "".join(line(refusal(number, quota={"scope": "account", "key": "", "kind": "day", "used": 1, "limit": 1})) for number in range(4))
    (folder / "a.gz").write_bytes(gzip.compress(text.encode()))
    want = data_of(*EXAMPLES, "--records", folder / "a.gz")["records"]
    assert want["refused"] == 4 and want["limits"][0]["used"] == 1
    done = run(COMMAND, *EXAMPLES, "--records", "-", "--json", stdin=text.replace("policy", "\\u0070olicy"))
    assert json.loads(done.stdout)["records"] == want


def test_what_is_no_record_is_told_and_left_out(folder: pathlib.Path) -> None:
    path = folder / "records.jsonl"
    path.write_text(line(refusal(1)) + "no record\n" + line(refusal(2)), encoding="utf-8")
    done = run(COMMAND, *EXAMPLES, "--records", path, "-o", folder / "report.html")
    assert (done.returncode, done.stderr) == (1, f"ses-policy report: {path}:2: no decision record; it was left out\n")
    assert "1 lines are no records" in spoken(Page((folder / "report.html").read_text()).text)


def test_names_without_end_are_counted_together(folder: pathlib.Path) -> None:
    path = folder / "records.jsonl"
    with path.open("w", encoding="utf-8") as out:
        for number in range(20050):
            out.write(line(refusal(number, stage="RCPT", recipients=(f"x@d{number}.test",))))
    counts = data_of(*EXAMPLES, "--records", path)["records"]["by"]["recipient_domain"]
    assert (counts["all"], counts["names"], len(counts["list"]), counts["others"]) == (20050, 20000, 20, 20030)


def test_a_hundred_thousand_records_in_little_time_and_memory(folder: pathlib.Path) -> None:
    path = folder / "records.jsonl"
    one = "".join(line(refusal(number, recipients=(f"x@d{number % 700}.test",))) for number in range(1000))
    path.write_text(one * 100, encoding="utf-8")

    def usage(*options: object) -> tuple[float, int]:
        process = subprocess.Popen([program("ses-policy"), COMMAND, *EXAMPLES, *map(str, options), "-o", str(folder / "r.html")], cwd=ROOT)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        return used.ru_utime + used.ru_stime, used.ru_maxrss

    (folder / "few.jsonl").write_text(one, encoding="utf-8")
    _, few = usage("--records", folder / "few.jsonl")
    seconds, many = usage("--records", path)
    if not is_sanitized(program("ses-policy")):
        assert seconds < 20  # of processor time; 0.3 where this was written
        # Chunks of 4 MiB, of which few records fill none.
        assert many - few < 24 * 1024


# ---- the page ----

def test_the_page_says_what_json_says(folder: pathlib.Path) -> None:
    given = [refusal(number, recipients=(f"x@d{number}.test",), stage="RCPT") for number in range(30)]
    given += [refusal(40, mode="shadow", policy="strict", sid="New"), refusal(41, policy="absent", sid="Gone")]
    options = [*EXAMPLES, "--records", records(folder, *given)]
    data = data_of(*options)
    text = spoken(page_of(folder, *options).text)

    def texts(value: object) -> list[str]:
        if isinstance(value, dict):
            return [text for inner in value.values() for text in texts(inner)]
        if isinstance(value, list):
            return [text for inner in value for text in texts(inner)]
        return [value] if isinstance(value, str) else []

    # Times are written for people, and these are told by other words.
    left_out = {"answer", "effect", "mode", "layer", "connection", "made", "version", "tested", "operator", "first", "last", "from"}
    asked = {key: value for key, value in data.items() if key != "tests"}

    def strip(value: object) -> object:
        if isinstance(value, dict):
            return {key: strip(inner) for key, inner in value.items() if key not in left_out}
        return [strip(inner) for inner in value] if isinstance(value, list) else value
    found = [one for one in texts(strip(asked)) if not re.fullmatch(r"\d{4}-\d\d-\d\dT.*Z", one)]
    assert len(found) > 100
    assert [one for one in found if spoken(one).strip() not in text] == []
    for counts in data["records"]["by"].values():
        for one in counts["list"]:
            assert f"{one['name']} {one['count']:,}" in text


# Names of logins, principals, files, statements, addresses and domains that somebody sends or writes.
HOSTILE = {
    "element": "<script>alert(1)</script>", "attribute": '" onmouseover="alert(1)', "quote": "' autofocus onfocus='alert(1)",
    "end": "</title></style></details></table><img src=x onerror=alert(1)>", "cdata": "]]><svg onload=alert(1)>", "comment": "--><!--",
    "entity": "&lt;b&gt;&#x41;&amp", "control": "a\x01\x07\x1b[31mb\x7f", "lines": "a\r\nb\u2028c", "turned": "abc\u202egpj.\u2066x\u200f",
    "hidden": "a\u200bb\ufeffc\u00ad", "wide": "\U0001d4d0\u0000"[:1] + "\u4e2d\u6587", "long": "x" * 5000, "format": "{7*7}${7*7}%t%d%s%n",
}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_hostile_names_are_text(folder: pathlib.Path, name: str) -> None:
    """In policies, settings, tests and records: no element and no attribute comes of them (lib/page.py), and they stand there as text."""
    policy = document(deny(name, **{"StringNotLike": {"ses:FromAddress": name.replace("${", "{"), "ses:FromDisplayName": name.replace("${", "{")}}))
    policies = folder / "policies.d"
    policies.mkdir()
    write(policies / "p.json", {"Policies": {name: json.dumps(policy)}})
    write(policies / "p.test.json", {"policies": ["p.json"], "tests": [
        {"name": name, "sender": "a@example.net", "recipients": ["x@example.org"], "client": "192.0.2.1", "expect": {"decision": "allowed"}}]})
    settings = write(folder / "milter.json", {"policies": [str(policies)], "principals": [{"login": name.replace("*", "").replace("${", "{"), "arn": f"{USER}x"}], "shadow": [str(policies)]})
    given = [refusal(number, sender=name, recipients=(f"x@{name}",), policy=name, sid=name, reason=name, principal=name, mode=mode, time=moment,
                     quota={"scope": name, "key": name, "kind": name, "used": 1, "limit": 2})
             for number, (mode, moment) in enumerate([("enforce", name), ("shadow", "2026-11-24T08:00:00Z"), (name, "2026-11-24T08:00:00Z")])]
    options = ["--settings", settings, "--records", records(folder, *given)]
    page = page_of(folder, *options)
    source = (folder / "report.html").read_text(encoding="utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u00ad]", source)
    shown = next(one["name"] for one in data_of(*options)["records"]["by"]["principal"]["list"])
    assert shown.startswith(name[:6] if name.isprintable() else name[:1])
    assert shown in page.text
    assert policy_of(page) == "default-src 'none'; style-src 'unsafe-inline'"
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)


def test_bytes_that_are_no_text_are_shown_as_bytes(folder: pathlib.Path) -> None:
    path = folder / "records.jsonl"
    path.write_bytes(line(refusal(1, sender="a@XX.test", principal="XX")).encode().replace(b"XX", b"\xff\xc0\xaf<"))
    page = page_of(folder, *EXAMPLES, "--records", path)
    assert "\\xff\\xc0\\xaf<.test" in page.text


def test_the_file_is_for_its_owner_alone(folder: pathlib.Path) -> None:
    path = folder / "report.html"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o644)
    old = os.umask(0)
    try:
        page_of(folder, *EXAMPLES)
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o7777 == 0o600
    assert sorted(one.name for one in folder.iterdir()) == ["report.html"]


def test_what_cannot_be_written_leaves_the_old_page(folder: pathlib.Path) -> None:
    path = folder / "report.html"
    path.write_text("old", encoding="utf-8")
    done = run(COMMAND, "--policy", "/absent.json", "-o", path)
    assert done.returncode == 2 and "/absent.json" in done.stderr
    assert path.read_text(encoding="utf-8") == "old"
    done = run(COMMAND, *EXAMPLES, "--records", folder / "absent", "-o", path)
    assert done.returncode == 2 and "absent" in done.stderr
    assert path.read_text(encoding="utf-8") == "old"
    for wrong, why in [(folder, "Is a directory"), (folder / "no" / "r.html", "No such file"), ("/dev/full", "Invalid argument")]:
        done = run(COMMAND, *EXAMPLES, "-o", wrong)
        assert done.returncode == 2 and why in done.stderr, done.stderr
    assert sorted(one.name for one in folder.iterdir()) == ["report.html"]


@pytest.mark.parametrize("settings, said", [
    ({}, "The settings name no file for them (records)."),
    ({"records": "/var/log/ses-policy-milter/decisions.jsonl"}, "The settings write them to /var/log/ses-policy-milter/decisions.jsonl: name this file with --records."),
    ({"records": "-"}, "The settings send them to standard output (records is -): whatever runs the filter keeps them."),
], ids=["nowhere", "to a file", "to standard output"])
def test_without_records_it_says_where_they_are(folder: pathlib.Path, settings: dict, said: str) -> None:
    file = site(folder, settings, sender=document(deny("only")))
    assert f"No records were read, so nothing is said of what was refused. {said}" in spoken(page_of(folder, "--settings", file).text)
    assert data_of("--settings", file)["site"]["records"] == settings.get("records")


def test_to_standard_output() -> None:
    done = run(COMMAND, *EXAMPLES, "-o", "-")
    assert (done.returncode, done.stderr) == (0, "")
    assert Page(done.stdout).title == "Sending policies of account 123456789012, us-west-2"


@pytest.mark.parametrize("options, why", [([], "no file; name the page's with -o report.html"), (["-o"], "requires an argument"), (["-x"], "invalid option")])
def test_wrong_usage(options: list[str], why: str) -> None:
    done = run(COMMAND, *EXAMPLES, *options)
    assert (done.returncode, done.stdout) == (2, "") and why in done.stderr
