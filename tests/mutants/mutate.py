# SPDX-License-Identifier: BSD-2-Clause
"""Small changes that make C code wrong: where they can be made, and what the line is then."""
import dataclasses
import hashlib
import re

COMPARISONS = {"==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">"}


@dataclasses.dataclass(frozen=True)
class Mutant:
    file: str
    line: int  # from 1: for people; the text of the line is what it is known by
    kind: str
    before: str
    after: str

    @property
    def key(self) -> tuple[str, str, str]:
        return self.file, self.before.strip(), self.after.strip()

    def apply(self, text: str) -> str:
        lines = text.split("\n")
        assert lines[self.line - 1] == self.before
        lines[self.line - 1] = self.after
        return "\n".join(lines)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.kind}\n    - {self.before.strip()}\n    + {self.after.strip()}"


def mask(text: str) -> str:
    """Comments and the insides of literals as blanks, everything else in its place."""
    def blank(match: re.Match) -> str:
        found = match.group(0)
        if found[0] in "\"'":
            return found[0] + "_" * (len(found) - 2) + found[-1]
        return re.sub(r"[^\n]", " ", found)

    return re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', blank, text, flags=re.DOTALL)


def closing(line: str, start: int) -> int:
    """Of the bracket at start; -1 if it closes on another line."""
    depth = 0
    for i in range(start, len(line)):
        depth += (line[i] in "([{") - (line[i] in ")]}")
        if depth == 0:
            return i
    return -1


def term_end(line: str, start: int) -> int:
    """The end of the operand that starts there; -1 if it goes on in the next line."""
    depth, i = 0, start
    while i < len(line):
        if line[i] in "([{":
            depth += 1
        elif line[i] in ")]}":
            if depth == 0:
                return i
            depth -= 1
        elif depth == 0 and (line[i] in ";?," or line.startswith((" &&", " ||", " ?", " :"), i)):
            return i
        i += 1
    return i if depth == 0 else -1


def enumerators(texts: list[str]) -> dict[str, str]:
    """Each enumerator, and its neighbour in the same enumeration."""
    found = {}
    for text in texts:
        for body in re.findall(r"enum \w+ \{([^}]*)\}", mask(text)):
            names = [name for name in re.findall(r"^\s*([A-Z][A-Z0-9_]+)\b", body.replace(",", "\n"), re.MULTILINE) if not name.endswith("_COUNT")]
            for one, other in zip(names, names[1:] + names[:1], strict=True):
                if one != other:
                    found[one] = other
    return found


def changes(line: str, neighbours: dict[str, str]) -> list[tuple[str, int, int, str]]:
    """What can be changed in a masked line: kind, from, to, what comes there. A zero byte stands for what was there."""
    found = []
    for match in re.finditer(r"\bif (?=\()", line):
        end = closing(line, match.end())
        if end > 0:
            found.append(("negate", match.end(), end + 1, "(!\0)"))
    for match in re.finditer(r" (&&|\|\|)(?= |$)", line):
        found.append(("and for or", match.start(1), match.end(1), "||" if match.group(1) == "&&" else "&&"))
        end = term_end(line, match.end() + 1)
        if end > match.end() + 1:
            found.append(("drop a condition", match.start(), end, ""))
    for match in re.finditer(r" (==|!=|<=|>=|<|>)(?= )", line):
        found.append(("compare", match.start(1), match.end(1), COMPARISONS[match.group(1)]))
    for match in re.finditer(r"\breturn (true|false);", line):
        found.append(("return", match.start(1), match.end(1), "false" if match.group(1) == "true" else "true"))
    # Not the size of memory: too little of it is for the sanitizers to see.
    if not re.search(r"\w+alloc\(|arena_\w+\(|^\t+[\w ]+ \**\w+\[[^]]*\];", line):
        for match in re.finditer(r" [+-] 1\b(?!\.)", line):
            found.append(("off by one", match.start(), match.end(), ""))
    for match in re.finditer(r"(?<== )0(?=;)", line):
        found.append(("off by one", match.start(), match.end(), "1"))
    for match in re.finditer(r"(?<![\w!])!(?=[\w(])", line):
        # A condition that is this alone is negated above.
        alone = line[:match.start()].endswith("if (") and term_end(line, match.end()) == closing(line, match.start() - 1)
        if not alone:
            found.append(("negate", match.start(), match.end(), "!!"))
    for match in re.finditer(r"\b[A-Z][A-Z0-9_]+\b", line):
        # Not a case of a switch, which would stand there twice, and not the place in a table.
        if match.group(0) in neighbours and not re.match(r"\s*case\b", line) and line[match.start() - 1] != "[":
            found.append(("constant", match.start(), match.end(), neighbours[match.group(0)]))
    whole = re.fullmatch(r"\t+((?:\w+\(.*\)|[\w*][\w.>\[\]-]* [|&+-]?= .*|continue);)", line)
    if whole and not re.match(r"(if|for|while|switch|return)\b", whole.group(1)):
        found.append(("drop a statement", whole.start(1), whole.end(1), ";"))
    return found


def mutants(file: str, text: str, neighbours: dict[str, str]) -> list[Mutant]:
    """All that can be made of a file. Of code only: what stands in a function begins with a tab."""
    found = {}
    for number, (line, masked) in enumerate(zip(text.split("\n"), mask(text).split("\n"), strict=True), 1):
        if not masked.startswith("\t") or re.match(r"\s*(static const|\[)", masked):
            continue
        for kind, start, end, new in changes(masked, neighbours):
            one = Mutant(file, number, kind, line, line[:start] + new.replace("\0", line[start:end]) + line[end:])
            found.setdefault(one.key, one)
    return list(found.values())


def sample(all_of_them: list[Mutant], count: int) -> list[Mutant]:
    """The same ones as long as their lines stay as they are."""
    return sorted(sorted(all_of_them, key=lambda one: hashlib.sha256("\0".join(one.key).encode()).digest())[:count], key=lambda one: one.line)
