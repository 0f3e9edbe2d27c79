"""Part V.2, part VI, appendices III and VI: scans, measures, addresses and what the evidence is."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from attt.model.finding import Verdict
from attt.model.known_on import Known
from attt.model.outcome import Outcome
from attt.model.run import HostRecord, PortState
from attt.report import reasons, words
from attt.report.figures import NONE, day, minute, number
from attt.report.scope import Scope, endpoint_host, vantage
from attt.report.tally import lines


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRow:
    """One scanned address, by the name of its host."""

    host: str
    vantage: str
    ports: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRow:
    """A measure in force on the system."""

    kind: str
    scope: str
    reason: str
    document: str
    approver: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRow:
    """A host with what only appendix III may say."""

    host: str
    platform: str
    zone: str
    addresses: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """One piece of evidence; `digest` is SHA-256."""

    what: str
    when: str
    count: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRow:
    """How many of the rules judged on hosts of one release are known there, and how."""

    release: str
    rules: int
    proven: int
    supported: int
    documented: int
    shared: int
    generic: int


_OTHER_RELEASE = "Hệ điều hành khác"


def scans(scope: Scope) -> tuple[ScanRow, ...]:
    """V.2: what answered, and whether the zone's plan allows it."""
    return tuple(
        ScanRow(
            host=endpoint_host(scope.audited, scan),
            vantage=vantage(scope.audited, scan),
            ports=", ".join(
                f"{p.endpoint.port}/{p.endpoint.protocol}"
                for p in scan.evidence.ports
                if p.state is PortState.OPEN
            )
            or ("không trả lời" if not scan.evidence.is_up else "không có cổng mở"),
            verdict=_verdict([f.verdict for f in scan.findings]),
        )
        for scan in scope.scans
        if not scan.evidence.failure
    )


def _verdict(verdicts: list[Verdict]) -> str:
    for verdict in (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS):
        if verdict in verdicts:
            return words.VERDICTS[verdict].in_paper
    return NONE


def measures(scope: Scope) -> tuple[MeasureRow, ...]:
    """VI: the measures that stand on its requirements, as the evaluation found them in force."""
    used = {m for r in scope.result.requirements for m in r.measures}
    used |= {s.measure for r in scope.result.requirements for s in r.subjects if s.measure}
    return tuple(
        MeasureRow(
            kind=words.MEASURES[m.kind].vi,
            scope=", ".join(x for x in (m.requirement, m.rule, m.host, m.zone, m.item) if x)
            or "toàn hệ thống",
            reason=m.reason,
            document=m.document,
            approver=m.approver,
            until=day(m.until),
        )
        for m in scope.audited.inventory.measures
        if m.id in used
    )


def known_on(scope: Scope) -> tuple[KnownRow, ...]:
    """VI: how the rules judged on the system's hosts are known on their releases, a row a release."""
    book = scope.audited.rulebook
    judged: dict[str, dict[str, Known]] = {}
    for record in scope.records:
        release = book.known_on.release_of(record.platform)
        name = release.name if release else _OTHER_RELEASE
        by_rule = judged.setdefault(name, {})
        by_rule.update((f.rule, book.known_on.of(f.rule, release)) for f in record.findings)
    return tuple(
        KnownRow(
            release=name,
            rules=len(by_rule),
            proven=_count(by_rule, Known.PROVEN),
            supported=_count(by_rule, Known.SUPPORTED),
            documented=_count(by_rule, Known.DOCUMENTED),
            shared=_count(by_rule, Known.SHARED),
            generic=_count(by_rule, Known.GENERIC),
        )
        for name, by_rule in sorted(judged.items())
        if by_rule
    )


def _count(by_rule: Mapping[str, Known], known: Known) -> int:
    return sum(one is known for one in by_rule.values())


def exempt(scope: Scope) -> tuple[tuple[str, str], ...]:
    """VI: why something does not apply, and the clauses of which that is said."""
    by: dict[str, list[str]] = {}
    for line in lines(scope, None):
        if line.result.outcome is Outcome.NOT_APPLICABLE:
            reason = line.result.plan_reason or _proof(line.result.reason)
            by.setdefault(reason, []).append(line.result.clause)
    return tuple((reason, "; ".join(clauses)) for reason, clauses in by.items())


def _proof(reason: str) -> str:
    known = reasons.VERDICT_REASONS.get(reason)
    return known.why.vi if known else "Không có thành phần này (đã xác minh bằng công cụ)."


def addresses(scope: Scope) -> tuple[AddressRow, ...]:
    """Appendix III, for limited circulation."""
    inventory = scope.audited.inventory
    records = {r.host: r for r in scope.records}
    rows = []
    for host in (inventory.hosts[h] for h in scope.system.hosts if h in inventory.hosts):
        record = records.get(host.id)
        zone = inventory.zones.get(host.zone or "")
        rows.append(
            AddressRow(
                host=host.name,
                platform=(record.platform.name if record else "") or NONE,
                zone=zone.name if zone else NONE,
                addresses=", ".join(host.addresses) or NONE,
            )
        )
    return tuple(rows)


def evidence(scope: Scope) -> tuple[EvidenceRow, ...]:
    """Appendix VI: one line a host, scan, document; digests are over what the store keeps."""
    audited = scope.audited
    rows = [
        EvidenceRow(
            what="Tệp kiểm kê",
            when=minute(audited.run.started_at),
            count="1",
            digest=audited.run.inventory_digest,
        ),
        EvidenceRow(
            what="Bộ tiêu chí",
            when=minute(audited.run.started_at),
            count="1",
            digest=audited.rulebook.digest,
        ),
    ]
    rows += [_host_row(record) for record in scope.records if record.answers]
    rows += [
        EvidenceRow(
            what=f"Dò quét {endpoint_host(audited, s)} (nhìn từ {vantage(audited, s)})",
            when=minute(s.evidence.observed_at),
            count="1",
            digest=s.raw,
        )
        for s in scope.scans
        if s.raw
    ]
    return (*rows, *_papers(scope))


def _host_row(record: HostRecord) -> EvidenceRow:
    return EvidenceRow(
        what=f"Số liệu máy chủ {record.name}",
        when=minute(record.observed_at),
        count=number(len(record.answers)),
        digest=digest_of(record),
    )


def digest_of(record: HostRecord) -> str:
    """One SHA-256 for a host: over its lines `ask key, space, answer digest, newline`, sorted."""
    text = "".join(f"{ask} {digest}\n" for ask, digest in sorted(record.answers.items()))
    return hashlib.sha256(text.encode()).hexdigest()


def _papers(scope: Scope) -> list[EvidenceRow]:
    used = {d for r in scope.result.requirements for d in r.documents}
    return [
        EvidenceRow(
            what=f"{a.document}, số {a.number}",
            when=day(a.date),
            count="1",
            digest=a.sha256 or NONE,
        )
        for a in scope.audited.inventory.attestations
        if a.id in used
    ]
