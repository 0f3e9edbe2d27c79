"""How far a command of sudoers(5) reaches: fixed words, one program with free words, or anything.

Programs that start others, or that write wherever their words say, give all that root may when
their words are free; editors and pagers do so even with fixed words, since a key starts a shell.
"""

import re
from enum import StrEnum

_SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "csh", "tcsh", "fish"})
_INTERPRETERS = frozenset(
    {
        *("python", "perl", "ruby", "lua", "node", "php", "tclsh", "expect", "irb", "busybox"),
        *("awk", "gawk", "mawk", "nawk"),
    }
)
_INTERACTIVE = frozenset(
    {
        *("vi", "vim", "vim.basic", "vim.tiny", "nvim", "view", "rvim", "nano", "pico", "emacs"),
        *("ed", "ex", "joe", "jed", "mcedit", "mc", "less", "more", "most", "man", "info", "pg"),
        *("top", "htop", "screen", "tmux", "gdb", "mysql", "mariadb", "psql", "sqlite3", "ftp"),
        *("git", "script", "visudo", "vipw", "vigr", "crontab", "systemd-run", "sudo", "login"),
        *("telnet", "links", "lynx", "w3m", "mutt", "aptitude", "nsenter", "unshare", "chroot"),
    }
)
_REACHING = frozenset(
    {
        *("env", "xargs", "find", "nice", "nohup", "time", "umount", "wget", "curl", "snap"),
        *("timeout", "stdbuf", "strace", "ltrace", "watch", "setsid", "ionice", "taskset", "doas"),
        *("runuser", "setpriv", "capsh", "start-stop-daemon", "make", "svn", "apt", "apt-get"),
        *("dpkg", "yum", "dnf", "rpm", "zypper"),
        *("rsync", "scp", "sftp", "ssh", "tar", "zip", "unzip", "cpio", "7z", "cp", "mv", "ln"),
        *("dd", "tee", "sed", "install", "chmod", "chown", "chgrp", "chattr", "setfacl", "mount"),
        *("pip", "pip3", "gem", "npm", "docker", "podman", "nerdctl", "ctr", "lxc", "kubectl"),
        *("virsh", "systemctl", "service", "journalctl", "at", "batch", "useradd", "usermod"),
        *("passwd", "chpasswd", "adduser", "gpasswd", "groupadd", "groupmod", "nmap", "tcpdump"),
        *("openssl", "gcc", "cc", "ldconfig", "insmod", "modprobe", "debugfs", "logrotate", "cat"),
        *("ansible", "ansible-playbook", "salt-call", "puppet", "nc", "ncat", "socat", "patch"),
        *("iptables", "iptables-save", "ip6tables-save", "ip", "nft", "tc"),
        *("truncate", "rm", "sysctl", "cut", "head", "tail", "grep", "base64", "xxd", "diff"),
    }
)

_CLIENTS = frozenset({"mysql", "mariadb", "psql"})  # told what to do, they ask nobody
_STATEMENT = re.compile(r"(?:^|\s)(?:--execute|--command|-e|-c)[\s=]")
# One backslash is sudoers' own; two stand for one that the client reads: `\\! sh` is a shell.
# `system` and `source` are commands of the client where a statement begins, and plain words elsewhere.
_ESCAPE = re.compile(
    r"\\\\|\b(?:copy|outfile|dumpfile|load_file)\b|"
    r"(?:[;\n]|(?:--execute|--command|-e|-c)[\s=])[\s\\\"']*(?:system|source)\b",
    re.IGNORECASE,
)


class Reach(StrEnum):
    """What a command of sudoers lets one do, from the least to the most."""

    EXACT = "exact"
    PROGRAM = "program"
    ANYTHING = "anything"


WIDEST_LAST = (Reach.EXACT, Reach.PROGRAM, Reach.ANYTHING)


def reach(command: str) -> Reach:
    """How far one command goes, written as sudoers has it (`/usr/bin/cat /etc/shadow`)."""
    program, _, words = command.strip().partition(" ")
    words = words.strip()
    if program == "sudoedit":
        return Reach.ANYTHING if not words or _is_open(words) else Reach.PROGRAM
    if (
        program == "ALL"
        or not program.startswith("/")
        or program.endswith("/")
        or _is_open(program)
    ):
        return Reach.ANYTHING
    name = re.sub(r"[0-9.]+$", "", program.rsplit("/", 1)[-1]) or program
    full = program.rsplit("/", 1)[-1]
    if full in _CLIENTS and _is_statement(words):
        return Reach.EXACT
    if {name, full} & _INTERACTIVE:
        return Reach.ANYTHING
    if {name, full} & (_SHELLS | _INTERPRETERS):
        return Reach.EXACT if _is_script(words) else Reach.ANYTHING
    if name == "su":
        return Reach.EXACT if _is_script(words) and " -c " in words else Reach.ANYTHING
    if words and not _is_open(words):
        return Reach.EXACT
    return Reach.ANYTHING if {name, full} & _REACHING else Reach.PROGRAM


def _is_statement(words: str) -> bool:
    """Whether a database client is given fixed statements that reach no file and no shell."""
    said = _STATEMENT.search(words) is not None
    return said and not _is_open(words) and not _ESCAPE.search(words)


def _is_open(text: str) -> bool:
    """Whether a glob sign that is not escaped, or a regular expression, leaves it open."""
    return text.startswith("^") or re.search(r"(?<!\\)[*?\[]", text) is not None


def _is_script(words: str) -> bool:
    """Whether a shell is told what to run, in fixed words."""
    told = [word for word in words.split() if not word.startswith("-") and word != '""']
    return bool(told) and not _is_open(words)
