"""The scanned addresses of a run: each is written once and whole, and read back exactly."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from attt.model.digest import digest_of
from attt.model.run import ScanEvidence, ScanRecord
from attt.store import tables
from attt.store.codec import canonical, plain, rebuild
from attt.store.content import fetch, keep
from attt.store.findings import unpack
from attt.store.records import keep_findings, put


def add_scan(connection: Connection, run: int, record: ScanRecord) -> None:
    """One address from one vantage; raises ValueError where `raw` is not its XML's digest."""
    evidence = record.evidence
    digest = _digest(evidence)
    if record.raw not in ("", digest):
        msg = "the record's digest is not that of the scan's XML"
        raise ValueError(msg)
    state = replace(evidence, vantage="", address="", observed_at="", raw=b"")
    row = {
        "run": run,
        "target": _number(connection, evidence),
        "state": keep(connection, [canonical(plain(state))])[0],
        "findings": keep_findings(connection, record.findings, None, _named(digest)),
        "raw": keep(connection, [evidence.raw])[0] if evidence.raw else None,
        "observed_at": evidence.observed_at,
    }
    put(connection, tables.scan_record, row, evidence.address)


def _digest(evidence: ScanEvidence) -> str:
    return digest_of(evidence.raw) if evidence.raw else ""


def _named(digest: str) -> dict[str, str]:
    """The name by which findings refer to the XML, which is another one in every run."""
    return {"xml": digest} if digest else {}


def _number(connection: Connection, evidence: ScanEvidence) -> int:
    table = tables.scan_target
    query = select(table.c.id).where(
        table.c.vantage == evidence.vantage, table.c.address == evidence.address
    )
    known: int | None = connection.execute(query).scalar()
    if known is not None:
        return known
    row = {"vantage": evidence.vantage, "address": evidence.address}
    connection.execute(insert(table), row)
    return int(connection.execute(query).scalar_one())


def scan_rows(connection: Connection, run: int) -> Sequence[Row[Any]]:
    """The rows of a run's scans, ordered by vantage and address as text."""
    table, target = tables.scan_record, tables.scan_target
    query = select(table, target.c.vantage, target.c.address).join(target)
    ordered = query.where(table.c.run == run).order_by(target.c.vantage, target.c.address)
    return connection.execute(ordered).all()


def load_scans(connection: Connection, rows: Sequence[Row[Any]]) -> list[ScanRecord]:
    """The records of some rows, as they were saved; `raw` names the XML wherever there is any."""
    numbers = [n for row in rows for n in (row.state, row.findings, row.raw) if n is not None]
    contents = fetch(connection, numbers)
    return [_loaded(row, contents) for row in rows]


def _loaded(row: Row[Any], contents: dict[int, bytes]) -> ScanRecord:
    evidence = replace(
        rebuild(ScanEvidence, json.loads(contents[row.state])),
        vantage=row.vantage,
        address=row.address,
        observed_at=row.observed_at,
        raw=b"" if row.raw is None else contents[row.raw],
    )
    digest = _digest(evidence)
    findings = unpack(contents[row.findings], None, _named(digest))
    return ScanRecord(evidence=evidence, findings=findings, raw=digest)
