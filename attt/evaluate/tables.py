"""Looking a product up in a table of dates: what no row knows stays unknown, never a pass."""

from collections.abc import Callable

from attt.evaluate.compare import pattern
from attt.model.answer import Obstacle
from attt.model.rule import Table
from attt.model.value import Missing, Value

_KEPT_AT_MOST = 4096


def lookup(table: Table) -> Callable[[Value], Value]:
    """What gives the last day (ISO) of the first row whose pattern is the whole of a text.

    A text that no row knows gives a missing value, and so does all that is no text.
    """
    kept: dict[str, Value] = {}  # the same few products stand on all hosts of an office

    def until(found: Value) -> Value:
        if not isinstance(found, str):
            return Missing(Obstacle.OUT_OF_TYPE, f"{table.id}: {found!r}"[:160])
        if found not in kept:
            if len(kept) >= _KEPT_AT_MOST:
                kept.clear()
            kept[found] = _row(table, found)
        return kept[found]

    return until


def _row(table: Table, found: str) -> Value:
    for row in table.rows:
        compiled = pattern(row.match)
        try:
            if compiled is not None and compiled.fullmatch(found):
                return row.until
        except UnicodeEncodeError:  # a lone surrogate is no text that RE2 can read
            break
    return Missing(Obstacle.UNLISTED, f"{table.id}: {found}"[:160])
