"""A run of the past as one value again, for `runs`, `report` and `judge`."""

from dataclasses import replace

import click

from attt.audit import make_plan
from attt.cli.workshop import known_run, standard_of
from attt.conclude import conclude
from attt.errors import UsageError
from attt.examine import examine, examine_scan
from attt.message import Message
from attt.model.audit import Audited
from attt.model.inventory import Inventory
from attt.model.level import Level
from attt.model.rulebook import Rulebook
from attt.model.run import HostEvidence, HostRecord, Run, ScanRecord
from attt.store.store import Store


def past_audit(store: Store, wanted: str, book: Rulebook) -> Audited:
    """The run's findings as they were judged then, its requirements by the rulebook of today."""
    run = store.run(wanted)
    hosts, scans = list(store.hosts(run.id)), list(store.scans(run.id))
    known_run(run, (*hosts, *scans), book)
    inventory = store.inventory(run.id)
    return conclude(run, inventory, book, hosts, scans, as_of=run.started_at)


def judged_again(
    store: Store,
    wanted: str,
    book: Rulebook,
    *,
    standard: str | None,
    as_of: str | None,
    level: Level | None = None,
) -> Audited:
    """The run's kept answers, parsed and judged again; no host is touched.

    With another `standard`, or every system at another `level`, more may be asked than was then:
    what was not collected is unknown.
    """
    run = store.run(wanted)
    if standard is not None:
        run = replace(run, standards=(standard,))
    known_run(run, (), book)
    inventory = _at(store.inventory(run.id), level)
    plan = make_plan(
        inventory, book, today=run.started_at, standard=run.standards[0],
        only_rules=run.only_rules, with_scan=False,
    )  # fmt: skip
    plans = {each.host.id: each for each in plan.hosts}
    hosts = [
        examine(_evidence(store, run, record), plans[record.host], book)[0]
        for record in store.hosts(run.id)
    ]
    scans: list[ScanRecord] = [
        examine_scan(record.evidence, inventory, plan.endpoint_uses, book)
        for record in store.scans(run.id)
    ]
    return conclude(run, inventory, book, hosts, scans, as_of=as_of or run.started_at)


def _at(inventory: Inventory, level: Level | None) -> Inventory:
    """The inventory with every system at `level`."""
    if level is None:
        return inventory
    systems = {code: replace(one, level=level) for code, one in inventory.systems.items()}
    return replace(inventory, systems=systems)


def moved(
    store: Store, wanted: str, book: Rulebook, *, old: str | None, as_of: str | None
) -> tuple[Audited, Audited]:
    """The run under the edition that systems are moving on from, and under the one that follows."""
    moving = [s for s in book.standards.values() if s.transition is not None]
    if old is None and moving:
        old = max(moving, key=lambda s: s.in_force_from).id
    terms = book.standards[standard_of(book, old)].transition
    if old is None or terms is None:
        raise UsageError(
            Message("{standard} names no transition to another standard", standard=old or "-"),
            hint=Message(
                "Standards that do: {names}", names=", ".join(s.id for s in moving) or "-"
            ),
        )
    return (
        judged_again(store, wanted, book, standard=old, as_of=as_of),
        judged_again(store, wanted, book, standard=terms.to, as_of=as_of),
    )


def day_end(day: str | None) -> str | None:
    """The end of a day in Vietnam (UTC+7), as an instant."""
    if day is None:
        return None
    try:
        click.DateTime(["%Y-%m-%d"]).convert(day, None, None)
    except click.BadParameter as error:
        raise UsageError(
            Message("{day!r} is not a date", day=day), hint=Message("Write it as 2026-12-31")
        ) from error
    return f"{day}T16:59:59Z"


def _evidence(store: Store, run: Run, record: HostRecord) -> HostEvidence:
    return HostEvidence(
        host=record.host,
        address=record.address,
        observed_at=record.observed_at,
        failure=record.failure,
        detail=record.detail,
        platform=record.platform,
        privilege=record.privilege,
        host_key=record.host_key,
        answers=store.answers(run.id, record.host),
    )
