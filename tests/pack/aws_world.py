# SPDX-License-Identifier: BSD-2-Clause
"""
A stand-in for the `aws` command: a shell script that prints files of a folder, so that a thousand questions take seconds. It
knows tenants, which that of Debian 12 does not.
"""
import json
import pathlib

SCRIPT = """#!/bin/sh
# aws SERVICE OPERATION [--NAME=VALUE ...]: the file of the operation, the thing and the page.
world=WORLD operation=$2 key=all page=0
shift 2
for word; do
    case $word in
    --email-identity=*|--configuration-set-name=*|--tenant-name=*) key=${word#*=} ;;
    --next-token=*) page=${word#*=} ;;
    esac
done
echo "$operation $key $page" >>"$world/asked"
if [ ! -d "$world/$operation" ]; then
    printf 'usage: aws [options]\\n\\naws: error: argument operation: Invalid choice, valid choices are:\\n' >&2
    exit 252
fi
answer=$world/$operation/$key.$page
for error in "$answer.once" "$answer.error" "$world/$operation/error"; do
    [ -e "$error" ] || continue
    cat "$error" >&2
    case $error in *.once) rm "$error" ;; esac
    exit 254
done
if [ ! -e "$answer" ]; then
    echo "An error occurred (NotFoundException) when calling $operation: $key does not exist." >&2
    exit 254
fi
exec cat "$answer"
"""


class World:
    """The account: `aws` is the program; what is put here it answers, in pages of `page` entries."""

    def __init__(self, folder: pathlib.Path, page: int = 1000) -> None:
        self.folder, self.size = folder, page
        folder.mkdir()
        self.aws = folder / "aws"
        self.aws.write_text(SCRIPT.replace("WORLD", str(folder)))
        self.aws.chmod(0o755)
        self.asked_before = 0
        self.put("get-caller-identity", {"Account": "123456789012"})
        self.account()
        self.identities, self.sets, self.tenants, self.suppressed = {}, {}, {}, {}

    def account(self, **more: object) -> None:
        self.put("get-account", {"EnforcementStatus": "HEALTHY", "ProductionAccessEnabled": True, "SendingEnabled": True,
                                 "SendQuota": {"Max24HourSend": 50000.0, "MaxSendRate": 14.0, "SentLast24Hours": 12.0},
                                 "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}} | more)

    def file(self, operation: str, key: str = "all", page: object = 0) -> pathlib.Path:
        path = self.folder / operation / f"{key}.{page}"
        path.parent.mkdir(exist_ok=True)
        return path

    def put(self, operation: str, document: dict, key: str = "all", page: object = 0) -> None:
        self.file(operation, key, page).write_text(json.dumps(document))

    def pages(self, operation: str, member: str, entries: list, key: str = "all") -> None:
        for old in (self.folder / operation).glob(f"{key}.*"):
            old.unlink()
        for start in range(0, max(len(entries), 1), self.size):
            more = {"NextToken": str(start + self.size)} if start + self.size < len(entries) else {}
            self.put(operation, {member: entries[start:start + self.size]} | more, key, start)

    def write(self) -> "World":
        """What `identities`, `sets`, `tenants` (with their resources) and `suppressed` are now."""
        self.pages("list-email-identities", "EmailIdentities", [
            {"IdentityName": name, "IdentityType": "EMAIL_ADDRESS" if "@" in name else "DOMAIN", "SendingEnabled": True} for name in self.identities])
        self.pages("list-configuration-sets", "ConfigurationSets", list(self.sets))
        self.pages("list-tenants", "Tenants", [{"TenantName": name, "TenantId": f"tn-{name}"} for name in self.tenants])
        self.pages("list-suppressed-destinations", "SuppressedDestinationSummaries", [
            {"EmailAddress": address, "Reason": reason, "LastUpdateTime": "2026-05-01T12:00:00+00:00"} for address, reason in self.suppressed.items()])
        for name, more in self.identities.items():
            self.put("get-email-identity", {"IdentityType": "DOMAIN", "VerifiedForSendingStatus": True, "VerificationStatus": "SUCCESS", "Policies": {}} | more, name)
        for name, more in self.sets.items():
            self.put("get-configuration-set", {"ConfigurationSetName": name, "SendingOptions": {"SendingEnabled": True}} | more, name)
        for name, resources in self.tenants.items():
            self.put("get-tenant", {"Tenant": {"TenantName": name, "TenantId": f"tn-{name}", "SendingStatus": "ENABLED"}}, name)
            self.pages("list-tenant-resources", "TenantResources", [{"ResourceArn": arn, "ResourceType": "EMAIL_IDENTITY"} for arn in resources], name)
        return self

    def error(self, code: str, operation: str, key: str = "", page: object = 0, once: bool = False) -> pathlib.Path:
        """AWS answers so: to one question, or (no key) to all of this operation. What is to be removed when it is over."""
        path = pathlib.Path(f"{self.file(operation, key, page)}.{'once' if once else 'error'}") if key else self.folder / operation / "error"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"An error occurred ({code}) when calling the {operation} operation: so it is.\n")
        return path

    def asked(self) -> list[str]:
        """Since it was looked at last: operation, thing, page."""
        lines = (self.folder / "asked").read_text().splitlines() if (self.folder / "asked").exists() else []
        since, self.asked_before = lines[self.asked_before:], len(lines)
        return since
