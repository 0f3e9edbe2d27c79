"""From findings to the outcome of every requirement of every system."""

from collections.abc import Sequence

from attt.evaluate.moments import vietnam_date
from attt.evaluate.requirement import assess
from attt.examine import endpoint_of
from attt.model.audit import Audited
from attt.model.inventory import Inventory, System
from attt.model.outcome import RequirementResult, SystemResult
from attt.model.overview import Overview, overview_of
from attt.model.rulebook import Rulebook
from attt.model.run import HostRecord, Run, ScanRecord
from attt.model.subject import Subject, host


def conclude(
    run: Run,
    inventory: Inventory,
    rulebook: Rulebook,
    hosts: Sequence[HostRecord],
    scans: Sequence[ScanRecord],
    *,
    as_of: str,
    overview: Overview | None = None,
) -> Audited:
    """Findings → the outcome of every requirement of every system, shared infrastructure first.

    With an `overview` that has taken in every record, `hosts` and `scans` are not read here.
    """
    if overview is None:
        seen = overview_of(hosts, scans)
        hosts, scans = _in_order(hosts, inventory), _by_address(scans)
    else:
        seen = overview
    place = {host_id: n for n, host_id in enumerate(inventory.hosts)}
    seen.hosts.sort(key=lambda line: place.get(line.host, len(place)))
    by_requirement: dict[tuple[str, str], RequirementResult] = {}

    def assess_one(system: System) -> SystemResult:
        result = assess(
            system,
            rulebook.standards[run.standards[0]],
            rulebook=rulebook,
            inventory=inventory,
            subjects=_in_scope(system, inventory),
            finding=seen.find,
            as_of=vietnam_date(as_of),
            inherited=lambda code, requirement: by_requirement.get((code, requirement)),
        )
        by_requirement.update({(system.code, r.requirement): r for r in result.requirements})
        return result

    results = {s.code: assess_one(s) for s in _providers_first(inventory)}
    return Audited(
        run=run,
        inventory=inventory,
        rulebook=rulebook,
        hosts=hosts,
        overview=overview,
        scans=scans,
        systems=tuple(results[code] for code in inventory.systems),
        as_of=as_of,
    )


def _in_scope(system: System, inventory: Inventory) -> tuple[Subject, ...]:
    """Every declared host and address, seen or not: what was not looked at is unknown, not left out."""
    hosts = [inventory.hosts[h] for h in system.hosts if h in inventory.hosts]
    vantage = inventory.vantage or ""
    seen_from = dict.fromkeys(endpoint_of(vantage, a) for h in hosts for a in h.addresses)
    return (*(host(h) for h in system.hosts), *seen_from)


def _providers_first(inventory: Inventory) -> list[System]:
    """Systems in an order in which what they inherit from comes before them; loops are cut."""
    ordered: dict[str, System] = {}
    visiting: set[str] = set()

    def visit(system: System) -> None:
        if system.code in ordered or system.code in visiting:
            return
        visiting.add(system.code)
        shared = inventory.systems.get(system.inherits_from or "")
        if shared is not None:
            visit(shared)
        ordered[system.code] = system

    for system in inventory.systems.values():
        visit(system)
    return list(ordered.values())


def _in_order(hosts: Sequence[HostRecord], inventory: Inventory) -> tuple[HostRecord, ...]:
    place = {host_id: n for n, host_id in enumerate(inventory.hosts)}
    return tuple(sorted(hosts, key=lambda record: place.get(record.host, len(place))))


def _by_address(scans: Sequence[ScanRecord]) -> tuple[ScanRecord, ...]:
    return tuple(sorted(scans, key=lambda s: (s.evidence.vantage, s.evidence.address)))
