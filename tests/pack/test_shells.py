# SPDX-License-Identifier: BSD-2-Clause
"""What real shells offer behind the names of both programs, with the files as they are installed."""
import os
import pathlib
import pty
import re
import select
import subprocess
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "contrib/completion"
LIMIT = 120

# What is typed, and all that is offered. FILE is the only file in the folder.
CASES = [
    ("ses-policy re", {"replay", "report"}),
    ("ses-policy eval --sub", {"--submission"}),
    ("ses-policy replay --policy ", {"FILE"}),
    ("ses-policy lint F", {"FILE"}),
    ("ses-policy lint --type ", {"auto", "identity", "resource"}),
    ("ses-policy quota s", {"set", "show"}),
    ("ses-policy eval --sender F", set()),
    ("ses-policy keys F", set()),
    ("ses-policy-milter --st", {"--status", "--strict"}),
    ("ses-policy-milter --log j", {"journal", "json"}),
    ("ses-policy-milter --settings F", {"FILE"}),
    ("ses-policy-milter -c F", {"FILE"}),
    ("ses-policy-milter --check F", set()),
]


class Terminal:
    """An interactive shell on a terminal of its own, whose home is the folder above."""

    def __init__(self, command: list[str], folder: pathlib.Path) -> None:
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder.parent), "TERM": "dumb", "LC_ALL": "C.UTF-8"}
        master, slave = pty.openpty()
        self.process = subprocess.Popen(command, cwd=folder, env=environment, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
        os.close(slave)
        self.master, self.seen = master, ""

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def wait(self, pattern: str) -> str:
        """What has come up to the pattern, and the pattern."""
        end = time.monotonic() + LIMIT
        while not (found := re.search(pattern, self.seen, re.S)):
            assert time.monotonic() < end, f"no {pattern!r} in {self.seen!r}"
            if select.select([self.master], [], [], 1)[0]:
                self.seen += os.read(self.master, 65536).decode(errors="replace")
        text, self.seen = self.seen[:found.end()], self.seen[found.end():]
        return text

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)


# What zsh would add to the line is printed instead.
ZSH = r"""
PROMPT= RPROMPT= fpath=(%s $fpath)
autoload -Uz compinit && compinit -D -u
# Both lists are emptied each time.
begin_words () { compprefuncs=(begin_words) comppostfuncs=(end_words); print -r -- BEGIN-WORDS }
end_words () { print -r -- END-WORDS }
compprefuncs=(begin_words)
compadd () {
    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
        builtin compadd "$@"
        return
    fi
    typeset -a found
    builtin compadd -A found "$@"
    (( $#found )) && print -r -- "WORD ${(j: :)found}"
    builtin compadd "$@"
}
zstyle ':completion:*' list-rows-first yes
setopt no_beep
print READ''Y
"""


def zsh(lines: list[str], work: pathlib.Path) -> list[set[str]]:
    (work.parent / ".zshrc").write_text(ZSH % SCRIPTS)
    one = Terminal(["zsh", "--no-global-rcs", "-i"], work)
    try:
        one.wait("READY\r\n")
        said = []
        for line in lines:
            one.type(line + "\t")
            said.append(one.wait("BEGIN-WORDS.*?END-WORDS"))
            # Away with the line, whatever has become of it.
            one.type("\x15")
    finally:
        one.close()
    return [{word.rstrip("=") for words in re.findall(r"^WORD (.*?)\r$", one, re.M) for word in words.split()} for one in said]


def bash(lines: list[str], work: pathlib.Path) -> list[set[str]]:
    """All that it lists, also what is the only one. They stand between the line and the next prompt."""
    (work.parent / ".bashrc").write_text(f'PS1="PROMPT> "\n. {SCRIPTS}/ses-policy\n. {SCRIPTS}/ses-policy-milter\n'
                                         'bind "set completion-query-items 0" "set page-completions off" "set enable-bracketed-paste off"\n'
                                         "bind '\"\\C-t\": possible-completions'\n")
    one = Terminal(["bash", "--noprofile", "-i"], work)
    offered = []
    try:
        for line in lines:
            one.wait("PROMPT> ")
            one.type(line + "\x14" + "\x15echo READ''Y\n")
            said = one.wait("READY\r\n").split("\r\n")
            assert said[0].startswith(line)
            offered.append({word for text in said[1:] if "PROMPT> " not in text and text != "READY" for word in text.split()})
    finally:
        one.close()
    return offered


def fish(lines: list[str], work: pathlib.Path) -> list[set[str]]:
    """What begins as the last word does: fish 4 adds words that have its letters elsewhere."""
    script = (f"source {SCRIPTS}/ses-policy.fish; source {SCRIPTS}/ses-policy-milter.fish\n"
              "for line in $argv; complete --do-complete $line; echo END-WORDS; end")
    done = subprocess.run(["fish", "--no-config", "-c", script, *lines], cwd=work, capture_output=True, text=True, timeout=LIMIT, check=True,
                          env={"PATH": os.environ["PATH"], "HOME": str(work.parent), "LC_ALL": "C.UTF-8"})
    assert done.stderr == ""
    offered = [{text.split("\t")[0] for text in part.splitlines()} for part in done.stdout.split("END-WORDS\n")[:-1]]
    return [{word for word in words if word.startswith(line.split(" ")[-1])} for line, words in zip(lines, offered, strict=True)]


def test_places():
    """Where the package of Debian and `make install` put them, the zsh of Debian looks."""
    (packaged,) = re.findall(r"zshcompletiondir=(\S+)", (ROOT / "contrib/debian/rules").read_text())
    (installed,) = re.findall(r"^zshcompletiondir = \$\(datadir\)/(\S+)", (ROOT / "contrib/Makefile.am").read_text(), re.M)
    looked_in = subprocess.run(["zsh", "-f", "-c", "print -l $fpath"], capture_output=True, text=True, check=True).stdout.splitlines()
    assert {packaged, f"/usr/local/share/{installed}"} <= set(looked_in)


@pytest.mark.parametrize("shell", [bash, zsh, fish], ids=["bash", "zsh", "fish"])
def test_offers(shell, tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    (work / "FILE").touch()
    offered = shell([line for line, _ in CASES], work)
    assert dict(zip([line for line, _ in CASES], offered, strict=True)) == dict(CASES)
