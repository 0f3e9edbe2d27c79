"""From findings and papers to the outcome of every requirement that a standard asks of a system."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from attt.evaluate.measures import (
    Spot,
    attests,
    concerns,
    has_lapsed,
    is_in_force,
    is_lapsed,
    is_valid,
    plan_line,
    says_not_applicable,
)
from attt.evaluate.served import Find, judged, verdict_of, ways_of
from attt.evaluate.table import Because, Known, outcome
from attt.evaluate.units import Unit, units
from attt.evaluate.uses import Use, services
from attt.model.finding import Finding, Verdict
from attt.model.inventory import Inventory, System
from attt.model.measure import Attestation, Measure, PlanAnswer, PlanLine
from attt.model.outcome import (
    Means,
    Outcome,
    RequirementResult,
    SubjectVerdict,
    SubjectVerdicts,
    SystemResult,
)
from attt.model.rulebook import Rulebook
from attt.model.standard import Coverage, EvidenceKind, Requirement, Service, Standard
from attt.model.subject import Subject

Inherited = Callable[[str, str], RequirementResult | None]
"""The result of (system code, requirement id) of the shared infrastructure, where it has been judged."""

_TAKEN_OVER = (Outcome.MET, Outcome.COMPENSATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One system under one standard on one day."""

    system: System
    rulebook: Rulebook
    inventory: Inventory
    units: tuple[Unit, ...]
    find: Find
    as_of: date
    inherited: Inherited
    names: dict[tuple[Subject, ...], tuple[str, ...]] = field(default_factory=dict)
    kinds: dict[SubjectVerdict, SubjectVerdict] = field(default_factory=dict)


def assess(
    system: System,
    standard: Standard,
    *,
    rulebook: Rulebook,
    inventory: Inventory,
    subjects: Sequence[Subject],
    finding: Find,
    as_of: date,
    inherited: Inherited,
) -> SystemResult:
    """Every requirement of `standard` at the system's level.

    `subjects` are what was in reach of judging; hosts and addresses that the inventory declares and
    that are not among them count as unknown. `as_of` is a day in Vietnam.
    """
    case = _Case(
        system=system,
        rulebook=rulebook,
        inventory=inventory,
        units=units(system, inventory, subjects),
        find=finding,
        as_of=as_of,
        inherited=inherited,
    )
    return SystemResult(
        system=system.code,
        standard=standard.id,
        level=system.level,
        requirements=tuple(_assess_one(case, one) for one in standard.at(system.level)),
    )


def _assess_one(case: _Case, requirement: Requirement) -> RequirementResult:
    serving = services(requirement, case.system.level)
    about = _about(case, requirement, serving)
    measures = tuple(one for one in about if is_in_force(one, case.as_of))
    subjects = _subjects(case, requirement, serving, measures)
    valid, lapsed = _documents(case, requirement)
    line = plan_line(case.system, requirement.id, case.as_of)
    heir, source, shared_means = _heir(case, requirement, line, valid)
    known = Known(
        **_counts(subjects.kinds),
        served=bool(serving),
        full=_is_full(serving),
        asks_document=_asks_document(requirement),
        documented=any(one.provider is None for one in valid),
        lapsed=bool(lapsed),
        left_out=says_not_applicable(line),
        inherited=heir,
    )
    result, because = outcome(known)
    is_inherited = result is Outcome.INHERITED
    own = _means(subjects.kinds, valid)
    return RequirementResult(
        requirement=requirement.id,
        system=case.system.code,
        level=case.system.level,
        clause=requirement.clauses[case.system.level],
        outcome=result,
        means=shared_means if is_inherited and shared_means else own,
        reason=because.value,
        subjects=subjects,
        documents=tuple(one.id for one in valid),
        lapsed=tuple(one.id for one in lapsed),
        measures=tuple(one.id for one in measures),
        lapsed_measures=tuple(one.id for one in about if has_lapsed(one, case.as_of)),
        plan=line.answer if line else None,
        plan_reason=line.reason if line else None,
        inherited_from=source if is_inherited else None,
        partial=bool(serving) and not known.full,
    )


def _is_full(serving: Sequence[Service]) -> bool:
    return bool(serving) and all(one.coverage is Coverage.FULL for one in serving)


def _asks_document(requirement: Requirement) -> bool:
    """Whether a document is owed; it is where the standard's file says that no host shows it."""
    return EvidenceKind.DOCUMENT in requirement.evidence or requirement.host_cannot is not None


def _subjects(
    case: _Case,
    requirement: Requirement,
    serving: Sequence[Service],
    measures: Sequence[Measure],
) -> SubjectVerdicts:
    findings: dict[Subject, dict[Use, Finding | None]] = {}
    spots: dict[Subject, Spot] = {}
    ways = [ways_of(one, case.system.level, case.rulebook) for one in serving]
    for unit in case.units if ways else ():
        spot = _spot(case, requirement, unit)
        for subject, by_use in judged(ways, unit, case.find).items():
            findings.setdefault(subject, {}).update(by_use)
            spots.setdefault(subject, spot)
    order = tuple(sorted(findings))
    names = case.names.get(order)
    if names is None:
        names = case.names[order] = tuple(map(str, order))
    alike = _Alike(measures, case.kinds)
    return SubjectVerdicts(names, tuple(alike.verdict(findings[s], spots[s]) for s in order))


class _Alike:
    """Verdicts of one requirement, each worked out once for subjects of the very same findings."""

    def __init__(
        self, measures: Sequence[Measure], kinds: dict[SubjectVerdict, SubjectVerdict]
    ) -> None:
        self._measures = measures
        self._kinds = kinds
        # What an id stands for is kept beside it: so none is given away to another finding.
        self._known: dict[object, tuple[SubjectVerdict, object]] = {}

    def verdict(self, findings: Mapping[Use, Finding | None], spot: Spot) -> SubjectVerdict:
        """What the findings come to; where a measure is about, hosts and zones differ."""
        place = (spot.host, spot.zone) if self._measures else None
        alike = (place, tuple(findings), tuple(map(id, findings.values())))
        known = self._known.get(alike)
        if known is None:
            verdict = verdict_of(findings, self._measures, spot)
            shared = self._kinds.setdefault(verdict, verdict)
            known = self._known[alike] = (shared, tuple(findings.values()))
        return known[0]


def _spot(case: _Case, requirement: Requirement, unit: Unit) -> Spot:
    return Spot(system=case.system.code, requirement=requirement.id, host=unit.host, zone=unit.zone)


def _counts(subjects: Sequence[SubjectVerdict]) -> dict[str, int]:
    seen = Counter(one.verdict for one in subjects)
    covered = sum(one.verdict is Verdict.FAIL and one.measure is not None for one in subjects)
    unsure = sum(bool(one.unknown) for one in subjects)
    return {
        "passed": seen[Verdict.PASS],
        "failed": seen[Verdict.FAIL] - covered,
        "covered": covered,
        "unknown": unsure,
        "not_applicable": seen[Verdict.NOT_APPLICABLE],
    }


def _about(
    case: _Case, requirement: Requirement, serving: Sequence[Service]
) -> tuple[Measure, ...]:
    """The measures on a requirement of this system, of every kind, whenever they hold."""
    rules = {use.rule for one in serving for way in one.any_of for use in way.rules}
    hosts = {unit.host for unit in case.units}
    zones = {unit.zone for unit in case.units}
    return tuple(
        one
        for one in case.inventory.measures
        if concerns(one, case.system.code, requirement.id, rules)
        and (one.host is None or one.host in hosts)
        and (one.zone is None or one.zone in zones)
    )


def _documents(
    case: _Case, requirement: Requirement
) -> tuple[tuple[Attestation, ...], tuple[Attestation, ...]]:
    """The attestations of a requirement that are valid, and those that lapsed."""
    mine = [a for a in case.inventory.attestations if attests(a, case.system, requirement.id)]
    return (
        tuple(a for a in mine if is_valid(a, case.as_of)),
        tuple(a for a in mine if is_lapsed(a, case.as_of)),
    )


def _heir(
    case: _Case, requirement: Requirement, line: PlanLine | None, valid: Sequence[Attestation]
) -> tuple[Because | None, str | None, Means | None]:
    """From where the requirement may be taken over: the reason, the source and its means.

    Only where the plan says so, or a provider attests this very requirement: that the data centre
    keeps its own passwords well says nothing of the passwords here.
    """
    code = case.system.inherits_from
    if code is not None and line is not None and line.answer is PlanAnswer.INHERITED:
        shared = case.inherited(code, requirement.id)
        if shared is not None and shared.outcome in _TAKEN_OVER:
            return Because.SHARED, code, shared.means
    provider = next((one.provider for one in valid if one.provider is not None), None)
    return (Because.PROVIDER, provider, None) if provider else (None, None, None)


def _means(subjects: Sequence[SubjectVerdict], valid: Sequence[Attestation]) -> Means:
    by_machine = any(one.verdict is not Verdict.UNKNOWN for one in subjects)
    match by_machine, bool(valid):
        case True, True:
            return Means.BOTH
        case True, False:
            return Means.MACHINE
        case False, True:
            return Means.DOCUMENT
        case _:
            return Means.NONE
