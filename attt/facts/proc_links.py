"""What running processes were started from and have mapped, read from links under /proc (proc(5)).

One GNU find(1) prints each process's program, and each mapped file that is no longer there under
its name: nothing is opened, only links are read. The folder of process 1's own mappings is always
printed: without it the kernel keeps no such links, and nothing could be told.
"""

import re
from dataclasses import dataclass

from attt.facts.kind import Unparsable
from attt.model.answer import Answer, Obstacle
from attt.model.ask import MIB, Ask, Command, Privilege
from attt.model.value import Missing

_EXE, _MAPS, _FIRST = "/proc/[0-9]*/exe", "/proc/[0-9]*/map_files/*", "/proc/1/map_files"
_OTHERS = (
    *("(", "-not", "-path", "/proc/[0-9]*", "-o", "-path", "/proc/[0-9]*/*", "-type", "d"),
    *("-not", "-name", "map_files", ")", "-prune"),
)
LINKS = Command(
    argv=(
        *("/usr/bin/find", "/proc", "-mindepth", "1", "-maxdepth", "3", "-ignore_readdir_race"),
        *(*_OTHERS, "-o", "(", "-path", _EXE, "-o", "-path", _FIRST, "-o"),
        *("-path", _MAPS, "-lname", "* (deleted)", ")", "-printf", r"%p\t%l\0"),
    ),
    privilege=Privilege.ROOT,
    timeout_s=20,
    cap_bytes=2 * MIB,
    statuses=(0, 1),
)
NAMES = Command(argv=("/bin/ps", "-e", "-o", "pid=,comm="), privilege=Privilege.ROOT)
ASKS: dict[str, Ask] = {"links": LINKS, "names": NAMES}
_LINK = re.compile(r"/proc/(\d{1,10})/(exe|map_files/\S+)")
_DELETED = " (deleted)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One process and a file it runs or has mapped; `is_gone` where that name holds another now."""

    pid: str
    path: str
    is_program: bool
    is_gone: bool


def read(answer: Answer) -> tuple[Link | Missing, ...]:
    """The links, with a missing element where some could not be read. Raises Unparsable."""
    if answer.obstacle is not None:
        return (Missing(answer.obstacle, answer.detail or "find"),)
    *rows, rest = answer.stdout.decode("utf-8", errors="replace").split("\0")
    links = tuple(link for row in rows if (link := _link(row)) is not None)
    if rest:
        return (*links, Missing(Obstacle.CUT, "find ended early"))
    if f"{_FIRST}\t" not in rows:
        return (*links, Missing(Obstacle.UNSUPPORTED, _FIRST))
    said = [line for line in answer.stderr.decode(errors="replace").split("\n") if line.strip()]
    gone = ("No such file", "No such process")  # processes that ended meanwhile
    if odd := [line for line in said if not any(word in line for word in gone)]:
        return (*links, Missing(Obstacle.DENIED, odd[0][:200]))
    return links


def _link(row: str) -> Link | None:
    place, tab, path = row.partition("\t")
    if not tab:
        raise Unparsable("a record of find can't be read")
    found = _LINK.fullmatch(place)
    if found is None or not path.startswith("/"):
        return None
    return Link(
        pid=found[1],
        path=path.removesuffix(_DELETED),
        is_program=found[2] == "exe",
        is_gone=path.endswith(_DELETED),
    )


def names(answer: Answer) -> dict[str, str]:
    """Names of processes by pid; the kernel keeps 15 characters of them."""
    rows = (line.split(None, 1) for line in answer.stdout.decode(errors="replace").split("\n"))
    return {row[0]: row[1].strip() for row in rows if len(row) == 2}
