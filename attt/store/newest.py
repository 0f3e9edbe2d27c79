"""What is known last of each host, over all runs: who was declared, and who answered what when."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from attt.model import digest as digests
from attt.model.answer import Answer
from attt.model.inventory import Inventory
from attt.store import tables
from attt.store.codec import rebuild
from attt.store.content import fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class LastAnswers:
    """What a host answered to some asks the last time that it answered any of them."""

    host: str
    run: str
    observed_at: str
    answers: Mapping[str, Answer]


def each_inventory(connection: Connection) -> Iterator[Inventory]:
    """Every inventory that a run was made from, each once, that of the newest run first."""
    newest = func.max(tables.run.c.number)
    query = select(tables.run.c.inventory).group_by(tables.run.c.inventory).order_by(newest.desc())
    for number in connection.execute(query).scalars().all():
        yield rebuild(Inventory, json.loads(fetch(connection, [number])[number]))


def last_answers(connection: Connection, asks: Collection[str]) -> Iterator[LastAnswers]:
    """For each host its newest answers to `asks` (ask keys); a host without any is left out."""
    record, member, ask = tables.host_record, tables.answer_in_set, tables.ask
    holding = (
        select(member.c.answer_set)
        .join(ask, ask.c.id == member.c.ask)
        .where(ask.c.name.in_(list(asks)))
        .distinct()
    )
    newest = (
        select(record.c.host, func.max(record.c.run).label("run"))
        .where(record.c.answers.in_(holding))
        .group_by(record.c.host)
        .subquery()
    )
    query = (
        select(tables.host.c.name, tables.run.c.id, record.c.observed_at, record.c.answers)
        .join(newest, (newest.c.host == record.c.host) & (newest.c.run == record.c.run))
        .join(tables.host, tables.host.c.id == record.c.host)
        .join(tables.run, tables.run.c.number == record.c.run)
        .order_by(tables.host.c.name)
    )
    for row in connection.execute(query).all():
        answers = _some(connection, row.answers, asks)
        yield LastAnswers(host=row.name, run=row.id, observed_at=row.observed_at, answers=answers)


def _some(connection: Connection, number: int, asks: Collection[str]) -> dict[str, Answer]:
    member = tables.answer_in_set
    query = (
        select(tables.ask.c.name, member.c.content)
        .join(tables.ask, tables.ask.c.id == member.c.ask)
        .where(member.c.answer_set == number, tables.ask.c.name.in_(list(asks)))
    )
    rows = connection.execute(query).all()
    contents = fetch(connection, [row.content for row in rows])
    return {row.name: digests.decode(contents[row.content]) for row in rows}
