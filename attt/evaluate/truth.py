"""Kleene's three truths: what could not be learnt is neither true nor false."""

from collections.abc import Iterable
from enum import StrEnum


class Truth(StrEnum):
    """True, false, or not known."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


def truth(value: bool) -> Truth:  # noqa: FBT001 - this is what makes a truth of a boolean
    """The truth of a plain boolean."""
    return Truth.TRUE if value else Truth.FALSE


def not_(part: Truth) -> Truth:
    """The opposite; the opposite of unknown is unknown."""
    match part:
        case Truth.TRUE:
            return Truth.FALSE
        case Truth.FALSE:
            return Truth.TRUE
        case Truth.UNKNOWN:
            return Truth.UNKNOWN


def all_(parts: Iterable[Truth]) -> Truth:
    """False beats unknown, unknown beats true; nothing at all is true."""
    seen = set(parts)
    if Truth.FALSE in seen:
        return Truth.FALSE
    return Truth.UNKNOWN if Truth.UNKNOWN in seen else Truth.TRUE


def any_(parts: Iterable[Truth]) -> Truth:
    """True beats unknown, unknown beats false; nothing at all is false."""
    seen = set(parts)
    if Truth.TRUE in seen:
        return Truth.TRUE
    return Truth.UNKNOWN if Truth.UNKNOWN in seen else Truth.FALSE


def none_(parts: Iterable[Truth]) -> Truth:
    """Whether not one part holds."""
    return not_(any_(parts))
