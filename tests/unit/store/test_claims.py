"""A run is its process's own while the process lives, and nobody's afterwards."""

import errno
import fcntl
import subprocess
import sys

import pytest

from attt.errors import StoreError, UsageError
from attt.model.run import RunStatus
from attt.store.claims import Claims
from attt.store.store import Store

RUN = "20261122-0900-a1"
BEGINNER = """
import sys, time
from pathlib import Path
from attt.model.inventory import Inventory
from attt.model.run import Run
from attt.store.store import Store

store = Store.open(Path(sys.argv[1]))
inventory = Inventory(organisations={}, zones={}, hosts={}, systems={}, dossiers={})
run = Run(id="other", started_at="s", attt="0", rulebook="", inventory_digest="",
          inventory_source="", standards=())
store.begin(run, inventory)
print("begun", flush=True)
time.sleep(600)
"""


@pytest.fixture
def other(path):
    """Another process, which has begun the run `other` and is at it."""
    Store.open(path).close()
    with subprocess.Popen(
        [sys.executable, "-c", BEGINNER, path], stdout=subprocess.PIPE, text=True
    ) as process:
        assert "begun\n" == process.stdout.readline()
        yield process
        process.kill()


def test_a_run_that_another_process_is_at(other, path):
    """It is running, and nobody else can go on with it; readers are not held up."""
    with Store.open(path) as store:
        status = store.run("other").status
        with pytest.raises(StoreError, match="Another attt is at work on run other"):
            store.resume("other")

    assert RunStatus.RUNNING is status


def test_a_killed_process_holds_nothing(other, path):
    """The run is interrupted at once, in every list, and can be gone on with."""
    other.kill()
    other.wait()
    with Store.open(path) as store:
        told = (store.run("other").status, store.runs()[0].status, store.summaries()[0].run.status)
        store.resume("other")
        again = store.run("other").status

    assert {RunStatus.INTERRUPTED} == set(told)
    assert RunStatus.RUNNING is again


def test_two_stores_of_one_process_are_two(begun, path):
    """A lock belongs to the store that took it; closing the other one does not let go of it."""
    with Store.open(path) as second:
        status = second.run(RUN).status
        with pytest.raises(StoreError, match="at work"):
            second.resume(RUN)
    with Store.open(path) as third:
        still = third.run(RUN).status

    assert (RunStatus.RUNNING, RunStatus.RUNNING) == (status, still)


def test_a_run_that_was_ended_is_let_go_of(begun, path):
    """Interrupted by Ctrl-C: another process may finish it while this one writes its last words."""
    begun.finish(RUN, RunStatus.INTERRUPTED, "2026-11-22T02:10:00Z")
    with Store.open(path) as second:
        second.resume(RUN)
        now = second.run(RUN)

    assert (RunStatus.RUNNING, None) == (now.status, now.finished_at)


def test_a_finished_run_is_not_reopened(begun):
    """Papers were written from it."""
    begun.finish(RUN, RunStatus.FINISHED, "2026-11-22T02:10:00Z")

    with pytest.raises(UsageError, match="came to its end"):
        begun.resume(RUN)

    assert RunStatus.FINISHED is begun.run(RUN).status


def test_runs_are_held_one_by_one(path):
    """Each run has a byte of its own; looking takes nothing."""
    path.parent.mkdir(mode=0o700)
    one, two = Claims(path), Claims(path)
    try:
        assert (True, False, True) == (one.take(7), two.take(7), two.take(8))
        assert (True, True, False) == (one.is_taken(7), one.is_taken(8), one.is_taken(9))
        one.drop(7)
        one.drop(7)
        assert (False, True) == (two.is_taken(7), two.take(7))
    finally:
        one.close()
        two.close()

    assert (False, False) == (one.is_taken(7), two.is_taken(8))


def test_a_disk_without_locks_is_said_so(path, monkeypatch):
    """Better no run than one that two could write."""

    def refuse(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "fcntl", refuse)
    path.parent.mkdir(mode=0o700)
    claims = Claims(path)
    try:
        with pytest.raises(StoreError, match=r"No locks available\n.*attt\.toml"):
            claims.take(1)
    finally:
        claims.close()


def test_a_host_out_of_reach_may_be_read_after_all(begun, make):
    """Silence is no evidence: a second try takes its place, once; what was read stays."""
    begun.save_host(RUN, make.unreachable("h-1"), {})
    begun.save_host(RUN, make.host("h-1"), make.answers())

    assert (make.host("h-1"),) == tuple(begun.hosts(RUN))
    with pytest.raises(StoreError, match="h-1 is in this run already"):
        begun.save_host(RUN, make.unreachable("h-1"), {})
    assert (make.host("h-1"),) == tuple(begun.hosts(RUN))
