# SPDX-License-Identifier: BSD-2-Clause
"""The floors of the sources: what a file includes stands below it or beside it in its own folder, and no circle of headers closes."""
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# From below. What shares a height does not know each other.
HEIGHTS = [["policy/base"], ["policy/value"], ["policy/iam"], ["policy/ses"], ["policy/settings", "policy/lint"], ["policy/tool", "milter"]]
HEIGHT = {folder: height for height, folders in enumerate(HEIGHTS) for folder in folders}
SOURCES = [path for folder in HEIGHT for path in sorted((ROOT / folder).glob("*.[ch]"))]
INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)


def folder_of(path: pathlib.Path) -> str:
    return str(path.relative_to(ROOT).parent)


def included(path: pathlib.Path) -> list[pathlib.Path]:
    """Our own headers, by the two folders that the compiler is given."""
    names = INCLUDE.findall(path.read_text())
    found = [next((place / name for place in (path.parent, ROOT / "policy", ROOT / "milter") if (place / name).is_file()), None) for name in names]
    return [header for header in found if header]


def test_the_folders_are_known():
    assert {str(path.parent.relative_to(ROOT)) for folder in ("policy", "milter") for path in (ROOT / folder).rglob("*.[ch]")} == set(HEIGHT)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_includes_go_down(path):
    mine = folder_of(path)
    for header in included(path):
        other = folder_of(header)
        assert other == mine or HEIGHT[other] < HEIGHT[mine], f"{path} includes {header.relative_to(ROOT)}"


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
    graph = {str(path.relative_to(ROOT)): {str(header.relative_to(ROOT)) for header in included(path)} for path in SOURCES if path.suffix == ".h"}
    assert circles(graph) == []
