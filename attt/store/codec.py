"""The model's values as JSON and back, by their type hints, exactly.

Fields that have their default are left out, so a field added later changes no older document.
Lists come back as tuples, as everywhere in the model.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, NewType, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from attt.model.value import Missing

T = TypeVar("T")
Reader = Callable[[Any], Any]

_SCALARS = frozenset((str, int, bool, NoneType))


class FormError(ValueError):
    """A stored document has a form that this version of attt does not know."""


def canonical(document: object) -> bytes:
    """JSON in ASCII with sorted keys and no spaces: equal documents are equal bytes."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode("ascii")


def ordered(document: object) -> bytes:
    """JSON in ASCII without spaces, keys in the order that they have."""
    return json.dumps(document, separators=(",", ":")).encode("ascii")


def plain(value: object) -> Any:
    """A value of the model as what JSON has; raises TypeError for bytes, floats and Missing."""
    kind = type(value)
    if kind in _SCALARS:
        return value
    if kind is tuple or kind is list:
        return [plain(part) for part in cast("tuple[object, ...]", value)]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {_key(name): plain(part) for name, part in value.items()}
    if is_dataclass(kind) and kind is not Missing:
        return _writer(kind)(value)
    msg = f"no JSON for {kind.__name__}"
    raise TypeError(msg)


Writer = Callable[[Any], Any]


@cache
def _writer(hint: Any) -> Writer:
    """`plain` for values of one type, made once: what the hint settles is not asked of each value."""
    if isinstance(hint, NewType):
        return _writer(hint.__supertype__)
    if isinstance(hint, type):
        if issubclass(hint, Enum):
            return attrgetter("_value_")
        if is_dataclass(hint) and hint is not Missing:
            return _fields_writer(hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple and arguments[1:] == (Ellipsis,):
        of = _writer(arguments[0])
        return lambda parts: [of(part) for part in parts]
    if origin in (UnionType, Union) and len(arguments) == 2 and NoneType in arguments:  # noqa: PLR2004
        inner = _writer(next(one for one in arguments if one is not NoneType))
        return lambda part: None if part is None else inner(part)
    return plain


def _fields_writer(kind: Any) -> Writer:
    hints = _hints(kind)
    parts = [(name, default, of, _writer(hints[name])) for name, default, of in _defaults(kind)]

    def write(value: Any) -> dict[str, Any]:
        document = {}
        for name, default, default_kind, write_part in parts:
            part = getattr(value, name)
            if part is default or (type(part) is default_kind and part == default):
                continue
            document[name] = part if type(part) in _SCALARS else write_part(part)
        return document

    return write


def _key(name: object) -> str:
    if not isinstance(name, str):
        msg = f"a key of JSON is text, not {type(name).__name__}"
        raise TypeError(msg)
    return name


@cache
def _defaults(kind: Any) -> tuple[tuple[str, object, type | None], ...]:
    found = []
    for field in fields(kind):
        default = field.default
        if default is MISSING and field.default_factory is not MISSING:
            default = field.default_factory()
        required = default is MISSING
        found.append((field.name, default, None if required else type(default)))
    return tuple(found)


def rebuild(kind: type[T], document: object) -> T:
    """The value of type `kind` that `plain` made `document` of. Raises FormError."""
    reader: Reader = _reader(cast("Any", kind))
    return cast("T", reader(document))


@cache
def _reader(hint: Any) -> Reader:
    if isinstance(hint, NewType):
        return _reader(hint.__supertype__)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _enum_reader(hint)
    if is_dataclass(hint):
        return _fields_reader(hint)
    return _generic_reader(get_origin(hint), get_args(hint))


def _generic_reader(origin: Any, arguments: tuple[Any, ...]) -> Reader:
    if origin in (UnionType, Union):
        return _union_reader(arguments)
    if origin is tuple:
        return _tuple_reader(arguments)
    if origin is Mapping:
        part_of = _reader(arguments[1])
        return lambda part: {name: part_of(inner) for name, inner in part.items()}
    return _loose  # scalars, and `object`


def _loose(part: Any) -> Any:
    if isinstance(part, list):
        return tuple(_loose(inner) for inner in part)
    if isinstance(part, dict):
        return {name: _loose(inner) for name, inner in part.items()}
    return part


def _enum_reader(kind: type[Enum]) -> Reader:
    known = {member.value: member for member in kind}

    def read(part: Any) -> Enum:
        if part not in known:
            raise FormError(str(part))
        return known[part]

    return read


def _union_reader(arguments: tuple[Any, ...]) -> Reader:
    others = [argument for argument in arguments if argument is not NoneType]
    if len(others) > 1:  # model.value.Value
        return _loose
    inner = _reader(others[0])
    return lambda part: None if part is None else inner(part)


def _tuple_reader(arguments: tuple[Any, ...]) -> Reader:
    if arguments[1:] == (Ellipsis,):
        of = _reader(arguments[0])
        return lambda part: tuple([of(inner) for inner in part])
    readers = [_reader(argument) for argument in arguments]
    return lambda part: tuple([read(inner) for read, inner in zip(readers, part, strict=True)])


def _fields_reader(kind: Any) -> Reader:
    readers = {name: _reader(hint) for name, hint in _hints(kind).items()}
    required = {name for name, _, default_kind in _defaults(kind) if default_kind is None}

    def read(part: Any) -> Any:
        if not required <= part.keys() <= readers.keys():
            raise FormError(kind.__name__)
        return kind(**{name: readers[name](inner) for name, inner in part.items()})

    return read


def _hints(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}
