"""What of an audit belongs to one system: its hosts, its scans, the findings that it asked for."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from attt.model.audit import Audited
from attt.model.finding import Finding, Verdict
from attt.model.inventory import Host, Inventory, System
from attt.model.level import Level
from attt.model.measure import Measure
from attt.model.outcome import SystemResult
from attt.model.rule import Rule
from attt.model.rulebook import Rulebook
from attt.model.run import HostRecord, HostStatus, ScanRecord
from attt.model.standard import Requirement, Service, Standard
from attt.model.value import Missing, Value

_PORT = re.compile(r":(\d+/[a-z]+)$")
"""The end of an endpoint's id; one that stands for an address as a whole has none."""

Params = Iterable[tuple[str, Value]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A finding with its rule, what it is about and the requirements that it serves."""

    finding: Finding
    rule: Rule
    name: str  # host name, or what is known of another subject; never an address
    serves: tuple[Requirement, ...]
    measure: Measure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One system under one standard. `unseen` are declared hosts that have no record."""

    audited: Audited
    system: System
    result: SystemResult
    standard: Standard
    records: tuple[HostRecord, ...]
    unseen: tuple[Host, ...]
    scans: tuple[ScanRecord, ...]
    judged: tuple[Judged, ...]

    @property
    def reached(self) -> int:
        """Hosts of which something was learnt."""
        return sum(r.status is not HostStatus.UNREACHABLE for r in self.records)

    @property
    def declared(self) -> int:
        """Hosts that the inventory gives the system."""
        return len(self.records) + len(self.unseen)

    def of(self, verdict: Verdict) -> tuple[Judged, ...]:
        """Its findings with one verdict."""
        return tuple(j for j in self.judged if j.finding.verdict is verdict)


def plain(value: Value) -> object:
    """A Value as JSON holds it; a missing part becomes {"_missed": obstacle}."""
    match value:
        case Missing():
            return {"_missed": value.obstacle.value}
        case tuple():
            return [plain(part) for part in value]
        case Mapping():
            return {name: plain(part) for name, part in value.items()}
        case _:
            return value


def params_key(rule: Rule, params: Params) -> str:
    """Which parameters a rule is held with: the defaults, overlaid with `params`."""
    merged = {name: p.default for name, p in rule.params.items()} | dict(params)
    return json.dumps({n: plain(v) for n, v in merged.items()}, sort_keys=True)


Serving = Mapping[tuple[str, str], tuple[Requirement, ...]]
"""(rule id, key of its parameters) → the requirements that it serves at one level."""


def serving(standard: Standard, level: Level, rulebook: Rulebook) -> Serving:
    """Which requirements each use of a rule serves at `level`."""
    uses: dict[tuple[str, str], list[Requirement]] = {}
    for requirement in standard.at(level):
        for service in requirement.served_by:
            for use in _uses(service, level, rulebook):
                served = uses.setdefault(use, [])
                if requirement not in served:
                    served.append(requirement)
    return {use: tuple(served) for use, served in uses.items()}


def _uses(service: Service, level: Level, rulebook: Rulebook) -> Iterator[tuple[str, str]]:
    if service.levels and level not in service.levels:
        return
    for way in service.any_of:
        for use in way.rules:
            if use.rule in rulebook.rules:
                rule = rulebook.rules[use.rule]
                yield use.rule, params_key(rule, use.at(level).items())


Covering = Mapping[tuple[str, str], str | None]


def covering(inventory: Inventory, results: Iterable[SystemResult]) -> Covering:
    """(subject, failing rule) → id of its measure; None as soon as one requirement has none."""
    held = {m.id for m in inventory.measures}
    found: dict[tuple[str, str], str | None] = {}
    for result in results:
        for requirement in result.requirements:
            for subject in requirement.subjects:
                answers = dict(subject.covers)
                for rule in subject.failing:
                    key = (subject.subject, rule)
                    one = answers.get(rule)
                    one = one if one in held else None
                    found[key] = one and found.get(key, one)
    return found


def measure_of(
    finding: Finding, covered: Covering, measures: Mapping[str, Measure]
) -> Measure | None:
    """The measure in force that covers a failing finding wherever it is asked for, or None."""
    if finding.verdict is not Verdict.FAIL:
        return None
    return measures.get(covered.get((str(finding.subject), finding.rule)) or "")


def scopes(audited: Audited) -> tuple[Scope, ...]:
    """Every system of the audit, in the order of its results."""
    return tuple(scope(audited, result) for result in audited.systems)


def scope(audited: Audited, result: SystemResult) -> Scope:
    """One system of the audit."""
    system = audited.inventory.systems[result.system]
    standard = audited.rulebook.standards[result.standard]
    records = {record.host: record for record in audited.hosts}
    scans = tuple(s for s in audited.scans if _belongs(s, system, audited))
    return Scope(
        audited=audited,
        system=system,
        result=result,
        standard=standard,
        records=tuple(records[host] for host in system.hosts if host in records),
        unseen=tuple(
            audited.inventory.hosts[host]
            for host in system.hosts
            if host not in records and host in audited.inventory.hosts
        ),
        scans=scans,
        judged=tuple(_judged(audited, result, system, records, scans)),
    )


def _belongs(scan: ScanRecord, system: System, audited: Audited) -> bool:
    if scan.evidence.host is not None:
        return scan.evidence.host in system.hosts
    hosts = audited.inventory.hosts
    return any(scan.evidence.address in hosts[h].addresses for h in system.hosts if h in hosts)


def _judged(
    audited: Audited,
    result: SystemResult,
    system: System,
    records: Mapping[str, HostRecord],
    scans: tuple[ScanRecord, ...],
) -> Iterator[Judged]:
    standard = audited.rulebook.standards[result.standard]
    uses = serving(standard, result.level, audited.rulebook)
    covered = covering(audited.inventory, (result,))
    measures = {m.id: m for m in audited.inventory.measures}
    for name, finding in _findings(audited, system, records, scans):
        rule = audited.rulebook.rules[finding.rule]
        served = uses.get((finding.rule, params_key(rule, finding.params)))
        if served:
            measure = measure_of(finding, covered, measures)
            yield Judged(finding=finding, rule=rule, name=name, serves=served, measure=measure)


def _findings(
    audited: Audited,
    system: System,
    records: Mapping[str, HostRecord],
    scans: tuple[ScanRecord, ...],
) -> Iterator[tuple[str, Finding]]:
    for host in system.hosts:
        if host in records:
            yield from ((records[host].name, finding) for finding in records[host].findings)
    for scan in scans:
        where = endpoint_host(audited, scan)
        for finding in scan.findings:
            port = _PORT.search(finding.subject.id)
            place = f"{where}, cổng {port[1]}" if port else where
            yield f"{place} (nhìn từ {vantage(audited, scan)})", finding


def endpoint_host(audited: Audited, scan: ScanRecord) -> str:
    """The name of the host that a scanned address belongs to; never the address itself."""
    host = audited.inventory.hosts.get(scan.evidence.host or "")
    if host is not None:
        return host.name
    zone = audited.inventory.zones.get(scan.evidence.zone or "")
    return f"Thiết bị chưa khai báo trong {zone.name}" if zone else "Thiết bị chưa khai báo"


def vantage(audited: Audited, scan: ScanRecord) -> str:
    """Where a scan looked from, as people call it."""
    zone = audited.inventory.zones.get(scan.evidence.vantage)
    if zone is not None:
        return zone.name
    return "Internet" if scan.evidence.vantage == "internet" else scan.evidence.vantage
