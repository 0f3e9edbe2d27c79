"""Filling values in for `<parameters>`; what comes out has the shape of what went in."""

import re
from collections.abc import Iterator, Mapping

from attt.yamlio import Data

PLACEHOLDER = re.compile(r"<([^<>\s]{1,64})>")

Loc = tuple[str | int, ...]
Filling = str | int | bool


def filled(data: Data, values: Mapping[str, Filling]) -> Data:
    """`data` with every parameter replaced; one that stands alone keeps the type of its value."""
    match data:
        case dict():
            return {key: filled(inner, values) for key, inner in data.items()}
        case list():
            return [filled(inner, values) for inner in data]
        case str() if "<" in data:
            alone = PLACEHOLDER.fullmatch(data)
            if alone:
                return values[alone[1]]
            return PLACEHOLDER.sub(lambda found: text(values[found[1]]), data)
        case _:
            return data


def text(value: Filling) -> str:
    """A value as it stands inside a longer text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def used(data: Data, loc: Loc = ()) -> Iterator[tuple[str, Loc]]:
    """Every parameter that stands in `data`, with its place; keys hold none."""
    match data:
        case dict():
            for key, inner in data.items():
                yield from used(inner, (*loc, key))
        case list():
            for number, one in enumerate(data):
                yield from used(one, (*loc, number))
        case str():
            yield from ((found[1], loc) for found in PLACEHOLDER.finditer(data))


def size(data: Data) -> int:
    """How many values `data` holds."""
    match data:
        case dict():
            return 1 + sum(map(size, data.values()))
        case list():
            return 1 + sum(map(size, data))
        case _:
            return 1
