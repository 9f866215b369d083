#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Expand the conformance tables to one raw case a line.

usage: expand.py [FILE...]

Without FILE: all tables beside this script, and the set as a whole is
checked too (at least 600 cases). Each line on standard output is a JSON
object {"name", "source", "policies", "request", "expected"}, the form that
`ses-policy eval --json` reads. README.md beside this script states the form
of the tables. Exit status: 0; 1 if a table is wrong: an unknown or missing
member, a name used twice, too few cases.
"""
import copy
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
LEAST = 600
DECISIONS = ("allowed", "explicitDeny", "implicitDeny", "invalid")
PAIRS = {
	"match": (("Allow", "allowed"), ("Deny", "explicitDeny")),
	"no match": (("Allow", "implicitDeny"), ("Deny", "allowed")),
}
REPLACED = ("source", "type", "beside", "without", "policies")
MERGED = ("document", "statement", "request", "context", "named")
SETTINGS = REPLACED + MERGED
# Which part of the request belongs to the statement's member in a row.
MEMBERS = {
	"Action": "action", "NotAction": "action",
	"Resource": "resource", "NotResource": "resource",
	"Principal": "principal", "NotPrincipal": "principal",
}


class Wrong(Exception):
	"""A table that does not keep to its form."""


def no_duplicates(pairs):
	members = dict(pairs)
	if len(members) != len(pairs):
		raise Wrong("the same member twice: %s" % [name for name, _ in pairs])
	return members


def check_members(where, thing, required, optional):
	if not isinstance(thing, dict):
		raise Wrong("%s: not an object" % where)
	for name in required:
		if name not in thing:
			raise Wrong("%s: %s is missing" % (where, name))
	for name in thing:
		if name not in required and name not in optional:
			raise Wrong("%s: unknown member %s" % (where, name))


def merge(settings, level):
	"""The settings of one level laid over those of the levels above it."""
	merged = copy.deepcopy(settings)
	for name in REPLACED:
		if name in level:
			merged[name] = level[name]
	for name in MERGED:
		members = level.get(name, {})
		if not isinstance(members, dict):
			raise Wrong("%s is not an object: %r" % (name, members))
		merged[name].update(members)
	return merged


def entry_of_row(where, table, row):
	"""A row as the entry that says the same in full."""
	if not isinstance(row, list) or len(row) != 4:
		raise Wrong("%s: a row is [name, policy value, request value, expected]" % where)
	name, value, asked, expected = row
	entry = {"name": name, "expected": expected}
	if "member" in table:
		entry["statement"] = {table["member"]: value}
		entry["request"] = {MEMBERS[table["member"]]: asked}
	else:
		entry["statement"] = {"Condition": {table["operator"]: {table["key"]: value}}}
		entry["context"] = {} if asked is None else {table["key"]: asked}
	return entry


def resolve(policies, named):
	"""A policy may be given by its name."""
	for policy in policies:
		if not isinstance(policy, str):
			yield policy
		elif policy in named:
			yield named[policy]
		else:
			raise Wrong("no policy is named %s" % policy)


def policies_of(settings):
	named = settings["named"]
	if "policies" in settings:
		return list(resolve(settings["policies"], named))
	document = dict(settings["document"])
	statement = settings["statement"]
	document.setdefault("Statement", [statement])
	for name in settings.get("without", []):
		document.pop(name, None)
		statement.pop(name, None)
	beside = resolve(settings.get("beside", []), named)
	return [*beside, {"type": settings["type"], "document": document}]


def case(name, settings, expected):
	request = dict(settings["request"], context=settings["context"])
	check_members(name, request, ("principal", "action", "resource", "context"), ())
	policies = policies_of(settings)
	for policy in policies:
		check_members(name, policy, ("type", "document"), ("level",))
		if policy["type"] not in ("identity", "resource", "boundary", "scp"):
			raise Wrong("%s: type is identity, resource, boundary or scp" % name)
	if not isinstance(settings.get("source"), str):
		raise Wrong("%s: no source" % name)
	return {"name": name, "source": settings["source"], "policies": policies,
		"request": request, "expected": expected}


def expand_entry(name, settings, entry):
	settings = merge(settings, entry)
	expected = entry["expected"]
	if expected in DECISIONS:
		yield case(name, settings, expected)
		return
	if expected not in PAIRS:
		raise Wrong("%s: unknown expectation %s" % (name, expected))
	if "beside" in settings or "policies" in settings:
		raise Wrong("%s: a match stands alone, without beside and policies" % name)
	for effect, decision in PAIRS[expected]:
		both = merge(settings, {"statement": {"Effect": effect}})
		if effect == "Deny":
			both["beside"] = ["allow all"]
		yield case("%s (%s)" % (name, effect), both, decision)


def expand_table(where, settings, table):
	rows = "rows" in table
	varied = () if not rows else ("member",) if "member" in table else ("operator", "key")
	check_members(where, table, ("about", "rows" if rows else "cases") + varied, SETTINGS)
	if table.get("member", "Action") not in MEMBERS:
		raise Wrong("%s: no rows for the member %s" % (where, table["member"]))
	settings = merge(settings, table)
	prefix = "%s: %s" % (where, table["about"])
	for item in table["rows" if rows else "cases"]:
		entry = entry_of_row(prefix, table, item) if rows else item
		check_members(prefix, entry, ("name", "expected"), SETTINGS)
		yield from expand_entry("%s: %s" % (prefix, entry["name"]), settings, entry)


def read(path):
	with open(path, encoding="utf-8") as text:
		return json.load(text, object_pairs_hook=no_duplicates)


def expand_file(path, defaults):
	content = read(path)
	check_members(str(path), content, ("element", "tables"), SETTINGS)
	settings = merge(defaults, content)
	for table in content["tables"]:
		yield from expand_table(content["element"], settings, table)


def main(arguments):
	paths = [pathlib.Path(name) for name in arguments]
	names = set()
	try:
		defaults = read(HERE / "defaults.json")
		for path in paths or sorted(HERE.glob("*.json")):
			if path.name == "defaults.json":
				continue
			try:
				for one in expand_file(path, defaults):
					if one["name"] in names:
						raise Wrong("the name %s is used twice" % one["name"])
					names.add(one["name"])
					print(json.dumps(one, ensure_ascii=False))
			except (Wrong, ValueError) as error:
				raise Wrong("%s: %s" % (path.name, error)) from error
		if not paths and len(names) < LEAST:
			raise Wrong("only %d cases, at least %d are expected" % (len(names), LEAST))
	except (Wrong, OSError) as error:
		print("expand.py: %s" % error, file=sys.stderr)
		return 1
	return 0


if __name__ == "__main__":
	sys.exit(main(sys.argv[1:]))
