"""Systems by level and by how far their level dossier came: section 2 of the leader's sheet."""

from collections.abc import Iterable
from dataclasses import dataclass

from attt.model.inventory import (
    Dossier,
    DossierStatus,
    Inventory,
    PlanProgress,
    System,
    SystemOrigin,
)
from attt.model.level import LEVELS
from attt.report.figures import NONE, number

_ORDER = tuple(DossierStatus)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossiers:
    """Counts of the systems that the province owns and that are in operation.

    total >= filed >= appraised >= approved; full + partly + none = approved. State-secret
    systems are followed apart and are in no number here.
    """

    total: int
    filed: int  # a dossier exists, drafts included
    submitted: int
    appraised: int
    approved: int
    regulated: int  # with a regulation issued
    full: int
    partly: int
    none: int

    @property
    def waiting(self) -> int:
        """Appraised, and only a signature away."""
        return self.appraised - self.approved


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRow:
    """One printed row; `kind` is "level", "none" (no dossier) or "total"."""

    kind: str
    label: str
    cells: tuple[str, ...]  # total, approved, regulated, full, partly, none


def counted(inventory: Inventory) -> tuple[System, ...]:
    """The systems that rates are made of."""
    return tuple(
        s
        for s in inventory.systems.values()
        if s.origin is SystemOrigin.PROVINCE and not s.state_secret
    )


def dossiers(inventory: Inventory, systems: Iterable[System]) -> Dossiers:
    """Count the dossiers of `systems`."""
    chosen = tuple(systems)
    papers = [d for s in chosen if (d := inventory.dossiers.get(s.dossier or ""))]

    def reached(status: DossierStatus) -> list[Dossier]:
        return [d for d in papers if _ORDER.index(d.status) >= _ORDER.index(status)]

    approved = reached(DossierStatus.APPROVED)
    return Dossiers(
        total=len(chosen),
        filed=len(papers),
        submitted=len(reached(DossierStatus.SUBMITTED)),
        appraised=len(reached(DossierStatus.APPRAISED)),
        approved=len(approved),
        regulated=sum(d.regulation is not None for d in papers),
        full=sum(d.plan is PlanProgress.FULL for d in approved),
        partly=sum(d.plan is PlanProgress.PARTLY for d in approved),
        none=sum(d.plan is PlanProgress.NONE for d in approved),
    )


def level_rows(inventory: Inventory) -> tuple[LevelRow, ...]:
    """A row a level that has systems with a dossier, one for those without, and the total."""
    systems = counted(inventory)
    filed = [s for s in systems if s.dossier in inventory.dossiers]
    rows = [
        _row("level", f"Cấp độ {level}", dossiers(inventory, same))
        for level in LEVELS
        if (same := [s for s in filed if s.level == level])
    ]
    if missing := len(systems) - len(filed):
        cells = (number(missing), *[NONE] * 5)
        rows.append(LevelRow(kind="none", label="Chưa lập hồ sơ", cells=cells))
    rows.append(_row("total", "Tổng", dossiers(inventory, systems)))
    return tuple(rows)


def _row(kind: str, label: str, count: Dossiers) -> LevelRow:
    cells = (count.total, count.approved, count.regulated, count.full, count.partly, count.none)
    return LevelRow(kind=kind, label=label, cells=tuple(number(c) for c in cells))
