"""Fact `processes.stale`: processes that still run what an update has already replaced.

`programs`: `name` (the path of the program or library), `processes` that hold it, by name, and
`is_current`, false for each: what stands under that path now is another file than the one in
memory, so the flaws of the old one are still open. Only the system's own places and /opt count; memory that
programs share among themselves under made-up names does not.
Source: proc(5).
"""

import re

from attt.facts import proc_links
from attt.facts.kind import Answers, FactKind, Params
from attt.model.answer import Answer
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_CODE = re.compile(r"/(?:usr|lib\w*|bin|sbin|opt)/.*")
_LIBRARY = re.compile(r".*\.so(?:\.[\w.]+)?(?:;[0-9a-f]+)?")  # rpm renames what it replaces
_PROGRAM = Record(
    {"name": Text(), "processes": ListOf(Text()), "is_current": Boolean()},
)
SHAPE = Record({"programs": ListOf(_PROGRAM)})


def _parse(answers: Answers, _params: Params) -> Fact:
    held: dict[str, set[str]] = {}
    gaps: list[Value] = []
    for link in proc_links.read(answers["links"]):
        if isinstance(link, Missing):
            gaps.append(link)
        elif link.is_gone and _CODE.fullmatch(link.path) and _is_code(link):
            held.setdefault(link.path, set()).add(link.pid)
    programs = (
        {"name": path, "processes": _named(pids, answers["names"]), "is_current": False}
        for path, pids in sorted(held.items())
    )
    return FactRead(value={"programs": (*programs, *gaps)}, assurance=Assurance.RUNNING)


def _named(pids: set[str], answer: Answer) -> Value:
    if answer.obstacle is not None:
        return Missing(answer.obstacle, "ps")
    names = proc_links.names(answer)
    return tuple(sorted({names[pid] for pid in pids if pid in names}))


def _is_code(link: proc_links.Link) -> bool:
    return link.is_program or bool(_LIBRARY.fullmatch(link.path))


STALE = FactKind(
    id="processes.stale",
    title="Processes that run replaced files",
    shape=SHAPE,
    asks=lambda _params: proc_links.ASKS,
    parse=_parse,
)
