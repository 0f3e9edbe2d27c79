"""Fact `time.sync`: which daemon keeps the clock, and whether it really does.

`daemon` (chrony, ntpd, timesyncd, openntpd, none), `is_running`, `is_enabled` (starts at boot;
null where no daemon is there), `state`: "synchronised" (with another clock), "local" (chrony
serves its own clock and names no other), "unsynchronised"; `stratum` and `offset_us`
(microseconds; null where not told), `reference` (the clock followed), `sources` (the clocks
known), `updated` (when the clock was last compared with another; null where it never was or is not
told) and `kernel_synchronised` (what the kernel believes, null where not told).
Sources: chronyc(1), ntpq(1), systemd-timesyncd(8), systemctl(1).
"""

import re

from attt.facts import chrony, ntpd
from attt.facts.kind import Answers, FactKind, Params, missed, obstacle_of, text_of
from attt.facts.stat import parse as parse_stat
from attt.facts.units import Unit, units
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, Stat
from attt.model.fact import Assurance, Fact, FactMissed, FactRead
from attt.model.shape import Boolean, Instant, Integer, ListOf, Record, Text
from attt.model.value import Missing, Value

_UNITS = {
    "chrony.service": "chrony",
    "chronyd.service": "chrony",
    "ntpsec.service": "ntpd",
    "ntp.service": "ntpd",
    "ntpd.service": "ntpd",
    "openntpd.service": "openntpd",
    "systemd-timesyncd.service": "timesyncd",
}
_PROCESSES = {
    "chronyd": "chrony",
    "ntpd": "ntpd",
    "openntpd": "openntpd",
    "systemd-timesyn": "timesyncd",  # the kernel keeps 15 characters of a name
}
_PATTERN = "chronyd|ntpd|openntpd|systemd-timesyn"
_FLAG = "/run/systemd/timesync/synchronized"

SHAPE = Record(
    {
        "daemon": Text(choices=("chrony", "ntpd", "timesyncd", "openntpd", "none")),
        "is_running": Boolean(),
        "is_enabled": Boolean(nullable=True),
        "state": Text(choices=("synchronised", "local", "unsynchronised")),
        "stratum": Integer("stratum", nullable=True),
        "offset_us": Integer("microseconds", nullable=True),
        "reference": Text(nullable=True),
        "sources": ListOf(Text()),
        "updated": Instant(nullable=True),
        "kernel_synchronised": Boolean(nullable=True),
    },
    volatile=frozenset({"offset_us", "reference", "stratum", "updated"}),
)


def _asks(_params: Params) -> dict[str, Ask]:
    root = Privilege.ROOT
    chronyc = ("/usr/bin/chronyc", "-n", "-c")
    return {
        "units": Command(
            argv=("systemctl", "show", "-p", "Id,LoadState,ActiveState,UnitFileState", *_UNITS)
        ),
        "processes": Command(
            argv=("/usr/bin/pgrep", "-l", "-x", _PATTERN), privilege=root, statuses=(0, 1)
        ),
        "tracking": Command(argv=(*chronyc, "tracking"), privilege=root, statuses=(0, 1)),
        "sources": Command(argv=(*chronyc, "sources", "-a"), privilege=root, statuses=(0, 1)),
        "ntpq": Command(argv=("ntpq", "-n", "-c", "rv", "-c", "peers"), statuses=(0, 1)),
        "timesyncd": Stat(paths=(_FLAG,)),
        "kernel": Command(argv=("timedatectl", "show")),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    known = units(answers["units"])
    running = _running(answers["processes"], known)
    if isinstance(running, FactMissed):
        return running
    kept = _keeps(running, answers)
    return FactRead(
        value={
            "daemon": running or "none",
            "is_running": running is not None,
            "is_enabled": _enabled(running, known),
            "kernel_synchronised": _kernel(answers["kernel"]),
            **kept,
        },
        assurance=Assurance.RUNNING,
    )


def _running(processes: Answer, known: dict[str, Unit] | Missing) -> str | FactMissed | None:
    """The daemon that runs; None only where the process list or the units deny them all."""
    seen: set[str] = set()
    if processes.obstacle is None:
        words = (line.split() for line in text_of(processes).splitlines())
        seen |= {_PROCESSES[w[1]] for w in words if len(w) > 1 and w[1] in _PROCESSES}
    if not isinstance(known, Missing):
        active = {name for name, unit in known.items() if unit.is_active}
        seen |= {_UNITS[name] for name in active & _UNITS.keys()}
    elif processes.obstacle is not None:
        return missed(known.obstacle, known.detail)
    return next(
        (name for name in ("chrony", "ntpd", "timesyncd", "openntpd") if name in seen), None
    )


def _enabled(running: str | None, known: dict[str, Unit] | Missing) -> Value:
    if isinstance(known, Missing):
        return Missing(known.obstacle, "which services start at boot")
    mine = [unit for name, unit in known.items() if running is None or _UNITS.get(name) == running]
    loaded = [unit for unit in mine if unit.is_loaded]
    return any(unit.is_enabled for unit in loaded) if loaded else None


def _keeps(running: str | None, answers: Answers) -> dict[str, Value]:
    match running:
        case "chrony":
            return chrony.keeps(answers["tracking"], answers["sources"])
        case "ntpd":
            return ntpd.keeps(answers["ntpq"])
        case "timesyncd":
            return _timesyncd(answers["timesyncd"])
        case "openntpd":
            missing = Missing(Obstacle.UNSUPPORTED, "OpenNTPD is not asked")
            return _told(missing, missing)
        case _:
            return _told("unsynchronised")


def _told(state: Value, updated: Value = None) -> dict[str, Value]:
    names = ("stratum", "offset_us", "reference")
    return {"state": state, "sources": (), "updated": updated, **dict.fromkeys(names)}


def _timesyncd(answer: Answer) -> dict[str, Value]:
    """The daemon touches its file at every answer of a server (systemd-timesyncd(8))."""
    if (obstacle := obstacle_of(answer)) is not None:
        missing = Missing(obstacle.obstacle, obstacle.detail)
        return _told(missing, missing)
    looked = parse_stat(answer)
    if _FLAG in looked.denied:
        return _told(Missing(Obstacle.DENIED, _FLAG), Missing(Obstacle.DENIED, _FLAG))
    if _FLAG not in looked.found:
        return _told("unsynchronised")
    return _told("synchronised", looked.found[_FLAG]["modified"])


def _kernel(answer: Answer) -> Value:
    if answer.obstacle is not None:
        return None
    found = re.search(r"(?m)^NTPSynchronized=(yes|no)$", text_of(answer))
    return found[1] == "yes" if found else None


SYNC = FactKind(
    id="time.sync",
    title="Time synchronisation",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
    version=2,
)
