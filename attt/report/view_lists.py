"""The two lists beside the findings: every requirement of every system, and what was not covered."""

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass

from attt import message
from attt.model.audit import Audited
from attt.model.finding import Verdict
from attt.model.outcome import Outcome, RequirementResult
from attt.model.run import HostStatus
from attt.model.words import Words
from attt.report import reasons, words
from attt.report.scope import Scope, endpoint_host, scopes, vantage
from attt.report.standard_words import beyond_hosts, titled
from attt.report.taint import one_line, short
from attt.report.tally import Line, lines
from attt.report.words import Term

REQUIREMENT_COLUMNS = (
    Term("Hệ thống", "System"),
    Term("Cấp độ", "Level"),
    Term("Mã yêu cầu", "Requirement"),
    Term("Mục tiêu chuẩn", "Clause"),
    Term("Nội dung", "What"),
    Term("Nhóm yêu cầu", "Group"),
    Term("Bắt buộc hay khuyến nghị", "Must or suggested"),
    Term("Kết quả", "Outcome"),
    Term("Bằng chứng", "Shown by"),
    Term("Đạt", "Pass"),
    Term("Chưa đạt", "Fail"),
    Term("Chưa xác định", "Unknown"),
    Term("Không áp dụng", "Not applicable"),
    Term("Nội dung chưa đạt", "What fails"),
    Term("Lý do, việc cần làm tiếp", "Reason and next step"),
)
UNCOVERED_COLUMNS = (
    Term("Loại", "Kind"),
    Term("Hệ thống", "System"),
    Term("Đối tượng", "What"),
    Term("Lý do", "Reason"),
    Term("Chi tiết", "Detail"),
    Term("Việc cần làm tiếp", "Next"),
)
_TITLES = 10
_WORDS: Mapping[str, Term] = {
    "host": Term("Máy chủ chưa kiểm tra được", "Host not audited"),
    "waiting": Term("Máy chủ chưa tới lượt", "Host not come to"),
    "fact": Term("Số liệu chưa thu thập được", "Not learnt"),
    "scan": Term("Địa chỉ chưa dò quét", "Address not scanned"),
    "requirement": Term("Yêu cầu chưa đánh giá", "Requirement not assessed"),
    "part": Term("Yêu cầu mới kiểm tra một phần", "Requirement seen only in part"),
}
_PART = reasons.Why(
    Words(
        vi="Công cụ chỉ kiểm tra được một phần yêu cầu.",
        en="The rules show only a part of the requirement.",
    ),
    Words(
        vi="Bổ sung hồ sơ minh chứng cho phần còn lại.",
        en="Show the rest by a document.",
    ),
)


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A row of what was not covered; its fields are the columns."""

    kind: str
    system: str
    what: str
    why: str
    detail: str
    next: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The row's texts in the order of the columns."""
        return astuple(self)


Cell = str | int


def requirement_rows(audited: Audited, language: str = "vi") -> Iterator[tuple[Cell, ...]]:
    """A row a requirement and system, in the order of REQUIREMENT_COLUMNS."""
    for scope in scopes(audited):
        for line in lines(scope, None):
            yield _requirement(scope, line, language)


def _requirement(scope: Scope, line: Line, language: str) -> tuple[Cell, ...]:
    requirement, result = line.requirement, line.result
    group = scope.standard.groups.get(requirement.group)
    verdicts = [s.verdict for s in result.subjects]
    star = "" if requirement.verified else " (*)"
    return (
        scope.system.code,
        int(scope.result.level),
        requirement.id,
        result.clause + star,
        titled(requirement, result.level, language, marked=False),
        group.text(language) if group else requirement.group,
        words.STRENGTHS[requirement.strength].text(language),
        words.OUTCOMES[result.outcome].text(language),
        words.MEANS[result.means].text(language),
        verdicts.count(Verdict.PASS),
        verdicts.count(Verdict.FAIL),
        verdicts.count(Verdict.UNKNOWN) + verdicts.count(Verdict.MANUAL),
        verdicts.count(Verdict.NOT_APPLICABLE),
        _failing(scope, result, language),
        _owed(result, language),
    )


def _failing(scope: Scope, result: RequirementResult, language: str) -> str:
    rules = scope.audited.rulebook.rules
    named = dict.fromkeys(rule for s in result.subjects for rule in s.failing if rule in rules)
    titles = [rules[r].title.text(language) for r in named]
    rest = len(titles) - _TITLES
    more = [f"… +{rest}"] if rest > 0 else []
    return "; ".join([*titles[:_TITLES], *more])


def _owed(result: RequirementResult, language: str) -> str:
    if result.outcome in (Outcome.MET, Outcome.COMPENSATED, Outcome.INHERITED):
        return ""
    if result.outcome is Outcome.NOT_APPLICABLE and result.plan_reason:
        return result.plan_reason
    why = reasons.of_requirement(result.reason)
    return f"{why.why.text(language)} {why.next.text(language)}"


def uncovered(audited: Audited, language: str = "vi") -> Iterator[Uncovered]:
    """Hosts, facts, addresses and requirements that this run says nothing, or not all, of."""
    for scope in scopes(audited):
        yield from _hosts(scope, language)
        yield from _scans(scope, language)
        yield from _requirements(scope, language)


def _row(
    kind: str, scope: Scope, what: str, why: reasons.Why, *, detail: str = "", language: str
) -> Uncovered:
    said = short(one_line(message.detail(detail, language)), 300, language)
    return Uncovered(
        _WORDS[kind].text(language),
        scope.system.code,
        what,
        why.why.text(language),
        said,
        why.next.text(language),
    )


def _hosts(scope: Scope, language: str) -> Iterator[Uncovered]:
    for record in scope.records:
        if record.status is HostStatus.UNREACHABLE:
            why = reasons.FAILURES[record.failure] if record.failure else reasons.OTHER
            yield _row("host", scope, record.name, why, detail=record.detail, language=language)
        for missed in record.missed:
            why = reasons.of_verdict(missed.obstacle)
            what = f"{record.name}: {missed.fact}"
            yield _row("fact", scope, what, why, detail=missed.detail, language=language)
    for host in scope.unseen:
        yield _row(
            "waiting", scope, host.name, reasons.OTHER, detail=host.reason or "", language=language
        )


def _scans(scope: Scope, language: str) -> Iterator[Uncovered]:
    for scan in scope.scans:
        if scan.evidence.failure:
            what = f"{endpoint_host(scope.audited, scan)} ← {vantage(scope.audited, scan)}"
            why = reasons.of_scan(scan.evidence.failure)
            yield _row("scan", scope, what, why, detail=scan.evidence.detail, language=language)


def _requirements(scope: Scope, language: str) -> Iterator[Uncovered]:
    for line in lines(scope, None):
        title = titled(line.requirement, line.result.level, language)
        what = f"{line.result.clause} {line.requirement.id}: {title}"
        if line.result.outcome is Outcome.NOT_ASSESSED:
            why = reasons.of_requirement(line.result.reason)
            more = beyond_hosts(line.requirement, language)
            yield _row("requirement", scope, what, why, detail=more, language=language)
        elif line.result.partial:
            yield _row("part", scope, what, _PART, language=language)
