"""The page: inventory → plan → collect → evaluate → store → report, from left to right.

Collecting never judges, judging never touches a host, reporting never counts. Everything that
this page needs from outside comes in as an argument; nothing here knows a screen or a file.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from attt.collect.engine import CollectObserver, Runner, collect
from attt.collect.transport.interface import Transport
from attt.conclude import conclude
from attt.errors import AtttError
from attt.evaluate.moments import vietnam_date
from attt.evaluate.uses import uses
from attt.examine import examine, examine_scan
from attt.facts.registry import FACTS
from attt.model.answer import Answer
from attt.model.audit import Audited
from attt.model.fact import FactKey
from attt.model.inventory import Inventory, TransportKind
from attt.model.overview import Again, Overview, overview_of
from attt.model.rulebook import Rulebook
from attt.model.run import (
    Failure,
    HostRecord,
    Run,
    RunStatus,
    ScanRecord,
)
from attt.model.scan import ScanPlan
from attt.model.subject import SubjectKind
from attt.plan.hosts import HostPlan, Use, plan_hosts
from attt.plan.scan import scan_plan

if TYPE_CHECKING:  # what a scan needs is loaded where there is one
    from attt.collect.scan.batches import Observer as ScanObserver
    from attt.collect.scan.nmap import Scanner

_BESIDE = (FactKey("packages.installed"),)
"""Kept of every host that is audited whole: the reply to a warning letter can't wait for an audit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an audit would ask of hosts and of the network, before any of it is sent."""

    hosts: tuple[HostPlan, ...]
    endpoint_uses: Mapping[str, tuple[Use, ...]]
    scan: ScanPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a run that was cut off has already."""

    hosts: Sequence[HostRecord]
    scans: Sequence[ScanRecord]


class Archive(Protocol):
    """Where a run is kept; one call a host, whole or not at all. `hosts` and `scans` read it again."""

    def begin(self, run: Run, inventory: Inventory) -> None: ...  # noqa: D102
    def save_host(  # noqa: D102
        self, run_id: str, record: HostRecord, answers: Mapping[str, Answer]
    ) -> None: ...
    def save_scan(self, run_id: str, record: ScanRecord) -> None: ...  # noqa: D102
    def finish(self, run_id: str, status: RunStatus, finished_at: str) -> None: ...  # noqa: D102
    def hosts(self, run_id: str) -> Iterable[HostRecord]: ...  # noqa: D102
    def scans(self, run_id: str) -> Iterable[ScanRecord]: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What an audit works with. `stop` asks everything under way to end soon."""

    transports: Mapping[TransportKind, Transport]
    runner: Runner
    archive: Archive
    observer: CollectObserver
    scan_observer: "ScanObserver"
    now: Callable[[], str]
    stop: Callable[[], None]
    is_stopped: Callable[[], bool]


def make_plan(
    inventory: Inventory,
    rulebook: Rulebook,
    *,
    today: str,
    standard: str,
    only_rules: Sequence[str] = (),
    with_scan: bool = True,
    with_walks: bool = True,
) -> Plan:
    """What auditing `inventory` takes; `only_rules` narrows it, `today` is RFC 3339 UTC."""
    asked = {
        system.code: tuple(
            use
            for use in uses(system.level, rulebook.standards[standard], rulebook)
            if not only_rules or use[0] in only_rules
        )
        for system in inventory.systems.values()
    }
    scans = scan_plan(inventory, vietnam_date(today)) if with_scan else ScanPlan()
    of_endpoints = {
        code: tuple(u for u in each if rulebook.rules[u[0]].subject is SubjectKind.ENDPOINT)
        for code, each in asked.items()
    }
    return Plan(
        hosts=plan_hosts(
            inventory,
            rulebook.rules,
            FACTS,
            asked,
            with_walks=with_walks,
            beside=() if only_rules else _BESIDE,
        ),
        endpoint_uses=of_endpoints,
        scan=scans,
    )


def left(plan: Plan, inventory: Inventory, kept: Kept, *, today: str) -> Plan:
    """What `plan` owes beside what is kept; no address whose approval has lapsed by `today`."""
    read = {record.host for record in kept.hosts}
    seen = {record.evidence.address for record in kept.scans}
    now = scan_plan(inventory, vietnam_date(today))
    due = {target.address for target in now.targets} - seen
    return replace(
        plan,
        hosts=tuple(each for each in plan.hosts if each.asks and each.host.id not in read),
        scan=ScanPlan(
            targets=tuple(target for target in plan.scan.targets if target.address in due),
            refused=now.refused if plan.scan.targets else (),
        ),
    )


def audit(
    run: Run,
    inventory: Inventory,
    rulebook: Rulebook,
    plan: Plan,
    means: Means,
    *,
    kept: Kept | None = None,
) -> Audited:
    """Carry `plan` out, keep each host as soon as it is done, and conclude.

    With `kept` a run that the archive has open again is finished, and `plan` is what is `left`.
    Raises MissingProgram, before any host is asked, where there is something to scan and no nmap.
    """
    scanner = _scanner() if plan.scan.targets else None
    if kept is None:
        means.archive.begin(run, inventory)
    seen = overview_of(kept.hosts, kept.scans) if kept else Overview()
    status = RunStatus.FINISHED
    try:
        for record, answers in _audit_hosts(plan, rulebook, means):
            means.archive.save_host(run.id, record, answers)
            seen.add_host(record)
        for scanned in _scan(plan, inventory, rulebook, means, scanner):
            means.archive.save_scan(run.id, scanned)
            seen.add_scan(scanned)
    except KeyboardInterrupt:
        means.stop()
        status = RunStatus.INTERRUPTED
    except BaseException:
        # A full disk or a bug: the run says that it did not come to its end, and the error goes on.
        means.stop()
        with suppress(AtttError):
            means.archive.finish(run.id, RunStatus.INTERRUPTED, means.now())
        raise
    finished_at = means.now()
    means.archive.finish(run.id, status, finished_at)
    run = replace(run, status=status, finished_at=finished_at)
    hosts = Again(lambda: means.archive.hosts(run.id), len(seen.hosts))
    scans = Again(lambda: means.archive.scans(run.id), seen.scans)
    return conclude(run, inventory, rulebook, hosts, scans, as_of=run.started_at, overview=seen)


def _audit_hosts(
    plan: Plan, rulebook: Rulebook, means: Means
) -> Iterator[tuple[HostRecord, dict[str, Answer]]]:
    """Hosts that nothing is asked of are not logged into."""
    plans = {each.host.id: each for each in plan.hosts}
    evidences = collect(
        [(each.host, each.asks) for each in plan.hosts if each.asks],
        means.transports,
        runner=means.runner,
        observer=means.observer,
        now=means.now,
        is_cancelled=means.is_stopped,
    )
    for evidence in evidences:
        if evidence.failure is not Failure.INTERRUPTED:
            yield examine(evidence, plans[evidence.host], rulebook)


def _scanner() -> "Scanner":
    from attt.collect.scan.nmap import Nmap  # noqa: PLC0415

    return Nmap()


def _scan(
    plan: Plan, inventory: Inventory, rulebook: Rulebook, means: Means, scanner: "Scanner | None"
) -> Iterator[ScanRecord]:
    if scanner is None:
        return
    from attt.collect.scan.batches import scan  # noqa: PLC0415

    for seen in scan(
        plan.scan.targets, observer=means.scan_observer, clock=means.now, scanner=scanner
    ):
        yield examine_scan(seen, inventory, plan.endpoint_uses, rulebook)
