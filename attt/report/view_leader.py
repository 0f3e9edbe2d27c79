"""The leader's sheet: one A4 page that is read in two minutes. No address, account, version or person."""

from collections.abc import Mapping
from dataclasses import dataclass

from attt.model.audit import Audited
from attt.model.inventory import System, SystemOrigin
from attt.model.measure import Measure, MeasureKind
from attt.model.rule import Severity
from attt.model.run import Failure, HostRecord, HostStatus, PortState
from attt.report.figures import NONE, day, local_date, number, padded, ratio
from attt.report.figures import counted as in_words
from attt.report.options import Options
from attt.report.scope import Scope, scopes
from attt.report.tally import Tally, lines, tally
from attt.report.view_dossiers import Dossiers, LevelRow, counted, dossiers, level_rows
from attt.report.view_letterhead import Letterhead, letterhead, name_of
from attt.report.view_tasks import Task, has_evidence, is_rented, short_line, tasks, urgent

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


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderView:
    """Everything that the template lays out."""

    head: Letterhead
    subject: str
    until: str
    addressee: str
    conclusions: tuple[str, ...]
    rows: tuple[LevelRow, ...]
    beside: str
    figures: tuple[Figure, ...]
    tasks_heading: str
    tasks: tuple[Task, ...]
    milestones: str
    left_out: str
    foot: str
    count: Dossiers
    seen: Seen
    tally: Tally
    is_enough: bool

    @property
    def density(self) -> str:
        """How closely the sheet is set so that it stays one page: "airy", "", "dense" or "tight"."""
        size = _size(self)
        if size <= _AIRY:
            return "airy"
        return "tight" if size > _TIGHT else "dense" if size > _DENSE else ""


_AIRY, _DENSE, _TIGHT = 1350, 1850, 2250
_ROW = 45


def _size(view: LeaderView) -> int:
    """About how many characters the sheet holds, a table's row counting as a line at least."""
    texts = [*view.conclusions, view.beside, view.milestones, view.left_out, view.foot]
    texts += [view.head.parent, view.head.body, view.addressee, view.subject]
    rows = [max(_ROW, len(f.note)) for f in view.figures]
    rows += [max(_ROW, len(t.text), 2 * len(t.lead)) for t in view.tasks]
    return sum(map(len, texts)) + sum(rows) + _ROW * len(view.rows)


def leader(audited: Audited, options: Options) -> LeaderView:
    """Count everything of the sheet. `audited.as_of` dates it."""
    inventory = audited.inventory
    systems = counted(inventory)
    chosen = tuple(s for s in scopes(audited) if s.system in systems)
    measures = {m.id: m for m in inventory.measures}
    count = dossiers(inventory, systems)
    seen = _seen(audited, systems)
    total = sum((tally(lines(s), measures) for s in chosen), Tally())
    enough = is_enough(seen.reached, seen.declared, total, options)
    wishes = tasks(
        chosen, count, seen.declared - seen.reached, audited.as_of, options.annual_report
    )
    owner = name_of(inventory, systems[0].owner if systems else None)
    return LeaderView(
        head=_cut_head(letterhead(inventory, options, audited.as_of, None)),
        subject="Tình hình bảo đảm an ninh mạng hệ thống thông tin theo cấp độ"
        + (f", {short_line(options.period, 30)}" if options.period else ""),
        until=f"(Số liệu đến hết ngày {day(audited.as_of)}. Kỳ trước: {NONE})",
        addressee=short_line(options.addressee or f"Lãnh đạo {owner}", 70),
        conclusions=_conclusions(
            owner,
            count,
            seen,
            total,
            critical=len(_distinct(chosen, Severity.CRITICAL)),
            wishes=len(wishes),
            enough=enough,
        ),
        rows=level_rows(inventory),
        beside=_beside(audited),
        figures=_figures(chosen, seen, total),
        tasks_heading=f"{in_words(len(wishes)).upper()} VIỆC XIN Ý KIẾN QUYẾT ĐỊNH",
        tasks=wishes,
        milestones=_milestones(options),
        left_out=_left_out(audited, options, seen, total, chosen),
        foot=_foot(audited, total, options),
        count=count,
        seen=seen,
        tally=total,
        is_enough=enough,
    )


def is_enough(reached: int, declared: int, total: Tally, options: Options) -> bool:
    """Whether enough was seen to conclude: the least share of hosts and of requirements."""
    least = options.enough_percent
    hosts = not declared or 100 * reached >= least * declared
    return bool(total.total) and hosts and 100 * total.assessed >= least * total.total


def _seen(audited: Audited, systems: tuple[System, ...]) -> Seen:
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


def _conclusions(
    owner: str,
    count: Dossiers,
    seen: Seen,
    total: Tally,
    *,
    critical: int,
    wishes: int,
    enough: bool,
) -> tuple[str, ...]:
    first = (
        f"{short_line(owner, 60)} quản lý {padded(count.total)} hệ thống đang vận hành: "
        f"{ratio(count.approved, count.total)} đã được phê duyệt cấp độ"
    )
    if count.approved:
        first += f"; trong đó {ratio(count.full, count.approved)} đã triển khai đầy đủ phương án"
    first += "."
    if left := count.total - count.approved:
        wait = f", gồm {padded(count.waiting)} hệ thống đã thẩm định xong" if count.waiting else ""
        first += f" Còn {padded(left)} hệ thống chưa được phê duyệt{wait}."
    what = f"{number(total.assessed)}/{number(total.total)} yêu cầu"
    hosts = f"{number(seen.reached)}/{number(seen.declared)} máy chủ"
    if enough:
        second = (
            f"Đã kiểm tra được {hosts}, đánh giá được {what}: đã đáp ứng đầy đủ "
            f"{number(total.full)}, chưa đáp ứng đầy đủ {number(total.lacking)}."
        )
    else:
        second = (
            f"Chưa đủ căn cứ để kết luận mức độ đáp ứng "
            f"do mới kiểm tra được {hosts} và đánh giá được {what}."
        )
    third = f"Có {padded(critical)} tồn tại mức Nghiêm trọng cần xử lý ngay. " if critical else ""
    asks = f"Xin ý kiến {padded(wishes)} việc tại mục 4." if wishes else ""
    return tuple(s for s in (first, second, (third + asks).strip()) if s)


def _distinct(chosen: tuple[Scope, ...], severity: Severity) -> set[tuple[str, str]]:
    """(subject, rule) of failures, a host of two systems counted once."""
    return {(str(j.finding.subject), j.rule.id) for _, j in urgent(chosen, severity)}


def _beside(audited: Audited) -> str:
    systems = [s for s in audited.inventory.systems.values() if not s.state_secret]
    central = sum(s.origin is SystemOrigin.CENTRAL for s in systems)
    trial = sum(s.origin is SystemOrigin.TRIAL for s in systems)
    parts = []
    if central:
        parts.append(f"{padded(central)} hệ thống do Trung ương làm chủ quản")
    if trial:
        parts.append(f"{padded(trial)} hệ thống thử nghiệm (phải phê duyệt trước khi vận hành)")
    return f"Ngoài bảng: {'; '.join(parts)}." if parts else ""


def _figures(chosen: tuple[Scope, ...], seen: Seen, total: Tally) -> tuple[Figure, ...]:
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
    found = _distinct(chosen, severity)
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


def _milestones(options: Options) -> str:
    ends = [
        f"trước {options.annual_report_unit} (gửi số liệu)",
        f"trước {options.annual_report} (báo cáo Bộ Công an)",
    ]
    if options.transition_until:
        ends.append(f"{day(options.transition_until)} (hết chuyển tiếp)")
    return short_line("Mốc pháp lý: " + " - ".join(ends) + ".", 200)


def _left_out(
    audited: Audited, options: Options, seen: Seen, total: Tally, chosen: tuple[Scope, ...]
) -> str:
    parts = [
        (
            "Hệ thống của bộ, ngành; hệ thống bí mật nhà nước (theo dõi riêng); rà quét lỗ hổng; số liệu kỳ "
            "trước, kiểm tra định kỳ"
        ),
    ]
    if unseen := seen.declared - seen.reached:
        parts.append(f"{padded(unseen)} máy chủ chưa kiểm tra được")
    unscanned = sum(bool(s.evidence.failure) for scope in chosen for s in scope.scans)
    if unscanned or not any(scope.scans for scope in chosen):
        count = f"{padded(unscanned)} địa chỉ" if unscanned else "mạng"
        parts.append(f"dò quét {count} (chưa thực hiện)")
    if total.not_assessed:
        parts.append(f"{number(total.not_assessed)} yêu cầu chưa đánh giá")
    text = "; ".join(parts) + "."
    if options.is_independent is not True:
        text += (
            " Số liệu phục vụ điều hành, chưa phải kết quả tự đánh giá độc lập."
            if options.is_independent is False
            else " Số liệu phục vụ điều hành; tính độc lập của đơn vị thực hiện chưa được xác nhận."
        )
    if audited.run.finished_at is None or audited.run.status != "finished":
        text += " Đợt kiểm tra chưa hoàn thành."
    return text


def _foot(audited: Audited, total: Tally, options: Options) -> str:
    editions = sorted({audited.rulebook.standards[r.standard].edition for r in audited.systems})
    parts = [
        f"Đợt kiểm tra {short_line(audited.run.id, 40)}",
        (
            f"{', '.join(editions)} (bộ tiêu chí {audited.rulebook.digest[:8]}; {number(total.unverified)}"
            f"/{number(total.total)} mục chưa đối chiếu bản chính thức; số mục do bộ tiêu chí tách)"
        ),
    ]
    if options.circulation:
        parts.append(short_line(options.circulation, 40))
    return " · ".join(parts)


def _cut_head(head: Letterhead) -> Letterhead:
    return Letterhead(
        parent=short_line(head.parent, 54),
        body=short_line(head.body, 54),
        place=short_line(head.place, 20),
        date=head.date,
        circulation=short_line(head.circulation, 40),
    )
