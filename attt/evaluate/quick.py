"""The comparisons that a host makes thousands of, decided by the types alone where they can be.

Each gives None where it can't tell, and then the operator itself decides: these say nothing that
it would not say.
"""

from collections.abc import Callable
from functools import lru_cache

from attt.evaluate.compare import mode
from attt.evaluate.truth import Truth
from attt.model.rule import Operator
from attt.model.value import Value

Quick = Callable[[Value], Truth | None]
TRUE, FALSE = Truth.TRUE, Truth.FALSE
_PLAIN = (str, int, bool)


def quick(operator: Operator, wanted: Value) -> Quick:
    """What `operator` says of a value beside `wanted`, or None where it takes a closer look."""
    kind = type(wanted)
    match operator:
        case Operator.IS if kind in _PLAIN:
            return lambda found: (
                (TRUE if found == wanted else FALSE) if type(found) is kind else None
            )
        case Operator.IS_NOT if kind in _PLAIN:
            return lambda found: (
                (FALSE if found == wanted else TRUE) if type(found) is kind else None
            )
        case Operator.IS_ONE_OF if _is_texts(wanted):
            known = frozenset(wanted)  # type: ignore[arg-type]
            return lambda found: (TRUE if found in known else FALSE) if type(found) is str else None
        case Operator.AT_LEAST if kind is int:
            return lambda found: (
                (TRUE if found >= wanted else FALSE) if type(found) is int else None  # type: ignore[operator]
            )
        case Operator.AT_MOST if kind is int:
            return lambda found: (
                (TRUE if found <= wanted else FALSE) if type(found) is int else None  # type: ignore[operator]
            )
        case Operator.MODE_WITHIN if kind is str:
            return _mode_within(wanted)
        case _:
            return lambda _found: None


def _is_texts(wanted: Value) -> bool:
    return type(wanted) is tuple and all(type(one) is str for one in wanted)


def _mode_within(wanted: Value) -> Quick:
    allowed = mode(wanted)
    if allowed is None:
        return lambda _found: None
    forbidden = ~allowed

    @lru_cache(maxsize=64)
    def within(found: str) -> Truth | None:
        bits = mode(found)
        return None if bits is None else FALSE if bits & forbidden else TRUE

    return lambda found: within(found) if type(found) is str else None
