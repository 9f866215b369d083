#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""
What `aws iam get-account-authorization-details` prints of an account with many users:

    account.py USERS > account.json

Each user has an inline policy, three groups of forty and a managed policy attached; every second one a permissions
boundary. Of the groups one has a list of a thousand recipients. Services other than SES stand in the policies, too, as in real accounts.
"""
import json
import sys

ACCOUNT = "123456789012"
GROUPS, OTHER_SERVICES = 40, ("s3", "ec2", "sqs", "dynamodb", "logs")


def document(*statements: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def statement(sid: str, effect: str, action: object, condition: dict | None = None, resource: str = "*") -> dict:
    return {"Sid": sid, "Effect": effect, "Action": action, "Resource": resource} | ({"Condition": condition} if condition else {})


def user(number: int) -> dict:
    name = f"user{number:05}"
    own = document(statement("OwnAddress", "Allow", "ses:SendRawEmail", {"StringEquals": {"ses:FromAddress": f"{name}@example.com"}}),
                   statement("Logs", "Allow", ["logs:Put*", "logs:Create*"]))
    boundary = {"PermissionsBoundary": {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": f"arn:aws:iam::{ACCOUNT}:policy/Boundary"}}
    return {"Path": "/apps/", "UserName": name, "UserId": f"AIDA{number:017}", "Arn": f"arn:aws:iam::{ACCOUNT}:user/apps/{name}",
            "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": own}],
            "GroupList": [f"group{(number + step) % GROUPS:02}" for step in (0, 7, 19)],
            "AttachedManagedPolicies": [{"PolicyName": "NoOutside", "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/NoOutside"}],
            "Tags": [{"Key": "team", "Value": f"team{number % 7}"}]} | (boundary if number % 2 else {})


def group(number: int) -> dict:
    many = [f"someone{entry}@partner{number}.example" for entry in range(1000 if number == 0 else 5)]
    policy = document(statement("NotThem", "Deny", "ses:*", {"ForAnyValue:StringEquals": {"ses:Recipients": many}}),
                      *(statement(f"Use{service}", "Allow", f"{service}:*") for service in OTHER_SERVICES))
    return {"Path": "/", "GroupName": f"group{number:02}", "GroupId": f"AGPA{number:017}", "Arn": f"arn:aws:iam::{ACCOUNT}:group/group{number:02}",
            "GroupPolicyList": [{"PolicyName": "shared", "PolicyDocument": policy}], "AttachedManagedPolicies": []}


def managed(name: str, *statements: dict) -> dict:
    return {"PolicyName": name, "Arn": f"arn:aws:iam::{ACCOUNT}:policy/{name}", "DefaultVersionId": "v2", "PolicyVersionList": [
        {"VersionId": "v2", "IsDefaultVersion": True, "Document": document(*statements)},
        {"VersionId": "v1", "IsDefaultVersion": False, "Document": document(statement("Old", "Allow", "*"))}]}


def account(users: int) -> dict:
    return {"UserDetailList": [user(number) for number in range(users)], "GroupDetailList": [group(number) for number in range(GROUPS)],
            "RoleDetailList": [], "Policies": [
                managed("NoOutside", statement("NoOutside", "Deny", "ses:SendRawEmail", {"ForAnyValue:StringLike": {"ses:Recipients": "*@blocked.example"}})),
                managed("Boundary", statement("Mail", "Allow", "ses:*"), statement("Team", "Deny", "ses:*", {"Null": {"aws:PrincipalTag/team": "true"}}))]}


if __name__ == "__main__":
    json.dump(account(int(sys.argv[1])), sys.stdout, indent=4)
