# SPDX-License-Identifier: BSD-2-Clause
"""What start, --check and reload say although nothing is wrong; and that a user's policy verifies no identity."""
import json
import re

from conftest import example
from lib.daemon import Daemon

ARN = "arn:aws:ses:us-west-2:123456789012:identity/"
NOTE = 'statement 1 allows "boss@unverified.test", which is no identity that this site knows; if it is verified at SES, ' \
    'add it to "identities" in milter.json'


def with_user(folder, name: str, settings: dict | None = None) -> tuple[dict, str]:
    """Settings with one user, whose policy allows this identity; and the place of the statement."""
    path = folder / "user.json"
    path.write_text(json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": f"{ARN}{name}"}]}))
    user = {"arn": "arn:aws:iam::123456789012:user/u", "policies": [str(path)]}
    return {"principals": [user]} | (settings or {}), f"{path}:1:41"


def test_unknown_identities_are_named(folder, start):
    settings, place = with_user(folder, "boss@unverified.test")
    daemon = start(settings=settings, policy=example("sender"))
    daemon.wait_line(re.escape(f"]: note: {place}: {NOTE}"))
    check = daemon.check()
    assert check.returncode == 0 and check.stderr.startswith(f"ses-policy-milter: note: {place}: {NOTE}\n")
    assert check.stdout.startswith("ok: ")
    mark = daemon.mark()
    daemon.reload()
    daemon.wait_line(re.escape(f"]: reload: note: {place}: {NOTE}"), mark)


def test_known_identities_are_not(folder):
    settings, _ = with_user(folder, "boss@unverified.test", {"identities": ["boss@unverified.test"]})
    daemon = Daemon(folder, settings)
    daemon.write_policy("policy", example("sender"))
    check = daemon.check()
    assert check.returncode == 0 and "note" not in check.stderr


def test_a_user_policy_verifies_nothing(folder, start, client):
    settings, _ = with_user(folder, "boss@unverified.test", {"identities": ["example.com"], "unknown_identity": "reject"})
    daemon = start(settings=settings, policy=example("sender"))
    refusal = client(daemon).mail("<boss@unverified.test>")
    assert refusal.code == 550 and "not verified" in refusal.text
