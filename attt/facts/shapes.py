"""Whether a value fits a shape, and what shape lies under a path."""

import ipaddress
import re
from collections.abc import Mapping
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


def misfit(value: Value, shape: Shape, at: str = "") -> str:
    """Where and how `value` does not fit `shape`; "" when it fits. Missing fits everywhere."""
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
    found = (misfit(part, shape.of, f"{at}[{n}]") for n, part in enumerate(value))
    return next((text for text in found if text), "")


def _misfit_record(value: Value, shape: Record, at: str) -> str:
    if not isinstance(value, Mapping):
        return _say(at, type(value).__name__)
    if odd := set(value) ^ set(shape.fields):
        return _say(at, f"fields {sorted(odd)}")
    found = (misfit(value[name], part, f"{at}.{name}") for name, part in shape.fields.items())
    return next((text for text in found if text), "")


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
