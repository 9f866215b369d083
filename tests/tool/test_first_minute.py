# SPDX-License-Identifier: BSD-2-Clause
"""The README's two commands mind neither what calls them nor what the other left."""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import types
from collections.abc import Iterator

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMANDS = ("contrib/quickstart", "tests/run")

# Writes what it was called with, and a Makefile that does nothing.
CONFIGURE = """\
#!/bin/sh
echo "$*" >>configured
printf 'all:\\n' >Makefile
"""


@pytest.fixture
def place() -> Iterator[pathlib.Path]:
    path = pathlib.Path(tempfile.mkdtemp(prefix="ses-policy-test."))
    yield path
    shutil.rmtree(path)


def copy_scripts(root: pathlib.Path) -> None:
    for name in (*COMMANDS, "tests/surroundings", "tests/build"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)


SOMEBODY = {"LANG": "tr_TR", "PYTHONPATH": "/x", "TERM": "dumb", "NO_COLOR": "1", "JOURNAL_STREAM": "8:1", "NOTIFY_SOCKET": "/x", "CFLAGS": "-m32",
            "BUILD_DIR": "/x", "PYTEST_ADDOPTS": "-x", "TWO_LINES": "1\nroot=/x"}
NETWORK = {"https_proxy": "http://p:1", "NO_PROXY": "a", "npm_config_registry": "http://n", "NODE_EXTRA_CA_CERTS": "/c", "CCACHE_DIR": "/d"}


def test_surroundings():
    """Another python3 first, no sbin, umask 077, a long TMPDIR, another language, no HOME, a terminal without colour, a service's variables."""
    script = 'root=/r; . "$1"; umask; command -v python3; echo "$root"; exec env'
    done = subprocess.run(["/bin/sh", "-c", f"umask 077; {script}", "sh", str(ROOT / "tests" / "surroundings")], capture_output=True, text=True,
                          env={"PATH": "/opt/pyenv/shims:/usr/bin:/bin", "TMPDIR": "/tmp/" + "long/" * 40} | SOMEBODY | NETWORK,
                          check=True)
    assert done.stderr == ""
    mask, python, root, *variables = done.stdout.splitlines()
    assert (mask, python, root) == ("0022", "/usr/bin/python3", "/r")
    # The shell's own PWD comes back by itself.
    assert {line.partition("=")[0]: line.partition("=")[2] for line in variables if not line.startswith(("PWD=", "_="))} == {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TMPDIR": "/tmp", "HOME": "/root", "LC_ALL": "C.UTF-8"} | NETWORK


@pytest.mark.parametrize("command", COMMANDS)
def test_surroundings_come_first(command):
    """Nothing is done, and nothing is looked for on the path, before."""
    lines = [line for line in (ROOT / command).read_text().splitlines() if not line.startswith("#")]
    at = lines.index('. "$root/tests/surroundings"')
    assert all(line.startswith(("set ", "root=", "usage()", "\t", "}")) or not line for line in lines[:at]), lines[:at]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", ("a b", "a'b", "a$b"))
def test_blank_in_path(place, command, name):
    copy_scripts(place / name)
    done = subprocess.run(["/bin/sh", str(place / name / command)], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stdout == ""
    assert "has a blank" in done.stderr and str(place / name) in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_help(command):
    done = subprocess.run(["/bin/sh", str(ROOT / command), "--help"], capture_output=True, text=True, check=True)
    assert f"sudo sh {command}" in done.stdout and "#" not in done.stdout and "set -" not in done.stdout


def test_build_is_configured_again_if_it_was_otherwise(place):
    """A build folder that was made with another Python, or by hand, is not taken as it is; its own is."""
    copy_scripts(place)
    (place / "configure").write_text(CONFIGURE)
    (place / "configure").chmod(0o755)
    folder = place / "build" / "plain"
    folder.mkdir(parents=True)
    (folder / "Makefile").write_text("all:\n\tfalse\n")

    def build() -> list[str]:
        subprocess.run(["/bin/sh", str(place / "tests" / "build"), "plain"], check=True)
        return (folder / "configured").read_text().splitlines()

    assert [line.split() for line in build()] == [["--enable-werror", "PYTHON3=/usr/bin/python3"]]
    assert len(build()) == 1
    (folder / "configured-with").write_text("--enable-werror PYTHON3=/opt/python3\n")
    assert len(build()) == 2


def test_show_ends_all_that_it_started(monkeypatch, tmp_path):
    """What cannot be ended keeps nothing else running."""
    monkeypatch.syspath_prepend(str(ROOT / "contrib"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    import quickstart
    ended: list[str] = []

    def fail() -> None:
        raise FileNotFoundError("postfix")

    show = quickstart.Show.__new__(quickstart.Show)
    show.folder = tmp_path / "show"
    show.folder.mkdir()
    show.postfix = types.SimpleNamespace(port=1, stop=fail)
    show.daemon = types.SimpleNamespace(process=1, stop=lambda: ended.append("daemon"))
    show.endpoint = types.SimpleNamespace(terminate=lambda: ended.append("endpoint"), wait=lambda: ended.append("waited"))
    with pytest.raises(FileNotFoundError):
        show.stop()
    assert ended == ["daemon", "endpoint", "waited"] and not show.folder.exists()

    process = subprocess.Popen(["sleep", "600"])
    other = subprocess.Popen(["sleep", "600"])
    kept = tmp_path / "kept"
    kept.mkdir()
    monkeypatch.setattr(quickstart, "STATE", tmp_path / "state.json")
    monkeypatch.setattr(quickstart, "Postfix", lambda folder: types.SimpleNamespace(stop=fail))
    quickstart.STATE.write_text('{"folder": "%s", "daemon": %d, "endpoint": %d}' % (kept, process.pid, other.pid))
    with pytest.raises(FileNotFoundError):
        quickstart.stop_kept()
    assert process.wait() != 0 and other.wait() != 0 and not kept.exists() and not quickstart.STATE.exists()


INSTALLED = {"first of two": "a", "second of two": "b", "neither": ""}


@pytest.mark.parametrize("has", INSTALLED.values(), ids=INSTALLED)
def test_package_with_two_names(place, has):
    """One of them is enough; who may not install is told of both."""
    for name, script in (("dpkg-query", f'for last; do :; done\n[ "$last" = b ] && [ "{has}" != b ] && exit 1\n[ "$last" = a ] && [ "{has}" != a ] && exit 1\n'
                          'printf "install ok installed"\n'), ("id", "echo 1000\n")):
        (place / name).write_text(f"#!/bin/sh\n{script}")
        (place / name).chmod(0o755)
    done = subprocess.run(["/bin/sh", str(ROOT / "tests" / "prepare"), "a|b"], capture_output=True, text=True, check=False,
                          env={"PATH": f"{place}:/usr/bin:/bin"})
    assert (done.returncode, done.stdout) == (0 if has else 1, "")
    assert done.stderr == ("" if has else "These packages are missing; install them as root: a|b\n")


def test_package_that_not_every_system_has(place):
    """For its sake alone nothing is asked of the network, nor of root."""
    for name, script in (("dpkg-query", 'for last; do :; done\n[ "$last" != a ] && printf "install ok installed"\n'), ("id", "echo 1000\n"),
                         ("apt-get", "exit 1\n")):
        (place / name).write_text(f"#!/bin/sh\n{script}")
        (place / name).chmod(0o755)
    done = subprocess.run(["/bin/sh", str(ROOT / "tests" / "prepare"), "a|"], capture_output=True, text=True, check=False,
                          env={"PATH": f"{place}:/usr/bin:/bin"})
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
