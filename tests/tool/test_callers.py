# SPDX-License-Identifier: BSD-2-Clause
"""Policies of users, boundaries and organizations, as the commands take them."""
import json
import pathlib

import pytest

from lib.records import line, record
from lib.tool import lines, run

ACCOUNT = "arn:aws:iam::123456789012:user/"
MAIL = ["--recipient", "b@example.org", "--client", "192.0.2.1"]
DEFAULTS = ("ses-policy: note: account: no policy names it; 123456789012 stands for it\n"
            "ses-policy: note: region: no policy names it; us-east-1 stands for it\n")


def write(folder: pathlib.Path, name: str, *statements: dict) -> pathlib.Path:
    path = folder / f"{name}.json"
    path.write_text(json.dumps({"Version": "2012-10-17", "Statement": [{"Resource": "*"} | one for one in statements]}))
    return path


@pytest.fixture(name="files")
def make_files(folder: pathlib.Path) -> dict[str, pathlib.Path]:
    like = {"StringLike": {"ses:FromAddress": "*@example.com"}}
    return {name: write(folder, name, *statements) for name, statements in {
        "user": [{"Effect": "Allow", "Action": "ses:SendRawEmail", "Condition": like}],
        "self": [{"Effect": "Allow", "Action": "ses:SendRawEmail",
                  "Condition": {"StringEquals": {"ses:FromAddress": "${aws:username}@example.com"}}}],
        "all": [{"Effect": "Allow", "Action": "*"}],
        "other": [{"Effect": "Allow", "Action": "s3:*"}],
        "deny": [{"Effect": "Allow", "Action": "*"}, {"Sid": "NoSes", "Effect": "Deny", "Action": "ses:*"}],
        "resource": [{"Effect": "Deny", "Action": "ses:*", "Principal": "*", "Resource": "arn:aws:ses:us-west-2:111122223333:identity/example.com",
                      "Condition": {"StringEquals": {"ses:FromAddress": "boss@example.com"}}}],
        "narrow": [{"Effect": "Allow", "Action": "ses:SendRawEmail",
                    "Condition": {"StringEquals": {"ses:FromAddress": "a@example.com"}}}],
    }.items()}


def options(files: dict[str, pathlib.Path], words: str) -> list[str]:
    """`--user-policy user` and so on, with the paths of the files."""
    return [str(files.get(word, word)) for word in words.split()]


# Options, sender, decision, and what the explanation holds.
LAYERS = [
    ("--user-policy user", "a@example.com", "allowed", "policy of the principal user"),
    ("--user-policy user", "a@example.net", "implicitDeny", "does not match"),
    ("--user-policy narrow --user-policy user", "c@example.com", "allowed", "policy of the principal narrow"),
    ("--user-policy user --boundary all", "a@example.com", "allowed", "permissions boundary all"),
    ("--user-policy user --boundary other", "a@example.com", "implicitDeny", "the permissions boundary of the principal does not allow it"),
    ("--user-policy user --boundary deny", "a@example.com", "explicitDeny", "statement 2 NoSes (Deny, line 1): matches"),
    ("--user-policy user --organization all --organization all", "a@example.com", "allowed", "service control policy of level 2 all"),
    ("--user-policy user --organization all --organization other", "a@example.com", "implicitDeny", "no service control policy of level 2 allows it"),
    ("--user-policy user --organization deny --organization all", "a@example.com", "explicitDeny", "service control policy of level 1 deny"),
    ("--organization all", "a@example.net", "allowed", "what no policy denies is allowed"),
    ("--organization other", "a@example.net", "implicitDeny", "level 1"),
    ("--boundary all", "a@example.com", "implicitDeny", "permissions boundary all"),
    ("--policy resource --user-policy user", "a@example.com", "allowed", "identity/example.com"),
    ("--policy resource --user-policy user", "boss@example.com", "explicitDeny", "policy resource"),
    ("--policy resource --user-policy other", "a@example.com", "implicitDeny", "111122223333:user/smtp-relay"),
]


@pytest.mark.parametrize("words, sender, decision, what", LAYERS)
def test_layers(files: dict[str, pathlib.Path], words: str, sender: str, decision: str, what: str) -> None:
    done = run("eval", *options(files, words), "--sender", sender, *MAIL, "--explain")
    assert done.stdout.split()[0] == decision
    assert done.returncode == (decision != "allowed")
    assert what in done.stdout


def test_account_that_nobody_names(files: dict[str, pathlib.Path]) -> None:
    done = run("eval", *options(files, "--user-policy user"), "--sender", "a@example.com", *MAIL)
    assert (done.stdout, done.stderr) == ("allowed\n", DEFAULTS)
    # Not so for a site's policies: there it is a fault as before.
    bare = files["resource"].parent / "bare.json"
    bare.write_text('{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "ses:*", "Resource": "*"}}')
    assert "no policy names an account" in run("eval", "--policy", bare, "--sender", "a@example.com", *MAIL).stderr


# Where a document stands, and what is said of it.
PLACES = [
    ("--policy user", "with --user-policy"),
    ("--user-policy resource", "with --policy"),
    ("--user-policy user --boundary resource", "with --policy"),
    ("--user-policy user --organization resource", "resource control policies do not cover SES"),
]


@pytest.mark.parametrize("words, what", PLACES)
@pytest.mark.parametrize("command", [["eval", "--sender", "a@example.com", *MAIL], ["keys"]], ids=["eval", "keys"])
def test_wrong_place(files: dict[str, pathlib.Path], command: list[str], words: str, what: str) -> None:
    done = run(*command, *options(files, words))
    assert (done.returncode, done.stdout) == (2, "")
    assert what in done.stderr


def test_in_place_of_those_of_the_settings(files: dict[str, pathlib.Path], folder: pathlib.Path) -> None:
    settings = folder / "milter.json"
    settings.write_text(json.dumps({
        "policies": [], "account": "123456789012", "region": "us-east-1", "organization": [[str(files["all"])]],
        "principals": [{"login": "gone", "refuse": True},
                       {"login": "*", "arn": ACCOUNT + "${login}", "policies": [str(files["user"])], "boundary": str(files["all"])}]}))
    base = ["eval", "--settings", settings, "--sender", "ann@example.com", *MAIL, "--login", "ann"]
    assert run(*base).stdout.startswith("allowed\n")
    assert run(*base, *options(files, "--user-policy narrow")).returncode == 1
    assert run(*base, *options(files, "--boundary other")).returncode == 1
    assert run(*base, *options(files, "--organization deny")).returncode == 1
    assert run(*base, *options(files, "--user-policy self")).stdout.startswith("allowed\n")
    # Who fits no entry, and who is refused.
    nobody = ["eval", "--settings", settings, "--sender", "a@example.com", *MAIL]
    assert run(*nobody, *options(files, "--user-policy other")).returncode == 1
    assert run(*nobody, *options(files, "--user-policy all")).stdout == "allowed\n"
    assert run(*nobody, "--login", "gone", *options(files, "--user-policy all")).returncode == 1


def test_variables_are_filled_in(files: dict[str, pathlib.Path], folder: pathlib.Path) -> None:
    settings = folder / "milter.json"
    own = write(folder, "own", {"Effect": "Allow", "Action": "ses:*", "Resource": "arn:aws:ses:*:*:identity/${aws:PrincipalTag/domain}",
                                "Condition": {"StringLike": {"ses:FromAddress": ["${aws:username}@example.com", "${*}${aws:userid}@*"]}}})
    settings.write_text(json.dumps({"policies": [], "account": "123456789012", "region": "us-east-1", "principals": [
        {"login": "*", "arn": ACCOUNT + "team/${login}", "policies": [str(own)]}]}))
    base = ["eval", "--settings", settings, "--sender", "ann@example.com", *MAIL, "--login", "ann", "--explain"]
    done = run(*base)
    assert ('        Resource\n          was     "arn:aws:ses:us-east-1:123456789012:identity/example.com"\n          wanted  '
            '"arn:aws:ses:*:*:identity/${aws:PrincipalTag/domain}" (aws:PrincipalTag/domain is absent, so it matches nothing)\n') in done.stdout
    done = run(*base, "--context", "aws:PrincipalTag/domain=example.com", "--context", "aws:userid=AIDA1")
    assert done.returncode == 0
    assert ('          was     "ann@example.com"\n          wanted  like any of "ann@example.com" (${aws:username}@example.com), '
            '"*AIDA1@*" (${*}${aws:userid}@*)\n') in done.stdout


# Sender, From header, setting, and what is said of the questions.
SENDERS = [
    ("a@example.com", "a@example.com", "both", ["envelope sender and the From header"]),
    ("a@example.com", "b@example.com", "both", ["envelope sender", "From header"]),
    ("a@example.com", None, "both", ["envelope sender"]),
    ("a@example.com", "b@example.com", "envelope", ["envelope sender"]),
    ("a@example.com", "b@example.com", "header", ["From header"]),
    ("a@example.com", "a@example.com", "header", ["From header"]),
    ("a@example.com", None, "header", ["envelope sender"]),
    ("<>", "b@example.com", "both", ["From header"]),
]


@pytest.mark.parametrize("sender, header, setting, want", SENDERS)
def test_which_sender(files: dict[str, pathlib.Path], folder: pathlib.Path, sender: str, header: str | None, setting: str,
                      want: list[str]) -> None:
    settings = folder / "milter.json"
    settings.write_text(json.dumps({"policies": [str(files["resource"])], "from_address": setting, "null_sender": "evaluate"}))
    base = ["eval", "--settings", settings, "--sender", sender, *MAIL, "--explain", *(["--header", f"From: {header}"] if header else [])]
    done = run(*base)
    assert [line.strip() for line in done.stdout.splitlines() if "asked for" in line] == [
        f"asked for the {one} (setting from_address: {setting})" for one in want]
    words = {"envelope sender and the From header": ["envelope", "header"], "envelope sender": ["envelope"], "From header": ["header"]}
    found = [one["sender_of"] for one in lines(run(*base, "--json").stdout)[0]["ResourceSpecificResults"]]
    assert found == [words[one] for one in want]


def test_json_says_the_layer(files: dict[str, pathlib.Path]) -> None:
    done = run("eval", *options(files, "--user-policy user --boundary all --organization deny"), "--sender", "a@example.com", *MAIL,
               "--json", "--explain")
    answer = lines(done.stdout)[0]
    request = answer["ResourceSpecificResults"][0]
    assert request["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": True}
    assert request["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": False}
    assert [(one["SourcePolicyType"], one["matches"]) for one in request["statements"]] == [
        ("user", "true"), ("boundary", "true"), ("scp", "true"), ("scp", "true")]
    assert request["statements"][0]["conditions"] == [{"operator": "StringLike", "key": "ses:FromAddress", "was": '"a@example.com"',
                                                       "wanted": 'like "*@example.com"'}]


@pytest.mark.parametrize("words, status, what", [
    ("diff --user-policy user narrow", 1, "old: allowed\n  new: implicitDeny"),
    ("diff --user-policy user --user-policy narrow", 1, "old: allowed\n  new: implicitDeny"),
    ("diff --user-policy user user", 0, ""),
    ("diff --user-policy user --boundary all --boundary other", 1, "old: allowed\n  new: implicitDeny"),
    ("diff --boundary all other --settings", 2, ""),
    ("diff --organization all deny", 1, "new: explicitDeny at MAIL by policy deny, statement NoSes"),
    ("diff --user-policy user --boundary all other", 2, ""),
    ("diff --user-policy user resource", 2, ""),
    ("diff --user-policy user", 2, ""),
    ("diff --user-policy user --boundary all --boundary all --policy resource --policy resource", 2, ""),
    ("diff resource resource --user-policy user", 0, ""),
    ("diff resource resource --boundary all --boundary all", 2, ""),
])
def test_diff(files: dict[str, pathlib.Path], words: str, status: int, what: str) -> None:
    done = run(*options(files, words))
    assert done.returncode == status, done
    assert what in done.stdout


def test_keys(files: dict[str, pathlib.Path]) -> None:
    found = {one["key"]: one["statements"] for one in lines(run("keys", *options(files, "--user-policy self --boundary user --json")).stdout)}
    assert found == {"ses:FromAddress": ["self/1", "user/1"], "aws:username": ["self/1"]}


@pytest.mark.parametrize("words, status, changed", [
    ("--user-policy user", 0, ""),
    ("--user-policy narrow", 1, "newly refused"),
    ("--user-policy user --boundary other", 1, "newly refused"),
    ("--user-policy user --organization all", 0, ""),
    ("--user-policy user --old-user-policy narrow", 1, "newly allowed"),
    ("--user-policy narrow --old-user-policy narrow", 0, ""),
    ("--user-policy user --old-user-policy user --old-boundary other", 1, "newly allowed"),
    ("--user-policy user --old-user-policy user --old-organization deny", 1, "newly allowed"),
])
def test_replay(files: dict[str, pathlib.Path], folder: pathlib.Path, words: str, status: int, changed: str) -> None:
    records = folder / "records.jsonl"
    records.write_text(line(record(1, sender="c@example.com")))
    done = run("replay", *options(files, words), records)
    assert done.returncode == status, done
    assert changed in done.stdout


def test_file_of_tests(files: dict[str, pathlib.Path], folder: pathlib.Path) -> None:
    (folder / "deep").mkdir()
    case = {"name": "t", "sender": "a@example.com", "recipients": ["b@example.org"], "expect": {"decision": "allowed"}}
    refused = case | {"expect": {"decision": "denied"}}

    def tests(test: dict, **members: object) -> int:
        path = folder / "deep" / "t.test.json"
        path.write_text(json.dumps(members | {"tests": [test]}))
        return run("test", path).returncode

    assert tests(case, user_policies=["../user.json"]) == 0
    assert tests(case, user_policies=["../user.json"], boundary="../all.json", organization=[["../all.json"], ["../other.json", "../all.json"]]) == 0
    assert tests(refused, user_policies=["../user.json"], boundary="../other.json") == 0
    assert tests(refused, user_policies=["../user.json"], organization=[["../all.json"], ["../other.json"]]) == 0
    assert tests(case | {"context": {"aws:userid": "A"}}, user_policies=["../user.json"]) == 0
    # Empty lists say that there are none.
    assert tests(refused, user_policies=[], policies=["../resource.json"]) == 0
    assert tests(case, policies=["../resource.json"]) == 0
    assert tests(case, user_policies=["../user.json"], organization=[[]]) == 2
    assert tests(case) == 2


@pytest.mark.parametrize("given, what", [
    ([], "  the policies use aws:SourceIp, which was not given: --client IP gives it\n"
         "  the policies use aws:SourceVpce, which was not given: --context KEY=VALUE gives it, or the settings\n"),
    (["--client", "192.0.2.1"], "  the policies use aws:SourceVpce, which was not given: --context KEY=VALUE gives it, or the settings\n"),
    (["--client", "10.0.0.1", "--context", "aws:SourceVpce=vpce-1"], None),
])
def test_what_was_not_given(folder: pathlib.Path, given: list[str], what: str | None) -> None:
    pinned = write(folder, "pinned", {"Effect": "Allow", "Action": "ses:*", "Condition": {
        "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "StringEquals": {"aws:SourceVpce": "vpce-1"}}})
    done = run("eval", "--user-policy", pinned, "--sender", "a@example.com", "--recipient", "b@example.org", *given)
    if what is None:
        assert done.stdout == "allowed\n"
    else:
        assert done.returncode == 1 and done.stdout.endswith("id=...\n" + what)
