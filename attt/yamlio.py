"""YAML as attt reads it: plain data with a place for everything, and no surprises.

Text stays text: integers only `0|-?[1-9][0-9]*`, booleans only true and false, null only empty,
`~` and null, keys always text. The file is read as one pass of parser events without recursion,
so depth, aliases, tags and size are refused before anything is built from them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from attt.errors import InputError, Place
from attt.message import Message

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 64
MAX_NODES = 500_000

Data = None | bool | int | str | list["Data"] | dict[str, "Data"]

_INTEGER = re.compile(r"0|-?[1-9][0-9]*")
_MAX_DIGITS = 40
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "": None, "~": None, "null": None}
# C0 and C1 controls, line breaks that only YAML 1.1 knows, overrides of reading direction, non-characters
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)


@dataclass(slots=True)
class _Spot:
    """Where one value begins (from 0), and the spots of what it holds."""

    line: int
    column: int
    items: "list[_Spot] | None" = None
    values: "dict[str, _Spot] | None" = None
    keys: dict[str, tuple[int, int]] | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: its data, its text and where each value stands in it.

    `instance` is told in every place, where a template of the document was filled in from elsewhere.
    """

    data: Data
    text: str
    name: str
    root: _Spot
    instance: str = ""

    def place(self, loc: Sequence[str | int] = (), *, of_key: bool = False) -> Place:
        """The closest known place of `loc`, such as ("hosts", 3, "zone"); parts not here are skipped.

        With `of_key` the place of the key itself (if the last part is one), not of its value.
        """
        spot, key = self._spot(loc)
        line, column = key if of_key and key else (spot.line, spot.column)
        return Place(self.name, line + 1, column + 1, self.instance)

    def filled(self, loc: Sequence[str | int], data: Data, instance: str) -> "Document":
        """The part at `loc` as a document of its own, holding `data` of the same shape instead."""
        return Document(data, "", self.name, self._spot(loc)[0], instance)

    def _spot(self, loc: Sequence[str | int]) -> tuple[_Spot, tuple[int, int] | None]:
        spot, key = self.root, None
        for part in loc:
            if isinstance(part, int) and spot.items is not None and 0 <= part < len(spot.items):
                spot, key = spot.items[part], None
            elif isinstance(part, str) and spot.keys and spot.values and part in spot.values:
                key, spot = spot.keys[part], spot.values[part]
        return spot, key


def read(path: Path, *, without: str = "") -> Document:
    """The document in a file. Raises InputError, with its place and the mend, for all that is wrong.

    `without` names a key of the file whose part is not even parsed, where it is the last one.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        message = Message("There is no such file")
        hint = Message("Check the path; names are case-sensitive.")
    except IsADirectoryError:
        message = Message("This is a folder, not a file")
        hint = Message("Name a file in it.")
    except PermissionError:
        message = Message("This file may not be read by this account")
        hint = Message("Give the account the right to read it, or use another account.")
    except (OSError, ValueError) as error:
        message = Message("This file can't be read: {why}", why=getattr(error, "strerror", "?"))
        hint = Message("Check the path and the disk.")
    else:
        return parse(_cut(raw, without.encode()) if without else raw, str(path))
    raise InputError(message, hint=hint, place=Place(str(path))) from None


def parse(text: bytes, name: str) -> Document:
    """The document in `text`; `name` is the file as places show it. Raises InputError."""
    decoded = _decoded(text, name)
    builder = _Builder(name)
    try:
        take = builder.take
        for event in yaml.parse(decoded, Loader=yaml.CSafeLoader):
            take(event)
    except yaml.MarkedYAMLError as error:
        raise _syntax(error, decoded, name) from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise InputError(
            Message("This is not YAML that can be read"),
            hint=Message("Check that this is the right file, saved as UTF-8 text."),
            place=Place(name, 1),
        ) from None
    if builder.root is None:
        raise InputError(
            Message("This file is empty"),
            hint=Message("Write something in it, or remove it."),
            place=Place(name, 1),
        )
    return Document(builder.data, decoded, name, builder.root)


_ANOTHER_KEY = re.compile(rb"^[^\s#-]", re.MULTILINE)


def _cut(raw: bytes, key: bytes) -> bytes:
    at = raw.find(b"\n%s:\n" % key)
    return raw if at < 0 or _ANOTHER_KEY.search(raw, at + len(key) + 2) else raw[: at + 1]


# --- the bytes -----------------------------------------------------------------------------


def _decoded(raw: bytes, name: str) -> str:
    if len(raw) > MAX_BYTES:
        raise InputError(
            Message("This file is larger than {limit} MiB", limit=MAX_BYTES // 1024 // 1024),
            hint=Message(
                "Split it into several files in one folder, or check that it is the right one."
            ),
            place=Place(name),
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        raise InputError(
            Message("This is not UTF-8 text"),
            hint=Message("Save it again as UTF-8, or check that it is the right file."),
            place=Place(name, line, column),
        ) from None
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        raise _control(found[0], Place(name, line, column))
    return text


def _control(character: str, place: Place) -> InputError:
    return InputError(
        Message("A control character (U+{code}) stands here", code=f"{ord(character):04X}"),
        hint=Message("Remove it; if there are many, this is not a text file."),
        place=place,
    )


# --- the events ----------------------------------------------------------------------------

_NODES = frozenset({ScalarEvent, MappingStartEvent, SequenceStartEvent, AliasEvent})
_ENDS = frozenset({MappingEndEvent, SequenceEndEvent})
_NO_KEY = "\0"
"""No key of a file: control characters are refused."""


class _Builder:
    """Builds data and places from events, with a stack of its own instead of recursion."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.data: Data = None
        self.root: _Spot | None = None
        self._documents = 0
        self._nodes = 0
        self._open: list[tuple[list[Data] | dict[str, Data], _Spot]] = []
        # One a level: the key that waits for its value, _NO_KEY before one came, None in a list.
        self._key: list[str | None] = []

    def take(self, event: Event) -> None:
        """The next event of the file."""
        kind = type(event)
        if kind in _NODES:
            self._node(event)
        elif kind in _ENDS:
            self._open.pop()
            self._key.pop()
        elif kind is DocumentStartEvent:
            self._documents += 1
            if self._documents > 1:
                raise self._refuse(
                    event,
                    Message("A second document begins here"),
                    Message("Remove the line '---', or make it a file of its own."),
                )

    def _node(self, event: Any) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise self._refuse(
                event,
                Message("This file holds more than {limit} values", limit=MAX_NODES),
                Message("Split it into several files in one folder."),
            )
        kind = type(event)
        if event.anchor is not None or kind is AliasEvent or event.tag is not None:
            raise self._not_plain(event)
        if self._key and self._key[-1] is _NO_KEY:
            self._take_key(event)
            return
        mark = event.start_mark
        spot = _Spot(mark.line, mark.column)
        if kind is ScalarEvent:
            self._put(self._scalar(event), spot)
        elif kind is MappingStartEvent:
            spot.values, spot.keys = {}, {}
            self._enter(event, {}, spot, _NO_KEY)
        else:
            spot.items = []
            self._enter(event, [], spot, None)

    def _not_plain(self, event: Any) -> InputError:
        """Anchors, aliases and tags."""
        if isinstance(event, AliasEvent) or event.anchor is not None:
            return self._refuse(
                event,
                Message("Anchors (&) and aliases (*) are not read"),
                Message("Write the value out; put text that begins with & or * in quotes."),
            )
        return self._refuse(
            event,
            Message("Tags (!) are not read"),
            Message("Remove the tag; put text that begins with ! in quotes."),
        )

    def _enter(
        self, event: Event, data: list[Data] | dict[str, Data], spot: _Spot, key: str | None
    ) -> None:
        self._put(data, spot)
        if len(self._open) >= MAX_DEPTH:
            raise self._refuse(
                event,
                Message("This is nested more than {limit} deep", limit=MAX_DEPTH),
                Message("Check that every bracket is closed."),
            )
        self._open.append((data, spot))
        self._key.append(key)

    def _put(self, data: Data, spot: _Spot) -> None:
        if not self._open:
            self.data, self.root = data, spot
            return
        holder, place = self._open[-1]
        key = self._key[-1]
        if key is None:
            holder.append(data)  # type: ignore[union-attr]
            place.items.append(spot)  # type: ignore[union-attr]
            return
        holder[key] = data  # type: ignore[call-overload]
        place.values[key] = spot  # type: ignore[index]
        self._key[-1] = _NO_KEY

    def _take_key(self, event: Event) -> None:
        if not isinstance(event, ScalarEvent) or (not event.style and not event.value):
            raise self._refuse(
                event,
                Message("A key must be a word, not a list, keys of its own or nothing"),
                Message("Put text that begins with { or [ in quotes."),
            )
        key: str = event.value
        if key == "<<" and not event.style:
            raise self._refuse(
                event, Message("Merge keys (<<) are not read"), Message("Write the keys out.")
            )
        self._no_control(event)
        keys = self._open[-1][1].keys
        assert keys is not None  # noqa: S101 - made so in _node
        if key in keys:
            first = Place(self.name, keys[key][0] + 1, keys[key][1] + 1)
            raise self._refuse(
                event,
                Message(
                    "Key '{key}' stands here twice, first at {first}", key=key[:60], first=first
                ),
                Message("Remove one of the two, or give it another name."),
            )
        keys[key] = _begin(event)
        self._key[-1] = key

    def _scalar(self, event: ScalarEvent) -> bool | int | str | None:
        value: str = event.value
        if event.style:
            self._no_control(event)
            return value
        if value in _WORDS:
            return _WORDS[value]
        if not _INTEGER.fullmatch(value):
            return value
        if len(value) > _MAX_DIGITS:
            raise self._refuse(
                event,
                Message("This number has more than {limit} digits", limit=_MAX_DIGITS),
                Message("Put it in quotes if it is meant as text."),
            )
        return int(value)

    def _no_control(self, event: ScalarEvent) -> None:
        """Refuses control characters that came as escapes in a quoted text."""
        if event.style == '"' and (found := _CONTROL.search(event.value)):
            raise _control(found[0], self._at(event))

    def _at(self, event: Event) -> Place:
        line, column = _begin(event)
        return Place(self.name, line + 1, column + 1)

    def _refuse(self, event: Event, message: Message, hint: Message) -> InputError:
        return InputError(message, hint=hint, place=self._at(event))


def _begin(event: Event) -> tuple[int, int]:
    """Line and column, from 0, at which an event begins."""
    mark = event.start_mark
    assert mark is not None  # noqa: S101 - set by the parser on every event
    return mark.line, mark.column


# --- what the parser refuses ---------------------------------------------------------------

_QUOTE = Message("Put a text that holds ': ', '#', or begins with a sign, in quotes.")
_INDENT = Message("Check that lines of one list or mapping begin in the same column.")
_PROBLEMS: tuple[tuple[str, Message, Message], ...] = (
    ("mapping values are not allowed", Message("A ':' stands where none may"), _QUOTE),
    ("could not find expected ':'", Message("A ':' is missing after a key"), _INDENT),
    ("did not find expected key", Message("The indentation does not fit here"), _INDENT),
    ("did not find expected '-'", Message("The indentation does not fit here"), _INDENT),
    ("block sequence entries are not", Message("A '-' stands where none may"), _INDENT),
    (
        "did not find expected ','",
        Message("A bracket is not closed, or a comma is missing"),
        Message("Close each [ with ] and each { with }, with commas between."),
    ),
    (
        "found unexpected end of stream",
        Message("The file ends inside a text in quotes"),
        Message("Close the quote."),
    ),
    (
        "found unexpected document indicator",
        Message("A text in quotes is not closed"),
        Message("Close the quote."),
    ),
    (
        "found unknown escape character",
        Message("A '\\' in double quotes is followed by a sign that it can't take"),
        Message("Use single quotes for text with backslashes."),
    ),
    ("cannot start any token", Message("No value may begin with this sign"), _QUOTE),
)

_UNCLOSED = (
    "did not find expected ','",
    "found unexpected end of stream",
    "found unexpected document indicator",
)


def _syntax(error: yaml.MarkedYAMLError, text: str, name: str) -> InputError:
    problem = error.problem or ""
    # what is not closed is shown where it was opened
    opened = problem.startswith(_UNCLOSED) and error.context_mark
    mark = opened or error.problem_mark or error.context_mark
    if mark is None:
        place, line = Place(name, 1), ""
    else:
        place = Place(name, mark.line + 1, mark.column + 1)
        line = next(iter(text.split("\n")[mark.line : mark.line + 1]), "")
    if tab := re.match(r"[ -]*\t", line):
        return InputError(
            Message("A tab stands where YAML wants spaces"),
            hint=Message("Replace it by spaces; set the editor to insert two spaces for a tab."),
            place=Place(name, place.line, tab.end()),
        )
    for words, message, hint in _PROBLEMS:
        if words in problem:
            return InputError(message, hint=hint, place=place)
    return InputError(
        Message("This is not YAML that can be read: {problem}", problem=problem or "?"),
        hint=Message("Check quotes, brackets and indentation on this line and the one before."),
        place=place,
    )
