"""Whether a value fits a shape, and what shape lies under a path."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import NoneType
from typing import assert_never

from attt.model.shape import (
    Address,
    Boolean,
    Instant,
    Integer,
    ListOf,
    Mode,
    Record,
    Shape,
    Text,
    Version,
)
from attt.model.value import Missing, Value

_MODE = re.compile(r"[0-7]{4}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def misfit(value: Value, shape: Shape) -> str:
    """Where and how `value` does not fit `shape`; "" when it fits. Missing fits everywhere."""
    return "" if _test_of(shape)(value) else _misfit(value, shape, "")


_Test = Callable[[Value], bool]
_TESTS: dict[int, tuple[Shape, _Test]] = {}
_TESTS_AT_MOST = 4096
_KNOWN_AT_MOST = 256


def _test_of(shape: Shape) -> _Test:
    """A shape made into one quick test, once for each Shape object."""
    kept = _TESTS.get(id(shape))
    if kept is None or kept[0] is not shape:
        if len(_TESTS) >= _TESTS_AT_MOST:
            _TESTS.clear()
        kept = _TESTS[id(shape)] = (shape, _tester(shape))
    return kept[1]


def _tester(shape: Shape) -> _Test:
    match shape:
        case ListOf():
            return _list_tester(shape)
        case Record():
            return _record_tester(shape)
        case _:
            return lambda value: not _misfit(value, shape, "")


def _list_tester(shape: ListOf) -> _Test:
    inner = _plain_tester(shape.of)

    def test(value: Value) -> bool:
        if type(value) is tuple:
            return all(map(inner, value))
        return (value is None and shape.nullable) or isinstance(value, Missing)

    return test


def _record_tester(shape: Record) -> _Test:
    names = shape.fields.keys()
    plain = [name for name, p in shape.fields.items() if _is_plain(p)]
    fits = [_plain_tester(shape.fields[name]) for name in plain]
    kinds = [_types(shape.fields[name]) for name in plain]
    others = [(name, _plain_tester(p)) for name, p in shape.fields.items() if not _is_plain(p)]
    known: set[tuple[type, ...]] = set()  # types of plain fields that need no closer look

    def test(value: Value) -> bool:
        if type(value) is not dict:
            return not _misfit(value, shape, "")
        if value.keys() != names:
            return False
        types = tuple(map(type, map(value.__getitem__, plain)))
        if types not in known:
            if not all(map(_call, fits, map(value.__getitem__, plain))):
                return False
            if len(known) < _KNOWN_AT_MOST and all(map(frozenset.__contains__, kinds, types)):
                known.add(types)
        return all([inner(value[name]) for name, inner in others])  # noqa: C419 - twice as quick

    return test


_TYPES: Mapping[type, type] = {Text: str, Integer: int, Boolean: bool, Version: str}


def _call(test: _Test, value: Value) -> bool:
    return test(value)


def _types(shape: Shape) -> frozenset[type]:
    """The types of which every value fits a plain shape."""
    return frozenset({_TYPES[type(shape)], Missing, *([NoneType] if shape.nullable else [])})


def _is_plain(shape: Shape) -> bool:
    """Whether the type alone decides of every value but null and missing ones."""
    return type(shape) in _TYPES and not (isinstance(shape, Text) and shape.choices)


def _plain_tester(shape: Shape) -> _Test:
    """As `_tester`, quicker for the plain types that lists are full of."""
    match shape:
        case Text(choices=choices) if choices:
            known = frozenset(choices)
            return lambda v: (type(v) is str and v in known) or not _misfit(v, shape, "")
        case Mode() | Instant():
            fits = (_MODE if isinstance(shape, Mode) else _INSTANT).fullmatch
            return lambda v: (type(v) is str and bool(fits(v))) or not _misfit(v, shape, "")
        case Text() | Version() | Integer() | Boolean():
            types = _types(shape)
            return lambda v: type(v) in types or not _misfit(v, shape, "")
        case _:
            return _tester(shape)


def _misfit(value: Value, shape: Shape, at: str) -> str:
    if isinstance(value, Missing):
        return ""
    if value is None:
        return "" if shape.nullable else _say(at, "null")
    if isinstance(shape, ListOf):
        return _misfit_list(value, shape, at)
    if isinstance(shape, Record):
        return _misfit_record(value, shape, at)
    return "" if _fits(value, shape) else _say(at, repr(value)[:80])


_Plain = Text | Integer | Boolean | Mode | Instant | Version | Address


def _fits(value: Value, shape: _Plain) -> bool:
    match shape:
        case Integer():
            return isinstance(value, int) and not isinstance(value, bool)
        case Boolean():
            return isinstance(value, bool)
        case Mode():
            return isinstance(value, str) and bool(_MODE.fullmatch(value))
        case Instant():
            return isinstance(value, str) and bool(_INSTANT.fullmatch(value))
        case Address():
            return isinstance(value, str) and _is_address(value)
        case Text():
            return isinstance(value, str) and (not shape.choices or value in shape.choices)
        case Version():
            return isinstance(value, str)
        case _:
            assert_never(shape)


def _misfit_list(value: Value, shape: ListOf, at: str) -> str:
    if not isinstance(value, tuple):
        return _say(at, type(value).__name__)
    found = (_misfit(part, shape.of, f"{at}[{n}]") for n, part in enumerate(value))
    return next((text for text in found if text), "")


def _misfit_record(value: Value, shape: Record, at: str) -> str:
    if not isinstance(value, Mapping):
        return _say(at, type(value).__name__)
    if odd := set(value) ^ set(shape.fields):
        return _say(at, f"fields {sorted(odd)}")
    found = (_misfit(value[name], part, f"{at}.{name}") for name, part in shape.fields.items())
    return next((text for text in found if text), "")


@lru_cache(maxsize=1024)
def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _say(at: str, what: str) -> str:
    return f"{at.lstrip('.') or 'value'}: {what}"


def shape_at(shape: Shape, fields: tuple[str, ...]) -> Shape | None:
    """The shape under a dotted path of record fields, or None where there is no such field."""
    for name in fields:
        if not isinstance(shape, Record) or name not in shape.fields:
            return None
        shape = shape.fields[name]
    return shape
