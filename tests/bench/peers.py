# SPDX-License-Identifier: BSD-2-Clause
"""Other filters, each where it is installed: three that make the checks of the example policies, and one that makes its own.

A script of python3-milter, a program of go-milter and a rule of rspamd's check what the three policies check, as a site
would write it. opendkim looks for signatures, and lets everything pass.
"""
import os
import shutil
import subprocess
import textwrap

from filters import REFUSED

PEER_PYTHON = "/usr/bin/python3"    # that of Debian's package
HERE = os.path.dirname(os.path.abspath(__file__))
RECIPIENTS = REFUSED[2][0]

OPENDKIM = """
    Mode v
    Syslog no
    UMask 000
"""
RSPAMD = """
    # What it would read at its start, for seconds.
    lang_detection {{ languages = ["en"]; }}
    options {{ url_tld = "{folder}/tld"; disable_hyperscan = true; }}
    options {{ pidfile = "{folder}/pid"; filters = ""; dns {{ nameserver = "127.0.0.1:9"; timeout = 0.1s; }} tempdir = "{folder}"; }}
    logging {{ type = "console"; level = "error"; }}
    actions {{ reject = 15; }}
    lua = "{folder}/rule.lua";
    worker "rspamd_proxy" {{
        bind_socket = "{socket} mode=0666"; count = 1; milter = yes;
        upstream "local" {{ default = yes; self_scan = yes; }}
    }}
"""
RULE = """
    rspamd_config:register_symbol({
      name = 'EXAMPLES', type = 'prefilter', callback = function(task)
        local ip, from, listed = task:get_from_ip(), task:get_from('smtp'), false
        for _, to in ipairs(task:get_recipients('smtp') or {}) do
          listed = listed or to.domain == 'example.org'
        end
        local inside = ip and ip:is_valid() and tostring(ip:apply_mask(16)) == '172.31.0.0'
        if not inside or not from or from[1].addr ~= 'no-reply@example.net' or not listed then
          task:set_pre_result('reject', 'Access denied')
        end
      end
    })
"""


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(textwrap.dedent(text))
    os.chmod(path, 0o644)
    return path


def python_milter(filters):
    if subprocess.run([PEER_PYTHON, "-c", "import Milter"], capture_output=True, check=False).returncode:
        return None
    return filters.start([PEER_PYTHON, "-B", filters.copy(os.path.join(HERE, "peer.py"))])


def go_milter(filters):
    """`make` has built it where the compiler and the library are."""
    program = os.path.join(filters.options.programs, "peer-go")
    return filters.start([filters.copy(program)]) if os.path.exists(program) else None


def opendkim(filters):
    program = shutil.which("opendkim", path="/usr/sbin:/usr/bin")
    if not program:
        return None
    settings = write(filters.folder, "opendkim.conf", OPENDKIM)
    return filters.start(lambda path: [program, "-f", "-x", settings, "-p", f"local:{path}"])


def rspamd(filters):
    if not shutil.which("rspamd"):
        return None
    folder = os.path.join(filters.folder, "rspamd")
    os.mkdir(folder)
    os.chmod(folder, 0o777)
    write(folder, "tld", "com\nnet\norg\n")
    write(folder, "rule.lua", RULE)

    def command(path):
        return ["rspamd", "--no-fork", "--insecure", "-c", write(folder, "rspamd.conf", RSPAMD.format(folder=folder, socket=path))]
    return filters.start(command)


# Name, how to start it, and what it answers to REFUSED, where that is not as the daemon's. At the end rspamd's code is its own.
PEERS = (
    ("python3-milter", python_milter, {}),
    ("go-milter", go_milter, {RECIPIENTS: "550@end"}),
    ("rspamd", rspamd, {what: "554@end" for what, _ in REFUSED}),
    ("opendkim", opendkim, {what: "accept" for what, _ in REFUSED}),
)


def start_peers(filters):
    """[(name, filter, what it answers to each of REFUSED)], without those that are not installed."""
    found = []
    for name, start, answers in PEERS:
        target = start(filters)
        if target:
            found.append((name, target, {what: change["expect"] for what, change in REFUSED} | answers))
    return found
