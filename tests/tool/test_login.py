# SPDX-License-Identifier: BSD-2-Clause
"""Logins and the tool: it knows them by the names that the daemon knows them by, and the documented lists are good ones."""
import json
import pathlib
import re

import pytest

from lib.daemon import Daemon
from lib.records import record
from lib.tool import ROOT, lines, run

USER = "arn:aws:iam::123456789012:user/"
PAGES = [path for pattern in ("*.md", "contrib/*.md", "contrib/*/README.md", "milter/*.[58]", "policy/*.[17]") for path in sorted(ROOT.glob(pattern))]
LIST = re.compile(r'"login_realms": (\[[^\]]*\]),\s*"principals": (\[.*?\n *\])|"principals": (\[.*?\n *\])', re.S)


def lists_of(path: pathlib.Path) -> list[tuple[list | None, list]]:
    """Each list of principals in a page, with the realms in front of it. That of quotas says nothing of who a client is."""
    found = LIST.finditer(re.sub(r'^ *"quotas": \{\n.*?^ *\}', "", path.read_text(encoding="utf-8"), flags=re.M | re.S))
    return [(json.loads(one[1]) if one[1] else None, json.loads(one[2] or one[3])) for one in found]


@pytest.fixture
def site(folder: pathlib.Path):
    """site(SETTINGS): the path of a settings file beside a policy that refuses nothing here, and one of a user for billing@."""
    def make(settings: dict) -> pathlib.Path:
        (folder / "quiet.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [{
            "Effect": "Deny", "Principal": "*", "Action": "ses:SendRawEmail", "Resource": "arn:aws:ses:us-west-2:123456789012:identity/example.net",
            "Condition": {"StringEquals": {"ses:FromAddress": "nobody@example.net"}}}]}))
        (folder / "billing.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": "*", "Condition": {"StringEquals": {"ses:FromAddress": "billing@example.net"}}}]}))
        text = json.dumps({"policies": [str(folder / "quiet.json")]} | settings)
        (folder / "milter.json").write_text(text.replace("/etc/ses-policy-milter/billing.json", str(folder / "billing.json")))
        return folder / "milter.json"
    return make


def decide(settings: pathlib.Path, login: str, sender: str = "boss@example.net", *options: str) -> tuple[int, str]:
    done = run("eval", "--settings", settings, "--sender", sender, "--recipient", "a@example.org", *(["--login", login] if login else []), *options)
    assert not done.stderr
    return done.returncode, done.stdout


def test_pages_with_lists() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in PAGES if lists_of(path)}
    assert names >= {"contrib/operating.md", "milter/milter.json.5", "contrib/postfix/README.md", "contrib/sendmail/README.md"}


@pytest.mark.parametrize("page", [path for path in PAGES if lists_of(path)], ids=lambda path: path.name)
def test_documented_lists_are_closed(page: pathlib.Path, site, folder: pathlib.Path) -> None:
    """Each shows a realm, loads, refuses whoever it does not name, and lint has nothing to say of it."""
    for realms, principals in lists_of(page):
        assert realms and principals[-1] == {"refuse": True}
        settings = site({"login_realms": realms, "principals": principals})
        assert Daemon(folder).command("--settings", str(settings), "--check").returncode == 0
        assert "milter.json" not in run("lint", "--settings", settings).stdout
        status, answer = decide(settings, "")
        assert status == 1 and "(client-refused)" in answer


def test_the_list_of_the_page(site) -> None:
    ((realms, principals),) = lists_of(ROOT / "contrib/operating.md")
    with_realms = site({"login_realms": realms, "principals": principals})
    for login in ("billing", "billing@relay.example"):
        assert decide(with_realms, login)[0] == 1 and decide(with_realms, login, "billing@example.net") == (0, "allowed\n")
    without = site({"principals": principals})
    assert decide(without, "billing")[0] == 1
    status, answer = decide(without, "billing@relay.example")
    said = answer.removeprefix("allowed\nnote: ").rstrip("\n")
    assert status == 0 and said.startswith('the login "billing@relay.example" fits only "*" (principals[1]); without its realm')
    # What the page shows is what the daemon logs, and that is the same sentence.
    assert f"principals: {said}" in " ".join((ROOT / "contrib/operating.md").read_text(encoding="utf-8").split())
    assert f'principals: {said}' in " ".join((ROOT / "milter/ses-policy-milter.8").read_text(encoding="utf-8").split())


def test_the_note_in_json(site) -> None:
    settings = site({"principals": [{"login": "billing@relay.test", "arn": USER + "b"}, {"arn": USER + "else"}]})
    (answer,) = lines(decide(settings, "billing", "boss@example.net", "--json")[1])
    assert answer["EvalDecision"] == "allowed" and answer["stray_login"] == (
        'the login "billing" fits only principals[1], which is for everyone; principals[0] has it with a realm: if it is the same account, '
        'name "relay.test" in "login_realms" and remove it from the entry')
    (answer,) = lines(decide(settings, "billing@relay.test", "boss@example.net", "--json")[1])
    assert "stray_login" not in answer
    (answer,) = lines(decide(settings, "", "boss@example.net", "--json")[1])
    assert "stray_login" not in answer


@pytest.mark.parametrize("login, reason", [("mallory@relay.test", "client-refused"), ("@relay.test", "login"), ("Mallory", "login"), ("", "client-refused")])
def test_what_is_refused_is_no_stray(site, login: str, reason: str) -> None:
    settings = site({"login_realms": ["relay.test"], "principals": [
        {"login": "mallory", "refuse": True}, {"login": "*", "arn": USER + "${login}"}, {"refuse": True}]})
    status, answer = decide(settings, login)
    assert status == 1 and f"implicitDeny at MAIL ({reason})" in answer and "note:" not in answer


def test_keys_name_no_principal_for_whom_is_refused(site) -> None:
    settings = site({"principals": [{"login": "a", "refuse": True}, {"login": "b", "arn": USER + "b"}, {"refuse": True}]})
    policy = settings.parent / "quiet.json"
    policy.write_text(policy.read_text().replace("ses:FromAddress", "aws:PrincipalArn"))
    (row,) = [row for row in lines(run("keys", "--settings", settings, "--json").stdout) if row.get("key") == "aws:PrincipalArn"]
    assert USER + "b" in json.dumps(row) and "smtp-relay" not in json.dumps(row) and '"source": ","' not in json.dumps(row)


def test_tests_and_replay_know_the_name(site, folder: pathlib.Path) -> None:
    settings = site({"login_realms": ["relay.test"], "principals": [
        {"login": "billing", "arn": USER + "billing", "policies": ["/etc/ses-policy-milter/billing.json"]}, {"refuse": True}]})
    (folder / "a.test.json").write_text(json.dumps({"settings": "milter.json", "tests": [
        {"name": str(n), "sender": sender, "recipients": ["a@example.org"], "expect": {"decision": decision}} | ({"login": login} if login else {})
        for n, (login, sender, decision) in enumerate((("billing@relay.test", "billing@example.net", "allowed"), ("billing", "boss@example.net", "denied"),
                                                       ("billing@other.test", "billing@example.net", "denied"), (None, "billing@example.net", "denied")))]}))
    done = run("test", folder / "a.test.json")
    assert done.returncode == 0, done.stdout + done.stderr
    # Records that were written before the realm was known, and after.
    text = "".join(json.dumps(record(n, login=login, sender="billing@example.net")) + "\n"
                   for n, login in enumerate(("billing@relay.test", "billing", "billing@other.test")))
    done = run("replay", "--settings", settings, "--policy", folder / "quiet.json", "-", stdin=text)
    assert "3 records: 1 newly refused, 0 newly allowed" in done.stdout, done.stdout + done.stderr
