from dataclasses import replace

import pytest

from attt.errors import StoreError, UsageError
from attt.model.finding import Verdict
from attt.model.run import HostStatus, RunStatus
from attt.store.runs import RunSummary
from attt.store.store import Store

NAMES = ("20261120-a", "20261121-b", "20261122-c")


@pytest.fixture
def three(store, make):
    for name in NAMES:
        store.begin(make.run(name), make.inventory())
    return store


def test_runs_come_newest_first(three, make):
    """A list of runs begins with what was just done."""
    assert tuple(make.run(name) for name in reversed(NAMES)) == three.runs()


def test_a_finished_run_says_so(store, path, make):
    """How a run ended is there when the store is opened again, and the rest is as it was."""
    store.begin(make.run(is_check=True), make.inventory())
    store.finish(make.run().id, RunStatus.INTERRUPTED, "2026-11-22T02:10:00Z")
    store.finish(make.run().id, RunStatus.FINISHED, "2026-11-22T02:20:00Z")
    store.close()
    finished = make.run(
        is_check=True, status=RunStatus.FINISHED, finished_at="2026-11-22T02:20:00Z"
    )

    with Store.open(path, must_exist=True) as again:
        assert (finished,) == again.runs()


def test_the_inventory_of_a_run_is_kept(three, make):
    """The snapshot is exact and in the order of the files, though it is kept once."""
    assert make.inventory() == three.inventory("20261120-a")
    assert list(three.inventory("latest").zones) == ["dmz", "csdl"]


@pytest.mark.parametrize(
    ("name", "expected"), [("latest", 2), ("20261121-b", 1), ("20261120", 0), ("20261122-", 2)]
)
def test_a_run_is_found_by_what_is_enough_of_its_name(three, name, expected):
    """An id, the beginning of one, or "latest"."""
    assert NAMES[expected] == three.run(name).id


def test_an_exact_name_wins_over_longer_ones(store, make):
    """A run stays reachable when another one's id begins with its own."""
    for name in ("a", "ab"):
        store.begin(make.run(name), make.inventory())

    assert store.run("a").id == "a"


def test_too_short_a_beginning_names_those_that_it_could_be(three):
    """The user sees what to type instead."""
    with pytest.raises(UsageError, match=r"3 runs begin with 202611\n.*20261122-c, 20261121-b"):
        three.run("202611")


@pytest.mark.parametrize("name", ["20261123-c", "20261122-C", ""])
def test_an_unknown_run_is_answered_with_others(three, name):
    """Mistyped names lead to the nearest runs, strange ones to the newest."""
    with pytest.raises(UsageError, match="20261122-c"):
        three.run(name)


@pytest.mark.parametrize("name", ["%", "_", "2026112%"])
def test_patterns_of_the_database_mean_nothing(three, name):
    """A name is text, whatever SQL would make of it."""
    with pytest.raises(UsageError, match="There is no run"):
        three.run(name)


def test_the_latest_of_no_runs_says_how_to_make_one(store):
    """An empty store is no error to puzzle over."""
    with pytest.raises(UsageError, match=r"holds no run yet\n.*attt audit"):
        store.run("latest")


@pytest.mark.parametrize("method", ["inventory", "hosts", "scans", "done"])
def test_readers_complain_at_once_about_an_unknown_run(three, method):
    """Also those that give their records one by one."""
    with pytest.raises(UsageError):
        getattr(three, method)("nope")


def test_an_id_that_is_taken_is_refused(three, make):
    """Two runs are never mixed."""
    with pytest.raises(StoreError, match="in the store already"):
        three.begin(make.run(NAMES[0]), make.inventory())


def test_finishing_an_unknown_run_is_refused(three):
    """Nothing is written for a run that never began."""
    with pytest.raises(UsageError):
        three.finish("nope", RunStatus.FINISHED, "2026-11-22T02:10:00Z")


def test_summaries_count_what_the_records_hold(three, make):
    """Counts from the tables are those that reading every record gives, scans included."""
    for run in NAMES[:2]:
        three.save_host(run, make.host("h-1"), make.answers())
        three.save_host(run, make.host("h-3"), make.answers())
        three.save_host(run, make.unreachable(), {})
    three.save_scan(NAMES[1], make.scan())
    summary = RunSummary(
        run=make.run(NAMES[1]),
        hosts={HostStatus.PARTLY: 2, HostStatus.UNREACHABLE: 1},
        findings={Verdict.FAIL: 3, Verdict.UNKNOWN: 2},
        scans=1,
    )
    without = replace(
        summary,
        run=make.run(NAMES[0]),
        findings={Verdict.FAIL: 2, Verdict.UNKNOWN: 2},
        scans=0,
    )
    empty = RunSummary(run=make.run(NAMES[2]), hosts={}, findings={}, scans=0)

    assert (empty, summary, without) == three.summaries()
    assert (empty, summary) == three.summaries(newest=2)
