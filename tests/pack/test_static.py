# SPDX-License-Identifier: BSD-2-Clause
"""What the tools of each trade say about scripts, manuals, units and profiles: nothing."""
import os
import pathlib
import re
import subprocess

import pytest
from machine import call

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNIT = ROOT / "contrib/systemd/ses-policy-milter.service"
UNITS = [UNIT, ROOT / "contrib/sync/ses-policy-sync.service", ROOT / "contrib/sync/ses-policy-sync.timer"]


def sources() -> list[pathlib.Path]:
    """Of a checkout, or of an unpacked distribution."""
    return [path for folder in (".ci", "contrib", "milter", "policy", "tests") for path in (ROOT / folder).rglob("*") if path.is_file()]


def first_line(path: pathlib.Path) -> bytes:
    with open(path, "rb") as file:
        return file.readline(200)


def test_shellcheck():
    scripts = [str(path) for path in sources() if re.match(rb"#! ?/bin/(ba)?sh\b", first_line(path))]
    assert len(scripts) > 8
    said = call("shellcheck", *scripts, check=False)
    assert (said.returncode, said.stdout) == (0, "")


def laid_out(text: str) -> str:
    """Without the breaks and blanks of macros: versions of clang-format differ there, and nowhere else here."""
    return re.sub(r"^#define (?:.*\\\n)*.*$", lambda macro: re.sub(r"[\s\\]+", "", macro.group(0)), text, flags=re.M)


def test_clang_format():
    """That of Debian 12 has nothing to say; a later one nothing but on macros."""
    files = [path for path in sources() if path.suffix in (".c", ".h")]
    assert len(files) > 300
    version = call("clang-format", "--version").stdout
    if " version 14." in version:
        said = call("clang-format", "--dry-run", "-Werror", "--style=file", *map(str, files), check=False)
        assert (said.returncode, said.stdout) == (0, "")
        return
    formatted, here = call("clang-format", "--style=file", *map(str, files)).stdout, "".join(path.read_text() for path in files)
    assert laid_out(formatted).splitlines() == laid_out(here).splitlines(), version


@pytest.mark.parametrize(("there", "met"), [
    ([], False), (["policies.d/sender.json"], True), (["users.d/ann.json"], True), (["iam.json"], True), (["policies.d/sender.json.dpkg-old"], False)])
def test_the_unit_waits_for_a_policy(tmp_path: pathlib.Path, there: list[str], met: bool):
    """Of identities or of users; not for the settings, which the package brings."""
    condition, = re.findall(r"^(ConditionPathExistsGlob=)/etc/ses-policy-milter/(.*)$", UNIT.read_text(), re.M)
    for name in ("milter.json", *there):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    said = call("systemd-analyze", "condition", f"{condition[0]}{tmp_path}/{condition[1]}", check=False)
    assert (said.returncode == 0) == met, said.stdout


def test_promises_name_tests_that_are_there():
    """What SECURITY.md names as holding a promise: files of tests, also in short behind one of the same folder."""
    table = re.search(r"\n\| promise .*?\n\n", (ROOT / "SECURITY.md").read_text(), re.S).group(0)
    rows = table.strip().splitlines()[2:]
    assert len(rows) > 10
    for row in rows:
        named = re.findall(r"`((?:tests/\w+/)?test_\w+\.(?:py|c)|tests/[\w/]+(?:\.json)?)`", row.split("|")[2])
        assert named, row
        folder = pathlib.Path()
        for name in named:
            folder = pathlib.Path(name).parent if "/" in name else folder
            assert (ROOT / name).exists() if "/" in name else (ROOT / folder / name).exists(), f"{name}: {row}"


def test_python_compiles():
    """The programs that are installed take the Python of the distribution."""
    for name in ("contrib/sync/ses-policy-sync", "contrib/debian/tests/mail"):
        compile((ROOT / name).read_text(), name, "exec")
        assert first_line(ROOT / name) == b"#!/usr/bin/python3\n"


def manuals() -> list[pathlib.Path]:
    return [path for path in sources() if re.search(r"\.[1-8]$", path.name) and first_line(path).startswith(b".\\\"")]


def test_mandoc():
    """Nothing but that manuals of others are not installed here. Ours refer to each other by their right names."""
    pages = manuals()
    assert {page.name for page in pages} >= {"milter.json.5", "ses-policy.1", "ses-policy.7", "ses-policy-lint.7", "ses-policy-milter.8"}
    said = call("mandoc", "-Tlint", *map(str, pages), check=False).stdout.splitlines()
    rest = [line for line in said if "referenced manual not found" not in line and "outdated mandoc.db" not in line]
    assert rest == []
    ours = {page.name for page in pages}
    for page in pages:
        for name, section in re.findall(r"^\.Xr (\S+) (\d)", page.read_text(), re.M):
            if re.match("ses-policy|milter", name):
                assert f"{name}.{section}" in ours, f"{page.name} refers to {name}({section})"


def test_systemd_verify(tmp_path):
    """Not a word: an unknown key or a bad value is only a warning. Programs that are not installed are looked for elsewhere."""
    for unit in UNITS:
        text = unit.read_text()
        for program in ("/usr/libexec/ses-policy-milter/socket-folder", "/usr/sbin/ses-policy-milter", "/usr/local/sbin/ses-policy-sync"):
            text = text.replace(program, "/bin/true")
        (tmp_path / unit.name).write_text(text)
    environment = {"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": os.environ["PATH"]}
    said = subprocess.run(["systemd-analyze", "verify", "--man=no", *(str(tmp_path / unit.name) for unit in UNITS)], env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert (said.returncode, said.stdout) == (0, "")


def test_systemd_security():
    """In tenths. The unit as it is, without help from outside."""
    call("systemd-analyze", "security", "--offline=true", "--threshold=15", str(UNIT))


def test_unit_tries_again():
    """On every status but the one that somebody has to mend, for as long as it takes; and it is the daemon's own status that counts."""
    lines = UNIT.read_text().splitlines()
    assert [line for line in lines if line.startswith("Restart")] == [
        "Restart=on-failure", "RestartForceExitStatus=SIGHUP", "RestartSec=1", "RestartPreventExitStatus=78"]
    assert "StartLimitIntervalSec=0" in lines
    assert not [line for line in lines if line.startswith("ExecStartPre=") and "ses-policy-milter --" in line]


def test_sysusers(tmp_path):
    (tmp_path / "etc").mkdir()
    call("systemd-sysusers", "--root", str(tmp_path), str(ROOT / "contrib/systemd/sysusers.conf"))
    (user,) = (tmp_path / "etc/passwd").read_text().splitlines()
    assert re.fullmatch("ses-policy-milter:x:[0-9]+:[0-9]+:ses-policy-milter mail filter:/:/usr/sbin/nologin", user)


def test_state_folder(tmp_path):
    """Of /var/lib/ses-policy-milter the daemon's is the folder quota alone: it can put nothing in the way of what root writes."""
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_text("root:x:0:0::/:/bin/sh\n")
    (tmp_path / "etc/group").write_text("root:x:0:\nses-policy-milter:x:4711:\n")
    call("systemd-tmpfiles", "--create", "--root", str(tmp_path), str(ROOT / "contrib/systemd/tmpfiles.conf"))
    status = (tmp_path / "var/lib/ses-policy-milter").stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o7777) == (0, 4711, 0o750)
    assert [line for line in UNIT.read_text().splitlines() if line.startswith("StateDirectory=")] == ["StateDirectory=ses-policy-milter/quota"]


def test_apparmor():
    call("apparmor_parser", "--skip-kernel-load", "--skip-cache", str(ROOT / "contrib/apparmor/usr.sbin.ses-policy-milter"))


def test_logrotate(tmp_path):
    """Rotated, kept, compressed later; the daemon is told once."""
    records = tmp_path / "records"
    records.mkdir()
    (records / "decisions.jsonl").write_text("{}\n")
    text = (ROOT / "contrib/logrotate/ses-policy-milter").read_text()
    text = text.replace("/var/log/ses-policy-milter", str(records)).replace("su ses-policy-milter ses-policy-milter", "su root root")
    systemctl = tmp_path / "systemctl"
    systemctl.write_text(f"#!/bin/sh\necho \"$*\" >>{tmp_path}/told\n")
    systemctl.chmod(0o755)
    configuration = tmp_path / "logrotate.conf"
    configuration.write_text(text)
    configuration.chmod(0o644)
    call("env", f"PATH={tmp_path}:{os.environ['PATH']}", "logrotate", "--force", "--state", str(tmp_path / "state"), str(configuration))
    assert [path.name for path in records.iterdir()] == ["decisions.jsonl.1"]
    assert (tmp_path / "told").read_text().splitlines() == [
        "--quiet is-active ses-policy-milter.service", "kill --kill-who=main --signal=HUP ses-policy-milter.service"]


METRICS = {
    "ses_policy_milter_build_info": {"version"},
    "ses_policy_milter_last_reload_refused": set(),
    "ses_policy_milter_connections_total": set(),
    "ses_policy_milter_decisions_total": {"decision", "stage"},
    "ses_policy_milter_statement_decisions_total": {"policy", "statement", "decision"},
    "ses_policy_milter_evaluation_seconds_bucket": {"le"},
    "ses_policy_milter_reloads_total": {"result"},
    "ses_policy_milter_generation": set(),
    "ses_policy_milter_policy_loaded_timestamp_seconds": set(),
    "ses_policy_milter_account_state_timestamp_seconds": set(),
    "ses_policy_milter_connections": set(),
    "ses_policy_milter_errors_total": {"reason"},
    "ses_policy_milter_records_lost_total": set(),
    "ses_policy_milter_unended_messages_total": set(),
    "ses_policy_milter_unknown_ses_headers_total": set(),
    "ses_policy_milter_stray_logins_total": set(),
    "ses_policy_quota_used": {"scope", "key"},
    "ses_policy_quota_limit": {"scope", "key"},
    "ses_policy_quota_refused_total": {"scope", "kind"},
    "ses_policy_quota_store_up": set(),
    "ses_policy_quota_store_errors_total": {"kind"},
    "ses_policy_quota_store_seconds_bucket": {"le"},
    "ses_policy_quota_unmetered_total": set(),
    "ses_policy_quota_counts_lost_total": set(),
    "ses_policy_quota_keys": set(),
}


def test_alert_rules():
    """Prometheus takes them, and they are about metrics that there are."""
    for name in ("alerts.yml", "quota-alerts.yml"):
        file = ROOT / "contrib/grafana" / name
        subprocess.run(["promtool", "check", "rules", str(file)], check=True, capture_output=True)
        used = set(re.findall(r"ses_policy_(?:milter|quota)_\w+", file.read_text()))
        assert used and used <= set(METRICS)


def test_metrics_are_those_of_the_daemon():
    names = re.findall(r'^\t\{ "(ses_policy_\w+)", "(\w+)"', (ROOT / "milter/metrics.c").read_text(), re.M)
    assert {name + ("_bucket" if kind == "histogram" else "") for name, kind in names} == set(METRICS)


@pytest.mark.parametrize("name", ["NEWS", "contrib/debian/changelog", "contrib/rpm/ses-policy-milter.spec"])
def test_version(name):
    """One version everywhere."""
    version = re.search(r"AC_INIT\(\[ses-policy-milter\],\[(.+?)\]\)", (ROOT / "configure.ac").read_text()).group(1)
    found = re.search(r"(?:^ses-policy-milter \(?|^Version: +)([0-9.]+)", (ROOT / name).read_text(), re.M).group(1)
    assert found == version
