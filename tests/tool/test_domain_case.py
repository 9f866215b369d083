# SPDX-License-Identifier: BSD-2-Clause
"""Capitals in a policy's domains, through the tool: what eval decides in either mode, how it explains, and that lint says the same."""
import json
import pathlib
import re

import pytest

from lib.tool import run

ARN = "arn:aws:ses:us-west-2:123456789012:identity/"
MODES = ("domain", "preserve")


def deny(resource: str = f"{ARN}*", effect: str = "Deny", **condition: dict) -> dict:
    """One statement beside one that names account and region."""
    operators = {name.replace("__", ":"): keys for name, keys in condition.items()}
    return {"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "ses:SendEmail", "Resource": f"{ARN}anchor.test"},
        {"Sid": "case", "Effect": effect, "Principal": "*", "Action": "ses:SendRawEmail", "Resource": resource, "Condition": operators}]}


def site(folder: pathlib.Path, mode: str, policy: dict, allows: bool = True) -> pathlib.Path:
    """Settings. `allows`: the user may do what no policy denies."""
    (folder / "policies.d").mkdir(exist_ok=True)
    (folder / "policies.d" / "case.json").write_text(json.dumps(policy, indent=1))
    user: dict = {"arn": "arn:aws:iam::123456789012:user/u"} | ({} if allows else {"policies": []})
    (folder / "milter.json").write_text(json.dumps({"socket": f"unix:{folder}/s", "policies": [str(folder / "policies.d")],
                                                    "address_case": mode, "principals": [user]}))
    return folder / "milter.json"


def allowed(settings: pathlib.Path, sender: str, recipient: str = "r@x.test") -> bool:
    done = run("eval", "--settings", settings, "--sender", sender, "--recipient", recipient)
    assert done.returncode in (0, 1) and not done.stderr, done
    return done.returncode == 0


# Statement, sender, recipient, allowed with "domain" and with "preserve".
PAIRS = [
    (deny(f"{ARN}Example.NET"), "a@example.net", "r@x.test", False, False),
    (deny(f"{ARN}Example.NET"), "a@example.org", "r@x.test", True, True),
    (deny(StringEquals={"ses:FromAddress": "CEO@Example.NET"}), "CEO@Example.NET", "r@x.test", False, False),
    (deny(StringEquals={"ses:FromAddress": "CEO@Example.NET"}), "CEO@example.net", "r@x.test", False, True),
    (deny(StringEquals={"ses:FromAddress": "CEO@Example.NET"}), "ceo@example.net", "r@x.test", True, True),
    (deny(StringNotEquals={"ses:FromAddress": "ceo@Example.NET"}), "ceo@example.net", "r@x.test", False, False),
    (deny(ForAnyValue__StringLike={"ses:Recipients": "*@X.Test"}), "a@example.net", "r@x.test", False, True),
    (deny(ForAnyValue__StringLike={"ses:Recipients": "*@X.Test"}), "a@example.net", "r@y.test", True, True),
    (deny(ForAnyValue__StringLike={"ses:Recipients": "*@X.Test"}), "a@example.net", "r@X.Test", False, False),
    (deny(StringLike={"ses:FeedbackAddress": "*@Example.NET"}), "a@example.net", "r@x.test", False, True),
]


@pytest.mark.parametrize("policy, sender, recipient, domain, preserve", PAIRS)
def test_eval(tmp_path: pathlib.Path, policy: dict, sender: str, recipient: str, domain: bool, preserve: bool) -> None:
    assert [allowed(site(tmp_path, mode, policy), sender, recipient) for mode in MODES] == [domain, preserve]


def test_explain_says_which_reading(tmp_path: pathlib.Path) -> None:
    settings = site(tmp_path, "domain", deny(StringEquals={"ses:FromAddress": "CEO@Example.NET"}))
    message = ("--settings", settings, "--sender", "CEO@example.net", "--recipient", "r@x.test", "--explain")
    line = "  decided with the domains of the policies in lower case; as they are written the answer would be different\n"
    text = run("eval", *message).stdout
    assert line in text and "* statement 2 case (Deny, line" in text
    answer = json.loads(run("eval", *message, "--json").stdout)
    assert [one["domains"] for one in answer["ResourceSpecificResults"]] == ["lower case"]
    assert [one["Sid"] for one in answer["MatchedStatements"]] == ["case"]
    # As it is written: nothing is said of readings.
    settings = site(tmp_path, "domain", deny(StringEquals={"ses:FromAddress": "CEO@example.net"}))
    text, answer = run("eval", *message).stdout, json.loads(run("eval", *message, "--json").stdout)
    assert "lower case" not in text and "* statement 2 case (Deny, line" in text
    assert "domains" not in answer["ResourceSpecificResults"][0]


def test_a_test_covers_what_either_reading_matches(tmp_path: pathlib.Path) -> None:
    settings = site(tmp_path, "domain", deny(StringEquals={"ses:FromAddress": "CEO@Example.NET"}))
    (tmp_path / "case.test.json").write_text(json.dumps({"settings": settings.name, "tests": [
        {"name": "ceo", "sender": "CEO@example.net", "recipients": ["r@x.test"],
         "expect": {"decision": "explicitDeny", "statement": "case"}},
        {"name": "another", "sender": "cto@example.net", "recipients": ["r@x.test"], "expect": {"decision": "allowed"}}]}))
    done = run("test", "--coverage", tmp_path / "case.test.json")
    assert done.returncode == 0 and "ok 1" in done.stdout, done
    assert [line for line in done.stdout.splitlines() if "never" in line] == ["# never true: policy case, statement 1"]


# What lint says of capitals, and what becomes of mail whose domain is in lower case, or written as the policy has it.
SAYS_NOTHING_MATCHES = re.compile(r"is not matched, however the sender writes it|the Allow allows no message|the entry exempts nothing")
SAYS_AS_WRITTEN = re.compile(r"is not matched; mail must write the domain as it stands there")
SAYS_REFUSED_HERE = re.compile(r"refused here, but SES|also reads it in lower case, and refuses; SES may not")
SAYS_PASSES = re.compile(r"mail that writes the domain in lower case passes")
# Statement, whether the user has all, and whether mail from these is allowed, by mode: lower case, as written.
CLAIMS = [
    (deny(effect="Allow", StringEquals={"ses:FromAddress": "ceo@Example.NET"}), False,
     {"domain": (SAYS_NOTHING_MATCHES, False, False), "preserve": (SAYS_AS_WRITTEN, False, True)}),
    (deny(StringEquals={"ses:FromAddress": "ceo@Example.NET"}), True,
     {"domain": (SAYS_REFUSED_HERE, False, False), "preserve": (SAYS_PASSES, True, False)}),
    (deny(StringNotEquals={"ses:FromAddress": "ceo@Example.NET"}), True,
     {"domain": (SAYS_NOTHING_MATCHES, False, False), "preserve": (SAYS_AS_WRITTEN, False, True)}),
    (deny(effect="Allow", StringNotEquals={"ses:FromAddress": "ceo@Example.NET"}), False,
     {"domain": (SAYS_REFUSED_HERE, False, False), "preserve": (SAYS_PASSES, True, False)}),
    (deny(f"{ARN}Example.NET"), True,
     {"domain": (SAYS_REFUSED_HERE, False, False), "preserve": (SAYS_REFUSED_HERE, False, False)}),
    (deny(f"{ARN}Example.NET", "Allow"), False,
     {"domain": (SAYS_NOTHING_MATCHES, False, False), "preserve": (SAYS_NOTHING_MATCHES, False, False)}),
]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("policy, all_allowed, says", CLAIMS)
def test_lint_and_eval_agree(tmp_path: pathlib.Path, policy: dict, all_allowed: bool, says: dict, mode: str) -> None:
    claim, lower, written = says[mode]
    settings = site(tmp_path, mode, policy, all_allowed)
    findings = [json.loads(line) for line in run("lint", "--json", "--settings", settings).stdout.splitlines()]
    capitals = [one for one in findings if one["id"] in ("upper-case-in-domain", "upper-case-in-identity")]
    assert len(capitals) == 1 and claim.search(capitals[0]["mail"]), findings
    assert (allowed(settings, "ceo@example.net"), allowed(settings, "ceo@Example.NET")) == (lower, written)
    # What it says to write instead is read in one way alone. SES may refuse less by it, or allow more: it stands in words.
    assert "fix" not in capitals[0] and "example.net" in capitals[0]["message"]
    fixed = json.loads(json.dumps(policy).replace("Example.NET", "example.net"))
    settings = site(tmp_path, mode, fixed, all_allowed)
    assert not [line for line in run("lint", "--json", "--settings", settings).stdout.splitlines() if "upper-case-in" in line]
