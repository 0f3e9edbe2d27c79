"""Generic fact `file.line(path, pattern)`: which lines of a text file match a pattern.

`count` of the lines that match as a whole (RE2 syntax, spaces around a line left off), `is_there`
and `first`, the first of them or null. What is named like a secret is hidden before anything is
matched. Absent where the file does not exist.
"""

import re2

from attt.facts import generic_params, generic_redact
from attt.facts.kind import Answers, FactKind, Params, missed
from attt.model.answer import Obstacle
from attt.model.ask import Ask, Privilege, ReadFile
from attt.model.fact import Assurance, Fact, FactAbsent, FactRead
from attt.model.shape import Boolean, Integer, Record, Text
from attt.model.value import Value

_SHOWN = 200
SHAPE = Record(
    {"is_there": Boolean(), "count": Integer("lines"), "first": Text(nullable=True)},
)


def _asks(params: Params) -> dict[str, Ask]:
    return {
        "file": ReadFile(path=params["path"], privilege=Privilege.ROOT, redact="application"),
    }


def _parse(answers: Answers, params: Params) -> Fact:
    answer = answers["file"]
    if answer.obstacle is not None:
        return missed(answer.obstacle, answer.detail or params["path"])
    if not answer.exists:
        return FactAbsent(proof=f"does not exist: {params['path']}")
    options = re2.Options()
    options.log_errors = False
    try:
        pattern = re2.compile(params["pattern"], options)
    except re2.error:
        return missed(Obstacle.UNPARSABLE, "the pattern")
    text = generic_redact.lines(answer.stdout).decode("utf-8", errors="replace")
    found = [line.strip() for line in text.splitlines() if pattern.fullmatch(line.strip())]
    value: Value = {
        "is_there": bool(found),
        "count": len(found),
        "first": found[0][:_SHOWN] if found else None,
    }
    return FactRead(value=value, assurance=Assurance.CONFIGURED)


LINE = FactKind(
    id="file.line",
    title="Lines of a text file that match a pattern",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
    params=("path", "pattern"),
    refuse=generic_params.OF_LINE,
)
