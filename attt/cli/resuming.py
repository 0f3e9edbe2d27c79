"""Which run is to be finished, whether it may be, and what of it is left."""

from dataclasses import dataclass

from attt import __version__
from attt.audit import Kept, Plan, left, make_plan
from attt.errors import UsageError
from attt.message import Message
from attt.model.inventory import Inventory
from attt.model.rulebook import Rulebook
from attt.model.run import HostStatus, Run, RunStatus
from attt.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What is kept of a run, and what is still to be done of it."""

    inventory: Inventory
    plan: Plan
    kept: Kept


def unfinished(store: Store, wanted: str | None, book: Rulebook) -> Run:
    """The run that `wanted` names, else the newest audit that was cut off; fit to be gone on with.

    Half of a run judged by one rulebook and half by another would be no run: see decision 0007.
    """
    run = _newest(store) if wanted is None else store.run(wanted)
    if run.is_check:
        raise UsageError(
            Message("Run {run} is a check of one host: there is no rest of it", run=run.id),
            hint=Message("Check again: attt check {host} --save", host=run.inventory_source),
        )
    if run.status is not RunStatus.FINISHED and (run.rulebook, run.attt) != (
        book.digest,
        __version__,
    ):
        raise UsageError(
            Message(
                "Since run {run} began attt or its rules have changed (rulebook {then}, now {now}):"
                " a run can't be judged by both",
                run=run.id,
                then=run.rulebook[:12],
                now=book.digest[:12],
            ),
            hint=Message(
                "Begin anew: attt audit {inventory}. What was read is kept: attt judge {run}",
                inventory=run.inventory_source,
                run=run.id,
            ),
        )
    return run


def _newest(store: Store) -> Run:
    audits = [run for run in store.runs() if not run.is_check]
    for run in audits:
        if run.status is RunStatus.INTERRUPTED:
            return run
    going = [run.id for run in audits if run.status is RunStatus.RUNNING]
    raise UsageError(
        Message("No run waits to be finished"),
        hint=Message("Run {run} is going on in another attt", run=going[0])
        if going
        else Message("See every run with: attt runs list"),
    )


def rest_of(store: Store, run: Run, book: Rulebook, *, today: str, is_retry: bool) -> Rest:
    """What is left of a run by the inventory that it began with; `is_retry`: hosts out of reach too."""
    inventory = store.inventory(run.id)
    hosts = tuple(
        record
        for record in store.hosts(run.id)
        if not (is_retry and record.status is HostStatus.UNREACHABLE)
    )
    kept = Kept(hosts=hosts, scans=tuple(store.scans(run.id)))
    whole = make_plan(
        inventory, book, today=run.started_at, standard=run.standards[0],
        only_rules=run.only_rules, with_scan=run.has_scan, with_walks=run.has_walks,
    )  # fmt: skip
    return Rest(inventory=inventory, plan=left(whole, inventory, kept, today=today), kept=kept)
