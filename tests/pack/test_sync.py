# SPDX-License-Identifier: BSD-2-Clause
"""ses-policy-sync: Debian's aws command, a stand-in for SES, and the daemon that reloads."""
import json
import os
import pathlib
import signal
import subprocess

import pytest
from ses_api import SesApi

from lib.daemon import ROOT, program

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
def sync(ses, folder, start):
    """sync(...): what it said and its status; with a daemon on the same folder that it reloads by SIGHUP."""
    hand_written = {"Statement": {"Effect": "Deny", "Principal": "*", "Action": "ses:*",
                                  "Resource": f"arn:aws:ses:us-west-2:{ACCOUNT}:identity/by-hand.example"}}
    daemon = start(settings={"account": ACCOUNT, "region": "us-west-2", "from_address": "envelope"}, by_hand=hand_written)

    def run(*arguments, reload=f"kill -HUP {daemon.process.pid}"):
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_REGION": "us-west-2",
                       "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "AWS_EC2_METADATA_DISABLED": "true",
                       "AWS_MAX_ATTEMPTS": "1"}
        done = subprocess.run([str(ROOT / "contrib/sync/ses-policy-sync"), "--endpoint-url", ses.url, "--folder", str(daemon.policies),
                               "--settings", str(daemon.file), "--daemon", program("ses-policy-milter"), "--reload", reload, *arguments],
                              env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)
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
    del ses.identities["example.com"]["Policies"]
    del ses.identities["ceo@example.org"]
    assert sync()[0] == 0
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
