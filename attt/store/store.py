"""The store of runs: everything that an audit saw and found, for as long as the office keeps it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, Row

from attt.errors import StoreError, UsageError
from attt.message import Message
from attt.model.answer import Answer
from attt.model.inventory import Inventory
from attt.model.run import HostRecord, Run, RunStatus, ScanRecord
from attt.store.answers import fetch_answers
from attt.store.claims import Claims
from attt.store.content import fetch_digest
from attt.store.database import connect, reading, translated, writing
from attt.store.hosts import add_host, host_history, host_rows, load_hosts
from attt.store.newest import LastAnswers, each_inventory, last_answers
from attt.store.place import prepare
from attt.store.runs import (
    RunSummary,
    add_run,
    end_run,
    find_inventory,
    find_run,
    list_runs,
    number_of,
    reopen_run,
    summarise,
)
from attt.store.scans import add_scan, load_scans, scan_rows
from attt.store.statements import chunks

_RECORDS_AT_ONCE = 20  # a host's findings take half a MiB


class Store:
    """Runs in one SQLite file. Methods that read take an id, the beginning of one, or "latest";
    those that write take the whole id. Any of them raises StoreError where the file or the disk
    fails, and UsageError for a run that is not there. It may be shared by threads.
    """

    def __init__(self, path: Path, engine: Engine) -> None:
        self._path = path
        self._engine = engine
        self._claims = Claims(path)

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
        """Let go of the file and of the runs that were begun here."""
        self._engine.dispose()
        self._claims.close()

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
        """Put down a run and the inventory that it is made from; StoreError if it is there.

        The run is this process's own until `finish` or `close`, or until the process is no more.
        """
        with self._writing() as connection:
            self._claim(add_run(connection, run, inventory), run.id)

    def resume(self, run_id: str) -> None:
        """Go on with a run that did not come to its end, as `begin`.

        Raises UsageError where it did, and StoreError where another process is at it.
        """
        with self._writing() as connection:
            number, run = find_run(connection, run_id)
            if run.status is not RunStatus.FINISHED:
                self._claim(number, run.id)
            reopen_run(connection, number, run)

    def _claim(self, number: int, run_id: str) -> None:
        if not self._claims.take(number):
            raise StoreError(
                Message("Another attt is at work on run {run}", run=run_id),
                hint=Message("Wait until it has finished; how far it is: attt runs list"),
            )

    def save_host(self, run_id: str, record: HostRecord, answers: Mapping[str, Answer]) -> None:
        """Keep all of one host in one transaction; `answers` by ask key, redacted already.

        The very same record again changes nothing, and a host that was out of reach may be read
        after all; another record of a host that was read raises StoreError. ValueError where `record.answers` names other asks than `answers`.
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
            number = end_run(connection, run_id, status, finished_at)
        self._claims.drop(number)

    # --- runs as they were -----------------------------------------------------------------

    def runs(self) -> tuple[Run, ...]:
        """All runs, the newest first."""
        with self._reading() as connection:
            listed = list_runs(connection)
        return tuple(self._as_it_is(run) for run in listed)

    def summaries(self, newest: int | None = None) -> tuple[RunSummary, ...]:
        """Runs with their counts, the newest first, without reading any record."""
        with self._reading() as connection:
            found = summarise(connection, newest)
        return tuple(replace(each, run=self._as_it_is(each.run)) for each in found)

    def run(self, run_id: str) -> Run:
        """One run; UsageError names the nearest or the newest where there is none.

        A run that its process left without an end is INTERRUPTED, however it was left.
        """
        with self._reading() as connection:
            found = find_run(connection, run_id)[1]
        return self._as_it_is(found)

    def _as_it_is(self, run: Run) -> Run:
        if run.status is not RunStatus.RUNNING:
            return run
        with self._reading() as connection:
            number = number_of(connection, run.id)
        if self._claims.is_taken(number):
            return run
        # Its process lets go only after it has put down the end: look once more.
        with self._reading() as connection:
            now = find_run(connection, run.id)[1]
        is_over = now.status is not RunStatus.RUNNING
        return now if is_over else replace(now, status=RunStatus.INTERRUPTED)

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
        """Its hosts in the order of the inventory, a few at a time in memory."""
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

    # --- over all runs -----------------------------------------------------------------------

    def inventories(self) -> Iterator[Inventory]:
        """Every inventory that a run was made from, each once, that of the newest run first."""
        with self._reading() as connection:
            yield from each_inventory(connection)

    def last_answers(self, asks: Collection[str]) -> Iterator[LastAnswers]:
        """The newest answers of each host to some asks (by ask key), hosts in the order of ids."""
        with self._reading() as connection:
            yield from last_answers(connection, asks)

    def history(self, host_id: str) -> Iterator[tuple[str, HostRecord]]:
        """(run id, record) of a host in every run that holds one, the oldest first."""
        with self._reading() as connection:
            listed = host_history(connection, host_id)
        for chunk in chunks(listed, _RECORDS_AT_ONCE):
            with self._reading() as connection:
                records = load_hosts(connection, [row for _, row in chunk])
            yield from zip((run for run, _ in chunk), records, strict=True)

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
