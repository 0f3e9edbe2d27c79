"""Clauses that change nothing: said twice, covered by a stricter one, or never shown to fail."""

from collections.abc import Iterator

from attt.message import Message
from attt.model.finding import Verdict
from attt.model.rule import Comparison, Condition, Each, Group, Operator, Path, Quantifier, Rule
from attt.rulebook.complaint import Complaint
from attt.rulebook.walk import groups, inside

_ORDERED = (Operator.AT_LEAST, Operator.AT_MOST)


def dead_clauses(rule: Rule) -> Iterator[Complaint]:
    """Every complaint about clauses without effect; what only running them shows is for `prove`."""
    yield from _shadowed(rule, rule.expect)
    for top in rule.expect:
        for one in inside(top):
            if isinstance(one, Group | Each) and one.quantifier is Quantifier.ALL:
                yield from _shadowed(rule, one.parts)
    yield from _never_failing(rule)


def _shadowed(rule: Rule, parts: tuple[Condition, ...]) -> Iterator[Complaint]:
    """Comparisons of one value, side by side, where one says all that the other says."""
    seen: dict[tuple[Path, Operator], Comparison] = {}
    for one in parts:
        if not isinstance(one, Comparison):
            continue
        first = seen.setdefault((one.path, one.operator), one)
        if first is one:
            continue
        is_twin = first.wanted == one.wanted
        both = isinstance(first.wanted, int) and isinstance(one.wanted, int)
        if is_twin or (both and one.operator in _ORDERED):
            yield Complaint(
                place=rule.place,
                message=Message(
                    "{rule}: '{id}' adds nothing to '{first}'",
                    rule=rule.id,
                    id=one.id,
                    first=first.id,
                ),
                hint=Message("Keep the stricter of the two."),
                severity="warning",
            )


def _never_failing(rule: Rule) -> Iterator[Complaint]:
    """Expectations that no example shows failing, where the examples say what fails."""
    fails = [example for example in rule.examples if example.verdict is Verdict.FAIL]
    if not fails or any(example.failing is None for example in fails):
        return
    members = groups(rule)
    named = {name for example in fails for name in example.failing or ()}
    named |= {inner for name in named for inner in members.get(name, ())}
    for unit in (one for top in rule.expect for one in _units(top)):
        if not named & {one.id for one in unit}:
            yield Complaint(
                place=rule.place,
                message=Message(
                    "{rule}: no example shows '{id}' failing", rule=rule.id, id=unit[0].id
                ),
                hint=Message("Add one, with its id in failing; or drop a clause that can't fail."),
                severity="warning",
            )


def _units(condition: Condition) -> Iterator[tuple[Comparison, ...]]:
    """Comparisons that fail together: all alternatives of an `any`, all parts of a `none`.

    Those of `where` only choose items, and are to blame for nothing.
    """
    match condition:
        case Comparison():
            yield (condition,)
        case Group(quantifier=Quantifier.ALL) | Each(quantifier=Quantifier.ALL):
            for part in condition.parts:
                yield from _units(part)
        case Group() | Each():
            yield tuple(one for part in condition.parts for unit in _units(part) for one in unit)
        case _:
            return
