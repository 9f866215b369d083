# SPDX-License-Identifier: BSD-2-Clause
"""What `aws iam get-account-authorization-details` prints, made piece by piece."""

ACCOUNT = "123456789012"


def document(*statements: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def statement(effect: str, sid: str, **condition: dict) -> dict:
    return {"Sid": sid, "Effect": effect, "Action": "ses:SendRawEmail", "Resource": "*"} | ({"Condition": condition} if condition else {})


def entity(kind: str, name: str, path: str = "/", policies: dict | None = None, groups: tuple = (), attached: tuple = (),
           boundary: str = "", tags: dict | None = None) -> dict:
    """A User, Group or Role. `attached` and `boundary`: ARNs, or names of policies of the account."""
    entry = {"Path": path, f"{kind}Name": name, f"{kind}Id": f"ID{name.upper()}", "Arn": f"arn:aws:iam::{ACCOUNT}:{kind.lower()}{path}{name}",
             "CreateDate": "2024-01-01T00:00:00+00:00",
             "AttachedManagedPolicies": [{"PolicyName": policy_arn(one).rsplit("/", 1)[1], "PolicyArn": policy_arn(one)} for one in attached]}
    if policies:
        entry[f"{kind}PolicyList"] = [{"PolicyName": own, "PolicyDocument": text} for own, text in policies.items()]
    if kind == "User":
        entry |= {"GroupList": list(groups)}
    if boundary:
        entry["PermissionsBoundary"] = {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": policy_arn(boundary)}
    if kind != "Group":
        entry["Tags"] = [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
    return entry


def policy_arn(name: str) -> str:
    return name if name.startswith("arn:") else f"arn:aws:iam::{ACCOUNT}:policy/{name}"


def managed(name: str, default: dict, older: dict | None = None) -> dict:
    """A managed policy; the version that counts stands first or last, and `older` beside it."""
    versions = [{"VersionId": "v2", "IsDefaultVersion": True, "Document": default}]
    if older:
        versions.append({"VersionId": "v1", "IsDefaultVersion": False, "Document": older})
    return {"PolicyName": policy_arn(name).rsplit("/", 1)[1], "Arn": policy_arn(name), "DefaultVersionId": "v2", "PolicyVersionList": versions}


def details(users: list[dict], groups: list[dict] = [], roles: list[dict] = [], policies: list[dict] = []) -> dict:  # pylint: disable=dangerous-default-value
    return {"UserDetailList": users, "GroupDetailList": groups, "RoleDetailList": roles, "Policies": policies}
