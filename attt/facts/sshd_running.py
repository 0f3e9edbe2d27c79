"""Which SSH servers run, with which options, and whether they still are what their files say.

A daemon reads its files when it starts and when it is told to reload; it writes its pid file at
both (sshd(8)). So files newer than that are not what runs. Process lists come from pgrep(1), or
where procps is not installed from /proc (proc(5)).
"""

import re

from attt.facts.kind import Answers, missed, obstacle_of, text_of
from attt.facts.sshd_config import CommandLine, command_line
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege
from attt.model.fact import FactMissed

CONFIG = "/etc/ssh/sshd_config"
CONFIG_TREE = "/etc/ssh/sshd_config.d"
VENDOR_CONFIG = "/usr/etc/ssh/sshd_config"  # SUSE: in force where the office has no file of its own
VENDOR_TREE = "/usr/etc/ssh/sshd_config.d"
POLICY_STATE = "/etc/crypto-policies/state/current"
PID_FILE = "/run/sshd.pid"
_PROGRAMS = frozenset({"/usr/sbin/sshd", "/sbin/sshd"})
_OURS = ("/usr/bin/pgrep", "--ns", "1", "--nslist", "pid")  # those of containers are not the host's
_TITLES = frozenset({"sshd:", "sshd-session:", "sshd-auth:"})
_IN_PROC = re.compile(r"(?m)^/proc/([0-9]+)/cmdline:([^\n]*)$")
# What asks these questions has them among its own words, one a line: such a line starts no server.
_SERVER = re.compile(r"(?:\S*/)?[a-z]*(?:sshd|dropbear)(?!_config)[\w.+-]*:?")
_GONE = "No such file or directory"

ASKS: dict[str, Ask] = {
    "processes": Command(
        argv=(*_OURS, "-a", "-x", "sshd|dropbear|tinysshd|lshd"),
        privilege=Privilege.ROOT,
        statuses=(0, 1),
    ),
    "cmdlines": Command(
        argv=(
            *("/usr/bin/find", "/proc", "-mindepth", "2", "-maxdepth", "2", "-name", "cmdline"),
            *("-exec", "grep", "-aHE", "^[^[:cntrl:]]*(sshd|dropbear)", "{}", "+"),
        ),
        privilege=Privilege.ROOT,
        statuses=(0, 1),
    ),
    "newer": Command(
        argv=(
            *("/usr/bin/find", "-L", CONFIG, CONFIG_TREE, VENDOR_CONFIG, VENDOR_TREE),
            *("-maxdepth", "1", "-newer", PID_FILE),
        ),
        privilege=Privilege.ROOT,
        statuses=(0, 1),
    ),
    "policy_newer": Command(
        argv=("find", POLICY_STATE, "-newer", PID_FILE),
        platforms=("rhel", "fedora"),
        statuses=(0, 1),
    ),
}


def started(answers: Answers) -> CommandLine | FactMissed:
    """How the daemon runs; as if by the files alone where none does."""
    found = processes(answers)
    if isinstance(found, FactMissed):
        return found
    if any(not _is_openssh(words) for words in found):
        return missed(Obstacle.UNSUPPORTED, "another SSH server runs")
    plain = [words[1:] if words[0] in _TITLES else words for words in found]
    listeners = [words for words in plain if words and words[0].startswith("/")]
    listeners = [words for words in listeners if "-R" not in words]
    if any(words[0] not in _PROGRAMS for words in listeners):
        return missed(Obstacle.CONTRADICTED, "the running sshd is not /usr/sbin/sshd")
    lines = {command_line(_options(words)) for words in listeners}
    if len(lines) > 1 or any(line.config not in {None, CONFIG} for line in lines):
        return missed(
            Obstacle.CONTRADICTED, "the running sshd does not use /etc/ssh/sshd_config alone"
        )
    if lines and (stale := _stale(answers["newer"])):
        return stale
    return lines.pop() if lines else CommandLine()


def processes(answers: Answers) -> list[list[str]] | FactMissed:
    """The words of each process of an SSH server; sshd's own title stands first."""
    listed = answers["processes"]
    if listed.obstacle is None:
        lines = [line.split()[1:] for line in text_of(listed).splitlines()]
    elif listed.obstacle is Obstacle.NO_TOOL and answers["cmdlines"].obstacle is None:
        found = _IN_PROC.findall(text_of(answers["cmdlines"]))
        lines = [words.replace("\0", " ").split() for _, words in found]
        lines = [words for words in lines if words and _SERVER.fullmatch(words[0])]
    else:
        return obstacle_of(listed) or missed(Obstacle.FAILED)
    return [words for words in lines if words]


def _is_openssh(words: list[str]) -> bool:
    """The daemon itself, or the process of one login, which has a title and no path."""
    return words[0] in _TITLES or words[0].rsplit("/", 1)[-1].startswith("sshd")


def _options(words: list[str]) -> list[str]:
    end = words.index("[listener]") if "[listener]" in words else len(words)
    return words[1:end]


def _stale(newer: Answer) -> FactMissed | None:
    """Why the files may not be what the daemon read; None where all are older than its pid file."""
    if newer.obstacle is not None:
        return obstacle_of(newer)
    said = newer.stderr.decode("utf-8", errors="replace").splitlines()
    if any(PID_FILE in line or _GONE not in line for line in said):
        return missed(
            Obstacle.FAILED, "nobody can tell when the running sshd read its files (/run/sshd.pid)"
        )
    if changed := text_of(newer).split("\n", 1)[0]:
        return missed(
            Obstacle.CONTRADICTED, f"sshd runs without the last change of a file: {changed[:80]}"
        )
    return None
