"""Credentials: refused where they are written out, fetched only at the moment of use."""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NoReturn

from attt.errors import InputError, Place
from attt.explain import names_secret
from attt.inventory.forms import is_reference
from attt.inventory.templates.fill import PLACEHOLDER
from attt.message import Message
from attt.model.inventory import Secret
from attt.yamlio import Data, Document

_MAX_BYTES = 64 * 1024
_PASSWORD_IN_URL = re.compile(r"://[^/\s:@]+:[^/\s@]+@")


class Revealed:
    """A credential in hand. Only `reveal()` gives it; text, bytes, copies and pickles don't."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The credential itself, for the one call that needs it."""
        return self._value

    def __repr__(self) -> str:
        return "[secret]"

    def __format__(self, spec: str) -> str:
        return "[secret]"

    def __bytes__(self) -> bytes:
        return b"[secret]"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret never crosses to another process")


def resolve(secret: Secret, *, environ: Mapping[str, str], home: Path) -> Revealed:
    """The credential that a reference stands for. Raises InputError where it can't be had."""
    match secret.scheme:
        case "env":
            return _from_environment(secret.name, environ)
        case "file":
            return _from_file(key_file(secret, home=home))
        case _:
            raise InputError(
                Message("'{reference}' holds no password", reference=str(secret)),
                hint=Message("Write env:NAME or file:PATH in the inventory."),
            )


def key_file(secret: Secret, *, home: Path) -> Path:
    """Where a `file:` reference points; `~/` is `home`, other paths must be absolute."""
    name = secret.name
    path = home / name[2:] if name.startswith("~/") else Path(name)
    if secret.scheme == "file" and path.is_absolute():
        return path
    raise InputError(
        Message("'{reference}' names no file by its whole path", reference=str(secret)),
        hint=Message("Write file:~/… or file:/… in the inventory."),
    )


def _from_environment(name: str, environ: Mapping[str, str]) -> Revealed:
    if value := environ.get(name):
        return Revealed(value)
    raise InputError(
        Message("The environment variable {name} is not set", name=name),
        hint=Message("Set it before attt is started: read -rs {name} && export {name}", name=name),
    )


def _from_file(path: Path) -> Revealed:
    place = Place(str(path))
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            raw = file.read(_MAX_BYTES + 1) if stat.S_ISREG(mode) else b""
    except OSError as error:
        raise InputError(
            Message("The credential file can't be read: {why}", why=error.strerror or "?"),
            hint=Message("Check the path in the inventory and who may read the file."),
            place=place,
        ) from None
    if mode & 0o077:
        raise InputError(
            Message("Others than its owner may use this credential file"),
            hint=Message("Type: chmod 600 {path}", path=path),
            place=place,
        )
    return _text(raw, place)


def _text(raw: bytes, place: Place) -> Revealed:
    try:
        text = raw.decode() if len(raw) <= _MAX_BYTES else ""
    except UnicodeDecodeError:
        text = ""
    if text.strip("\r\n"):
        return Revealed(text.rstrip("\r\n"))
    raise InputError(
        Message("The credential file is empty, too long or not text"),
        hint=Message("Write the password on one line, or name the private key's own file."),
        place=place,
    )


# --- what an inventory may not hold --------------------------------------------------------


def refuse_literals(document: Document) -> None:
    """Raises InputError where a file holds a credential itself; the text is never shown."""
    begin = document.text.find("-----BEGIN")
    if begin >= 0:
        line = document.text.count("\n", 0, begin) + 1
        column = begin - document.text.rfind("\n", 0, begin)
        raise _literal(Place(document.name, line, column))
    for loc in _literals(document.data):
        raise _literal(document.place(loc))


def _literal(place: Place) -> InputError:
    return InputError(
        Message("A credential stands in the inventory itself"),
        hint=Message(
            "Change it now, for it may have been copied; keep the new one elsewhere and write"
            " env:NAME or file:PATH (a key may also be agent)."
        ),
        place=place,
    )


def _literals(data: Data) -> Iterator[tuple[str | int, ...]]:
    """The locs of values that are credentials, in no particular order."""
    waiting: list[tuple[tuple[str | int, ...], Data]] = [((), data)]
    while waiting:
        loc, value = waiting.pop()
        match value:
            case dict():
                waiting += [((*loc, key), inner) for key, inner in reversed(value.items())]
            case list():
                waiting += [((*loc, n), value[n]) for n in reversed(range(len(value)))]
            case str() if _PASSWORD_IN_URL.search(value):
                yield loc
            case str() | int() if _stands_for_secret(loc, value):
                yield loc


def _stands_for_secret(loc: tuple[str | int, ...], value: str | int) -> bool:
    """Whether the key above names a credential and the value is not a reference or a flag."""
    names = [part for part in loc[-2:] if isinstance(part, str)]
    if not names or not names_secret(names[-1]) or isinstance(value, bool):
        return False
    if isinstance(value, str) and loc[0] == "templates":  # what fills it in is looked at again
        value = PLACEHOLDER.sub("x", value)
    return not (isinstance(value, str) and is_reference(value))
