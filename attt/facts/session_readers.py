"""Whom a login shell's files reach: root reads every one, people only those that others may read.

A file that was made under a strict umask (0640) sets nothing for people, and no shell says so.
Source: profile(5) of Debian and RHEL, which pass over what can't be read; find(1).
"""

import re
from collections.abc import Mapping, Sequence

from attt.facts.kind import text_of
from attt.model.answer import Answer
from attt.model.ask import Ask, Command
from attt.model.value import Missing, Value

_FOLDER = "/etc/profile.d"
_FILES = ("/etc/profile", "/etc/bash.bashrc", "/etc/bashrc")
CLOSED: Ask = Command(
    argv=("find", "-L", *_FILES, _FOLDER, "-maxdepth", "1", "!", "-perm", "-0004"),
    statuses=(0, 1),
)
"""Of the files of a shell of the sh family, those that people can't read."""
Hidden = frozenset[str]


def readers(closed: Answer, *, has_people: bool) -> tuple[Hidden, ...] | Missing:
    """By kind of reader, root and people, the paths that are hidden from it."""
    if not has_people:
        return (frozenset(),)
    if closed.obstacle is not None:
        return Missing(closed.obstacle, closed.detail or "find")
    hidden = frozenset(text_of(closed).split("\n")) - {""}
    return (frozenset(), hidden) if hidden else (frozenset(),)


def is_hidden(path: str, hidden: Hidden) -> bool:
    """Whether a file is hidden, by itself or by its folder."""
    return path in hidden or (_FOLDER in hidden and path.startswith(f"{_FOLDER}/"))


def weakest(shells: Sequence[Mapping[str, Value]]) -> dict[str, Value]:
    """What holds for all readers: the longest time-out, fixed if for all, the loosest mode."""
    first, *others = shells
    found = dict(first)
    for other in others:
        for name, weaker in (
            ("timeout_minutes", _longer),
            ("is_fixed", _both),
            ("created_mode", _looser),
        ):
            found[name] = _either(found[name], other[name], weaker(found[name], other[name]))
    return found


def _either(one: Value, other: Value, known: Value) -> Value:
    """A gap on one side leaves a gap, unless the other side is as weak as can be."""
    gap = next((value for value in (one, other) if isinstance(value, Missing)), None)
    is_weakest = known is None or known is False
    return known if gap is None or is_weakest else gap


def _longer(one: Value, other: Value) -> Value:
    if one is None or other is None:
        return None
    return max((value for value in (one, other) if isinstance(value, int)), default=0)


def _both(one: Value, other: Value) -> Value:
    return one is not False and other is not False


def _looser(one: Value, other: Value) -> Value:
    modes = [value for value in (one, other) if isinstance(value, str)]
    bits = 0
    for mode in modes:
        bits |= int(mode, 8) if re.fullmatch("[0-7]{1,4}", mode) else 0
    return f"{bits:04o}"
