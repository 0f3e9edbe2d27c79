"""Rules with one thing wrong: each must be noticed by some example, or the rule proves too little."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from attt.message import Message
from attt.model.rule import (
    Comparison,
    Condition,
    Each,
    Group,
    Operator,
    Parameter,
    Present,
    Quantifier,
    Row,
    Rule,
    Table,
)
from attt.model.value import Missing, Value
from attt.rulebook.walk import name

NOTHING = Group(quantifier=Quantifier.ALL, parts=())
"""A condition that always holds."""
_SWAPPED = {Quantifier.ALL: Quantifier.ANY, Quantifier.ANY: Quantifier.ALL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A changed rule and what was changed."""

    what: Message
    rule: Rule


Change = tuple[Message, Condition]


def mutants(rule: Rule) -> Iterator[Mutant]:
    """Every single change of a rule that some example ought to notice."""
    seen = tuple(sorted({text for e in rule.examples for text in _texts(e.given)}))
    for number, top in enumerate(rule.expect):
        for what, changed in _changes(top, seen):
            yield Mutant(what=what, rule=_expecting(rule, number, changed))
    if rule.applies is not None:
        yield Mutant(what=Message("'applies' dropped"), rule=replace(rule, applies=None))
    for key, parameter in rule.params.items():
        for default in _other_defaults(parameter, seen):
            params = {**rule.params, key: replace(parameter, default=default)}
            what = Message(
                "default of '{name}' changed to {value}", name=key, value=_short(default)
            )
            yield Mutant(what=what, rule=replace(rule, params=params))


def _expecting(rule: Rule, number: int, changed: Condition) -> Rule:
    return replace(rule, expect=(*rule.expect[:number], changed, *rule.expect[number + 1 :]))


def _changes(condition: Condition, seen: tuple[str, ...]) -> Iterator[Change]:
    """A condition dropped, flipped, loosened; and the same for whatever stands inside it."""
    called = name(condition)
    yield Message("'{id}' dropped", id=called), NOTHING
    yield (
        Message("'{id}' flipped", id=called),
        Group(quantifier=Quantifier.NONE, parts=(condition,)),
    )
    match condition:
        case Comparison():
            yield from _loosened(condition, seen)
        case Group():
            yield from _regrouped(condition)
            for parts, what in _inner(condition.parts, condition.quantifier, seen):
                yield what, replace(condition, parts=parts)
        case Each():
            yield from _each(condition)
            for parts, what in _inner(condition.parts, Quantifier.ALL, seen):
                yield what, replace(condition, parts=parts)
        case Present():
            return


def _inner(
    parts: tuple[Condition, ...], quantifier: Quantifier, seen: tuple[str, ...]
) -> Iterator[tuple[tuple[Condition, ...], Message]]:
    """The parts with one of them changed; dropping the only one is what dropping the whole is."""
    for number, part in enumerate(parts):
        changes = list(_changes(part, seen))[0 if len(parts) > 1 else 2 :]
        for place, (what, changed) in enumerate(changes):
            is_drop = place == 0 and changed is NOTHING
            here = () if is_drop and quantifier is not Quantifier.ALL else (changed,)
            yield (*parts[:number], *here, *parts[number + 1 :]), what


def _regrouped(condition: Group) -> Iterator[Change]:
    """All ↔ any; with a single part both mean the same."""
    if condition.quantifier in _SWAPPED and len(condition.parts) > 1:
        other = _SWAPPED[condition.quantifier]
        what = Message("'{id}' made '{word}'", id=name(condition), word=other.value)
        yield what, replace(condition, quantifier=other)


def _each(condition: Each) -> Iterator[Change]:
    """All ↔ any over the items, `none` as "not all"; and every item instead of those chosen."""
    called = name(condition)
    if condition.quantifier in _SWAPPED:
        other = _SWAPPED[condition.quantifier]
        what = Message("'{id}' made '{word}'", id=called, word=other.value)
        yield what, replace(condition, quantifier=other)
    else:
        every = replace(condition, quantifier=Quantifier.ALL)
        yield (
            Message("'{id}' made 'not all'", id=called),
            Group(quantifier=Quantifier.NONE, parts=(every,)),
        )
    if condition.where is not None:
        yield Message("'where' of '{id}' dropped", id=called), replace(condition, where=None)


def _loosened(condition: Comparison, seen: tuple[str, ...]) -> Iterator[Change]:
    """What is set is good enough; and the wanted value a little wider."""
    if condition.operator not in (Operator.ABSENT, Operator.IS_NOT):
        is_set = replace(condition, operator=Operator.ABSENT, wanted=False)
        yield Message("'{id}' holds for any value", id=condition.id), is_set
    for wanted in _wider(condition.operator, condition.wanted, seen):
        what = Message("'{id}' wants {value}", id=condition.id, value=_short(wanted))
        yield what, replace(condition, wanted=wanted)


def _moved(row: Row, days: int) -> Row:
    moved = date.fromisoformat(row.until) + timedelta(days=days)
    return replace(row, until=moved.isoformat())


def _wider(operator: Operator, wanted: object, seen: tuple[str, ...]) -> Iterator[Value | Table]:
    match operator, wanted:
        case Operator.AT_LEAST, int():
            yield wanted - 1
        case Operator.AT_MOST, int():
            yield wanted + 1
        case Operator.MODE_WITHIN, str():
            bits = int(wanted, 8)
            yield from (f"{bits | more:04o}" for more in (0o070, 0o007) if bits | more != bits)
        case Operator.NEWER_THAN, str():
            yield f"{int(wanted[:-1]) + 1}{wanted[-1]}"
        case Operator.OLDER_THAN, str() if wanted[:-1] != "0":
            yield f"{int(wanted[:-1]) - 1}{wanted[-1]}"
        case Operator.IN_DATE, Table():
            yield replace(wanted, rows=(*wanted.rows, Row(match=".*", until="9999-12-31")))
            for days in (-1, 1):
                yield replace(wanted, rows=tuple(_moved(row, days) for row in wanted.rows))
        case ((Operator.IS_ONE_OF | Operator.SUBSET_OF), tuple()):
            if more := tuple(text for text in seen if text not in wanted):
                yield wanted + more


def _other_defaults(parameter: Parameter, seen: tuple[str, ...]) -> Iterator[Value]:
    match parameter.default:
        case None if parameter.type == "list":
            yield seen
        case bool() as switch:
            yield not switch
        case int() as number:
            yield number - 1
            yield number + 1
        case str() as text:
            yield text + "x"
        case tuple() as listed:
            if listed:
                yield ()
            if more := tuple(text for text in seen if text not in listed):
                yield listed + more


def _texts(given: Value) -> Iterator[str]:
    match given:
        case str():
            yield given
        case tuple():
            for part in given:
                yield from _texts(part)
        case Mapping():
            for part in given.values():
                yield from _texts(part)
        case None | bool() | int() | Missing():
            return


def _short(value: object) -> str:
    if isinstance(value, Table):
        return f"{value.id}, {value.rows[-1].match} {value.rows[-1].until}"[:60]
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return f"[{text[:60]}]" if isinstance(value, tuple) else text[:60]
