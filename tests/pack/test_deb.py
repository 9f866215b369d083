# SPDX-License-Identifier: BSD-2-Clause
"""The Debian package: clean, installed, upgraded, removed, purged, and asked by Postfix."""
import json
import pathlib
import re
import shutil

from machine import call

ROOT = pathlib.Path(__file__).resolve().parents[2]
SETTINGS, POLICY = "/etc/ses-policy-milter/milter.json", "/etc/ses-policy-milter/policies.d/sender.json"
UNIT = "/lib/systemd/system/ses-policy-milter.service"
WANTED = "/etc/systemd/system/multi-user.target.wants/ses-policy-milter.service"


def test_lintian(packages):
    (changes,) = packages["deb"].glob("*.changes")
    # The package is Debian's, also where it is built on Ubuntu: its changelog says unstable.
    said = call("lintian", "--profile", "debian", "--allow-root", "--pedantic", "--fail-on", "error,warning,info,pedantic", str(changes), check=False)
    assert (said.returncode, said.stdout) == (0, "")


def test_hardening(deb, workshop):
    """hardening=+all has reached both programs."""
    call("dpkg-deb", "--extract", str(deb), str(workshop / "extracted"))
    for program in ("usr/sbin/ses-policy-milter", "usr/bin/ses-policy"):
        header = call("readelf", "--wide", "--file-header", "--program-headers", "--dynamic", str(workshop / "extracted" / program)).stdout
        assert re.search(r"Type:\s+DYN .*Position-Independent", header), program
        assert "GNU_RELRO" in header and "BIND_NOW" in header, program
        symbols = call("readelf", "--wide", "--dyn-syms", str(workshop / "extracted" / program)).stdout
        assert "__stack_chk_fail" in symbols and "_chk@" in symbols, program


def test_install(machine, install, deb):
    said = install()
    assert "Creating user 'ses-policy-milter'" in said
    assert "the service does not run yet: there are no policies. Put them into /etc/ses-policy-milter/policies.d" in said
    assert machine.run("dpkg", "--verify", "ses-policy-milter").stdout == ""
    assert machine.path(WANTED).is_symlink()
    # The program takes its own settings; what they name is missing yet.
    assert json.loads(machine.shell("ses-policy-milter --print-settings 2>/dev/null").stdout)["socket_group"] == "postfix"
    checked = machine.run("ses-policy-milter", "--check", check=False)
    assert (checked.returncode, "holds no *.json file" in checked.stdout) == (78, True)
    for page in ("man1/ses-policy.1.gz", "man5/milter.json.5.gz", "man7/ses-policy.7.gz", "man7/ses-policy-lint.7.gz", "man8/ses-policy-milter.8.gz"):
        assert machine.run("dpkg", "--search", f"/usr/share/man/{page}").stdout.startswith("ses-policy-milter:")
    for script in ("bash-completion/completions/{}", "zsh/vendor-completions/_{}", "fish/vendor_completions.d/{}.fish"):
        for name in ("ses-policy", "ses-policy-milter"):
            assert machine.run("dpkg", "--search", f"/usr/share/{script.format(name)}").stdout.startswith("ses-policy-milter:")
    # Root's: the daemon may pass, and has in it only what systemd makes for it when it starts.
    assert machine.shell("stat -c '%A %U:%G' /var/lib/ses-policy-milter").stdout == "drwxr-x--- root:ses-policy-milter\n"
    for name, mode in (("/etc/ses-policy-milter/policies.d", 0o755), (SETTINGS, 0o644), ("/usr/sbin/ses-policy-milter", 0o755)):
        status = machine.path(name).stat()
        assert (status.st_uid, status.st_gid, status.st_mode & 0o7777) == (0, 0, mode), name


def test_upgrade_remove_purge(machine, install, newer_deb):
    install()
    edited = machine.path(SETTINGS).read_text().replace('"policies"', '"null_sender": "reject",\n  "policies"')
    machine.path(SETTINGS).write_text(edited)
    # For all to read, whatever the umask was when the sources were fetched.
    machine.path(POLICY).write_text((ROOT / "contrib/examples/sender.json").read_text())

    assert "the service does not run yet" not in install(newer_deb)
    assert machine.run("dpkg-query", "-W", "-f", "${Version}", "ses-policy-milter").stdout.endswith(".1")
    assert machine.path(SETTINGS).read_text() == edited
    assert '"0666"' in machine.path(SETTINGS + ".dpkg-dist").read_text()

    # What the daemon leaves behind when it has run.
    machine.run("/usr/libexec/ses-policy-milter/socket-folder")
    log = machine.path("/var/log/ses-policy-milter/decisions.jsonl")
    log.parent.mkdir()
    log.write_text("{}\n")
    machine.run("postconf", "-e", "smtpd_milters = { unix:/run/ses-policy-milter/milter.sock, default_action=tempfail }")
    said = machine.run("apt-get", "remove", "-y", "ses-policy-milter")
    assert "postconf -X smtpd_milters non_smtpd_milters && postfix reload" in said.stdout + (said.stderr or "")
    assert machine.path(SETTINGS).read_text() == edited
    assert machine.path(POLICY).exists() and log.exists()
    assert not machine.path(UNIT).exists() and not machine.path("/usr/sbin/ses-policy-milter").exists()
    assert not machine.path("/var/spool/postfix/run/ses-policy-milter").exists()

    machine.run("apt-get", "purge", "-y", "ses-policy-milter")
    assert not machine.path(SETTINGS).exists() and not machine.path("/etc/logrotate.d/ses-policy-milter").exists()
    assert not log.parent.exists() and not machine.path("/var/lib/ses-policy-milter").exists() and not machine.path(WANTED).is_symlink()
    # An operator's policies are his own.
    assert machine.path(POLICY).exists()

    install()
    machine.run("postconf", "-X", "smtpd_milters")
    said = machine.run("apt-get", "remove", "-y", "ses-policy-milter")
    assert "Postfix still asks" not in said.stdout + (said.stderr or "")
    install()
    assert machine.run("ses-policy-milter", "--check").stdout.startswith("ok: 1 file, 1 policy, 1 statement")


def test_socket_folder(machine, install):
    """Whatever the umask, whatever was there before, and twice."""
    install()
    for before in ("true", "true", "umask 0077; rm -r /var/spool/postfix/run",
                   "rm -f /run/ses-policy-milter; mkdir /run/ses-policy-milter; touch /run/ses-policy-milter/milter.sock"):
        seen = machine.shell(f"{before} && /usr/libexec/ses-policy-milter/socket-folder && readlink /run/ses-policy-milter &&"
                             "stat -c '%A %U:%G' /var/spool/postfix/run /run/ses-policy-milter/.").stdout
        assert seen.splitlines() == ["/var/spool/postfix/run/ses-policy-milter", "drwxr-xr-x root:root",
                                     "drwxr-s--- ses-policy-milter:postfix"], before
    machine.shell("dpkg --purge --force-all postfix")
    seen = machine.shell("/usr/libexec/ses-policy-milter/socket-folder && stat -c '%A %U:%G' /run/ses-policy-milter").stdout
    assert seen.splitlines() == ["drwxr-s--- ses-policy-milter:ses-policy-milter"]


def test_autopkgtest(machine, install):
    """As autopkgtest's null runner has it: the test of the source package, as root, on a machine that is thrown away."""
    install()
    shutil.copy(ROOT / "contrib/debian/tests/mail", machine.path("/root/mail"))
    said = machine.run("/root/mail").stdout
    assert said.splitlines() == ["smtpd with chroot=y: refused '550 5.7.1', delivered 1 of 1",
                                 "smtpd with chroot=n: refused '550 5.7.1', delivered 2 of 2"]
