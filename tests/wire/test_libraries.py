# SPDX-License-Identifier: BSD-2-Clause
"""
GLib ends the process when it gets no memory. Which of our objects can call it, and what: a call that takes memory would
end the daemon where mail has to be put off.
"""
import re
import subprocess

from lib.daemon import BUILD

# Objects of the daemon, and what of GLib and GMime they may call. from_header decodes display names, where a policy asks
# for them (tests/unit/test_milter_record_names.c); the others take no memory.
MAY_CALL = {
    "from_header.o": {"g_mime_.*", "internet_address_.*", "g_type_check_instance_.*", "g_object_unref"},
    "string_set.o": {"g_unichar_tolower", "g_unichar_toupper"},
}
ARCHIVES = ["policy/libiam.a", "policy/libses.a", "milter/libdaemon.a"]


def test_glib_is_called_only_where_it_may_end_the_process() -> None:
    said = subprocess.run(["nm", "-u", *(str(BUILD / name) for name in ARCHIVES)], capture_output=True, text=True, check=True).stdout
    calls: dict[str, set[str]] = {}
    for line in said.splitlines():
        if line.endswith(".o:"):
            name = line[:-1]
        elif found := re.search(r" U ((g_|internet_address_|gmime_)\w+)$", line):
            calls.setdefault(name, set()).add(found[1])
    assert set(calls) == set(MAY_CALL), calls
    for name, symbols in calls.items():
        assert {symbol for symbol in symbols if not any(re.fullmatch(may, symbol) for may in MAY_CALL[name])} == set()
