"""Since when a verdict stands, and which runs belong together."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from attt.model.finding import Finding, Verdict
from attt.model.run import Run
from attt.model.subject import host
from attt.report.view_trend import alike, intervals

PASS, FAIL = Verdict.PASS, Verdict.FAIL


def history(*verdicts):
    """One run a verdict of rule `r`; None: the host was out of reach."""
    return [
        (f"run-{n}", f"2026-11-{n:02}T02:00:00Z",
         () if v is None else (Finding(rule="r", subject=host("h"), verdict=v),))
        for n, v in enumerate(verdicts, 1)
    ]  # fmt: skip


def test_a_verdict_stands_until_it_changes():
    """Each change begins an interval; a run in which the host was away does not end one."""
    found = intervals(history(PASS, PASS, None, PASS, FAIL))

    assert [
        (PASS, "run-1", "run-4", 3),
        (FAIL, "run-5", "run-5", 1),
    ] == [(i.verdict, i.since_run, i.until_run, i.runs) for i in found]


@given(st.lists(st.sampled_from([PASS, FAIL, Verdict.UNKNOWN, None]), max_size=12))
def test_every_run_that_judged_is_in_one_interval(verdicts):
    """Nothing is lost or counted twice, and neighbours differ."""
    found = intervals(history(*verdicts))

    assert sum(v is not None for v in verdicts) == sum(i.runs for i in found)
    assert all(a.verdict is not b.verdict for a, b in pairwise(found))


def test_a_trend_is_of_one_inventory():
    """Checks of single hosts and other inventories are no part of it; the oldest comes first."""

    def run(name, source="i", *, is_check=False):
        return Run(id=name, started_at=name, attt="", rulebook="", inventory_digest="",
                   inventory_source=source, standards=(), is_check=is_check)  # fmt: skip

    runs = [run("3"), run("2", "other"), run("1"), run("0", is_check=True)]

    assert ["1", "3"] == [r.id for r in alike(runs, "i")]
