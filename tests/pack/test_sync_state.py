# SPDX-License-Identifier: BSD-2-Clause
"""ses-policy-sync --account-state: what SES knows of the account, in a folder as the daemon reads it."""
import collections
import json
import os
import pathlib
import pwd
import re
import subprocess
import time

import pytest
from aws_world import World
from machine import LIMIT
from ses_api import SesApi

from lib.daemon import ROOT, program

ACCOUNT, REGION = "123456789012", "us-west-2"
SYNC = ROOT / "contrib/sync/ses-policy-sync"
DENIED, THROTTLED = "AccessDeniedException", "TooManyRequestsException"
PARTS = ["account", "configuration-sets", "identities", "suppressed", "tenants"]


def arn(identity):
    return f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/{identity}"


def policy(identity):
    return json.dumps({"Statement": {"Effect": "Deny", "Principal": "*", "Action": "ses:*", "Resource": arn(identity),
                                     "Condition": {"StringNotEquals": {"ses:FromAddress": f"s@{identity}"}}}})


@pytest.fixture
def world(folder):
    one = World(folder / "world", page=2)
    one.identities = {name: {"Policies": {"only": policy(name)}} for name in ("a.example", "b.example", "ceo@c.example")}
    one.sets = {"main": {}, "off": {"SendingOptions": {"SendingEnabled": False}}}
    one.tenants = {"ann": [arn("a.example"), arn("b.example"), arn("ceo@c.example")], "bob": []}
    one.suppressed = {f"{name}@gone.example": "BOUNCE" for name in "xyz"}
    return one.write()


Done = collections.namedtuple("Done", "status said")


class Sync:
    """run(...): status and what was said, with a daemon that takes everything; `state`: the folder; reloads are counted."""

    def __init__(self, folder, aws, settings=None):
        self.home = folder / "relay"
        self.policies, self.state, self.file = (self.home / name for name in ("policies.d", "account", "milter.json"))
        self.policies.mkdir(parents=True)
        self.aws, self.reloads = aws, folder / "reloads"
        self.file.write_text(json.dumps({"policies": [str(self.policies)], "account": ACCOUNT, "region": REGION, "account_state": str(self.state)}
                                        | (settings or {})))
        self.daemon = folder / "daemon"
        self.daemon.write_text("#!/bin/sh\ncase $* in *--print-settings*) cat \"$2\" ;; *) echo ok ;; esac\n")
        self.daemon.chmod(0o755)
        self.environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "AWS_REGION": REGION}

    def __call__(self, *arguments, reload=None):
        command = [str(SYNC), "--aws", str(self.aws), "--folder", str(self.policies), "--account-state", str(self.state), "--settings", str(self.file),
                   "--daemon", str(self.daemon), "--reload", reload or f"sh -c 'echo >>{self.reloads}'", *arguments]
        done = subprocess.run(command, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT, check=False)
        assert "Traceback" not in done.stdout, done.stdout
        return Done(done.returncode, done.stdout)

    def parts(self):
        return json.loads((self.state / "state.json").read_text())["parts"]

    def read(self, name):
        return json.loads((self.state / name).read_text())

    def content(self):
        return {str(path.relative_to(self.state)): path.read_bytes() for path in self.state.rglob("*") if path.is_file()}

    def reloaded(self):
        """How often, since this was asked last."""
        count = len(self.reloads.read_text().splitlines()) if self.reloads.exists() else 0
        self.reloads.unlink(missing_ok=True)
        return count


@pytest.fixture
def sync(folder, world):
    return Sync(folder, world.aws)


def details(asked):
    return [line.split()[1] for line in asked if line.startswith("get-") and line.split()[1] != "all"]


def test_all_parts(sync, world):
    before = time.time()
    status, said = sync()
    assert (status, said) == (0, f"ses-policy-sync: 3 identities, account state ({', '.join(PARTS)}); ok\n")
    assert set(sync.content()) == {
        "state.json", "account.json", "suppressed.json", "identities/a.example.json", "identities/b.example.json", "identities/ceo@c.example.json",
        "configuration-sets/main.json", "configuration-sets/off.json", "tenants/ann.json", "tenants/ann.resources.json", "tenants/bob.json",
        "tenants/bob.resources.json"}
    assert list(sync.parts()) == PARTS
    for when in sync.parts().values():
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", when)
        assert int(before) <= time.mktime(time.strptime(when, "%Y-%m-%dT%H:%M:%SZ")) - time.timezone <= time.time()
    assert list(sync.read("suppressed.json")) == ["SuppressedDestinationSummaries"]
    assert [one["EmailAddress"] for one in sync.read("suppressed.json")["SuppressedDestinationSummaries"]] == [f"{name}@gone.example" for name in "xyz"]
    assert [one["ResourceArn"] for one in sync.read("tenants/ann.resources.json")["TenantResources"]] == world.tenants["ann"]
    assert sync.read("configuration-sets/off.json")["SendingOptions"] == {"SendingEnabled": False}
    # The policies are of the same answers: each identity is asked once.
    assert json.loads((sync.policies / "a.example.json").read_text())["Policies"] == {"only": policy("a.example")}
    assert collections.Counter(line.split()[0] for line in world.asked())["get-email-identity"] == 3
    assert sync.reloaded() == 1

    # The same again: nothing is touched, and the daemon is left alone.
    inode = os.stat(sync.state).st_ino
    assert sync() == (0, f"ses-policy-sync: nothing new: 3 identities, account state ({', '.join(PARTS)})\n")
    assert (os.stat(sync.state).st_ino, sync.reloaded()) == (inode, 0)


def test_whose_it_is(sync):
    """Root's, and the daemon's group may read it; nobody else."""
    group = pwd.getpwnam("nobody").pw_gid
    sync.file.write_text(json.dumps(json.loads(sync.file.read_text()) | {"user": "nobody", "iam": str(sync.home / "iam.json")}))
    assert sync().status == 0
    for path in (sync.state, *sync.state.rglob("*")):
        status = path.stat()
        assert (status.st_uid, status.st_gid, status.st_mode & 0o7777) == (0, group, 0o750 if path.is_dir() else 0o640), path
    assert sync.state.with_name("account.cache").stat().st_mode & 0o7777 == 0o600


def test_what_changes(sync, world):
    sync()
    sync.reloaded(), world.asked()
    world.account(SendingEnabled=False)
    world.suppressed = {"new@gone.example": "COMPLAINT"}
    del world.identities["a.example"], world.tenants["bob"]
    world.identities["new.example"] = {"ConfigurationSetName": "main"}
    world.write()
    status, said = sync("--diff")
    assert status == 0 and sync.read("account.json")["SendingEnabled"] and not sync.reloaded()
    lines = [line.removeprefix("ses-policy-sync: ").replace(f"{sync.home}/", "") for line in said.splitlines()]
    for line in ("~ account/account.json", '    -  "SendingEnabled": true,', '    +  "SendingEnabled": false,', "- account/identities/a.example.json",
                 "+ account/identities/new.example.json", "- account/tenants/bob.json", "- policies.d/a.example.json", "would be taken: ok"):
        assert line in lines, said
    assert len([line for line in lines if "@gone.example" in line and line[4] in "+-"]) == 4
    for word in ("--dry-run", "--check"):
        assert sync(word).said.endswith("ses-policy-sync: would be taken: ok\n")
    assert not sync.state.with_name("account.new").exists()

    assert sync().status == 0
    assert sync.reloaded() == 1
    assert not sync.read("account.json")["SendingEnabled"]
    assert sorted(path.name for path in (sync.state / "identities").iterdir()) == ["b.example.json", "ceo@c.example.json", "new.example.json"]
    assert sorted(path.name for path in (sync.state / "tenants").iterdir()) == ["ann.json", "ann.resources.json"]
    # What was there before stays for a daemon that is reading it.
    assert (sync.state.with_name("account.old") / "tenants/bob.json").exists()


def test_others_in_turn(sync, world):
    """New ones at once; of the others the oldest, so many a run."""
    sync()
    world.asked()
    seen = []
    for _ in range(3):
        time.sleep(1.1)  # times are whole seconds
        sync("--others", "1")
        seen += [name for name in details(world.asked()) if "." in name]
    assert sorted(seen) == sorted(world.identities)
    world.identities["d.example"] = {}
    world.write()
    sync("--others", "0")
    assert details(world.asked()) == ["d.example"]
    # A change that the list tells.
    entries = json.loads(world.file("list-email-identities", page=0).read_text())
    entries["EmailIdentities"][0]["SendingEnabled"] = False
    world.put("list-email-identities", entries)
    sync("--others", "0")
    assert details(world.asked()) == ["a.example"]


# What AWS refuses, the part that is then left out, and how it is named, once.
REFUSALS = [
    ("account", "get-account", ""), ("suppressed", "list-suppressed-destinations", ""), ("suppressed", "list-suppressed-destinations", "all.2"),
    ("configuration-sets", "list-configuration-sets", ""), ("configuration-sets", "get-configuration-set", ""),
    ("configuration-sets", "get-configuration-set", "off.0"), ("tenants", "list-tenants", ""), ("tenants", "get-tenant", ""),
    ("tenants", "list-tenant-resources", "ann.2"), ("identities", "list-email-identities", "all.2"), ("identities", "get-email-identity", "")]


@pytest.mark.parametrize(("part", "operation", "at"), REFUSALS)
@pytest.mark.parametrize("later", [False, True], ids=["from the start", "later"])
def test_access_denied(sync, world, part, operation, at, later):
    if later:
        sync()
    before = (sync.policies / "a.example.json").exists()
    error = world.error(DENIED, operation, *at.split("."))
    status, said = sync()
    assert list(sync.parts()) == [one for one in PARTS if one != part]
    lines = [line for line in said.splitlines() if DENIED in line]
    assert len(lines) == 1 and lines[0].startswith(f"ses-policy-sync: {part}: not fetched, and not checked by the daemon: {operation}"), said
    assert not [name for name in sync.content() if name.startswith(part)]
    # The policies come from the identities: they stay as they are, and that is trouble.
    assert status == (1 if part == "identities" else 0), said
    assert (sync.policies / "a.example.json").exists() == (before if part == "identities" else True)
    error.unlink()
    assert sync().status == 0
    assert list(sync.parts()) == PARTS


def test_aws_without_tenants(sync, world):
    """As that of Debian 12."""
    for name in ("list-tenants", "get-tenant", "list-tenant-resources"):
        (world.folder / name).rename(world.folder / f"no-{name}")
    status, said = sync()
    assert status == 0 and said.count("tenants: ") == 1, said
    assert "tenants: not fetched, and not checked by the daemon: list-tenants --no-paginate: " in said
    assert "does not know this command (exit status 252): aws: error: argument operation: Invalid choice" in said
    assert list(sync.parts()) == [part for part in PARTS if part != "tenants"]


@pytest.mark.parametrize(("operation", "at"), [("get-account", "all.0"), ("list-suppressed-destinations", "all.2"), ("get-email-identity", "b.example.0"),
                                               ("list-tenant-resources", "ann.2"), ("list-configuration-sets", "all.0")])
def test_throttled_once(sync, world, operation, at):
    key, _, page = at.rpartition(".")
    world.error(THROTTLED, operation, key, page, once=True)
    status, said = sync()
    assert (status, list(sync.parts())) == (0, PARTS), said
    assert len([line for line in world.asked() if line == f"{operation} {key} {page}"]) == 2


def torn(world):
    path = world.file("list-suppressed-destinations", page=2)
    path.write_bytes(path.read_bytes()[:-20])


def empty(world):
    world.file("list-suppressed-destinations", page=2).write_text("")


def another(world):
    world.put("list-suppressed-destinations", {"message": "Please log in"}, page=2)


def in_a_circle(world):
    world.put("list-suppressed-destinations", {"SuppressedDestinationSummaries": [], "NextToken": "2"}, page=2)


def throttled(world):
    world.error(THROTTLED, "list-suppressed-destinations", "all", 2)


def an_entry(world):
    world.put("list-suppressed-destinations", {"SuppressedDestinationSummaries": [{"EmailAddress": "x@gone.example"}]}, page=2)


@pytest.mark.parametrize("spoil", [torn, empty, another, in_a_circle, throttled, an_entry])
@pytest.mark.parametrize("had", [True, False], ids=["there before", "not there"])
def test_a_torn_page(sync, world, spoil, had):
    """What was there stays, with its time; the rest goes on."""
    if had:
        sync()
    before = sync.content().get("suppressed.json"), sync.parts()["suppressed"] if had else None
    world.suppressed = {f"{name}@other.example": "BOUNCE" for name in "uvw"}
    world.account(SendingEnabled=False)
    world.write()
    spoil(world)
    status, said = sync("--time", "4")
    assert status == 1 and said.count("suppressed: not fetched, ") == 1, said
    assert not sync.read("account.json")["SendingEnabled"]
    if had:
        assert (sync.content()["suppressed.json"], sync.parts()["suppressed"]) == before
    else:
        assert list(sync.parts()) == [part for part in PARTS if part != "suppressed"]
    for error in world.folder.glob("*/*.error"):
        error.unlink()
    world.write()
    assert sync().status == 0
    assert sync.read("suppressed.json")["SuppressedDestinationSummaries"][0]["EmailAddress"] == "u@other.example"


@pytest.mark.parametrize("text", ['{"IdentityType": "DOMAIN", "Pol', "{}", '{"IdentityType": "DOMAIN", "VerifiedForSendingStatus": null, "Policies": {}}'])
def test_details_that_say_nothing(sync, world, text):
    sync()
    before = sync.content()
    world.file("get-email-identity", "b.example").write_text(text)
    status, said = sync()
    assert status == 1 and said.count("identities: get-email-identity ") == 1, said
    assert {name: data for name, data in sync.content().items() if name != "state.json"} == {
        name: data for name, data in before.items() if name != "state.json"}
    assert json.loads((sync.policies / "b.example.json").read_text())["Policies"]


def test_gone_meanwhile(sync, world):
    """The list still has it, and the details not any more."""
    world.file("get-email-identity", "b.example").unlink()
    status, said = sync()
    assert status == 0, said
    assert sorted(path.name for path in (sync.state / "identities").iterdir()) == ["a.example.json", "ceo@c.example.json"]


def test_names_of_files(sync, world):
    names = {".dot.example": "%2Edot.example.json", "a b%c@d.example": "a%20b%25c@d.example.json", "w\u00f6rk@e.example": "w%C3%B6rk@e.example.json",
             "'a+b_c-d'@f.example": "%27a+b_c-d%27@f.example.json"}
    world.identities = {name: {} for name in names}
    world.write()
    status, said = sync("--no-policies")
    assert status == 0, said
    assert {path.name for path in (sync.state / "identities").iterdir()} == set(names.values())
    assert not list(sync.policies.iterdir())


def test_nothing_at_all(sync, world):
    sync()
    before = sync.content()
    for operation in ("get-account", "list-suppressed-destinations", "list-configuration-sets", "list-tenants", "list-email-identities"):
        world.error(DENIED, operation)
    status, said = sync()
    assert status == 1 and "nothing could be fetched of the account's state" in said
    assert sync.content() == before


@pytest.mark.parametrize(("spoil", "says"), [
    ({"account": "999999999999"}, "these credentials are of account 999999999999"), ({"account": None}, "STS does not say"),
    ({"region": "eu-west-1"}, "and region eu-west-1 was asked")], ids=["another account", "not known", "another region"])
def test_another_account(sync, world, spoil, says):
    sync()
    before = sync.content()
    world.account(SendingEnabled=False)
    if "account" in spoil:
        world.put("get-caller-identity", {"Account": spoil["account"]})
        if not spoil["account"]:
            world.error(DENIED, "get-caller-identity")
    sync.environment["AWS_REGION"] = spoil.get("region", REGION)
    status, said = sync()
    assert (status, says in said) == (1, True), said
    assert sync.content() == before
    assert sync("--drop").status == 0
    assert not sync.read("account.json")["SendingEnabled"]


def test_reload_refused(sync, world):
    sync()
    before, policies = sync.content(), (sync.policies / "a.example.json").read_bytes()
    world.account(SendingEnabled=False)
    world.identities["a.example"] = {}
    world.write()
    status, said = sync(reload="false")
    assert (status, "reload: exit status 1" in said) == (1, True), said
    assert sync.content() == before and (sync.policies / "a.example.json").read_bytes() == policies
    assert sync().status == 0
    assert not sync.read("account.json")["SendingEnabled"]


def test_reload_refused_the_first_time(sync):
    assert sync(reload="false").status == 1
    assert not sync.state.exists() and not list(sync.policies.glob("*.json"))


def test_check_refused(sync, world):
    sync()
    before = sync.content()
    world.account(SendingEnabled=False)
    sync.daemon.write_text(sync.daemon.read_text().replace("echo ok", "echo 'no, not that'; exit 78"))
    status, said = sync()
    assert (status, "check: no, not that" in said) == (1, True), said
    assert sync.content() == before and not sync.state.with_name("account.new").exists()


def test_killed_before_the_reload(sync, world):
    """The next run reloads, though it finds nothing new."""
    sync()
    sync.reloaded()
    world.account(SendingEnabled=False)
    assert sync(reload="sh -c 'kill -9 $PPID'").status == -9
    status, said = sync()
    assert status == 0 and "; reloaded, as the last run could not\n" in said
    assert sync.reloaded() == 1
    assert sync().said.startswith("ses-policy-sync: nothing new") and not sync.reloaded()


def test_age(sync):
    """Times alone are no reason to reload, as long as the daemon does not take the state for old."""
    sync()
    sync.reloaded()
    for hours, reloads in ((5, 0), (7, 1)):
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - hours * 3600))
        (sync.state / "state.json").write_text(json.dumps({"parts": {part: when for part in PARTS}}))
        assert sync().status == 0
        assert (sync.reloaded(), sync.parts()["account"] != when) == (reloads, bool(reloads))


def test_not_read_by_the_daemon(sync):
    """It is fetched all the same, and said how to have it read."""
    sync.file.write_text(json.dumps({name: value for name, value in json.loads(sync.file.read_text()).items() if name != "account_state"}))
    status, said = sync("--no-policies")
    assert status == 0 and f'write "account_state": "{sync.state}" into its settings' in said
    assert list(sync.parts()) == PARTS and not sync.reloaded()


def above(sync):
    os.chown(sync.home, pwd.getpwnam("nobody").pw_uid, -1)
    return f"{sync.home} belongs to nobody"


def writable(sync):
    sync.home.chmod(0o777)
    return f"{sync.home}: others than its owner may write there (mode 0777); run chmod go-w on it"


def itself(sync):
    sync.state.mkdir()
    os.chown(sync.state, pwd.getpwnam("nobody").pw_uid, -1)
    return f"{sync.state} belongs to nobody"


def link(sync):
    sync.state.symlink_to("/etc")
    os.lchown(sync.state, pwd.getpwnam("nobody").pw_uid, -1)
    return f"{sync.state} belongs to nobody"


def link_to_such(sync):
    quota = sync.home / "quota"
    quota.mkdir()
    os.chown(quota, pwd.getpwnam("nobody").pw_uid, -1)
    sync.state.symlink_to(quota / "account")
    return f"{quota} belongs to nobody"


@pytest.mark.parametrize("spoil", [above, writable, itself, link, link_to_such])
def test_where_others_may_write(sync, spoil):
    """Root is not led there."""
    says = spoil(sync)
    status, said = sync()
    assert (status, says in said) == (1, True), said
    assert not list(sync.policies.iterdir())


def test_no_folder_above(sync):
    sync.state = sync.home / "nowhere/account"
    status, said = sync()
    assert (status, f"make it: install -d -m 750 -g ses-policy-milter {sync.home}/nowhere" in said) == (1, True), said


def test_more_than_a_run_can_ask(sync, world):
    """A part comes when all of it is there; what has been asked is not asked again."""
    world.identities = {f"i{number}.example": {} for number in range(60)}
    world.write()
    world.asked()
    slow = world.aws.read_text()
    world.aws.write_text(slow.replace('exec cat "$answer"', 'case $operation in get-email-identity) sleep 0.2 ;; esac\nexec cat "$answer"'))
    status, said = sync("--time", "8", "--others", "0")
    assert status == 0 and re.search(r"identities: \d+ of 60 are fetched; the next runs fetch the others\n", said), said
    assert "identities" not in sync.parts() and not list(sync.policies.glob("*.json"))
    world.aws.write_text(slow)
    assert sync("--others", "0").status == 0
    assert list(sync.parts()) == PARTS and len(list(sync.policies.glob("*.json"))) == 60
    # But for the two questions that the end of the time cut off.
    assert len([name for name in details(world.asked()) if name.startswith("i")]) <= 62


def test_a_large_account(folder):
    world = World(folder / "world")
    world.identities = {f"i{number}.example": {} for number in range(1000)}
    world.sets = {f"set-{number}": {} for number in range(50)}
    world.tenants = {f"tenant-{number}": [arn(f"i{number}.example")] for number in range(20)}
    world.suppressed = {f"user{number}@gone.example": "BOUNCE" for number in range(100_000)}
    world.write()
    sync = Sync(folder, world.aws)
    assert sync().status == 0
    assert list(sync.parts()) == PARTS
    assert len(sync.read("suppressed.json")["SuppressedDestinationSummaries"]) == 100_000
    assert [len(list((sync.state / part).iterdir())) for part in ("identities", "configuration-sets", "tenants")] == [1000, 50, 40]
    world.asked()
    # Then lists, and twenty of each kind.
    time.sleep(1.1)
    assert sync().said.startswith("ses-policy-sync: nothing new")
    asked = collections.Counter(line.split()[0] for line in world.asked())
    assert asked == {"get-caller-identity": 1, "get-account": 1, "list-configuration-sets": 1, "list-tenants": 1, "list-email-identities": 1,
                     "list-suppressed-destinations": 100, "get-configuration-set": 20, "get-tenant": 20, "list-tenant-resources": 20,
                     "get-email-identity": 20}


def test_the_real_aws(folder, aws):
    """Of Debian 12, without tenants."""
    with SesApi() as api:
        api.identities = {"example.net": {"Policies": {}}, "ceo@example.org": {"Policies": {}, "ConfigurationSetName": "main"}}
        api.sets = {"main": {}, "off": {"SendingOptions": {"SendingEnabled": False}}, "third": {}}
        api.suppressed = {"a@gone.example": "BOUNCE", "b@gone.example": "COMPLAINT", "c@gone.example": "BOUNCE"}
        busy = (429, '{"message": "slow down"}', THROTTLED)
        api.answers["/v2/email/configuration-sets/off"] = [busy]
        sync = Sync(folder, aws)
        sync.environment |= {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                             "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1"}
        endpoints = [word for name in ("endpoint-url", "sts-endpoint-url", "iam-endpoint-url") for word in (f"--{name}", api.url)]
        status, said = sync(*endpoints)
        assert status == 0, said
        assert "aws does not know this command (exit status 252): aws: error: argument operation: Invalid choice" in said
        assert list(sync.parts()) == [part for part in PARTS if part != "tenants"]
        assert [one["EmailAddress"] for one in sync.read("suppressed.json")["SuppressedDestinationSummaries"]] == [f"{name}@gone.example" for name in "abc"]
        assert sync.read("identities/ceo@example.org.json")["ConfigurationSetName"] == "main"
        assert not sync.read("configuration-sets/off.json")["SendingOptions"]["SendingEnabled"]
        assert "Details" not in sync.read("account.json") and sync.read("account.json")["SendQuota"]["MaxSendRate"] == 14.0
        # Denied and torn in the middle.
        api.instead["/v2/email/configuration-sets"] = (403, '{"message": "no"}', DENIED)
        api.answers["/v2/email/suppression/addresses"] = [(200, '{"SuppressedDestinationSummaries": [{"EmailAddr')]
        status, said = sync("--others", "0", *endpoints)
        assert status == 1 and said.count(DENIED) == 1 and said.count("suppressed: not fetched, what is here stays: ") == 1, said
        assert list(sync.parts()) == ["account", "identities", "suppressed"]
        assert len(sync.read("suppressed.json")["SuppressedDestinationSummaries"]) == 3


def test_the_daemon_loads_it(folder, world, start):
    """All parts; the daemon's user may read them and nobody else."""
    sync = Sync(folder, world.aws)
    daemon = start(settings={"account": ACCOUNT, "region": REGION}, by_hand=json.loads(policy("by-hand.example")))
    sync.daemon, sync.file = program("ses-policy-milter"), daemon.file
    assert sync("--no-policies", reload="false").status == 0
    daemon.settings["account_state"] = str(sync.state)
    daemon.write_settings()
    daemon.reload()
    world.account(SendingEnabled=False)
    status, said = sync("--no-policies", reload=f"kill -HUP {daemon.process.pid}")
    assert status == 0 and f"account state ({', '.join(PARTS)}); ok: " in said, said
    assert re.search(r"; account state of 2\S+Z.*: paused, .*3 suppressed\b", said), said
    daemon.wait_line("generation 3 in force.*paused, .*3 suppressed")


def test_permissions():
    """contrib/sync/permissions.json allows what the program asks, and nothing else. (STS needs no permission.)"""
    source = "".join(path.read_text() for path in (ROOT / "contrib/sync").iterdir() if path.suffix in (".py", ""))
    asked = {("iam" if "authorization-details" in name else "ses") + ":" + "".join(word.capitalize() for word in name.split("-"))
             for name in re.findall(r'"((?:get|list)-[a-z-]+)"', source)} - {"ses:GetCallerIdentity"}
    document = json.loads((ROOT / "contrib/sync/permissions.json").read_text())
    allowed = [action for statement in document["Statement"] for action in statement["Action"]]
    assert len(allowed) == len(set(allowed)) and set(allowed) == asked
    assert {statement["Effect"] for statement in document["Statement"]} == {"Allow"}
