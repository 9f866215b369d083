# SPDX-License-Identifier: BSD-2-Clause
"""Alert rules, as Prometheus evaluates them: each fires in its case with a summary in words, and is quiet in others."""
import json
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILES = ["contrib/grafana/alerts.yml", "contrib/grafana/quota-alerts.yml"]
HERE = {"instance": "relay1:9816", "job": "milter"}
DECISIONS, QUOTA = "ses_policy_milter_decisions_total", "ses_policy_quota_"


def series(name: str, values: str, **labels: str) -> dict[str, str]:
    """Of one relay, in the notation of promtool: `0+1x5` is 0 1 2 3 4 5."""
    inside = ",".join(f'{key}="{value}"' for key, value in (HERE | labels).items())
    return {"series": f"{name}{{{inside}}}", "values": values}


def milter(name: str, values: str, **labels: str) -> dict[str, str]:
    return series(f"ses_policy_milter_{name}", values, **labels)


def decided(decision: str, values: str, stage: str = "DATA") -> dict[str, str]:
    return milter("decisions_total", values, decision=decision, stage=stage)


# Alert; what was scraped, a value each minute; minutes later it fires with these labels and this summary.
FIRES = [
    ("SesPolicyMilterDown", [series("up", "1x10 0x10"), milter("build_info", "1x10 _x10", version="1")], 14, HERE,
     "ses-policy-milter does not answer on relay1:9816: if it is down, the MTA answers all mail with 451"),
    ("SesPolicyMilterAbsent", [series("up", "0x20")], 11, {}, "No ses-policy-milter is seen at all: none runs, or none is scraped"),
    ("SesPolicyMilterRestarts", [milter("connections_total", "9 0 9 0 9 0 9")], 6, HERE,
     "ses-policy-milter has started 3 times within an hour on relay1:9816: see journalctl -u ses-policy-milter"),
    ("SesPolicyReloadRefused", [milter("last_reload_refused", "0x5 1x5")], 8, HERE,
     "The settings or policies on relay1:9816 are wrong, and older ones stay in force: ses-policy-milter --check says where"),
    ("SesPolicyDefersMail", [milter("errors_total", "0x5 1x10", reason="memory"), milter("errors_total", "7x15", reason="record")], 10,
     HERE | {"reason": "memory"}, "The filter on relay1:9816 answers mail with 451 because of its own trouble: memory"),
    ("SesPolicyDefersMuchMail", [decided("error", "0+10x20"), decided("allowed", "0+60x20"), decided("allowed", "0+30x20", "EOM")], 15, HERE,
     "The filter on relay1:9816 answers 10% of all mail with 451 because of its own trouble"),
    ("SesPolicyRefusesMore", [decided("allowed", "0+99x240 23760+1x40"), decided("explicitDeny", "0+1x240 240+1x40", "MAIL")], 276, HERE,
     "50% of all mail is refused on relay1:9816, three times as much as in the last day"),
    ("SesPolicyRecordsLost", [milter("records_lost_total", "2x5 3x10")], 10, HERE,
     "Records or log lines are lost on relay1:9816: is the disk full, or does their reader stand still?"),
    ("SesPolicyAccountStateOld", [milter("account_state_timestamp_seconds", "60x80")], 70, HERE,
     "What relay1:9816 knows of the SES account is 1h 9m 0s old: see journalctl -u ses-policy-sync"),
    ("SesPolicyStrayLogins", [milter("stray_logins_total", "0x5 1x10")], 10, HERE,
     "Logins on relay1:9816 fit no entry of principals of their own: ses-policy-milter --status names them"),
    ("SesPolicyUnknownSesHeaders", [milter("unknown_ses_headers_total", "0x5 1x10")], 10, HERE,
     "Messages on relay1:9816 have X-SES- headers that the filter does not know, and it lets them through: the log names them"),
    ("SesPolicyUnendedMessages", [milter("unended_messages_total", "0+1x60"), decided("allowed", "0+5x60", "EOM")], 60, HERE,
     "Messages on relay1:9816 come to DATA and never to their end: contrib/postfix lists what switches the filter off"),
    ("SesPolicySlow", [milter("evaluation_seconds_bucket", "0+90x30", le="0.1"), milter("evaluation_seconds_bucket", "0+100x30", le="1"),
                       milter("evaluation_seconds_bucket", "0+100x30", le="+Inf")], 25, HERE,
     "One in a hundred messages takes 910ms to evaluate on relay1:9816"),
    ("SesQuotaNearlyUsed", [series(f"{QUOTA}used", "81x10", scope="account", key=""), series(f"{QUOTA}limit", "100x10", scope="account", key="")], 6,
     {"scope": "account"}, "account  has used more than 80 % of its recipients in 24 hours"),
    ("SesQuotaRefuses", [series(f"{QUOTA}refused_total", "0+1x40", scope="sender", kind="day")], 30, {"scope": "sender", "kind": "day"},
     "A limit of the sender (day) refuses mail"),
    ("SesQuotaStoreDown", [series(f"{QUOTA}store_up", "1x5 0x5")], 8, HERE,
     "The store of counts is in trouble on relay1:9816: mail is deferred, or not counted"),
    ("SesQuotaCountsLost", [series(f"{QUOTA}counts_lost_total", "0x5 1x5")], 8, HERE,
     "The store had forgotten its counts: limits may be exceeded for 24 hours"),
    ("SesQuotaUnmetered", [series(f"{QUOTA}unmetered_total", "0x5 1x5")], 8, HERE, "Mail passes that is not counted on relay1:9816"),
]

# Alert; why not; what was scraped; minutes later it is quiet.
QUIET = [
    ("SesPolicyMilterDown", "that is another program", [series("up", "0x20", job="node"), milter("build_info", "1x20")], 15),
    ("SesPolicyMilterDown", "a restart", [series("up", "1x10 0 1x10"), milter("build_info", "1x10 _ 1x10")], 12),
    ("SesPolicyMilterAbsent", "one is there", [milter("build_info", "1x20")], 15),
    ("SesPolicyMilterAbsent", "not for long", [series("up", "0x20")], 5),
    ("SesPolicyMilterRestarts", "an upgrade", [milter("connections_total", "9 0 9 9 9 9 9")], 6),
    ("SesPolicyReloadRefused", "mended", [milter("last_reload_refused", "0x5 1x5 0x5")], 14),
    ("SesPolicyDefersMail", "long ago", [milter("errors_total", "0x5 1x30", reason="memory")], 30),
    ("SesPolicyDefersMuchMail", "few", [decided("error", "0+1x20"), decided("allowed", "0+99x20")], 15),
    ("SesPolicyDefersMuchMail", "no mail", [decided("error", "0x20"), decided("allowed", "0x20")], 15),
    ("SesPolicyRefusesMore", "as always", [decided("allowed", "0+50x280"), decided("explicitDeny", "0+50x280", "MAIL")], 276),
    ("SesPolicyRefusesMore", "few", [decided("allowed", "0+990x240 237600+950x40"), decided("explicitDeny", "0+1x240 240+50x40", "MAIL")], 276),
    ("SesPolicyRecordsLost", "long ago", [milter("records_lost_total", "2x30")], 30),
    ("SesPolicyAccountStateOld", "there is none", [milter("account_state_timestamp_seconds", "0x80")], 75),
    ("SesPolicyAccountStateOld", "fetched", [milter("account_state_timestamp_seconds", "0+60x80")], 75),
    ("SesPolicyStrayLogins", "none now", [milter("stray_logins_total", "5x80")], 75),
    ("SesPolicyUnknownSesHeaders", "none now", [milter("unknown_ses_headers_total", "5x80")], 75),
    ("SesPolicyUnendedMessages", "clients that hang up", [milter("unended_messages_total", "0+1x60"), decided("allowed", "0+50x60", "EOM")], 60),
    ("SesPolicyUnendedMessages", "few", [milter("unended_messages_total", "0x50 1+1x10"), decided("allowed", "0x60", "EOM")], 58),
    ("SesPolicySlow", "quick", [milter("evaluation_seconds_bucket", "0+100x30", le="0.1"), milter("evaluation_seconds_bucket", "0+100x30", le="+Inf")], 25),
    ("SesQuotaNearlyUsed", "room", [series(f"{QUOTA}used", "80x10", scope="account", key=""), series(f"{QUOTA}limit", "100x10", scope="account", key="")], 8),
    ("SesQuotaRefuses", "a burst", [series(f"{QUOTA}refused_total", "0x5 1x40", scope="sender", kind="day")], 30),
    ("SesQuotaStoreDown", "a moment", [series(f"{QUOTA}store_up", "1x5 0 1x5")], 8),
    ("SesQuotaCountsLost", "long ago", [series(f"{QUOTA}counts_lost_total", "3x80")], 75),
    ("SesQuotaUnmetered", "long ago", [series(f"{QUOTA}unmetered_total", "3x80")], 75),
]


def rules() -> dict[str, str]:
    """Alert -> its severity."""
    text = "".join((ROOT / file).read_text() for file in FILES)
    return dict(re.findall(r"- alert: (\w+)\n.*?severity: (\w+)\n", text, re.S))


def group(name: str, scraped: list[dict[str, str]], alert: str, minute: int, expected: list[dict]) -> dict:
    return {"name": name, "interval": "1m", "input_series": scraped,
            "alert_rule_test": [{"eval_time": f"{minute}m", "alertname": alert, "exp_alerts": expected}]}


def test_when_they_fire():
    """All in one run: promtool names the groups of which it has something else to tell."""
    severities = rules()
    groups = [group(alert, scraped, alert, minute, [{"exp_labels": labels | {"severity": severities[alert]}, "exp_annotations": {"summary": summary}}])
              for alert, scraped, minute, labels, summary in FIRES]
    groups += [group(f"{alert}, {why}", scraped, alert, minute, []) for alert, why, scraped, minute in QUIET]
    test = {"rule_files": [str(ROOT / file) for file in FILES], "evaluation_interval": "1m", "tests": groups}
    # JSON is YAML.
    done = subprocess.run(["promtool", "test", "rules", "/dev/stdin"], input=json.dumps(test), capture_output=True, text=True, timeout=600, check=False)
    assert (done.returncode, done.stderr) == (0, "") and done.stdout.split()[-1] == "SUCCESS", done.stdout + done.stderr


def test_each_alert_is_tried():
    assert set(rules()) == {row[0] for row in FIRES} == {row[0] for row in QUIET}
    assert set(rules().values()) == {"warning", "critical"}
