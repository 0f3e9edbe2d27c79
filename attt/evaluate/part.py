"""What judging one condition yields: its truth and the comparisons that explain it.

A part that is true has nothing failed and nothing unsure, a part that is false has something
failed, and a part that is unknown has something unsure and nothing failed. So what is shown is
always what made the verdict.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from attt.evaluate.truth import Truth, all_, any_, none_
from attt.model.finding import Compared
from attt.model.rule import Quantifier
from attt.model.value import Missing, Value

NOT = "not "


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsure:
    """A comparison that could not be made, and the missing part that is to blame."""

    id: str
    item: str | None
    missing: Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The truth of a condition, with what held, what failed and what could not be judged."""

    truth: Truth
    held: tuple[Compared, ...] = ()
    failed: tuple[Compared, ...] = ()
    unsure: tuple[Unsure, ...] = ()


def single(truth: Truth, compared: Compared, missing: Missing) -> Part:
    """The part that one comparison makes; `missing` is to blame where it is unknown."""
    match truth:
        case Truth.TRUE:
            return Part(truth=truth, held=(compared,))
        case Truth.FALSE:
            return Part(truth=truth, failed=(compared,))
        case Truth.UNKNOWN:
            return unsure(compared.id, compared.item, missing)


def unsure(name: str, item: str | None, missing: Missing) -> Part:
    """A part that could not be judged."""
    return Part(truth=Truth.UNKNOWN, unsure=(Unsure(id=name, item=item, missing=missing),))


def combined(quantifier: Quantifier, parts: Iterable[Part]) -> Part:
    """Several parts made one by Kleene's logic."""
    found = tuple(parts)
    truths = [part.truth for part in found]
    match quantifier:
        case Quantifier.ALL:
            return _explained(all_(truths), found)
        case Quantifier.ANY:
            return _explained(any_(truths), found)
        case Quantifier.NONE:
            return _explained(none_(truths), tuple(_negated(part) for part in found))


def _explained(truth: Truth, parts: tuple[Part, ...]) -> Part:
    """Only what speaks for `truth` is kept: alternatives that failed do not show beside one that held."""
    return Part(
        truth=truth,
        held=tuple(c for part in parts for c in part.held),
        failed=tuple(c for part in parts for c in part.failed) if truth is Truth.FALSE else (),
        unsure=tuple(u for part in parts for u in part.unsure) if truth is not Truth.TRUE else (),
    )


def _negated(part: Part) -> Part:
    held, failed = (tuple(map(_not, side)) for side in (part.failed, part.held))
    match part.truth:
        case Truth.TRUE:
            return Part(truth=Truth.FALSE, failed=failed)
        case Truth.FALSE:
            return Part(truth=Truth.TRUE, held=held)
        case Truth.UNKNOWN:
            return Part(truth=Truth.UNKNOWN, unsure=part.unsure)


def _not(compared: Compared) -> Compared:
    word = compared.operator
    return replace(
        compared, operator=word.removeprefix(NOT) if word.startswith(NOT) else NOT + word
    )


def plain(value: Value) -> Value:
    """The value without its missing parts, as findings show it."""
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
    match value:
        case Missing():
            return value
        case tuple():
            return next((found for one in value if (found := gap(one))), None)
        case Mapping():
            return next((found for one in value.values() if (found := gap(one))), None)
        case _:
            return None
