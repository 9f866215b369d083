# SPDX-License-Identifier: BSD-2-Clause
"""The project's tables as its sources have them: what else tells of the same things must agree."""
import ast
import dataclasses
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]


def rows(path: str, macro: str) -> list[list[str]]:
    """The arguments of each MACRO(...) that starts a line of a list, C strings without their quotes, joined where C joins them."""
    text = re.sub(r"/\*.*?\*/", "", (ROOT / path).read_text(encoding="utf-8"), flags=re.S)
    found = []
    for match in re.finditer(rf"^{macro}\(((?:\"(?:\\.|[^\"\\])*\"|[^\"()])*)\)", text, re.M):
        strings: list[str] = []

        def hide(quoted: re.Match[str], strings: list[str] = strings) -> str:
            strings.append("".join(map(ast.literal_eval, re.findall(r'"(?:\\.|[^"\\])*"', quoted[0]))))
            return f"\0{len(strings) - 1}"

        hidden = re.sub(r'"(?:\\.|[^"\\])*"(?:\s*"(?:\\.|[^"\\])*")*', hide, match[1])
        found.append([re.sub(r"\0(\d+)", lambda at, strings=strings: strings[int(at[1])], one.strip()) for one in hidden.split(",")])
    return found


@dataclasses.dataclass
class Key:
    name: str        # ends in a slash for a family of tags
    operators: str   # "TEXTUAL | TYPE_BOOL"
    values: str      # ONE, LIST
    presence: str
    source: str = "" # of those that the message fills in


KEY_LIST = "policy/iam/key_list.h"
MESSAGE_KEYS = {row[1]: Key(*row[1:5], source=row[7]) for row in rows(KEY_LIST, "MESSAGE_KEY")}
KEYS = MESSAGE_KEYS | {row[0]: Key(*row[:4]) for row in rows(KEY_LIST, "KEY")}
