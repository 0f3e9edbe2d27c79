"""Part IV and appendices I and II: each requirement, what came of it, by what, and what is owed."""

from collections.abc import Mapping
from dataclasses import dataclass

from attt.model.finding import Verdict
from attt.model.measure import Measure
from attt.model.outcome import Outcome, RequirementResult
from attt.model.standard import Strength
from attt.report import reasons, words
from attt.report.figures import NONE, number, padded
from attt.report.scope import Scope
from attt.report.standard_words import beyond_hosts, titled
from attt.report.tally import Line, Tally, by_group, lines, section_of, tally

_LETTERS = "ABCDEFGH"
_TITLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """A row of the summary: `kind` is "section", "group" or "total"."""

    kind: str
    label: str
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementRow:
    """A row of appendix I."""

    clause: str
    title: str
    plan: str
    outcome: str
    means: str
    hosts: str
    owed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementGroup:
    """The rows of one group of the decree."""

    label: str
    rows: tuple[RequirementRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unassessed:
    """Requirements that were not assessed for one reason."""

    why: str
    next: str
    count: int
    rows: tuple[tuple[str, str], ...]  # clause, title


def summary(scope: Scope, measures: Mapping[str, Measure]) -> tuple[GroupRow, ...]:
    """Sections A, B with their groups and the total; only musts are counted."""
    groups = by_group(scope, measures)
    standard = scope.standard
    rows: list[GroupRow] = []
    sections = dict.fromkeys(section_of(standard, group) for group in groups)
    for letter, section in zip(_LETTERS, sections, strict=False):
        inside = {g: t for g, t in groups.items() if section_of(standard, g) == section}
        name = standard.sections[section].vi if section in standard.sections else "Yêu cầu khác"
        total = sum(inside.values(), Tally())
        rows.append(GroupRow(kind="section", label=f"{letter}. {name}", tally=total))
        rows += [
            GroupRow(kind="group", label=f"{n}. {group_name(scope, g)}", tally=t)
            for n, (g, t) in enumerate(inside.items(), 1)
        ]
    rows.append(GroupRow(kind="total", label="Tổng cộng", tally=sum(groups.values(), Tally())))
    return tuple(rows)


def group_name(scope: Scope, group: str) -> str:
    """The decree's name of a group."""
    known = scope.standard.groups.get(group)
    return known.vi if known else group


def coverage(total: Tally) -> str:
    """The sentence that stands before every rate."""
    other = (
        f", theo phương án hoặc hạ tầng dùng chung {number(total.otherwise)}"
        if total.otherwise
        else ""
    )
    return (
        f"Phạm vi đã đánh giá: {number(total.assessed)}/{number(total.total)} yêu cầu (bằng công cụ "
        f"{number(total.machine)}, bằng hồ sơ {number(total.document)}{other}); chưa đánh giá: "
        f"{number(total.not_assessed)}."
    )


def suggested(scope: Scope, measures: Mapping[str, Measure]) -> str:
    """What the standard only suggests, outside the count of musts; empty where there is none."""
    count = tally(lines(scope, Strength.SUGGESTED), measures)
    if not count.total:
        return ""
    return (
        f"Ngoài số trên, tiêu chuẩn khuyến nghị {number(count.total)} nội dung: đã đáp ứng đầy đủ "
        f"{number(count.full)}, chưa đáp ứng đầy đủ {number(count.lacking)}, không áp dụng "
        f"{number(count.not_applicable)}, chưa đánh giá {number(count.not_assessed)}."
    )


def detailed(scope: Scope) -> tuple[RequirementGroup, ...]:
    """Appendix I: every requirement that was assessed, by group."""
    seen = [x for x in lines(scope, None) if x.result.outcome is not Outcome.NOT_ASSESSED]
    groups: dict[str, list[RequirementRow]] = {}
    for line in seen:
        groups.setdefault(line.requirement.group, []).append(_row(scope, line))
    return tuple(
        RequirementGroup(label=group_name(scope, g), rows=tuple(rows)) for g, rows in groups.items()
    )


def unassessed(scope: Scope) -> tuple[Unassessed, ...]:
    """Appendix II: what was not assessed, by reason; the most frequent reason first."""
    by: dict[str, tuple[reasons.Why, list[tuple[str, str]]]] = {}
    for line in lines(scope, None):
        if line.result.outcome is Outcome.NOT_ASSESSED:
            why = reasons.of_requirement(line.result.reason)
            by.setdefault(why.why.vi, (why, []))[1].append((clause(line), _owing(line)))
    rows = [
        Unassessed(why=why.why.vi, next=why.next.vi, count=len(found), rows=tuple(found))
        for why, found in by.values()
    ]
    return tuple(sorted(rows, key=lambda row: -row.count))


def _owing(line: Line) -> str:
    """What was not assessed; where no host could show it, why, and what document does."""
    title = titled(line.requirement, line.result.level, "vi")
    more = beyond_hosts(line.requirement, "vi")
    return f"{title}. {more}" if more else title


def clause(line: Line) -> str:
    """The clause, with (*) where nobody has checked it against the official text."""
    return line.result.clause + ("" if line.requirement.verified else " (*)")


def _row(scope: Scope, line: Line) -> RequirementRow:
    result = line.result
    return RequirementRow(
        clause=clause(line),
        title=titled(line.requirement, result.level, "vi"),
        plan=words.PLAN_ANSWERS[result.plan].vi if result.plan else NONE,
        outcome=words.OUTCOMES[result.outcome].vi,
        means=_means(scope, result),
        hosts=_hosts(result),
        owed=_owed(scope, result),
    )


def _means(scope: Scope, result: RequirementResult) -> str:
    papers = {a.id: a for a in scope.audited.inventory.attestations}
    numbers = [papers[d].number for d in result.documents if d in papers]
    if result.inherited_from:
        return f"Theo hệ thống {result.inherited_from}"
    said = "Phương án" if result.means == "none" else words.MEANS[result.means].vi
    return f"{said}: {', '.join(numbers)}" if numbers else said


def _hosts(result: RequirementResult) -> str:
    parts = (
        (Verdict.PASS, "đạt"),
        (Verdict.FAIL, "chưa đạt"),
        (Verdict.UNKNOWN, "chưa kiểm tra được"),
        (Verdict.NOT_APPLICABLE, "không áp dụng"),
    )
    verdicts = [s.verdict for s in result.subjects]
    return "; ".join(f"{verdicts.count(v)} {word}" for v, word in parts if v in verdicts) or NONE


def _owed(scope: Scope, result: RequirementResult) -> str:
    rules = scope.audited.rulebook.rules
    failing = dict.fromkeys(rule for s in result.subjects for rule in s.failing)
    titles = [rules[r].title.vi for r in failing if r in rules]
    parts = [f"Chưa đạt: {'; '.join(titles[:_TITLES])}"] if titles else []
    if len(titles) > _TITLES:
        parts[0] += f" và {padded(len(titles) - _TITLES)} nội dung khác nêu tại Phần V"
    if result.outcome in (Outcome.PARTLY_MET, Outcome.NOT_MET) and not parts:
        parts.append(reasons.of_requirement(result.reason).next.vi)
    if result.partial:
        parts.append("Công cụ chỉ kiểm tra được một phần yêu cầu.")
    if result.lapsed:
        parts.append(f"{padded(len(result.lapsed))} hồ sơ minh chứng đã hết hiệu lực.")
    if result.lapsed_measures:
        parts.append(
            f"{padded(len(result.lapsed_measures))} biện pháp, lộ trình đã hết hiệu lực, không được tính."
        )
    if result.plan_reason:
        parts.append(result.plan_reason)
    return ". ".join(p.rstrip(".") for p in parts) + "." if parts else NONE
