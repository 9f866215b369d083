# SPDX-License-Identifier: BSD-2-Clause
"""What people have in hand and give in place of a policy: the daemon, eval and lint name it, its place, and what to do."""
import gzip
import json
import pathlib
import re
import subprocess

import pytest
from lib.daemon import program
from lib.tool import run

ACCOUNT = "123456789012"
IDENTITY = f"arn:aws:ses:us-west-2:{ACCOUNT}:identity/example.net"
STATEMENT = {"Effect": "Deny", "Principal": "*", "Action": "ses:SendRawEmail", "Resource": IDENTITY,
             "Condition": {"StringNotLike": {"ses:FromAddress": ["*@example.net"]}}}
POLICY = {"Version": "2012-10-17", "Statement": [STATEMENT]}
TEXT = json.dumps(POLICY, indent=2)
RESOURCE = {"Type": "AWS::IAM::Policy", "Properties": {"PolicyDocument": POLICY}}
MANAGED = f"arn:aws:iam::{ACCOUNT}:policy/send"
BACK = r"aws ses get-identity-policies --identity NAME --policy-names POLICY, or of a user: aws iam get-user-policy "


def condition(value: object) -> dict:
    return {**POLICY, "Statement": [{**STATEMENT, "Condition": {"StringNotLike": {"ses:FromAddress": value}}}]}


def resource(value: object) -> dict:
    return {**POLICY, "Statement": [{**STATEMENT, "Resource": value}]}


# name, what stands in the file, the place, what is said of it
ROWS: list[tuple[str, object, str, str]] = [
    ("CloudFormation", {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"P": RESOURCE}}, "1:1",
     "this is a CloudFormation template, and no policy; deploy it, and read the policy back: " + BACK),
    ("CloudFormation without its version", {"Resources": {"P": RESOURCE}}, "1:1", "this is a CloudFormation template, "),
    ("a resource of CloudFormation", RESOURCE, "1:1", "this is a CloudFormation template, "),
    ("a function of CloudFormation", resource({"Fn::Sub": "arn:aws:ses:${AWS::Region}:x:identity/y"}), r"1:\d+",
     r'Statement\[0\]\.Resource: \{"Fn::Sub":.* is a function of CloudFormation, and no value; deploy the template'),
    ("a reference of CloudFormation", condition([{"Ref": "Sender"}]), r"1:\d+",
     r'Statement\[0\]\.Condition\.StringNotLike\.ses:FromAddress\[0\]: \{"Ref":"Sender"\} is a function of CloudFormation'),
    ("CloudFormation in YAML", "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n", "1:1",
     "not JSON: this is a CloudFormation template, and no policy; deploy it"),
    ("CloudFormation in YAML without its version", "Resources:\n  P:\n    Type: AWS::IAM::Policy\n", "1:1", "not JSON: this is a CloudFormation template, "),
    ("a resource of one's own in it", "Resources:\n  P:\n    Type: Custom::Policy\n", "1:1", "not JSON: this is a CloudFormation template, "),
    ("YAML", "# of the shop\nVersion: '2012-10-17'\nStatement:\n  - Effect: Deny\n", "2:1",
     "not JSON: this is YAML, and policies are JSON; make JSON of it: yq -o json"),
    ("terraform show", {"format_version": "1.0", "terraform_version": "1.7.0", "values": {"root_module": {}}}, "1:1",
     "this is what terraform show prints, and no policy; apply it, and read the policy back: " + BACK),
    ("a state of Terraform", {"version": 4, "terraform_version": "1.7.0", "serial": 3, "resources": []}, "1:1",
     "this is a state of Terraform, and no policy; read the policy back"),
    ("Terraform in JSON", {"data": {"aws_iam_policy_document": {"x": {"statement": []}}}}, "1:1",
     "this is Terraform's language in JSON, and no policy; apply it"),
    ("HCL", 'data "aws_iam_policy_document" "x" {\n  statement {\n  }\n}\n', "1:1",
     "not JSON: this is Terraform's language, and no policy; apply it, and read the policy back: " + BACK),
    ("HCL that holds JSON", 'resource "aws_ses_identity_policy" "x" {\n  policy = <<EOF\n' + TEXT + "\nEOF\n}\n", "1:1",
     "not JSON: this is Terraform's language, "),
    ("jsonencode", "jsonencode({\n  Version = 1\n})\n", "1:1", "not JSON: this is Terraform's language, "),
    ("an object of Kubernetes", {"apiVersion": "v1", "kind": "ConfigMap", "data": {"sender.json": TEXT}}, "1:1",
     "this is an object of Kubernetes, and no policy; take the policy out of it: kubectl get configmap"),
    ("a statement", STATEMENT, "1:1", r'this is one statement, and no policy; put it into \{"Version": "2012-10-17", "Statement": \[\.\.\.\]\}'),
    ("a condition", {"Condition": STATEMENT["Condition"]}, "1:1", "this is the Condition of a statement alone, and no policy; write the whole"),
    ("the blocks of a condition", STATEMENT["Condition"], "1:1", "this is the Condition of a statement alone, and no policy; "),
    ("a condition as documentation prints it", '"Condition": {\n  "StringLike": {}\n}\n', "1:1",
     "not JSON: this is a part of a policy alone; write the whole"),
    ("a list of statements", [STATEMENT], "1:1", "this is a list of statements, and no policy; put it into "),
    ("a list of policies", [POLICY, POLICY], "1:1", "this is a list of policies, and no policy; make a file of each"),
    ("a statement where a policy belongs", {"Policies": {"a": STATEMENT}}, r"1:\d+", r"Policies\.a: this is one statement, and no policy; "),
    ("a statement as text", {"Policies": {"a": json.dumps(STATEMENT)}}, "1:1", "this is one statement, and no policy; "),
    ("names of policies", {"PolicyNames": ["sender", "recipients"]}, "1:1",
     "this is a list of the names of policies, and no policy; get what they say: aws ses get-identity-policies --identity NAME "
     "--policy-names sender, or of a user: aws iam get-user-policy --user-name USER --policy-name sender"),
    ("names that a shell would take apart", {"PolicyNames": ["x;reboot"]}, "1:1", "this is a list of the names .*--policy-name NAME$"),
    ("attached policies", {"AttachedPolicies": [{"PolicyName": "send", "PolicyArn": MANAGED}]}, "1:1",
     f"this is a list of attached policies, .*aws iam get-policy --policy-arn {MANAGED} tells "),
    ("policies of the account", {"Policies": [{"PolicyName": "send", "Arn": MANAGED, "DefaultVersionId": "v3"}]}, r"1:\d+",
     f"Policies: this is a list of policies, without what they say, and no policy; "
     f"get that: aws iam get-policy-version --policy-arn {MANAGED} --version-id v3$"),
    ("policies of the organization", {"Policies": [{"Id": "p-examplepol", "Arn": "arn:aws:organizations::1:policy/o/p", "AwsManaged": False}]},
     r"1:\d+", "Policies: this is a list of policies of an organization, .*aws organizations describe-policy --policy-id p-examplepol$"),
    ("get-policy", {"Policy": {"PolicyName": "send", "Arn": MANAGED, "DefaultVersionId": "v2"}}, r"1:\d+",
     f"Policy: this is what is known about a policy, .*get-policy-version --policy-arn {MANAGED} --version-id v2$"),
    ("versions", {"Versions": [{"VersionId": "v2", "IsDefaultVersion": True}]}, "1:1", "this is a list of the versions of a policy, .*--version-id v2$"),
    ("a role", {"Role": {"RoleName": "r", "AssumeRolePolicyDocument": POLICY}}, "1:1",
     "this is a role and who may take it, not what it may send, and no policy; "),
    ("users", {"Users": [{"UserName": "ann"}]}, "1:1", "this is a list of users, .*aws iam get-account-authorization-details$"),
    ("identities", {"Identities": ["example.net"]}, "1:1", "this is a list of sending identities, and no policy; get their policies: "),
    ("an identity without policies", {"IdentityType": "DOMAIN", "VerifiedForSendingStatus": True}, "1:1",
     "this is what is known about a sending identity, without its policies, and no policy; get them: aws sesv2 get-email-identity-policies"),
    ("settings", {"policies": ["x"], "account": ACCOUNT}, "1:1", "this is a file of settings, and no policy; name it with --settings"),
    ("tests", {"policies": ["x"], "tests": []}, "1:1", "this is a file of tests, and no policy; run it with ses-policy test"),
    ("HTML", TEXT.replace('"', "&quot;"), "2:3", "not JSON: &quot;Version&quot; is HTML; "),
    ("a page", "<!DOCTYPE html>\n<html></html>\n", "1:1", "not JSON: this is HTML or XML, "),
    ("a code fence", f"```json\n{TEXT}\n```\n", "1:1", "not JSON: ``` marks code in a text of Markdown; "),
    ("a code fence at the end", f"{TEXT}\n```\n", r"\d+:1", "not JSON: ``` marks code in a text of Markdown; "),
    ("an address that a page hides", condition("[email\u00a0protected]"), r"1:\d+",
     r'Statement\[0\]\.Condition\.StringNotLike\.ses:FromAddress: "\[email\\xc2\\xa0protected\]" is what a web page shows in place of an address; '),
    ("an address that a page hides, plainly", condition(["*@example.net", "[email protected]"]), r"1:\d+",
     r'Statement\[0\]\.Condition\.StringNotLike\.ses:FromAddress\[1\]: "\[email protected\]" is what a web page shows'),
    ("an @ of HTML", condition("ann&#64;example.net"), r"1:\d+", r'.*"ann&#64;example\.net" is HTML; &#64; is @ in it'),
    ("a template", TEXT.replace('"*"', "{{ who }}"), r"\d+:\d+", r"not JSON: \{\{ begins a place of a template"),
    ("a template in a value", resource("arn:aws:ses:{{ region }}:123456789012:identity/x"), r"1:\d+",
     r"Statement\[0\]\.Resource: .* has a place of a template that was not filled in; render the template"),
    ("a table", "----------\n|  GetIdentityPolicies  |\n", "1:1", "not JSON: this is a table of aws; call it with --output json"),
    ("text of aws", f"POLICIES\t{TEXT}\n", "1:1", "not JSON: this is what aws prints as text; call it with --output json"),
    ("an error of aws", "\nAn error occurred (AccessDenied) when calling the GetIdentityPolicies operation\n", "1:1",
     "not JSON: this is the error message of a command; "),
    ("empty", "", "1:1", "the file is empty; it must hold a JSON object"),
    ("blank", " \n\n", "1:1", "not JSON: nothing but blanks; the file must hold a JSON object"),
    ("gzip", gzip.compress(TEXT.encode()), "1:1", "not JSON: the file is compressed; unpack it: gunzip"),
    ("UTF-16", TEXT.encode("utf-16"), "1:1", "not JSON: this is UTF-16, .*iconv -f UTF-16 -t UTF-8"),
    ("UTF-16 without a mark", TEXT.encode("utf-16-be"), "1:1", "not JSON: this is UTF-16, "),
    ("binary", bytes(range(64)), "1:1", r"not JSON: the file is no text \(it has NUL bytes\); "),
    ("URL-encoding", "%7B%22Version%22%3A%222012-10-17%22%7D", "1:1", "not JSON: this is URL-encoded; "),
    ("base64", "eyJWZXJzaW9uIjogIjIwMTItMTAtMTcifQo=\n", "1:1", "not JSON: this is base64; decode it: base64 -d"),
    ("a trailing comma", TEXT.replace('"*@example.net"', '"*@example.net",'), "12:28", "not JSON: a comma after the last element; remove it"),
    ("a comment", TEXT.replace("{", "{ // mine", 1), "1:3", "not JSON: a comment, and JSON has none; remove it"),
    ("curly quotes", TEXT.replace('"Deny"', "\u201cDeny\u201d"), "5:17", "not JSON: the curly quote \u201c, .*; write a straight double quote"),
    ("a no-break space", TEXT.replace('  "Version"', '\u00a0 "Version"'), "2:1", r"not JSON: the character U\+00A0, which looks like a space or like nothing; write a plain space"),
    ("a brace too few", TEXT[:TEXT.rindex("}")], "1:1", r"not JSON: this \{ is not closed before the end; write the \} that is missing"),
]


def content(given: object) -> bytes:
    if isinstance(given, bytes):
        return given
    return given.encode() if isinstance(given, str) else json.dumps(given, ensure_ascii=False).encode()


@pytest.mark.parametrize(("given", "place", "said"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_told_alike(tmp_path: pathlib.Path, given: object, place: str, said: str) -> None:
    path, settings = tmp_path / "a.json", tmp_path / "milter.json"
    path.write_bytes(content(given))
    settings.write_text(json.dumps({"policies": [str(path)], "account": ACCOUNT, "region": "us-west-2", "socket": f"unix:{tmp_path}/s"}))
    line = re.compile(rf"(^|: ){re.escape(str(path))}(\[a\])?:{place}: (error [a-z-]+: )?{said}", re.M)

    evaluated = run("eval", "--policy", path, "--sender", "a@example.net", "--recipient", "b@x.test")
    assert evaluated.returncode == 2
    assert line.search(evaluated.stderr), evaluated.stderr
    checked = subprocess.run([program("ses-policy-milter"), "--check", "--settings", settings], capture_output=True, timeout=300, check=False)
    assert checked.returncode != 0
    assert line.search(checked.stderr.decode()), checked.stderr.decode()
    linted = run("lint", path)
    assert linted.returncode == 1
    assert line.search(linted.stdout), linted.stdout
    syntax = said.startswith(("not JSON: ", "the file is empty"))
    kind = "json-syntax-error|not-a-policy" if syntax else "not-a-policy|not-filled-in"
    assert re.search(rf":{place}: error ({kind}): ", linted.stdout), linted.stdout


def test_policies_are_none_of_that(tmp_path: pathlib.Path) -> None:
    """The texts that are looked for may stand where they are meant."""
    path = tmp_path / "a.json"
    for value in ("{x}@example.net", "a%40b@example.net", "Ref@example.net", "AT&T@example.net"):
        path.write_text(json.dumps(condition([value, "*@example.net"])))
        done = run("eval", "--policy", path, "--sender", "a@example.net", "--recipient", "b@x.test")
        assert "FromAddress" not in done.stderr and done.returncode != 2, done.stderr


USER = {"Version": "2012-10-17", "Statement": [
    {"Sid": "a", "Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": "*"},
    {"Sid": "b", "Effect": "Deny", "Action": "ses:SendRawEmail", "Resource": "*", "Condition": STATEMENT["Condition"]}]}
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}

# Where a policy is put, and the one line that is said of it.
PLACES = [
    ("a user's policy among those of identities", "policies", USER,
     r'Statement\[0\]: no statement has a Principal: this is a policy of a user, a group or a role, and not of an SES identity; '
     r'name it in "principals": \[\{"arn": "\.\.\.", "policies": \["\.\.\."\]\}\], or with --user-policy'),
    ("an identity's policy among a user's", "own", POLICY,
     r'Statement\[0\]\.Principal: every statement has a Principal: this is a policy of an SES identity, and not a principal\'s own; '
     r'name it in "policies" of the site, or with --policy'),
    ("an identity's policy as a boundary", "boundary", POLICY, r"Statement\[0\]\.Principal: every statement has a Principal: "),
    ("a trust policy among those of identities", "policies", TRUST, r"Statement\[0\]: this is the trust policy of a role, "),
    ("a trust policy among a user's", "own", TRUST, r"Statement\[0\]: this is the trust policy of a role, "),
]


@pytest.mark.parametrize(("place", "given", "said"), [row[1:] for row in PLACES], ids=[row[0] for row in PLACES])
def test_wrong_place(tmp_path: pathlib.Path, place: str, given: object, said: str) -> None:
    files = {"policies": POLICY, "own": USER, "boundary": USER, place: given}
    for name, policy in files.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(policy))
    settings = tmp_path / "milter.json"
    settings.write_text(json.dumps({
        "policies": [f"{tmp_path}/policies.json"], "account": ACCOUNT, "region": "us-west-2", "socket": f"unix:{tmp_path}/s",
        "principals": [{"arn": f"arn:aws:iam::{ACCOUNT}:user/a", "policies": [f"{tmp_path}/own.json"], "boundary": f"{tmp_path}/boundary.json"}]}))
    line = re.compile(rf"(^|: ){re.escape(str(tmp_path))}/{place}\.json:1:\d+: {said}", re.M)

    for done in (run("eval", "--settings", settings, "--sender", "a@example.net", "--recipient", "b@x.test"),
                 run("keys", "--settings", settings)):
        assert done.returncode == 2
        assert line.search(done.stderr), done.stderr
        # Nobody is told to add or take out an element of one statement, and the cause is told once.
        assert len(done.stderr.splitlines()) == 1, done.stderr
    checked = subprocess.run([program("ses-policy-milter"), "--check", "--settings", settings], capture_output=True, text=True, timeout=300, check=False)
    assert checked.returncode != 0
    assert line.search(checked.stderr), checked.stderr


# What is given as settings or as tests, and what is said.
OTHERS = [
    ("a policy as settings", POLICY, ("eval", "--sender", "a@x.test", "--recipient", "b@x.test", "--settings"),
     r':1:1: this is a policy \("Statement"\), and not settings; write \{ "policies": \["\.\.\."\] \}'),
    ("what get-identity-policies prints as settings", {"Policies": {"a": TEXT}}, ("lint", "--settings"),
     r':1:1: this is a policy \("Policies"\), and not settings'),
    ("tests as settings", {"policies": ["x"], "tests": []}, ("lint", "--settings"), r":1:1: this is a file of tests, and not settings; run it: ses-policy test"),
    ("a policy as tests", POLICY, ("test",), r':1:1: this is a policy \("Statement"\), and no file of tests; look at it with ses-policy lint'),
    ("a comment in settings", '{\n  # mine\n  "policies": []\n}\n', ("lint", "--settings"), r":2:3: not JSON: a comment of another kind; write // or"),
    ("YAML as settings", "policies:\n  - x.json\n", ("lint", "--settings"), r":1:1: not JSON: this is YAML; make JSON of it: yq -o json"),
    ("single quotes in tests", "{'tests': []}", ("test",), r":1:2: not JSON: a single quote; "),
]


@pytest.mark.parametrize(("given", "command", "said"), [row[1:] for row in OTHERS], ids=[row[0] for row in OTHERS])
def test_other_files(tmp_path: pathlib.Path, given: object, command: tuple[str, ...], said: str) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content(given))
    done = run(*command, path)
    assert done.returncode != 0
    assert re.search(re.escape(str(path)) + said, done.stdout + done.stderr), done.stdout + done.stderr
