"""What every record of a run has in common: a set of findings, and that it is never replaced."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Table, insert, select

from attt.errors import StoreError
from attt.message import Message
from attt.model.finding import Finding
from attt.model.subject import Subject
from attt.store import tables
from attt.store.content import keep
from attt.store.findings import pack


def keep_findings(
    connection: Connection,
    findings: Sequence[Finding],
    own: Subject | None,
    digests: Mapping[str, str],
) -> int:
    """The number of a set of findings; when it is new its verdicts are counted."""
    number = keep(connection, [pack(findings, own, digests)])[0]
    table = tables.tally
    known = connection.execute(select(table.c.count).where(table.c.findings == number)).first()
    counts = Counter(finding.verdict.value for finding in findings)
    if counts and known is None:
        rows = [{"findings": number, "verdict": v, "count": n} for v, n in sorted(counts.items())]
        connection.execute(insert(table), rows)
    return number


def put(connection: Connection, table: Table, row: Mapping[str, object], name: str) -> None:
    """Write a record's row; the same row again is nothing new, another one a StoreError."""
    same = [column == row[column.name] for column in table.primary_key]
    known = connection.execute(select(table).where(*same)).mappings().first()
    if known is None:
        connection.execute(insert(table), row)
    elif dict(known) != row:
        raise StoreError(
            Message("{name} is in this run already, with another result", name=name),
            hint=Message("A finished record is never replaced; begin a new run"),
        )
