# SPDX-License-Identifier: BSD-2-Clause
"""What an AppArmor profile lets a program do with files, and what a program did (strace): for kernels that cannot enforce it."""
import dataclasses
import pathlib
import re
import subprocess

NEEDED = {"O_RDONLY": "r", "O_WRONLY": "w", "O_RDWR": "rw"}
# The calls that profiles are about, beside those that open. Each names the file that it needs the permission on.
CALLS = {"unlink": "w", "unlinkat": "w", "rename": "rw", "renameat": "rw", "renameat2": "rw", "link": "l", "linkat": "l", "symlink": "w", "mkdir": "w",
         "mkdirat": "w", "chmod": "w", "fchmodat": "w", "chown": "w", "fchownat": "w", "truncate": "w", "mknod": "w"}


def expand(glob: str, variables: dict[str, list[str]]) -> list[str]:
    """Each value of each variable put in."""
    found = re.search(r"@\{(\w+)\}", glob)
    if not found:
        return [re.sub("/+", "/", glob)]
    return [one for value in variables[found[1]] for one in expand(glob[:found.start()] + value + glob[found.end():], variables)]


def pattern(glob: str) -> str:
    """apparmor.d(5), "Globbing (AARE)"."""
    out, i = "", 0
    while i < len(glob):
        if glob.startswith("**", i):
            out, i = out + ".*", i + 1
        elif glob[i] == "*":
            out += "[^/]*"
        elif glob[i] in "{},?":
            out += {"{": "(?:", "}": ")", ",": "|", "?": "[^/]"}[glob[i]]
        elif glob[i] == "[":
            end = glob.index("]", i)
            out, i = out + glob[i:end + 1], end
        else:
            out += re.escape(glob[i])
        i += 1
    return out


class Profile:
    def __init__(self, file: pathlib.Path) -> None:
        done = subprocess.run(["apparmor_parser", "--preprocess", str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=True)
        variables = {}
        for name, values in re.findall(r"^@\{(\w+)\}\s*\+?=\s*(.*)$", done.stdout, re.M):
            variables.setdefault(name, []).extend(value.strip('"') for value in values.split())
        self.rules: list[tuple[re.Pattern[str], set[str]]] = []
        for glob, permissions in re.findall(r"^\s*(?:owner\s+)?\"?([/@][^\s\"]*)\"?\s+([rwamklix]+),", done.stdout, re.M):
            for one in expand(glob, variables):
                self.rules.append((re.compile(pattern(one)), set(permissions)))
        assert len(self.rules) > 50 and "deny /" not in done.stdout

    def missing(self, path: str, wanted: str) -> str:
        """Those of the permissions that no rule gives."""
        given = set().union(*(permissions for rule, permissions in self.rules if rule.fullmatch(path)), set())
        return "".join(sorted(set(wanted) - given - ({"a"} if "w" in given else set())))


@dataclasses.dataclass(frozen=True)
class Use:
    path: str
    wanted: str
    line: str


def uses(trace: str) -> list[Use]:
    """Of the lines of `strace -ff -y`: what was done, as far as it was done. Of a file that was opened the kernel's own name is taken."""
    found = []
    for line in trace.splitlines():
        match = re.match(r"(\w+)\((.*)\)\s+= (\d+)(?:<(.*?)>)?", line)
        if not match:
            continue
        call, arguments, _, opened = match.groups()
        if call in ("open", "openat") and opened and "O_PATH" not in arguments:
            wanted = NEEDED[re.search(r"O_RDONLY|O_WRONLY|O_RDWR", arguments)[0]]
            wanted = wanted.replace("w", "a") if "O_APPEND" in arguments else wanted
            found.append(Use(opened.rstrip("/") + "/" if "O_DIRECTORY" in arguments else opened, wanted, line))
        elif call in ("flock", "fcntl") and re.search(r"LOCK_EX|LOCK_SH|SETLK|OFD_SETLK", arguments):
            found.append(Use(re.match(r"\d+<(.*?)>", arguments)[1], "k", line))
        elif call == "mmap" and "PROT_EXEC" in arguments and (file := re.search(r"\d+<(/.*?)>", arguments)):
            found.append(Use(file[1], "m", line))
        elif call in ("bind", "connect", "sendto", "sendmsg") and (file := re.search(r'sun_path="(/.*?)"', arguments)):
            found.append(Use(file[1], {"bind": "w", "connect": "rw" if "UNIX-STREAM" in arguments else "w", "sendto": "w", "sendmsg": "w"}[call], line))
        elif call in CALLS:
            for path in re.findall(r'"(/.*?)"', arguments):
                found.append(Use(path + "/" * call.startswith("mkdir"), CALLS[call], line))
    return found
