"""Fact `performance.history`: whether this host keeps a history of its processor, memory and disks.

`is_recorded`: a collector (sysstat, atop, Performance Co-Pilot) wrote to its files within half an
hour before the observation, by the host's own clock; `files`: which ones.
Sources: sa1(8), atop(1), pmlogger(1), find(1).
"""

from attt.facts.kind import Answers, FactKind, Params, missed, text_of
from attt.model.answer import Obstacle
from attt.model.ask import Ask, Command, Privilege
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text

_FOLDERS = ("/var/log/sysstat", "/var/log/sa", "/var/log/atop", "/var/log/pcp/pmlogger")
_FRESH = ("-maxdepth", "2", "-type", "f", "-size", "+0", "-mmin", "-30")
SHAPE = Record({"is_recorded": Boolean(), "files": ListOf(Text())}, volatile=frozenset({"files"}))


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        "fresh": Command(
            argv=("/usr/bin/find", *_FOLDERS, *_FRESH), privilege=Privilege.ROOT, statuses=(0, 1)
        )
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    answer = answers["fresh"]
    if answer.obstacle is not None:
        return missed(answer.obstacle, answer.detail or "the history of sysstat, atop, pcp")
    said = answer.stderr.decode("utf-8", errors="replace").splitlines()
    files = tuple(sorted(line for line in text_of(answer).splitlines() if line.startswith("/")))
    if not files and any("No such file" not in line for line in said):
        return missed(Obstacle.DENIED, "the history of sysstat, atop, pcp")
    return FactRead(value={"is_recorded": bool(files), "files": files}, assurance=Assurance.RUNNING)


HISTORY = FactKind(
    id="performance.history",
    title="History of processor, memory and disks",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
)
