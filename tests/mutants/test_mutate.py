# SPDX-License-Identifier: BSD-2-Clause
"""What mutate.py makes of a line of C: all of it, and nothing else."""
import pytest

from mutate import Mutant, enumerators, mask, mutants, sample

NEIGHBOURS = {"EFFECT_ALLOW": "EFFECT_DENY", "EFFECT_DENY": "EFFECT_ALLOW"}
CASES = {
    "an if, and what it compares": ("\tif (a < b)", [("negate", "if (!(a < b))"), ("compare", "if (a <= b)")]),
    "not what is no comparison": ("\ta->b = c << 1;", [("drop a statement", ";")]),
    "a condition that is a negation alone is negated once": ("\tif (!found)", [("negate", "if (!(!found))")]),
    "a negation among others": ("\tif (!found && open)", [
        ("negate", "if (!(!found && open))"), ("and for or", "if (!found || open)"), ("drop a condition", "if (!found)"), ("negate", "if (!!found && open)")]),
    "a condition that goes on in the next line": ("\tif (a ||", [("and for or", "if (a &&")]),
    "a condition with calls and commas in it": ("\treturn f(a, b) && g(c, d) && e;", [
        ("and for or", "return f(a, b) || g(c, d) && e;"), ("drop a condition", "return f(a, b) && e;"),
        ("and for or", "return f(a, b) && g(c, d) || e;"), ("drop a condition", "return f(a, b) && g(c, d);")]),
    "a condition in front of a choice": ("\treturn a && b ? c : d;", [("and for or", "return a || b ? c : d;"), ("drop a condition", "return a ? c : d;")]),
    "a truth that is returned": ("\treturn true;", [("return", "return false;")]),
    "a begin": ("\tfor (size_t i = 0; i < count; i++)", [("compare", "for (size_t i = 0; i <= count; i++)"), ("off by one", "for (size_t i = 1; i < count; i++)")]),
    "an end": ("\treturn length - 1;", [("off by one", "return length;")]),
    "not the size of memory": ("\treturn malloc(length + 1);", []),
    "not the length of an array": ("\tchar copy[NAME_SIZE + 1];", []),
    "an enumerator": ("\tout->effect = EFFECT_DENY;", [("constant", "out->effect = EFFECT_ALLOW;"), ("drop a statement", ";")]),
    "not a case of a switch": ("\tcase EFFECT_DENY:", []),
    "not a place in a table": ("\tname = names[EFFECT_DENY];", [("drop a statement", ";")]),
    "a call": ("\t\tfree(text);", [("drop a statement", ";")]),
    "not the last line of a call": ("\t\ttext, length);", []),
    "not a member of a value": ("\t\t.at = 1 };", []),
    "not a declaration": ("static bool is_it(int a);", []),
    "not a table": ("\tstatic const bool rows[] = { a < b };", []),
    "not a comment": ("\t/* if (a < b) return true; */", []),
    "not the inside of a text": ("\tsay(\"a && b < c\");", [("drop a statement", ";")]),
}


@pytest.mark.parametrize("name", CASES)
def test_changes_of_a_line(name: str) -> None:
    line, want = CASES[name]
    made = mutants("a.c", f"x\n{line}\n", NEIGHBOURS)
    assert [(one.kind, one.after.strip()) for one in made] == want
    assert all(one.file == "a.c" and one.line == 2 and one.before == line for one in made)


def test_a_mutant_changes_its_line_alone() -> None:
    text = "\tif (a)\n\t\treturn true;\n\treturn false;\n"
    assert [one.apply(text) for one in mutants("a.c", text, {})] == [
        "\tif (!(a))\n\t\treturn true;\n\treturn false;\n", "\tif (a)\n\t\treturn false;\n\treturn false;\n", "\tif (a)\n\t\treturn true;\n\treturn true;\n"]


def test_a_line_that_stands_there_twice_is_changed_once() -> None:
    assert [one.line for one in mutants("a.c", "\treturn true;\n\treturn true;\n", {})] == [1]


def test_a_mask_keeps_each_place() -> None:
    text = "a('\"', \"/*\"); /* \"b\n c */ d(\"\\\"\");"
    assert mask(text) == "a('_', \"__\");      \n      d(\"__\");"


def test_neighbours_are_of_the_same_enumeration() -> None:
    assert enumerators(["enum a {\n\tA_ONE,\n\tA_TWO, /* B_NONE, */\n\tA_COUNT,\n};\nenum b { B_ALONE };\n"]) == {"A_ONE": "A_TWO", "A_TWO": "A_ONE"}


def test_a_sample_does_not_hang_on_other_lines() -> None:
    many = [Mutant("a.c", i, "return", f"\treturn {i};", f"\treturn {i + 1};") for i in range(100)]
    some = sample(many, 10)
    assert len(some) == 10 and [one.line for one in some] == sorted(one.line for one in some)
    assert set(sample([one for one in many if one in some or one.line % 2], 10)) == set(some)
