"""The heads of runs: begun, found by name, counted and ended."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, bindparam, func, insert, select, update

from attt.errors import StoreError, UsageError
from attt.message import Message
from attt.model.finding import Verdict
from attt.model.inventory import Inventory
from attt.model.run import HostStatus, Run, RunStatus
from attt.store import tables
from attt.store.codec import canonical, ordered, plain, rebuild
from attt.store.content import fetch, keep
from attt.store.statements import Ready

LATEST = "latest"

_NAMED = 3  # run ids that a hint names


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """A run and how much it holds; findings are those of its hosts and of its scans."""

    run: Run
    hosts: Mapping[HostStatus, int]
    findings: Mapping[Verdict, int]
    scans: int


def add_run(connection: Connection, run: Run, inventory: Inventory) -> int:
    """Put down a new run and give its number; raises StoreError where its id is taken."""
    if _row(connection, run.id) is not None:
        raise StoreError(
            Message("The run {run} is in the store already", run=run.id),
            hint=Message("Look at it with: attt runs show {run}", run=run.id),
        )
    head = replace(run, id="", started_at="", status=RunStatus.RUNNING, finished_at=None)
    numbers = keep(connection, [canonical(plain(head)), ordered(plain(inventory))])
    row = {
        "id": run.id,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "status": run.status.value,
        "head": numbers[0],
        "inventory": numbers[1],
    }
    connection.execute(insert(tables.run), row)
    return number_of(connection, run.id)


def end_run(connection: Connection, run_id: str, status: RunStatus, finished_at: str) -> int:
    """Put down how a run ended; an interrupted one can be ended again when it was resumed."""
    number = number_of(connection, run_id)
    _set_end(connection, number, status, finished_at)
    return number


def reopen_run(connection: Connection, number: int, run: Run) -> None:
    """Let a run go on that did not come to its end; raises UsageError where it did."""
    if run.status is RunStatus.FINISHED:
        raise UsageError(
            Message("Run {run} came to its end: there is nothing left to do", run=run.id),
            hint=Message("Look at it with: attt runs show {run}", run=run.id),
        )
    _set_end(connection, number, RunStatus.RUNNING, None)


def _set_end(
    connection: Connection, number: int, status: RunStatus, finished_at: str | None
) -> None:
    row = {"status": status.value, "finished_at": finished_at}
    connection.execute(update(tables.run).where(tables.run.c.number == number), row)


def number_of(connection: Connection, run_id: str) -> int:
    """The number of the run of exactly this id; raises UsageError."""
    number: int | None = _NUMBER.first(connection, run_id)
    if number is None:
        raise _unknown(connection, run_id)
    return number


def find_run(connection: Connection, name: str) -> tuple[int, Run]:
    """The run that an id, the beginning of one, or "latest" means; raises UsageError."""
    row = connection.execute(_newest(1)).first() if name == LATEST else _row(connection, name)
    if row is None:
        row = _by_prefix(connection, name)
    return int(row.number), _loaded(connection, [row])[0]


def find_inventory(connection: Connection, number: int) -> Inventory:
    """The inventory that a run began with, in the order of its files."""
    query = select(tables.run.c.inventory).where(tables.run.c.number == number)
    part = connection.execute(query).scalar_one()
    return rebuild(Inventory, json.loads(fetch(connection, [part])[part]))


def list_runs(connection: Connection, newest: int | None = None) -> tuple[Run, ...]:
    """Runs, the newest first; only so many where `newest` says how many."""
    return _loaded(connection, connection.execute(_newest(newest)).all())


def summarise(connection: Connection, newest: int | None = None) -> tuple[RunSummary, ...]:
    """Runs with their counts, the newest first, without reading any record."""
    rows = connection.execute(_newest(newest)).all()
    since = min((row.number for row in rows), default=0)
    hosts = _count_hosts(connection, since)
    findings = _count_verdicts(connection, since)
    scans = _count_scans(connection, since)
    return tuple(
        RunSummary(
            run=run,
            hosts=hosts[row.number],
            findings=findings[row.number],
            scans=scans.get(row.number, 0),
        )
        for row, run in zip(rows, _loaded(connection, rows), strict=True)
    )


def _newest(limit: int | None) -> Select[Any]:
    return select(tables.run).order_by(tables.run.c.number.desc()).limit(limit)


_NUMBER = Ready(select(tables.run.c.number).where(tables.run.c.id == bindparam("name")), "name")
_RUN = select(tables.run).where(tables.run.c.id == bindparam("name"))


def _row(connection: Connection, run_id: str) -> Row[Any] | None:
    return connection.execute(_RUN, {"name": run_id}).first()


def _loaded(connection: Connection, rows: Iterable[Row[Any]]) -> tuple[Run, ...]:
    listed = list(rows)
    heads = fetch(connection, [row.head for row in listed])
    return tuple(
        replace(
            rebuild(Run, json.loads(heads[row.head])),
            id=row.id,
            started_at=row.started_at,
            status=RunStatus(row.status),
            finished_at=row.finished_at,
        )
        for row in listed
    )


def _by_prefix(connection: Connection, name: str) -> Row[Any]:
    begins = func.substr(tables.run.c.id, 1, len(name)) == name
    rows = connection.execute(_newest(None).where(begins)).all() if name else []
    if len(rows) > 1:
        raise UsageError(
            Message("{count} runs begin with {name}", count=len(rows), name=name),
            hint=Message("Say more of it: {runs}", runs=_said(row.id for row in rows[:_NAMED])),
        )
    if not rows:
        raise _unknown(connection, name)
    return rows[0]


def _unknown(connection: Connection, name: str) -> UsageError:
    ids = [row.id for row in connection.execute(_newest(None))]
    if not ids:
        return UsageError(
            Message("The store holds no run yet"),
            hint=Message("Make one with: attt audit INVENTORY"),
        )
    near = get_close_matches(name, ids, n=_NAMED) if name != LATEST else []
    return UsageError(
        Message("There is no run {name}", name=name),
        hint=Message("Did you mean {runs}?", runs=_said(near))
        if near
        else Message("The newest runs are {runs}", runs=_said(ids[:_NAMED])),
    )


def _said(ids: Iterable[str]) -> str:
    return ", ".join(ids)


def _count_hosts(connection: Connection, since: int) -> dict[int, dict[HostStatus, int]]:
    record, state = tables.host_record, tables.host_state
    query = (
        select(record.c.run, state.c.status, func.count())
        .join(state, state.c.content == record.c.state)
        .where(record.c.run >= since)
        .group_by(record.c.run, state.c.status)
    )
    found: dict[int, dict[HostStatus, int]] = defaultdict(dict)
    for run, status, count in connection.execute(query):
        found[run][HostStatus(status)] = count
    return found


def _count_verdicts(connection: Connection, since: int) -> dict[int, dict[Verdict, int]]:
    found: dict[int, dict[Verdict, int]] = defaultdict(dict)
    for record in (tables.host_record, tables.scan_record):
        for run, verdict, count in connection.execute(_verdicts(record, since)):
            key = Verdict(verdict)
            found[run][key] = found[run].get(key, 0) + count
    return found


def _verdicts(record: Table, since: int) -> Select[Any]:
    sets = (
        select(record.c.run, record.c.findings, func.count().label("times"))
        .where(record.c.run >= since)
        .group_by(record.c.run, record.c.findings)
        .subquery()
    )
    return (
        select(sets.c.run, tables.tally.c.verdict, func.sum(sets.c.times * tables.tally.c.count))
        .join(tables.tally, tables.tally.c.findings == sets.c.findings)
        .group_by(sets.c.run, tables.tally.c.verdict)
    )


def _count_scans(connection: Connection, since: int) -> dict[int, int]:
    record = tables.scan_record
    query = select(record.c.run, func.count()).where(record.c.run >= since).group_by(record.c.run)
    return {run: count for run, count in connection.execute(query)}  # noqa: C416 - typed
