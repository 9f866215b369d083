# SPDX-License-Identifier: BSD-2-Clause
"""What lint knows, --check, start and reload say in one line, with the command that shows it; and none of them waits for it."""
import json
import re
import shlex
import subprocess
import time

import pytest

from conftest import example
from lib.daemon import Daemon, is_sanitized, program
from lib.size import LONG

MISSPELT = json.loads(example("sender").replace("ses:FromAddress", "ses:FromAdress"))
OLD = {key: value for key, value in json.loads(example("sender")).items() if key != "Version"}
LINT = r"lint: "


def statements(count: int) -> dict:
    """So many that lint has something to do."""
    return {"Version": "2012-10-17", "Statement": [
        {"Sid": f"s{i}", "Effect": "Deny", "Principal": "*", "Action": "ses:SendRawEmail",
         "Resource": f"arn:aws:ses:us-west-2:123456789012:identity/d{i}.example.net",
         "Condition": {"StringNotLike": {"ses:FromAddress": [f"*@d{i}.example.net", f"a{i}@b.example"]}}} for i in range(count)]}


def shown(line: str) -> list[str]:
    """The findings that the command of a line shows."""
    words = shlex.split(line[line.index("ses-policy lint"):])
    run = subprocess.run([program(words[0]), *words[1:], "--json"], capture_output=True, text=True, check=False)
    return sorted(json.loads(finding)["severity"] for finding in run.stdout.splitlines())


@pytest.mark.parametrize("name, policy, counts, severities", [
    ("error", MISSPELT, "1 error", ["error"]),
    ("security", "recipients", "1 security", ["security"]),
    ("suggestion", OLD, "1 suggestion", ["suggestion"]),
])
def test_check(folder, name, policy, counts, severities):
    """The policies are good to load; --strict alone minds, and only what is bad."""
    daemon = Daemon(folder)
    daemon.write_policy("policy", policy if isinstance(policy, dict) else example(policy))
    check = daemon.check()
    assert check.returncode == 0 and check.stdout.startswith("ok: 1 file")
    (line,) = check.stderr.splitlines()
    assert re.fullmatch(rf"ses-policy-milter: lint: \d+ findings?: (.*, )?{counts}.*; shown by ses-policy lint --settings \S+milter\.json", line)
    assert set(severities) <= set(shown(line))
    assert len(shown(line)) == int(line.split()[2])
    strict = daemon.command("--settings", str(daemon.file), "--check", "--strict")
    assert strict.returncode == (0 if name == "suggestion" else 78), strict
    assert strict.stderr == check.stderr


def test_nothing_found(folder, start):
    daemon = Daemon(folder, {"account": "123456789012"})
    daemon.write_policy("policy", example("sender"))
    for strict in ([], ["--strict"]):
        daemon.write_settings()
        check = daemon.command("--settings", str(daemon.file), "--check", *strict)
        assert (check.returncode, check.stderr) == (0, "")
    daemon = start(sender=example("sender"))
    assert daemon.wait_line(LINT).endswith("lint: nothing found")


def test_by_options(folder):
    daemon = Daemon(folder)
    path = daemon.write_policy("policy", MISSPELT)
    check = daemon.command("--policy", str(path), "--user", "nobody", "--check")
    assert f"shown by ses-policy lint --type resource {path}\n" in check.stderr
    assert "error" in shown(check.stderr)


def test_start_and_reload(start):
    daemon = start(policy=MISSPELT)
    line = daemon.wait_line(LINT)
    assert "1 error" in line and "error" in shown(line)
    mark = daemon.mark()
    daemon.write_policy("policy", example("recipients"))
    daemon.reload()
    assert "1 security" in daemon.wait_line(LINT, mark)
    # What is refused was told in full.
    mark = daemon.mark()
    daemon.write_policy("policy", "{")
    assert "refused" in daemon.reload()
    daemon.write_policy("policy", example("sender"))
    daemon.reload()
    daemon.wait_line(LINT, mark)
    assert daemon.log(mark).count("lint: ") == 1 and "nothing found" in daemon.log(mark)


def test_large(folder):
    """More than lint takes in a second or so is left to the command; --strict takes the time."""
    daemon = Daemon(folder)
    small = json.loads(example("recipients"))
    large = json.loads(example("sender").replace("ses:FromAddress", "ses:FromAdress"))
    large["Statement"][0]["Condition"]["StringNotLike"]["ses:FromAdress"] = [f"user{i}@customer.example" for i in range(350_000)]
    daemon.write_policy("a", small)
    daemon.write_policy("b", large)
    check = daemon.check()
    assert check.returncode == 0
    assert "lint: 1 finding: 1 security, and not all was looked at: there is more than 8 MiB; all are shown by " in check.stderr
    strict = daemon.command("--settings", str(daemon.file), "--check", "--strict")
    assert strict.returncode == 78 and "1 error" in strict.stderr and "not all" not in strict.stderr


def test_long(folder):
    """Thousands of statements about one identity, each compared with the others (half a minute of work): it ends by the clock."""
    policy = statements(36_000)
    for number, statement in enumerate(policy["Statement"]):
        statement |= {"Resource": "arn:aws:ses:us-west-2:123456789012:identity/example.net",
                      "Condition": {"StringLike": {"ses:FromAddress": [f"a{number}*@example.net"]}}}
        del statement["Sid"]
    daemon = Daemon(folder)
    daemon.write_policy("policy", json.dumps(policy))
    began = time.monotonic()
    check = daemon.check()
    assert time.monotonic() - began < 60
    assert check.returncode == 0 and "it took longer than 5 s; all are shown by ses-policy lint" in check.stderr


def test_a_reload_does_not_wait_for_it(start, client):
    daemon = start(policy=statements(4_000 if is_sanitized(program("ses-policy-milter")) else 20_000 if LONG else 10_000))
    mark = daemon.mark()
    for number in (2, 3, 4):
        assert f"generation {number} in force" in daemon.reload()
        assert client(daemon).mail("<x@d1.example.net>").code == 0
    daemon.write_policy("policy", example("sender"))
    assert "generation 5 in force" in daemon.reload()
    daemon.wait_line(LINT + "nothing found", mark)
    # Each but the last was given up for the next.
    assert daemon.log(mark).count("lint: ") == 1, daemon.log(mark)
