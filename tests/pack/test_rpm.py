# SPDX-License-Identifier: BSD-2-Clause
"""The RPM package, looked at: it cannot be installed here."""
import pathlib
import re

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
    folders = {"/etc/ses-policy-milter", "/etc/ses-policy-milter/policies.d", "/usr/libexec/ses-policy-milter"}
    assert without_documentation(query(rpm, "--list")) - folders == of_deb


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
