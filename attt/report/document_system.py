"""The `systems` of the audit document: requirements, counts and the range of what may be met."""

from collections.abc import Mapping

from attt.model.audit import Audited
from attt.model.measure import Measure
from attt.model.outcome import Outcome, RequirementResult, SystemResult
from attt.model.standard import Requirement, Strength
from attt.model.words import Words
from attt.report.tally import Line, Tally, tally

Json = dict[str, object]


def systems_document(audited: Audited) -> list[Json]:
    """One entry a system and standard, in the order of the results."""
    measures = {m.id: m for m in audited.inventory.measures}
    return [_system(audited, result, measures) for result in audited.systems]


def _system(audited: Audited, result: SystemResult, measures: Mapping[str, Measure]) -> Json:
    standard = audited.rulebook.standards[result.standard]
    known = {r.id: r for r in standard.requirements}
    lines = [Line(known[r.requirement], r) for r in result.requirements]
    musts = [x for x in lines if x.requirement.strength is Strength.MUST]
    total = tally(musts, measures)
    return {
        "code": result.system,
        "name": audited.inventory.systems[result.system].name,
        "level": result.level,
        "standard": result.standard,
        "requirements": [_requirement(x.requirement, x.result, measures) for x in lines],
        "counts": {
            "must": _outcomes(musts),
            "suggested": _outcomes([x for x in lines if x not in musts]),
            "machine": total.machine,
            "document": total.document,
            "otherwise": total.otherwise,
            "not_assessed": total.not_assessed,
            "unverified": total.unverified,
        },
        "range": _range(total),
    }


def _requirement(
    requirement: Requirement, result: RequirementResult, measures: Mapping[str, Measure]
) -> Json:
    held = [measures[m] for m in result.measures if m in measures]
    return {
        "id": requirement.id,
        "clause": result.clause,
        "strength": requirement.strength.value,
        "conditional": requirement.is_conditional_at(result.level),
        "host_cannot": _words(requirement.host_cannot),
        "verified": requirement.verified,
        "outcome": result.outcome.value,
        "means": result.means.value,
        "reason": result.reason or None,
        "hosts": [
            {
                "subject": s.subject,
                "verdict": s.verdict.value,
                "rules": list(s.rules),
                "failing": list(s.failing),
                "unknown": list(s.unknown),
                "measure": s.measure,
            }
            for s in result.subjects
        ],
        "documents": list(result.documents),
        "lapsed": [*result.lapsed, *result.lapsed_measures],
        "inherited_from": result.inherited_from,
        "measure": {
            "id": held[0].id,
            "kind": held[0].kind.value,
            "document": held[0].document,
            "until": held[0].until,
        }
        if held
        else None,
    }


def _words(words: Words | None) -> Json | None:
    return {"vi": words.vi, "en": words.en} if words else None


def _outcomes(lines: list[Line]) -> Json:
    found = [x.result.outcome for x in lines]
    return {"total": len(found), **{o.value: found.count(o) for o in Outcome}}


def _range(total: Tally) -> Json:
    """Musts that apply: met if all that was not assessed fails, and if all of it passes."""
    return {
        "lowest": total.full,
        "highest": total.full + total.not_assessed,
        "of": total.applicable,
    }
