# SPDX-License-Identifier: BSD-2-Clause
"""
What SES knows of the account, as the daemon reads it from the folder `account_state`: state.json with the parts and their
times, account.json, suppressed.json, and of each identity, configuration set and tenant a file in a folder.

Lists are asked for in each run, details of what is new or has changed at once, those of others in turn, the oldest first. What
has been asked is kept in a file beside the folder, so that a run that ends early is not in vain. A part that could not be
fetched whole stays as it was; one that AWS refuses is left out.
"""
import argparse
import calendar
import collections
import collections.abc
import json
import os
import pathlib
import re
import shutil
import time

from aws_command import Aws, Gone, Late, Refused, Trouble
from places import exchange, group_of, vouch, write_file, write_folder

PAGE = 1000            # entries a page of the long lists
FAILURES = 20          # so many details of a list that are not answered, and no more of it are asked for
TIME = "%Y-%m-%dT%H:%M:%SZ"
UNITS = {"m": 60, "h": 3600, "d": 86400}
MAX_AGE = "1d"         # account_state_max_age where the settings do not say it


def text_of(document: dict) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def file_name(name: str) -> str:
    """All bytes but letters, digits and @._+- as %XX, and a dot in front."""
    escaped = re.sub(rb"[^A-Za-z0-9@._+-]|^\.", lambda found: b"%%%02X" % ord(found[0]), name.encode("utf-8", "surrogatepass")).decode()
    if not 0 < len(escaped) <= 240:
        raise Trouble(f"{name[:80]!r} cannot be a file's name")
    return escaped


def is_policies(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) and text for text in value.values())


def get_identity(aws: Aws, identity: str) -> dict:
    """What is empty or half said is never taken for "no policies"."""
    answer = aws.ask("sesv2", "get-email-identity", f"--email-identity={identity}")
    if isinstance(answer.get("IdentityType"), str) and "Policies" not in answer:
        answer["Policies"] = aws.ask("sesv2", "get-email-identity-policies", f"--email-identity={identity}").get("Policies")
    if not isinstance(answer.get("IdentityType"), str) or not is_policies(answer.get("Policies")):
        raise Trouble(f"get-email-identity --email-identity {identity}: {json.dumps(answer)[:200]} is not what SES answers; nothing is known of its policies")
    return answer


def identity_files(aws: Aws, name: str) -> dict[str, dict]:
    answer = get_identity(aws, name)
    if not isinstance(answer.get("VerifiedForSendingStatus"), bool):
        raise Trouble(f"get-email-identity {name}: {json.dumps(answer)[:200]} is not what SES answers")
    answer.pop("VerificationInfo", None)  # of another time in each answer
    return {".json": answer}


def set_files(aws: Aws, name: str) -> dict[str, dict]:
    answer = aws.ask("sesv2", "get-configuration-set", f"--configuration-set-name={name}")
    if answer.get("ConfigurationSetName") != name:
        raise Trouble(f"get-configuration-set {name}: {json.dumps(answer)[:200]} is not what SES answers")
    return {".json": answer}


def tenant_files(aws: Aws, name: str) -> dict[str, dict]:
    answer = aws.ask("sesv2", "get-tenant", f"--tenant-name={name}")
    if not isinstance(answer.get("Tenant"), dict) or answer["Tenant"].get("TenantName") != name:
        raise Trouble(f"get-tenant {name}: {json.dumps(answer)[:200]} is not what SES answers")
    resources = aws.pages("list-tenant-resources", "TenantResources", f"--tenant-name={name}")
    if not all(isinstance(one, dict) and isinstance(one.get("ResourceArn"), str) for one in resources):
        raise Trouble(f"list-tenant-resources {name}: {json.dumps(resources)[:200]} is not what SES answers")
    return {".json": answer, ".resources.json": {"TenantResources": sorted(resources, key=lambda one: one["ResourceArn"])}}


class Kind(collections.namedtuple("Kind", "part lister member name size files may_be_empty")):
    """Things of which SES has a list, and details of each: `name` is the member of the list's entries; "": they are names."""

    def entries(self, aws: Aws) -> dict[str, object]:
        entries = aws.pages(self.lister, self.member, size=self.size)
        try:
            named = {(entry[self.name] if self.name else entry): entry for entry in entries}
        except (KeyError, TypeError) as fault:
            raise Trouble(f"{self.lister}: the answer has no {fault}") from fault
        if wrong := [name for name in named if not isinstance(name, str) or not name or "://" in name]:
            raise Trouble(f"{self.lister}: {wrong[0]!r} is no name")
        if not named and not self.may_be_empty:
            raise Trouble(f"{self.lister}: SES has no {self.part} here; is it the right account and region?")
        for name in named:
            file_name(name)
        return named


KINDS = (
    Kind("configuration-sets", "list-configuration-sets", "ConfigurationSets", "", 0, set_files, True),
    Kind("tenants", "list-tenants", "Tenants", "TenantName", 0, tenant_files, True),
    Kind("identities", "list-email-identities", "EmailIdentities", "IdentityName", PAGE, identity_files, False))


def account_file(aws: Aws) -> str:
    answer = aws.ask("sesv2", "get-account")
    if not all(isinstance(answer.get(member), bool) for member in ("SendingEnabled", "ProductionAccessEnabled")):
        raise Trouble(f"get-account: {json.dumps(answer)[:200]} is not what SES answers")
    answer.pop("Details", None)  # whom AWS writes to: nothing for the daemon
    return text_of(answer)


def suppressed_file(aws: Aws) -> str:
    """One address a line."""
    addresses = {}
    for entry in aws.pages("list-suppressed-destinations", "SuppressedDestinationSummaries", size=PAGE):
        if not isinstance(entry, dict) or not isinstance(entry.get("EmailAddress"), str) or not isinstance(entry.get("Reason"), str):
            raise Trouble(f"list-suppressed-destinations: {json.dumps(entry)[:200]} is not what SES answers")
        addresses[entry["EmailAddress"]] = json.dumps(entry, ensure_ascii=False, sort_keys=True)
    return '{"SuppressedDestinationSummaries": [' + ",".join("\n" + addresses[name] for name in sorted(addresses)) + "\n]}\n"


Part = collections.namedtuple("Part", "time files")  # since when nothing in it is older; path -> text


class AccountState:
    """
    The folder, and what is to be in it. `said`: one line for each refusal and trouble; `failed`: there was trouble. A run is
    fetch(), and where is_new says so write(), then put(), then settle() or put_back(); clean() at its end.
    """

    def __init__(self, options: argparse.Namespace, aws: Aws, settings: dict) -> None:
        given = os.path.abspath(options.account_state)
        vouch(given)
        self.options, self.aws, self.settings = options, aws, settings
        self.folder = pathlib.Path(os.path.realpath(given))
        self.aside, self.past, self.cache = (self.folder.with_name(self.folder.name + end) for end in (".new", ".old", ".cache"))
        if not self.folder.parent.is_dir():
            raise Trouble(f"{self.folder.parent} is no folder; make it: install -d -m 750 -g ses-policy-milter {self.folder.parent}")
        self.said: list[str] = []
        self.failed = False
        self.kept = self.read_cache()
        self.old, self.new = self.read_folder(), {}
        self.names: dict[str, dict] = {}      # of kinds whose list was fetched
        self.refused: set[str] = set()

    @property
    def is_used(self) -> bool:
        return os.path.realpath(self.settings.get("account_state") or "/") == str(self.folder)

    # What there is already.

    def read_cache(self) -> dict:
        try:
            kept = json.loads(self.cache.read_text(encoding="utf-8"))
            if isinstance(kept["details"], dict):
                return kept
        except FileNotFoundError:
            pass
        except (ValueError, KeyError, TypeError):
            self.said.append(f"{self.cache} cannot be read; all details are asked for again")
        return {"details": {}, "due": False}

    def save(self) -> None:
        if self.options.dry_run:
            return
        aside = self.cache.with_name(self.cache.name + ".new")
        aside.unlink(missing_ok=True)
        write_file(aside, json.dumps(self.kept), -1, 0o600)
        os.rename(aside, self.cache)

    def read_folder(self) -> dict[str, Part]:
        """What the last run put there. Nothing: there is none, or somebody has meddled with it."""
        try:
            times = json.loads((self.folder / "state.json").read_text(encoding="utf-8"))["parts"]
            parts = {}
            for part, when in times.items():
                paths = sorted((self.folder / part).glob("*.json")) if (self.folder / part).is_dir() else [self.folder / f"{part}.json"]
                parts[part] = Part(calendar.timegm(time.strptime(when, TIME)),
                                   {str(path.relative_to(self.folder)): path.read_text(encoding="utf-8") for path in paths})
            return parts
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
            self.said.append(f"{self.folder} cannot be read, and is made again: {fault}")
            return {}

    # What SES says.

    def check_account(self) -> None:
        """Are these the account and the region that the folder is of? With others all of it would be another's."""
        was, named = self.kept.get("account"), self.settings.get("account")
        try:
            now = self.aws.ask("sts", "get-caller-identity").get("Account")
        except Trouble as fault:
            if (was or named) and not self.options.drop:
                raise Trouble(f"{self.folder} is of account {was or named}, and STS does not say whether these credentials are, too: {fault}; "
                              "let this machine ask STS, or say --drop once") from fault
            now = was
        if not self.options.drop:
            for whose, account in ((str(self.folder), was), ("milter.json", named)):
                if account and account != now:
                    raise Trouble(f"{whose} is of account {account}, and these credentials are of account {now}; mend the credentials, or say --drop once")
            if self.kept.get("region") and self.kept["region"] != self.aws.region:
                raise Trouble(f"{self.folder} is of region {self.kept['region']}, and region {self.aws.region} was asked; mend AWS_REGION, or say --drop once")
        elif (was, self.kept.get("region")) != (now, self.aws.region):
            self.kept, self.old = {"details": {}, "due": False}, {}
        self.kept |= {"account": now, "region": self.aws.region}

    def attempt(self, part: str, ask: collections.abc.Callable, *arguments: object) -> object:
        """What `ask` answers; None: it does not, and that has been said."""
        try:
            return ask(*arguments)
        except Refused as fault:
            self.refused.add(part)
            self.said.append(f"{part}: not fetched, and not checked by the daemon: {' '.join(str(fault).split())}")
        except Trouble as fault:
            self.failed = True
            self.said.append(f"{part}: not fetched, {'what is here stays' if part in self.old else 'and there is none here'}: {' '.join(str(fault).split())}")
        return None

    def fetch_file(self, part: str, ask: collections.abc.Callable[[Aws], str]) -> None:
        start = int(time.time())
        text = self.attempt(part, ask, self.aws)
        if text is not None:
            self.new[part] = Part(start, {f"{part}.json": text})

    def list_names(self, kind: Kind) -> None:
        entries = self.attempt(kind.part, kind.entries, self.aws)
        if entries is None:
            return
        self.names[kind.part] = entries
        details = self.kept["details"]
        details[kind.part] = {name: one for name, one in details.get(kind.part, {}).items() if name in entries}

    def due(self, kind: Kind) -> tuple[list[str], list[str]]:
        """The names whose details are asked for now: new or changed ones; of the others the oldest."""
        entries, details = self.names.get(kind.part, {}), self.kept["details"].get(kind.part, {})
        new = [name for name in entries if name not in details or details[name]["entry"] != entries[name]]
        rest = sorted((name for name in details if name not in set(new)), key=lambda name: (details[name]["time"], name))
        return new, rest[:self.options.others]

    def ask_details(self, kind: Kind, names: list[str]) -> None:
        entries, details, failures = self.names.get(kind.part, {}), self.kept["details"].setdefault(kind.part, {}), []
        for name in names:
            if kind.part in self.refused or len(failures) >= FAILURES or time.monotonic() >= self.aws.end:
                break
            start = int(time.time())
            try:
                details[name] = {"entry": entries[name], "time": start, "files": kind.files(self.aws, name)}
            except Gone:
                entries.pop(name)  # since the list was made
                details.pop(name, None)
            except Refused as fault:
                self.refused.add(kind.part)
                self.said.append(f"{kind.part}: not fetched, and not checked by the daemon: {' '.join(str(fault).split())}")
            except Late:
                break
            except Trouble as fault:
                failures.append(fault)
        if failures:
            self.failed = True
            more = f" (and {len(failures) - 1} more like it)" if len(failures) > 1 else ""
            self.said.append(f"{kind.part}: {' '.join(str(failures[0]).split())}{more}; what is here of it stays")

    def missing(self, part: str) -> int:
        return len(self.names[part].keys() - self.kept["details"].get(part, {}).keys())

    def join(self, kind: Kind) -> None:
        """The part, if there are details of all; else it stays as it was."""
        if kind.part in self.refused or kind.part not in self.names:
            return
        if missing := self.missing(kind.part):
            self.said.append(f"{kind.part}: {len(self.names[kind.part]) - missing} of {len(self.names[kind.part])} are fetched; the next runs fetch the others")
            return
        details = self.kept["details"].get(kind.part, {})
        files = {f"{kind.part}/{file_name(name)}{end}": text_of(document) for name, one in details.items() for end, document in one["files"].items()}
        self.new[kind.part] = Part(min((one["time"] for one in details.values()), default=int(time.time())), dict(sorted(files.items())))

    def fetch(self) -> None:
        """Half of the time is for details, so that a long list has its share."""
        self.check_account()
        aws, end = self.aws, self.aws.end
        self.fetch_file("account", account_file)
        for kind in KINDS:
            self.list_names(kind)
        due = [(kind, *self.due(kind)) for kind in KINDS if kind.part not in self.refused]
        aws.end = aws.start + (end - aws.start) / 2
        for which in (1, 2):
            for kind, *names in due:
                self.ask_details(kind, names[which - 1])
        aws.end = end
        self.save()
        self.fetch_file("suppressed", suppressed_file)
        for kind in KINDS:
            if self.names.get(kind.part) and self.missing(kind.part) and kind.part not in self.refused:
                self.ask_details(kind, self.due(kind)[0])
            self.join(kind)
        self.save()
        for part, one in self.old.items():
            if part not in self.new and part not in self.refused:
                self.new[part] = one
        if not self.new:
            raise Trouble("\n".join([*self.said, f"nothing could be fetched of the account's state; {self.folder} stays as it is"]))

    def identities(self) -> dict[str, dict] | None:
        """What get-email-identity says of each; None: not yet of all, which has been said."""
        if "identities" not in self.names or "identities" in self.refused:
            raise Trouble("policies: they stay as they are, since the identities could not be fetched")
        if self.missing("identities"):
            return None
        return {name: one["files"][".json"] for name, one in self.kept["details"]["identities"].items()}

    # What becomes of it.

    def files(self) -> dict[str, str]:
        """All, state.json last."""
        times = {part: time.strftime(TIME, time.gmtime(one.time)) for part, one in sorted(self.new.items())}
        return {path: text for one in self.new.values() for path, text in one.files.items()} | {"state.json": text_of({"parts": times})}

    @property
    def is_new(self) -> bool:
        """Has anything changed, or would the daemon soon take it for older than it is?"""
        age = self.settings.get("account_state_max_age") or MAX_AGE
        soon = int(age[:-1]) * UNITS[age[-1]] / 4
        return self.new.keys() != self.old.keys() or any(
            one.files != self.old[part].files or one.time - self.old[part].time > soon for part, one in self.new.items())

    def write(self) -> None:
        write_folder(self.aside, self.files(), group_of(self.settings))

    def put(self) -> None:
        self.kept["due"] = True
        self.save()
        if self.folder.exists():
            exchange(self.folder, self.aside)
        else:
            os.rename(self.aside, self.folder)

    def put_back(self) -> None:
        if self.aside.exists():
            exchange(self.folder, self.aside)
        else:
            os.rename(self.folder, self.aside)

    def settle(self) -> None:
        """The daemon has the new one. A process that is reading the old one finds it whole."""
        if self.aside.exists():
            shutil.rmtree(self.past, ignore_errors=True)
            os.rename(self.aside, self.past)

    def told(self) -> None:
        if self.kept["due"]:
            self.kept["due"] = False
            self.save()

    def clean(self) -> None:
        shutil.rmtree(self.aside, ignore_errors=True)
