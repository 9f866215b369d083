# SPDX-License-Identifier: BSD-2-Clause
"""Boundaries and the organization: the options of eval, what it explains, and raw requests of all layers."""
import json
import pathlib

import pytest

from lib.tool import lines, run

IDENTITY = "arn:aws:ses:us-west-2:123456789012:identity/example.com"
USER = "arn:aws:iam::123456789012:user/smtp-relay"
MAIL = ("--sender", "a@example.com", "--recipient", "b@example.org", "--header", "From: a@example.com")


def statement(effect: str, action: str = "*", resource: str = "*", **more: object) -> dict:
    return {"Effect": effect, "Action": action, "Resource": resource} | more


def document(*statements: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": list(statements)}


SEND = document(statement("Allow", "ses:SendRawEmail", IDENTITY, Sid="Send"))
ALL = document(statement("Allow"))
READ = document(statement("Allow", "s3:*"))
OURS = document(statement("Allow"), statement("Deny", "ses:*", Sid="Ours", Condition={"StringNotLike": {"ses:FromAddress": "*@example.com"}}))
NAMES = {"send": SEND, "all": ALL, "read": READ, "ours": OURS,
         "names": document(statement("Allow", "ses:SendRawEmail", IDENTITY, Principal={"AWS": USER})),
         "anyone": document(statement("Allow", "ses:SendRawEmail", IDENTITY, Principal="*"))}


@pytest.fixture(name="site")
def fixture_site(tmp_path: pathlib.Path) -> pathlib.Path:
    for name, policy in NAMES.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(policy), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("options, said", [
    ("--user-policy send", "allowed"),
    ("--user-policy read --user-policy send", "allowed"),
    ("--user-policy send --boundary all --organization all --organization ours", "allowed"),
    ("--user-policy send --boundary read", "implicitDeny at MAIL (boundary)"),
    ("--user-policy send --organization all --organization read", "implicitDeny at MAIL (organization)"),
    ("--policy names --boundary read", "allowed"),
    ("--policy anyone --boundary read", "implicitDeny at MAIL (boundary)"),
    ("--policy names --boundary read --organization read", "implicitDeny at MAIL (organization)"),
    ("--policy names --user-policy read", "allowed"),
])
def test_options_of_eval(site: pathlib.Path, options: str, said: str) -> None:
    words = [word if word.startswith("--") else f"{word}.json" for word in options.split()]
    done = run("eval", *words, *MAIL, cwd=site)
    note = 'ses-policy: note: user smtp-relay: a boundary without "policies" allows nothing by itself; add the policies of the principal\n'
    assert (done.stdout.splitlines()[0], done.returncode) == (said, 0 if said == "allowed" else 1)
    assert done.stderr == (note if "--boundary" in words and "--user-policy" not in words else "")


def test_options_go_before_settings(site: pathlib.Path) -> None:
    """Those that are not given stay as the settings have them."""
    entry = {"login": "billing", "arn": "arn:aws:iam::123456789012:user/billing", "policies": ["read.json"], "boundary": "all.json"}
    settings = {"policies": [], "account": "123456789012", "region": "us-west-2", "principals": [entry, {"network": "10.0.0.0/8", "refuse": True}],
                "organization": [["all.json"], ["read.json"]]}
    (site / "milter.json").write_text(json.dumps(settings), encoding="utf-8")
    mail = ("eval", "--settings", "milter.json", *MAIL, "--login", "billing")
    for options, said in (((), "implicitDeny at MAIL (organization)"),
                          (("--organization", "all.json"), "implicitDeny at MAIL (no-allow)"),
                          (("--organization", "all.json", "--user-policy", "send.json"), "allowed"),
                          (("--organization", "all.json", "--user-policy", "send.json", "--boundary", "read.json"), "implicitDeny at MAIL (boundary)")):
        assert run(*mail, *options, cwd=site).stdout.splitlines()[0] == said
    refused = run("eval", "--settings", "milter.json", *MAIL, "--client", "10.1.2.3", "--organization", "all.json", "--user-policy", "send.json", cwd=site)
    assert refused.stdout.startswith("implicitDeny at MAIL (client-refused)\n")


def test_each_layer_is_explained(site: pathlib.Path) -> None:
    done = run("eval", "--explain", "--policy", "anyone.json", "--user-policy", "send.json", "--boundary", "all.json",
               "--organization", "all.json", "--organization", "ours.json", *MAIL, cwd=site)
    heads = [line for line in done.stdout.splitlines() if line.startswith("  ") and line.endswith(".json)")]
    assert heads == ["  policy anyone (anyone.json)", "  policy of the principal send (send.json)", "  permissions boundary all (all.json)",
                     "  service control policy of level 1 all (all.json)", "  service control policy of level 2 ours (ours.json)"]
    for options, why in ((("--boundary", "read.json"), "  the permissions boundary of the principal does not allow it"),
                         (("--organization", "all.json", "--organization", "read.json"), "  no service control policy of level 2 allows it")):
        done = run("eval", "--explain", "--user-policy", "send.json", *options, *MAIL, cwd=site)
        assert done.stdout.splitlines()[-1] == why


def test_json_has_the_words_of_the_simulator(site: pathlib.Path) -> None:
    done = run("eval", "--json", "--user-policy", "send.json", "--boundary", "all.json", "--organization", "all.json", "--organization", "ours.json",
               *MAIL, cwd=site)
    answer, = lines(done.stdout)
    assert answer["EvalDecision"] == "allowed" and "layer" not in answer and "level" not in answer
    assert [(one["SourcePolicyId"], one["SourcePolicyType"], one.get("level")) for one in answer["MatchedStatements"]] == [
        ("send", "user", None), ("all", "boundary", None), ("all", "scp", 1), ("ours", "scp", 2)]
    result, = answer["ResourceSpecificResults"]
    assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": True}
    assert result["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": True}

    done = run("eval", "--json", "--user-policy", "send.json", "--boundary", "read.json", "--organization", "ours.json", *MAIL, cwd=site)
    answer, = lines(done.stdout)
    assert (answer["EvalDecision"], answer["reason"], answer["layer"]) == ("implicitDeny", "boundary", "boundary")
    result, = answer["ResourceSpecificResults"]
    assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    assert result["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": True}

    done = run("eval", "--json", "--user-policy", "all.json", "--policy", "anyone.json", "--organization", "all.json", "--organization", "ours.json",
               "--sender", "a@example.net", "--recipient", "b@example.org", cwd=site)
    answer, = lines(done.stdout)
    assert (answer["EvalDecision"], answer["reason"], answer["layer"], answer["level"]) == ("explicitDeny", "policy", "scp", 2)
    assert [(one["SourcePolicyType"], one["Sid"], one["level"]) for one in answer["MatchedStatements"]] == [("scp", "Ours", 2)]


@pytest.mark.parametrize("options, fault", [
    ("--policy send", "no statement has a Principal: this is a policy of a user"),
    ("--user-policy anyone", "every statement has a Principal: this is a policy of an SES identity"),
    ("--user-policy send --boundary anyone", "every statement has a Principal"),
    ("--user-policy send --organization anyone", "resource control policies do not cover SES"),
    ("--user-policy nowhere", "nowhere.json: No such file or directory"),
])
def test_the_right_place_is_named(site: pathlib.Path, options: str, fault: str) -> None:
    words = [word if word.startswith("--") else f"{word}.json" for word in options.split()]
    done = run("eval", *words, *MAIL, cwd=site)
    assert done.returncode == 2 and fault in done.stderr, done.stderr


def raw(*policies: dict, principal: str | None = USER) -> dict:
    line = json.dumps({"policies": list(policies), "request": {"principal": principal, "action": "ses:SendRawEmail", "resource": IDENTITY, "context": {}}})
    answer, = lines(run("eval", "--json", stdin=line + "\n").stdout)
    return answer


def test_raw_requests_name_the_layer() -> None:
    own, boundary = {"type": "identity", "document": SEND}, {"type": "boundary", "document": READ}
    low, high = {"type": "scp", "level": 3, "document": READ}, {"type": "scp", "level": -1, "document": ALL}
    assert raw(own, boundary) == {"decision": "implicitDeny", "layer": "boundary", "matched": [{"policy": "policies[0]", "sid": "Send", "statement": 0}]}
    answer = raw(low, own, high)
    assert (answer["decision"], answer["layer"], answer["level"]) == ("implicitDeny", "scp", 3)
    # In the order of the levels, whatever the order of the policies.
    assert raw(low, own, high | {"document": document(statement("Allow", "ec2:*"))})["level"] == -1
    # Without a level all are of one.
    assert raw(own, {"type": "scp", "document": READ}, {"type": "scp", "document": ALL})["decision"] == "allowed"
    # What does not concern the caller has not matched either.
    assert raw({"type": "resource", "document": NAMES["anyone"]}, high, principal=None)["matched"] == [{"policy": "policies[0]", "sid": "", "statement": 0}]


@pytest.mark.parametrize("policy, fault", [
    ({"type": "session"}, '"resource", "identity", "boundary" or "scp"'),
    ({"type": "scp", "level": "1"}, "policies[0]: level: belongs to \"scp\", and is a whole number"),
    ({"type": "boundary", "level": 1}, "policies[0]: level: belongs to \"scp\", and is a whole number"),
])
def test_raw_requests_that_are_none(policy: dict, fault: str) -> None:
    answer = raw({"document": ALL} | policy)
    assert answer["decision"] == "invalid" and fault in answer["error"]


def test_a_principal_has_one_boundary() -> None:
    boundary = {"type": "boundary", "document": ALL}
    assert "policies[1]: a second boundary; a principal has one" in raw(boundary, boundary)["error"]
