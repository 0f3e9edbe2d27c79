"""The matters put to the leader: proposed from findings and dossiers, at most five, always a draft."""

from dataclasses import dataclass

from attt.model.inventory import HostingKind, System
from attt.model.rule import Severity
from attt.report.figures import local_date, padded
from attt.report.scope import Judged, Scope
from attt.report.taint import one_line
from attt.report.view_dossiers import Dossiers
from attt.report.view_letterhead import name_of

DEADLINE = "……"
FREE = "Không"
_LIMIT = 5
_WIDTH = 110
_BODY = 40
_YEAR_END = 10  # from October on, the yearly report is due


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One row of section 4."""

    number: int
    text: str
    lead: str
    deadline: str = DEADLINE
    cost: str = FREE


Wish = tuple[str, str, str]
"""Text, who leads, deadline."""


def tasks(
    scopes: tuple[Scope, ...], count: Dossiers, unseen: int, as_of: str, due: str
) -> tuple[Task, ...]:
    """What costs nothing and risks most first, then what only the leader can sign, then the rest."""
    technical = _technical(scopes)
    signing = _signing(scopes, count)
    other = [*_evidence(scopes), *_access(scopes, unseen), *_yearly(as_of, due)]
    kept = max(2, _LIMIT - len(signing) - len(other))
    chosen = [*technical[:kept], *signing, *other][:_LIMIT]
    return tuple(
        Task(number=n, text=short_line(text, _WIDTH), lead=short_line(lead, _BODY), deadline=day)
        for n, (text, lead, day) in enumerate(chosen, 1)
    )


def short_line(text: str, width: int) -> str:
    """One line of at most `width` characters."""
    line = one_line(text)
    return line if len(line) <= width else line[: width - 1].rstrip() + "…"


def urgent(scopes: tuple[Scope, ...], severity: Severity) -> tuple[tuple[Scope, Judged], ...]:
    """Failures of one severity in all systems."""
    return tuple(
        (scope, judged)
        for scope in scopes
        for judged in scope.judged
        if judged.finding.verdict == "fail" and judged.rule.severity is severity
    )


def _technical(scopes: tuple[Scope, ...]) -> list[Wish]:
    wishes: list[Wish] = []
    for severity in (Severity.CRITICAL, Severity.HIGH):
        by_rule: dict[str, list[tuple[Scope, Judged]]] = {}
        for scope, judged in urgent(scopes, severity):
            if judged.measure is None:
                by_rule.setdefault(judged.rule.id, []).append((scope, judged))
        ranked = sorted(by_rule.values(), key=lambda found: (-len(found), found[0][1].rule.id))
        wishes += [_mend(found) for found in ranked]
    return wishes


def _mend(found: list[tuple[Scope, Judged]]) -> Wish:
    subjects = {judged.finding.subject for _, judged in found}
    systems = {scope.system.code: scope.system for scope, _ in found}
    title = short_line(found[0][1].rule.title.vi, 75)
    text = f"Khắc phục: {title} ({padded(len(subjects))} nơi)."
    return text, _leads(found[0][0], tuple(systems.values())), DEADLINE


def _leads(scope: Scope, systems: tuple[System, ...]) -> str:
    operators = {s.operator for s in systems}
    if len(operators) == 1:
        return name_of(scope.audited.inventory, systems[0].operator)
    return f"{padded(len(operators))} đơn vị vận hành"


def _signing(scopes: tuple[Scope, ...], count: Dossiers) -> list[Wish]:
    wishes: list[Wish] = []
    owner = name_of(scopes[0].audited.inventory, scopes[0].system.owner) if scopes else DEADLINE
    if count.waiting:
        wishes.append(
            (f"Phê duyệt cấp độ {padded(count.waiting)} hệ thống đã thẩm định.", owner, DEADLINE)
        )
    behind = count.total - count.appraised
    if behind:
        missing, rest = count.total - count.filed, count.filed - count.appraised
        parts = [
            f"{padded(n)} {what}"
            for n, what in ((missing, "chưa lập"), (rest, "chưa thẩm định"))
            if n
        ]
        text = f"Trình phê duyệt hồ sơ {padded(behind)} hệ thống ({', '.join(parts)})."
        wishes.append((text, "Các đơn vị vận hành", DEADLINE))
    return wishes


def _evidence(scopes: tuple[Scope, ...]) -> list[Wish]:
    silent = [s for s in scopes if is_rented(s.system) and not has_evidence(s)]
    if not silent:
        return []
    text = f"Nhà cung cấp gửi minh chứng của {padded(len(silent))} hệ thống thuê."
    return [(text, _leads(silent[0], tuple(s.system for s in silent)), DEADLINE)]


def _access(scopes: tuple[Scope, ...], unseen: int) -> list[Wish]:
    if not unseen:
        return []
    text = f"Mở kết nối, cấp quyền kiểm tra {padded(unseen)} máy chủ còn lại."
    return [(text, _leads(scopes[0], tuple(s.system for s in scopes)), DEADLINE)]


def _yearly(as_of: str, due: str) -> list[Wish]:
    when = local_date(as_of)
    if when.month < _YEAR_END:
        return []
    text = "Ký báo cáo năm theo Mẫu số 08 gửi Bộ Công an."
    return [(text, "Đơn vị chuyên trách", f"trước {due}/{when.year}")]


def is_rented(system: System) -> bool:
    """Whether somebody else runs it under a contract."""
    return system.hosting.kind in (HostingKind.RENTED, HostingKind.CLOUD)


def has_evidence(scope: Scope) -> bool:
    """Whether a valid document shows at least one of its requirements."""
    return any(r.documents for r in scope.result.requirements)
