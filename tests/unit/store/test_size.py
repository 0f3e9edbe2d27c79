import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from attt.model.answer import Answer
from attt.model.digest import digest
from attt.store.content import plainly
from attt.store.store import Store


def test_a_thousand_equal_sets_of_findings_are_one(store, path, make):
    """Ten runs of a hundred equal hosts keep their findings, and their answers, once."""
    for run in range(10):
        store.begin(make.run(f"run-{run}"), make.inventory())
        for n in range(100):
            store.save_host(f"run-{run}", make.host(f"h-{n}"), make.answers())
    with closing(sqlite3.connect(path)) as connection:
        count = (
            "SELECT count(*), count(DISTINCT findings), count(DISTINCT answers) FROM host_record"
        )
        answers = connection.execute("SELECT count(*) FROM answer_in_set").fetchone()

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute(count).fetchone() == (1000, 1, 1)
        assert (len(make.answers()),) == answers


def test_findings_are_kept_once_though_raw_answers_change(store, path, make):
    """An answer that is another one at every look does not copy what was found."""
    for run in range(5):
        store.begin(make.run(f"run-{run}"), make.inventory())
        store.save_host(f"run-{run}", make.host(salt=str(run)), make.answers(str(run)))
    with closing(sqlite3.connect(path)) as connection:
        count = "SELECT count(DISTINCT findings), count(DISTINCT answers) FROM host_record"

        assert connection.execute(count).fetchone() == (1, 5)


def salted(host: str) -> dict[str, Answer]:
    return {f"{n:016x}": Answer(stdout=f"{host} {n}\n".encode() * 40) for n in range(40)}


def test_a_run_in_which_nothing_changed_costs_next_to_nothing(path, make):
    """Less than 200 bytes a host, though no two hosts say the same."""
    sizes = []
    names = [f"h-{n:03}" for n in range(200)]
    for run in ("one", "two"):
        with Store.open(path) as store:
            store.begin(make.run(run, hosts_declared=tuple(names)), make.inventory())
            for name in names:
                answers = salted(name)
                digests = {ask: digest(answer) for ask, answer in answers.items()}
                findings = tuple(
                    replace(finding, item=name, evidence=())
                    for finding in make.host(name).findings * 10
                )
                record = make.host(name, answers=digests, findings=findings)
                store.save_host(run, replace(record, observed_at=f"{run} {name}"), answers)
        sizes.append(path.stat().st_size)
    first, second = sizes[0], sizes[1] - sizes[0]

    assert second / len(names) < 200
    assert first > 20 * second


@pytest.mark.parametrize("canary", [b"canary-7f3a-secret"])
def test_nothing_but_what_was_given_is_written(path, make, canary, monkeypatch):
    """Neither the environment nor a home folder nor this machine's name gets into the file."""
    monkeypatch.setenv("ATTT_SUDO", canary.decode())
    with Store.open(path) as store:
        store.begin(make.run(), make.inventory())
        store.save_host(make.run().id, make.host(), make.answers())
        store.save_scan(make.run().id, make.scan())
        everything = b"".join(file.read_bytes() for file in path.parent.iterdir())
    with closing(sqlite3.connect(path)) as connection:
        bodies = [plainly(row[0]) for row in connection.execute("SELECT body FROM content")]
        words = {
            value
            for table in ("run", "host", "ask", "scan_target", "host_record", "scan_record")
            for row in connection.execute(f"SELECT * FROM {table}")
            for value in row
            if isinstance(value, str)
        }
    given = make.run(), make.host(), make.scan()

    assert canary not in everything + b"".join(bodies)
    assert b"SUDO" not in everything + b"".join(bodies)
    assert all(word in repr(given) for word in words)
    assert 2 + len(make.answers()) + 2 + 3 == len(bodies)
