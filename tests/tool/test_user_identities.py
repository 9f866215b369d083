# SPDX-License-Identifier: BSD-2-Clause
"""An identity that only the policy of a user names: what lint says of it with the settings, and what eval makes of it."""
import json
import pathlib

import pytest

from lib.tool import run

ARN = "arn:aws:ses:us-west-2:123456789012:identity/"


def site(folder: pathlib.Path, resources: list[str], **more: object) -> pathlib.Path:
    """Settings with a resource policy on hung.test and a user who is allowed these resources."""
    (folder / "policies.d").mkdir()
    (folder / "policies.d" / "hung.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Principal": {"AWS": "123456789012"}, "Action": "ses:SendEmail", "Resource": f"{ARN}hung.test"}]}))
    (folder / "user.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": [f"{ARN}{name}" for name in resources]}]}))
    user = {"arn": "arn:aws:iam::123456789012:user/u", "policies": [str(folder / "user.json")]}
    (folder / "milter.json").write_text(json.dumps({
        "socket": f"unix:{folder}/s", "policies": [str(folder / "policies.d")], "principals": [user]} | more))
    return folder / "milter.json"


def not_of_site(settings: pathlib.Path) -> list[str]:
    findings = [json.loads(line) for line in run("lint", "--json", "--settings", settings).stdout.splitlines()]
    return [finding["message"] for finding in findings if finding["id"] == "identity-not-of-site" and finding["file"].endswith("user.json")]


def test_lint_with_identities(tmp_path: pathlib.Path) -> None:
    settings = site(tmp_path, ["sender@example.com", "*.example.com", "boss@unverified.test", "example.com", "hung.test", "Ceo@example.net",
                               "ceo@example.net"], identities=["example.com", "Ceo@example.net"])
    assert not_of_site(settings) == [
        'this site has no identity "sender@example.com"; what it sends is asked for as "example.com"',
        'no identity of this site fits "*.example.com"',
        'this site has no identity "boss@unverified.test"',
        'this site has no identity "ceo@example.net"']


def test_lint_without_identities(tmp_path: pathlib.Path) -> None:
    """What resource policies hang on is all that the settings tell."""
    assert not_of_site(site(tmp_path, ["hung.test", "boss@unverified.test"])) == ['this site has no identity "boss@unverified.test"']
    # A file alone says nothing of the site.
    assert "identity-not-of-site" not in run("lint", "--json", tmp_path / "user.json").stdout


@pytest.mark.parametrize("name, sender, status, reply", [
    ("boss@unverified.test", "boss@unverified.test", 1, "not verified"),
    ("sender@example.com", "sender@example.com", 1, f"{ARN}example.com"),
    ("example.com", "sender@example.com", 0, ""),
])
def test_eval(tmp_path: pathlib.Path, name: str, sender: str, status: int, reply: str) -> None:
    settings = site(tmp_path, [name], identities=["example.com"], unknown_identity="reject")
    done = run("eval", "--settings", settings, "--sender", sender, "--recipient", "r@x.test")
    assert done.returncode == status and reply in done.stdout, done
