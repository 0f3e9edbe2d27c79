"""The list of findings, for officers who filter and sort: a row an item, made one by one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache

from attt import message
from attt.model.audit import Audited
from attt.model.finding import Compared, Finding, Verdict
from attt.model.inventory import Host
from attt.model.measure import Measure
from attt.model.rule import Rule
from attt.model.run import HostRecord, ScanRecord
from attt.report import reasons, words
from attt.report.asked import Asking
from attt.report.figures import VIETNAM, day
from attt.report.scope import endpoint_host, measure_of, vantage
from attt.report.steps import guide
from attt.report.taint import one_line, short
from attt.report.topics import topic
from attt.report.values import LIMIT
from attt.report.variants import Variants
from attt.report.view_finding import TURNS, row
from attt.report.view_host import Shared
from attt.report.words import Term

COLUMNS: Mapping[str, Term] = {
    "system": Term("Hệ thống", "System"),
    "level": Term("Cấp độ", "Level"),
    "host": Term("Máy chủ", "Host"),
    "address": Term("Địa chỉ (hạn chế phổ biến)", "Address (limited circulation)"),
    "zone": Term("Vùng mạng", "Zone"),
    "rule": Term("Tiêu chí", "Rule"),
    "title": Term("Nội dung", "What"),
    "topic": Term("Nhóm nội dung", "Topic"),
    "severity": Term("Mức độ", "Severity"),
    "verdict": Term("Kết quả", "Verdict"),
    "item": Term("Đối tượng", "Item"),
    "label": Term("Thông số", "Setting"),
    "found": Term("Hiện trạng", "Found"),
    "wanted": Term("Mức yêu cầu", "Wanted"),
    "reason": Term("Lý do, căn cứ", "Reason"),
    "action": Term("Việc cần làm trước tiên", "First action"),
    "requirement": Term("Mã yêu cầu", "Requirement"),
    "clause": Term("Mục tiêu chuẩn", "Clause"),
    "measure": Term("Biện pháp, lộ trình", "Measure"),
    "turn": Term("So với đợt trước", "Since the run before"),
    "observed": Term("Thời điểm thu thập", "Observed at"),
}
"""Key of a row's field → its heading, in the order of the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """One item of one finding; every text is one line. `observed` is naive, in Viet Nam's time."""

    system: str
    level: str
    host: str
    address: str
    zone: str
    rule: str
    title: str
    topic: str
    severity: str
    verdict: str
    item: str
    label: str
    found: str
    wanted: str
    reason: str
    action: str
    requirement: str
    clause: str
    measure: str
    turn: str
    observed: datetime


assert tuple(COLUMNS) == tuple(f.name for f in fields(ListRow))  # noqa: S101 - one order, said twice


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a finding is."""

    host: str
    host_id: str | None
    address: str
    zone: str
    observed: datetime


def rows(audited: Audited, common: Shared, language: str = "vi") -> Iterator[ListRow]:
    """Every finding of the audit: hosts in the inventory's order, then what scans saw."""
    for record in audited.hosts:
        place = _of_host(audited, record)
        variants = Variants(record.findings, audited.rulebook.rules)
        for finding in record.findings:
            title = variants.title(finding, language)
            yield from _rows(audited, common, finding, place, title=title, language=language)
    for scan in audited.scans:
        variants = Variants(scan.findings, audited.rulebook.rules)
        for finding in scan.findings:
            title = variants.title(finding, language)
            where = _of_scan(audited, scan, finding)
            yield from _rows(audited, common, finding, where, title=title, language=language)


def _of_host(audited: Audited, record: HostRecord) -> _Place:
    known = audited.inventory.hosts.get(record.host)
    return _Place(
        host=record.name,
        host_id=record.host,
        address=record.address,
        zone=_zone(audited, known.zone if isinstance(known, Host) else None),
        observed=local(record.observed_at),
    )


def _of_scan(audited: Audited, scan: ScanRecord, finding: Finding) -> _Place:
    seen = scan.evidence
    endpoint = finding.subject.id.rpartition(">")[2]
    return _Place(
        host=endpoint_host(audited, scan),
        host_id=seen.host,
        address=f"{endpoint} ← {vantage(audited, scan)}",
        zone=_zone(audited, seen.zone),
        observed=local(seen.observed_at),
    )


def _zone(audited: Audited, zone: str | None) -> str:
    known = audited.inventory.zones.get(zone or "")
    return known.name if known else ""


def local(instant: str) -> datetime:
    """An RFC 3339 instant in Viet Nam's time, to the minute, without its zone: as Excel dates are."""
    moment = datetime.fromisoformat(instant).astimezone(VIETNAM)
    return moment.replace(second=0, microsecond=0, tzinfo=None)


def _rows(
    audited: Audited, common: Shared, finding: Finding, place: _Place, *, title: str, language: str
) -> Iterator[ListRow]:
    rule = audited.rulebook.rules[finding.rule]
    asked = common.askings.of(finding, place.host_id)
    measure = measure_of(finding, common.covered, common.measures)
    turn = common.changes.of(finding) if common.changes else None
    is_failing = finding.verdict is Verdict.FAIL
    verdict = words.COVERED if measure else words.VERDICTS[finding.verdict]
    head = {
        "system": _listed(a.system.code for a in asked),
        "level": _listed(str(a.level) for a in asked),
        "host": place.host,
        "address": place.address,
        "zone": place.zone,
        "rule": rule.id,
        "title": title,
        "topic": topic(rule).text(language),
        "severity": words.SEVERITIES[rule.severity].text(language),
        "verdict": verdict.text(language),
        "reason": _reason(finding, language),
        "action": _action(finding, rule.fix.text.text(language), language),
        "requirement": _listed(a.requirement.id for a in asked),
        "clause": _clauses(asked),
        "measure": _measure(measure, language) if measure else "",
        "turn": TURNS[turn].text(language) if turn and is_failing else "",
    }
    for compared in finding.failing or (None,):
        yield ListRow(**head, **_item(compared, finding, rule, language), observed=place.observed)


def _item(compared: Compared | None, finding: Finding, rule: Rule, language: str) -> dict[str, str]:
    if compared is None:
        return {"item": finding.item or "", "label": "", "found": "", "wanted": ""}
    one = row(compared, rule, language)
    return {
        "item": one.item or finding.item or "",
        "label": one.label or compared.id,
        "found": one.found,
        "wanted": one.wanted,
    }


def _reason(finding: Finding, language: str) -> str:
    if finding.reason is None:
        return ""
    why = reasons.of_verdict(finding.reason.code).why.text(language)
    said = short(one_line(message.detail(finding.reason.detail, language)), LIMIT, language)
    return f"{why} {said}".rstrip()


@cache
def _first(fix: str) -> str:
    return guide(fix).first


def _action(finding: Finding, fix: str, language: str) -> str:
    match finding.verdict:
        case Verdict.FAIL:
            return _first(fix)
        case Verdict.UNKNOWN | Verdict.MANUAL if finding.reason:
            return reasons.of_verdict(finding.reason.code).next.text(language)
        case _:
            return ""


def _measure(measure: Measure, language: str) -> str:
    kind = words.MEASURES[measure.kind].text(language)
    until = day(measure.until) if language == "vi" else measure.until
    word = "đến hết ngày" if language == "vi" else "until"
    return one_line(f"{kind}: {measure.document}, {word} {until}")


def _listed(names: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(names))


def _clauses(asked: Sequence[Asking]) -> str:
    """Clauses with their level where several levels ask."""
    levels = {a.level for a in asked}
    return _listed(a.clause if len(levels) == 1 else f"{a.clause} [{a.level}]" for a in asked)
