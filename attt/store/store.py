"""The store of runs: everything that an audit saw and found, for as long as the office keeps it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, Row

from attt.errors import UsageError
from attt.message import Message
from attt.model.answer import Answer
from attt.model.inventory import Inventory
from attt.model.run import HostRecord, Run, RunStatus, ScanRecord
from attt.store.answers import fetch_answers
from attt.store.content import chunks, fetch_digest
from attt.store.database import connect, reading, translated, writing
from attt.store.hosts import add_host, host_rows, load_hosts
from attt.store.place import prepare
from attt.store.runs import (
    RunSummary,
    add_run,
    end_run,
    find_inventory,
    find_run,
    list_runs,
    number_of,
    summarise,
)
from attt.store.scans import add_scan, load_scans, scan_rows

_RECORDS_AT_ONCE = 100


class Store:
    """Runs in one SQLite file. Methods that read take an id, the beginning of one, or "latest";
    those that write take the whole id. Any of them raises StoreError where the file or the disk
    fails, and UsageError for a run that is not there. It may be shared by threads.
    """

    def __init__(self, path: Path, engine: Engine) -> None:
        self._path = path
        self._engine = engine

    @classmethod
    def open(cls, path: Path, *, must_exist: bool = False, busy_s: float = 30.0) -> Self:
        """Open the store at `path`, or make it; `busy_s` is how long to wait for another writer.

        Raises StoreError for a place that others can get at, another program's file, a damaged
        one, one of a newer attt, or (with `must_exist`) none.
        """
        real = path.resolve()
        prepare(real, must_exist=must_exist)
        return cls(real, connect(real, busy_s))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with translated(self._path), reading(self._engine) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with translated(self._path), writing(self._engine) as connection:
            yield connection

    # --- a run as it goes ------------------------------------------------------------------

    def begin(self, run: Run, inventory: Inventory) -> None:
        """Put down a run and the inventory that it is made from; StoreError if it is there."""
        with self._writing() as connection:
            add_run(connection, run, inventory)

    def save_host(self, run_id: str, record: HostRecord, answers: Mapping[str, Answer]) -> None:
        """Keep all of one host in one transaction; `answers` by ask key, redacted already.

        The very same record again changes nothing; another one of the same host in the same run
        raises StoreError. ValueError where `record.answers` are not the digests of `answers`.
        """
        with self._writing() as connection:
            add_host(connection, number_of(connection, run_id), record, answers)

    def save_scan(self, run_id: str, record: ScanRecord) -> None:
        """Keep all of one scanned address (of one vantage) in one transaction, as `save_host`."""
        with self._writing() as connection:
            add_scan(connection, number_of(connection, run_id), record)

    def finish(self, run_id: str, status: RunStatus, finished_at: str) -> None:
        """Put down how the run ended; `finished_at` is RFC 3339 UTC."""
        with self._writing() as connection:
            end_run(connection, run_id, status, finished_at)

    # --- runs as they were -----------------------------------------------------------------

    def runs(self) -> tuple[Run, ...]:
        """All runs, the newest first."""
        with self._reading() as connection:
            return list_runs(connection)

    def summaries(self, newest: int | None = None) -> tuple[RunSummary, ...]:
        """Runs with their counts, the newest first, without reading any record."""
        with self._reading() as connection:
            return summarise(connection, newest)

    def run(self, run_id: str) -> Run:
        """One run; UsageError names the nearest or the newest where there is none."""
        with self._reading() as connection:
            return find_run(connection, run_id)[1]

    def inventory(self, run_id: str) -> Inventory:
        """The inventory as it was when the run began."""
        with self._reading() as connection:
            return find_inventory(connection, find_run(connection, run_id)[0])

    def done(self, run_id: str) -> frozenset[str]:
        """The ids of the hosts that the run has a record of; the rest is still to do."""
        with self._reading() as connection:
            return frozenset(
                row.name for row in host_rows(connection, find_run(connection, run_id)[0])
            )

    def hosts(self, run_id: str) -> Iterator[HostRecord]:
        """Its hosts in the order of the inventory, a hundred at a time in memory."""
        with self._reading() as connection:
            number, run = find_run(connection, run_id)
            rows = host_rows(connection, number, run.hosts_declared)
        return self._each_host(rows)

    def _each_host(self, rows: list[Row[Any]]) -> Iterator[HostRecord]:
        for chunk in chunks(rows, _RECORDS_AT_ONCE):
            with self._reading() as connection:
                records = load_hosts(connection, chunk)
            yield from records

    def scans(self, run_id: str) -> Iterator[ScanRecord]:
        """Its scanned addresses by vantage and address, a few at a time in memory."""
        with self._reading() as connection:
            rows = scan_rows(connection, find_run(connection, run_id)[0])
        return self._each_scan(rows)

    def _each_scan(self, rows: Sequence[Row[Any]]) -> Iterator[ScanRecord]:
        for chunk in chunks(rows, _RECORDS_AT_ONCE):
            with self._reading() as connection:
                records = load_scans(connection, chunk)
            yield from records

    def answers(self, run_id: str, host_id: str) -> dict[str, Answer]:
        """A host's answers by ask key; UsageError where the run has no record of it."""
        with self._reading() as connection:
            number, run = find_run(connection, run_id)
            for row in host_rows(connection, number):
                if row.name == host_id:
                    return fetch_answers(connection, row.answers)
        raise UsageError(
            Message("The run {run} holds no host {host}", run=run.id, host=host_id),
            hint=Message("See its hosts with: attt runs show {run}", run=run.id),
        )

    def raw(self, digest: str) -> bytes:
        """The bytes kept under a digest: nmap's XML, or an answer as model.digest encodes it."""
        with self._reading() as connection:
            content = fetch_digest(connection, digest)
        if content is None:
            raise UsageError(
                Message("The store holds no evidence {digest}", digest=digest),
                hint=Message("Evidence is named by 64 hexadecimal digits in reports and JSON"),
            )
        return content
