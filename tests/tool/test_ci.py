# SPDX-License-Identifier: BSD-2-Clause
"""contrib/ci: what the page says is typed here again; what a pipeline runs, and what it leaves behind."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET

import pytest
import yaml

from lib.daemon import ROOT, program

PAGE = (ROOT / "contrib/ci/README.md").read_text(encoding="utf-8")
TESTS = re.search(r"\$ cat policies/relay\.test\.json\n(.*?\n    \})\n", PAGE, re.S).group(1)


class Repository:
    def __init__(self, folder: pathlib.Path) -> None:
        self.folder, self.policies = folder / "repository", folder / "repository" / "policies"
        shutil.copytree(ROOT / "contrib/examples", self.policies, ignore=lambda _, names: [name for name in names if not name.endswith(".json")])
        (self.policies / "relay.test.json").write_text(TESTS, encoding="utf-8")
        path = f"{pathlib.Path(program('ses-policy')).parent}:{os.environ['PATH']}"
        self.env = os.environ | {"PATH": path, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
        self.run("git", "init", "-q", "-b", "main")
        self.commit()

    def run(self, *command: str, status: int = 0) -> str:
        done = subprocess.run(command, cwd=self.folder, env=self.env, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout

    def commit(self, what: str = ".") -> None:
        if what:
            self.run("git", "add", what)
        self.run("git", "-c", "user.name=a", "-c", "user.email=a@example.net", "commit", "-q", "-m", "policies")

    def check(self, status: int, base: str = "main") -> str:
        self.run("sh", str(ROOT / "contrib/ci/check-policies"), "policies", base, "out", status=status)
        return (self.folder / "out" / "comment.md").read_text(encoding="utf-8")


@pytest.fixture
def repository(tmp_path) -> Repository:
    return Repository(tmp_path)


def test_the_page(repository):
    shown = re.search(r"\$ ses-policy test policies\n(.*?)\n\n", PAGE, re.S).group(1)
    assert repository.run("ses-policy", "test", "policies").splitlines() == [line.removeprefix("    ") for line in shown.splitlines()]
    assert "never true" in repository.run("ses-policy", "test", "--coverage", "policies/relay.test.json")


def test_nothing_changed(repository):
    comment = repository.check(1)  # of the examples one shows what lint warns of
    assert "No message was found that they decide otherwise than before." in comment
    assert "recipients-outsiders-pass" in comment and "# 3 passed, 0 failed" in comment
    assert json.loads((repository.folder / "out/lint.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    assert ET.parse(repository.folder / "out/tests.xml").getroot()[0].get("tests") == "3"
    (repository.policies / "recipients.json").unlink()
    repository.commit()
    assert repository.check(0)


def test_a_change_that_a_test_forbids(repository):
    policy = repository.policies / "sender.json"
    policy.write_text(policy.read_text(encoding="utf-8").replace("no-reply@example.net", "boss@example.net"), encoding="utf-8")
    (repository.policies / "recipients.json").unlink()
    comment = repository.check(1)
    assert "A message for each way in which they decide otherwise than before:" in comment
    assert "policies/relay.test.json:4: expected allowed, was explicitDeny at MAIL" in comment
    assert "  old: allowed\n" in comment


def test_what_does_not_load(repository):
    (repository.policies / "network.json").write_text("{", encoding="utf-8")
    assert "They could not be compared:" in repository.check(2)


def test_policies_that_are_new(repository):
    repository.run("git", "rm", "-rq", "--cached", "policies")
    repository.commit("")
    assert "There were none in `policies` before." in repository.check(1)


def test_a_base_that_is_not_there(repository):
    done = subprocess.run(["sh", ROOT / "contrib/ci/check-policies", "policies", "0" * 40, "out"], cwd=repository.folder, env=repository.env,
                          capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2 and "there is no commit" in done.stderr


@pytest.mark.parametrize("name", ["github.yml", "gitlab.yml"])
def test_pipelines_run_the_script(name):
    """They are YAML, and call it as it wants to be called. (Their own words are their hosts'.)"""
    text = (ROOT / "contrib/ci" / name).read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)
    steps = [step.get("run", "") for step in jobs["jobs"]["check"]["steps"]] if name == "github.yml" else jobs["policies"]["script"]
    (call,) = re.findall(r"check-policies (.*)", "\n".join(steps))
    assert re.fullmatch(r'policies "\$\w+" out', call)
