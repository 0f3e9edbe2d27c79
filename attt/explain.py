"""What a validator found wrong in a file, in words for the person who wrote the file.

Knows the shape of pydantic's error records, not pydantic: both the YAML and the TOML edge use it.
"""

import contextlib
import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from attt.message import Message

_SECRET_KEY = re.compile(
    r"(.*[ _.-])?(password|passwd|passphrase|pwd|secret|token|key|community|mat[ _-]?khau|mật khẩu)s?",
    re.IGNORECASE,
)
_SHOWN = 60

Loc = Sequence[str | int]
Explained = tuple[Message, Message | None]


class UnfitError(ValueError):
    """A value that a validator refuses, with the message and the mend to show."""

    def __init__(self, message: Message, *, hint: Message | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def iso_day(text: str) -> str:
    """A calendar day as yyyy-mm-dd, or UnfitError, whose mend rewrites dd/mm/yyyy."""
    try:
        parsed = date.fromisoformat(text)
    except ValueError:
        parsed = None
    if parsed is not None and parsed.isoformat() == text:
        return text
    raise UnfitError(
        Message("'{text}' is not a date", text=shown(text)),
        hint=Message("Write year-month-day, such as {example}.", example=_as_iso(text)),
    )


def _as_iso(text: str) -> str:
    parts = text.replace(".", "/").replace("-", "/").split("/")
    if len(parts) == 3 and all(p.isascii() and p.isdigit() for p in parts):  # noqa: PLR2004
        with contextlib.suppress(ValueError):
            return date(int(parts[2][:4]), int(parts[1][:4]), int(parts[0][:4])).isoformat()
    return "2026-11-22"


def names_secret(key: str) -> bool:
    """Whether a value under this key would be a credential."""
    return key != "state_secret" and _SECRET_KEY.fullmatch(key) is not None


def shown(value: object, loc: Loc = ()) -> str:
    """A value as a message may show it: short, and never one that could be a secret."""
    if any(isinstance(part, str) and names_secret(part) for part in loc):
        return "***"
    match value:
        case None | bool():
            text = {None: "null", True: "true", False: "false"}[value]
        case str() | int() | float():
            text = str(value)
        case Mapping():
            text = "{…}"
        case _:
            text = "[…]"
    if "-----BEGIN" in text:
        return "***"
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant, or None."""
    names = {known_name.casefold(): known_name for known_name in known}
    near = difflib.get_close_matches(name.casefold(), names, n=1, cutoff=0.6)
    return names[near[0]] if near else None


def did_you_mean(name: str, known: Iterable[str]) -> Message:
    """The mend for a name that is not known: the nearest one, or all of a few."""
    names = sorted(known)
    if near := nearest(name, names):
        return Message("Did you mean '{near}'?", near=near)
    if not names:
        return Message("None is declared: declare it, or remove this.")
    more = ", …" if len(names) > 15 else ""  # noqa: PLR2004
    return Message("Known here: {names}.", names=", ".join(names[:15]) + more)


def _key(loc: Loc) -> str | Message:
    """The dotted name of what an error is about, such as hosts[3].zone."""
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or Message("the file")


def _choices(expected: str) -> list[str]:
    """The words in pydantic's list of choices: 'a', 'b' or 'c'."""
    return re.findall(r"'([^']*)'", expected)


_WANTED: Mapping[str, tuple[Message, Message]] = {
    "int": (Message("a whole number"), Message("Write digits only, without quotes.")),
    "string": (Message("text"), Message("Put it in quotes, so that it is read as text.")),
    "bool": (Message("true or false"), Message("Write true or false, without quotes.")),
    "list": (
        Message("a list"),
        Message("Write [one, two], or each item on a line of its own after '- '."),
    ),
    "mapping": (Message("keys with values"), Message("Write 'key: value' lines below it.")),
}
ALTERNATIVES = frozenset({"str", "int", "bool"})
"""What pydantic adds to the place of a value that may be of several plain types, one error each."""
_FAMILY: Mapping[str, str] = {
    "int_type": "int",
    "int_parsing": "int",
    "int_from_float": "int",
    "string_type": "string",
    "bool_type": "bool",
    "bool_parsing": "bool",
    "list_type": "list",
    "tuple_type": "list",
    "set_type": "list",
    "dict_type": "mapping",
    "model_type": "mapping",
    "model_attributes_type": "mapping",
}
_BOUNDS: Mapping[str, tuple[str, str]] = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}


def _wrong_type(family: str, loc: Loc, value: object) -> Explained:
    wanted, mend = _WANTED[family]
    message = Message(
        "{key} must be {wanted}, not {found}", key=_key(loc), wanted=wanted, found=shown(value, loc)
    )
    if family == "string" and loc and names_secret(str(loc[-1])):
        mend = Message("Write a reference: env:NAME or file:PATH.")
    return message, mend


def _none_of(loc: Loc, value: object) -> Explained:
    return (
        Message("{key} must be one value, not {found}", key=_key(loc), found=shown(value, loc)),
        Message("Write text, a number, or true or false; text with special signs in quotes."),
    )


def _not_one_of(loc: Loc, value: object, expected: str) -> Explained:
    message = Message("{key}: '{found}' is not a choice", key=_key(loc), found=shown(value, loc))
    choices = _choices(expected)
    if near := nearest(str(value), choices):
        return message, Message(
            "Did you mean '{near}'? One of: {choices}.", near=near, choices=", ".join(choices)
        )
    return message, Message("Write one of: {choices}.", choices=", ".join(choices) or expected)


def _out_of_bounds(loc: Loc, value: object, bound: tuple[str, object]) -> Explained:
    message = Message("{key}: {found} is out of range", key=_key(loc), found=shown(value, loc))
    templates = {
        "at least": Message("It must be at least {limit}.", limit=bound[1]),
        "more than": Message("It must be more than {limit}.", limit=bound[1]),
        "at most": Message("It must be at most {limit}.", limit=bound[1]),
        "less than": Message("It must be less than {limit}.", limit=bound[1]),
    }
    return message, templates[bound[0]]


def _level(value: object) -> Explained:
    return (
        Message("A level is an integer from 1 to 5, not {found}", found=shown(value)),
        Message("Write one of 1, 2, 3, 4, 5, without quotes."),
    )


def _length(loc: Loc, kind: str, ctx: Mapping[str, object]) -> Explained:
    if "too_short" in kind:
        return (
            Message("{key} is empty or too short", key=_key(loc)),
            Message("It needs at least {n}.", n=ctx.get("min_length", 1)),
        )
    return (
        Message("{key} is too long", key=_key(loc)),
        Message("It may have at most {n}.", n=ctx.get("max_length", "?")),
    )


def explain(error: Mapping[str, object], *, known: Iterable[str] = ()) -> Explained:
    """One pydantic error record as (message, mend); `known` are the keys allowed at that place."""
    kind, loc = str(error["type"]), error["loc"]
    value, ctx = error.get("input"), error.get("ctx") or {}
    assert isinstance(loc, tuple)  # noqa: S101 - pydantic's contract
    assert isinstance(ctx, Mapping)  # noqa: S101
    if isinstance(unfit := ctx.get("error"), UnfitError):
        return unfit.message, unfit.hint
    if loc and loc[-1] == "level" and (kind in _BOUNDS or _FAMILY.get(kind) == "int"):
        return _level(value)
    if kind in _FAMILY and loc and loc[-1] in ALTERNATIVES:
        return _none_of(loc[:-1], value)
    if kind in _FAMILY:
        return _wrong_type(_FAMILY[kind], loc, value)
    if kind in _BOUNDS:
        words, name = _BOUNDS[kind]
        return _out_of_bounds(loc, value, (words, ctx.get(name)))
    return _other(kind, loc, value, ctx, known)


def _other(
    kind: str, loc: Loc, value: object, ctx: Mapping[str, object], known: Iterable[str]
) -> Explained:
    match kind:
        case "missing":
            return (
                Message("{key} is missing", key=_key(loc)),
                Message("Add '{name}: …' here.", name=loc[-1]),
            )
        case "extra_forbidden":
            return Message("Unknown key '{key}'", key=shown(loc[-1])), did_you_mean(
                str(loc[-1]), known
            )
        case "enum" | "literal_error" | "union_tag_invalid":
            return _not_one_of(loc, value, str(ctx.get("expected", ctx.get("expected_tags", ""))))
        case "too_short" | "too_long" | "string_too_short" | "string_too_long":
            return _length(loc, kind, ctx)
        case "string_pattern_mismatch":
            return (
                Message(
                    "{key}: '{found}' has the wrong form", key=_key(loc), found=shown(value, loc)
                ),
                Message("It must have the form {pattern}.", pattern=ctx.get("pattern", "?")),
            )
        case _:
            return (
                Message("{key}: {found} can't be accepted", key=_key(loc), found=shown(value, loc)),
                Message("See 'attt inventory schema' or the reference for what may stand here."),
            )
