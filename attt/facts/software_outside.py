"""Fact `software.outside`: software that no package manager of the system brought.

`entries`: `name` (its path), `program` (the last part of it, in small letters) and `kind`:
"folder" (below /opt), "program" (in /usr/local/bin and sbin), "snap" (all but those that snaps
themselves rest on), or "running": the program of a process that lies outside the system's own
places. A program in a container shows under its path there. What package brought a folder of /opt
is not asked: whoever approves it knows.
Sources: the Filesystem Hierarchy Standard 3.0 (3.13, 4.9), proc(5), snap(8).
"""

import re

from attt.facts import proc_links
from attt.facts.kind import Answers, FactKind, Params, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import ListOf, Record, Text
from attt.model.value import Missing, Value

_KINDS = {
    "/opt": "folder",
    "/usr/local/bin": "program",
    "/usr/local/sbin": "program",
    "/snap": "snap",
}
_SYSTEM = re.compile(r"/(?:usr/)?(?:bin|sbin|lib\w*|libexec)/.*|/usr/share/.*")
_SNAP_OWN = re.compile(r"bin|README|core\d*|bare|snapd")
_OLD = re.compile(r";[0-9a-f]+$")

SHAPE = Record(
    {
        "entries": ListOf(
            Record(
                {
                    "name": Text(),
                    "program": Text(),
                    "kind": Text(choices=("folder", "program", "snap", "running")),
                }
            )
        )
    }
)


def _asks(_params: Params) -> dict[str, Ask]:
    folders = Command(argv=("ls", "-1A", *_KINDS), statuses=(0, 1, 2))
    return {"folders": folders, "links": proc_links.LINKS}


def _parse(answers: Answers, _params: Params) -> Fact:
    found: dict[str, Value] = {}
    gaps: list[Value] = []
    for one in (*_listed(answers["folders"]), *_running(answers["links"])):
        if isinstance(one, Missing):
            gaps.append(one)
        else:
            name, kind = one
            program = name.rsplit("/", 1)[-1].lower()
            found.setdefault(name, {"name": name, "program": program, "kind": kind})
    entries = (*(found[name] for name in sorted(found)), *gaps)
    return FactRead(value={"entries": entries}, assurance=Assurance.RUNNING)


_One = tuple[str, str] | Missing
"""(path, kind)"""


def _listed(answer: Answer) -> list[_One]:
    if answer.obstacle is not None:
        return [Missing(answer.obstacle, answer.detail or "ls")]
    found: list[_One] = []
    folder = ""
    for line in text_of(answer).split("\n"):
        if line.endswith(":") and line[:-1] in _KINDS:
            folder = line[:-1]
        elif line and folder and not (folder == "/snap" and _SNAP_OWN.fullmatch(line)):
            found.append((f"{folder}/{line}", _KINDS[folder]))
    said = answer.stderr.decode("utf-8", errors="replace").split("\n")
    odd = [line for line in said if line.strip() and "No such file" not in line]
    return [*found, *(Missing(Obstacle.DENIED, line[:200]) for line in odd[:1])]


def _running(answer: Answer) -> list[_One]:
    found: list[_One] = []
    for link in proc_links.read(answer):
        if isinstance(link, Missing):
            # Only mappings may be hidden while programs show; without rights neither does.
            is_whole = link.obstacle is Obstacle.UNSUPPORTED and len(found) > 0
            found += [] if is_whole else [link]
        elif link.is_program and not _SYSTEM.fullmatch(path := _OLD.sub("", link.path)):
            found.append((path, "running"))
    return found


OUTSIDE = FactKind(
    id="software.outside",
    title="Software that no package manager brought",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
)
