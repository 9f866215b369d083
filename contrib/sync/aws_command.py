# SPDX-License-Identifier: BSD-2-Clause
"""The `aws` command line: one question, its answer, and what a refusal means."""
import argparse
import json
import os
import re
import subprocess
import time

PAUSE_FIRST, PAUSE_MOST = 1, 30  # seconds before a throttled question is asked again: doubled each time


class Trouble(Exception):
    """Said on standard error; what it was asked for stays as it is."""


class Refused(Trouble):
    """AWS does not let these credentials ask, or this `aws` does not know the question: asking again does not help."""


class Gone(Trouble):
    """There is no such thing (any more)."""


class Throttled(Trouble):
    """Asked too often."""


class Late(Trouble):
    """The time for questions is over: the next run may ask it."""


# By the codes of AWS.
MEANINGS = {Refused: re.compile("AccessDenied|UnauthorizedOperation|NotAuthorized"), Gone: re.compile("NotFoundException$"),
            Throttled: re.compile("Throttl|TooManyRequests|RequestLimitExceeded|SlowDown")}
UNKNOWN_TO_AWS = 252  # its exit status for a command that it does not have (a wrong command line)


def run(command: list[str], what: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    except OSError as fault:
        raise Trouble(f"{what}: {command[0]}: {fault.strerror}") from fault
    if done.returncode != 0:
        raise Trouble(f"{what}: {(done.stderr or done.stdout).strip() or f'exit status {done.returncode}'}")
    return done.stdout


class Aws:
    """`end`: by the clock time.monotonic(), when no question is asked any more."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.start = time.monotonic()
        self.end = self.start + options.time
        self.region = self.find_region()

    def find_region(self) -> str | None:
        """As the aws command would find it. It is told to it, so that there is no doubt which one was asked."""
        options = self.options
        found = options.region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        if not found:
            command = [options.aws, "configure", "get", "region"] + (["--profile", options.profile] if options.profile else [])
            try:
                found = run(command, "region").strip()
            except Trouble:
                found = None  # it then says itself what it lacks
        return found or None

    def command(self, service: str, operation: str, *arguments: str) -> list[str]:
        options = self.options
        endpoint = {"sesv2": options.endpoint_url, "sts": options.sts_endpoint_url, "iam": options.iam_endpoint_url}[service]
        given = (("region", self.region), ("profile", options.profile), ("endpoint-url", endpoint))
        return [options.aws, service, operation, *arguments, "--output", "json", "--no-cli-pager",
                *(word for name, value in given if value for word in (f"--{name}", value))]

    def answer(self, command: list[str], what: str) -> str:
        left = self.end - time.monotonic()
        if left <= 0:
            raise Late(f"{what}: not asked: the time for questions is over (--time {self.options.time:g})")
        try:
            done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL, timeout=left)
        except OSError as fault:
            raise Trouble(f"{what}: {command[0]}: {fault.strerror}") from fault
        except subprocess.TimeoutExpired as fault:
            raise Late(f"{what}: no answer within the time for questions (--time {self.options.time:g})") from fault
        except UnicodeDecodeError as fault:
            raise Trouble(f"{what}: the answer is not UTF-8: {fault}") from fault
        if done.returncode == 0:
            return done.stdout
        said = (done.stderr or done.stdout).strip() or f"exit status {done.returncode}"
        if done.returncode == UNKNOWN_TO_AWS:
            plain = [line.strip() for line in said.splitlines() if "error" in line] or said.splitlines()
            raise Refused(f"{what}: {command[0]} does not know this command (exit status 252): {plain[0]}")
        code = re.search(r"An error occurred \(([^)]*)\)", said)
        kind = next((kind for kind, codes in MEANINGS.items() if code and codes.search(code[1])), Trouble)
        raise kind(f"{what}: {said}")

    def ask(self, service: str, operation: str, *arguments: str) -> dict:
        """The answer, an object. Where AWS is asked too often it is asked again, as long as there is time."""
        what = f"{operation} {' '.join(arguments)}".strip()
        command, pause, throttled = self.command(service, operation, *arguments), PAUSE_FIRST, None
        while True:
            try:
                text = self.answer(command, what)
                break
            except Late as fault:
                raise throttled or fault
            except Throttled as fault:
                throttled = fault
                if time.monotonic() + pause >= self.end:
                    raise
            time.sleep(pause)
            pause = min(2 * pause, PAUSE_MOST)
        try:
            answer = json.loads(text)
        except json.JSONDecodeError as fault:
            raise Trouble(f"{what}: the answer is not JSON: {fault}") from fault
        if not isinstance(answer, dict):
            raise Trouble(f"{what}: {text[:200].strip()!r} is not what SES answers")
        return answer

    def pages(self, operation: str, member: str, *arguments: str, size: int = 0) -> list:
        """What is in the list `member` of all pages. (Not every version of aws turns them by itself.)"""
        entries, token, seen = [], "", set()
        while True:
            page = ["--no-paginate"] + ([f"--page-size={size}"] if size else []) + ([f"--next-token={token}"] if token else [])
            answer = self.ask("sesv2", operation, *arguments, *page)
            if not isinstance(answer.get(member), list):
                raise Trouble(f"{operation}: the answer has no list {member}: {json.dumps(answer)[:200]}")
            entries += answer[member]
            token = answer.get("NextToken") or ""
            if not token:
                return entries
            if not isinstance(token, str) or token in seen:
                raise Trouble(f"{operation}: the pages do not end: {str(token)[:60]!r} comes again")
            seen.add(token)
