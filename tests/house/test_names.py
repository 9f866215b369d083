# SPDX-License-Identifier: BSD-2-Clause
"""Names: a tag is one type in the whole product, and a global begins with a word of its file or with its type."""
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BUILD_DIR", ROOT / "build" / "plain"))
PRODUCT = sorted(path for folder in ("policy", "milter") for path in (ROOT / folder).rglob("*.[ch]"))
TESTS = sorted((ROOT / "tests").rglob("*.[ch]"))
TAG = re.compile(r"\b(?:struct|enum|union)\s+(\w+)\s*\{")
COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|/\*.*?\*/|//[^\n]*', re.S)
# A test that takes the place of a whole module defines its type.
STAND_INS = {"tests/unit/fake_message.c": {"message"}}
# Globals that begin with neither: by their first words, the files that have them.
FAMILIES = {
    "accept": "milter/read_ahead.c",  # these four take the place of libc's, for libmilter
    "caller": "policy/iam/principal.c",  # a request's caller, as principals are written
    "close": "milter/read_ahead.c",
    "command": "policy/tool/*.c",  # what main calls, a command a file
    "generation": "policy/ses/stage.c",  # when the keys of a generation become known
    "policy_set": "policy/iam/document.c",  # documents add themselves to a set
    "poll": "milter/read_ahead.c",
    "spelled": "policy/ses/message_readings.c",  # the addresses that readings are made of
    "syslog": "milter/log.c",  # takes the place of libc's, for libmilter
    "text": "policy/base/fault.c",  # escapes a text for a fault
}


def tags(path: pathlib.Path) -> list[str]:
    return TAG.findall(COMMENT.sub(" ", path.read_text()))


def defined(paths: list[pathlib.Path]) -> dict[str, list[str]]:
    places: dict[str, list[str]] = {}
    for path in paths:
        for tag in tags(path):
            places.setdefault(tag, []).append(str(path.relative_to(ROOT)))
    return places


def test_a_tag_is_one_type():
    places = defined(PRODUCT)
    assert len(places) > 200, "next to no type is seen"
    assert {tag: files for tag, files in places.items() if len(files) > 1} == {}


def test_tests_have_tags_of_their_own():
    product = defined(PRODUCT)
    shadows = {path: found for path in TESTS if (found := set(tags(path)) & set(product) - STAND_INS.get(str(path.relative_to(ROOT)), set()))}
    assert shadows == {}


def object_of(path: pathlib.Path) -> pathlib.Path:
    """Of a file of a program automake puts the program's name in front."""
    folder = BUILD / path.relative_to(ROOT).parent
    return next(iter(folder.glob(f"*-{path.stem}.o")), folder / f"{path.stem}.o")


def prefixes(path: pathlib.Path) -> set[str]:
    """The words of the file's name, and the types of its header; of each the plural, too."""
    header = path.with_suffix(".h")
    words = {*path.stem.split("_"), *(tags(header) if header.is_file() else [])}
    return words | {word + "s" for word in words}


def begins(name: str, words: set[str]) -> bool:
    return any(name == word or name.startswith(word + "_") for word in words)


def test_globals_have_prefixes():
    sources = {str(object_of(path)): path for path in PRODUCT if path.suffix == ".c"}
    output = subprocess.run(["nm", "-g", "-A", "--defined-only", *sources], stdout=subprocess.PIPE, text=True, check=True).stdout
    # What begins with an underscore is the compiler's or libc's.
    symbols = [(sources[made], name) for made, name in re.findall(r"^(.*\.o): *[0-9a-f]+ [A-Z] ([a-z]\w*)$", output, re.M) if name != "main"]
    assert len(symbols) > 500, "nm sees next to nothing in these objects"
    words = {path: prefixes(path) for path in sources.values()}
    strange, used = [], set()
    for path, name in symbols:
        if begins(name, words[path]):
            continue
        families = {word for word, files in FAMILIES.items() if begins(name, {word}) and path.match(files)}
        used |= families
        if not families:
            strange.append(f"{path.relative_to(ROOT)}: {name}")
    assert strange == []
    assert used == set(FAMILIES), "a row of FAMILIES that no global needs"
