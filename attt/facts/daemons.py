"""Whether a kind of server is on a host: proved absent, stopped but started at boot, or running.

One question lists the processes of every kind known here with their control groups and words, so
that a server inside a container is not taken for the host's own, nor for none at all. What waits on
the kind's ports for other hosts and is none of its programs leaves a gap, never an absence.
Sources: ps(1), systemctl(1), ss(8), cgroups(7).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from attt.facts import daemon_files, sockets
from attt.facts.kind import Answers, missed, text_of
from attt.facts.stat import parse as parse_stat
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, Stat
from attt.model.fact import FactAbsent, FactMissed, FactRead
from attt.model.value import Missing, Value

_WATCHED = (
    *("dockerd", "containerd-shim", "conmon", "crio", "smbd", "nmbd", "samba", "nfsd", "ksmbd"),
    *("ganesha.nfsd", "rpc.mountd", "master", "exim4", "exim", "sendmail", "sendmail-mta"),
    *("smtpd", "vsftpd", "proftpd", "pure-ftpd", "named", "unbound", "dnsmasq", "snmpd", "dhcpd"),
    *("kea-dhcp4", "kea-dhcp6", "pdns_recursor", "pdns_server", "systemd-resolve"),
    *("clamd", "clamav-milter", "amavisd", "amavisd-new", "rspamd", "kav4mailservers", "coredns"),
)
_PROCESSES = Command(
    argv=("/bin/ps", "-ww", "-o", "comm:20=,cgroup:1500=,args=", "-C", ",".join(_WATCHED)),
    privilege=Privilege.ROOT,
    statuses=(0, 1),
    redact="settings",
)
_CONTAINED = re.compile(
    r"(?:docker|libpod|crio|cri-containerd|nerdctl)[-/:](?:conmon-)?[0-9a-f]{12}|/[0-9a-f]{64}(?:[/,]|$)"
    r"|kubepods|/lxc(?:\.payload|\.monitor)?[./]|/machine(?:\.slice)?/|/libpod_parent/"
)
_STATES = re.compile(r"(?m)^(\w+)=(.*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Daemon:
    """A kind of server: paths of its programs, names of its processes, its units and ports.

    `is_kernel`: the kernel itself holds the ports, so that no process is named there.
    """

    programs: tuple[str, ...]
    processes: frozenset[str]
    units: tuple[str, ...]
    ports: frozenset[str]  # "445/tcp"
    is_kernel: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process of the host itself: its name and the words that it was started with."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What runs of a kind. `gaps` are servers of it whose settings nobody reads.

    `reached` are the names of processes that wait for other hosts on the kind's ports.
    """

    processes: tuple[Process, ...]
    is_running: bool
    reached: frozenset[str] | Missing
    gaps: tuple[Missing, ...]

    def of(self, *names: str) -> tuple[Process, ...]:
        """The processes of these names."""
        return tuple(one for one in self.processes if one.name in names)

    def is_reachable(self, *names: str) -> Value:
        """Whether one of these waits for other hosts; missing where none runs or nobody tells."""
        if not self.is_running:
            return Missing(Obstacle.IN_CONTEXT, "it does not run now")
        if isinstance(self.reached, Missing):
            return self.reached
        return bool(self.reached & set(names))


def asks(daemon: Daemon) -> dict[str, Ask]:
    """The questions that `look` reads; but for the units and paths they are the same for all."""
    listening = {f"sockets_{name}": ask for name, ask in sockets.LISTENING.asks({}).items()}
    properties = f"Id,LoadState,ActiveState,UnitFileState,WantedBy,{daemon_files.PROPERTIES}"
    return {
        "programs": Stat(paths=daemon.programs),
        "daemons": _PROCESSES,
        "daemon_units": Command(
            argv=("systemctl", "show", "-p", properties, *daemon.units), redact="arguments"
        ),
        **listening,
    }


def look(daemon: Daemon, answers: Answers) -> Seen | FactAbsent | FactMissed:
    """What of this kind is on the host."""
    answer = answers["daemons"]
    if answer.obstacle is not None:
        return missed(answer.obstacle, answer.detail or "ps")
    own, gaps = _processes(answer, daemon.processes)
    waiting = _waiting(daemon, answers)
    if isinstance(waiting, FactMissed):
        return waiting
    names = daemon.processes | ({""} if daemon.is_kernel else set())
    strangers, reached = _strangers(waiting, names)
    if strangers is not None and not own:
        gaps = (*gaps, strangers)
    if own or gaps:
        return Seen(processes=own, is_running=bool(own), reached=reached, gaps=gaps)
    return _stopped(daemon, answers, reached)


def _processes(
    answer: Answer, names: frozenset[str]
) -> tuple[tuple[Process, ...], tuple[Missing, ...]]:
    own: list[Process] = []
    gaps: set[Missing] = set()
    for line in text_of(answer).splitlines():
        name, _, rest = line.strip().partition(" ")
        group, _, words = rest.strip().partition(" ")
        if name in names and _CONTAINED.search(group):
            gaps.add(Missing(Obstacle.UNSUPPORTED, f"{name} runs inside a container"))
        elif name in names:
            own.append(Process(name=name, words=tuple(words.split())))
    return tuple(own), tuple(sorted(gaps, key=str))


_SOCKETS = tuple(sockets.LISTENING.asks({}))


def _waiting(daemon: Daemon, answers: Answers) -> list[Mapping[str, Value]] | FactMissed:
    """The sockets on the kind's ports that other hosts can come to."""
    mine = {name: answers[f"sockets_{name}"] for name in _SOCKETS}
    fact = sockets.LISTENING.parse(mine, {})
    if isinstance(fact, FactMissed):
        return fact
    value = fact.value if isinstance(fact, FactRead) else None
    listed = value.get("sockets") if isinstance(value, Mapping) else ()
    found = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, tuple) else []
    return [s for s in found if s["service"] in daemon.ports and s["is_loopback"] is False]


def _strangers(
    waiting: list[Mapping[str, Value]], names: frozenset[str] | set[str]
) -> tuple[Missing | None, frozenset[str] | Missing]:
    """Who waits there that is none of `names`, and which of `names` wait."""
    reached: set[str] = set()
    stranger: Missing | None = None
    for socket in waiting:
        held = socket["processes"]
        if isinstance(held, Missing):
            return held, held
        holders = {str(one) for one in held} if isinstance(held, tuple) else set()
        holders = holders or {""}
        if holders & set(names):
            reached |= holders & set(names)
        else:
            who = min(holders) or "the kernel or another container"
            what = f"{socket['service']} is held by {who[:40]}"
            stranger = Missing(Obstacle.UNSUPPORTED, what)
    return stranger, frozenset(reached)


def _stopped(
    daemon: Daemon, answers: Answers, reached: frozenset[str] | Missing
) -> Seen | FactAbsent | FactMissed:
    programs, states = answers["programs"], answers["daemon_units"]
    if programs.obstacle is not None:
        return missed(programs.obstacle, programs.detail or "stat")
    looked = parse_stat(programs)
    if looked.denied:
        return missed(Obstacle.DENIED, looked.denied[0])
    if len(looked.absent) == len(daemon.programs):
        return FactAbsent(
            proof=f"none of these exists, and no such process runs: {', '.join(daemon.programs)}"
        )
    if not looked.found:
        return missed(Obstacle.UNPARSABLE, "stat does not tell of every program")
    if states.obstacle is not None:
        return missed(states.obstacle, states.detail or "systemctl")
    starts, is_active = _units(states, daemon.units)
    if starts is None:
        return missed(Obstacle.UNPARSABLE, "systemctl does not tell of every unit")
    if starts or is_active:
        return Seen(processes=(), is_running=is_active, reached=reached, gaps=())
    units = ", ".join(daemon.units)
    return FactAbsent(proof=f"installed, but no such process runs and none starts: {units}")


def _units(answer: Answer, wanted: tuple[str, ...]) -> tuple[bool | None, bool]:
    """Whether one of the units starts by itself (None: not told of), and whether one is active."""
    blocks = [dict(_STATES.findall(block)) for block in text_of(answer).split("\n\n")]
    told = [block for block in blocks if block.get("Id") and "LoadState" in block]
    if len(told) < len(wanted):
        return None, False
    loaded = [block for block in told if block["LoadState"] == "loaded"]
    starts = any(
        block.get("UnitFileState", "").startswith("enabled")
        or (block.get("UnitFileState") == "generated" and block.get("WantedBy", ""))
        for block in loaded
    )
    return starts, any(block.get("ActiveState") in {"active", "reloading"} for block in loaded)


def word_after(process: Process, *options: str) -> str | None:
    """The value of an option on the command line: `-c FILE`, `-cFILE`, `--conf=FILE`."""
    for n, word in enumerate(process.words):
        for option in options:
            if word == option and n + 1 < len(process.words):
                return process.words[n + 1]
            if option.startswith("--") and word.startswith(f"{option}="):
                return word[len(option) + 1 :]
            is_glued = not option.startswith("--") and not word.startswith("--")
            if is_glued and word.startswith(option) and len(word) > len(option):
                return word[len(option) :]
    return None
