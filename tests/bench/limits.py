# SPDX-License-Identifier: BSD-2-Clause
"""What a process may have on this machine, for programs that make a filter hold many connections."""
import contextlib
import os
import resource

from filters import Trouble


def allow_files(needed):
    """Raise our limit of open files, and that of whom we start, as far as it goes."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if most != resource.RLIM_INFINITY and most < needed:
        raise Trouble(f"this machine lets a process open {most} files (`ulimit -Hn`), and {needed} are needed; "
                      "raise it, or make the connections fewer", 2)


def number_in(path):
    """None: no such file, or no number in it."""
    with contextlib.suppress(OSError, ValueError), open(path, encoding="utf-8") as file:
        return int(file.read())
    return None


def control_groups():
    """(path, limit) of the groups of processes that we are in."""
    with contextlib.suppress(OSError), open("/proc/self/cgroup", encoding="utf-8") as lines:
        for line in lines:
            _, controllers, group = line.rstrip("\n").split(":", 2)
            top = "/sys/fs/cgroup"
            if controllers == "pids":
                top += "/pids"
            elif controllers:
                continue
            while True:
                path = os.path.join(top, group.lstrip("/"), "pids.max")
                yield path, number_in(path)
                if group in ("", "/"):
                    break
                group = os.path.dirname(group)


def check_threads(needed):
    """May a process have so many?"""
    processes = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    maps = number_in("/proc/sys/vm/max_map_count")
    limits = [
        ("`ulimit -u`", None if processes == resource.RLIM_INFINITY else processes),
        # A stack and the page that guards it.
        ("half of vm.max_map_count", maps and maps // 2),
        *((f"kernel.{name}", number_in(f"/proc/sys/kernel/{name}")) for name in ("threads-max", "pid_max")),
        *control_groups(),
    ]
    for name, most in limits:
        if most is not None and most < needed:
            raise Trouble(f"this machine lets a process have {most} threads ({name}), and {needed} are needed; "
                          "raise it, or make the connections fewer", 2)
