"""Conditions of a rule as closures, made once a rule, so that judging a host only calls them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from attt.evaluate.compare import OPERATORS
from attt.evaluate.part import Part, combined, gap, plain, single, unsure
from attt.evaluate.truth import Truth
from attt.facts.kind import FactKind
from attt.facts.shapes import shape_at
from attt.model.answer import Obstacle
from attt.model.fact import Fact, FactAbsent, FactKey, FactMissed, FactRead
from attt.model.finding import Compared
from attt.model.rule import (
    Comparison,
    Condition,
    Each,
    Group,
    Path,
    Present,
    Quantifier,
    Reference,
)
from attt.model.shape import ListOf, Shape
from attt.model.value import Missing, Value

PRESENT = "present"
"""The operator that findings show where it only matters whether something is there."""

NOT_COLLECTED = FactMissed(obstacle=Obstacle.NOT_COLLECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a condition can see: parameters, facts by alias and, inside `each`, the item and its name."""

    params: Mapping[str, Value]
    facts: Mapping[str, Fact]
    as_of: str
    item: Value = None
    name: str | None = None

    def fact(self, alias: str) -> Fact:
        """The fact under an alias; one that nobody collected is missed."""
        return self.facts.get(alias, NOT_COLLECTED)


Judge = Callable[[Scope], Part]
Shapes = Mapping[str, Shape | None]
"""Shapes by alias; under "" the shape of the item at hand."""


def shapes_of(needs: Mapping[str, FactKey], registry: Mapping[str, FactKind]) -> Shapes:
    """The shapes of the facts that a rule needs, where the registry knows them."""
    return {
        alias: registry[key.id].shape if key.id in registry else None
        for alias, key in needs.items()
    }


def compiled(condition: Condition, shapes: Shapes) -> Judge:
    """A closure that judges `condition` in a scope."""
    match condition:
        case Comparison():
            return _comparison(condition, _shape(condition.path, shapes))
        case Present():
            return _present(condition)
        case Group():
            return _group(condition.quantifier, condition.parts, shapes)
        case Each():
            return _each(condition, shapes)
        case _:
            assert_never(condition)


def _shape(path: Path, shapes: Shapes) -> Shape | None:
    top = shapes.get(path.alias)
    return None if top is None else shape_at(top, path.fields)


def _comparison(condition: Comparison, shape: Shape | None) -> Judge:
    compare, read = OPERATORS[condition.operator], _reader(condition.path)
    wish = _wish(condition.wanted)

    def judge(scope: Scope) -> Part:
        found, wanted = read(scope), wish(scope)
        truth = compare(found, wanted, as_of=scope.as_of, shape=shape)
        if truth is Truth.UNKNOWN:
            blame = gap(found) or _out_of_type(condition, found)
            return unsure(condition.id, scope.name, blame)
        compared = Compared(
            id=condition.id,
            operator=condition.operator.value,
            found=plain(found),
            wanted=wanted,
            item=scope.name,
        )
        return single(truth, compared, Missing(Obstacle.OUT_OF_TYPE))

    return judge


def _out_of_type(condition: Comparison, found: Value) -> Missing:
    what = f"{condition.path or '.'} {condition.operator.value}: {found!r}"
    return Missing(Obstacle.OUT_OF_TYPE, what[:160])


def _wish(wanted: Value | Reference) -> Callable[[Scope], Value]:
    if isinstance(wanted, Reference):
        return lambda scope: scope.params[wanted.parameter]
    return lambda _: wanted


def _reader(path: Path) -> Callable[[Scope], Value]:
    """The value under a path; null where the fact, or something above the field, is proved not set."""

    def read(scope: Scope) -> Value:
        value = scope.item if not path.alias else _value(scope.fact(path.alias))
        for name in path.fields:
            if value is None or isinstance(value, Missing):
                return value
            if not isinstance(value, Mapping):
                return Missing(Obstacle.OUT_OF_TYPE, f"{path}: {value!r}"[:160])
            value = value.get(name, Missing(Obstacle.NOT_COLLECTED, str(path)))
        return value

    return read


def _value(fact: Fact) -> Value:
    match fact:
        case FactRead():
            return fact.value
        case FactMissed():
            return Missing(fact.obstacle, fact.detail)
        case FactAbsent():
            return None
        case _:
            assert_never(fact)


def _present(condition: Present) -> Judge:
    alias = condition.alias

    def judge(scope: Scope) -> Part:
        match scope.fact(alias):
            case FactRead():
                truth, missing = Truth.TRUE, Missing(Obstacle.NOT_COLLECTED)
            case FactAbsent():
                truth, missing = Truth.FALSE, Missing(Obstacle.NOT_COLLECTED)
            case FactMissed(obstacle=obstacle, detail=detail):
                truth, missing = Truth.UNKNOWN, Missing(obstacle, detail)
        found = True if truth is Truth.TRUE else None
        compared = Compared(id=alias, operator=PRESENT, found=found, wanted=True, item=scope.name)
        return single(truth, compared, missing)

    return judge


def _group(quantifier: Quantifier, parts: tuple[Condition, ...], shapes: Shapes) -> Judge:
    judges = tuple(compiled(part, shapes) for part in parts)
    return lambda scope: combined(quantifier, (judge(scope) for judge in judges))


def _each(condition: Each, shapes: Shapes) -> Judge:
    """`all`: every item meets all parts; `any`: some item does; `none`: no item does."""
    shape = _shape(condition.path, shapes)
    inner = {**shapes, "": shape.of if isinstance(shape, ListOf) else None}
    read, name = _reader(condition.path), condition.id or str(condition.path)
    body = _group(Quantifier.ALL, condition.parts, inner)
    where = compiled(condition.where, inner) if condition.where else None

    def judge(scope: Scope) -> Part:
        items = read(scope)
        if items is None:
            nothing = Compared(id=name, operator=PRESENT, found=None, wanted=True, item=scope.name)
            return Part(truth=Truth.FALSE, failed=(nothing,))
        if not isinstance(items, tuple):
            blame = gap(items) or Missing(Obstacle.OUT_OF_TYPE, f"{name}: not a list")
            return unsure(name, scope.name, blame)
        parts = [
            part
            for number, item in enumerate(items)
            if (part := _judged(_inside(scope, condition.item, item, number), name, where, body))
        ]
        return combined(condition.quantifier, parts) if parts else _empty(condition, name, scope)

    return judge


def _judged(scope: Scope, name: str, where: Judge | None, body: Judge) -> Part | None:
    """One item judged; None where `where` leaves it out, unknown where that can't be told."""
    if isinstance(scope.item, Missing):
        return unsure(name, None, scope.item)
    if where is None:
        return body(scope)
    chosen = where(scope)
    match chosen.truth:
        case Truth.TRUE:
            return body(scope)
        case Truth.FALSE:
            return None
        case Truth.UNKNOWN:
            return replace(chosen, held=())


def _empty(condition: Each, name: str, scope: Scope) -> Part:
    """No item was left: that holds for `all` and `none`, and fails `any`."""
    nothing = Compared(
        id=name, operator=condition.quantifier.value, found=(), wanted=None, item=scope.name
    )
    if condition.quantifier is Quantifier.ANY:
        return Part(truth=Truth.FALSE, failed=(nothing,))
    return Part(truth=Truth.TRUE, held=(nothing,))


def _inside(scope: Scope, field: str, item: Value, number: int) -> Scope:
    named = item if field == "." else item.get(field) if isinstance(item, Mapping) else None
    own = str(named) if isinstance(named, str | int) else f"[{number}]"
    return replace(scope, item=item, name=f"{scope.name} / {own}" if scope.name else own)
