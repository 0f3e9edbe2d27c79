"""What every record of a run has in common: a set of findings, and that it is never replaced."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Select, Table, bindparam, insert, select

from attt.errors import StoreError
from attt.message import Message
from attt.model.finding import Finding
from attt.model.subject import Subject
from attt.store import tables
from attt.store.content import keep
from attt.store.findings import pack

_TALLY = select(tables.tally.c.count).where(tables.tally.c.findings == bindparam("number"))
_ADD_TALLY = insert(tables.tally)


def keep_findings(
    connection: Connection,
    findings: Sequence[Finding],
    own: Subject | None,
    digests: Mapping[str, str],
) -> int:
    """The number of a set of findings; when it is new its verdicts are counted."""
    number = keep(connection, [pack(findings, own, digests)])[0]
    known = connection.execute(_TALLY, {"number": number}).first()
    counts = Counter(finding.verdict.value for finding in findings)
    if counts and known is None:
        rows = [{"findings": number, "verdict": v, "count": n} for v, n in sorted(counts.items())]
        connection.execute(_ADD_TALLY, rows)
    return number


def put(connection: Connection, table: Table, row: Mapping[str, object], name: str) -> None:
    """Write a record's row; the same row again is nothing new, another one a StoreError."""
    keys = {column.name: row[column.name] for column in table.primary_key}
    known = connection.execute(_by_key(table), keys).mappings().first()
    if known is None:
        connection.execute(_into(table), row)
    elif dict(known) != row:
        raise StoreError(
            Message("{name} is in this run already, with another result", name=name),
            hint=Message("A finished record is never replaced; begin a new run"),
        )


@cache
def _by_key(table: Table) -> Select[Any]:
    return select(table).where(*(column == bindparam(column.name) for column in table.primary_key))


@cache
def _into(table: Table) -> Insert:
    return insert(table)
