# SPDX-License-Identifier: BSD-2-Clause
"""ses-policy lint: each fault found where it is, nothing said of clean policies, and the fixes are fixes.

A case in *.cases is a line `=== name | options`, then a document. In it <<id>> stands before what the finding
is to point at; further findings may be named behind the document as `+ id [inner]:line:column`. %V and so on stand for
the pieces below.
"""
import collections
import json
import os
import pathlib
import re
import shlex
import subprocess
from collections.abc import Iterator

import pytest

HERE = pathlib.Path(__file__).resolve().parent
TOOL = pathlib.Path(os.environ.get("SES_POLICY") or f"{os.environ['BUILD_DIR']}/policy/ses-policy")
IDENTITY = "arn:aws:ses:us-east-1:123456789012:identity/example.com"
SENDING = '"Action": ["ses:SendEmail", "ses:SendRawEmail"], "Resource": "%ID"'
PIECES = {
    "%V": '"Version": "2012-10-17"',
    "%ALLOW": f'"Effect": "Allow", "Principal": {{"AWS": "arn:aws:iam::111122223333:user/relay"}}, {SENDING}',
    "%DENY": f'"Effect": "Deny", "Principal": {{"AWS": "arn:aws:iam::123456789012:root"}}, {SENDING}',
    "%USER": f'"Effect": "Allow", {SENDING}',
    "%ID": IDENTITY,
    "%P": '"policies": ["quiet.json"], "account": "123456789012", "region": "us-east-1"',
    "%U": "arn:aws:iam::123456789012:user",
}
MARK = re.compile(r"<<([a-z0-9-]+)>>")
MORE = re.compile(r"^\+ ([a-z0-9-]+) (\[.*\])?:?(\d+):(\d+)$", re.M)

Place = tuple[str, str, int, int]  # id, inner document, line, column


class Case:
    def __init__(self, name: str, options: str, body: str) -> None:
        self.name, self.options = name, tuple(shlex.split(options))
        for piece, text in PIECES.items():
            body = body.replace(piece, text)
        self.want: set[Place] = {(m[1], m[2] or "", int(m[3]), int(m[4])) for m in MORE.finditer(body)}
        body = MORE.sub("", body).rstrip("\n")
        while mark := MARK.search(body):
            before = body[:mark.start()]
            self.want.add((mark[1], "", before.count("\n") + 1, len(before) - before.rfind("\n")))
            body = before + body[mark.end():]
        self.text = body


def read(path: pathlib.Path) -> Iterator[Case]:
    for part in re.split(r"^=== ", path.read_text(), flags=re.M)[1:]:
        title, body = part.split("\n", 1)
        name, _, options = title.partition("|")
        yield Case(name.strip(), options, body)


CASES = [case for path in sorted(HERE.glob("*.cases")) for case in read(path)]
SETTINGS_CASES = [case for path in sorted((HERE / "settings").glob("*.cases")) for case in read(path)]
CLEAN = {case.name for case in read(HERE / "clean.cases")}


def lint(*arguments: object, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([TOOL, "lint", *map(str, arguments)], input=stdin, capture_output=True, text=True,
                          timeout=60, check=False)


def lint_many(texts: dict[str, str], options: tuple[str, ...], folder: pathlib.Path) -> dict[str, list[dict]]:
    """All texts in one run; the findings by name of text."""
    folder.mkdir()
    for name, text in texts.items():
        (folder / f"{name}.json").write_text(text)
    run = lint("--json", *options, folder)
    assert run.returncode in (0, 1) and not run.stderr, run
    found: dict[str, list[dict]] = {name: [] for name in texts}
    for line in run.stdout.splitlines():
        finding = json.loads(line)
        path, _, inner = finding["file"].partition("[")
        finding["inner"] = "[" + inner if inner else ""
        found[pathlib.Path(path).stem].append(finding)
    return found


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict]]:
    folder = tmp_path_factory.mktemp("cases")
    by_options: dict[tuple[str, ...], dict[str, str]] = collections.defaultdict(dict)
    for number, case in enumerate(CASES):
        by_options[case.options][f"case-{number}"] = case.text
    found: dict[str, list[dict]] = {}
    for number, (options, texts) in enumerate(by_options.items()):
        found |= lint_many(texts, options, folder / str(number))
    return {case.name: found[f"case-{number}"] for number, case in enumerate(CASES)}


def test_names_are_unique() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_case(case: Case, findings: dict[str, list[dict]]) -> None:
    # All cases stand in one folder, and most are about one identity.
    got = {(f["id"], f["inner"], f.get("line", 0), f.get("column", 0)) for f in findings[case.name]
           if f["id"] != "too-many-policies"}
    assert got == case.want, findings[case.name]


def test_clean_policies_are_clean() -> None:
    clean = [case for case in CASES if case.name in CLEAN]
    assert len(clean) >= 30 and not any(case.want for case in clean)


def kinds() -> dict[str, dict]:
    run = lint("--list", "--json")
    assert run.returncode == 0
    return {kind["id"]: kind for kind in map(json.loads, run.stdout.splitlines())}


def test_every_kind_has_a_case() -> None:
    # Those that a document alone cannot show have tests of their own below.
    alone = {"policy-size-exceeds-quota", "too-many-policies", "invalid-policy-name", "principal-not-of-site", "deny-misses-login",
             "from-and-feedback-exclude"}
    # Those of policies that do not fit the settings: test_settings_fit.py.
    alone |= {"deny-of-every-message", "allow-of-no-message", "principal-allowed-nothing", "key-not-given", "source-ip-of-no-client",
              "public-ip-address", "private-ip-address-of-relay", "secure-transport-of-client", "egress-private", "endpoint-key-with-egress"}
    assert set(kinds()) == alone | {id for case in [*CASES, *SETTINGS_CASES] for id, *_ in case.want}


def test_fixes_are_fixes(findings: dict[str, list[dict]], tmp_path: pathlib.Path) -> None:
    """The corrected statement in its place: the document loads, and that finding is gone."""
    fixed: dict[str, str] = {}
    was: dict[str, tuple[str, int]] = {}
    for number, case in enumerate(CASES):
        for index, finding in enumerate(findings[case.name]):
            if "fix" not in finding or case.options:
                continue
            document = json.loads(case.text)
            statements = document["Statement"]
            if isinstance(statements, list):
                statements[finding["statement"]] = finding["fix"]
            else:
                document["Statement"] = finding["fix"]
            name = f"fixed-{number}-{index}"
            fixed[name], was[name] = json.dumps(document), (finding["id"], finding["statement"])
    assert len(fixed) > 35
    for name, after in lint_many(fixed, (), tmp_path / "fixed").items():
        assert was[name] not in [(f["id"], f.get("statement")) for f in after], (fixed[name], after)
        faults = {f["id"] for f in findings[CASES[int(name.split("-")[1])].name] if f["severity"] == "error"}
        assert not [f for f in after if f["severity"] == "error" and f["id"] not in faults], (fixed[name], after)


@pytest.mark.parametrize(("name", "deny", "mail"), [
    ("conditions on the own account", '{"StringNotLike":{"ses:FromAddress":"*@news.example.com"}}, and one more', "from somebody.else@example.com passes"),
    ("conditions on a user of the own account", '{"ForAnyValue:StringNotLike":{"ses:Recipients":"*@example.com"}}', "to x@evil.test passes"),
    ("anyone, whatever the conditions look like", '{"ForAnyValue:StringNotLike":{"ses:Recipients":"*@example.com"}}', "to x@evil.test passes"),
])
def test_the_message_that_passes_and_the_deny(findings: dict[str, list[dict]], name: str, deny: str, mail: str) -> None:
    (found,) = [f for f in findings[name] if f["id"] == "allow-restricts-nobody"]
    assert deny in found["message"] and mail in found["mail"] and "fix" not in found


@pytest.mark.parametrize(("name", "words"), [
    ("operator that is nearly one", 'did you mean "ForAllValues:StringNotLike"?'),
    ("operator of another language", 'did you mean "StringLike"?'),
    ("configuration set as a key", "name the set in Resource: arn:aws:ses:REGION:ACCOUNT:configuration-set/NAME"),
    ("keys by other names", 'did you mean "ses:FromAddress"?'),
    ("keys by other names", 'did you mean "ses:FromDisplayName"?'),
    ("keys by other names", 'did you mean "aws:SourceIp"?'),
    ("template in an ARN", "it looks like a template that was not rendered"),
    ("a hole beside a placeholder", "it looks like a placeholder that was not filled in"),
    ("placeholder of an account in the policy of a user", '"<account-id>" is no account: an id has 12 digits; it looks like a placeholder that was not'),
    ("pattern of addresses as the identity", '"identity/*@example.com" does not cover every address of the domain'),
    ("operator in small letters", "IAM refuses"),
])
def test_what_the_remedy_is(findings: dict[str, list[dict]], name: str, words: str) -> None:
    assert any(words in found["message"] for found in findings[name]), findings[name]


def test_the_nearest_action_is_one_of_its_verb(findings: dict[str, list[dict]]) -> None:
    (found,) = findings["misspelt action whose nearest name does the opposite"]
    assert 'did you mean "ses:GetIdentityPolicies"?' in found["message"] and "fix" not in found


ADDRESS = re.compile(r"[^\s\",]+@[^\s\",]+")
# What the claim of a kind says of the addresses that it names: which are in the message, and is it denied or allowed?
CLAIMS: dict[str, list[tuple[slice, bool]]] = {
    "recipients-outsiders-pass": [(slice(0, 1), False), (slice(1, 3), True)],
    "recipients-blocked-pass": [(slice(0, 1), False), (slice(1, 3), True)],
    "recipients-one-inside-passes": [(slice(1, 2), False), (slice(0, 2), True)],
    "suffix-without-at-sign": [(slice(0, 1), True)],
    "case-evades-deny": [(slice(0, 1), False), (slice(1, 2), True)],
    "case-evades-deny-pattern": [(slice(0, 1), False), (slice(1, 2), True)],
    "regex-in-pattern": [(slice(0, 1), False)],
    "upper-case-in-domain": [(slice(0, 1), False)],
}


def context_of(condition: dict) -> dict:
    """What satisfies the conditions of the cases that are not the finding's."""
    context: dict[str, object] = {"ses:FromAddress": "a@example.com", "aws:SourceIp": "192.0.2.1"}
    return context | ({"ses:FromDisplayName": "x"} if "ses:FromDisplayName" in str(condition) else {})


def test_claims_hold(findings: dict[str, list[dict]]) -> None:
    """The messages that findings speak of, decided by eval, which shares no code with what made them up."""
    asked, want = [], []
    for case in CASES:
        for finding in findings[case.name]:
            addresses = ADDRESS.findall(finding["mail"])
            if finding["id"] not in CLAIMS or not addresses or "statement" not in finding:
                continue
            document = json.loads(case.text)
            one = document["Statement"][finding["statement"]] if isinstance(document["Statement"], list) else document["Statement"]
            deny, identity = one["Effect"] == "Deny", "Principal" not in one
            if any(f["message"].startswith("Statement[") for f in findings[case.name]):
                continue  # eval takes no document that does not load
            keys = [key for block in one["Condition"].values() for key in block if key.startswith("ses:")]
            key = "ses:Recipients" if "ses:Recipients" in keys else keys[0]
            for which, passes in CLAIMS[finding["id"]]:
                values = addresses[which]
                context = context_of(one["Condition"]) | {key: values if key == "ses:Recipients" else values[0]}
                principal = "arn:aws:iam::123456789012:user/u" if identity or deny else one["Principal"]["AWS"]
                asked.append(json.dumps({
                    "policies": [{"type": "identity" if identity else "resource", "document": document}]
                    + ([] if identity else [{"type": "identity", "document": {"Version": "2012-10-17", "Statement": [
                        {"Effect": "Allow", "Action": "*", "Resource": "*"}]}}]),
                    "request": {"principal": principal, "action": "ses:SendRawEmail", "resource": IDENTITY, "context": context}}))
                want.append((case.name, finding["id"], values, passes, deny))
    assert len(asked) > 40
    run = subprocess.run([TOOL, "eval", "--json"], input="\n".join(asked), capture_output=True, text=True, timeout=60, check=False)
    for (name, kind, values, passes, deny), line in zip(want, run.stdout.splitlines(), strict=True):
        decision = json.loads(line)["decision"]
        # An identity policy of denials alone allows nothing: there only a denial can be told.
        got = decision != "explicitDeny" if deny else decision == "allowed"
        assert got == passes, (name, kind, values, decision)


DENY = Case("", "", '{%V, "Statement": [{%DENY, "Condition": {"ForAllValues:StringNotLike": {"ses:Recipients": "*@x.test"}}}]}').text
QUIET = Case("", "", '{%V, "Statement": [{%DENY}]}').text
SUGGESTION = Case("", "", '{"Statement": [{%DENY}]}').text


@pytest.mark.parametrize(("text", "status"), [(QUIET, 0), (SUGGESTION, 0), (DENY, 1), ("{", 1), ("", 1), ("[]", 1)])
def test_exit_status_tells_what_was_found(text: str, status: int) -> None:
    run = lint("-", stdin=text)
    assert run.returncode == status and not run.stderr
    assert bool(run.stdout) == (text != QUIET)


@pytest.mark.parametrize("arguments", [
    (), ("--no-such-option", "-"), ("--type",), ("--type", "other", "-"), ("--account", "123", "-"), ("/no/such/file",),
    ("/dev/null/x",)])
def test_what_cannot_be_done(arguments: tuple[str, ...]) -> None:
    run = lint(*arguments, stdin=QUIET)
    assert run.returncode == 2 and not run.stdout and run.stderr


def test_what_can_be_read_is_looked_at_beside_what_cannot(tmp_path: pathlib.Path) -> None:
    (tmp_path / "deny.json").write_text(DENY)
    run = lint(tmp_path / "missing.json", tmp_path / "deny.json")
    assert run.returncode == 2 and "recipients-outsiders-pass" in run.stdout and "missing.json" in run.stderr


def test_folder_is_read_as_the_daemon_reads_it(tmp_path: pathlib.Path) -> None:
    for name in ("b.json", "a.json", ".hidden.json", "note.txt"):
        (tmp_path / name).write_text(DENY)
    run = lint("--json", tmp_path)
    assert [json.loads(line)["file"] for line in run.stdout.splitlines()] == [f"{tmp_path}/a.json", f"{tmp_path}/b.json"]


def test_size_name_and_number(tmp_path: pathlib.Path) -> None:
    for number in range(21):
        (tmp_path / f"p{number:02}.json").write_text(QUIET)
    (tmp_path / "p05.json").write_text(QUIET + " " * 4096)
    (tmp_path / "q 1.json").write_text(SUGGESTION)
    found = [json.loads(line) for line in lint("--json", tmp_path).stdout.splitlines()]
    assert [(pathlib.Path(f["file"]).name, f["id"]) for f in found] == [
        ("p05.json", "policy-size-exceeds-quota"), ("p20.json", "too-many-policies"),
        ("q 1.json", "missing-version"), ("q 1.json", "invalid-policy-name")]


def test_help_and_list_are_answers() -> None:
    for option in ("--help", "--list"):
        run = lint(option)
        assert run.returncode == 0 and run.stdout and not run.stderr
    rows = re.findall(r"^  --([a-z-]+)", lint("--help").stdout, re.M)
    assert {"json", "sarif", "type", "account", "region", "identity", "list", "help"} <= set(rows)


def test_list_for_the_manual() -> None:
    text = lint("--list", "--mdoc").stdout
    assert re.findall(r"^\.It Cm ([a-z0-9-]+) Pq [a-z]+$", text, re.M) == list(kinds())
    assert not re.search(r"^'|[\"]|\\(?![e&(])", text, re.M)


def golden(name: str, got: str) -> None:
    assert got == (HERE / "golden" / name).read_text(), f"the output differs from tests/lint/golden/{name}"


@pytest.mark.parametrize(("option", "name"), [((), "out.txt"), (("--json",), "out.jsonl"), (("--sarif",), "out.sarif")])
def test_golden(option: tuple[str, ...], name: str) -> None:
    run = subprocess.run([TOOL, "lint", *option, "golden"], cwd=HERE, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 1
    # The outputs that stand there are no policies.
    assert re.findall(r"^ses-policy: lint: note: golden/(\S+): is not read: .*$", run.stderr, re.M) == ["out.jsonl", "out.sarif", "out.txt"]
    assert len(run.stderr.splitlines()) == 3
    text = run.stdout
    if name == "out.sarif":
        # The rules are the table of kinds, whose words may be bettered without harm.
        log = json.loads(text)
        log["runs"][0]["tool"]["driver"]["rules"] = []
        log["runs"][0]["tool"]["driver"]["version"] = ""
        for result in log["runs"][0]["results"]:
            del result["ruleIndex"]
        text = json.dumps(log, indent=2) + "\n"
    golden(name, text)


def test_sarif_is_sarif() -> None:
    """What the schema of SARIF 2.1.0 asks for, and that the pointers in it point somewhere."""
    log = json.loads(lint("--sarif", "-", stdin=DENY).stdout)
    assert log["version"] == "2.1.0" and log["$schema"].endswith("sarif-2.1.0.json") and len(log["runs"]) == 1
    run = log["runs"][0]
    assert run["columnKind"] == "unicodeCodePoints"
    driver = run["tool"]["driver"]
    assert driver["name"] == "ses-policy" and re.fullmatch(r"\d+\.\d+\.\d+", driver["version"])
    rules = driver["rules"]
    assert [rule["id"] for rule in rules] == ["recipients-outsiders-pass"]
    levels = {"none", "note", "warning", "error"}
    for rule in rules:
        assert rule["shortDescription"]["text"] and rule["fullDescription"]["text"]
        assert rule["help"]["text"].startswith(rule["fullDescription"]["text"])
        assert rule["defaultConfiguration"]["level"] in levels
    assert [result["ruleId"] for result in run["results"]] == ["recipients-outsiders-pass"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] and result["level"] in levels
        assert "x@evil.test" in result["message"]["text"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region["startLine"] >= 1 and region["startColumn"] >= 1


def test_sarif_has_the_rules_that_are_used() -> None:
    """Of several findings each rule once, and each finding points to its own."""
    done = subprocess.run([TOOL, "lint", "--sarif", "golden"], cwd=HERE, capture_output=True, text=True, timeout=60, check=False)
    (run,) = json.loads(done.stdout)["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert 3 < len(rules) < len(kinds()) and rules == [name for name in kinds() if name in rules]
    assert {result["ruleId"] for result in run["results"]} == set(rules)
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])


def test_braces_in_sarif_are_no_arguments() -> None:
    log = json.loads(lint("--sarif", "-", stdin=document().replace("Principal", "Principle")).stdout)
    texts = " ".join(result["message"]["text"] for result in log["runs"][0]["results"])
    assert '{{"AWS": "ACCOUNT"}}' in texts and not re.search(r"(?<!\{)\{(\{\{)*(?!\{)", texts)


def test_sarif_of_nothing() -> None:
    run = lint("--sarif", "-", stdin=QUIET)
    assert run.returncode == 0 and json.loads(run.stdout)["runs"][0]["results"] == []


def test_color_is_for_terminals() -> None:
    assert "\033" not in lint("-", stdin=DENY).stdout
    ours, theirs = os.openpty()
    clean = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen([TOOL, "lint", "-"], stdin=subprocess.PIPE, stdout=theirs, env=clean | {"TERM": "xterm"}) as process:
        os.close(theirs)
        assert process.stdin
        process.stdin.write(DENY.encode())
        process.stdin.close()
        shown = b""
        try:
            while piece := os.read(ours, 65536):
                shown += piece
        except OSError:
            pass  # the other side is closed
    os.close(ours)
    assert b"\033[" in shown


def test_text_of_a_policy_cannot_steer_a_terminal() -> None:
    text = DENY.replace("*@x.test", "*@x.test\\u001b[2J\\u202e").replace("ForAllValues:StringNotLike", "StringLike")
    for option in ((), ("--json",), ("--sarif",)):
        run = lint(*option, "-", stdin=text)
        assert run.returncode == 1
        assert run.stdout.isascii() and run.stdout.replace("\n", "").isprintable()


def test_published_examples() -> None:
    examples = HERE.parents[1] / "contrib" / "examples"
    run = lint("--json", examples)
    found = [json.loads(line) for line in run.stdout.splitlines()]
    assert [(pathlib.Path(f["file"]).name, f["id"], f["line"], f["column"]) for f in found] == [
        ("network.json", "private-ip-address", 17, 27), ("recipients.json", "recipients-outsiders-pass", 17, 11)]


def statement(**members: object) -> dict:
    return {"Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": ["ses:SendRawEmail"],
            "Resource": IDENTITY, **members}


def document(**members: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement(**members)]})


def ids(run: subprocess.CompletedProcess[str]) -> list[str]:
    assert not run.stderr, run
    return [json.loads(line)["id"] for line in run.stdout.splitlines()]


@pytest.fixture
def settings(tmp_path: pathlib.Path) -> pathlib.Path:
    (tmp_path / "policies.d").mkdir()
    (tmp_path / "policies.d" / "deny.json").write_text(QUIET)
    # Without a Principal: which of the two it is, only the settings tell.
    (tmp_path / "user.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": IDENTITY}]}))
    path = tmp_path / "milter.json"
    path.write_text(json.dumps({
        "policies": [f"{tmp_path}/policies.d"], "account": "123456789012", "region": "us-east-1", "identities": ["example.com"],
        "configuration_sets": {"example.com": "main"}, "context": {"aws:SourceIdentity": "x"},
        "networks": [{"network": "172.31.0.0/16", "context": {"aws:SourceVpce": "vpce-1a2b3c4d"}}],
        "principals": [
            {"login": "billing", "arn": "arn:aws:iam::123456789012:user/billing", "policies": [f"{tmp_path}/user.json"]},
            {"login": "*", "arn": "arn:aws:iam::123456789012:user/mail/${login}"},
            {"network": "10.1.2.0/24", "arn": "arn:aws:iam::123456789012:user/smtp-relay"}, {"refuse": True}],
        "login_realms": []}))
    return path


def test_settings_name_what_to_look_at(settings: pathlib.Path) -> None:
    run = lint("--json", "--settings", settings)
    found = [json.loads(line) for line in run.stdout.splitlines()]
    assert [(pathlib.Path(f["file"]).name, f["id"]) for f in found] == [("user.json", "configuration-set-not-allowed")]
    (settings.parent / "policies.d" / "no-principal.json").write_text((settings.parent / "user.json").read_text())
    assert ids(lint("--json", "--settings", settings)) == ["missing-principal", "configuration-set-not-allowed"]


@pytest.mark.parametrize(("text", "want"), [
    (document(), []),
    (document(Resource=IDENTITY.replace("us-east-1", "eu-west-1")), ["arn-region-not-of-site"]),
    (document(Resource=IDENTITY.replace("123456789012", "111122223333")), ["arn-account-not-of-site"]),
    (document(Resource=IDENTITY.replace("example.com", "example.net")), ["identity-not-of-site"]),
    (document(Principal={"AWS": ["arn:aws:iam::123456789012:user/billing", "arn:aws:iam::123456789012:root"]}), []),
    (document(Principal={"AWS": ["arn:aws:iam::123456789012:user/mail/anna", "arn:aws:iam::123456789012:root"]}), []),
    (document(Principal={"AWS": ["arn:aws:iam::123456789012:user/anna", "arn:aws:iam::123456789012:root"]}),
     ["principal-not-of-site"]),
    (document(Principal={"AWS": ["arn:aws:iam::123456789012:user/smtp-relay", "arn:aws:iam::123456789012:root"]}), []),
    (document(Principal={"AWS": ["arn:aws:iam::111122223333:user/anna", "arn:aws:iam::123456789012:root"]}), []),
    (document(Condition={"StringEquals": {"aws:SourceIdentity": "y"}}), []),
    (document(Condition={"StringEquals": {"aws:TokenIssueTime": "x"}}), ["condition-key-never-present", "type-mismatch"]),
    (document(Condition={"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}, "IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}), []),
])
def test_settings_tell_what_the_site_is(text: str, want: list[str], settings: pathlib.Path) -> None:
    assert ids(lint("--json", "--settings", settings, "-", stdin=text)) == want


@pytest.mark.parametrize("case", SETTINGS_CASES, ids=[case.name for case in SETTINGS_CASES])
def test_settings_are_looked_at(case: Case, tmp_path: pathlib.Path) -> None:
    (tmp_path / "quiet.json").write_text(QUIET)
    (tmp_path / "milter.json").write_text(case.text)
    run = subprocess.run([TOOL, "lint", "--json", "--settings", "milter.json"], cwd=tmp_path, capture_output=True, text=True,
                         timeout=60, check=False)
    found = [json.loads(line) for line in run.stdout.splitlines()]
    assert {(f["id"], "", f.get("line", 0), f.get("column", 0)) for f in found if f["id"] != "identity-not-of-site"} == case.want, run
    assert all(f["file"] == "milter.json" for f in found if f["id"] != "identity-not-of-site") and not run.stderr
    assert run.returncode == any(f["severity"] != "suggestion" for f in found)
    # Of policies alone nothing is said of the settings.
    run = subprocess.run([TOOL, "lint", "--settings", "milter.json", "quiet.json"], cwd=tmp_path, capture_output=True, text=True,
                         timeout=60, check=False)
    assert "milter.json" not in run.stdout


def test_a_long_list_is_told_in_short(tmp_path: pathlib.Path) -> None:
    (tmp_path / "quiet.json").write_text(QUIET)
    user = "arn:aws:iam::123456789012:user/"
    (tmp_path / "milter.json").write_text(json.dumps({"policies": [f"{tmp_path}/quiet.json"], "principals": [
        *({"login": f"u{n}", "arn": user + f"u{n}"} for n in range(3000)), {"login": "*", "arn": user + "${login}"}, {"refuse": True}]}))
    run = lint("--json", "--settings", tmp_path / "milter.json")
    assert ids(run) == ["login-falls-open"] * 21 and "there are more of this kind" in run.stdout


USER = "arn:aws:iam::123456789012:user/"
OPEN = [{"login": "*", "arn": USER + "mail/${login}"}, {"refuse": True}]
NAMED = [{"login": "alice", "arn": USER + "alice"}, {"login": "bob@relay.test", "arn": USER + "bob"}, {"arn": USER + "else"}]
SHUT = [{"login": "alice", "arn": USER + "alice"}, {"refuse": True}]


def deny_of(name: str, **condition: dict) -> str:
    return document(Principal={"AWS": USER + name} if name else "*", **({"Condition": condition} if condition else {}))


@pytest.mark.parametrize(("principals", "realms", "text", "want"), [
    (OPEN, None, deny_of("mail/alice"), ("mail/alice", "mail/alice@realm.example")),
    (OPEN, None, deny_of("mail/alice@relay.test"), ("mail/alice@relay.test", "mail/alice")),
    (OPEN, [], deny_of("mail/alice"), None),
    (OPEN, ["relay.test"], deny_of("mail/alice"), None),
    (NAMED, None, deny_of("alice"), ("alice", "else")),
    (NAMED, None, deny_of("bob"), ("bob", "else")),
    (NAMED, None, deny_of("else"), None),
    (SHUT, None, deny_of("alice"), None),
    (None, None, deny_of("smtp-relay"), None),
    # By a condition on who it is, and not by one that takes the other spelling too.
    (OPEN, None, deny_of("", StringEquals={"aws:username": "alice"}), ("mail/alice", "mail/alice@realm.example")),
    (OPEN, None, deny_of("", ArnEquals={"aws:PrincipalArn": USER + "mail/alice"}), ("mail/alice", "mail/alice@realm.example")),
    (OPEN, None, deny_of("", StringLike={"aws:username": "alice*"}), None),
    (OPEN, None, deny_of("", StringNotEquals={"aws:username": "alice"}), None),
    (OPEN, None, deny_of("mail/alice", StringEquals={"ses:FromAddress": "a@example.com"}), ("mail/alice", "mail/alice@realm.example")),
    # Another statement of the policy refuses the other spelling.
    (OPEN, None, json.dumps({"Version": "2012-10-17", "Statement": [
        statement(Principal={"AWS": USER + "mail/alice"}), statement(Principal="*", Condition={"StringLike": {"aws:username": "*@*"}})]}), None),
    # An Allow that misses a login refuses it.
    (OPEN, None, document(Effect="Allow", Principal={"AWS": USER + "mail/alice"}), None),
])
def test_a_deny_that_misses_a_login(principals: list | None, realms: list | None, text: str, want: tuple[str, str] | None,
                                    tmp_path: pathlib.Path) -> None:
    (tmp_path / "milter.json").write_text(json.dumps({"policies": ["x"], "account": "123456789012", "region": "us-east-1"}
                                                     | ({"principals": principals} if principals else {})
                                                     | ({} if realms is None else {"login_realms": realms})))
    run = lint("--json", "--settings", tmp_path / "milter.json", "-", stdin=text)
    assert not run.stderr
    found = [f for f in map(json.loads, run.stdout.splitlines()) if f["id"] == "deny-misses-login"]
    assert [f["mail"] for f in found] == ([f"{USER}{want[0]} is refused, but {USER}{want[1]} would pass"] if want else [])


APART = {"StringLike": {"ses:FromAddress": "*@example.com", "ses:FeedbackAddress": "*@bounces.example.com"}}
TWO_DENIES = [
    {"Effect": "Deny", "Principal": "*", "Action": ["ses:SendEmail", "ses:SendRawEmail"], "Resource": IDENTITY,
     "Condition": {"StringNotLike": {key: value}}} for key, value in APART["StringLike"].items()]


@pytest.mark.parametrize(("from_address", "statements", "want"), [
    ("both", [statement(Effect="Allow", Principal={"AWS": "111122223333"}, Condition=APART)], True),
    (None, [statement(Effect="Allow", Principal={"AWS": "111122223333"}, Condition=APART)], True),
    ("header", [statement(Effect="Allow", Principal={"AWS": "111122223333"}, Condition=APART)], False),
    ("both", TWO_DENIES, True),
    ("header", TWO_DENIES, False),
    # One address fits both.
    ("both", [statement(Effect="Allow", Principal={"AWS": "111122223333"}, Condition={
        "StringLike": {"ses:FromAddress": "*@example.com", "ses:FeedbackAddress": ["bounces@example.com", "x@example.net"]}})], False),
    ("both", [TWO_DENIES[0], {**TWO_DENIES[1], "Condition": {"StringNotLike": {"ses:FeedbackAddress": "bounces@example.com"}}}], False),
])
def test_senders_that_differ_by_intent(from_address: str | None, statements: list, want: bool, tmp_path: pathlib.Path) -> None:
    (tmp_path / "milter.json").write_text(json.dumps({"policies": ["x"], "account": "123456789012", "region": "us-east-1"}
                                                     | ({"from_address": from_address} if from_address else {})))
    text = json.dumps({"Version": "2012-10-17", "Statement": statements})
    run = lint("--json", "--settings", tmp_path / "milter.json", "-", stdin=text)
    assert ("from-and-feedback-exclude" in ids(run)) == want, run.stdout
    # Without settings it is not known that both are asked about.
    assert "from-and-feedback-exclude" not in ids(lint("--json", "-", stdin=text))


@pytest.mark.parametrize(("policies", "want"), [
    (["user.json"], "allow-not-for-smtp"), (["user.json", "other.json"], "action-api-only"), (["users"], "action-api-only")])
def test_a_user_of_this_site_who_may_send_by_the_api_alone(policies: list[str], want: str, tmp_path: pathlib.Path) -> None:
    api, mail = ({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": IDENTITY}]}
                 for action in ("ses:SendEmail", "ses:SendRawEmail"))
    (tmp_path / "users").mkdir()
    (tmp_path / "quiet.json").write_text(QUIET)
    for name, text in (("user", api), ("other", mail), ("users/user", api), ("users/other", mail)):
        (tmp_path / f"{name}.json").write_text(json.dumps(text))
    (tmp_path / "milter.json").write_text(json.dumps({
        "policies": [f"{tmp_path}/quiet.json"], "account": "123456789012", "region": "us-east-1", "identities": ["example.com"],
        "principals": [{"arn": "arn:aws:iam::123456789012:user/app", "policies": [str(tmp_path / name) for name in policies]}]}))
    run = lint("--json", "--settings", tmp_path / "milter.json")
    assert ids(run) == [want]


def test_a_guess_is_told(tmp_path: pathlib.Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["ses:SendEmail", "ses:SendRawEmail"], "Resource": IDENTITY}]}))
    run = lint(tmp_path / "a.json")
    assert run.returncode == 0 and not run.stdout
    assert run.stderr.startswith(f"ses-policy: lint: note: {tmp_path}/a.json: no statement has a Principal, so it was taken for the policy of a user")
    assert "--type resource" in run.stderr
    assert "a.json and 1 more: no statement" in lint(tmp_path).stderr
    for arguments in (("--type", "identity", tmp_path), ("--type", "resource", tmp_path), ("--json", tmp_path)):
        assert not lint(*arguments).stderr
    assert not lint("-", stdin=QUIET).stderr


def test_a_user_whose_realm_is_taken_off_is_nobody(settings: pathlib.Path) -> None:
    text = document(Principal={"AWS": [USER + "mail/anna@relay.test", "arn:aws:iam::123456789012:root"]})
    assert ids(lint("--json", "--settings", settings, "-", stdin=text)) == []
    settings.write_text(settings.read_text().replace('"login_realms": []', '"login_realms": ["relay.test"]'))
    assert ids(lint("--json", "--settings", settings, "-", stdin=text)) == ["principal-not-of-site"]


def test_bad_settings_are_trouble(tmp_path: pathlib.Path) -> None:
    (tmp_path / "milter.json").write_text('{"policies": 1}')
    for path in (tmp_path / "milter.json", tmp_path / "missing.json"):
        run = lint("--settings", path, "-", stdin=QUIET)
        assert run.returncode == 2 and not run.stdout and path.name in run.stderr
