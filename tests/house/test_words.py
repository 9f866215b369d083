# SPDX-License-Identifier: BSD-2-Clause
"""
Words that an operator at night, whose first language is not English, stops at: they stay out of the sources and the pages. And the
README stays a page that is read in one go.
"""
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What not to write, and what to write for it.
WORDS = {
    r"he|him|his": "it, its: clients, addresses and principals are things",
    r"whoever": "the client that ..., every sender that ...",
    r"anew": "again",
    r"held against": "compared with",
    r"be it": "also, with or without",
    r"small letters": "lower case",
    r"is to blame": "the cause is ...",
    r"is meant\?": "did you mean ...?",
    r"\(without: [^)]*\)": "(default: ...)",
}
PAGES = [path for pattern in ("*.md", "NEWS", "contrib/**/*.md", "tests/*/*.md", "milter/*.[0-9]", "policy/*.[0-9]") for path in ROOT.glob(pattern)]
SOURCES = [path for folder in ("milter", "policy") for path in (ROOT / folder).rglob("*.[ch]")]


@pytest.mark.parametrize("words", WORDS)
def test_words_stay_out(words: str) -> None:
    assert len(PAGES) > 15 and len(SOURCES) > 300
    found = []
    for path in PAGES + SOURCES:
        # A page or a comment may break a line within the words.
        joined = re.sub(r"\s*\n[ \t]*(?:\* )?", " ", path.read_text(encoding="utf-8"))
        found += [f"{path.relative_to(ROOT)}: ...{joined[max(match.start() - 40, 0):match.end() + 20]}..."
                  for match in re.finditer(rf"(?<![\w$])(?:{words})(?!\w)", joined, re.I)]
    assert found == [], f"write: {WORDS[words]}"


def test_readme_is_a_front_door() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150
