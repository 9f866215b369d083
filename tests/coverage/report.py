# SPDX-License-Identifier: BSD-2-Clause
"""What the tests reach: lines and branches per file, from gcov's counters, without what reasons.json explains.

    report.py BUILD                 the table, the lowest first
    report.py BUILD --bounds        the same, and status 1 if what must be reached is not
    report.py BUILD --missed PART   the lines of the files whose name begins with PART that are not reached in full
"""
import argparse
import collections
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
REASONS = pathlib.Path(__file__).with_name("reasons.json")
LAYERS = ("policy/iam", "policy/ses", "milter")
# Of the ways of each of these, so many percent must be taken.
BOUND = 95
MAIL_PATH = "the mail path of milter"
BOUNDED = ("policy/iam", "policy/ses", MAIL_PATH)
# What is in milter/ and no part of the mail path: start, end and reload, and those who ask the daemon how it is.
BESIDE_MAIL = {f"milter/{name}" for name in """
    control journal json_log lint_line listener load lock log log_socket main metrics metrics_label metrics_server milter_probe notes notify
    options process quota_control quota_metrics read_ahead_trial reload round_trips service_user sigwait slots standard_output status
    status_quotas status_text stop system_log version watch
    """.split()}


@dataclasses.dataclass
class Line:
    """How often it ran, and how often each way out of it was taken."""

    count: int = 0
    ways: list[int] = dataclasses.field(default_factory=list)

    def add(self, count: int, ways: list[int]) -> None:
        """The same line in another object file, where the compiler may have left out what it did not need."""
        self.count += count
        if len(ways) == len(self.ways):
            self.ways = [one + other for one, other in zip(self.ways, ways)]
        elif len(ways) > len(self.ways):
            self.ways = ways


Lines = dict[int, Line]


@dataclasses.dataclass
class Share:
    lines: int = 0
    lines_run: int = 0
    ways: int = 0
    ways_taken: int = 0
    excused: int = 0

    def add(self, other: "Share") -> None:
        for field in dataclasses.fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))

    def lines_percent(self) -> float:
        return 100 * self.lines_run / self.lines if self.lines else 100

    def ways_percent(self) -> float:
        return 100 * self.ways_taken / self.ways if self.ways else 100


def counters_of(notes: pathlib.Path) -> list[dict]:
    """What gcov says of one object file, which may never have run: then there are no counters, or a file without a byte."""
    counters = notes.with_suffix(".gcda")
    if counters.exists() and not counters.stat().st_size:
        counters.unlink()
    done = subprocess.run(["gcov", "--json-format", "--stdout", "--branch-probabilities", notes],
                          cwd=notes.parent, capture_output=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise SystemExit(f"coverage: gcov cannot read {notes}: {done.stderr.decode(errors='replace')}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith(b"{")]


def read(build: pathlib.Path) -> dict[str, Lines]:
    """The lines of the project's own sources, by file."""
    files: dict[str, Lines] = collections.defaultdict(lambda: collections.defaultdict(Line))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for documents in pool.map(counters_of, sorted(notes for layer in ("policy", "milter") for notes in (build / layer).rglob("*.gcno"))):
            for document in documents:
                for file in document["files"]:
                    path = pathlib.Path(document["current_working_directory"], file["file"]).resolve()
                    if not path.is_relative_to(ROOT) or path.is_relative_to(build):
                        continue
                    name = str(path.relative_to(ROOT))
                    if not name.startswith(("policy/", "milter/")):
                        continue
                    for line in file["lines"]:
                        files[name][line["line_number"]].add(line["count"], [way["count"] for way in line["branches"]])
    return files


def sources() -> dict[str, list[str]]:
    return {str(path.relative_to(ROOT)): path.read_text().splitlines() for layer in ("policy", "milter") for path in (ROOT / layer).rglob("*.[ch]")}


def is_missed(line: Line) -> bool:
    return not line.count or 0 in line.ways


@dataclasses.dataclass
class Excuses:
    """What need not be reached: lines that never run, with all ways out of them, and so many of the ways out of a line that runs."""

    lines: set[tuple[str, int]] = dataclasses.field(default_factory=set)
    ways: dict[tuple[str, int], int] = dataclasses.field(default_factory=lambda: collections.defaultdict(int))

    def of(self, name: str, number: int, line: Line) -> int:
        """How many of the ways out of it that were not taken."""
        if not line.count:
            return len(line.ways) if (name, number) in self.lines else 0
        return min(line.ways.count(0), self.ways.get((name, number), 0))

    def are_enough(self, name: str, number: int, line: Line) -> bool:
        return self.of(name, number, line) == line.ways.count(0) if line.count else (name, number) in self.lines


def places_of(text: str, texts: list[str]) -> list[int]:
    """The numbers of the lines that a reason names. What it gives before its last line says which of several it is."""
    wanted = text.split("\n")
    found = [line.strip() for line in texts]
    return [end for end in range(len(wanted), len(found) + 1) if found[end - len(wanted):end] == wanted]


def excuse_lines(entry: dict, texts: list[str], lines: Lines, excuses: Excuses) -> list[str]:
    wrong = []
    for text in entry["lines"]:
        places, name = places_of(text, texts), f"{entry['file']}: `{text.splitlines()[-1]}`"
        if len(places) != 1:
            wrong.append(f"{name} is there {len(places)} times; " + ("put the line before it in front of it in reasons.json" if places
                                                                     else "take it out of reasons.json, or correct it"))
            continue
        line, ways = lines.get(places[0], Line()), entry.get("ways")
        if ways is None:
            excuses.lines.add((entry["file"], places[0]))
            if line.count:
                wrong.append(f"{name} runs; take it out of reasons.json, or say there how many ways out of it cannot be taken")
        else:
            excuses.ways[entry["file"], places[0]] += ways
            if line.ways.count(0) < ways:
                wrong.append(f"{name}: {line.ways.count(0)} of the ways out of it are not taken, and reasons.json has {ways}; make it fewer")
    return wrong


def excuse_macro(macro: str, texts: dict[str, list[str]], excuses: Excuses) -> list[str]:
    """One way out of a line for each use."""
    use, uses = re.compile(rf"\b{macro}\("), 0
    for name, lines in texts.items():
        for number, text in enumerate(lines, 1):
            if count := len(use.findall(text)):
                excuses.ways[name, number] += count
                uses += count
    return [] if uses else [f"no file uses `{macro}`; take it out of reasons.json"]


def excused(files: dict[str, Lines]) -> tuple[Excuses, list[str]]:
    """What need not be reached, and what is wrong with the reasons."""
    excuses, wrong, texts = Excuses(), [], sources()
    for entry in json.loads(REASONS.read_text()):
        if "file" in entry:
            wrong += excuse_lines(entry, texts.get(entry["file"], []), files.get(entry["file"], {}), excuses)
        for macro in entry.get("macros", []):
            wrong += excuse_macro(macro, texts, excuses)
    return excuses, wrong


def share_of(name: str, lines: Lines, excuses: Excuses) -> Share:
    """A reason takes what is not reached on its line out of the count. What is reached counts."""
    share = Share()
    for number, line in lines.items():
        given = excuses.of(name, number, line)
        share.excused += bool(given) or (not line.count and (name, number) in excuses.lines)
        if line.count or (name, number) not in excuses.lines:
            share.lines += 1
            share.lines_run += bool(line.count)
        share.ways += len(line.ways) - given
        share.ways_taken += len(line.ways) - line.ways.count(0)
    return share


def print_row(name: str, share: Share) -> None:
    print(f"{share.lines_percent():7.1f} {share.lines_run:6}/{share.lines:<6} {share.ways_percent():7.1f} {share.ways_taken:6}/{share.ways:<6} "
          f"{share.excused:7}  {name}")


def totals_of(shares: dict[str, Share]) -> dict[str, Share]:
    totals: dict[str, Share] = collections.defaultdict(Share)
    for name, share in shares.items():
        parts = [name.rpartition("/")[0], "all"]
        if name.startswith("milter/") and name.rpartition(".")[0] not in BESIDE_MAIL:
            parts.append(MAIL_PATH)
        for part in parts:
            totals[part].add(share)
    return totals


def below(totals: dict[str, Share]) -> list[str]:
    """What must be reached and is not."""
    gone = [f"report.py has {name}.c beside the mail path, and there is no such file; take it out" for name in sorted(BESIDE_MAIL)
            if not (ROOT / f"{name}.c").exists()]
    return gone + [f"{part}: {totals[part].ways_percent():.1f} percent of the ways are taken, less than {BOUND}: "
                   f"write tests for the others (--missed shows them), or say in reasons.json why no test can take them"
                   for part in BOUNDED if totals[part].ways_percent() < BOUND]


def print_table(shares: dict[str, Share]) -> None:
    print(f"{'lines %':>7} {'reached':>13} {'ways %':>7} {'taken':>13} {'excused':>7}  file")
    for name, share in sorted(shares.items(), key=lambda item: (item[1].ways_percent(), item[1].lines_percent(), item[0])):
        print_row(name, share)
    totals = totals_of(shares)
    print()
    for total in sorted(totals, key=lambda name: (name == "all", name in LAYERS or name == MAIL_PATH, name)):
        print_row(f"total of {total}", totals[total])


def print_missed(files: dict[str, Lines], excuses: Excuses, part: str) -> None:
    texts = sources()
    for name in sorted(name for name in files if name.startswith(part)):
        for number, line in sorted(files[name].items()):
            if is_missed(line) and not excuses.are_enough(name, number, line):
                ways = f"{sum(map(bool, line.ways))}/{len(line.ways)} ways" if line.count else "never ran"
                print(f"{name}:{number}: {ways}: {texts[name][number - 1].strip()}")


def main() -> int:
    parser = argparse.ArgumentParser(description="What the tests reach.")
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--bounds", action="store_true", help="status 1 if what must be reached is not")
    parser.add_argument("--missed", metavar="PART", help="the lines of these files that are not reached in full")
    asked = parser.parse_args()
    files = read(asked.build.resolve())
    if not files:
        raise SystemExit(f"coverage: {asked.build} has no counters; `make coverage` makes them")
    excuses, wrong = excused(files)
    if asked.missed is not None:
        print_missed(files, excuses, asked.missed)
        return 0
    shares = {name: share_of(name, lines, excuses) for name, lines in files.items()}
    print_table(shares)
    # Some kinds of tests alone reach less, and what a reason is about may be reached by others.
    wrong = wrong + below(totals_of(shares)) if asked.bounds else []
    for line in wrong:
        print(f"coverage: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
