# SPDX-License-Identifier: BSD-2-Clause
"""Quotas on the wire: what is counted, once and at the end; what a client hears; what log, records and metrics say."""
import json
import pathlib
import re
import shutil
import subprocess
import threading
import time
import urllib.request

import pytest

from lib.daemon import Daemon
from lib.milter_client import MilterClient
from lib.postfix import free_port
from lib.redis import Redis

SENDER, OTHER, RECIPIENT = "a@example.net", "b@example.net", "ann@example.org"
BAD_SENDER, BAD_RECIPIENT, BAD_FROM, BAD_DOMAIN = "bad@example.net", "bad@example.org", "forged@example.net", "all@example.com"
BILLING, NEWS = "arn:aws:iam::123456789012:user/billing", "arn:aws:iam::123456789012:user/news"
RESOURCE = "arn:aws:ses:us-west-2:123456789012:identity/example.net"


def deny(**conditions: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": [
        {"Sid": sid, "Effect": "Deny", "Principal": "*", "Action": "ses:SendRawEmail", "Resource": RESOURCE, "Condition": condition}
        for sid, condition in conditions.items()]}


POLICY = deny(sender={"StringEquals": {"ses:FromAddress": [BAD_SENDER, BAD_FROM]}}, recipient={"ForAnyValue:StringEquals": {"ses:Recipients": BAD_RECIPIENT}},
              all_of_them={"ForAllValues:StringEquals": {"ses:Recipients": BAD_DOMAIN}})
# Needs no header: nothing to say at the end of the headers.
PLAIN = deny(recipient={"ForAnyValue:StringEquals": {"ses:Recipients": BAD_RECIPIENT}})


def scrape(place: str) -> str:
    with urllib.request.urlopen(f"http://{place}/metrics", timeout=30) as response:
        return response.read().decode()


class Site:
    """A daemon with quotas, and what it has counted."""

    def __init__(self, start, client, folder: pathlib.Path) -> None:
        self.begin, self.connect, self.folder = start, client, folder
        self.place = f"127.0.0.1:{free_port()}"
        self.daemon: Daemon | None = None

    def start(self, quotas: dict, policy: dict = POLICY, **settings: object) -> "Site":
        quotas = {"store": str(self.folder / "run" / "quota.db")} | quotas
        principals = [{"login": "billing", "arn": BILLING}, {"login": "news", "arn": NEWS}]
        self.daemon = self.begin(settings={"metrics": self.place, "quotas": quotas, "principals": principals} | settings, policy=policy)
        return self

    def client(self, **options: object) -> MilterClient:
        return self.connect(self.daemon, **options)

    def value(self, name: str) -> float | None:
        found = re.findall(rf"^ses_policy_{re.escape(name)} (\S+)$", scrape(self.place), re.M)
        return float(found[0]) if found else None

    def used(self, scope: str = "account", key: str = "") -> float | None:
        return self.value(f'quota_used{{scope="{scope}",key="{key}"}}')

    def reload(self, quotas: dict) -> str:
        self.daemon.settings["quotas"] = {"store": self.daemon.settings["quotas"]["store"]} | quotas
        self.daemon.write_settings()
        return self.daemon.reload()


@pytest.fixture
def site(start, client, folder) -> Site:
    return Site(start, client, folder)


def login(name: str) -> dict[str, str]:
    return {"{auth_authen}": name}


def send(one: MilterClient, sender: str = SENDER, recipients: int = 1, name: str = "billing"):
    return one.message(sender, [f"u{i}@example.org" for i in range(recipients)], macros=login(name), headers=(("From", sender or OTHER),))


def test_each_key_counts_recipients_once(site):
    site.start({"account": {"per_day": 100}, "identities": [{"identity": "example.net", "per_day": 100}],
                "principals": [{"arn": BILLING, "per_day": 100}], "senders": [{"sender": SENDER, "per_day": 100}, {"sender": "*", "per_day": 100}]})
    one = site.client()
    assert send(one, recipients=3).stage == ""
    assert (site.used(), site.used("identity", "example.net"), site.used("principal", BILLING), site.used("sender", SENDER)) == (3, 3, 3, 3)
    # Who is named twice is two recipients, as SES counts; a sender that is written in capitals is the same.
    assert one.message("A@EXAMPLE.NET", [RECIPIENT, RECIPIENT], macros=login("billing"), headers=(("From", SENDER),)).stage == ""
    assert site.used() == 5 and site.used("sender", SENDER) == 5
    # Another principal, and another sender: their own counters.
    assert send(one, OTHER, 1, "news").stage == ""
    assert (site.used(), site.used("principal", BILLING), site.used("sender", SENDER)) == (6, 5, 5)
    # The keys: account, identity, principal, two senders.
    assert site.value("quota_keys") == 5 and site.value("quota_store_up") == 1
    assert site.value('quota_limit{scope="account",key=""}') == 100
    assert site.value('quota_limit{scope="sender",key="*"}') is None
    checked = subprocess.run(["promtool", "check", "metrics"], input=scrape(site.place), capture_output=True, text=True, timeout=60, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_the_null_sender_counts_as_its_from_header(site):
    site.start({"senders": [{"sender": SENDER, "per_day": 100}]}, policy=PLAIN)
    assert send(site.client(), "").stage == "" and site.used("sender", SENDER) == 0
    assert site.client().message("", [RECIPIENT], headers=(("From", f"Ann <{SENDER}>"),)).stage == ""
    assert site.used("sender", SENDER) == 1


def taken_back(one: MilterClient) -> None:
    one.mail(f"<{SENDER}>", macros=login("billing"))
    one.rcpt(f"<{RECIPIENT}>")
    one.abort()


def broken_off_in_data(one: MilterClient) -> None:
    one.mail(f"<{SENDER}>", macros=login("billing"))
    one.rcpt(f"<{RECIPIENT}>")
    one.data()
    one.header("From", SENDER)
    one.abort()


def gone_in_data(one: MilterClient) -> None:
    one.mail(f"<{SENDER}>", macros=login("billing"))
    one.rcpt(f"<{RECIPIENT}>")
    one.data()
    one.close()


def refused_at_mail(one: MilterClient) -> None:
    assert one.message(BAD_SENDER, [RECIPIENT]).stage == "MAIL"


def refused_at_rcpt(one: MilterClient) -> None:
    assert one.message(SENDER, [BAD_RECIPIENT], macros=login("billing")).stage == "RCPT"


def refused_for_a_header(one: MilterClient) -> None:
    assert one.message(SENDER, [RECIPIENT], headers=(("From", BAD_FROM),), macros=login("billing")).stage in ("EOH", "EOM")


def refused_at_data(one: MilterClient) -> None:
    assert one.message(SENDER, [BAD_DOMAIN, BAD_DOMAIN], macros=login("billing")).stage == "DATA"


@pytest.mark.parametrize("event", [taken_back, broken_off_in_data, gone_in_data, refused_at_mail, refused_at_rcpt, refused_at_data, refused_for_a_header])
def test_what_does_not_come_to_its_end_counts_for_nothing(site, event):
    site.start({"account": {"per_day": 5}, "principals": [{"arn": BILLING, "per_day": 5}]})
    for _ in range(3):
        event(site.client())
    assert site.used() == 0 and site.used("principal", BILLING) == 0 and site.value("quota_keys") == 0
    # And it takes nothing away from the one that comes to it.
    assert send(site.client(), recipients=5).stage == "" and site.used() == 5


def test_a_refused_recipient_is_not_counted(site):
    site.start({"account": {"per_day": 5}})
    outcome = site.client().message(SENDER, [RECIPIENT, BAD_RECIPIENT], macros=login("billing"), headers=(("From", SENDER),))
    assert outcome.taken == [RECIPIENT] and outcome.stage == "" and site.used() == 1


def read_records(site: Site, count: int) -> list[dict]:
    """As many, or all that come in a minute: they are written behind the replies."""
    file, end = site.folder / "run" / "decisions.jsonl", time.monotonic() + 60
    while file.read_text().count("\n") < count and time.monotonic() < end:
        time.sleep(0.01)
    return [json.loads(text) for text in file.read_text().splitlines()]


def test_a_full_day(site):
    site.start({"account": {"per_day": 100}, "principals": [{"arn": BILLING, "per_day": 4}]}, records="RUN/decisions.jsonl")
    one = site.client()
    assert send(one, recipients=3).stage == ""
    outcome = send(one, recipients=2)
    assert outcome.stage == "EOM"
    assert re.fullmatch(r"454 4\.7\.0 Throttling failure: Daily message quota exceeded for user/billing "
                        r"\(3 of 4 recipients in 24 hours, about 24 h( [1-5] min)? to go\) id=\S+", outcome.answer.text), outcome.answer.text
    # Nothing of it was counted, for no key; one recipient still fits, and others are not in the way.
    assert (site.used(), site.used("principal", BILLING)) == (3, 3)
    assert send(one).stage == "" and send(one, recipients=9, name="news").stage == ""
    # Now it is known to be full. It is told where a reply is due anyway.
    outcome = send(one)
    assert outcome.stage in ("MAIL", "DATA")
    assert re.fullmatch(r"454 4\.7\.0 Throttling failure: Daily message quota exceeded for user/billing "
                        r"\(4 recipients in 24 hours, about 24 h( [1-5] min)? to go\) id=\S+", outcome.answer.text), outcome.answer.text
    line = site.daemon.wait_line("reason=quota .*used=3")
    assert re.search(r"stage=EOM decision=throttled reason=quota quota=principal key=user/billing kind=day used=3 limit=4 asked=2 retry_after=\d+ ", line)
    records = read_records(site, 5)
    assert [record["decision"] for record in records] == ["allowed", "throttled", "allowed", "allowed", "throttled"]
    assert records[0]["quota"] is None and records[1]["would"] is None
    assert records[1]["quota"] | {"retry_after": 0} == {"scope": "principal", "key": BILLING, "kind": "day", "used": 3, "limit": 4, "asked": 2, "retry_after": 0}
    assert 86000 < records[1]["quota"]["retry_after"] <= 86700
    assert site.value('quota_refused_total{scope="principal",kind="day"}') == 2
    assert site.value('milter_decisions_total{decision="throttled",stage="EOM"}') == 1


def test_80_and_100_percent_are_told_once(site):
    """A line for each, of each key, whether it refuses or is only watched; also after a reload."""
    quotas = {"principals": [{"arn": BILLING, "per_day": 10}], "senders": [{"sender": SENDER, "per_day": 5, "mode": "monitor"}]}
    site.start(quotas)
    for recipients in (3, 1, 1):
        assert send(site.client(), recipients=recipients).stage == ""
    assert "in force" in site.reload(quotas)
    for recipients in (2, 1, 1, 1):
        assert send(site.client(), recipients=recipients).stage == ""
    assert send(site.client()).answer.code == 454
    # Lines come in their order, behind the replies.
    assert site.client().message(BAD_SENDER, [RECIPIENT]).stage == "MAIL"
    site.daemon.wait_line("stage=MAIL decision=explicitDeny")
    said = re.findall(r"quota: (.* has used .*)$", site.daemon.log(), re.M)
    assert said == [f"{name} has used {part} of its {limit} recipients in 24 hours" for name, part, limit in (
        (SENDER, "80 percent", 5), (SENDER, "all", 5), ("user/billing", "80 percent", 10), ("user/billing", "all", 10))]


def test_a_message_that_can_never_pass(site):
    site.start({"principals": [{"arn": BILLING, "per_day": 20}, {"arn": NEWS, "per_day": 0}]})
    outcome = send(site.client(), recipients=50)
    assert outcome.stage == "EOM" and outcome.answer.text.startswith("550 5.5.3 Too many recipients: 50, user/billing may send 20 in 24 hours id=")
    outcome = send(site.client(), name="news")
    assert outcome.answer.text.startswith("550 5.5.3 Too many recipients: 1, user/news may send 0 in 24 hours id=")
    assert site.value('quota_refused_total{scope="principal",kind="size"}') == 2
    site.daemon.wait_line("decision=throttled reason=quota .*kind=size used=0 limit=20 asked=50")


def test_too_fast(site):
    site.start({"principals": [{"arn": BILLING, "per_second": 0.01, "burst": 3}]})
    one = site.client()
    # The rule of debt: a message passes while anything is left, whatever its size.
    assert send(one, recipients=2).stage == "" and send(one, recipients=10).stage == ""
    outcome = send(one)
    assert outcome.stage == "EOM"
    assert outcome.answer.text.startswith("454 4.7.0 Throttling failure: Maximum sending rate exceeded for user/billing (0.01 recipients a second) id=")
    site.daemon.wait_line("reason=quota quota=principal key=user/billing kind=second used=12 limit=0.01 asked=1 retry_after=")
    assert site.used("principal", BILLING) == 12


def test_a_pattern_gives_each_its_own_counter(site):
    site.start({"principals": [{"arn": "arn:aws:iam::123456789012:user/*", "per_day": 2}]})
    one = site.client()
    assert send(one, recipients=2, name="billing").stage == "" and send(one, recipients=2, name="news").stage == ""
    assert send(one, name="billing").answer.code == 454 and send(one, name="news").answer.code == 454
    assert site.value("quota_keys") == 2


def test_a_limit_in_an_entry_of_principals(site):
    site.start({}, principals=[{"login": "billing", "arn": BILLING, "per_day": 1},
                               {"login": "*", "arn": "arn:aws:iam::123456789012:user/${login}", "per_day": 2}])
    one = site.client()
    assert send(one).stage == "" and send(one).answer.code == 454
    # Case gives nobody a counter of its own.
    assert send(one, name="ann").stage == "" and send(one, name="ANN").stage == ""
    assert send(one, name="Ann").answer.code == 454 and send(one, name="eve").stage == ""


def test_a_limit_that_is_only_watched(site):
    site.start({"account": {"per_day": 1, "mode": "monitor"}}, records="RUN/decisions.jsonl")
    one = site.client()
    assert all(send(one).stage == "" for _ in range(3)) and site.used() == 3
    line = site.daemon.wait_line("decision=throttled mode=monitor would=would-reject reason=quota quota=account kind=day")
    assert "key=" not in line
    records = read_records(site, 5)
    assert [(record["decision"], record["mode"], record["would"]) for record in records] == [("allowed", "enforce", None)] + \
        [("throttled", "monitor", "would-reject"), ("allowed", "enforce", None)] * 2
    assert site.value('quota_refused_total{scope="account",kind="day"}') == 0


def test_policies_on_trial_count_nothing(site):
    shadow = site.folder / "shadow"
    shadow.mkdir()
    (shadow / "policy.json").write_text(json.dumps(deny(sender={"StringEquals": {"ses:FromAddress": SENDER}})))
    site.start({"account": {"per_day": 5}, "senders": [{"sender": "*", "per_day": 5}]}, shadow=[str(shadow)], records="RUN/decisions.jsonl")
    one = site.client()
    assert send(one, recipients=3).stage == "" and send(one, OTHER, recipients=2).stage == ""
    # Once each, whatever the trial says, and it knows of no quota.
    assert site.used() == 5
    assert send(one).answer.code == 454
    records = read_records(site, 4)
    assert [record["quota"] is None for record in records if record["mode"] == "shadow"] == [True] * (len(records) - 3)
    assert len(records) > 3


def test_monitor_mode(site):
    site.start({"account": {"per_day": 1}}, mode="monitor")
    one = site.client()
    assert all(send(one).stage == "" for _ in range(3))
    # What the policies would refuse is not sent, and not counted.
    assert one.message(BAD_SENDER, [RECIPIENT], headers=(("From", BAD_SENDER),)).stage == ""
    assert site.used() == 3
    site.daemon.wait_line("decision=throttled mode=monitor would=would-reject reason=quota quota=account")


def test_the_log_has_a_line_a_second(site):
    site.start({"account": {"per_day": 0}}, records="RUN/decisions.jsonl")
    one, begin = site.client(), time.monotonic()
    for _ in range(100):
        assert send(one).answer.code == 550
    seconds = time.monotonic() - begin
    # What was left out is told later, all of it.
    def told() -> tuple[int, int]:
        log = site.daemon.log()
        more = [int(n) for n in re.findall(r"quota=account .*more=(\d+)|quota=account: and (\d+) more", log) for n in n if n]
        return len(re.findall("decision=throttled", log)), sum(more)
    while sum(told()) < 100:
        assert time.monotonic() - begin < 120
        time.sleep(0.1)
    lines, more = told()
    assert lines + more == 100 and lines <= seconds + 2
    assert len(read_records(site, 100)) == 100


def test_a_record_that_cannot_be_written_gives_back(site):
    site.start({"account": {"per_day": 2}}, records="/dev/full", records_required=True)
    one = site.client()
    for _ in range(3):
        outcome = send(one)
        assert outcome.stage == "EOM" and outcome.answer.code == 451
    assert site.used() == 0


def test_what_a_watched_limit_says_is_required_too(site):
    """The message is let through, so its answer hangs on the record; in the daemon's monitor mode nothing does."""
    quotas = {"account": {"per_day": 1, "mode": "monitor"}}
    site.start(quotas, records="/dev/full", records_required=True, records_allowed=False)
    one = site.client()
    assert send(one).stage == "" and site.used() == 1
    for _ in range(2):
        outcome = send(one)
        assert outcome.stage == "EOM" and outcome.answer.code == 451
    assert site.used() == 1
    site.daemon.settings["mode"] = "monitor"
    assert "in force" in site.reload(quotas)
    assert send(site.client()).stage == "" and site.used() == 2


def test_without_quotas_nothing_is_there(start, client, folder):
    place = f"127.0.0.1:{free_port()}"
    daemon = start(settings={"metrics": place, "sandbox": False}, policy=POLICY)
    assert send(client(daemon)).stage == ""
    assert "ses_policy_quota" not in scrape(place) and not list(folder.glob("**/quota*"))


def test_a_reload_changes_limits_and_keeps_counts(site):
    site.start({"account": {"per_day": 3}})
    one = site.client()
    assert send(one, recipients=3).stage == "" and send(one).answer.code == 454
    assert "in force" in site.reload({"account": {"per_day": 5}})
    one = site.client()
    assert send(one, recipients=2).stage == "" and site.used() == 5
    assert "in force" in site.reload({"account": {"per_day": 1}})
    assert send(site.client()).answer.code == 454
    mark = site.daemon.mark()
    site.daemon.settings["quotas"]["store"] += ".other"
    site.daemon.write_settings()
    site.daemon.reload()
    site.daemon.wait_line('the setting "quotas.store" has changed; that takes a restart', mark)
    assert send(site.client()).answer.code == 454


@pytest.mark.parametrize("name, value", [("store_user", "other"), ("store_password_file", "FILE"), ("store_sentinel_user", "other"),
                                         ("store_sentinel_password_file", "FILE"), ("store_timeout_ms", 300)])
def test_how_the_store_is_reached_takes_a_restart(site, name, value):
    """Nothing answers there: that is no reason not to start."""
    (secret := site.folder / "secret").write_text("secret")
    (other := site.folder / "other").write_text("other")
    for file in (secret, other):
        file.chmod(0o640)
        shutil.chown(file, group="nogroup")
    quotas = {"store": f"sentinel://127.0.0.1:{free_port()}/main", "store_user": "sesq", "store_password_file": str(secret),
              "store_sentinel_user": "sesq", "store_sentinel_password_file": str(secret), "account": {"per_day": 3}}
    site.start(quotas)
    mark = site.daemon.mark()
    assert "in force" in site.reload(quotas | {name: str(other) if value == "FILE" else value})
    site.daemon.wait_line(f'the setting "quotas.{name}" has changed; that takes a restart', mark)
    assert site.daemon.log(mark).count("takes a restart") == 1


def test_a_reload_brings_quotas_and_takes_them(start, client, folder):
    daemon = start(policy=POLICY)
    one = client(daemon)
    assert send(one).stage == ""
    quotas = {"store": str(folder / "run" / "quota.db"), "account": {"per_day": 1}}
    daemon.settings["quotas"] = quotas
    daemon.write_settings()
    assert "in force" in daemon.reload()
    # Also on a connection that is older.
    assert send(one).stage == "" and send(one).answer.code == 454
    del daemon.settings["quotas"]
    daemon.write_settings()
    mark = daemon.mark()
    assert "in force" in daemon.reload() and send(one).stage == ""
    assert "takes a restart" not in daemon.log(mark)
    daemon.settings["quotas"] = quotas
    daemon.write_settings()
    daemon.reload()
    assert send(one).answer.code == 454


def test_a_reload_for_another_region(site, folder):
    """In a Redis the counts are those of the new one from then on; in a file they go on, and the log says what to do."""
    redis = Redis(folder / "redis", unixsocketperm="777").start()
    try:
        for store, kept in ((redis.store, 0), (str(folder / "run" / "other.db"), 3)):
            site.start({"account": {"per_day": 5}, "store": store})
            assert send(site.client(), recipients=3).stage == "" and site.used() == 3
            site.daemon.settings["region"] = "eu-west-1"
            mark = site.daemon.mark()
            assert "in force" in site.reload({"account": {"per_day": 5}})
            line = site.daemon.wait_line("reload: quotas: counted for 123456789012/eu-west-1 from now on; it was 123456789012/us-west-2", mark)
            assert ("ses-policy quota reset" in line) == bool(kept)
            assert send(site.client(), recipients=5 - kept).stage == "" and send(site.client()).answer.code == 454
            assert site.daemon.stop() == 0
    finally:
        redis.kill()


def test_changing_limits_under_load(site):
    """Never above the larger, never refused below the smaller, and nothing lost."""
    small, large, sessions = 60, 90, 4
    site.start({"account": {"per_day": small}})
    done, refused = [0] * sessions, threading.Event()
    early = []

    def work(index: int) -> None:
        one = site.client()
        while not refused.is_set():
            before = sum(done)
            if send(one).stage == "":
                done[index] += 1
            elif before + 2 * sessions < small:
                early.append(before)
            if sum(done) >= large:
                refused.set()
            time.sleep(0.02)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(sessions)]
    for thread in threads:
        thread.start()
    limits, end = [large, small], time.monotonic() + 60
    while not refused.is_set() and time.monotonic() < end:
        site.reload({"account": {"per_day": limits[0]}})
        limits.reverse()
        time.sleep(0.05)
    refused.set()
    for thread in threads:
        thread.join()
    assert sum(done) == large and not early
    site.reload({"account": {"per_day": large}})
    assert site.used() == large and send(site.client()).answer.code == 454


def test_settings_of_the_account_state(site, folder):
    """"ses": the limits of SES, and what it had counted; and the sandbox."""
    state = folder / "account"
    state.mkdir(mode=0o755)
    account = {"SendingEnabled": True, "ProductionAccessEnabled": True, "EnforcementStatus": "HEALTHY",
               "SendQuota": {"Max24HourSend": 50.0, "MaxSendRate": -1.0, "SentLast24Hours": 47.0}}
    (state / "account.json").write_text(json.dumps(account))
    (state / "state.json").write_text(json.dumps({"parts": {"account": "2026-05-01T12:00:00Z"}}))
    site.start({"account": "ses"}, account_state=str(state))
    one = site.client()
    assert send(one, recipients=3).stage == "" and site.used() == 50 and site.value('quota_limit{scope="account",key=""}') == 50
    assert send(one).answer.code == 454


def test_the_sandbox_has_limits(site):
    site.start({}, sandbox=True, identities=["example.org"])
    said = site.daemon.check().stdout
    assert "quota: account: 200 recipients in 24 hours, 1 a second (burst 60)\n" in said
    assert send(site.client(), recipients=59).stage == "" and send(site.client(), recipients=2).stage == ""
    assert send(site.client()).answer.text.startswith("454 4.7.0 Throttling failure: Maximum sending rate exceeded for the account (1 recipient a second)")


def test_the_check_says_what_is_limited(site):
    site.start({"account": {"per_day": 50000, "per_second": 14.5}, "senders": [{"sender": "*@Example.net", "per_day": 500, "mode": "monitor"}],
                "principals": [{"arn": BILLING, "per_second": 2}]})
    said = site.daemon.check().stdout
    assert "quota: account: 50000 recipients in 24 hours, 14.5 a second (burst 870)\n" \
        f"quota: principal {BILLING}: 2 a second (burst 120)\n" \
        "quota: sender *@example.net: 500 recipients in 24 hours, each, only watched\n" in said
