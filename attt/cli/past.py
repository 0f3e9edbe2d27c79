"""A run of the past as one value again, for `runs`, `report` and `judge`."""

from dataclasses import replace

from attt.audit import make_plan
from attt.cli.workshop import known_run
from attt.conclude import conclude
from attt.examine import examine, examine_scan
from attt.model.audit import Audited
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
    store: Store, wanted: str, book: Rulebook, *, standard: str | None, as_of: str | None
) -> Audited:
    """The run's kept answers, parsed and judged again; no host is touched."""
    run = store.run(wanted)
    if standard is not None:
        run = replace(run, standards=(standard,))
    known_run(run, (), book)
    inventory = store.inventory(run.id)
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
