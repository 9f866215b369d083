# SPDX-License-Identifier: BSD-2-Clause
"""Made-up decision records, as the daemon writes them."""
import json


def record(number: int, sender: str = "no-reply@example.net", recipients: tuple[str, ...] = ("a@example.org",), stage: str = "EOM",
           decision: str = "allowed", **more: object) -> dict:
    return {"time": f"2026-11-24T08:{number // 60 % 60:02}:{number % 60:02}Z", "id": f"id{number}", "queue_id": f"Q{number:X}",
            "stage": stage, "decision": decision, "client": "172.31.5.6", "login": None, "tls": True,
            "principal": "arn:aws:iam::123456789012:user/smtp-relay", "sender": sender,
            "header_from": [{"address": sender, "name": "No Reply"}], "header_from_raw": [f"No Reply <{sender}>"], "recipients": list(recipients), "completed": [], "return_path": None,
            "configuration_set": None, "source_arn": None, "from_arn": None, "return_path_arn": None, "policy": None, "sid": None,
            "statement": None, "reason": "", "mode": "enforce"} | more


def line(one: dict) -> str:
    return json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n"
