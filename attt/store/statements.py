"""Core statements made into the driver's own words once: making one costs more than running it."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    Connection,
    Delete,
    Dialect,
    Insert,
    Select,
    Table,
    bindparam,
    insert,
    select,
)

T = TypeVar("T")

_SIZES = (1, 8, 64, 400)  # how many values a statement is made for; the last is the most of one


class Ready:
    """A statement for the few places that every host passes. Its parameters are a tuple.

    `names` are the statement's parameters in the order of that tuple.
    """

    def __init__(self, statement: Select[Any] | Insert | Delete, *names: str) -> None:
        self._statement = statement
        self._names = names
        self._made: dict[str, tuple[str, list[int] | None]] = {}

    def run(self, connection: Connection, *values: object) -> list[tuple[Any, ...]]:
        """Run it once; the rows that come back."""
        text, order = self._words(connection.dialect)
        found: list[tuple[Any, ...]] = (
            _driver(connection).execute(text, _ordered(values, order)).fetchall()
        )
        return found

    def first(self, connection: Connection, *values: object) -> Any:
        """Run it once; the first value of the first row, or None."""
        found = self.run(connection, *values)
        return found[0][0] if found else None

    def run_all(self, connection: Connection, rows: Iterable[Sequence[object]]) -> None:
        """Run it for each row; nothing comes back."""
        text, order = self._words(connection.dialect)
        many = [_ordered(row, order) for row in rows]
        if many:
            _driver(connection).executemany(text, many)

    def _words(self, dialect: Dialect) -> tuple[str, list[int] | None]:
        made = self._made.get(dialect.name)
        if made is None:
            compiled = self._statement.compile(dialect=dialect)
            order = [self._names.index(name) for name in compiled.positiontup or ()]
            is_same = order == list(range(len(self._names)))
            made = self._made[dialect.name] = (str(compiled), None if is_same else order)
        return made


def _driver(connection: Connection) -> sqlite3.Connection:
    """The driver's own connection, within the transaction: a third of what a statement costs is saved."""
    driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    return driver


def _ordered(values: Sequence[object], order: list[int] | None) -> tuple[object, ...]:
    return tuple(values) if order is None else tuple([values[n] for n in order])


@cache
def adding(table: Table, *columns: str) -> Ready:
    """An INSERT of these columns."""
    return Ready(insert(table).values({name: bindparam(name) for name in columns}), *columns)


def chunks(items: Iterable[T], size: int = _SIZES[-1]) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def numbers(connection: Connection, column: Column[Any], wanted: Iterable[T]) -> dict[T, int]:
    """The `id` of each row whose `column` is one of `wanted`, by that value."""
    found: dict[T, int] = {}
    for chunk in chunks(wanted):
        size = next(size for size in _SIZES if size >= len(chunk))
        padded = (*chunk, *(chunk[-1],) * (size - len(chunk)))
        found |= dict(_by_value(column, size).run(connection, *padded))
    return found


@cache
def _by_value(column: Column[Any], size: int) -> Ready:
    names = [f"value_{n}" for n in range(size)]
    query = select(column, column.table.c.id).where(column.in_([bindparam(n) for n in names]))
    return Ready(query, *names)
