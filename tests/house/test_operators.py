# SPDX-License-Identifier: BSD-2-Clause
"""Each condition operator of policy/iam/operator.c has its conformance table, its place in the naive evaluator and its random policies."""
import json
import re

from lib.tables import ROOT

OPERATORS = re.findall(r'^\t\{ "(\w+)", TYPE_', (ROOT / "policy/iam/operator.c").read_text(), re.M)
CONFORMANCE = ROOT / "tests/conformance"


def words(path: str) -> set[str]:
    return set(re.findall(r'"(\w+)"', (ROOT / path).read_text()))


def test_table() -> None:
    assert len(OPERATORS) > 20 and {"StringLike", "Null"} <= set(OPERATORS)


def test_each_has_a_conformance_table() -> None:
    without = [name for name in OPERATORS if not (CONFORMANCE / f"{name}.json").is_file()]
    assert without == []
    unlisted = [name for name in OPERATORS if f"\tconformance/{name}.json" not in (CONFORMANCE / "tables.am").read_text()]
    assert unlisted == []


def test_each_table_has_the_forms() -> None:
    """As it is, with IfExists, and with both set operators; Null has none of them."""
    for name in OPERATORS:
        used = {table.get("operator") for table in json.loads((CONFORMANCE / f"{name}.json").read_text())["tables"]}
        forms = [name] if name == "Null" else [name, name + "IfExists", "ForAllValues:" + name, "ForAnyValue:" + name]
        assert used >= set(forms), name


def test_each_is_in_the_naive_evaluator() -> None:
    assert sorted(set(OPERATORS) - words("tests/naive/naive.c")) == []


def test_each_but_null_is_in_random_policies() -> None:
    assert sorted(set(OPERATORS) - {"Null"} - words("tests/naive/vocabulary.c")) == []


def test_each_is_in_the_manual() -> None:
    (list_,) = re.findall(r"^All operators of IAM:\n(.*?);$", (ROOT / "policy/ses-policy.7").read_text(), re.M | re.S)
    said = re.findall(r"[A-Z]\w+\*?", list_)
    assert [name for name in OPERATORS if not any(name == one or one[-1] == "*" and name.startswith(one[:-1]) for one in said)] == []
