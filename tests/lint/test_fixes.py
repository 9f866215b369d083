# SPDX-License-Identifier: BSD-2-Clause
"""No correction widens who may send, to whom, or what: the corrected document allows no request that the faulty one denied.

All cases of lint, decided by eval, which shares no code with what made the corrections. Of a document that does not load
an Allow with an unreadable part matches nothing, and from a Deny the unreadable part drops out.
"""
import copy
import ipaddress
import json
import random
import re
import subprocess
from collections.abc import Iterator

from test_lint import CASES, IDENTITY, TOOL, Case, findings  # noqa: F401  (a fixture)

OWN = "arn:aws:iam::123456789012:user/u"
STRANGER = "arn:aws:iam::999999999999:user/stranger"
ACTIONS = ["ses:SendRawEmail", "ses:SendEmail", "ses:SendTemplatedEmail", "ses:SendBulkEmail", "ses:GetIdentityPolicies", "ses:PutIdentityPolicy",
           "ses:DeleteIdentity", "sns:Publish", "sns:GetTopicAttributes", "sts:GetSessionToken", "s3:GetObject"]
EVERYTHING = {"type": "identity", "document": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}}
REAL_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
# An identity of a Region of the usual partition: what is written otherwise nobody is ever asked about.
REAL_RESOURCE = re.compile(r"arn:aws:ses:(?!us-gov-|cn-)[a-z]+-[a-z]+-\d:\d{12}:(identity|configuration-set)/[^@/$][^/$]*")
REQUESTS = 150


def listed(value: object) -> list:
    return value if isinstance(value, list) else [value]


def statements(document: dict) -> list[dict]:
    return listed(document["Statement"])


def texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    else:
        yield str(value)


def samples(text: str) -> set[str]:
    """The text, and what a pattern of it matches, or nearly does."""
    found = {text, text.lower(), text.replace("*", "a").replace("?", "a"), text.replace("*", "a.b").replace("?", "x"),
             text.replace("*", ""), text.replace("*", "Not"), "x" + text.replace("*", "")}
    bare = re.sub(r"[\\^$]", "", text).replace(".*", "a")
    return found | {bare, bare.lower(), bare.upper(), f"a@{bare}", f"ann@sub.{bare}", f"{bare} Team", bare.replace("@", "+x@")}


def values_of(key: str, given: set[str]) -> list[list[str]]:
    """What a request may hold under the key; an empty list: it lacks it."""
    pool = {sample for text in given for sample in samples(text)}
    if key in ("ses:fromaddress", "ses:feedbackaddress", "ses:recipients"):
        pool = {value for value in pool | {"a@example.com", "x@evil.test"} if REAL_ADDRESS.fullmatch(value)}
    elif key in ("aws:sourceip", "aws:vpcsourceip"):
        nets = [ipaddress.ip_network(text, strict=False) for text in given if re.fullmatch(r"(?=.*[.:])[0-9a-f.:]{3,}(/\d+)?", text)]
        pool = {str(net[0]) for net in nets} | {str(net[-1]) for net in nets} | {"192.0.2.1", "2001:db8::1", "203.0.113.7"}
    elif key in ("aws:currenttime", "aws:epochtime"):
        pool = {"2026-11-27T12:00:00Z", "1990-01-01T00:00:00Z", "2099-01-01T00:00:00Z"}
    elif key == "aws:securetransport":
        pool = {"true", "false"}
    elif key == "ses:apiversion":
        return [["2"], ["1"]]
    ordered = sorted(pool)
    if key == "ses:recipients":
        return [[value] for value in ordered] + [random.sample(ordered, 2) for _ in range(len(ordered))]
    return [[value] for value in ordered] + [[]]


def requests(before: dict, after: dict) -> list[dict]:
    every = statements(before) + statements(after)
    keys: dict[str, set[str]] = {}
    for one in every:
        for block in (one.get("Condition") or {}).values():
            for key, value in (block.items() if isinstance(block, dict) else ()):
                keys.setdefault(key.lower(), set()).update(texts(value))
    # What one key is corrected to holds the values of the other, too. A key that there is not no request has.
    if len(keys) > 1:
        keys = dict.fromkeys(keys, {text for given in keys.values() for text in given})
    there = json.dumps(after).lower()
    keys = {key: set(given) for key, given in keys.items() if f'"{key}"' in there}
    keys.setdefault("ses:recipients", set())
    keys.setdefault("ses:fromaddress", set())
    choices = {key: values_of(key, given) for key, given in keys.items()}
    principals = {OWN, STRANGER} | {text for one in every for text in texts(one.get("Principal", [])) if ":user/" in text or ":role/" in text}
    resources = {IDENTITY, "arn:aws:ses:us-east-1:123456789012:identity/example.net"} | {
        text.replace("*", "a").replace("?", "a") for one in every for text in texts([one.get("Resource", []), one.get("NotResource", [])])
        if REAL_RESOURCE.fullmatch(text)}
    made = []
    for _ in range(REQUESTS):
        context = {key: random.choice(some) for key, some in choices.items()}
        made.append({"principal": random.choice(sorted(principals)), "resource": random.choice(sorted(resources)),
                     "action": "ses:SendRawEmail" if random.random() < 0.6 else random.choice(ACTIONS),
                     "context": {key: value if len(value) > 1 else value[0] for key, value in context.items() if value}})
    return made


def decide(questions: list[dict]) -> list[str]:
    run = subprocess.run([TOOL, "eval", "--json"], input="\n".join(map(json.dumps, questions)), capture_output=True, text=True,
                         timeout=300, check=False)
    assert run.stdout, run
    return [json.loads(line)["decision"] for line in run.stdout.splitlines()]


def question(document: dict, request: dict, everything: bool) -> dict:
    identity = not any("Principal" in one or "NotPrincipal" in one for one in statements(document))
    return {"policies": [{"type": "identity" if identity else "resource", "document": document}] + ([EVERYTHING] if everything else []),
            "request": request}


def loads(document: dict) -> bool:
    return decide([question(document, {"principal": OWN, "action": "ses:SendRawEmail", "resource": IDENTITY, "context": {}}, False)]) != ["invalid"]


def alone(one: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": [one]}


def as_far_as_it_can_be_read(document: dict) -> dict:
    """An Allow with an unreadable part is gone; a Deny has lost that part."""
    left = []
    for one in statements(document):
        if loads(alone(one)):
            left.append(one)
        elif one.get("Effect") == "Deny":
            one = copy.deepcopy(one)
            for member in [name for name, value in one.items() if isinstance(value, list) and len(value) > 1]:
                one[member] = [entry for entry in one[member] if loads(alone({**one, member: entry}))] or one[member]
            for operator in list(one.get("Condition") or {}):
                if not loads(alone({**one, "Condition": {operator: one["Condition"][operator]}})):
                    del one["Condition"][operator]
            if isinstance(one.get("Principal"), dict):
                one["Principal"] = {kind: who for kind, who in one["Principal"].items() if kind in ("AWS", "Service")} or "*"
            for member in [name for name in one if not loads(alone(one))]:
                if member not in ("Effect", "Action", "Resource", "Principal"):
                    del one[member]
            assert loads(alone(one)), one
            left.append(one)
    nothing = {"Effect": "Deny", "Action": "s3:None", "Resource": "*"} | ({"Principal": "*"} if "Principal" in statements(document)[0] else {})
    return {"Version": "2012-10-17", "Statement": left or [nothing]}


def corrections(case: Case, found: list[dict]) -> Iterator[tuple[str, dict, dict]]:
    for finding in found:
        if "fix" in finding:
            before = json.loads(case.text)
            after = copy.deepcopy(before)
            if isinstance(after["Statement"], list):
                after["Statement"][finding["statement"]] = finding["fix"]
            else:
                after["Statement"] = finding["fix"]
            yield f"{case.name}: {finding['id']}", before, after


def test_no_correction_widens(findings: dict[str, list[dict]]) -> None:  # noqa: F811
    random.seed(13)
    every = [each for case in CASES for each in corrections(case, findings[case.name])]
    asked: list[dict] = []
    what: list[tuple[str, dict]] = []
    for name, before, after in every:
        if not loads(after):
            continue  # another fault of the document is left: it allows nothing
        if not loads(before):
            before = as_far_as_it_can_be_read(before)
        for request in requests(before, after):
            for everything in (False, True):
                asked += [question(before, request, everything), question(after, request, everything)]
                what.append((name, request))
    answers = decide(asked)
    wider = {name: request for (name, request), before, after in zip(what, answers[::2], answers[1::2], strict=True)
             if after == "allowed" and before != "allowed"}
    assert not wider, json.dumps(wider, indent=1)
    assert len(every) > 35 and answers.count("allowed") > 1000 and answers.count("explicitDeny") > 1000 and "invalid" not in answers
