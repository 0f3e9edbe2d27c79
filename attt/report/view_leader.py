"""The leader's sheet: one A4 page that is read in two minutes. No address, account, version or person."""

from dataclasses import dataclass

from attt.model.audit import Audited
from attt.model.inventory import SystemOrigin
from attt.model.rule import Severity
from attt.report.changes import changes
from attt.report.figures import NONE, day, number, padded, ratio
from attt.report.figures import counted as in_words
from attt.report.options import Options
from attt.report.scope import Scope, scopes
from attt.report.standard_words import edition
from attt.report.tally import Tally, lines, tally
from attt.report.view_changes import of_both, sentence
from attt.report.view_dossiers import Dossiers, LevelRow, counted, dossiers, level_rows
from attt.report.view_leader_figures import Figure, Seen, beside, distinct, figures, seen_of
from attt.report.view_letterhead import Letterhead, letterhead, name_of
from attt.report.view_tasks import Task, short_line, tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderView:
    """Everything that the template lays out."""

    head: Letterhead
    subject: str
    until: str
    addressee: str
    conclusions: tuple[str, ...]
    rows: tuple[LevelRow, ...]
    since: tuple[str, ...]  # the total row less that of the run before
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
    tighter: int = 0  # steps closer than the estimate, where the sheet as set was over a page

    @property
    def density(self) -> str:
        """How closely the sheet is set so that it stays one page: "airy", "", "dense" or "tight"."""
        size = _size(self)
        step = sum(size > limit for limit in (_AIRY, _DENSE, _TIGHT))
        return DENSITIES[min(step + self.tighter, len(DENSITIES) - 1)]


DENSITIES = ("airy", "", "dense", "tight")
_AIRY, _DENSE, _TIGHT = 1350, 1800, 2040
_ROW = 45


def _size(view: LeaderView) -> int:
    """About how many characters the sheet holds, a table's row counting as a line at least."""
    texts = [*view.conclusions, view.beside, view.milestones, view.left_out, view.foot]
    texts += [view.head.parent, view.head.body, view.addressee, view.subject]
    rows = [max(_ROW, len(f.note)) for f in view.figures]
    rows += [max(_ROW, len(t.text), 2 * len(t.lead)) for t in view.tasks]
    return sum(map(len, texts)) + sum(rows) + _ROW * len(view.rows)


def leader(
    audited: Audited, options: Options, *, before: Audited | None = None, tighter: int = 0
) -> LeaderView:
    """Count everything of the sheet. `audited.as_of` dates it; `before` is an earlier run.

    `tighter` sets it that many steps closer than its text seems to need.
    """
    past = leader(before, options) if before else None
    inventory = audited.inventory
    systems = counted(inventory)
    chosen = tuple(s for s in scopes(audited) if s.system in systems)
    measures = {m.id: m for m in inventory.measures}
    count = dossiers(inventory, systems)
    seen = seen_of(audited, systems)
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
        until=f"(Số liệu đến hết ngày {day(audited.as_of)}. "
        f"Kỳ trước: {day(before.run.started_at) if before else NONE})",
        addressee=short_line(options.addressee or f"Lãnh đạo {owner}", 70),
        conclusions=_conclusions(
            owner,
            count,
            seen,
            total,
            critical=len(distinct(chosen, Severity.CRITICAL)),
            wishes=len(wishes),
            enough=enough,
            since=_since(audited, before, chosen) if before else "",
        ),
        rows=level_rows(inventory),
        since=_differences(level_rows(inventory), past.rows if past else ()),
        beside=_beside(audited),
        figures=beside(figures(chosen, seen, total), past.figures if past else ()),
        tasks_heading=f"{in_words(len(wishes)).upper()} VIỆC XIN Ý KIẾN QUYẾT ĐỊNH",
        tasks=wishes,
        milestones=_milestones(options),
        left_out=_left_out(audited, options, seen, total, chosen, has_past=past is not None),
        foot=_foot(audited, total, options),
        count=count,
        seen=seen,
        tally=total,
        is_enough=enough,
        tighter=tighter,
    )


def _differences(now: tuple[LevelRow, ...], then: tuple[LevelRow, ...]) -> tuple[str, ...]:
    """The total row's cells as "+3", "-1" or "0"; dashes where there is no run before."""
    if not then:
        return (NONE,) * len(now[-1].cells)
    pairs = zip(now[-1].cells, then[-1].cells, strict=True)
    changed = (int(a.replace(".", "")) - int(b.replace(".", "")) for a, b in pairs)
    return tuple(f"{n:+d}" if n else "0" for n in changed)


def _since(audited: Audited, before: Audited, chosen: tuple[Scope, ...]) -> str:
    codes = frozenset(s.system.code for s in chosen)
    return sentence(changes(audited, before), of_both(audited, before, codes))


def is_enough(reached: int, declared: int, total: Tally, options: Options) -> bool:
    """Whether enough was seen to conclude: the least share of hosts and of requirements."""
    least = options.enough_percent
    hosts = not declared or 100 * reached >= least * declared
    return bool(total.total) and hosts and 100 * total.assessed >= least * total.total


def _conclusions(
    owner: str,
    count: Dossiers,
    seen: Seen,
    total: Tally,
    *,
    critical: int,
    wishes: int,
    enough: bool,
    since: str,
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
    return tuple(s for s in (first, second, since, (third + asks).strip()) if s)


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


def _milestones(options: Options) -> str:
    ends = [
        f"trước {options.annual_report_unit} (gửi số liệu)",
        f"trước {options.annual_report} (báo cáo Bộ Công an)",
    ]
    if options.transition_until:
        ends.append(f"{day(options.transition_until)} (hết chuyển tiếp)")
    return short_line("Mốc pháp lý: " + " - ".join(ends) + ".", 200)


def _left_out(
    audited: Audited,
    options: Options,
    seen: Seen,
    total: Tally,
    chosen: tuple[Scope, ...],
    *,
    has_past: bool,
) -> str:
    parts = [
        "Hệ thống của bộ, ngành; hệ thống bí mật nhà nước (theo dõi riêng); rà quét lỗ hổng; "
        + ("kiểm tra định kỳ" if has_past else "số liệu kỳ trước, kiểm tra định kỳ"),
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
    standards = {r.standard for r in audited.systems}
    editions = sorted(edition(audited.rulebook.standards[s], "vi") for s in standards)
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
