"""What can be said of a standard's requirements before any host is asked."""

from collections.abc import Iterator, Sequence

from attt.message import Message
from attt.model.level import Level
from attt.model.standard import EvidenceKind, Requirement, Standard
from attt.rulebook.complaint import Complaint

_SEEN = (EvidenceKind.HOST, EvidenceKind.SCAN)


def lint_standard(standard: Standard) -> Iterator[Complaint]:
    """Every complaint about one standard, in the order of its requirements."""
    for requirement in standard.requirements:
        yield from _unserved(requirement)
        yield from _idle_reason(requirement)


def _unserved(requirement: Requirement) -> Iterator[Complaint]:
    """A host or a scan could show it, and neither a rule looks nor anything says why not."""
    levels = [level for level in requirement.clauses if requirement.is_open_at(level)]
    if levels:
        yield Complaint(
            place=requirement.place,
            message=Message(
                "{id}: a host or a scan could show it, and no rule looks at level {levels}",
                id=requirement.id,
                levels=_said(levels),
            ),
            hint=Message(
                "Name a rule under served_by, or write host_cannot: why a host cannot show it and "
                "what document does."
            ),
            severity="warning",
        )


def _idle_reason(requirement: Requirement) -> Iterator[Complaint]:
    """Why a host cannot show what nobody asks a host for."""
    if requirement.host_cannot and not set(_SEEN) & set(requirement.evidence):
        yield Complaint(
            place=requirement.place,
            message=Message(
                "{id}: host_cannot stands beside evidence that is only a document",
                id=requirement.id,
            ),
            hint=Message("Remove it, or name host or scan under evidence."),
            severity="warning",
        )


def _said(levels: Sequence[Level]) -> str:
    return ", ".join(str(int(level)) for level in levels)
