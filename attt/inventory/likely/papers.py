"""Papers that lapsed or soon will, that cover nothing, or that contradict each other."""

from collections.abc import Iterator
from datetime import date

from attt.errors import Place
from attt.inventory.likely.warning import Warning_
from attt.message import Message
from attt.model.inventory import Dossier, DossierStatus, Inventory, ScanApproval
from attt.model.measure import Attestation, Measure

SOON_DAYS = 30


def of_papers(inventory: Inventory, today: date) -> Iterator[Warning_]:
    """All warnings about dossiers, approvals and attestations."""
    used = {system.dossier for system in inventory.systems.values()}
    for dossier in inventory.dossiers.values():
        yield from _dossier(dossier, is_used=dossier.id in used)
    yield from _approvals(inventory, today)
    for attestation in inventory.attestations:
        yield from _attestation(attestation, today)


# --- dossiers ------------------------------------------------------------------------------


def _dossier(dossier: Dossier, *, is_used: bool) -> Iterator[Warning_]:
    if not is_used:
        yield Warning_(
            code="dossier-without-systems",
            message=Message("Dossier '{id}' holds no system", id=dossier.id),
            hint=Message("Add 'dossier: {id}' to its systems, or remove it.", id=dossier.id),
            place=dossier.place,
        )
    if dossier.status is not DossierStatus.APPROVED:
        return
    if dossier.decision is None:
        yield Warning_(
            code="dossier-without-decision",
            message=Message(
                "Dossier '{id}' is approved, but its decision is not named", id=dossier.id
            ),
            hint=Message("Add 'decision: {number, date, by}', or correct 'status'."),
            place=dossier.place,
        )
    if dossier.regulation is None:
        yield Warning_(
            code="dossier-without-regulation",
            message=Message(
                "Dossier '{id}' is approved, but no regulation is named, which must be issued before"
                " (Decree 331/2026, art. 30.7)",
                id=dossier.id,
            ),
            hint=Message("Add 'regulation: {number, date, by}'."),
            place=dossier.place,
        )
    elif dossier.decision and dossier.regulation.date > dossier.decision.date:
        yield Warning_(
            code="regulation-after-decision",
            message=Message(
                "Dossier '{id}': the regulation ({regulation}) is dated after the decision"
                " ({decision}); it must be issued before (Decree 331/2026, art. 30.7)",
                id=dossier.id,
                regulation=date.fromisoformat(dossier.regulation.date),
                decision=date.fromisoformat(dossier.decision.date),
            ),
            hint=Message("Check the two dates against the papers."),
            place=dossier.place,
        )


# --- approvals -----------------------------------------------------------------------------


def _approvals(inventory: Inventory, today: date) -> Iterator[Warning_]:
    if inventory.scan_approvals and inventory.vantage is None:
        yield Warning_(
            code="approval-without-vantage",
            message=Message(
                "Scans are approved, but 'vantage' does not say from which zone they go out"
            ),
            hint=Message("Add 'vantage:' with the 'zone' that this machine stands in."),
            place=inventory.scan_approvals[0].place,
        )
    held = {host.zone for host in inventory.hosts.values() if host.addresses}
    for approval in inventory.scan_approvals:
        yield from _approval(approval, today.isoformat())
        if not held & set(approval.zones):
            yield Warning_(
                code="approval-without-hosts",
                message=Message(
                    "Scan approval {document}: no host has an address in its zones",
                    document=approval.document,
                ),
                hint=Message("Check 'zones' here and the 'zone' of the hosts that are meant."),
                place=approval.place,
            )


def _approval(approval: ScanApproval, today: str) -> Iterator[Warning_]:
    if approval.until < today:
        yield Warning_(
            code="approval-ended",
            message=Message(
                "Scan approval {document} ended on {until}: its zones are not scanned",
                document=approval.document,
                until=date.fromisoformat(approval.until),
            ),
            hint=Message("Add the approval that follows it; without one nothing is scanned."),
            place=approval.place,
        )
    elif approval.date > today:
        yield Warning_(
            code="approval-not-begun",
            message=Message(
                "Scan approval {document} begins on {date}: its zones are not scanned before",
                document=approval.document,
                date=date.fromisoformat(approval.date),
            ),
            hint=Message("Audit after that day, or correct 'date'."),
            place=approval.place,
        )


# --- what lapses ---------------------------------------------------------------------------


def lapsing(
    paper: Measure | Attestation, what: tuple[Message, Message], today: date, code: str
) -> Iterator[Warning_]:
    """The warning that a paper lapsed, or soon will; `what` says the one and the other."""
    left = (date.fromisoformat(paper.until) - today).days
    if left < 0:
        yield _lapse(f"{code}-lapsed", what[0], paper.place)
    elif left <= SOON_DAYS:
        yield _lapse(f"{code}-lapses-soon", what[1], paper.place)


def _lapse(code: str, message: Message, place: Place | None) -> Warning_:
    hint = Message("Have it renewed and name the new paper, or mend what it stands for.")
    return Warning_(code=code, message=message, hint=hint, place=place)


def _attestation(attestation: Attestation, today: date) -> Iterator[Warning_]:
    id_, until = attestation.id, date.fromisoformat(attestation.until)
    said = (
        Message("Attestation '{id}' lapsed on {until}", id=id_, until=until),
        Message("Attestation '{id}' lapses on {until}", id=id_, until=until),
    )
    yield from lapsing(attestation, said, today, "attestation")
