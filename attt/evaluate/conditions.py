"""Conditions of a rule as closures, made once for its parameters, so that judging only calls them.

A closure takes the scope, the item at hand and its name, writes into the scope's ledger, and gives
its truth.
"""

from collections.abc import Callable, Mapping
from typing import assert_never

from attt.evaluate.compare import OPERATORS
from attt.evaluate.ledger import FALSE, TRUE, UNKNOWN, Ledger, gap
from attt.evaluate.quick import quick
from attt.evaluate.tables import lookup
from attt.evaluate.truth import Truth
from attt.facts.kind import FactKind
from attt.facts.shapes import shape_at
from attt.model.answer import Obstacle
from attt.model.fact import Fact, FactAbsent, FactKey, FactMissed, FactRead
from attt.model.rule import (
    Comparison,
    Condition,
    Each,
    Group,
    Operator,
    Path,
    Present,
    Quantifier,
    Reference,
    Table,
)
from attt.model.shape import ListOf, Shape
from attt.model.value import Missing, Value

PRESENT = "present"
"""The operator that findings show where it only matters whether something is there."""

_TEXT = frozenset({str})
NOT_COLLECTED = FactMissed(obstacle=Obstacle.NOT_COLLECTED)


class Scope:
    """What a condition can see: facts by alias; and where it writes down what it saw."""

    __slots__ = ("as_of", "facts", "ledger")

    def __init__(self, facts: Mapping[str, Fact], as_of: str) -> None:
        self.facts = facts
        self.as_of = as_of
        self.ledger = Ledger()

    def fact(self, alias: str) -> Fact:
        """The fact under an alias; one that nobody collected is missed."""
        return self.facts.get(alias, NOT_COLLECTED)


Judge = Callable[[Scope, Value, str | None], Truth]
"""(scope, item, item's name) → truth; outside `each` there is no item and no name."""
Shapes = Mapping[str, Shape | None]
"""Shapes by alias; under "" the shape of the item at hand."""


def shapes_of(needs: Mapping[str, FactKey], registry: Mapping[str, FactKind]) -> Shapes:
    """The shapes of the facts that a rule needs, where the registry knows them."""
    return {
        alias: registry[key.id].shape if key.id in registry else None
        for alias, key in needs.items()
    }


def compiled(condition: Condition, shapes: Shapes, params: Mapping[str, Value]) -> Judge:
    """A closure that judges `condition` in a scope, with these parameters."""
    match condition:
        case Comparison():
            return _comparison(condition, _shape(condition.path, shapes), params)
        case Present():
            return _present(condition)
        case Group():
            parts = [compiled(part, shapes, params) for part in condition.parts]
            return group(condition.quantifier, parts)
        case Each():
            return _each(condition, shapes, params)
        case _:
            assert_never(condition)


def _shape(path: Path, shapes: Shapes) -> Shape | None:
    top = shapes.get(path.alias)
    return None if top is None else shape_at(top, path.fields)


def _comparison(condition: Comparison, shape: Shape | None, params: Mapping[str, Value]) -> Judge:
    compare, read = OPERATORS[condition.operator], _reader(condition.path)
    name, operator, wanted = condition.id, condition.operator.value, condition.wanted
    until = lookup(wanted) if isinstance(wanted, Table) else None
    told_wish = None if isinstance(wanted, Table) else _settled(wanted, params)
    told = quick(condition.operator, told_wish)

    def judge(scope: Scope, item: Value, item_name: str | None) -> Truth:
        found = read(scope, item)
        wish = told_wish if until is None else until(found)
        truth = told(found) or compare(found, wish, as_of=scope.as_of, shape=shape)
        ledger = scope.ledger
        if truth is TRUE:
            ledger.held.append((name, operator, found, wish, item_name))
        elif truth is FALSE:
            ledger.failed.append((name, operator, found, wish, item_name))
        else:
            blame = gap(found) or gap(wish) or _out_of_type(condition, found)
            ledger.unsure.append((name, item_name, blame))
        return truth

    return judge


def _settled(wanted: Value | Reference, params: Mapping[str, Value]) -> Value:
    """A value that is written out, or a parameter's; one that only the office knows may be missing."""
    if not isinstance(wanted, Reference):
        return wanted
    value = params[wanted.parameter]
    return Missing(Obstacle.UNSET, wanted.parameter) if value is None else value


def _out_of_type(condition: Comparison, found: Value) -> Missing:
    what = f"{condition.path or '.'} {condition.operator.value}: {found!r}"
    return Missing(Obstacle.OUT_OF_TYPE, what[:160])


_Reader = Callable[[Scope, Value], Value]


def _reader(path: Path) -> _Reader:
    """The value under a path; null where the fact, or something above the field, is proved not set."""
    alias, fields = path.alias, path.fields
    if not alias:
        return _item_reader(path)

    first, is_one = fields[0] if fields else "", len(fields) == 1

    def read(scope: Scope, _item: Value) -> Value:
        fact = scope.facts.get(alias, NOT_COLLECTED)
        value = fact.value if type(fact) is FactRead else _value(fact)
        if is_one and type(value) is dict and first in value:
            below: Value = value[first]
            return below
        return _under(value, path) if fields else value

    return read


def _item_reader(path: Path) -> _Reader:
    """A field of the item at hand: of these a host has thousands."""
    if not path.fields:
        return lambda _scope, item: item
    first, is_one = path.fields[0], len(path.fields) == 1

    def read(_scope: Scope, item: Value) -> Value:
        if is_one and type(item) is dict and first in item:
            value: Value = item[first]
            return value
        return _under(item, path)

    return read


def _under(value: Value, path: Path) -> Value:
    for name in path.fields:
        if type(value) is dict:
            value = value[name] if name in value else _unknown_field(path)
        elif value is None or isinstance(value, Missing):
            return value
        elif isinstance(value, Mapping):
            value = value.get(name, _unknown_field(path))
        else:
            return Missing(Obstacle.OUT_OF_TYPE, f"{path}: {value!r}"[:160])
    return value


def _unknown_field(path: Path) -> Missing:
    return Missing(Obstacle.NOT_COLLECTED, str(path))


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

    def judge(scope: Scope, _item: Value, item_name: str | None) -> Truth:
        fact = scope.fact(alias)
        if isinstance(fact, FactRead):
            scope.ledger.held.append((alias, PRESENT, True, True, item_name))
            return TRUE
        if isinstance(fact, FactAbsent):
            scope.ledger.failed.append((alias, PRESENT, None, True, item_name))
            return FALSE
        scope.ledger.unsure.append((alias, item_name, Missing(fact.obstacle, fact.detail)))
        return UNKNOWN

    return judge


def group(quantifier: Quantifier, judges: list[Judge]) -> Judge:
    """Several conditions as one, by Kleene's logic."""
    match quantifier:
        case Quantifier.ALL:
            return judges[0] if len(judges) == 1 else _all(judges)
        case Quantifier.ANY:
            return judges[0] if len(judges) == 1 else _any(judges)
        case Quantifier.NONE:
            return _all([_negated(one) for one in judges])


def _all(judges: list[Judge]) -> Judge:
    """What its parts leave in the ledger is what speaks for it: nothing has to be struck out."""

    def judge(scope: Scope, item: Value, name: str | None) -> Truth:
        truth = TRUE
        for one in judges:
            part = one(scope, item, name)
            if part is FALSE or (part is UNKNOWN and truth is TRUE):
                truth = part
        return truth

    return judge


def _any(judges: list[Judge]) -> Judge:
    def judge(scope: Scope, item: Value, name: str | None) -> Truth:
        mark, truth = scope.ledger.mark(), FALSE
        for one in judges:
            part = one(scope, item, name)
            if part is TRUE or (part is UNKNOWN and truth is FALSE):
                truth = part
        return scope.ledger.settle(truth, mark)

    return judge


def _negated(one: Judge) -> Judge:
    def judge(scope: Scope, item: Value, name: str | None) -> Truth:
        mark = scope.ledger.mark()
        return scope.ledger.negate(one(scope, item, name), mark)

    return judge


def _each(condition: Each, shapes: Shapes, params: Mapping[str, Value]) -> Judge:
    """`all`: every item meets all parts; `any`: some item does; `none`: no item does."""
    shape = _shape(condition.path, shapes)
    inner = {**shapes, "": shape.of if isinstance(shape, ListOf) else None}
    read, label = _reader(condition.path), condition.id or str(condition.path)
    body = group(Quantifier.ALL, [compiled(part, inner, params) for part in condition.parts])
    where = compiled(condition.where, inner, params) if condition.where else None
    of_item = _of_item(condition, label, where, body)
    sieve = _sieve(condition.where, params)
    is_any = condition.quantifier is Quantifier.ANY

    def judge(scope: Scope, item: Value, name: str | None) -> Truth:
        items, ledger = read(scope, item), scope.ledger
        if items is None:
            ledger.failed.append((label, PRESENT, None, True, name))
            return FALSE
        if not isinstance(items, tuple):
            blame = gap(items) or Missing(Obstacle.OUT_OF_TYPE, f"{label}: not a list")
            ledger.unsure.append((label, name, blame))
            return UNKNOWN
        mark, is_empty = ledger.mark(), True
        truth, beats = (FALSE, TRUE) if is_any else (TRUE, FALSE)
        for number, one in enumerate(items) if sieve is None else sieve(items):
            part = of_item(scope, one, number, name)
            if part is None:
                continue
            is_empty = False
            if part is beats or (part is UNKNOWN and truth is not beats):
                truth = part
        if is_empty:
            side = ledger.failed if is_any else ledger.held
            side.append((label, condition.quantifier.value, (), None, name))
        return ledger.settle(truth, mark) if is_any else truth

    return judge


_Sieve = Callable[[tuple[Value, ...]], list[tuple[int, Value]]]


def _sieve(where: Condition | None, params: Mapping[str, Value]) -> _Sieve | None:
    """What leaves out at once the items that a plain `where: {fact: .field, is_one_of: …}` will.

    Lists of packages hold hundreds of items of which such a `where` wants a few.
    """
    if not isinstance(where, Comparison) or where.operator is not Operator.IS_ONE_OF:
        return None
    if where.path.alias or len(where.path.fields) != 1 or isinstance(where.wanted, Table):
        return None
    (field,), wish = where.path.fields, _settled(where.wanted, params)
    if type(wish) is not tuple or not set(map(type, wish)) <= _TEXT:
        return None
    chosen = frozenset(wish)

    def sieve(items: tuple[Value, ...]) -> list[tuple[int, Value]]:
        return [
            (number, item)
            for number, item in enumerate(items)
            if type(item) is not dict
            or type(value := item.get(field)) is not str
            or value in chosen
        ]

    return sieve


_OfItem = Callable[[Scope, Value, int, str | None], Truth | None]


def _of_item(condition: Each, label: str, where: Judge | None, body: Judge) -> _OfItem:
    """One item judged; None where `where` leaves it out, unknown where that can't be told."""
    if condition.quantifier is Quantifier.NONE:
        body = _negated(body)
    name_of = _naming(condition.item)

    def judge(scope: Scope, item: Value, number: int, above: str | None) -> Truth | None:
        if isinstance(item, Missing):
            scope.ledger.unsure.append((label, None, item))
            return UNKNOWN
        own = name_of(item, number)
        name = f"{above} / {own}" if above else own
        if where is not None:
            mark = scope.ledger.mark()
            chosen = where(scope, item, name)
            if chosen is UNKNOWN:
                del scope.ledger.held[mark[0] :]
                return UNKNOWN
            scope.ledger.strike(mark)
            if chosen is FALSE:
                return None
        return body(scope, item, name)

    return judge


def _naming(key: str) -> Callable[[Value, int], str]:
    def name_of(item: Value, number: int) -> str:
        if type(item) is dict:
            named = item if key == "." else item.get(key)
        else:
            named = item if key == "." else item.get(key) if isinstance(item, Mapping) else None
        if type(named) is str:
            return named
        return str(named) if isinstance(named, str | int) else f"[{number}]"

    return name_of
