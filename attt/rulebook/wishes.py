"""Whether an operator can read a shape, and whether a wanted value could ever hold of it."""

import re

import re2

from attt.facts.shapes import misfit
from attt.model.rule import Operator
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
from attt.model.value import Value

_SPAN = re.compile(r"(0|[1-9]\d{0,8})[smhd]", re.ASCII)
_ANY = (Text, Integer, Boolean, Mode, Instant, Version, Address, ListOf, Record)
_PLAIN = (Text, Integer, Boolean, Mode, Instant, Version, Address)
_FITTING: dict[Operator, tuple[type, ...]] = {
    Operator.IS: (*_PLAIN, ListOf),
    Operator.IS_NOT: (*_PLAIN, ListOf),
    Operator.IS_ONE_OF: _PLAIN,
    Operator.AT_LEAST: (Integer,),
    Operator.AT_MOST: (Integer,),
    Operator.MODE_WITHIN: (Mode,),
    Operator.OLDER_THAN: (Instant,),
    Operator.NEWER_THAN: (Instant,),
    Operator.VERSION_AT_LEAST: (Version,),
    Operator.WITHIN: (Address,),
    Operator.MATCHES: (Text, Version, Address),
    Operator.CONTAINS: (ListOf, Text),
    Operator.SUBSET_OF: (ListOf,),
    Operator.IN_DATE: (Text,),
    Operator.ABSENT: _ANY,
}


def can_read(operator: Operator, shape: Shape) -> bool:
    """Whether the operator knows values of the shape; lists of records are for `each`."""
    if isinstance(shape, ListOf) and isinstance(shape.of, Record | ListOf):
        return operator is Operator.ABSENT
    return isinstance(shape, _FITTING[operator])


def can_hold(  # noqa: C901 - one line an operator
    operator: Operator, wanted: Value, shape: Shape
) -> bool:
    """Whether some value of the shape could make `operator: wanted` true."""
    match operator:
        case Operator.IS | Operator.IS_NOT:
            return wanted is None or not misfit(wanted, shape)
        case Operator.IS_ONE_OF:
            return _all_fit(wanted, shape) and wanted != ()
        case Operator.AT_LEAST | Operator.AT_MOST:
            return isinstance(wanted, int) and not isinstance(wanted, bool)
        case Operator.MODE_WITHIN:
            return wanted is not None and not misfit(wanted, Mode())
        case Operator.OLDER_THAN | Operator.NEWER_THAN:
            return isinstance(wanted, str) and bool(_SPAN.fullmatch(wanted))
        case Operator.VERSION_AT_LEAST:
            return isinstance(wanted, str) and wanted != ""
        case Operator.WITHIN:
            return _all_fit(wanted if isinstance(wanted, tuple) else (wanted,), Address())
        case Operator.MATCHES:
            return isinstance(wanted, str) and _is_pattern(wanted)
        case Operator.CONTAINS:
            inner = shape.of if isinstance(shape, ListOf) else Text()
            return wanted is not None and not misfit(wanted, inner)
        case Operator.SUBSET_OF:
            return isinstance(shape, ListOf) and _all_fit(wanted, shape.of)
        case Operator.ABSENT:
            return isinstance(wanted, bool)
        case Operator.IN_DATE:
            return False  # it wants a table, whose rows were checked when it was loaded


def _all_fit(wanted: Value, shape: Shape) -> bool:
    return isinstance(wanted, tuple) and all(
        one is not None and not misfit(one, shape) for one in wanted
    )


def _is_pattern(text: str) -> bool:
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(text, options)
    except re2.error:
        return False
    return True
