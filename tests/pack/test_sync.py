# SPDX-License-Identifier: BSD-2-Clause
"""ses-policy-sync: Debian's aws command, a stand-in for SES, and the daemon that reloads."""
import fcntl
import json
import os
import pathlib
import signal
import subprocess

import pytest
from machine import LIMIT
from ses_api import SesApi

from lib.daemon import ROOT, program
from lib.iam import details, document, entity, managed, statement

ACCOUNT = "123456789012"


def policy(identity, sender):
    """As SES holds it: JSON in a text. Only `sender` may send."""
    return json.dumps({"Version": "2012-10-17", "Statement": {
        "Sid": f"Only{sender}", "Effect": "Deny", "Principal": "*", "Action": "ses:*",
        "Resource": f"arn:aws:ses:us-west-2:{ACCOUNT}:identity/{identity}",
        "Condition": {"StringNotEquals": {"ses:FromAddress": f"{sender}@{identity}"}}}})


@pytest.fixture
def ses():
    with SesApi() as api:
        for number, name in enumerate(("example.net", "example.com", "ceo@example.org")):
            domain = name.rpartition("@")[2]
            api.identities[name] = {"Policies": {"only": policy(domain, f"s{number}")}, "ConfigurationSetName": f"set{number}"}
        yield api


@pytest.fixture
def sync(ses, folder, start, aws):
    """sync(...): what it said and its status; with a daemon on the same folder that it reloads by SIGHUP."""
    hand_written = {"Statement": {"Effect": "Deny", "Principal": "*", "Action": "ses:*",
                                  "Resource": f"arn:aws:ses:us-west-2:{ACCOUNT}:identity/by-hand.example"}}
    daemon = start(settings={"account": ACCOUNT, "region": "us-west-2", "from_address": "envelope"}, by_hand=hand_written)

    def run(*arguments, reload=f"kill -HUP {daemon.process.pid}"):
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_REGION": "us-west-2",
                       "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "AWS_EC2_METADATA_DISABLED": "true",
                       "AWS_MAX_ATTEMPTS": "1"}
        done = subprocess.run([str(ROOT / "contrib/sync/ses-policy-sync"), "--endpoint-url", ses.url, "--sts-endpoint-url", ses.url, "--iam-endpoint-url", ses.url, "--folder", str(daemon.policies),
                               "--aws", aws, "--settings", str(daemon.file), "--daemon", program("ses-policy-milter"), "--reload", reload, *arguments],
                              env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT, check=False)
        return done.returncode, done.stdout
    run.daemon = daemon
    return run


def names(folder: pathlib.Path):
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def test_all_identities(sync, ses, client):
    daemon = sync.daemon
    assert not client(daemon).mail("<other@example.net>").refused
    inode = os.stat(daemon.policies).st_ino
    status, said = sync()
    assert (status, said) == (0, "ses-policy-sync: 3 identities; ok: 4 files, 4 policies, 4 statements, account 123456789012, "
                                 "region us-west-2\n")
    assert names(daemon.policies) == ["by-hand.json", "ceo@example.org.json", "example.com.json", "example.net.json"]
    assert os.stat(daemon.policies).st_ino != inode  # another folder in its place, not files one by one
    assert not daemon.policies.with_name("policies.d.new").exists()
    written = json.loads((daemon.policies / "example.net.json").read_text())
    assert written["ConfigurationSetName"] == "set0"
    assert "VerificationInfo" not in written
    daemon.wait_line("generation 2 in force")
    assert client(daemon).mail("<other@example.net>").code == 550
    assert not client(daemon).mail("<s0@example.net>").refused

    # The same again: nothing is touched, and the daemon is left alone.
    before = os.stat(daemon.policies).st_ino
    assert sync(reload="false") == (0, "ses-policy-sync: nothing new: 3 identities\n")
    assert os.stat(daemon.policies).st_ino == before

    # One changed, one without policies, one gone.
    ses.identities["example.net"]["Policies"]["only"] = policy("example.net", "other")
    ses.identities["example.com"]["Policies"] = {}
    del ses.identities["ceo@example.org"]
    status, said = sync()
    assert status == 0
    assert "example.com: SES has no policy for it any more; none is enforced for it now\n" in said
    assert "ceo@example.org: SES has no such identity any more; none of its policies is enforced now\n" in said
    daemon.wait_line("generation 3 in force")
    assert names(daemon.policies) == ["by-hand.json", "example.com.json", "example.net.json"]
    assert not client(daemon).mail("<other@example.net>").refused


def test_named_identities(sync, ses):
    status, said = sync("--identity", "ceo@example.org")
    assert status == 0 and said.startswith("ses-policy-sync: 1 identities"), said
    assert names(sync.daemon.policies) == ["by-hand.json", "ceo@example.org.json"]
    assert ses.asked == ["/v2/email/identities/ceo@example.org"]


def bad_policy(ses):
    ses.identities["example.com"]["Policies"]["only"] = policy("example.com", "x").replace("StringNotEquals", "StringUnequal")


def nothing_there(ses):
    ses.identities.clear()


def strange_name(ses):
    ses.identities["../../evil"] = {"Policies": {}}


@pytest.mark.parametrize(("arguments", "spoil", "says"), [
    ((), bad_policy, "StringUnequal: no such condition operator"),
    ((), nothing_there, "SES has no identities here"),
    ((), strange_name, "cannot be a file's name"),
    (("--identity", "example.net", "--identity", "nowhere.example"), None, "does not exist"),
    (("--endpoint-url", "http://127.0.0.1:9"), None, "Could not connect to the endpoint URL"),
    (("--aws", "/nowhere/aws"), None, "/nowhere/aws: No such file or directory"),
    (("--folder", "/nowhere"), None, "/nowhere is no folder"),
    (("--reload", "false"), None, "reload: exit status 1"),
], ids=["bad policy", "no identities", "strange name", "unknown identity", "no endpoint", "no aws", "no folder", "reload refused"])
def test_changes_nothing(sync, ses, client, arguments, spoil, says):
    daemon = sync.daemon
    before = {path.name: path.read_bytes() for path in daemon.policies.iterdir()}
    if spoil:
        spoil(ses)
    status, said = sync(*arguments)
    assert (status, says in said) == (1, True), said
    assert {path.name: path.read_bytes() for path in daemon.policies.iterdir()} == before
    assert not daemon.policies.with_name("policies.d.new").exists()
    daemon.process.send_signal(signal.SIGHUP)
    daemon.wait_line("generation 2 in force")
    assert client(daemon).mail("<anyone@by-hand.example>").code == 550
    assert not client(daemon).mail("<other@example.net>").refused


def test_dry_run(sync):
    status, said = sync("--dry-run", reload="false")
    assert status == 0 and "would be taken: ok: 4 files" in said
    assert names(sync.daemon.policies) == ["by-hand.json"]


def test_file_of_somebody_else(sync):
    (sync.daemon.policies / "example.com.json").write_text("{}")
    status, said = sync()
    assert (status, "was made by somebody else" in said) == (1, True)
    assert (sync.daemon.policies / "example.com.json").read_text() == "{}"


def had(daemon, *identities, region="us-west-2", account=ACCOUNT):
    """Put into the folder what an earlier run had made of them: each had a policy."""
    for identity in identities:
        document = {"EmailIdentity": identity, "IdentityType": "DOMAIN", "VerifiedForSendingStatus": True,
                    "Policies": {"only": policy(identity, "s0").replace("us-west-2", region).replace(ACCOUNT, account)}}
        (daemon.policies / f"{identity}.json").write_text(json.dumps(document, indent=2, sort_keys=True) + "\n")
    (daemon.policies / ".synced").write_text("".join(f"{identity}.json\n" for identity in sorted(identities)))
    daemon.reload()


def test_the_last_policy_of_all(sync, ses, client):
    """Nothing else is in the folder: what SES does not enforce any more the relay does not, either."""
    daemon = sync.daemon
    (daemon.policies / "by-hand.json").unlink()
    had(daemon, "example.net")
    assert client(daemon).mail("<other@example.net>").code == 550
    ses.identities["example.net"]["Policies"] = {}
    status, said = sync("--identity", "example.net")
    assert status == 0, said
    assert "example.net: SES has no policy for it any more; none is enforced for it now\n" in said
    assert "1 identities; ok: 1 file, 0 policies, 0 statements" in said
    daemon.wait_line("generation 3 in force: 1 file, 0 policies")
    assert not client(daemon).mail("<other@example.net>").refused
    assert sync("--identity", "example.net", reload="false") == (0, "ses-policy-sync: nothing new: 1 identities\n")
    # It comes back.
    ses.identities["example.net"]["Policies"] = {"only": policy("example.net", "s0")}
    assert sync("--identity", "example.net")[0] == 0
    daemon.wait_line("generation 4 in force: 1 file, 1 policy")
    assert client(daemon).mail("<other@example.net>").code == 550


def test_the_last_policy_where_the_settings_do_not_name_the_account(sync, ses):
    """It cannot be loaded; what to add is said."""
    daemon = sync.daemon
    (daemon.policies / "by-hand.json").unlink()
    had(daemon, "example.net")
    del daemon.settings["account"], daemon.settings["region"]
    daemon.write_settings()
    ses.identities["example.net"]["Policies"] = {}
    status, said = sync("--identity", "example.net")
    assert status == 1
    assert "account: no policy names an account; add" in said
    assert f'the policies that are gone were of account {ACCOUNT}, region us-west-2' in said
    assert "only" in (daemon.policies / "example.net.json").read_text()


IDENTITY = "/v2/email/identities/example.net"
# What AWS may answer instead, all of which says nothing of policies.
ANSWERS = [
    ("access denied", (403, '{"message": "no"}', "AccessDeniedException"), "AccessDenied"),
    ("throttled", (429, '{"message": "slow down"}', "TooManyRequestsException"), "TooManyRequests"),
    ("out of order", (500, "{}", "InternalFailure"), "get-email-identity"),
    ("another page", (200, "<html>Please log in</html>"), "get-email-identity"),
    ("empty", (200, ""), "get-email-identity"),
    ("an empty object", (200, "{}"), "get-email-identity"),
    ("null policies", (200, '{"IdentityType": "DOMAIN", "VerifiedForSendingStatus": true, "Policies": null}'), "get-email-identity"),
    ("nothing of a domain", (200, '{"Policies": {}}'), "get-email-identity"),
]


@pytest.mark.parametrize(("answer", "says"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_an_answer_that_says_nothing_takes_no_policy_away(sync, ses, client, answer, says):
    daemon = sync.daemon
    had(daemon, "example.net")
    before = (daemon.policies / "example.net.json").read_bytes()
    ses.policies = None
    ses.instead[IDENTITY] = answer
    # Where it is throttled it asks again, for as long as there is time.
    status, said = sync("--identity", "example.net", *(("--time", "20") if answer[0] == 429 else ()))
    assert (status, says in said) == (1, True), said
    assert (daemon.policies / "example.net.json").read_bytes() == before
    assert client(daemon).mail("<other@example.net>").code == 550


# What the aws command itself may print, ending with 0.
OUTPUTS = [
    ("nothing", "", "is not JSON"), ("null", "null", "is not what SES answers"), ("a list", "[]", "is not what SES answers"),
    ("an empty object", "{}", "is not what SES answers"), ("half of it", '{"IdentityType": "DOMAIN", "Pol', "is not JSON"),
    ("policies as a list", '{"IdentityType": "DOMAIN", "VerifiedForSendingStatus": true, "Policies": []}', "is not what SES answers"),
    ("a policy that is none", '{"IdentityType": "DOMAIN", "VerifiedForSendingStatus": true, "Policies": {"only": null}}', "is not what SES answers"),
    ("no policies", '{"IdentityType": "DOMAIN", "VerifiedForSendingStatus": true}', "is not what SES answers"),
]


@pytest.mark.parametrize(("output", "says"), [row[1:] for row in OUTPUTS], ids=[row[0] for row in OUTPUTS])
def test_an_output_that_says_nothing_takes_no_policy_away(sync, folder, output, says):
    daemon = sync.daemon
    had(daemon, "example.net")
    before = (daemon.policies / "example.net.json").read_bytes()
    (folder / "aws").write_text(f"#!/bin/sh\necho '{output}'\n")
    (folder / "aws").chmod(0o755)
    status, said = sync("--identity", "example.net", "--aws", str(folder / "aws"))
    assert (status, says in said) == (1, True), said
    assert (daemon.policies / "example.net.json").read_bytes() == before


def test_a_list_that_says_nothing_takes_no_policy_away(sync, folder):
    daemon = sync.daemon
    had(daemon, "example.net")
    before = (daemon.policies / "example.net.json").read_bytes()
    for output in ("{}", '{"EmailIdentities": null}', '{"EmailIdentities": [{"IdentityType": "DOMAIN"}]}', '{"EmailIdentities": []}'):
        (folder / "aws").write_text(f"#!/bin/sh\necho '{output}'\n")
        (folder / "aws").chmod(0o755)
        status, said = sync("--aws", str(folder / "aws"))
        assert (status, "list-email-identities: " in said or "no identities here" in said) == (1, True), said
        assert "Traceback" not in said
    assert (daemon.policies / "example.net.json").read_bytes() == before


def test_policies_that_are_not_told_are_asked_for(sync, ses):
    """SES's answer may leave out what is empty: then the other question decides."""
    daemon = sync.daemon
    had(daemon, "example.net")
    del ses.identities["example.net"]["Policies"]
    assert sync("--identity", "example.net")[0] == 0
    assert json.loads((daemon.policies / "example.net.json").read_text())["Policies"] == {}
    assert ses.asked[:2] == [IDENTITY, IDENTITY + "/policies"]


# SES says that it has no policy for it, or no such identity (gone). Are we asking where the policies came from?
ELSEWHERE = [
    ("another account", {}, {"account": "999999999999"}, (), "these credentials are of account 999999999999", False),
    ("another account, where it is not", {}, {"account": "999999999999"}, (), "these credentials are of account 999999999999", True),
    ("another region", {"region": "eu-west-1"}, {}, (), "region us-west-2 was asked", False),
    ("another region, where it is not", {"region": "eu-west-1"}, {}, (), "region us-west-2 was asked", True),
    ("STS does not say", {}, {"account": None}, (), "get-caller-identity", False),
    ("STS does not say, taken as it is", {}, {"account": None}, ("--drop",), None, False),
    ("another region, taken as it is", {"region": "eu-west-1"}, {}, ("--drop",), None, True),
]


@pytest.mark.parametrize(("before", "now", "arguments", "says", "gone"), [row[1:] for row in ELSEWHERE], ids=[row[0] for row in ELSEWHERE])
def test_the_right_account_is_asked_before_a_policy_goes(sync, ses, before, now, arguments, says, gone):
    daemon = sync.daemon
    (daemon.policies / "by-hand.json").unlink()
    daemon.settings["region"] = before.get("region", "us-west-2")
    daemon.write_settings()
    had(daemon, "example.net", **before)
    text = (daemon.policies / "example.net.json").read_bytes()
    for name, value in now.items():
        setattr(ses, name, value)
    ses.identities["example.net"]["Policies"] = {}
    if gone:
        ses.identities = {"example.com": {"Policies": {}}}
    status, said = sync(*arguments, *(() if gone else ("--identity", "example.net")))
    if says:
        assert (status, says in said, "example.net" in said) == (1, True, True), said
        assert (daemon.policies / "example.net.json").read_bytes() == text
    else:
        assert status == 0, said
        assert (daemon.policies / "example.net.json").exists() != gone


def test_sts_is_asked_only_when_a_policy_goes(sync, ses):
    assert sync("--identity", "example.net")[0] == 0
    ses.identities["example.net"]["Policies"]["only"] = policy("example.net", "other")
    assert sync("--identity", "example.net")[0] == 0
    assert "sts" not in ses.asked


def test_two_at_once(sync):
    """The second would take the folder that the first is making."""
    parent = os.open(sync.daemon.policies.parent, os.O_RDONLY)
    fcntl.flock(parent, fcntl.LOCK_EX)
    status, said = sync("--identity", "example.net")
    os.close(parent)
    assert (status, "another ses-policy-sync is at work" in said) == (1, True), said


def test_killed_before_the_reload(sync, client):
    """The next run reloads, though it finds nothing new."""
    daemon = sync.daemon
    status, _ = sync("--identity", "example.net", reload="sh -c 'kill -9 $PPID'")
    assert status == -signal.SIGKILL
    assert "example.net.json" in names(daemon.policies)
    assert not client(daemon).mail("<other@example.net>").refused
    status, said = sync("--identity", "example.net")
    assert (status, said) == (0, "ses-policy-sync: nothing new: 1 identities; reloaded, as the last run could not\n")
    daemon.wait_line("generation 2 in force")
    assert client(daemon).mail("<other@example.net>").code == 550
    assert sync("--identity", "example.net", reload="false") == (0, "ses-policy-sync: nothing new: 1 identities\n")


def people(*names: str, account: str = ACCOUNT) -> dict:
    """Users who may send, each in its own name alone."""
    own = document(statement("Allow", "Own", StringLike={"ses:FromAddress": "${aws:username}@*"}))
    text = json.dumps(details([entity("User", name, attached=("Own",)) for name in names], policies=[managed("Own", own, older=document(statement("Allow", "All")))]))
    return json.loads(text.replace(ACCOUNT, account))


@pytest.fixture
def iam_sync(sync, client):
    """The same with a file of IAM, and a login for each user."""
    daemon = sync.daemon
    path = daemon.file.with_name("account.json")
    path.write_text(json.dumps(people("ann")))
    path.chmod(0o604)
    settings = json.loads(daemon.file.read_text()) | {
        "iam": str(path), "principals": [{"login": "*", "arn": f"arn:aws:iam::{ACCOUNT}:user/${{login}}"}, {"refuse": True}], "login_realms": []}
    daemon.file.write_text(json.dumps(settings))
    daemon.process.send_signal(signal.SIGHUP)
    daemon.wait_line("generation 2 in force")

    def code(login):
        return client(daemon).mail(f"<{login}@example.net>", macros={"{auth_authen}": login}).code
    sync.path, sync.code = path, code
    return sync


def test_iam_is_fetched(iam_sync, ses):
    ses.identities["example.net"]["Policies"] = {}
    assert iam_sync.code("ann") != 550 and iam_sync.code("bob") == 550
    ses.iam_details = people("bob", "zoe")
    status, said = iam_sync()
    assert status == 0 and "in IAM 2 users, 0 roles" in said, said
    iam_sync.daemon.wait_line("generation 3 in force")
    assert iam_sync.code("ann") == 550 and iam_sync.code("bob") != 550 and iam_sync.code("zoe") != 550
    assert iam_sync.path.stat().st_mode & 0o777 == 0o604
    assert [len(policy["PolicyVersionList"]) for policy in json.loads(iam_sync.path.read_text())["Policies"]] == [1]
    assert not iam_sync.path.with_name("account.json.new").exists()
    assert iam_sync(reload="false") == (0, "ses-policy-sync: nothing new: 3 identities\n")
    ses.iam_details = people("bob")
    assert "in IAM 1 user, 0 roles" in iam_sync()[1]


def test_iam_that_may_not_be_asked_is_one_line(iam_sync, ses):
    before = iam_sync.path.read_bytes()
    status, said = iam_sync()
    assert status == 0 and iam_sync.path.read_bytes() == before
    assert said.startswith(f"ses-policy-sync: iam: not fetched, {iam_sync.path} stays as it is: get-account-authorization-details: ") and "AccessDenied" in said
    assert said.splitlines()[1].startswith("ses-policy-sync: 3 identities; ok: "), said


def of_another_account(ses):
    ses.iam_details = people("ann", account="210987654321")


def with_a_policy_missing(ses):
    ses.iam_details = people("ann") | {"Policies": []}


def with_users(ses):
    ses.iam_details = people("zoe")


@pytest.mark.parametrize(("spoil", "arguments", "says"), [
    (of_another_account, (), "is of account 123456789012, and these credentials are of account 210987654321"),
    (with_a_policy_missing, (), "is a managed policy that is not in the file"),
    (with_users, ("--reload", "false"), "reload: exit status 1"),
], ids=["another account", "a policy missing", "reload refused"])
def test_iam_changes_nothing(iam_sync, ses, spoil, arguments, says):
    before = iam_sync.path.read_bytes(), names(iam_sync.daemon.policies)
    spoil(ses)
    status, said = iam_sync(*arguments)
    assert (status, says in said) == (1, True), said
    assert (iam_sync.path.read_bytes(), names(iam_sync.daemon.policies)) == before
    assert not iam_sync.path.with_name("account.json.new").exists()
    assert iam_sync.path.stat().st_mode & 0o777 == 0o604
