# SPDX-License-Identifier: BSD-2-Clause
"""Condition keys: what is said and done about each of them anywhere is what the one table says (policy/iam/key_list.h)."""
import json
import pathlib
import re

import pytest

from lib.tables import KEYS, MESSAGE_KEYS
from lib.tool import ROOT, lines, run

IDENTITY = "arn:aws:ses:us-east-1:123456789012:identity/example.com"
RELAY = {"AWS": "arn:aws:iam::123456789012:user/relay"}
# A name of a key: the table has families of tags, a policy a tag of them.
NAMES = {name: name + "team" if name.endswith("/") else name for name in KEYS}
ONE = [name for name, key in KEYS.items() if key.values == "ONE"]


def policy(operator: str, key: str, value: str, effect: str = "Allow") -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{
        "Sid": "S", "Effect": effect, "Principal": RELAY, "Action": ["ses:SendEmail", "ses:SendRawEmail"], "Resource": IDENTITY,
        "Condition": {operator: {key: value}}}]})


def findings(folder: pathlib.Path, texts: dict[str, str]) -> dict[str, set[tuple[str, str]]]:
    """Id and severity of all findings of each text, all in one run."""
    names = {str(folder / f"{number}.json"): name for number, name in enumerate(texts)}
    for path, name in names.items():
        pathlib.Path(path).write_text(texts[name])
    found: dict[str, set[tuple[str, str]]] = {name: set() for name in texts}
    for one in lines(run("lint", "--json", *names).stdout):
        found[names[one["file"]]].add((one["id"], one["severity"]))
    return found


def test_table() -> None:
    assert len({name.lower() for name in KEYS}) == len(KEYS) > 60
    assert {"aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths", "aws:SourceVpcArn", "aws:AssumedRoot", "aws:ViaAWSMCPService",
            "aws:IsMcpServiceAction", "aws:CalledViaAWSMCP", "ses:FromAddress"} <= set(KEYS)


def test_all_keys_with_one_value_are_taken_alike(folder: pathlib.Path) -> None:
    """ForAllValues on one value is true of a request without the key: a security finding, whatever the key."""
    found = findings(folder, {name: policy("ForAllValues:StringEquals", NAMES[name], "x") for name in ONE})
    without = [name for name in ONE if ("for-all-values-with-single-valued-key", "security") not in found[name]]
    assert without == []
    lists = findings(folder, {name: policy("ForAllValues:StringEquals", name, "x") for name in set(KEYS) - set(ONE)})
    assert len(lists) > 5 and not any(id == "for-all-values-with-single-valued-key" for some in lists.values() for id, _ in some)


@pytest.mark.parametrize("operator, value, type", [
    ("NumericLessThan", "7", "TYPE_NUMBER"), ("DateLessThan", "2026-01-01", "TYPE_DATE"), ("IpAddress", "192.0.2.1", "TYPE_IP"),
    ("Bool", "true", "TYPE_BOOL"), ("ArnLike", "arn:aws:x:*:*:y", "TYPE_ARN"), ("BinaryEquals", "QUFB", "TYPE_BINARY"),
])
def test_operators_that_make_no_sense_on_a_key_do_not_load(folder: pathlib.Path, operator: str, value: str, type: str) -> None:
    found = findings(folder, {name: policy(operator, NAMES[name], value) for name in KEYS})
    refused = {name for name, some in found.items() if ("invalid-condition-data-type", "error") in some}
    assert refused == {name for name, key in KEYS.items() if type not in key.operators and key.operators != "TAG"}
    assert {"aws:VpceAccount", "aws:PrincipalAccount"} <= refused


def test_string_operators_are_taken_on_every_key(folder: pathlib.Path) -> None:
    found = findings(folder, {name: policy("StringLike", NAMES[name], "x*") for name in KEYS})
    assert [name for name, some in found.items() if ("invalid-condition-data-type", "error") in some] == []
    # It knows them all, but for the tag of a family.
    unknown = {"invalid-service-condition-key", "invalid-global-condition-key", "irrelevant-condition-key"}
    assert [name for name, some in found.items() if unknown & {id for id, _ in some}] == []


def test_presence(folder: pathlib.Path) -> None:
    found = findings(folder, {name: policy("ForAnyValue:StringLike" if key.values == "LIST" else "StringLike", NAMES[name], "x*")
                              for name, key in KEYS.items()})
    said = {name: {id for id, _ in some} & {"condition-key-never-present", "condition-key-not-promised"} for name, some in found.items()}
    assert said == {name: {"condition-key-not-promised"} if key.presence == "UNPROMISED" else
                    {"condition-key-never-present"} if key.presence in ("NEVER", "SERVICE_CALL", "SENDER_SAYS") else set() for name, key in KEYS.items()}


def settings(folder: pathlib.Path, **more: object) -> pathlib.Path:
    file = folder / "milter.json"
    file.write_text(json.dumps({"policies": [str(folder / "p.json")], **more}))
    return file


def test_keys_command_says_what_a_message_key_holds(folder: pathlib.Path) -> None:
    conditions = {("ForAnyValue:StringLike" if key.values == "LIST" else "StringLike"): {} for key in KEYS.values()}
    for name, key in KEYS.items():
        conditions["ForAnyValue:StringLike" if key.values == "LIST" else "StringLike"][NAMES[name]] = "x*"
    document = json.loads(policy("StringLike", "x:y", "x", "Deny"))
    document["Statement"][0]["Condition"] = conditions
    (folder / "p.json").write_text(json.dumps(document))
    said = {one["key"]: one for one in lines(run("keys", "--json", "--settings", settings(folder)).stdout)}
    assert set(said) == set(NAMES.values())
    absent = {name for name in KEYS if said[NAMES[name]]["holds"].startswith("absent: neither the message nor the settings")}
    assert absent == set(KEYS) - set(MESSAGE_KEYS)
    stages = {"SITE": "MAIL", "TIME": "MAIL", "CLIENT": "MAIL", "TLS": "MAIL", "PRINCIPAL": "MAIL", "RECIPIENTS": "DATA"}
    assert {name: said[name]["stage"] for name in MESSAGE_KEYS} == \
        {name: stages.get(key.source, "EOH") for name, key in MESSAGE_KEYS.items()}


@pytest.mark.parametrize("name", KEYS)
def test_settings_give_no_key_that_the_message_gives(folder: pathlib.Path, name: str) -> None:
    (folder / "p.json").write_text(policy("StringLike", NAMES[name], "x*"))
    done = run("keys", "--settings", settings(folder, context={NAMES[name]: "v"}))
    if name in MESSAGE_KEYS:
        assert done.returncode == 2 and f"{name}: is filled in from the message and its client" in done.stderr
    else:
        assert (done.returncode, done.stderr) == (0, "") and "  holds     v (context)\n" in done.stdout


def test_manual() -> None:
    """The section on keys has an item for each that the message fills in, and for no other."""
    page = (ROOT / "policy/ses-policy.7").read_text(encoding="utf-8")
    section = re.split(r"^\.S[hs] ", page, flags=re.M)
    (part,) = (one for one in section if one.startswith("Keys\n"))
    items = " ".join(re.findall(r"^\.It Cm (.*)$", part, re.M)).replace(",", " ").split()
    assert set(items) == set(MESSAGE_KEYS) and len(items) == len(set(items))


def test_names_of_keys_elsewhere_are_in_the_table() -> None:
    """In program text and manuals: a key that is not in the table would never be compared with anything."""
    known = {name.lower().rstrip("/") for name in KEYS}
    actions = set(re.findall(r'"(\w+)"', (ROOT / "policy/lint/ses_actions.c").read_text(encoding="utf-8")))
    names: set[str] = set()
    for path in (path for folder in ("policy", "milter") for path in (ROOT / folder).rglob("*")):
        if path.suffix in (".c", ".h"):
            names |= set(re.findall(r'"((?:aws|ses):\w+)/?"', re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)))
        elif path.suffix in (".1", ".5", ".7", ".8"):
            names |= set(re.findall(r"(?<!arn:aws:)\b((?:aws|ses):\w{2,})\b(?![*:])", path.read_text(encoding="utf-8")))
    assert len(names) > 20
    assert sorted(name for name in names if name.lower() not in known and name.partition(":")[2] not in actions) == []
