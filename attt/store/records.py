"""What every record of a run has in common: a set of findings, and that it is never replaced."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from sqlalchemy import Connection, Table, bindparam, select

from attt.errors import StoreError
from attt.message import Message
from attt.model.finding import Finding
from attt.model.subject import Subject
from attt.store import tables
from attt.store.content import keep
from attt.store.findings import pack
from attt.store.statements import Ready, adding

_TALLY = Ready(
    select(tables.tally.c.count).where(tables.tally.c.findings == bindparam("number")), "number"
)


def keep_findings(
    connection: Connection,
    findings: Sequence[Finding],
    own: Subject | None,
    digests: Mapping[str, str],
) -> int:
    """The number of a set of findings; when it is new its verdicts are counted."""
    number = keep(connection, [pack(findings, own, digests)])[0]
    count_verdicts(connection, number, findings)
    return number


def count_verdicts(connection: Connection, number: int, findings: Sequence[Finding]) -> None:
    """Put down how often each verdict stands in the set of findings of this number."""
    counts = Counter(finding.verdict.value for finding in findings)
    if counts and not _TALLY.run(connection, number):
        rows = [(number, verdict, count) for verdict, count in sorted(counts.items())]
        adding(tables.tally, "findings", "verdict", "count").run_all(connection, rows)


def put(connection: Connection, table: Table, row: Mapping[str, object], name: str) -> None:
    """Write a record's row; the same row again is nothing new, another one a StoreError."""
    keys = [row[column.name] for column in table.primary_key]
    known = _by_key(table).run(connection, *keys)
    if not known:
        adding(table, *row).run(connection, *row.values())
    elif dict(zip(table.c.keys(), known[0], strict=True)) != row:
        raise StoreError(
            Message("{name} is in this run already, with another result", name=name),
            hint=Message("A finished record is never replaced; begin a new run"),
        )


@cache
def _by_key(table: Table) -> Ready:
    keys = [column.name for column in table.primary_key]
    query = select(table).where(*(table.c[name] == bindparam(name) for name in keys))
    return Ready(query, *keys)
