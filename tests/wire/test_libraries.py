# SPDX-License-Identifier: BSD-2-Clause
"""
What the daemon's own objects can call of libraries, as the linker sees it. GLib ends the process when it gets no memory: a
call that takes memory would end the daemon where mail has to be put off. And it asks no name service, runs no program,
connects to nobody outside, but for the store of the quotas that the operator has named.
"""
import re
import subprocess

from lib.daemon import BUILD

ARCHIVES = ["policy/libiam.a", "policy/libquota.a", "policy/libses.a", "milter/libdaemon.a"]
# Objects that may call GLib or GMime, and what. rfc_name decodes display names, where a policy asks for them
# (tests/unit/test_milter_record_names.c); the others take no memory.
GLIB = {
    "rfc_name.o": r"g_mime_(init|parser_options_\w+|utils_\w+)|g_strch(ug|omp)|g_free",
    "fold.o": "g_unichar_tolower|g_unichar_toupper",
    "version.o": r"gmime_(major|minor|micro)_version",   # numbers
}
# Is somebody there already at our own sockets? Does the filter answer there? --status. And /dev/log.
CONNECTS = {"control_ask.o", "socket_spec.o", "milter_probe.o", "read_ahead_trial.o", "log_socket.o"}
# The store of the quotas: names are looked up by a thread of its own, and messages connect to what that has found.
STORE_NAMES, STORE_CONNECTS = "libquota_a-quota_redis_names.o", "libquota_a-quota_redis_link.o"
NEVER = (r"(__)?(getaddrinfo|getnameinfo|gethostby\w+|res_\w+|getservby\w+|getnetby\w+|popen|system|exec\w+|posix_spawnp?|v?fork|dlopen)")


def calls() -> dict[str, set[str]]:
    """Object -> symbols that it wants of others."""
    said = subprocess.run(["nm", "-u", *(str(BUILD / name) for name in ARCHIVES)], capture_output=True, text=True, check=True).stdout
    found: dict[str, set[str]] = {}
    for line in said.splitlines():
        if line.endswith(".o:"):
            name = line[:-1]
        elif symbol := re.search(r" [UwW] (\w+)", line):
            found.setdefault(name, set()).add(symbol[1])
    return found


def objects_that_call(pattern: str) -> dict[str, set[str]]:
    found = {name: {symbol for symbol in symbols if re.fullmatch(pattern, symbol)} for name, symbols in calls().items()}
    return {name: symbols for name, symbols in found.items() if symbols}


def test_the_archives_are_looked_into() -> None:
    found = calls()
    assert len(found) > 60 and "smfi_getsymval" in found["macro.o"] and "malloc" in set.union(*found.values())


def test_glib_is_called_only_where_it_may_end_the_process() -> None:
    found = objects_that_call(r"(g|gmime|internet)_\w+")
    assert set(found) == set(GLIB), found
    for name, symbols in found.items():
        assert {symbol for symbol in symbols if not re.fullmatch(GLIB[name], symbol)} == set()


def test_no_name_service_no_program() -> None:
    assert objects_that_call(NEVER) == {STORE_NAMES: {"getaddrinfo"}}


def test_it_connects_to_nobody_outside() -> None:
    assert set(objects_that_call("(__)?connect|redis(A?sync)?Connect(?!Fd)\\w*")) <= CONNECTS | {STORE_CONNECTS}
