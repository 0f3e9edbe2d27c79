"""What changed between two runs, and why."""

import pytest

from attt.model.audit import Audited
from attt.model.finding import Finding, Verdict
from attt.model.inventory import Inventory
from attt.model.rulebook import Rulebook
from attt.model.run import HostRecord, HostStatus, Run
from attt.model.subject import host
from attt.report.view_diff import Cause, Side, diff

PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN


def audited(name, verdicts, *, rulebook="1", attt="0"):
    """An audit; `verdicts` by host and rule."""
    run = Run(id=name, started_at=f"{name}T02:00:00Z", attt=attt, rulebook=rulebook,
              inventory_digest="", inventory_source="", standards=())  # fmt: skip
    records = tuple(
        HostRecord(
            host=h, name=f"may-{h}", address="", observed_at=run.started_at,
            status=HostStatus.AUDITED if rules else HostStatus.UNREACHABLE,
            findings=tuple(
                Finding(rule=rule, subject=host(h), verdict=verdict)
                for rule, verdict in rules.items()
            ),
        )
        for h, rules in verdicts.items()
    )  # fmt: skip
    empty = Inventory(organisations={}, zones={}, hosts={}, systems={}, dossiers={})
    book = Rulebook(rules={}, standards={}, packs=(), digest="1")
    return Audited(run=run, inventory=empty, rulebook=book, hosts=records, scans=(),
                   systems=(), as_of=run.started_at)  # fmt: skip


def side(name, verdicts, again=None, *, covered=False, **more):
    return Side(
        audited=audited(name, verdicts, **more),
        again=audited(name, again or verdicts),
        is_covered=lambda _: covered,
    )


def causes(then, now):
    return {(c.name, c.rule): c.cause for c in diff(then, now).changes}


def test_a_host_that_answers_otherwise_changed():
    """The same rules judge its two answers differently."""
    found = diff(side("then", {"a": {"r": PASS}}), side("now", {"a": {"r": FAIL}}))
    (change,) = found.changes

    assert (Cause.HOST, PASS, FAIL, "may-a") == (
        change.cause,
        change.then,
        change.now,
        change.name,
    )


def test_what_could_not_be_read_has_not_changed():
    """A host that shows less, or more, than then is not said to be worse, or mended."""
    one = side("then", {"a": {"r": PASS}, "b": {"r": UNKNOWN}})
    two = side("now", {"a": {"r": UNKNOWN}, "b": {"r": FAIL}})

    assert {("may-a", "r"): Cause.SIGHT, ("may-b", "r"): Cause.SIGHT} == causes(one, two)


@pytest.mark.parametrize(("rulebook", "expected"), [("2", Cause.RULES), ("1", Cause.PROGRAM)])
def test_answers_that_are_judged_alike_today_did_not_change(rulebook, expected):
    """Then it is the rules or, where these are the same, attt itself."""
    then = side("then", {"a": {"r": PASS}}, {"a": {"r": FAIL}})
    now = side("now", {"a": {"r": FAIL}}, rulebook=rulebook)

    assert {("may-a", "r"): expected} == causes(then, now)


def test_a_rule_that_hides_a_change_of_the_host_is_not_blamed_for_it():
    """The rules changed too, but the answers of then would still pass."""
    then = side("then", {"a": {"r": PASS}}, {"a": {"r": PASS}})
    now = side("now", {"a": {"r": FAIL}}, {"a": {"r": FAIL}}, rulebook="2")

    assert {("may-a", "r"): Cause.HOST} == causes(then, now)


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [(True, False, Cause.MEASURE_LAPSED), (False, True, Cause.MEASURE_BEGUN)],
)
def test_measures_come_and_go(then, now, expected):
    """The verdict stands; what counts changed."""
    failing = {"a": {"r": FAIL, "s": PASS}}

    assert {("may-a", "r"): expected} == causes(
        side("then", failing, covered=then), side("now", failing, covered=now)
    )


def test_what_was_judged_once_only_is_said():
    """A new host, a new rule, a host out of reach: none of them is mended or broken."""
    found = diff(
        side("then", {"a": {"r": FAIL}, "b": {"r": FAIL}}),
        side("now", {"a": {"r": FAIL, "s": FAIL}, "b": {}, "c": {"r": PASS}}),
    )

    assert {
        ("may-a", "s"): Cause.NOT_THEN,
        ("may-b", "r"): Cause.NOT_NOW,
        ("may-c", "r"): Cause.NOT_THEN,
    } == {(c.name, c.rule): c.cause for c in found.changes}
    assert (("may-c",), ("may-b",), 1) == (found.appeared, found.vanished, found.same)


def test_equal_runs_differ_in_nothing():
    """Every question counts as the same."""
    one = side("then", {"a": {"r": FAIL, "s": UNKNOWN}})
    found = diff(one, one)

    assert ((), 2) == (found.changes, found.same)
