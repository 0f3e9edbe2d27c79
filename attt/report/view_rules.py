"""Findings of a system told by rule: the tables and sentences of parts V, VII and IX."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from attt import message
from attt.model.finding import Compared, Verdict
from attt.model.measure import MeasureKind
from attt.model.rule import Risk, Rule, Severity
from attt.report import reasons, words
from attt.report.figures import NONE, number, padded, ranges
from attt.report.prose import reflow
from attt.report.scope import Judged, Scope
from attt.report.taint import one_line, short
from attt.report.topics import TOPICS, topic
from attt.report.values import LIMIT, masked, shown, wanted

_WORST = (
    Verdict.FAIL,
    Verdict.UNKNOWN,
    Verdict.MANUAL,
    Verdict.PASS,
    Verdict.NOT_APPLICABLE,
)
_NAMES = 12
_PLACES = 3
_SHORT = 70  # characters of a value on paper
_ITEMS = 10
"""Rows of one rule on paper: a leader reads pages, not rows; the rest is in the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found and wanted, and the hosts where it is so."""

    item: str
    found: str
    wanted: str
    hosts: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Hosts of which a rule could not be judged, why, and what to do."""

    why: str
    next: str
    hosts: str
    count: int
    reason: str  # `why` without its detail


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """One rule in one system. subjects = passed + failed + unknown + manual + not_applicable."""

    number: int
    rule: str
    title: str
    topic: str
    clauses: str
    severity: Severity
    severity_word: str
    subjects: int
    passed: int
    failed: int
    unknown: int
    manual: int
    not_applicable: int
    covered: int  # failed, with a measure in force
    found: tuple[Found, ...]
    found_left: int
    unread: tuple[Unread, ...]
    why: str
    fix: str
    risk: str
    deadline: str  # last day of a roadmap that covers every failure, or dots
    places: str  # where it fails, if that is only a few places


def rule_views(scope: Scope, *, paper_rows: int | None) -> tuple[RuleView, ...]:
    """Every rule judged for the system, ordered by topic, then by severity.

    `paper_rows` bounds the rows of one rule and the names in a row; None shows all.
    """
    by_rule: dict[str, list[Judged]] = {}
    for judged in scope.judged:
        by_rule.setdefault(judged.rule.id, []).append(judged)

    def place(judged: list[Judged]) -> tuple[int, int, str]:
        rule = judged[0].rule
        return TOPICS.index(topic(rule)), -rule.severity.rank, rule.id

    ordered = sorted(by_rule.values(), key=place)
    return tuple(_view(scope, n, judged, paper_rows) for n, judged in enumerate(ordered, 1))


def _view(scope: Scope, n: int, judged: list[Judged], paper_rows: int | None) -> RuleView:
    rule = judged[0].rule
    counts = _counts(judged)
    found = _found(judged, paper_rows)
    kept = None if paper_rows is None else min(_ITEMS, paper_rows)
    failing = [j for j in judged if j.finding.verdict is Verdict.FAIL]
    return RuleView(
        number=n,
        rule=rule.id,
        title=rule.title.vi,
        topic=topic(rule).vi,
        clauses=clauses_of(scope, judged),
        severity=rule.severity,
        severity_word=words.SEVERITIES[rule.severity].vi,
        subjects=sum(counts.values()),
        passed=counts[Verdict.PASS],
        failed=counts[Verdict.FAIL],
        unknown=counts[Verdict.UNKNOWN],
        manual=counts[Verdict.MANUAL],
        not_applicable=counts[Verdict.NOT_APPLICABLE],
        covered=len({j.finding.subject for j in failing if j.measure}),
        found=found[:kept],
        found_left=len(found) - len(found[:kept]),
        unread=_unread(judged, paper_rows),
        why=rule.why.vi,
        fix=reflow(rule.fix.text.vi),
        risk="" if rule.fix.risk is Risk.NONE else words.RISKS[rule.fix.risk].vi,
        deadline=_deadline(failing),
        places=_places(j.name for j in failing),
    )


def clauses_of(scope: Scope, judged: Iterable[Judged]) -> str:
    """The clauses served, marked (*) where nobody has checked them against the official text."""
    served = {r.id: r for j in judged for r in j.serves}
    marks = {
        f"{r.clauses[scope.result.level]}{'' if r.verified else ' (*)'}" for r in served.values()
    }
    return "; ".join(sorted(marks))


def _counts(judged: list[Judged]) -> Mapping[Verdict, int]:
    worst: dict[object, Verdict] = {}
    for one in judged:
        verdict = one.finding.verdict
        held = worst.get(one.finding.subject, verdict)
        worst[one.finding.subject] = min(held, verdict, key=_WORST.index)
    verdicts = list(worst.values())
    return {verdict: verdicts.count(verdict) for verdict in Verdict}


def _found(judged: list[Judged], paper_rows: int | None) -> tuple[Found, ...]:
    rows: dict[tuple[str, str, str], dict[str, None]] = {}
    limit = LIMIT if paper_rows is None else _SHORT
    for one in judged:
        if one.finding.verdict is not Verdict.FAIL:
            continue
        for key in [_row(c, one.rule, limit) for c in one.finding.failing] or [(NONE, NONE, NONE)]:
            rows.setdefault(key, {})[one.name] = None
    return tuple(
        Found(
            item=item,
            found=found,
            wanted=want,
            hosts=names(hosts, None if paper_rows is None else _NAMES),
            count=len(hosts),
        )
        for (item, found, want), hosts in rows.items()
    )


def _row(compared: Compared, rule: Rule, limit: int) -> tuple[str, str, str]:
    words_of = rule.label_of(compared.id)
    label = words_of.vi if words_of else compared.id
    item = f"{short(one_line(compared.item), 120)}: {label}" if compared.item else label
    return (
        masked(item),
        masked(shown(compared.found, limit=limit)),
        masked(wanted(compared, limit=limit)),
    )


def _unread(judged: list[Judged], paper_rows: int | None) -> tuple[Unread, ...]:
    rows: dict[tuple[str, str], dict[str, None]] = {}
    for one in judged:
        if one.finding.verdict in (Verdict.UNKNOWN, Verdict.MANUAL):
            reason = one.finding.reason
            detail = (
                masked(short(one_line(message.detail(reason.detail, "vi")), 120)) if reason else ""
            )
            rows.setdefault((reason.code if reason else "", detail), {})[one.name] = None
    listed = []
    for (code, detail), hosts in rows.items():
        why = reasons.of_verdict(code)
        text = f"{why.why.vi} ({detail})" if detail else why.why.vi
        limit = None if paper_rows is None else _NAMES
        listed.append(
            Unread(
                why=text,
                next=why.next.vi,
                hosts=names(hosts, limit),
                count=len(hosts),
                reason=why.why.vi,
            )
        )
    if paper_rows is None or len(listed) <= paper_rows:
        return tuple(listed)
    left = sum(row.count for row in listed[paper_rows:])
    rest = Unread(
        why=f"Các lý do khác ({number(len(listed) - paper_rows)} dòng, xem bản HTML).",
        next="Xem bản HTML.",
        hosts=f"{number(left)} lượt máy chủ",
        count=left,
        reason="Các lý do khác.",
    )
    return (*listed[:paper_rows], rest)


def names(hosts: Iterable[str], limit: int | None) -> str:
    """Host names in one line; past `limit` it says how many are left."""
    listed = [short(one_line(host), 120) for host in hosts]
    if limit is None or len(listed) <= limit:
        return ", ".join(listed)
    rest = f" và {number(len(listed) - limit)} máy chủ khác (xem bản HTML)"
    return ", ".join(listed[:limit]) + rest


def _places(failing: Iterable[str]) -> str:
    """The names of a few places; nothing where they are many, for lists tell those better."""
    listed = list(dict.fromkeys(failing))
    return ", ".join(short(one_line(n), 60) for n in listed) if len(listed) <= _PLACES else ""


def _deadline(failing: list[Judged]) -> str:
    plans = [j.measure for j in failing if j.measure and j.measure.kind is MeasureKind.ROADMAP]
    return max(m.until for m in plans) if plans and len(plans) == len(failing) else ""


def lead(operator: str, edition: str) -> str:
    """KL4 for all that presses: who has not done what follows, by which standard."""
    return f"{operator} chưa bảo đảm các nội dung sau theo {edition}:"


def sentence(view: RuleView) -> str:
    """One thing not done: its clause, and on how many of the places looked at."""
    plan = (
        f", trong đó {padded(view.covered)} có lộ trình hoặc biện pháp được chấp thuận"
        if view.covered
        else ""
    )
    return (
        f"{view.title}, mục {view.clauses}: chưa đạt {padded(view.failed)}/{padded(view.subjects)} nơi"
        f"{plan} (điểm {view.number} Phần V)."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadGroup:
    """Rules that could not be judged for one reason: their numbers, how often, and the next step."""

    why: str
    next: str
    numbers: str
    count: int


def unread_groups(rules: Iterable[RuleView]) -> tuple[UnreadGroup, ...]:
    """What could not be judged, by reason whatever the detail; the most frequent first."""
    by: dict[str, tuple[str, dict[int, None], list[int]]] = {}
    for rule in rules:
        for row in rule.unread:
            _, numbers, counts = by.setdefault(row.reason, (row.next, {}, []))
            numbers[rule.number] = None
            counts.append(row.count)
    groups = [
        UnreadGroup(why=why, next=step, numbers=ranges(numbers), count=sum(counts))
        for why, (step, numbers, counts) in by.items()
    ]
    return tuple(sorted(groups, key=lambda g: -g.count))
