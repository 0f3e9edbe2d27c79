"""Section 3 of the leader's sheet: hosts seen, failures by severity, overdue and exposed things."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from attt.model.audit import Audited
from attt.model.inventory import System
from attt.model.measure import Measure, MeasureKind
from attt.model.rule import Severity
from attt.model.run import Failure, HostRecord, HostStatus, PortState
from attt.report.figures import NONE, local_date, number, padded
from attt.report.scope import Scope
from attt.report.tally import Tally
from attt.report.view_tasks import has_evidence, is_rented, urgent

ADMIN_PORTS = frozenset({22, 23, 135, 445, 902, 2375, 3389, 5900, 5985, 5986, 8291, 10000})
"""Ports of remote administration; from the Internet none of them should answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Hosts of the counted systems: declared = audited + partly + unreachable + waiting."""

    declared: int
    audited: int
    partly: int
    unreachable: int
    not_supported: int  # part of unreachable: this version can't log into them
    waiting: int  # no record: the run ended before

    @property
    def reached(self) -> int:
        """Hosts of which something was learnt."""
        return self.audited + self.partly


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A row of section 3."""

    label: str
    now: str
    before: str = NONE
    note: str = ""


def seen_of(audited: Audited, systems: tuple[System, ...]) -> Seen:
    """Hosts of `systems` by how far the audit came with each."""
    hosts = {host for system in systems for host in system.hosts}
    records: Mapping[str, HostRecord] = {r.host: r for r in audited.hosts if r.host in hosts}
    statuses = [r.status for r in records.values()]
    return Seen(
        declared=len(hosts),
        audited=statuses.count(HostStatus.AUDITED),
        partly=statuses.count(HostStatus.PARTLY),
        unreachable=statuses.count(HostStatus.UNREACHABLE),
        not_supported=sum(r.failure is Failure.NOT_SUPPORTED for r in records.values()),
        waiting=len(hosts) - len(records),
    )


def distinct(chosen: tuple[Scope, ...], severity: Severity) -> set[tuple[str, str]]:
    """(subject, rule) of failures, a host of two systems counted once."""
    return {(str(j.finding.subject), j.rule.id) for _, j in urgent(chosen, severity)}


def figures(chosen: tuple[Scope, ...], seen: Seen, total: Tally) -> tuple[Figure, ...]:
    """The rows, always the same ones in the same order."""
    by = f"công cụ {number(total.machine)}, hồ sơ {number(total.document)}"
    if total.otherwise:
        by += f", phương án {number(total.otherwise)}"
    return (
        Figure(
            label="Yêu cầu đã đánh giá / tổng số",
            now=f"{number(total.assessed)} / {number(total.total)}",
            note=f"{by}",
        ),
        Figure(
            label="Máy chủ khai báo / kiểm tra được",
            now=f"{number(seen.declared)} / {number(seen.reached)}",
            note=_host_note(seen),
        ),
        _severe(chosen, Severity.CRITICAL, "Tồn tại mức Nghiêm trọng"),
        _severe(chosen, Severity.HIGH, "Tồn tại mức Cao"),
        _overdue(chosen),
        _exposed(chosen),
        _rented(chosen),
    )


def _host_note(seen: Seen) -> str:
    other = seen.unreachable - seen.not_supported
    parts = (
        (seen.partly, "kiểm tra một phần"),
        (seen.not_supported, "không đăng nhập được bằng công cụ"),
        (other, "không kết nối được"),
        (seen.waiting, "chưa tới lượt"),
    )
    return ", ".join(f"{padded(n)} {what}" for n, what in parts if n)


def _severe(chosen: tuple[Scope, ...], severity: Severity, label: str) -> Figure:
    found = distinct(chosen, severity)
    if not found:
        return Figure(label=label, now="0")
    systems = {scope.system.code for scope, _ in urgent(chosen, severity)}
    places = len({subject for subject, _ in found})
    return Figure(
        label=label,
        now=number(len(found)),
        note=f"tại {padded(places)} nơi, {padded(len(systems))} hệ thống",
    )


def _overdue(chosen: tuple[Scope, ...]) -> Figure:
    label = "Tồn tại quá hạn khắc phục"
    lapsed: dict[tuple[str, str], int] = {}
    known = False
    for scope in chosen:
        today = local_date(scope.audited.as_of)
        for plan in scope.audited.inventory.measures:
            if plan.kind is not MeasureKind.ROADMAP:
                continue
            known = True
            late = (today - local_date(plan.until)).days
            for judged in scope.judged if late > 0 else ():
                if judged.finding.verdict == "fail" and judged.measure is None:
                    key = (str(judged.finding.subject), judged.rule.id)
                    if _holds(plan, scope, judged.finding.subject.id, judged.rule.id):
                        lapsed[key] = max(late, lapsed.get(key, 0))
    if not known:
        return Figure(label=label, now=NONE)
    note = f"lâu nhất {number(max(lapsed.values()))} ngày" if lapsed else ""
    return Figure(label=label, now=number(len(lapsed)), note=note)


def _holds(plan: Measure, scope: Scope, subject: str, rule: str) -> bool:
    zones = {h.id: h.zone for h in scope.audited.inventory.hosts.values()}
    return (
        plan.requirement is None
        and plan.system in (None, scope.system.code)
        and plan.rule in (None, rule)
        and plan.host in (None, subject)
        and plan.zone in (None, zones.get(subject))
    )


def _exposed(chosen: tuple[Scope, ...]) -> Figure:
    label = "Cổng quản trị mở ra Internet"
    scans = [s.evidence for scope in chosen for s in scope.scans if not s.evidence.failure]
    outside = [e for e in scans if e.vantage == "internet"]
    if not outside:
        return Figure(label=label, now=NONE, note="chưa dò quét từ Internet")
    found = {
        p.endpoint
        for e in outside
        for p in e.ports
        if p.state is PortState.OPEN and p.endpoint.port in ADMIN_PORTS
    }
    return Figure(label=label, now=number(len(found)))


def _rented(chosen: tuple[Scope, ...]) -> Figure:
    label = "Hệ thống thuê đã gửi minh chứng"
    rented = [s for s in chosen if is_rented(s.system)]
    if not rented:
        return Figure(label=label, now=NONE)
    shown = sum(has_evidence(s) for s in rented)
    return Figure(label=label, now=f"{number(shown)}/{number(len(rented))}")


def beside(figures: tuple[Figure, ...], past: tuple[Figure, ...]) -> tuple[Figure, ...]:
    """`figures` with those of the run before beside them, by label."""
    then = {f.label: f.now for f in past}
    return tuple(replace(f, before=then.get(f.label, NONE)) for f in figures)
