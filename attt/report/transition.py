"""Both editions side by side: what a system meets under each, and what it still owes of the newer.

The same evidence is judged twice. Requirements of two editions do not answer to each other one by
one, so they are set beside each other by the decree's groups, which both editions share.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from attt.model.audit import Audited
from attt.model.inventory import DossierStatus, Inventory, System
from attt.model.measure import Measure
from attt.model.outcome import Outcome
from attt.model.standard import Standard, Transition
from attt.report import reasons
from attt.report.scope import Scope, scopes
from attt.report.tally import Line, Tally, by_group, is_fulfilled, lines

TRANSITION = "attt.transition/1"


class Basis(StrEnum):
    """Whether the time that the law gives is a system's own."""

    OLD = "old"  # approved under the older edition
    UNSAID = "unsaid"  # approved, and the dossier does not say under which edition
    OTHER = "other"  # approved under another edition
    NONE = "none"  # not approved, or no dossier


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One group of the decree: counts of musts under both editions, and what is owed of the newer.

    `owed` are the musts that are neither met nor proved not to apply, the failing ones first.
    """

    group: str
    old: Tally
    new: Tally
    owed: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """One system, area by area."""

    system: System
    level: int
    basis: Basis
    areas: tuple[Area, ...]
    old: Tally
    new: Tally

    @property
    def owed(self) -> tuple[Line, ...]:
        """All that it owes, by area."""
        return tuple(line for area in self.areas for line in area.owed)


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """All systems of a run under two editions."""

    run: str
    as_of: str
    old: Standard
    new: Standard
    terms: Transition
    systems: tuple[Moving, ...]


def side_by_side(old: Audited, new: Audited) -> SideBySide:
    """Set one run, judged under two editions, side by side; the older one names its `transition`."""
    before = {scope.system.code: scope for scope in scopes(old)}
    standard = old.rulebook.standards[old.run.standards[0]]
    if standard.transition is None:
        raise ValueError(standard.id)
    measures = {m.id: m for m in new.inventory.measures}
    return SideBySide(
        run=new.run.id,
        as_of=new.as_of,
        old=standard,
        new=new.rulebook.standards[new.run.standards[0]],
        terms=standard.transition,
        systems=tuple(
            _moving(before[scope.system.code], scope, measures, standard) for scope in scopes(new)
        ),
    )


def narrowed(found: SideBySide, codes: Sequence[str]) -> SideBySide:
    """Only the systems of these codes; all where none is given."""
    kept = tuple(m for m in found.systems if not codes or m.system.code in codes)
    return replace(found, systems=kept)


def _moving(old: Scope, new: Scope, measures: Mapping[str, Measure], standard: Standard) -> Moving:
    then, now = by_group(old, measures), by_group(new, measures)
    owed = _owed(new, measures)
    groups = dict.fromkeys((*new.standard.groups, *old.standard.groups))
    areas = tuple(
        Area(
            group=group,
            old=then.get(group, Tally()),
            new=now.get(group, Tally()),
            owed=tuple(line for line in owed if line.requirement.group == group),
        )
        for group in groups
        if group in then or group in now
    )
    return Moving(
        system=new.system,
        level=new.result.level,
        basis=_basis(new.system, new.audited.inventory, standard),
        areas=areas,
        old=sum((area.old for area in areas), Tally()),
        new=sum((area.new for area in areas), Tally()),
    )


def _owed(scope: Scope, measures: Mapping[str, Measure]) -> tuple[Line, ...]:
    open_ = [
        line
        for line in lines(scope)
        if line.result.outcome is not Outcome.NOT_APPLICABLE
        and not is_fulfilled(line.result, measures)
    ]
    return tuple(sorted(open_, key=lambda line: line.result.outcome is Outcome.NOT_ASSESSED))


def _basis(system: System, inventory: Inventory, old: Standard) -> Basis:
    dossier = inventory.dossiers.get(system.dossier or "")
    if dossier is None or dossier.status is not DossierStatus.APPROVED:
        return Basis.NONE
    if dossier.standard is None:
        return Basis.UNSAID
    return Basis.OLD if dossier.standard == old.id else Basis.OTHER


def transition_document(found: SideBySide, version: str) -> dict[str, object]:
    """The document of `attt transition --json`."""
    return {
        "schema": TRANSITION,
        "attt": version,
        "run": found.run,
        "as_of": found.as_of,
        "from": {"id": found.old.id, "edition": found.old.edition},
        "to": {"id": found.new.id, "edition": found.new.edition},
        "begun": found.terms.from_,
        "until": found.terms.until,
        "basis": {"vi": found.terms.basis.vi, "en": found.terms.basis.en},
        "systems": [_system(moving, found) for moving in found.systems],
    }


def _system(moving: Moving, found: SideBySide) -> dict[str, object]:
    return {
        "code": moving.system.code,
        "name": moving.system.name,
        "level": moving.level,
        "approved_under": moving.basis.value,
        "until": found.terms.until if moving.basis is Basis.OLD else None,
        "old": _counts(moving.old),
        "new": _counts(moving.new),
        "areas": [
            {
                "group": area.group,
                "old": _counts(area.old),
                "new": _counts(area.new),
                "owed": list(_lines(area)),
            }
            for area in moving.areas
        ],
    }


def _counts(tally: Tally) -> dict[str, object]:
    return {
        "total": tally.total,
        "full": tally.full,
        "lacking": tally.lacking,
        "not_assessed": tally.not_assessed,
        "not_applicable": tally.not_applicable,
    }


def _lines(area: Area) -> Iterator[dict[str, object]]:
    for line in area.owed:
        title = line.requirement.title
        why = reasons.of_requirement(line.result.reason).why
        yield {
            "id": line.requirement.id,
            "clause": line.result.clause,
            "verified": line.requirement.verified,
            "title": {"vi": title.vi, "en": title.en},
            "outcome": line.result.outcome.value,
            "reason": line.result.reason or None,
            "why": {"vi": why.vi, "en": why.en},
        }
