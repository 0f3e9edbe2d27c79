"""What judging writes down while it goes: the comparisons that held, failed or could not be made.

A condition appends to the ledger and strikes out again what does not speak for its own truth, so
that what stays in the end is always what made the verdict:
a true condition leaves nothing failed and nothing unsure, a false one something failed, and an
unknown one something unsure and nothing failed.
Entries are bare tuples, since a host makes thousands of them; `compared` makes a value of one.
"""

from collections.abc import Mapping

from attt.evaluate import made
from attt.evaluate.truth import Truth
from attt.model.finding import Compared
from attt.model.value import Missing, Value

NOT = "not "
_SCALARS = frozenset({str, int, bool, type(None)})
TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN

Entry = tuple[str, str, Value, Value, str | None]
"""(expectation's id, operator, found, wanted, item)"""
Gap = tuple[str, str | None, Missing]
"""(expectation's id, item, the missing part that is to blame)"""
Mark = tuple[int, int, int]
"""How long the three lists were."""


class Ledger:
    """Three lists that only grow, but for what is struck out back to a mark."""

    __slots__ = ("failed", "held", "unsure")

    def __init__(self) -> None:
        self.held: list[Entry] = []
        self.failed: list[Entry] = []
        self.unsure: list[Gap] = []

    def mark(self) -> Mark:
        """Where the lists stand now."""
        return len(self.held), len(self.failed), len(self.unsure)

    def settle(self, truth: Truth, mark: Mark) -> Truth:
        """Keep of what came after `mark` only what speaks for `truth`, and give it back."""
        if truth is not FALSE:
            del self.failed[mark[1] :]
            if truth is TRUE:
                del self.unsure[mark[2] :]
        return truth

    def strike(self, mark: Mark) -> None:
        """Forget everything that came after `mark`."""
        held, failed, unsure = mark
        if len(self.held) > held:
            del self.held[held:]
        if len(self.failed) > failed:
            del self.failed[failed:]
        if len(self.unsure) > unsure:
            del self.unsure[unsure:]

    def negate(self, truth: Truth, mark: Mark) -> Truth:
        """Turn what came after `mark`, of a condition of `truth`, into its opposite's."""
        held, failed = self.held[mark[0] :], self.failed[mark[1] :]
        del self.held[mark[0] :], self.failed[mark[1] :]
        if truth is UNKNOWN:
            return UNKNOWN
        del self.unsure[mark[2] :]
        if truth is TRUE:
            self.failed += map(_not, held)
            return FALSE
        self.held += map(_not, failed)
        return TRUE


def compared(entry: Entry) -> Compared:
    """An entry as findings show it, without the missing parts of what was found."""
    name, operator, found, wanted, item = entry
    if type(found) not in _SCALARS:
        found = plain(found)
    return made.compared(name, operator, found, wanted, item)


def _not(entry: Entry) -> Entry:
    name, word, found, wanted, item = entry
    turned = word.removeprefix(NOT) if word.startswith(NOT) else NOT + word
    return name, turned, found, wanted, item


def plain(value: Value) -> Value:
    """The value without its missing parts."""
    if type(value) in _SCALARS:
        return value
    match value:
        case Missing():
            return None
        case tuple():
            return tuple(plain(one) for one in value if not isinstance(one, Missing))
        case Mapping():
            return {k: plain(one) for k, one in value.items() if not isinstance(one, Missing)}
        case _:
            return value


def gap(value: Value) -> Missing | None:
    """The first missing part of a value, or None where it is whole."""
    if type(value) in _SCALARS:
        return None
    match value:
        case Missing():
            return value
        case tuple():
            return next((found for one in value if (found := gap(one))), None)
        case Mapping():
            return next((found for one in value.values() if (found := gap(one))), None)
        case _:
            return None
