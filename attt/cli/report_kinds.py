"""Which kinds of report there are, and in which formats each can be had."""

from collections.abc import Mapping, Sequence

from attt.errors import UsageError
from attt.message import Message

FORMATS: Mapping[str, tuple[str, ...]] = {
    "leader": ("pdf", "html"),
    "system": ("pdf", "html"),
    "transition": ("pdf", "html"),
    "host": ("html", "text"),
    "findings": ("xlsx", "csv"),
}
"""Kind → its formats; `text` is for the terminal, the others are files."""

USUAL = ("leader", "system")
"""What is written where no kind is named."""

_ASKED_FOR = frozenset({("host", "text")})
"""Written only where the format is named."""

Pairs = tuple[tuple[str, str], ...]


def all_formats() -> tuple[str, ...]:
    """Every format of any kind, once."""
    return tuple(dict.fromkeys(f for formats in FORMATS.values() for f in formats))


def pairs(kinds: Sequence[str] = (), formats: Sequence[str] = ()) -> Pairs:
    """What to write: each kind in each of its formats, narrowed to what was asked for.

    Without a kind: the usual ones that have such a format, else every kind that has.
    Raises UsageError where a kind has none of the formats asked for.
    """
    chosen = tuple(dict.fromkeys(kinds)) or _kinds_of(formats)
    made = tuple(
        (kind, format_)
        for kind in chosen
        for format_ in FORMATS[kind]
        if (format_ in formats if formats else (kind, format_) not in _ASKED_FOR)
    )
    for kind in chosen:
        if kind not in {k for k, _ in made}:
            raise UsageError(
                Message(
                    "A report of the kind {kind} can't be had as {formats}",
                    kind=kind,
                    formats=", ".join(formats),
                ),
                hint=Message("Its formats: {formats}", formats=", ".join(FORMATS[kind])),
            )
    return made


def _kinds_of(formats: Sequence[str]) -> tuple[str, ...]:
    def has(kind: str) -> bool:
        return not formats or bool(set(FORMATS[kind]) & set(formats))

    return tuple(filter(has, USUAL)) or tuple(filter(has, FORMATS))
