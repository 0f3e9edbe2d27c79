from dataclasses import replace

import pytest

from attt.errors import StoreError, UsageError
from attt.model.answer import Answer
from attt.model.digest import digest, encode
from attt.model.run import HostStatus

RUN = "20261122-0900-a1"


def test_a_host_is_read_back_exactly(begun, make):
    """Record and answers of a host come back as they were saved."""
    record = make.host()
    begun.save_host(RUN, record, make.answers())

    assert (record,) == tuple(begun.hosts(RUN))
    assert make.answers() == begun.answers(RUN, "h-1")


def test_a_host_without_answers_is_read_back_exactly(begun, make):
    """An unreachable host is a record too."""
    record = make.unreachable()
    begun.save_host(RUN, record, {})

    assert (record,) == tuple(begun.hosts("latest"))
    assert begun.answers(RUN, "h-2") == {}


def test_hosts_come_in_the_order_of_the_inventory(begun, make):
    """The order does not hang on which host was faster; undeclared ones come last."""
    for host in ("h-9", "h-2", "h-1"):
        begun.save_host(RUN, make.host(host), make.answers())

    assert [record.host for record in begun.hosts(RUN)] == ["h-1", "h-2", "h-9"]
    assert {"h-1", "h-2", "h-9"} == begun.done(RUN)


def test_more_hosts_than_are_read_at_once(store, make):
    """Reading in parts loses and doubles nothing, also while the reader saves others."""
    names = [f"h-{n:03}" for n in range(250)]
    store.begin(make.run(hosts_declared=tuple(names)), make.inventory())
    for name in names:
        store.save_host(RUN, make.host(name), make.answers())
    read = []
    for record in store.hosts(RUN):
        read.append(record.host)
        if record.host == "h-000":
            store.save_host(RUN, make.unreachable("late"), {})

    assert names == read


def test_saving_the_very_same_host_again_changes_nothing(begun, make):
    """A resumed run may say a thing twice."""
    begun.save_host(RUN, make.host(), make.answers())
    begun.save_host(RUN, make.host(), make.answers())

    assert (make.host(),) == tuple(begun.hosts(RUN))


@pytest.mark.parametrize(
    "change",
    [
        {"status": HostStatus.AUDITED},
        {"findings": ()},
        {"observed_at": "2026-11-22T05:00:00Z"},
        {"answers": {}},
    ],
)
def test_another_result_of_a_saved_host_is_refused(begun, make, change):
    """A stored record is never replaced, and nothing of the refused one stays."""
    begun.save_host(RUN, make.host(), make.answers())
    answers = {} if "answers" in change else make.answers()

    with pytest.raises(StoreError, match="h-1 is in this run already"):
        begun.save_host(RUN, replace(make.host(), **change), answers)

    assert (make.host(),) == tuple(begun.hosts(RUN))


def test_answers_to_other_asks_than_the_record_s_are_a_bug(begun, make):
    """A record and answers of two different plans: nothing is kept of it."""
    with pytest.raises(ValueError, match="digests"):
        begun.save_host(RUN, make.host(), {})

    assert tuple(begun.hosts(RUN)) == ()


def test_evidence_under_a_wrong_name_is_never_given_out(begun, make):
    """It would prove something else: what is read is checked against its digest."""
    begun.save_host(RUN, make.host(), make.answers("other"))

    with pytest.raises(StoreError, match="damaged"):
        begun.answers(RUN, "h-1")


def test_a_host_of_an_unknown_run_is_refused(begun, make):
    """Only an exact id is written to."""
    with pytest.raises(UsageError):
        begun.save_host(RUN[:6], make.host(), make.answers())


def test_answers_of_a_host_that_the_run_lacks(begun):
    """The error names the run and the command that lists its hosts."""
    with pytest.raises(UsageError, match=f"attt runs show {RUN}"):
        begun.answers(RUN, "h-7")


def test_evidence_is_found_by_its_digest(begun, make):
    """What a report prints as evidence leads to the bytes."""
    begun.save_host(RUN, make.host(), make.answers())
    answer = Answer(stdout=b"permitrootlogin no\n", status=0)

    assert encode(answer) == begun.raw(digest(answer))


@pytest.mark.parametrize("name", ["", "xyz", "ab" * 32, "../x"])
def test_unknown_evidence_is_said_to_be_unknown(begun, name):
    """A mistyped digest is a mistake of the user's, not a crash."""
    with pytest.raises(UsageError, match="no evidence"):
        begun.raw(name)


def test_evidence_follows_answers_that_change_by_themselves(store, make):
    """The same findings in two runs keep the digests of their own run."""
    for run, salt in (("one", "a"), ("two", "b")):
        store.begin(make.run(run), make.inventory())
        store.save_host(run, make.host(salt=salt), make.answers(salt))

    assert (make.host(salt="a"),) == tuple(store.hosts("one"))
    assert (make.host(salt="b"),) == tuple(store.hosts("two"))
