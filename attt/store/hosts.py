"""The hosts of a run: each is written once and whole, and read back exactly."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select

from attt.model import subject as subjects
from attt.model.answer import Answer
from attt.model.run import HostRecord, HostStatus
from attt.store import tables
from attt.store.answers import add_set, encoded, fetch_digests, find_set
from attt.store.codec import canonical, plain, rebuild
from attt.store.content import fetch, keep_named, number_names
from attt.store.findings import pack, unpack
from attt.store.records import count_verdicts, put
from attt.store.statements import Ready, adding


def add_host(
    connection: Connection, run: int, record: HostRecord, answers: Mapping[str, Answer]
) -> None:
    """One host with its answers; raises ValueError where they are not to the record's asks."""
    own = subjects.host(record.host)
    host = number_names(connection, tables.host, [record.host])[record.host]
    bare = replace(record, host="", observed_at="", findings=(), answers={})
    state, findings = canonical(plain(bare)), pack(record.findings, own, record.answers)
    set_name, answer_set = find_set(connection, record.answers)
    named = {hashlib.sha256(body).digest(): body for body in (state, findings)}
    state_name, findings_name = named
    if answer_set is None:
        named |= encoded(record.answers, answers)
    numbers = keep_named(connection, named)
    _put_state(connection, numbers[state_name], record.status)
    count_verdicts(connection, numbers[findings_name], record.findings)
    if answer_set is None:
        answer_set = add_set(connection, set_name, record.answers, numbers)
    row = {
        "run": run,
        "host": host,
        "state": numbers[state_name],
        "findings": numbers[findings_name],
        "answers": answer_set,
        "observed_at": record.observed_at,
    }
    _forget_silence(connection, run, host)
    put(connection, tables.host_record, row, record.host)


_SILENT = Ready(
    delete(tables.host_record).where(
        tables.host_record.c.run == bindparam("of_run"),
        tables.host_record.c.host == bindparam("of_host"),
        tables.host_record.c.state.in_(
            select(tables.host_state.c.content).where(
                tables.host_state.c.status == bindparam("status")
            )
        ),
    ),
    *("of_run", "of_host", "status"),
)
_STATE = Ready(
    select(tables.host_state).where(tables.host_state.c.content == bindparam("number")), "number"
)


def _forget_silence(connection: Connection, run: int, host: int) -> None:
    """That a host could not be reached is no evidence: what a second try brings takes its place."""
    _SILENT.run(connection, run, host, HostStatus.UNREACHABLE.value)


def _put_state(connection: Connection, number: int, status: HostStatus) -> None:
    if not _STATE.run(connection, number):
        adding(tables.host_state, "content", "status").run(connection, number, status.value)


def host_rows(connection: Connection, run: int, declared: Sequence[str] = ()) -> list[Row[Any]]:
    """The rows of a run's hosts in the order of the inventory; hosts that it lacks come last."""
    table = tables.host_record
    query = select(table, tables.host.c.name).join(tables.host).where(table.c.run == run)
    order = {name: n for n, name in enumerate(declared)}
    rows = connection.execute(query).all()
    return sorted(rows, key=lambda row: (order.get(row.name, len(order)), row.name))


def load_hosts(connection: Connection, rows: Sequence[Row[Any]]) -> list[HostRecord]:
    """The records of some rows, exactly as they were saved; raises DamagedError."""
    contents = fetch(connection, [n for row in rows for n in (row.state, row.findings)])
    digests = fetch_digests(connection, {row.answers for row in rows})
    return [
        replace(
            rebuild(HostRecord, json.loads(contents[row.state])),
            host=row.name,
            observed_at=row.observed_at,
            findings=unpack(contents[row.findings], subjects.host(row.name), digests[row.answers]),
            answers=digests[row.answers],
        )
        for row in rows
    ]


def host_history(connection: Connection, name: str) -> list[tuple[str, Row[Any]]]:
    """(run id, row) of every record of a host, in the order of the runs' beginning."""
    table = tables.host_record
    query = (
        select(table, tables.host.c.name, tables.run.c.id.label("run_id"))
        .join(tables.host, tables.host.c.id == table.c.host)
        .join(tables.run, tables.run.c.number == table.c.run)
        .where(tables.host.c.name == name)
        .order_by(table.c.run)
    )
    return [(row.run_id, row) for row in connection.execute(query).all()]
