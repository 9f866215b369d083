# SPDX-License-Identifier: BSD-2-Clause
"""The settings' file with comments, and the fragments in the folder beside it."""
import json
import pathlib
import subprocess

import pytest

from lib.daemon import program


def ask(file: pathlib.Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([program("ses-policy-milter"), "-n", "-c", str(file), *options], capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def site(tmp_path):
    """site(TEXT, {NAME: TEXT}): the files, in place."""
    def make(text: str, fragments: dict[str, str]) -> pathlib.Path:
        (tmp_path / "site.d").mkdir()
        for name, fragment in fragments.items():
            (tmp_path / "site.d" / name).write_text(fragment, encoding="utf-8")
        (tmp_path / "site.json").write_text(text, encoding="utf-8")
        return tmp_path / "site.json"
    return make


def test_later_files_win_member_by_member(site):
    file = site('{"policies": ["p", "q"], "mode": "monitor", "user": "daemon"}',
                {"20.json": '{"policies": ["r"], "context": {"custom:a": "1", "custom:b": "2"}}', "3.json": '{"context": {"custom:c": "3"}}'})
    said = ask(file)
    assert said.returncode == 0, said.stderr
    settings = json.loads(said.stdout)
    assert (settings["policies"], settings["mode"], settings["user"]) == (["r"], "monitor", "daemon")
    assert settings["context"] == {"custom:c": "3"}
    folder = file.parent
    for line in (f"policies: {folder}/site.d/20.json:1:14", f"context: {folder}/site.d/3.json:1:13", f"mode: {file}:1:34"):
        assert line in said.stderr.splitlines()


COMMENTS = [
    ("at the ends", '// a\n{"policies": ["p"]}\n/* b\n c */ //', None),
    ("in a string", '{"policies": ["//p/*q*/"]}', None),
    ("behind an escaped quote", '{"policies": ["p\\"//"]}', None),
    ("it holds the sign of another", '{"policies": /* // " */ ["p"] // /* "\n}', None),
    ("ends with the file", '{"policies": ["p"]} //', None),
    ("without an end", '{"policies": ["p"]\n  /* no end }', ":2:3: not JSON: a comment that does not end; write */ after it"),
    ("star and slash overlap", '{"policies": ["p"] /*/ }', ":1:20: not JSON: a comment that does not end; write */ after it"),
    ("a hash", '# x\n{"policies": ["p"]}', ":1:1: not JSON: a comment of another kind; write // or /* */"),
    ("places stay", '/* é€\n*/ /* é€ */ {"policiez": []}', ':2:14: policiez: unknown setting; did you mean "policies"?'),
]


@pytest.mark.parametrize("text, fault", [row[1:] for row in COMMENTS], ids=[row[0] for row in COMMENTS])
def test_comments(site, text, fault):
    file = site(text, {})
    said = ask(file)
    if fault:
        assert said.returncode == 78 and f"{file}{fault}" in said.stderr
    else:
        assert said.returncode == 0, said.stderr


def test_policies_have_none(site, tmp_path):
    file = site(f'{{"policies": ["{tmp_path}/p.json"]}}', {})
    (tmp_path / "p.json").write_text('// x\n{"Version": "2012-10-17", "Statement": []}', encoding="utf-8")
    said = ask(file, "-t")
    assert said.returncode == 78 and "p.json:1:1: not JSON: a comment, and JSON has none; remove it" in said.stderr


FRAGMENTS = [
    ("an unknown member", {"a.json": '{"modes": "monitor"}'}, 'a.json:1:2: modes: unknown setting; did you mean "mode"?'),
    ("not JSON", {"a.json": "{"}, "a.json:1:1: not JSON: "),
    ("a policy", {"a.json": '{"Version": "2012-10-17", "Statement": []}'}, "a.json:1:1: this is a policy"),
    ("tests", {"a.test.json": '{"tests": []}'}, "a.test.json:1:1: this is a file of tests, and not settings"),
    ("a list", {"a.json": "[]"}, "a.json:1:1: not an object"),
]


@pytest.mark.parametrize("fragments, fault", [row[1:] for row in FRAGMENTS], ids=[row[0] for row in FRAGMENTS])
def test_fragments_are_read_as_strictly(site, fragments, fault):
    said = ask(site('{"policies": ["p"]}', fragments))
    assert said.returncode == 78 and f"site.d/{fault}" in said.stderr


def test_what_is_not_read_is_told(site, tmp_path):
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "ses:*",
                                                      "Resource": "arn:aws:ses:us-east-1:123456789012:identity/example.net"}]}
    file = site(f'{{"policies": ["{tmp_path}/p.json"]}}', {"a.JSON": '{"mode": "monitor"}', "b.json~": "{", ".c.json": "{"})
    (tmp_path / "p.json").write_text(json.dumps(policy), encoding="utf-8")
    said = subprocess.run([program("ses-policy-milter"), "-t", "-c", file], capture_output=True, text=True, timeout=60, check=False)
    assert said.returncode == 0, said.stderr
    notes = [line for line in said.stderr.splitlines() if "site.d" in line]
    assert len(notes) == 1 and "site.d/a.JSON: is not read: of a folder of settings only the files *.json are" in notes[0]


@pytest.mark.parametrize("make, fault", [
    (lambda folder: folder.touch(), "site.d: is not a folder"),
    (lambda folder: (folder.mkdir(), (folder / "a.json").symlink_to("nowhere")), "a.json: cannot be read: No such file or directory; correct the link"),
], ids=["a file in its place", "a link to nothing"])
def test_folder_that_cannot_be_read(tmp_path, make, fault):
    (tmp_path / "site.json").write_text('{"policies": ["p"]}', encoding="utf-8")
    make(tmp_path / "site.d")
    said = ask(tmp_path / "site.json")
    assert said.returncode == 78 and fault in said.stderr


def test_version_names_the_libraries():
    for option in ("-V", "--version"):
        said = subprocess.run([program("ses-policy-milter"), option], capture_output=True, text=True, timeout=60, check=True).stdout
        assert said.startswith("ses-policy-milter ")
        for name in ("libmilter", "jansson", "libcidr", "GMime", "GLib"):
            assert f"{name} " in said, said
