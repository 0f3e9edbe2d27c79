"""The small parts that rule and standard files are written with, and what may stand in them."""

import re
from collections.abc import Iterable, Sized
from typing import TypeVar

from attt.explain import UnfitError, shown
from attt.message import Message
from attt.model.level import LEVELS, Level
from attt.model.rule import Path, Reference
from attt.model.value import Value
from attt.rulebook.values import value

_REFERENCE = re.compile(r"\$([a-z][a-z0-9_]*)", re.ASCII)
_WORD = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_PATH = re.compile(r"\.|\.?[A-Za-z][\w-]*(\.[\w-]+)*", re.ASCII)
_RANGE = re.compile(r"([1-5])(?:-([1-5]))?", re.ASCII)


def wanted(raw: object) -> Value | Reference:
    """A wanted value as written: a scalar, a list of scalars, or `$name` of a parameter."""
    found = _REFERENCE.fullmatch(raw) if isinstance(raw, str) else None
    return Reference(found[1]) if found else settled(raw)


def settled(raw: object) -> Value:
    """A scalar or a list of scalars; UnfitError for anything else."""
    parts = raw if isinstance(raw, list) else [raw]
    if all(isinstance(one, bool | int | str) for one in parts) or raw is None:
        return value(raw)
    raise UnfitError(
        Message("{found} can't be compared with", found=shown(raw)),
        hint=Message("Write text, a whole number, true, false, null or a list of these."),
    )


def word(text: str) -> str:
    """A name of a fact or parameter inside a rule, as a key of a mapping."""
    if _WORD.fullmatch(text):
        return text
    raise UnfitError(
        Message("'{text}' is not a name", text=shown(text)),
        hint=Message("Write small letters, digits and _, beginning with a letter."),
    )


def path(text: str) -> Path:
    """`alias.field.field`, `.field` of the item at hand, or `.` for the item itself."""
    if not _PATH.fullmatch(text):
        raise UnfitError(
            Message("'{text}' is not a path to a value", text=shown(text)),
            hint=Message("Write alias.field, or .field for the item inside 'each'."),
        )
    alias, *fields = text.split(".")
    return Path(alias, tuple(name for name in fields if name))


def levels(text: str) -> tuple[Level, ...]:
    """The levels of "3" or "1-5"."""
    found = _RANGE.fullmatch(text)
    if found is None or (found[2] and found[2] < found[1]):
        raise UnfitError(
            Message("'{text}' names no levels", text=shown(text)),
            hint=Message('Write one level such as "3", or a range such as "1-5".'),
        )
    first, last = int(found[1]), int(found[2] or found[1])
    return tuple(level for level in LEVELS if first <= level <= last)


Filled = TypeVar("Filled", bound=Sized)


def some(found: Filled) -> Filled:
    """A list or mapping that holds something.

    Pydantic's own length check leaves out entries that are wrong, and so complains of them twice.
    """
    if found:
        return found
    raise UnfitError(
        Message("Nothing stands here"), hint=Message("Write at least one, or leave the key out.")
    )


def exactly_one(found: Iterable[str], names: Iterable[str]) -> str:
    """The one of `names` that stands in `found`; UnfitError where there is none or more."""
    here, known = sorted(found), sorted(names)
    if len(here) == 1:
        return here[0]
    raise UnfitError(
        Message("These exclude each other: {names}", names=", ".join(here))
        if here
        else Message("What must hold is missing here"),
        hint=Message("Write exactly one of: {names}.", names=", ".join(known)),
    )
