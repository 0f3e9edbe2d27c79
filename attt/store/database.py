"""SQLite as the store uses it: identity, version, locks, and its errors in words."""

import shlex
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from attt.errors import StoreError
from attt.message import Message
from attt.store.codec import FormError
from attt.store.content import DamagedError
from attt.store.tables import SCHEMA, metadata

APPLICATION = int.from_bytes(b"ATTT")
"""PRAGMA application_id of every store: no other program's database is taken for one."""

_WRITES = "attt_writes"
_PAUSE_S = 0.01
_NO_TEXT = sqlite3.SQLITE_CORRUPT  # without a code, Python could not decode a text that it read


def connect(path: Path, busy_s: float) -> Engine:
    """An engine on the store at `path`, with its tables; raises StoreError."""
    with translated(path):
        is_new = _identify(path, busy_s)
        engine = create_engine(
            URL.create("sqlite", database=str(path)), connect_args={"timeout": busy_s}
        )
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
        if is_new:
            _make_tables(engine)
    return engine


def _identify(path: Path, busy_s: float) -> bool:
    """Whether the file is still empty; refuses other programs' files and newer versions."""
    with closing(sqlite3.connect(path, timeout=busy_s, isolation_level=None)) as connection:
        connection.execute("BEGIN")  # one snapshot: another attt may be making the tables
        application, version, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("application_id", "user_version", "schema_version")
        )
        connection.execute("COMMIT")
        is_new = (application, version, size) == (0, 0, 0)
        if not is_new and application != APPLICATION:
            raise StoreError(
                Message("{path} is a database of another program", path=path),
                hint=Message("Name another file for the store"),
            )
        if version > SCHEMA:
            raise _too_new(path)
        _use_wal(connection, busy_s)
        if 0 < version < SCHEMA:  # tables are the same; an older attt could not read new bodies
            connection.execute(f"PRAGMA user_version = {SCHEMA}")
    return is_new


def _use_wal(connection: sqlite3.Connection, busy_s: float) -> None:
    """Readers beside one writer. When two switch a new file at once SQLite does not wait; we do."""
    deadline = time.monotonic() + busy_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_S)
        else:
            return


def _make_tables(engine: Engine) -> None:
    with writing(engine) as connection:
        metadata.create_all(connection)  # only what is missing: another attt may be faster
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION}")
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA}")


def _on_connect(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # BEGIN is ours
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One snapshot of the store; it neither waits for a writer nor holds one up."""
    with engine.begin() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that is done whole or not at all; other writers wait for it."""
    with engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
        yield connection


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """What SQLite and the disk say, as StoreError; what only a bug can cause goes on as it is."""
    try:
        yield
    except (DamagedError, UnicodeDecodeError) as error:
        raise _damaged(path) from error
    except FormError as error:
        raise _too_new(path) from error
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        code = getattr(cause, "sqlite_errorcode", _NO_TEXT)
        mended = _in_words(path, code & 0xFF, str(cause))
        if mended is None:
            raise
        raise mended from error


def _in_words(path: Path, code: int, why: str) -> StoreError | None:
    folder = shlex.quote(str(path.parent))
    match code:
        case sqlite3.SQLITE_FULL:
            return StoreError(
                Message("The disk that holds {path} is full", path=path),
                hint=Message(
                    "Finished hosts are kept. Make room (see: df -h {folder}), then go on with:"
                    " attt runs resume",
                    folder=folder,
                ),
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return StoreError(
                Message("attt may not write to the store {path}: {why}", path=path, why=why),
                hint=Message(
                    "Run attt as the user that owns it (see: ls -la {folder})", folder=folder
                ),
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreError(
                Message("Another attt has been writing to {path} for too long", path=path),
                hint=Message("Wait until it has finished and run again"),
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return _damaged(path)
        case sqlite3.SQLITE_IOERR:
            return StoreError(
                Message("The disk failed with the store {path}: {why}", path=path, why=why),
                hint=Message("Look at the disk with: dmesg | tail, df -h {folder}", folder=folder),
            )
    return None


def _damaged(path: Path) -> StoreError:
    return StoreError(
        Message("The store {path} is damaged, or no store of attt", path=path),
        hint=Message(
            "Move it away and put a copy in its place, or save what is left with:"
            " sqlite3 {path} .recover",
            path=shlex.quote(str(path)),
        ),
    )


def _too_new(path: Path) -> StoreError:
    return StoreError(
        Message("The store {path} was written by a newer attt", path=path),
        hint=Message("Install that attt or a later one; this one must not touch it"),
    )
