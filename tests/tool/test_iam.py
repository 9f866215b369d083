# SPDX-License-Identifier: BSD-2-Clause
"""The setting iam: users, roles, groups and managed policies as IAM prints them, and what becomes of the mail of their logins."""
import json
import pathlib

import pytest

from lib.iam import ACCOUNT, details, document, entity, managed, statement
from lib.tool import run

IAM, STS = f"arn:aws:iam::{ACCOUNT}:", f"arn:aws:sts::{ACCOUNT}:"
SENDING = "arn:aws:iam::aws:policy/AmazonSesSendingAccess"
MAY_ALL, ALL = statement("Allow", "All"), statement("Deny", "Nothing")

GROUPS = [entity("Group", "Senders", policies={"no-outside": document(statement(
    "Deny", "NoOutside", **{"ForAnyValue:StringLike": {"ses:Recipients": "*@blocked.example"}}))}, attached=("RedOnly",))]
POLICIES = [
    managed(SENDING, document(MAY_ALL)),
    managed("OnlyInfo", document(statement("Allow", "Info", StringLike={"ses:FromAddress": "info@*"})), older=document(MAY_ALL)),
    managed("RedOnly", document(statement("Deny", "RedOnly", StringNotEquals={"aws:PrincipalTag/team": "red"})), older=document(ALL)),
    managed("ByPath", document(statement("Allow", "ByPath", StringEquals={
        "aws:PrincipalArn": f"{IAM}user/staff/Dora", "aws:userid": "IDDORA", "aws:username": "Dora", "aws:PrincipalType": "User"}))),
    managed("ByRole", document(statement("Allow", "ByRole", StringEquals={"aws:PrincipalArn": f"{IAM}role/svc/Mailer", "aws:PrincipalTag/kind": "robot"}))),
    managed("Unused", document({"Effect": "Deny", "Action": "ses:SendEmail", "Resource": "*"})),
]
ROLES = [entity("Role", "Mailer", "/svc/", attached=("ByRole",), tags={"kind": "robot"})]
USERS = [
    entity("User", "Ann", "/staff/", policies={"own": document(statement(
        "Allow", "OwnAddress", StringEquals={"ses:FromAddress": "${aws:username}@example.com"}))}, groups=("Senders",), tags={"Team": "red"}),
    entity("User", "blue", attached=(SENDING,), groups=("Senders",), tags={"Team": "blue"}),
    entity("User", "untagged", attached=(SENDING,), groups=("Senders",)),
    entity("User", "bound", attached=(SENDING,), boundary="OnlyInfo"),
    entity("User", "both", attached=("OnlyInfo", SENDING), boundary="OnlyInfo"),
    entity("User", "nothing"),
    entity("User", "limited", boundary=SENDING),
    entity("User", "Dora", "/staff/", attached=("ByPath",)),
    entity("User", "eve"), entity("User", "Eve", attached=(SENDING,)),
    entity("User", "smtp-app", attached=(SENDING,)),
]
LIST = [
    {"login": "as-eve", "arn": f"{IAM}user/Eve"},
    {"login": "ann-without-path", "arn": f"{IAM}user/Ann"},
    {"login": "ann-in-full", "arn": f"{IAM}user/staff/Ann"},
    {"login": "gone", "arn": f"{IAM}user/gone"},
    {"login": "batch", "arn": f"{STS}assumed-role/Mailer/batch"},
    {"login": "no-role", "arn": f"{STS}assumed-role/mailer/batch"},
    {"login": "role", "arn": f"{IAM}role/svc/Mailer"},
    {"login": "root", "arn": f"{IAM}root"},
    {"login": "federated", "arn": f"{STS}federated-user/f"},
    {"login": "told", "arn": f"{IAM}user/told", "policies": ["told.json"]},
    {"login": "told-here", "arn": f"{IAM}user/nothing", "policies": ["told.json"]},
    {"login": "tagged-here", "arn": f"{IAM}user/untagged", "context": {"aws:PrincipalTag/team": "red"}},
    {"login": "retagged", "arn": f"{IAM}user/blue", "context": {"aws:PrincipalTag/team": "red"}},
    {"login": "other", "arn": "arn:aws:iam::210987654321:user/other", "policies": ["told.json"]},
    {"network": "10.1.0.0/16", "login": "*", "arn": f"{IAM}user/staff/${{login}}"},
    {"network": "10.2.0.0/16", "login": "*", "arn": f"{IAM}user/smtp-${{login}}"},
    {"network": "10.3.0.0/16", "login": "*", "arn": f"{STS}assumed-role/${{login}}/session"},
    {"login": "*", "arn": f"{IAM}user/${{login}}"},
]


def site(folder: pathlib.Path, account: object = None, principals: list[dict] | None = None, **more: object) -> pathlib.Path:
    text = account if isinstance(account, str) else json.dumps(account or details(USERS, GROUPS, ROLES, POLICIES), indent=1)
    (folder / "account.json").write_text(text)
    (folder / "told.json").write_text(json.dumps(document(statement("Allow", "Told", StringLike={"ses:FromAddress": "told@*"}))))
    entries = [entry | ({"policies": [str(folder / path) for path in entry["policies"]]} if "policies" in entry else {})
               for entry in (LIST if principals is None else principals)]
    (folder / "milter.json").write_text(json.dumps({"policies": [], "region": "us-west-2", "from_address": "envelope", "login_realms": [],
                                                    "iam": str(folder / "account.json"), "principals": entries} | more))
    return folder / "milter.json"


def decide(settings: pathlib.Path, login: str | None, sender: str, recipient: str = "r@example.net", client: str = "192.0.2.1") -> dict:
    done = run("eval", "--json", "--settings", settings, "--sender", sender, "--recipient", recipient, "--client", client,
               *(("--login", login) if login else ()))
    assert done.returncode in (0, 1), done
    return json.loads(done.stdout)


def answer(settings: pathlib.Path, *mail: object) -> str:
    """The reason, and which policy, where one denied."""
    told = decide(settings, *mail)
    if told["EvalDecision"] == "allowed":
        return "allowed"
    return " ".join([told["reason"]] + [one["SourcePolicyId"] for one in told["MatchedStatements"]])


CASES = [
    # login, sender, recipient, client: what
    ("Ann", "Ann@example.com", "allowed"),
    ("ann", "Ann@example.com", "allowed"),
    ("ANN", "Ann@example.com", "allowed"),
    ("ann", "ann@example.com", "no-allow"),
    ("Ann", "Ann@example.com", "policy no-outside of group Senders", "r@blocked.example"),
    ("blue", "x@example.com", "policy RedOnly"),
    ("untagged", "x@example.com", "policy RedOnly"),
    ("tagged-here", "x@example.com", "allowed"),
    ("retagged", "x@example.com", "allowed"),
    ("bound", "x@example.com", "boundary"),
    ("bound", "info@example.com", "allowed"),
    ("both", "x@example.com", "boundary"),
    ("both", "info@example.com", "allowed"),
    ("nothing", "x@example.com", "no-allow"),
    ("limited", "x@example.com", "no-allow"),
    ("dora", "x@example.com", "allowed"),
    ("eve", "x@example.com", "principal-unknown"),
    ("Eve", "x@example.com", "principal-unknown"),
    ("as-eve", "x@example.com", "allowed"),
    ("as-Eve", "x@example.com", "login"),
    ("nobody", "x@example.com", "principal-unknown"),
    (None, "x@example.com", "principal-unknown"),
    ("ann-without-path", "Ann@example.com", "principal-unknown"),
    ("ann-in-full", "Ann@example.com", "allowed"),
    ("gone", "x@example.com", "principal-unknown"),
    ("batch", "x@example.com", "allowed"),
    ("no-role", "x@example.com", "principal-unknown"),
    ("role", "x@example.com", "allowed"),
    ("root", "x@example.com", "allowed"),
    ("federated", "x@example.com", "principal-unknown"),
    ("told", "told@example.com", "allowed"),
    ("told", "x@example.com", "no-allow"),
    ("told-here", "told@example.com", "allowed"),
    ("other", "told@example.com", "no-allow"),
    ("ann", "Ann@example.com", "allowed", "r@example.net", "10.1.0.1"),
    ("blue", "Ann@example.com", "principal-unknown", "r@example.net", "10.1.0.1"),
    ("app", "x@example.com", "allowed", "r@example.net", "10.2.0.1"),
    ("smtp-app", "x@example.com", "principal-unknown", "r@example.net", "10.2.0.1"),
    ("Mailer", "x@example.com", "allowed", "r@example.net", "10.3.0.1"),
    ("mailer", "x@example.com", "principal-unknown", "r@example.net", "10.3.0.1"),
    ("team/ann", "x@example.com", "login"),
]


def test_each_login_has_what_iam_gives_it(tmp_path: pathlib.Path) -> None:
    settings = site(tmp_path)
    got = {case: answer(settings, case[0], case[1], *case[3:]) for case in CASES}
    assert got == {case: case[2] for case in CASES}


def test_a_name_with_a_wildcard_is_of_nobody(tmp_path: pathlib.Path) -> None:
    settings = site(tmp_path, details([entity("User", "A*", attached=(SENDING,)), entity("User", "Ann"), entity("User", "Bob", attached=(SENDING,))],
                                      [], [entity("Role", "M?", attached=(SENDING,))], POLICIES))
    got = {login: answer(settings, login, "x@example.com") for login in ("Ann", "Abe", "A*", "Bob", "batch")}
    assert got == {"Ann": "no-allow", "Abe": "principal-unknown", "A*": "login", "Bob": "allowed", "batch": "principal-unknown"}


def test_the_user_is_called_what_iam_calls_it(tmp_path: pathlib.Path) -> None:
    told = decide(site(tmp_path), "ANN", "x@example.com")
    assert told["principal"] == f"{IAM}user/staff/Ann"
    # It is no stray: IAM has it.
    done = run("eval", "--settings", tmp_path / "milter.json", "--sender", "x@example.com", "--recipient", "r@example.net", "--login", "ANN")
    assert "fits only" not in done.stdout + done.stderr


def test_notes_tell_what_is_asked_of_iam_in_vain(tmp_path: pathlib.Path) -> None:
    notes = [line for line in run("eval", "--settings", site(tmp_path), "--sender", "x@example.com", "--recipient", "r@x.test").stderr.splitlines()
             if "is not in the file" in line]
    assert [note.split(" is not")[0].removeprefix("ses-policy: note: ") for note in notes] == [
        f'principals[1].arn: "{IAM}user/Ann"', f'principals[3].arn: "{IAM}user/gone"', f'principals[5].arn: "{STS}assumed-role/mailer/batch"',
        f'principals[8].arn: "{STS}federated-user/f"']
    assert f'which has "{IAM}user/staff/Ann"' in notes[0] and "which has" not in notes[1]


def test_the_account_is_that_of_the_users(tmp_path: pathlib.Path) -> None:
    done = run("eval", "--explain", "--settings", site(tmp_path), "--sender", "x@example.com", "--recipient", "r@x.test", "--login", "nothing")
    assert f"arn:aws:ses:us-west-2:{ACCOUNT}:identity/example.com" in done.stdout


def test_an_account_that_nobody_is_of(tmp_path: pathlib.Path) -> None:
    stranger = [{"arn": "arn:aws:iam::210987654321:user/x"}]
    done = run("eval", "--settings", site(tmp_path, principals=stranger), "--sender", "x@example.com", "--recipient", "r@x.test")
    assert done.returncode == 2 and "iam: the file is of account 123456789012, and of that account no principal is" in done.stderr


def pages(*parts: dict) -> str:
    return "\n".join(json.dumps(part | ({"IsTruncated": True, "Marker": "m"} if part is not parts[-1] else {"IsTruncated": False})) for part in parts)


def test_pages_one_behind_the_other_and_in_a_folder(tmp_path: pathlib.Path) -> None:
    parts = [details(USERS[:2]), details(USERS[2:], GROUPS), details([], [], ROLES, POLICIES)]
    settings = site(tmp_path, pages(*parts))
    for case in CASES[:12]:
        assert answer(settings, case[0], case[1], *case[3:]) == case[2]
    folder = tmp_path / "pages"
    folder.mkdir()
    # By name the last page stands between the others.
    for name, page in zip(("p1", "p2", "p10"), pages(*parts).split("\n")):
        (folder / f"{name}.json").write_text(page)
    settings = site(tmp_path, iam=str(folder))
    for case in CASES[:12]:
        assert answer(settings, case[0], case[1], *case[3:]) == case[2]


def faulty(**change: object) -> dict:
    return entity("User", "u", attached=(SENDING,)) | change


BROKEN = [
    # account, the line's beginning behind the file's name, and what it says
    (pages(details(USERS, GROUPS, ROLES, POLICIES)).replace('"IsTruncated": false', '"IsTruncated": true'), "IsTruncated: ", "continues after this page"),
    (json.dumps(details(USERS, GROUPS, ROLES, POLICIES) | {"NextToken": "x"}), "NextToken: ", "without --max-items and --no-paginate"),
    (details([faulty()]), "UserDetailList[0].AttachedManagedPolicies[0].PolicyArn: ", "is a managed policy that is not in the file; fetch all of it, without --filter"),
    (details([entity("User", "u", groups=("gone",))]), "UserDetailList[0].GroupList[0]: ", '"gone" is a group that is not in the file'),
    (details([entity("User", "u", boundary="gone")]), "UserDetailList[0].PermissionsBoundary.PermissionsBoundaryArn: ", "is a managed policy that is not in the file"),
    (details([entity("User", "u")], [], [entity("Role", "r", attached=("gone",))]), "RoleDetailList[0].AttachedManagedPolicies[0].PolicyArn: ", "not in the file"),
    (details([entity("User", "u", groups=("g",))], [entity("Group", "g", attached=("gone",))]), "GroupDetailList[0].AttachedManagedPolicies[0].PolicyArn: ", "not in the file"),
    (details([entity("User", "u"), entity("User", "u")]), "UserDetailList[1]: ", 'the user "u" occurs twice'),
    (details([entity("User", "u"), entity("User", "v") | {"Arn": "arn:aws:iam::210987654321:user/v"}]), "UserDetailList[1].Arn: ", "is of another account"),
    (details([entity("User", "u") | {"Arn": f"{IAM}user/v"}]), "UserDetailList[0].Arn: ", "is not the ARN of this user"),
    (details([entity("User", "u") | {"Arn": "u"}]), "UserDetailList[0].Arn: ", '"u" is not the ARN of this user'),
    (details([entity("User", "u") | {"Arn": f"arn:aws:ses::{ACCOUNT}:user/u"}]), "UserDetailList[0].Arn: ", "is not the ARN of this user"),
    (details([entity("User", "u") | {"Arn": f"{IAM}group/u"}]), "UserDetailList[0].Arn: ", "is not the ARN of this user"),
    (details([entity("User", "u") | {"Arn": f"{IAM}user/xu"}]), "UserDetailList[0].Arn: ", "is not the ARN of this user"),
    (details([entity("User", "user/u") | {"Arn": f"{IAM}user/u"}]), "UserDetailList[0].Arn: ", "is not the ARN of this user"),
    (details([entity("User", "a/u")]), "UserDetailList[0].Arn: ", "is not the ARN of this user"),
    (details([entity("User", "u") | {"Arn": "arn:aws:iam::1234:user/u"}]), "UserDetailList[0].Arn: ", "is of no account; write 12 digits"),
    (details([entity("User", "u") | {"PermissionsBoundary": {}}]), "UserDetailList[0].PermissionsBoundary.PermissionsBoundaryArn: ", "what has no ARN is a managed policy"),
    (details([entity("User", "u") | {"UserName": 3}]), "UserDetailList[0].UserName: ", "3 is no text"),
    (details([{"UserName": "u"}]), "UserDetailList[0]: ", "has no Arn"),
    (details([]), "", "holds neither a user nor a role"),
    (details([faulty()], [], [], [managed(SENDING, document(MAY_ALL)) | {"PolicyVersionList": []}]), "Policies[0]: ", "no version of this policy is the default one"),
    # A list that is none holds nothing, and with it a Deny would be lost.
    (details([entity("User", "u") | {"GroupList": "g"}], [entity("Group", "g")]), "UserDetailList[0].GroupList: ", '"g" is not a list'),
    (details([entity("User", "u") | {"AttachedManagedPolicies": {"PolicyArn": "x"}}]), "UserDetailList[0].AttachedManagedPolicies: ", "is not a list"),
    (details([entity("User", "u") | {"UserPolicyList": {"p": document(MAY_ALL)}}]), "UserDetailList[0].UserPolicyList: ", "is not a list"),
    (details([entity("User", "u")], [entity("Group", "g") | {"GroupPolicyList": {}}]), "GroupDetailList[0].GroupPolicyList: ", "is not a list"),
    (details([entity("User", "u")], [], [entity("Role", "r") | {"RolePolicyList": False}]), "RoleDetailList[0].RolePolicyList: ", "false is not a list"),
    (details([entity("User", "u") | {"Tags": {"team": "x"}}]), "UserDetailList[0].Tags: ", "is not a list"),
    (details([entity("User", "u") | {"Tags": [{"Key": "team", "Value": 3}]}]), "UserDetailList[0].Tags[0].Value: ", "3 is no text"),
    (details([entity("User", "u") | {"Tags": [{"Value": "x"}]}]), "UserDetailList[0].Tags[0]: ", "has no Key"),
    (details([entity("User", "u") | {"UserId": 3}]), "UserDetailList[0].UserId: ", "3 is no text"),
    # Which version counts must be certain.
    (details([faulty()], [], [], [managed(SENDING, document(MAY_ALL)) | {"PolicyVersionList": [
        {"VersionId": version, "IsDefaultVersion": True, "Document": document(MAY_ALL)} for version in ("v1", "v2")]}]), "Policies[0]: ", "several versions of this policy are the default one"),
    (details([faulty()], [], [], [managed(SENDING, document(MAY_ALL)) | {"DefaultVersionId": "v1"}]), "Policies[0]: ", "DefaultVersionId names another"),
    (details([entity("User", "u", policies={"p": document({"Effect": "Deny"})})]), "UserDetailList[0].UserPolicyList[0].PolicyDocument.Statement[0]: ", "has no Action"),
    (details([entity("User", "u", policies={"p": "%7B%22Statement%22:1%7D"})]), "Statement: ", "1 is not a statement"),
    (json.dumps(details([entity("User", "u")])) + "{}", "", "has no UserDetailList"),
    (document(MAY_ALL), "", "has no UserDetailList"),
]


@pytest.mark.parametrize("account, place, words", BROKEN, ids=[words[:40] for _, _, words in BROKEN])
def test_what_does_not_load_says_where_and_why(tmp_path: pathlib.Path, account: object, place: str, words: str) -> None:
    done = run("eval", "--settings", site(tmp_path, account, principals=[{"login": "*", "arn": f"{IAM}user/${{login}}"}]),
               "--sender", "x@example.com", "--recipient", "r@x.test", "--login", "u")
    assert done.returncode == 2, done
    line = next((line for line in done.stderr.splitlines() if words in line), "")
    assert f"account.json" in line and f": {place}" in line and "; " in line, done.stderr


def test_members_that_are_null_are_none(tmp_path: pathlib.Path) -> None:
    users = [entity("User", "u", attached=(SENDING,)) | {"PermissionsBoundary": None, "GroupList": None, "Tags": None, "UserPolicyList": None}]
    settings = site(tmp_path, details(users, [], [], POLICIES), principals=[{"login": "*", "arn": f"{IAM}user/${{login}}"}])
    assert answer(settings, "u", "x@example.com") == "allowed"


def test_each_of_many_policies_counts_once(tmp_path: pathlib.Path) -> None:
    names = [f"p{number}" for number in range(40)]
    policies = [managed(name, document(statement("Allow", name, StringEquals={"ses:FromAddress": f"{name}@example.com"}))) for name in names]
    users = [entity("User", "u", attached=(*names, "p0", "p39"), groups=("g",)), entity("User", "v", attached=("p1",))]
    settings = site(tmp_path, details(users, [entity("Group", "g", attached=("p0", "p7"))], [], policies), principals=[{"login": "*", "arn": f"{IAM}user/${{login}}"}])
    got = [answer(settings, "u", f"{name}@example.com") for name in ("p0", "p15", "p16", "p39", "p40")]
    assert got == ["allowed"] * 4 + ["no-allow"]
    assert [answer(settings, "v", f"{name}@example.com") for name in ("p1", "p0")] == ["allowed", "no-allow"]


def test_a_boundary_of_the_settings_needs_policies_of_the_settings(tmp_path: pathlib.Path) -> None:
    entry = {"arn": f"{IAM}user/bound", "boundary": str(tmp_path / "told.json")}
    done = run("eval", "--settings", site(tmp_path, principals=[entry]), "--sender", "x@example.com", "--recipient", "r@x.test")
    assert done.returncode == 2 and 'principals[0].boundary: the file of "iam" tells the boundary' in done.stderr


def test_the_organization_holds_for_users_of_iam(tmp_path: pathlib.Path) -> None:
    scp = tmp_path / "scp.json"
    scp.write_text(json.dumps(document(statement("Allow", "Most", StringNotLike={"ses:FromAddress": "ceo@*"}))))
    settings = site(tmp_path, organization=[[str(scp)]])
    assert answer(settings, "Eve", "x@example.com") == "principal-unknown"
    assert answer(settings, "as-eve", "x@example.com") == "allowed"
    assert answer(settings, "as-eve", "ceo@example.com") == "organization"
    assert answer(settings, "smtp-app", "x@example.com") == "allowed"
    assert answer(settings, "smtp-app", "ceo@example.com") == "organization"


def test_policies_of_identities_name_the_user_as_iam_does(tmp_path: pathlib.Path) -> None:
    """A Principal has the user's path and letters: it must fit whatever the login looks like."""
    resource = tmp_path / "resource.json"
    resource.write_text(json.dumps(document({"Effect": "Deny", "Principal": {"AWS": f"{IAM}user/staff/Ann"}, "Action": "ses:*",
                                             "Resource": f"arn:aws:ses:us-west-2:{ACCOUNT}:identity/example.com"})))
    assert answer(site(tmp_path, policies=[str(resource)]), "ANN", "Ann@example.com") == "policy resource"


def test_the_file_in_another_place_is_told_its_own(tmp_path: pathlib.Path) -> None:
    settings = site(tmp_path)
    done = run("eval", "--policy", tmp_path / "account.json", "--settings", settings, "--sender", "x@example.com", "--recipient", "r@x.test")
    assert done.returncode == 2 and 'name the file in "iam" of milter.json' in done.stderr


def test_lint_looks_at_all_of_it(tmp_path: pathlib.Path) -> None:
    """Also at a policy that nobody has; with the settings, too."""
    settings = site(tmp_path)
    for arguments in ((tmp_path / "account.json",), ("--settings", settings)):
        findings = [json.loads(line) for line in run("lint", "--json", *arguments).stdout.splitlines()]
        line = 1 + (tmp_path / "account.json").read_text().split('"PolicyName": "Unused"')[0].count("\n")
        found = [finding for finding in findings if finding["id"] == "deny-not-for-smtp"]
        assert len(found) == 1 and found[0]["policy"] == "Unused" and found[0]["line"] > line, findings


def test_other_commands_take_it(tmp_path: pathlib.Path) -> None:
    settings = site(tmp_path)
    assert "aws:PrincipalTag/team" in run("keys", "--settings", settings).stdout
    tests = tmp_path / "site.test.json"
    tests.write_text(json.dumps({"settings": "milter.json", "tests": [
        {"name": "own", "login": "ann", "sender": "Ann@example.com", "recipients": ["r@x.test"], "expect": {"decision": "allowed"}},
        {"name": "nobody", "login": "zoe", "sender": "Ann@example.com", "recipients": ["r@x.test"], "expect": {"decision": "implicitDeny", "stage": "MAIL"}}]}))
    done = run("test", tests)
    assert done.returncode == 0, done


def test_a_list_that_iam_closes(tmp_path: pathlib.Path) -> None:
    """Nobody falls to a user who may do everything: without the file the same list is open."""
    settings = site(tmp_path, principals=LIST[-1:])
    assert "principals-not-closed" not in run("lint", "--json", "--settings", settings).stdout
    told = json.loads(settings.read_text())
    settings.write_text(json.dumps({key: value for key, value in told.items() if key != "iam"} | {"policies": [str(tmp_path / "told.json")]}))
    assert "principals-not-closed" in run("lint", "--json", "--settings", settings).stdout
