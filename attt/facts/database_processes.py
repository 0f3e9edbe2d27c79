"""Database servers that run on a host, however they were started: packages, /opt, containers.

One list of processes with their control groups serves all kinds. A server inside a container is
told apart from the host's own, and what waits for other hosts on a kind's port under another name
leaves a gap, never an absence. Sources: ps(1), systemctl(1), ss(8), cgroups(7).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from attt.facts import services, sockets
from attt.facts.kind import Answers, missed, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege
from attt.model.fact import FactAbsent, FactMissed, FactRead
from attt.model.value import Missing

_NAMES = (
    *("postgres", "postmaster", "mysqld", "mariadbd", "redis-server", "valkey-server"),
    *("keydb-server", "mongod", "mongos"),
)
_PS = ("/bin/ps", "-ww", "-o", "pid=,ppid=,user:32=,comm:20=,cgroup:300=,args=", "-C")
_CONTAINED = re.compile(
    r"(?:^|[/:,])(?:docker|libpod|libpod-payload|crio|cri-containerd|containerd|kubepods|"
    r"lxc|lxc\.payload|machine|machine\.slice|k8s\.io|podman)(?:[-./:]|$)"
)
_ENABLED = frozenset({"enabled", "enabled-runtime", "linked", "linked-runtime", "generated"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of database: its processes, its units (by their first words), its usual port."""

    title: str
    processes: frozenset[str]
    units: re.Pattern[str]
    ports: frozenset[str]  # "5432/tcp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process of the host itself; `words` are its arguments, redacted."""

    pid: int
    parent: int
    user: str
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The host's own servers of a kind, their children left out, and servers that are not seen."""

    servers: tuple[Process, ...]
    gaps: tuple[Missing, ...]


def asks() -> dict[str, Ask]:
    """The questions that `look` reads, the same for all kinds."""
    listening = {f"sockets_{name}": ask for name, ask in sockets.LISTENING.asks({}).items()}
    return {
        "processes": Command(
            argv=(*_PS, ",".join(_NAMES)),
            privilege=Privilege.ROOT,
            statuses=(0, 1),
            cap_bytes=4 * 2**20,
            redact="arguments",
        ),
        "unit_files": services.UNITS.asks({})["files"],
        **listening,
    }


def look(kind: Kind, answers: Answers) -> Seen | FactAbsent | FactMissed:
    """What of this kind runs on the host."""
    answer = answers["processes"]
    if answer.obstacle is not None:
        return missed(answer.obstacle, answer.detail or "ps")
    own, gaps = _processes(answer, kind.processes)
    ids = {process.pid for process in own}
    servers = tuple(process for process in own if process.parent not in ids)
    strangers = _strangers(kind, answers)
    if isinstance(strangers, FactMissed):
        return Seen(servers=servers, gaps=gaps) if servers else strangers
    gaps = gaps if servers or gaps else strangers
    if servers or gaps:
        return Seen(servers=servers, gaps=gaps)
    return _stopped(kind, answers["unit_files"])


def _processes(
    answer: Answer, names: frozenset[str]
) -> tuple[tuple[Process, ...], tuple[Missing, ...]]:
    own: list[Process] = []
    inside: set[str] = set()
    for line in text_of(answer).splitlines():
        words = line.split()
        if len(words) < 5 or not (words[0].isdecimal() and words[1].isdecimal()):
            continue
        if words[3] in names and _CONTAINED.search(words[4]):
            inside.add(words[3])
        elif words[3] in names:
            own.append(
                Process(
                    pid=int(words[0][:10]),
                    parent=int(words[1][:10]),
                    user=words[2],
                    name=words[3],
                    words=tuple(words[5:]),
                )
            )
    gaps = (Missing(Obstacle.UNSUPPORTED, f"{n} runs inside a container") for n in sorted(inside))
    return tuple(own), tuple(gaps)


def _strangers(kind: Kind, answers: Answers) -> tuple[Missing, ...] | FactMissed:
    """Who waits for other hosts on the kind's port and is not one of its known programs."""
    mine = {name: answers[f"sockets_{name}"] for name in sockets.LISTENING.asks({})}
    fact = sockets.LISTENING.parse(mine, {})
    if isinstance(fact, FactMissed):
        return fact
    value = fact.value if isinstance(fact, FactRead) else None
    listed = value["sockets"] if isinstance(value, Mapping) else ()
    found: set[str] = set()
    for socket in listed if isinstance(listed, tuple) else ():
        if not isinstance(socket, Mapping) or socket["service"] not in kind.ports:
            continue
        if socket["is_loopback"] is False:
            found.add(str(socket["service"]))
    what = "a program that attt does not know as {title} waits at {service}"
    return tuple(
        Missing(Obstacle.UNSUPPORTED, what.format(title=kind.title, service=service))
        for service in sorted(found)
    )


def _stopped(kind: Kind, units: Answer) -> FactAbsent | FactMissed:
    if units.obstacle not in {None, Obstacle.NO_TOOL}:
        return missed(units.obstacle or Obstacle.FAILED, units.detail or "systemctl")
    rows = [line.split() for line in text_of(units).splitlines()]
    starting = [w[0] for w in rows if len(w) > 1 and w[1] in _ENABLED and kind.units.match(w[0])]
    if units.obstacle is None and not rows:
        return missed(Obstacle.UNPARSABLE, "systemctl lists no unit")
    if starting:
        return missed(Obstacle.FAILED, f"starts at boot, does not run now: {starting[0][:60]}")
    names = ", ".join(sorted(kind.processes))
    return FactAbsent(proof=f"runs nowhere and no unit starts it: {names}")
