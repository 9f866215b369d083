# SPDX-License-Identifier: BSD-2-Clause
"""The manuals say what the programs do: every option and setting, with its default, and none that is not there."""
import json
import pathlib
import re

import pytest
from lib.daemon import program
from lib.tables import rows
from machine import call

ROOT = pathlib.Path(__file__).resolve().parents[2]
DAEMON_PAGE = (ROOT / "milter/ses-policy-milter.8").read_text()
SETTINGS_PAGE = (ROOT / "milter/milter.json.5").read_text()
HELP = call(program("ses-policy-milter"), "--help").stdout
OPTIONS_HELP, SETTINGS_HELP = HELP.split("\nSettings ")


def settings_of_help() -> dict[str, str]:
    """Each setting with all that is said about it."""
    parts = re.split(r"^  (\w+)\s", SETTINGS_HELP, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def settings_of_page() -> dict[str, str]:
    """The tagged items of the outer lists; the members of principals are in a list within."""
    description = re.split(r"^\.Sh ", SETTINGS_PAGE, flags=re.M)
    (text,) = (part for part in description if part.startswith("DESCRIPTION"))
    outer = re.sub(r"^\.Bl -tag -width policies -compact\n.*?^\.El\n", "", text, flags=re.M | re.S)
    parts = re.split(r"^\.It Cm (\w+)", outer, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def test_every_setting_is_in_the_page():
    assert set(settings_of_help()) <= set(settings_of_page())
    assert len(settings_of_help()) > 10


@pytest.mark.parametrize("name", sorted(settings_of_page()))
def test_setting_exists(tmp_path, name):
    """The daemon knows the name: it does not take it for a mistake."""
    file = tmp_path / "milter.json"
    file.write_text(json.dumps({"policies": ["x"], name: None}))
    said = call(program("ses-policy-milter"), "--settings", str(file), "--check", check=False).stdout
    assert f"{file}:" in said and name in said and "unknown setting" not in said, said
    file.write_text(json.dumps({"policies": ["x"], name + "x": None}))
    said = call(program("ses-policy-milter"), "--settings", str(file), "--check", check=False).stdout
    assert "unknown setting" in said


@pytest.mark.parametrize("name", sorted(settings_of_help()))
def test_default(name):
    (default,) = re.findall(r"; default ([^;\n]+)", settings_of_help()[name]) or [None]
    said = re.findall(r"^Default:(?: (\S+)|\n\.Ql (\S+))$", settings_of_page()[name], re.M)
    (page,) = [a or b for a, b in said] or [None]
    assert (None if page in ("none", "false") else page) == (None if default in ("none", "false") else default)


@pytest.mark.parametrize("name", sorted(settings_of_help()))
def test_restart(name):
    assert settings_of_page()[name].startswith(" Pq restart\n") == ("changed by restart" in settings_of_help()[name])


def test_members_of_quotas():
    """Those that the help lists are in the page, and so are those of a limit."""
    (listed,) = re.findall(r'^ +(\{"account", .*?\})', settings_of_help()["quotas"], re.M)
    (section,) = (part for part in re.split(r"^\.S[hs] ", SETTINGS_PAGE, flags=re.M) if part.startswith("Quotas\n"))
    described = {name for line in re.findall(r"^\.It (Cm .*)$", section, re.M) for name in re.findall(r"\w+", line) if name != "Cm"}
    assert described == set(json.loads(listed.replace("{", "[").replace("}", "]"))) | {"quotas", "per_day", "per_second", "burst", "mode"}


def test_options():
    in_help = set(re.findall(r"^  (?:-(\w), |    )--([\w-]+)", OPTIONS_HELP, re.M))
    in_synopsis = set(re.findall(r"(?:Fl|\|) -([\w-]+)", DAEMON_PAGE.split(".Sh DESCRIPTION")[0]))
    described = set(re.findall(r"^\.It (?:Fl (\w) , )?Fl -([\w-]+)", DAEMON_PAGE, re.M))
    assert {name for _, name in in_help} == in_synopsis
    assert in_help == described
    assert len(in_help) > 9 and sum(bool(letter) for letter, _ in in_help) == 6


def test_exit_statuses():
    """Those that main.c lists."""
    listed = re.search(r"Exit status: (.*?)\*/", (ROOT / "milter/main.c").read_text(), re.S).group(1)
    assert set(re.findall(r"^\.It (\d+)$", DAEMON_PAGE, re.M)) == set(re.findall(r"\b([01]|[67]\d)\b", listed))


def test_reasons():
    """The list of reasons is the program's table: words in its order, codes, and when."""
    reasons: dict[str, tuple[list[str], list[str]]] = {}
    for _, word, _, code, xcode, _, when in rows("policy/ses/reason_list.h", "REASON"):
        codes, whens = reasons.setdefault(word, ([], []))
        codes.append(f"{code} {xcode}")
        whens.append(when)
    (section,) = (part for part in re.split(r"^\.S[hs] ", DAEMON_PAGE, flags=re.M) if part.startswith("Reasons\n"))
    items = re.findall(r"^\.It Cm (\S+) Pq (.*)\n((?:(?!\.It|\.El).*\n)*)", section, re.M)
    said = {word: (codes.split(" , "), re.sub(r"\s+", " ", re.sub(r"^\.Cm ", "", text, flags=re.M)).strip()) for word, codes, text in items}
    assert said == {word: (codes, " ".join(whens)) for word, (codes, whens) in reasons.items()}
    assert list(said) == list(reasons) and {"policy", "no-client", "no-message", "refusal-untold"} <= set(said)
