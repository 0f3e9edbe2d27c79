"""What measures cover, of which kind and until when; they never alter a verdict."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attt.evaluate.measures import Spot, answering, covering, has_lapsed, is_in_force
from attt.evaluate.moments import vietnam_date
from attt.evaluate.requirement import assess
from attt.model.finding import Finding, Verdict
from attt.model.measure import Measure, MeasureKind
from attt.model.outcome import Outcome
from attt.model.subject import Subject, SubjectKind

TODAY = date(2026, 11, 22)
SPOT = Spot(system="S1", requirement="R.1", host="h1", zone="z")
KINDS = tuple(MeasureKind)
laws = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def measure(**more):
    base = {
        "id": "m-1",
        "kind": MeasureKind.ROADMAP,
        "reason": "r",
        "approver": "Giám đốc",
        "document": "2/QĐ",
        "from_": "2026-01-01",
        "until": "2026-11-22",
        "requirement": "R.1",
    }
    return Measure(**{**base, **more})


def host(name):
    return Subject(SubjectKind.HOST, name)


def failed(make, *items, unknown=()):
    """A failure of rule a on h1, on the items given; `unknown` could not be judged."""
    found = make.finding("a", host("h1"), "fail", items or (None,))
    return replace(found, unknown=tuple(("x", item) for item in unknown))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("more", "is_answered"),
    [
        ({}, True),
        ({"requirement": None, "rule": "a"}, True),
        ({"rule": "a", "item": "alice"}, True),
        ({"rule": "a", "item": "bob"}, False),
        ({"rule": "a", "host": "h1"}, True),
        ({"host": "h2"}, False),
        ({"zone": "z"}, True),
        ({"zone": "dmz"}, False),
        ({"system": "S1"}, True),
        ({"system": "S2"}, False),
        ({"rule": "b"}, False),
        ({"requirement": "R.2"}, False),
        ({"requirement": None}, False),
    ],
)
def test_a_measure_answers_for_what_its_scope_holds(make, kind, more, is_answered):
    """System, zone, host, item, rule and requirement all have to fit, whatever the kind."""
    one = measure(kind=kind, **more)
    found = failed(make, "alice")

    assert is_answered == (answering([one], found, SPOT) is not None)
    assert (is_answered and kind is MeasureKind.EQUIVALENT) == (
        covering([one], found, SPOT) is not None
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_measure_on_one_account_covers_no_other(make, kind):
    """Each failing item needs its own; so does one that nobody could judge, and the host itself."""
    alice = measure(kind=kind, rule="a", item="alice")
    bob = measure(id="m-2", kind=kind, rule="a", item="bob")

    assert answering([alice], failed(make, "alice"), SPOT) is alice
    assert answering([alice], failed(make, "alice", "bob"), SPOT) is None
    assert answering([alice, bob], failed(make, "alice", "bob"), SPOT) is alice
    assert answering([alice], failed(make, "alice", unknown=["bob"]), SPOT) is None
    assert answering([alice], failed(make, "alice", None), SPOT) is None
    assert answering([alice], failed(make), SPOT) is None


def test_kinds_together_answer_but_only_equivalents_compensate(make):
    """A roadmap beside an equivalent measure leaves nothing unanswered, and nothing compensated."""
    one = measure(kind=MeasureKind.EQUIVALENT, rule="a", item="alice")
    two = measure(id="m-2", rule="a", item="bob")
    found = failed(make, "alice", "bob")

    assert answering([two, one], found, SPOT) is one
    assert covering([two, one], found, SPOT) is None


@pytest.mark.parametrize(
    ("moment", "holds", "lapsed"),
    [
        ("2026-01-01T00:00:00Z", True, False),
        ("2025-12-31T16:59:59Z", False, False),
        ("2025-12-31T17:00:00Z", True, False),
        ("2026-11-22T16:59:59Z", True, False),
        ("2026-11-22T17:00:00Z", False, True),
    ],
)
def test_a_measure_holds_to_the_end_of_its_day_in_vietnam(moment, holds, lapsed):
    """From the first moment of its first day to the last of its last, at UTC+7."""
    day = vietnam_date(moment)

    assert (holds, lapsed) == (is_in_force(measure(), day), has_lapsed(measure(), day))


# --- laws, over whole systems --------------------------------------------------------------

tables = st.fixed_dictionaries(
    {
        (h, r): st.sampled_from(["pass", "fail", "unknown", "not_applicable"])
        for h in ("h1", "h2")
        for r in ("a", "b")
    }
)
days = st.sampled_from(["2026-01-01", "2026-11-21", "2026-11-22", "2026-11-23", "2027-12-31"])
some = st.builds(
    measure,
    id=st.sampled_from(["m-1", "m-2", "m-3"]),
    kind=st.sampled_from(KINDS),
    until=days,
    host=st.sampled_from([None, "h1", "h2"]),
    item=st.sampled_from([None, "x", "y"]),
    rule=st.sampled_from([None, "a", "b"]),
    requirement=st.sampled_from([None, "R.1", "R.2"]),
)
many = st.lists(some, max_size=3, unique_by=lambda one: one.id)


def assessed(make, table, measures, as_of=TODAY):
    def finding(subject: Subject, rule: str, _params: object) -> Finding:
        return make.finding(rule, subject, table[subject.id, rule], ("x", "y"))

    (result,) = assess(
        make.system("h1", "h2"),
        make.standard(make.service("a"), make.service("b")),
        rulebook=make.rulebook(),
        inventory=make.inventory("h1", "h2", measures=tuple(measures)),
        subjects=[host("h1"), host("h2")],
        finding=finding,
        as_of=as_of,
        inherited=lambda _code, _requirement: None,
    ).requirements
    return result


def verdicts(result):
    return [(s.subject, s.verdict, s.failing, s.unknown) for s in result.subjects]


@laws
@given(table=tables, measures=many)
def test_a_measure_never_changes_a_verdict(make, table, measures):
    """What was found stays found, of every subject and rule."""
    assert verdicts(assessed(make, table, [])) == verdicts(assessed(make, table, measures))


@laws
@given(table=tables, measures=many, more=some)
def test_a_lapsed_measure_changes_nothing_but_that_it_is_told(make, table, measures, more):
    """Adding a measure whose last day is over gives the same result."""
    over = replace(more, id="m-over", until="2026-11-21", from_="2026-01-01")
    told = assessed(make, table, [*measures, over])

    assert assessed(make, table, measures) == replace(
        told, lapsed_measures=tuple(m for m in told.lapsed_measures if m != "m-over")
    )


@laws
@given(table=tables, measures=many)
def test_only_equivalent_measures_move_an_outcome(make, table, measures):
    """Roadmaps and accepted risks leave every outcome as it is; no measure ever makes one met."""
    bare = assessed(make, table, [])
    others = [m for m in measures if m.kind is not MeasureKind.EQUIVALENT]

    assert bare.outcome is assessed(make, table, others).outcome
    assert assessed(make, table, measures).outcome in (
        bare.outcome,
        Outcome.COMPENSATED,
        Outcome.PARTLY_MET,
    )


@laws
@given(table=tables, measures=many)
def test_only_failures_are_answered_for(make, table, measures):
    """A rule that passed or is unknown is never covered, so an unknown never turns into anything."""
    for one in assessed(make, table, measures).subjects:
        assert {rule for rule, _ in one.covers} <= set(one.failing)
        if one.verdict is not Verdict.FAIL:
            assert (None, ()) == (one.measure, one.covers)


def test_an_earlier_day_finds_what_has_lapsed_since(make):
    """`judge --as-of` asks what held on that day."""
    table = dict.fromkeys([("h1", "a"), ("h1", "b"), ("h2", "a"), ("h2", "b")], "fail")
    one = measure(kind=MeasureKind.EQUIVALENT)
    then = assessed(make, table, [one], date(2026, 11, 22))
    later = assessed(make, table, [one], date(2026, 11, 23))

    assert (Outcome.COMPENSATED, ("m-1",), ()) == (
        then.outcome,
        then.measures,
        then.lapsed_measures,
    )
    assert (Outcome.NOT_MET, (), ("m-1",)) == (
        later.outcome,
        later.measures,
        later.lapsed_measures,
    )
