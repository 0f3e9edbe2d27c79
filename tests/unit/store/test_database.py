import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import zlib
from contextlib import closing
from pathlib import Path

import pytest
import zstandard
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from attt.errors import StoreError
from attt.store.content import plainly, squeezed
from attt.store.store import Store
from attt.store.tables import SCHEMA, content


def test_a_store_of_a_newer_attt_is_refused(path):
    """An old program never writes into what it does not understand."""
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA + 1}")

    with pytest.raises(StoreError, match="newer attt"):
        Store.open(path)


def test_a_database_of_another_program_is_left_alone(path):
    """Its tables, its mode and its bytes stay."""
    path.parent.mkdir(mode=0o700)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url)")
    path.chmod(0o600)
    before = path.read_bytes()

    with pytest.raises(StoreError, match="another program"):
        Store.open(path)

    assert before == path.read_bytes()


@pytest.mark.parametrize(
    "content", [b"not a database at all" * 50, b"SQLite format 3\0" + b"x" * 4096]
)
def test_a_file_that_is_no_database_is_said_to_be_damaged(path, content):
    """With a mend, and without touching it."""
    path.parent.mkdir(mode=0o700)
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(StoreError, match=r"damaged.*\n.*Move it away"):
        Store.open(path)

    assert content == path.read_bytes()


def read_hosts(path):
    with Store.open(path) as store:
        store.inventory("latest")
        for record in store.hosts("latest"):
            store.answers("latest", record.host)
            yield record


def test_a_damaged_page_is_never_read_as_truth(path, make):
    """Wherever bytes rot, a record that can be read is the one that was written."""
    written = {f"h-{n}": make.host(f"h-{n}") for n in range(40)}
    with Store.open(path) as store:
        store.begin(make.run(), make.inventory())
        for record in written.values():
            store.save_host(make.run().id, record, make.answers())
    whole = path.read_bytes()
    chance = random.Random(20261122)
    refused = 0
    for _ in range(60):
        at = chance.randrange(3 * 4096, len(whole) - 50)
        path.write_bytes(whole[:at] + chance.randbytes(50) + whole[at + 50 :])
        try:
            read = list(read_hosts(path))
        except StoreError:
            refused += 1
        else:
            assert [written[record.host] for record in read] == read

    assert refused > 0


def test_an_answer_that_was_altered_is_refused(begun, path, make):
    """Evidence is checked against its digest whenever it is read."""
    begun.save_host(make.run().id, make.host(), make.answers())
    begun.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "UPDATE content SET body = (SELECT body FROM content WHERE id = 2) WHERE id > 4"
        )

    with Store.open(path) as store, pytest.raises(StoreError, match="damaged"):
        store.answers("latest", "h-1")


def test_a_writer_that_never_ends_is_not_waited_for_for_ever(path, make):
    """The user is told what holds the store up."""
    with (
        Store.open(path, busy_s=0.1) as store,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StoreError, match="Another attt"):
            store.begin(make.run(), make.inventory())


def test_a_reader_does_not_wait_for_a_writer(begun, path, make):
    """`runs list` answers while an audit goes on."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM run")

        assert (make.run(),) == begun.runs()


def test_threads_may_share_a_store(begun, make):
    """Four workers lose and double nothing."""
    names = [f"h-{n}" for n in range(40)]

    def save(mine: list[str]) -> None:
        for name in mine:
            begun.save_host(make.run().id, make.host(name, name), make.answers(name))

    workers = [threading.Thread(target=save, args=(names[n::4],)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert {name: make.host(name, name) for name in names} == {
        record.host: record for record in begun.hosts("latest")
    }


WRITER = """
import sys
from pathlib import Path
from attt.model.inventory import Inventory
from attt.model.run import HostRecord, HostStatus, Run
from attt.store.store import Store

name = sys.argv[2]
inventory = Inventory(organisations={}, zones={}, hosts={}, systems={}, dossiers={})
run = Run(id=name, started_at="s", attt="0", rulebook="", inventory_digest="",
          inventory_source="", standards=())
print("ready", flush=True)
sys.stdin.readline()
with Store.open(Path(sys.argv[1])) as store:
    store.begin(run, inventory)
    for n in range(60):
        record = HostRecord(host=f"h-{n}", name="", address="", status=HostStatus.UNREACHABLE,
                            observed_at=f"{n}")
        store.save_host(name, record, {})
"""


def test_two_processes_make_and_fill_one_store(path):
    """Two audits that begin in the same moment both come to their end."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, path, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two", "three")
    ]
    for writer in writers:
        writer.stdout.readline()
    for writer in writers:
        writer.stdin.write("\n")
        writer.stdin.flush()
    said = [writer.communicate(timeout=60)[1] for writer in writers]

    with Store.open(path, must_exist=True) as store:
        assert said == [""] * 3
        assert {summary.run.id: sum(summary.hosts.values()) for summary in store.summaries()} == {
            "one": 60,
            "two": 60,
            "three": 60,
        }


def test_what_a_record_refers_to_cannot_be_taken_away(begun, path):
    """Foreign keys are on in every connection of the store."""
    with pytest.raises(IntegrityError), begun._writing() as connection:
        connection.execute(delete(content))

    assert begun.inventory("latest")


def test_bytes_of_every_size_come_back_as_they_were():
    """Short ones and long ones are kept in two forms; damage of either is seen."""
    for size in (0, 1, 127, 128, 129, 5000, 300_000):
        body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)

        assert body == plainly(squeezed(body))
    for body in (
        b"",
        b"\x28\xb5\x2f\xfd",
        squeezed(b"y" * 5000)[:-3],
        b"\x28\xb5\x2f\xfd\xe0" + b"\xff" * 12,
    ):
        with pytest.raises((zlib.error, zstandard.ZstdError)):
            plainly(body)


def test_a_store_of_an_earlier_version_becomes_one_of_this(path):
    """An attt that knows only the old bodies must not take it for its own."""
    path.parent.mkdir(mode=0o700)
    shutil.copyfile(Path(__file__).with_name("old") / "schema-1.db", path)
    path.chmod(0o600)
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]

    assert SCHEMA == version
