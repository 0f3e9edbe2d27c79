"""Counting requirements: every number of a paper that is about requirements is made here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from attt.model.measure import Measure, MeasureKind, PlanAnswer
from attt.model.outcome import Means, Outcome, RequirementResult
from attt.model.standard import Requirement, Standard, Strength
from attt.report.scope import Scope

_FULFILLED = frozenset({Outcome.MET, Outcome.COMPENSATED, Outcome.INHERITED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts of requirements.

    total = full + lacking + not_applicable + not_assessed, and
    total - not_assessed = machine + document + otherwise.
    `partly` and `roadmap` are parts of `lacking`; `unverified` of `total`.
    """

    total: int = 0
    full: int = 0
    lacking: int = 0
    not_applicable: int = 0
    not_assessed: int = 0
    partly: int = 0
    roadmap: int = 0
    machine: int = 0  # by machine, documents beside it or not
    document: int = 0  # by document alone
    otherwise: int = 0  # by the plan's line or the shared infrastructure
    unverified: int = 0  # clause not checked against the official text

    @property
    def assessed(self) -> int:
        """How many were assessed by any means."""
        return self.total - self.not_assessed

    @property
    def applicable(self) -> int:
        """How many count: all but the not applicable."""
        return self.total - self.not_applicable

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(**{name: getattr(self, name) + getattr(other, name) for name in _FIELDS})


_FIELDS = tuple(Tally.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Line:
    """A requirement and what came of it."""

    requirement: Requirement
    result: RequirementResult


def lines(scope: Scope, strength: Strength | None = Strength.MUST) -> tuple[Line, ...]:
    """The system's requirements of one strength (None: all), ordered by the decree's groups."""
    known = {r.id: r for r in scope.standard.requirements}
    order = {group: n for n, group in enumerate(scope.standard.groups)}
    chosen = (Line(known[r.requirement], r) for r in scope.result.requirements)
    return tuple(
        sorted(
            (x for x in chosen if strength is None or x.requirement.strength is strength),
            key=lambda x: order.get(x.requirement.group, len(order)),
        )
    )


def tally(chosen: Iterable[Line], measures: Mapping[str, Measure]) -> Tally:
    """Count requirements; one compensated outside the approved plan is still lacking."""
    total = Tally()
    for line in chosen:
        total = total + _one(line, measures)
    return total


def is_fulfilled(result: RequirementResult, measures: Mapping[str, Measure]) -> bool:
    """Whether art. 36 counts it as fully met: an equivalent measure must stand in the plan."""
    if result.outcome is Outcome.COMPENSATED:
        held = [measures[m] for m in result.measures if m in measures]
        equivalent = [m for m in held if m.kind is MeasureKind.EQUIVALENT]
        return result.plan is PlanAnswer.EQUIVALENT or (
            bool(equivalent) and all(m.in_plan for m in equivalent)
        )
    return result.outcome in _FULFILLED


def has_roadmap(result: RequirementResult, measures: Mapping[str, Measure]) -> bool:
    """Whether a roadmap is in force on it, by a measure or by the plan's line."""
    return result.plan is PlanAnswer.ROADMAP or any(
        measures[m].kind is MeasureKind.ROADMAP for m in result.measures if m in measures
    )


def by_group(scope: Scope, measures: Mapping[str, Measure]) -> Mapping[str, Tally]:
    """Group key → counts of its musts, in the decree's order; groups without any are left out."""
    counted: dict[str, Tally] = {}
    for line in lines(scope):
        group = line.requirement.group
        counted[group] = counted.get(group, Tally()) + _one(line, measures)
    return counted


def section_of(standard: Standard, group: str) -> str:
    """The section (management, technical) of a group; empty where the standard names none."""
    return standard.section_of.get(group, "")


def _one(line: Line, measures: Mapping[str, Measure]) -> Tally:
    result = line.result
    full = is_fulfilled(result, measures)
    away = result.outcome in (Outcome.NOT_ASSESSED, Outcome.NOT_APPLICABLE)
    lacking = not full and not away
    seen = result.outcome is not Outcome.NOT_ASSESSED
    return Tally(
        total=1,
        full=int(full),
        lacking=int(lacking),
        not_applicable=int(result.outcome is Outcome.NOT_APPLICABLE),
        not_assessed=int(not seen),
        partly=int(lacking and result.outcome is not Outcome.NOT_MET),
        roadmap=int(lacking and has_roadmap(result, measures)),
        machine=int(seen and result.means in (Means.MACHINE, Means.BOTH)),
        document=int(seen and result.means is Means.DOCUMENT),
        otherwise=int(seen and result.means is Means.NONE),
        unverified=int(not line.requirement.verified),
    )
