"""Which papers are in force on a day and what they cover. None of them alters a verdict.

Dates are calendar days in Vietnam; a paper holds from its first day to the end of its last.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from attt.model.finding import Finding
from attt.model.inventory import System
from attt.model.measure import Attestation, Measure, MeasureKind, PlanAnswer, PlanLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a failure stands: the host and zone that its subject belongs to, where there are such."""

    system: str
    requirement: str
    host: str | None = None
    zone: str | None = None


def is_in_force(measure: Measure, as_of: date) -> bool:
    """Whether a measure holds on a day."""
    return measure.from_ <= as_of.isoformat() <= measure.until


def has_lapsed(measure: Measure, as_of: date) -> bool:
    """Whether the last day of a measure is over."""
    return measure.until < as_of.isoformat()


def concerns(measure: Measure, system: str, requirement: str, rules: Iterable[str]) -> bool:
    """Whether a measure speaks of a requirement of a system, or of a rule that serves it.

    One that names neither requirement nor rule would speak of everything; it speaks of nothing.
    """
    if measure.requirement is None and measure.rule is None:
        return False
    return (
        measure.system in (None, system)
        and measure.requirement in (None, requirement)
        and (measure.rule is None or measure.rule in set(rules))
    )


def covering(measures: Iterable[Measure], finding: Finding, spot: Spot) -> Measure | None:
    """The equivalent measure by which a failed finding is covered whole, item by item, or None.

    `measures` are those in force; the first that covers something is returned.
    """
    equivalent = (m for m in measures if m.kind is MeasureKind.EQUIVALENT)
    return _whole([m for m in equivalent if _fits(m, finding.rule, spot)], finding)


def answering(measures: Iterable[Measure], finding: Finding, spot: Spot) -> Measure | None:
    """Like `covering`, by measures of every kind: somebody has decided on all that failed."""
    fitting = [m for m in measures if _fits(m, finding.rule, spot)]
    return _whole(sorted(fitting, key=lambda m: m.kind is not MeasureKind.EQUIVALENT), finding)


def _whole(fitting: Sequence[Measure], finding: Finding) -> Measure | None:
    """The first measure, where each item has one: those that failed and those that nobody could judge.

    A measure on one item says nothing of another, and nothing of the subject as a whole.
    """
    items = {compared.item for compared in finding.failing}
    items |= {item for _, item in finding.unknown}
    covering_ = [m for m in fitting if m.item is None or m.item in items]
    is_whole = all(any(m.item in (None, item) for m in covering_) for item in items or {None})
    return covering_[0] if covering_ and is_whole else None


def _fits(measure: Measure, rule: str, spot: Spot) -> bool:
    return (
        concerns(measure, spot.system, spot.requirement, (rule,))
        and measure.host in (None, spot.host)
        and measure.zone in (None, spot.zone)
    )


def is_valid(attestation: Attestation, as_of: date) -> bool:
    """Whether a document holds on a day."""
    return attestation.date <= as_of.isoformat() <= attestation.until


def is_lapsed(attestation: Attestation, as_of: date) -> bool:
    """Whether the last day of an attestation is over."""
    return attestation.until < as_of.isoformat()


def attests(attestation: Attestation, system: System, requirement: str) -> bool:
    """Whether a document is about a requirement of a system: by system, owner, operator or provider."""
    scope = (attestation.system, attestation.organisation, attestation.provider)
    return (
        requirement in attestation.requirements
        and scope != (None, None, None)
        and attestation.system in (None, system.code)
        and attestation.organisation in (None, system.owner, system.operator)
        and (attestation.provider is None or attestation.provider == system.provider)
    )


def plan_line(system: System, requirement: str, as_of: date) -> PlanLine | None:
    """What the approved plan of a system answers to a requirement; a lapsed line answers nothing."""
    lines = (line for line in system.plan if line.requirement == requirement)
    return next((x for x in lines if x.until is None or x.until >= as_of.isoformat()), None)


def says_not_applicable(line: PlanLine | None) -> bool:
    """Whether the plan leaves the requirement out, with the reason that the decree asks for."""
    return (
        line is not None
        and line.answer is PlanAnswer.NOT_APPLICABLE
        and bool(line.reason and line.reason.strip())
    )
