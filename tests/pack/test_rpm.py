# SPDX-License-Identifier: BSD-2-Clause
"""The RPM package: looked at, and installed by rpm on a machine that has what it needs from Debian's packages."""
import pathlib
import re
import shutil

import pytest
from machine import call

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def rpm(packages):
    (one,) = (path for path in packages["rpm"].glob("*.rpm") if ".src." not in path.name and "debug" not in path.name)
    return one


def query(rpm, *what):
    return call("rpm", "--query", "--package", *what, str(rpm)).stdout.splitlines()


def test_rpmlint(packages):
    said = call("rpmlint", "-c", str(ROOT / "contrib/rpm/ses-policy-milter.rpmlintrc.toml"), str(ROOT / "contrib/rpm/ses-policy-milter.spec"),
                *map(str, packages["rpm"].glob("*.rpm")), check=False)
    assert said.returncode == 0 and " 0 errors, 0 warnings" in said.stdout, said.stdout


def test_same_files_as_deb(rpm, deb):
    """Paths, user and unit are the same in both."""
    def without_documentation(paths):
        return {path.replace("/lib/systemd", "/usr/lib/systemd", 1) if path.startswith("/lib/") else path for path in paths
                if path.startswith(("/etc/", "/lib/", "/usr/bin/", "/usr/sbin/", "/usr/lib/s", "/usr/libexec/", "/usr/share/man/"))}
    listed = call("dpkg", "--contents", str(deb)).stdout.splitlines()
    of_deb = without_documentation(line.split()[5][1:].removesuffix(".gz") for line in listed if not line.startswith("d"))
    # Later versions of rpm compress manual pages on Debian, too.
    of_rpm = without_documentation(path.removesuffix(".gz") for path in query(rpm, "--list"))
    folders = {"/etc/ses-policy-milter", "/etc/ses-policy-milter/policies.d", "/usr/libexec/ses-policy-milter"}
    assert of_rpm - folders == of_deb


@pytest.mark.parametrize("name", ["/etc/ses-policy-milter/milter.json", "/etc/logrotate.d/ses-policy-milter"])
def test_configuration_is_kept(rpm, name):
    assert name in query(rpm, "--configfiles")
    flags = dict(line.rsplit(" ", 1) for line in query(rpm, "--queryformat", "[%{FILENAMES} %{FILEFLAGS:fflags}\n]"))
    assert flags[name] == "cn"  # config, noreplace


def test_libcidr_is_built_in(rpm):
    assert "bundled(libcidr) = 1.2.3" in query(rpm, "--provides")
    needs = query(rpm, "--requires")
    assert not [line for line in needs if "cidr" in line]
    for library in ("libmilter", "libjansson", "libglib-2.0"):
        assert [line for line in needs if line.startswith(library)], library


def test_scripts(rpm):
    """The unit is enabled, stopped and restarted as Fedora does it; what socket-folder made goes with the package."""
    scripts = "\n".join(query(rpm, "--scripts"))
    parts = dict(re.findall(r"^(\w+) scriptlet .*:\n((?:(?!^\w+ scriptlet).*\n?)*)", scripts, re.M))
    for part, macro in (("postinstall", "post"), ("preuninstall", "preun"), ("postuninstall", "postun_with_restart")):
        assert f"ses-policy-milter.service || : # %systemd_{macro}" in parts[part]
    assert "rm -rf /run/ses-policy-milter /var/spool/postfix/run/ses-policy-milter" in parts["postuninstall"]


@pytest.mark.parametrize(("macro", "makes_user"), [("fedora 43", False), ("fedora 42", True), ("rhel 10", True), ("rhel 11", False)])
def test_who_makes_the_user(macro, makes_user):
    """From Fedora 43 on rpm does it from sysusers.d; before, a script."""
    text = call("rpmspec", "--load", str(ROOT / "contrib/rpm/macros.debian"), "--define", macro, "--parse",
                str(ROOT / "contrib/rpm/ses-policy-milter.spec")).stdout
    assert ("\n%pre\n" in text and "useradd -r -g ses-policy-milter" in text and "Requires(pre):  shadow-utils" in text) == makes_user
    assert makes_user or "useradd" not in text


SETTINGS = "/etc/ses-policy-milter/milter.json"


@pytest.fixture
def rpm_on(machine, install):
    """rpm for the machine's files. What the package needs is there, since Debian's has been; rpm knows nothing of that."""
    install()
    machine.run("apt-get", "purge", "-y", "ses-policy-milter")
    machine.run("userdel", "ses-policy-milter")
    # As rpm itself does it from Fedora 43 on, before it unpacks.
    shutil.copy(ROOT / "contrib/systemd/sysusers.conf", machine.path("/root"))
    machine.run("systemd-sysusers", "/root/sysusers.conf")

    def begin(*command, check=True):
        return call("rpm", "--root", str(machine.root), *map(str, command), check=check)
    return begin


def test_install_and_erase(machine, rpm_on, rpm):
    rpm_on("--install", "--nodeps", rpm)
    assert rpm_on("--verify", "--nodeps", "ses-policy-milter", check=False).stdout == ""
    log = machine.shell("stat -c '%A %U:%G' /var/log/ses-policy-milter").stdout
    assert log == "drwxr-x--- ses-policy-milter:ses-policy-milter\n"
    assert machine.shell("stat -c '%A %U:%G' /var/lib/ses-policy-milter").stdout == "drwxr-x--- root:ses-policy-milter\n"
    machine.run("systemctl", "enable", "ses-policy-milter")
    machine.boot()
    # Refused and delivered through Postfix in its chroot and out of it; policies and settings are those of the script.
    shutil.copy(ROOT / "contrib/debian/tests/mail", machine.path("/root/mail"))
    said = machine.run("/root/mail").stdout.splitlines()
    assert said == ["smtpd with chroot=y: refused '550 5.7.1', delivered 1 of 1",
                    "smtpd with chroot=n: refused '550 5.7.1', delivered 2 of 2"]
    machine.stop()

    machine.path(SETTINGS).write_text(machine.path(SETTINGS).read_text() + "\n")
    rpm_on("--erase", "ses-policy-milter")
    assert not machine.path("/usr/sbin/ses-policy-milter").exists() and not machine.path(SETTINGS).exists()
    # What an operator has written is not thrown away.
    assert machine.path(SETTINGS + ".rpmsave").exists()
    assert not machine.path("/var/spool/postfix/run/ses-policy-milter").exists()
