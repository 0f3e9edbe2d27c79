"""The system's report: everything that its template lays out, counted and worded."""

from dataclasses import dataclass

from attt.errors import UsageError
from attt.message import Message
from attt.model.audit import Audited
from attt.model.outcome import SystemResult
from attt.model.rule import Severity
from attt.report import view_changes, view_evidence, view_general, view_requirements
from attt.report.changes import changes
from attt.report.figures import NONE, day, number, padded
from attt.report.options import Options
from attt.report.scope import Scope, scope
from attt.report.standard_words import last_day
from attt.report.tally import Tally, lines, tally
from attt.report.view_changes import ChangesView, of_both
from attt.report.view_evidence import AddressRow, EvidenceRow, KnownRow, MeasureRow, ScanRow
from attt.report.view_general import Fact, Limit
from attt.report.view_leader import is_enough
from attt.report.view_letterhead import Letterhead, letterhead, name_of
from attt.report.view_plan import wishes
from attt.report.view_requirements import GroupRow, RequirementGroup, Unassessed
from attt.report.view_rules import RuleView, UnreadGroup, lead, rule_views, sentence, unread_groups
from attt.report.view_topics import Topic, TopicRow, WorstHost, by_topic, topic_rows, worst_hosts

_PROMPT = frozenset({Severity.CRITICAL, Severity.HIGH})


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """A row of part IX."""

    number: int
    what: str
    how: str
    lead: str
    beside: str
    deadline: str
    recheck: str
    cost: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemView:
    """Parts I to IX and the appendices."""

    head: Letterhead
    name: str
    level: int
    addressee: str
    grounds: tuple[str, ...]
    identity: tuple[Fact, ...]
    manner: tuple[Fact, ...]
    limits: tuple[Limit, ...]
    dossier: tuple[str, ...]
    summary: tuple[GroupRow, ...]
    coverage: str
    suggested: str
    split: str
    rules: tuple[RuleView, ...]
    topics: tuple[Topic, ...]
    topic_rows: tuple[TopicRow, ...]
    worst: tuple[WorstHost, ...]
    changes: ChangesView | None
    scans: tuple[ScanRow, ...]
    measures: tuple[MeasureRow, ...]
    exempt: tuple[tuple[str, str], ...]
    urgent: tuple[tuple[RuleView, str], ...]
    urgent_lead: str
    others: tuple[Topic, ...]
    conclusions: tuple[str, ...]
    tasks: tuple[TaskRow, ...]
    closing: str
    receivers: tuple[str, ...]
    detailed: tuple[RequirementGroup, ...]
    unassessed: tuple[Unassessed, ...]
    unverified: str
    addresses: tuple[AddressRow, ...]
    with_addresses: bool
    evidence: tuple[EvidenceRow, ...]
    known_on: tuple[KnownRow, ...]
    as_of: str
    paper_rows: int | None
    tally: Tally

    @property
    def open_rules(self) -> tuple[RuleView, ...]:
        """The rules told in full: failing or unread ones; on paper those that press, and fail."""
        if self.paper_rows is None:
            return tuple(r for r in self.rules if r.failed or r.unknown or r.manual)
        return tuple(r for r in self.rules if r.failed and r.severity in _PROMPT)

    @property
    def mild_rules(self) -> tuple[RuleView, ...]:
        """On paper, the other failing rules: a row each."""
        if self.paper_rows is None:
            return ()
        return tuple(r for r in self.rules if r.failed and r.severity not in _PROMPT)

    @property
    def unread(self) -> tuple[UnreadGroup, ...]:
        """On paper, what could not be judged, by reason; on screen it stands under each rule."""
        return () if self.paper_rows is None else unread_groups(self.rules)


def system(
    audited: Audited,
    options: Options,
    *,
    code: str | None = None,
    paper: bool = False,
    before: Audited | None = None,
) -> SystemView:
    """View one system; `code` may be left out where the audit has only one.

    `before` is an earlier run to compare with. Raises UsageError where the code names no system
    of the audit.
    """
    return _view(scope(audited, _result(audited, code)), options, paper=paper, before=before)


def _result(audited: Audited, code: str | None) -> SystemResult:
    codes = tuple(dict.fromkeys(r.system for r in audited.systems))
    if code is None and len(codes) == 1:
        return audited.systems[0]
    for result in audited.systems:
        if result.system == code:
            return result
    raise UsageError(
        Message(
            "A system report is about one system; {code} is not in this run", code=code or "none"
        ),
        hint=Message("Name one of: {codes}", codes=", ".join(codes) or "-"),
    )


def _view(about: Scope, options: Options, *, paper: bool, before: Audited | None) -> SystemView:
    inventory, target = about.audited.inventory, about.system
    measures = {m.id: m for m in inventory.measures}
    total = tally(lines(about), measures)
    rows = options.paper_rows if paper else None
    rules = rule_views(about, paper_rows=rows)
    failing = tuple(r for r in rules if r.failed)
    operator = name_of(inventory, target.operator)
    return SystemView(
        head=letterhead(inventory, options, about.audited.as_of, target.assessor),
        name=target.name,
        level=about.result.level,
        addressee=options.addressee or name_of(inventory, target.owner),
        grounds=_grounds(about),
        identity=view_general.identity(about),
        manner=view_general.manner(about, options),
        limits=view_general.limits(about, paper_rows=rows),
        dossier=view_general.dossier(about),
        summary=view_requirements.summary(about, measures),
        coverage=view_requirements.coverage(total),
        suggested=view_requirements.suggested(about, measures),
        split="Số yêu cầu theo cách tách của bộ tiêu chí, không phải số yêu cầu do tiêu chuẩn công bố.",
        rules=rules,
        topics=by_topic(rules),
        topic_rows=topic_rows(rules),
        worst=worst_hosts(about),
        changes=_changes(about, before) if before else None,
        scans=view_evidence.scans(about),
        measures=view_evidence.measures(about),
        exempt=view_evidence.exempt(about),
        urgent=tuple((r, sentence(r)) for r in _ranked(failing, prompt=True)),
        urgent_lead=lead(operator, about.standard.edition),
        others=by_topic(_ranked(failing, prompt=False)),
        conclusions=_conclusions(about, total, options),
        tasks=_tasks(about, failing),
        closing=f"Trên đây là báo cáo kết quả kiểm tra, đánh giá an ninh mạng "
        f"{called(target.name)}; kính báo cáo xem xét, chỉ đạo./.",
        receivers=_receivers(about),
        detailed=view_requirements.detailed(about),
        unassessed=view_requirements.unassessed(about),
        unverified=_unverified(about),
        addresses=view_evidence.addresses(about) if options.with_addresses else (),
        with_addresses=options.with_addresses,
        evidence=view_evidence.evidence(about),
        known_on=view_evidence.known_on(about),
        as_of=day(about.audited.as_of),
        paper_rows=rows,
        tally=total,
    )


def _changes(about: Scope, before: Audited) -> ChangesView:
    subjects = of_both(about.audited, before, frozenset({about.system.code}))
    return view_changes.view(changes(about.audited, before), about.audited, subjects)


def _ranked(failing: tuple[RuleView, ...], *, prompt: bool) -> tuple[RuleView, ...]:
    chosen = [r for r in failing if (r.severity in _PROMPT) is prompt]
    return tuple(sorted(chosen, key=lambda r: -r.severity.rank))


def _grounds(about: Scope) -> tuple[str, ...]:
    inventory = about.audited.inventory
    paper = inventory.dossiers.get(about.system.dossier or "")
    grounds = [
        "Căn cứ Luật An ninh mạng số 116/2025/QH15 ngày 10 tháng 12 năm 2025",
        (
            "Căn cứ Nghị định số 331/2026/NĐ-CP ngày 19 tháng 8 năm 2026 của Chính phủ về bảo vệ an ninh "
            "mạng đối với hệ thống thông tin"
        ),
        f"Căn cứ {about.standard.edition} {about.standard.title.vi}{_moving(about)}",
    ]
    if paper and paper.decision:
        grounds.append(
            f"Căn cứ Quyết định số {paper.decision.number} ngày {day(paper.decision.date)} phê duyệt cấp "
            f"độ {called(about.system.name)}"
        )
    if paper and paper.regulation:
        grounds.append(
            "Căn cứ Quy chế bảo đảm an ninh mạng ban hành kèm theo văn bản số "
            f"{paper.regulation.number} ngày {day(paper.regulation.date)}"
        )
    grounds.append("Căn cứ Kế hoạch kiểm tra số ……/KH-……")
    return (*(f"{g};" for g in grounds[:-1]), f"{grounds[-1]}.")


def _moving(about: Scope) -> str:
    """That an old edition applies during the transition, and how long."""
    until = last_day(about.standard, "vi")
    return f", áp dụng chuyển tiếp đến {until}" if until else ""


def _conclusions(about: Scope, total: Tally, options: Options) -> tuple[str, ...]:
    name, level = called(about.system.name), about.result.level
    if not is_enough(about.reached, about.declared, total, options):
        first = (
            f"Chưa đủ căn cứ để kết luận mức độ đáp ứng của {name} do mới kiểm tra được "
            f"{number(about.reached)}/{number(about.declared)} máy chủ và đánh giá được "
            f"{number(total.assessed)}/{number(total.total)} yêu cầu."
        )
    elif total.lacking:
        first = (
            f"{name[:1].upper() + name[1:]} chưa đáp ứng đầy đủ yêu cầu bảo đảm an ninh mạng theo cấp độ {level}: đã đáp "
            f"ứng đầy đủ {number(total.full)}, đáp ứng một phần {number(total.partly)}, chưa đáp ứng "
            f"{number(total.lacking - total.partly)} trong {number(total.assessed)} yêu cầu được đánh giá"
            f"{_apart(total)}."
        )
    else:
        first = (
            f"Tại thời điểm kiểm tra, trong {number(total.assessed)} yêu cầu thuộc phạm vi đánh giá, "
            f"{name} đã đáp ứng đầy đủ {number(total.full)} yêu cầu bảo đảm an ninh mạng theo cấp độ "
            f"{level}{_apart(total)}; còn {number(total.not_assessed)} yêu cầu chưa đánh giá, nêu tại Phụ lục II."
        )
    return (
        first,
        (
            f"Việc đánh giá do {options.body or name_of(about.audited.inventory, about.system.assessor)} "
            f"thực hiện. {view_general.independence(options)}"
        ),
        (
            "Cơ quan có thẩm quyền chưa ban hành biểu mẫu, tiêu chí, phương pháp tự đánh giá; báo cáo này lập "
            "theo mẫu tạm thời, sẽ điều chỉnh khi có hướng dẫn."
        ),
        _unverified(about),
        (
            "Kết quả phản ánh hiện trạng tại thời điểm thu thập, không thay thế kết quả rà quét lỗ hổng, kiểm "
            "thử xâm nhập và kiểm tra hiện trường."
        ),
    )


def called(name: str) -> str:
    """A system's name inside a sentence, with "hệ thống" before it once."""
    if name.casefold().startswith("hệ thống"):
        return name[:1].lower() + name[1:]
    return f"hệ thống {name}"


def _apart(total: Tally) -> str:
    if not total.not_applicable:
        return ""
    return f" (tách riêng {number(total.not_applicable)} yêu cầu không áp dụng)"


def _unverified(about: Scope) -> str:
    chosen = lines(about, None)
    left = sum(not x.requirement.verified for x in chosen)
    if not left:
        return f"Toàn bộ số mục đã được đối chiếu với bản {about.standard.edition} chính thức."
    return (
        f"{number(left)}/{number(len(chosen))} yêu cầu áp dụng (kể cả khuyến nghị) có số mục chưa được đối "
        f"chiếu với bản {about.standard.edition} chính thức, đánh dấu (*)."
    )


def _tasks(about: Scope, failing: tuple[RuleView, ...]) -> tuple[TaskRow, ...]:
    inventory = about.audited.inventory
    operator = name_of(inventory, about.system.operator)
    unit = name_of(inventory, about.system.security_unit)
    rows = [
        TaskRow(
            number=n,
            what=wish.what,
            how=wish.how,
            lead=operator,
            beside=unit,
            deadline=day(wish.deadline) if wish.deadline else "……",
            recheck=wish.recheck,
            cost="Không",
        )
        for n, wish in enumerate(wishes(failing), 1)
    ]
    extra = [
        (f"{padded(unread)} máy chủ chưa kiểm tra được", "Theo mục 3 Phần I.")
        for unread in (about.declared - about.reached,)
        if unread
    ]
    extra += [
        (f"{number(u.count)} yêu cầu chưa đánh giá. {u.why}", u.next)
        for u in view_requirements.unassessed(about)
    ]
    start = len(rows) + 1
    rows += [
        TaskRow(
            number=n,
            what=what,
            how=how,
            lead=operator,
            beside=unit,
            deadline="……",
            recheck="Đợt kiểm tra sau",
            cost=NONE,
        )
        for n, (what, how) in enumerate(extra, start)
    ]
    return tuple(rows)


def _receivers(about: Scope) -> tuple[str, ...]:
    inventory, target = about.audited.inventory, about.system
    known = (target.owner, target.security_unit, target.operator)
    listed = dict.fromkeys(name_of(inventory, o) for o in known if o in inventory.organisations)
    return (*listed, "Lưu: VT, ….")
