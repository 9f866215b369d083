# SPDX-License-Identifier: BSD-2-Clause
"""
The floors of the sources (CONTRIBUTING.md): what a file includes or calls stands below it or beside it in its own folder, no circle
closes, and what a file has for others is declared in the header that bears its name, there alone.
"""
import collections
import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BUILD_DIR", ROOT / "build" / "plain"))
# From below. What shares a height does not know each other.
HEIGHTS = [["policy/base"], ["policy/value"], ["policy/iam", "policy/quota"], ["policy/ses"], ["policy/settings", "policy/lint", "policy/report"], ["policy/tool", "milter"]]
HEIGHT = {folder: height for height, folders in enumerate(HEIGHTS) for folder in folders}
PROGRAMS = HEIGHTS[-1]
SOURCES = [path for folder in HEIGHT for path in sorted((ROOT / folder).glob("*.[ch]"))]
INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)

# Headers of a family: each of its files has the same thing to offer, and one place lists them all. The files, and what of theirs it declares.
FAMILIES = {
    # A check a file, for lint.c's tables.
    "policy/lint/checks.h": (r"policy/lint/(check_\w+)", r"{0}"),
    # A form of the findings a file, for the option --format.
    "policy/lint/output.h": (r"policy/lint/(output_\w+)", r"output_\w+"),
    # A part of the page a file, for page.c.
    "policy/report/sections.h": (r"policy/report/(section_\w+)", r"{0}"),
    # A command a file, for main.c's table.
    "policy/tool/command.h": (r"policy/tool/(diff|eval|keys|lint|quota|replay|report|test)", r"command_{0}|{0}_options"),
}
# What stands in for a function of the C library is declared there; and who calls it means that.
STAND_INS = {"milter/log": {"syslog"}, "milter/sigwait": {"sigwait"},
             "milter/read_ahead": {"accept", "read", "poll", "close"}}


def name_of(path: pathlib.Path) -> str:
    return str(path.relative_to(ROOT))


def folder_of(path: pathlib.Path) -> str:
    return name_of(path.parent)


def apart(name: str, other: str) -> bool:
    """Are they of the two programs? Those may have names in common: each means its own."""
    folders = {os.path.dirname(name), os.path.dirname(other)}
    return len(folders) == 2 and folders == set(PROGRAMS)


def included(path: pathlib.Path) -> list[pathlib.Path]:
    """Our own headers, by the two folders that the compiler is given."""
    names = INCLUDE.findall(path.read_text())
    found = [next((place / name for place in (path.parent, ROOT / "policy", ROOT / "milter") if (place / name).is_file()), None) for name in names]
    return [header for header in found if header]


def test_the_folders_are_known():
    assert {folder_of(path) for folder in ("policy", "milter") for path in (ROOT / folder).rglob("*.[ch]")} == set(HEIGHT)


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_includes_go_down(path):
    mine = folder_of(path)
    for header in included(path):
        other = folder_of(header)
        assert other == mine or HEIGHT[other] < HEIGHT[mine], f"{path} includes {name_of(header)}"


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """The strongly connected components of more than one member (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for next_one in sorted(graph.get(node, ())):
            if next_one not in index:
                visit(next_one)
                low[node] = min(low[node], low[next_one])
            elif next_one in stack:
                low[node] = min(low[node], index[next_one])
        if low[node] == index[node]:
            place = stack.index(node)
            if len(stack) - place > 1:
                found.append(sorted(stack[place:]))
            del stack[place:]

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found


def test_circles_are_seen():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == [["b", "c"]]


def test_headers_make_no_circle():
    graph = {name_of(path): {name_of(header) for header in included(path)} for path in SOURCES if path.suffix == ".h"}
    assert circles(graph) == []


# ---- what the compiler made of the files ----

def object_of(path: pathlib.Path) -> pathlib.Path:
    """Of a file of a program automake puts the program's name in front."""
    folder = BUILD / path.parent.relative_to(ROOT)
    made = sorted(folder.glob(f"*-{path.stem}.o")) + [folder / f"{path.stem}.o"]
    return made[0]


@pytest.fixture(scope="module")
def objects() -> dict[str, tuple[set[str], set[str]]]:
    """
    By the file's name without .c ("policy/iam/arn"): what it has for others, and what it takes. Names that begin with an underscore
    are the compiler's.
    """
    made = {str(object_of(path)): name_of(path)[:-2] for path in SOURCES if path.suffix == ".c"}
    found: dict[str, tuple[set[str], set[str]]] = {name: (set(), set()) for name in made.values()}
    output = subprocess.run(["nm", "-g", "-A", *made], stdout=subprocess.PIPE, text=True, check=True).stdout
    for path, kind, symbol in re.findall(r"^(.*\.o): *(?:[0-9a-f]+)? ([A-Za-z]) (\w+)", output, re.M):
        if not symbol.startswith("_") and symbol != "main":
            found[made[path]][kind in "Uwv"].add(symbol)
    return found


@pytest.fixture(scope="module")
def uses(objects) -> dict[str, set[str]]:
    """Which files each file takes something from."""
    homes = collections.defaultdict(set)
    for name, (has, _) in objects.items():
        for symbol in has - STAND_INS.get(name, set()):
            homes[symbol].add(name)
    graph = {name: {home for symbol in takes for home in homes.get(symbol, ()) if home != name and not apart(home, name)}
             for name, (_, takes) in objects.items()}
    assert sum(map(len, graph.values())) > 500, "nm sees next to nothing in these objects"
    return graph


def test_symbols_go_down(uses):
    up = []
    for name, homes in uses.items():
        mine = os.path.dirname(name)
        up += [f"{name}.c takes from {home}.c" for home in homes if os.path.dirname(home) != mine and HEIGHT[os.path.dirname(home)] >= HEIGHT[mine]]
    assert sorted(up) == []


def test_symbols_make_no_circle(uses):
    assert circles(uses) == []


# ---- where it is declared ----

NOISE = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
    r"|^[ \t]*#(?:[^\n]*\\\n)*[^\n]*|__attribute__\s*\(\(.*?\)\)(?=\s*[;,{])", re.S | re.M)
INNERMOST = re.compile(r"(\)\s*)?\{[^{}]*\}")


def declared(text: str) -> list[str]:
    """The functions and objects that a text declares for others, without defining them."""
    text = NOISE.sub(" ", text)
    while True:
        # A body ends its function, which is no declaration; that of a struct, or a value, is left out.
        shorter = INNERMOST.sub(lambda match: ") BODY;" if match.group(1) else " ", text)
        if shorter == text:
            break
        text = shorter
    names = []
    for statement in text.split(";"):
        words = re.findall(r"\w+", statement)
        if not words or words[0] in ("static", "typedef", "_Static_assert") or words[-1] == "BODY":
            continue
        function = re.match(r"[^()=]*?(\w+)\s*\(", statement)
        by_type = re.fullmatch(r"\s*(?!struct\b|union\b|enum\b)\w+\s+(\w+)\s*", statement)
        if words[0] == "extern" and not function:
            names += [re.search(r"(\w+)\s*(?:\[.*)?$", part.strip(), re.S).group(1) for part in statement.split(",")]
        elif by_type or (function and len(words) > 1 and "=" not in statement):
            names.append((by_type or function).group(1))
    return names


def test_declarations_are_seen():
    assert declared("""
        /* int in_comment(void); */
        #define IN_MACRO(x) \\
            call(x);
        struct s { int (*member)(int); };
        typedef int type(int);
        struct u;
        type by_type;
        extern const char *const words[3];
        extern struct t { int count; } one, two;
        struct s *with(void (*take)(void *with, struct s *s), void *context);
        const char *say(const char *format, ...) __attribute__((format(printf, 1, 2)));
        static inline int small(int x) { if (x) { return call(x); } return 0; }
        int after(void);
        int defined(void) { return 1; }
        const struct s row = { .member = after };
    """) == ["by_type", "words", "one", "two", "with", "say", "after"]


@pytest.fixture(scope="module")
def places(objects) -> dict[str, list[str]]:
    """By what is declared: in which files, other than the one that has it."""
    found = {symbol: [] for has, _ in objects.values() for symbol in has}
    for path in SOURCES:
        own = objects[name_of(path)[:-2]][0] if path.suffix == ".c" else set()
        for symbol in set(declared(path.read_text())) & found.keys() - own:
            found[symbol].append(name_of(path))
    return found


def in_family(header: str, name: str, symbol: str) -> bool:
    files, symbols_of = FAMILIES[header]
    file = re.fullmatch(files, name)
    return bool(file and re.fullmatch(symbols_of.format(file.group(1)), symbol))


def houses(name: str, symbol: str) -> list[str]:
    """Of file NAME.c: NAME.h, NAME_parts.h (for the files of one subject alone), the header of its family."""
    return [f"{name}.h", f"{name}_parts.h"] + [header for header in FAMILIES if in_family(header, name, symbol)]


@pytest.mark.parametrize("name", [name_of(path)[:-2] for path in SOURCES if path.suffix == ".c"])
def test_declared_once_in_the_header_of_its_file(objects, places, name):
    wrong = {}
    for symbol in objects[name][0] - STAND_INS.get(name, set()):
        seen = [place for place in places[symbol] if not apart(place, name)]
        if len(seen) != 1 or seen[0] not in houses(name, symbol):
            wrong[symbol] = seen
    assert wrong == {}


def test_no_exception_is_out_of_date(objects, places):
    for header in FAMILIES:
        assert sum(in_family(header, name, symbol) and header in places[symbol] for name in objects for symbol in objects[name][0]) > 4, header
    assert all(stand_ins <= objects[name][0] for name, stand_ins in STAND_INS.items())
