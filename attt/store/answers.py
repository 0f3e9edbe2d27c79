"""What a host answered in a run: a set of (ask, answer) that is kept once while nothing changes."""

import hashlib
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, bindparam, select

from attt.model import digest as digests
from attt.model.answer import Answer
from attt.store import tables
from attt.store.codec import canonical
from attt.store.content import fetch, number_names
from attt.store.statements import Ready, adding, chunks

_SET = Ready(
    select(tables.answer_set.c.id).where(tables.answer_set.c.digest == bindparam("digest")),
    "digest",
)


def encoded(named: Mapping[str, str], answers: Mapping[str, Answer]) -> dict[bytes, bytes]:
    """Answers as bytes, by their digests in `named` (ask key → digest), which the caller vouches for.

    ValueError where the two are not about the same asks. Whoever reads them checks each digest.
    """
    if named.keys() != answers.keys():
        msg = "the record's digests are not those of the answers"
        raise ValueError(msg)
    return {bytes.fromhex(named[ask]): digests.encode(answer) for ask, answer in answers.items()}


def find_set(connection: Connection, named: Mapping[str, str]) -> tuple[bytes, int | None]:
    """The name of a set of answers, and its number where the store has it."""
    name = hashlib.sha256(canonical(dict(named))).digest()
    known: int | None = _SET.first(connection, name)
    return name, known


def add_set(
    connection: Connection, name: bytes, named: Mapping[str, str], contents: Mapping[bytes, int]
) -> int:
    """Put down a new set; `contents` are the numbers of all its answers, by digest."""
    adding(tables.answer_set, "digest").run(connection, name)
    number: int = _SET.first(connection, name)
    asks = number_names(connection, tables.ask, sorted(named))
    rows = [(number, asks[ask], contents[bytes.fromhex(named[ask])]) for ask in sorted(named)]
    adding(tables.answer_in_set, "answer_set", "ask", "content").run_all(connection, rows)
    return number


def fetch_digests(connection: Connection, sets: Iterable[int]) -> dict[int, dict[str, str]]:
    """Ask key → answer digest, by the number of the set."""
    members = tables.answer_in_set
    found: dict[int, dict[str, str]] = {number: {} for number in sets}
    for chunk in chunks(list(found)):
        query = (
            select(members.c.answer_set, tables.ask.c.name, tables.content.c.digest)
            .join(tables.ask, tables.ask.c.id == members.c.ask)
            .join(tables.content, tables.content.c.id == members.c.content)
            .where(members.c.answer_set.in_(chunk))
            .order_by(tables.ask.c.name)
        )
        for row in connection.execute(query):
            found[row.answer_set][row.name] = row.digest.hex()
    return found


def fetch_answers(connection: Connection, number: int) -> dict[str, Answer]:
    """The answers of a set by ask key; raises DamagedError."""
    members = tables.answer_in_set
    query = (
        select(tables.ask.c.name, members.c.content)
        .join(tables.ask, tables.ask.c.id == members.c.ask)
        .where(members.c.answer_set == number)
        .order_by(tables.ask.c.name)
    )
    rows = connection.execute(query).all()
    contents = fetch(connection, [row.content for row in rows])
    return {row.name: digests.decode(contents[row.content]) for row in rows}
