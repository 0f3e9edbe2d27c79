"""From findings to requirements: every declared host counts, and shared infrastructure comes first."""

import itertools
from dataclasses import replace

import pytest

from attt import assets
from attt.conclude import conclude
from attt.evaluate.uses import uses
from attt.facts.registry import FACTS
from attt.model.finding import Finding, Reason, Verdict
from attt.model.inventory import Connect, Host, Inventory, System
from attt.model.level import Level
from attt.model.measure import PlanAnswer, PlanLine
from attt.model.outcome import Outcome
from attt.model.run import HostRecord, HostStatus, Run
from attt.model.subject import SubjectKind, host
from attt.rulebook.load import load

NOW = "2026-11-22T03:00:00Z"
TCVN = "tcvn-14423-2026"
BOOK = load([assets.folder("rules")], FACTS)
RUN = Run(id="r", started_at=NOW, attt="0", rulebook="0", inventory_digest="0",
          inventory_source="i", standards=(TCVN,))  # fmt: skip


def system(code: str, *hosts: str, inherits: str | None = None, level: int = 3) -> System:
    return System(code=code, name=code, level=Level(level), owner="o", operator="o", hosts=hosts,
                  inherits_from=inherits)  # fmt: skip


def office(*systems: System) -> Inventory:
    ids = dict.fromkeys(id_ for each in systems for id_ in each.hosts)
    return Inventory(
        organisations={}, zones={}, dossiers={}, systems={each.code: each for each in systems},
        hosts={id_: Host(id=id_, name=id_, addresses=(), zone=None, connect=Connect()) for id_ in ids},
    )  # fmt: skip


def record(id_: str, verdict: Verdict, level: int = 3) -> HostRecord:
    findings = tuple(
        Finding(rule=rule, subject=host(id_), verdict=verdict, params=params,
                reason=Reason(code="denied") if verdict is Verdict.UNKNOWN else None)
        for rule, params in uses(Level(level), BOOK.standards[TCVN], BOOK)
        if BOOK.rules[rule].subject is SubjectKind.HOST
    )  # fmt: skip
    return HostRecord(host=id_, name=id_, address="", status=HostStatus.AUDITED, observed_at=NOW,
                      findings=findings)  # fmt: skip


def concluded(inventory, *records):
    return conclude(RUN, inventory, BOOK, records, [], as_of=NOW)


def outcomes(result, code):
    found = next(s for s in result.systems if s.system == code)
    return {r.requirement: r.outcome for r in found.requirements}


def test_every_requirement_of_the_level_has_an_outcome():
    """Levels ask for different things, and each system is held to its own."""
    result = concluded(
        office(system("A", "h"), system("B", "h", level=1)), record("h", Verdict.PASS)
    )
    standard = BOOK.standards[TCVN]

    assert {r.id for r in standard.at(Level(3))} == outcomes(result, "A").keys()
    assert {r.id for r in standard.at(Level(1))} == outcomes(result, "B").keys()


def test_a_declared_host_that_was_not_seen_keeps_a_requirement_from_being_met():
    """One of two hosts passes everything; the other was never reached: nothing is met by machine."""
    alone = outcomes(concluded(office(system("A", "a")), record("a", Verdict.PASS)), "A")
    both = outcomes(concluded(office(system("A", "a", "b")), record("a", Verdict.PASS)), "A")

    assert Outcome.MET in alone.values()
    assert Outcome.MET not in both.values()


@pytest.mark.parametrize("verdict", [Verdict.UNKNOWN, Verdict.MANUAL])
def test_what_is_unknown_is_never_met(verdict):
    """A rule that could not be judged leaves its requirement open."""
    result = outcomes(concluded(office(system("A", "a")), record("a", verdict)), "A")

    assert not {Outcome.MET, Outcome.NOT_MET} & set(result.values())


def test_nothing_seen_is_nothing_assessed():
    """Without a record no requirement is met, not met or in part."""
    result = outcomes(concluded(office(system("A", "a"))), "A")

    assert {Outcome.NOT_ASSESSED} == set(result.values())


def test_the_order_of_systems_and_records_changes_nothing():
    """Shared infrastructure is assessed before what inherits from it, wherever it is declared."""
    first = concluded(office(system("SHARED", "s")), record("s", Verdict.PASS))
    met = [r for r, outcome in outcomes(first, "SHARED").items() if outcome is Outcome.MET]
    plan = tuple(PlanLine(requirement=r, answer=PlanAnswer.INHERITED) for r in met)
    systems = (
        system("SHARED", "s"),
        replace(system("A", inherits="SHARED"), plan=plan),
        system("B", "b", inherits="A"),
    )
    records = (record("s", Verdict.PASS), record("b", Verdict.FAIL))
    straight = concluded(office(*systems), *records)
    for order in itertools.permutations(systems):
        mixed = concluded(office(*order), *reversed(records))

        for code in ("SHARED", "A", "B"):
            assert outcomes(straight, code) == outcomes(mixed, code)
        assert [each.code for each in order] == [s.system for s in mixed.systems]
        assert [h for each in order for h in each.hosts] == [r.host for r in mixed.hosts]
    assert met
    assert {Outcome.INHERITED} == {outcomes(straight, "A")[r] for r in met}


def test_a_circle_of_systems_ends():
    """The loader refuses circles; should one come by another way, it is cut and each is assessed."""
    result = concluded(office(system("A", "a", inherits="B"), system("B", "b", inherits="A")))

    assert ["A", "B"] == [s.system for s in result.systems]


def test_a_provider_that_is_not_in_this_part_is_left_out():
    """With --system the one inherited from may not be there: nothing is inherited."""
    result = concluded(office(system("A", "a", inherits="GONE")), record("a", Verdict.PASS))

    assert Outcome.INHERITED not in outcomes(result, "A").values()


def test_the_day_is_counted_in_vietnam():
    """`as_of` is kept as it was given."""
    result = conclude(
        replace(RUN), office(system("A", "a")), BOOK, [], [], as_of="2026-12-31T17:00:00Z"
    )

    assert "2026-12-31T17:00:00Z" == result.as_of
