"""Since the run before: KL7 in one sentence, and a table by severity."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from attt.model.audit import Audited
from attt.model.rule import Severity
from attt.report import words
from attt.report.changes import Changes, Turn
from attt.report.figures import day, number, padded
from attt.report.scope import Scope, scopes
from attt.report.taint import one_line, short
from attt.report.view_finding import TURNS

_SHOWN = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW)
_SHORT = {Turn.NEW: "Phát sinh mới", Turn.FIXED: "Đã khắc phục"}
_NAMES = 4
_LISTED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRow:
    """Failures of one turn, by severity: critical, high, medium, low, all of them."""

    label: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnedRule:
    """A rule that newly fails, or no longer does, and where."""

    label: str
    title: str
    severity: str
    count: int
    hosts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesView:
    """What a paper says of the time since `since` (dd/mm/yyyy)."""

    since: str
    sentence: str
    note: str
    rows: tuple[TurnRow, ...]
    rules: tuple[TurnedRule, ...]
    rules_left: int


def subjects(chosen: Iterable[Scope]) -> frozenset[str]:
    """What systems' findings are about: their hosts, and what was scanned of them."""
    found = set[str]()
    for scope in chosen:
        found |= {f"host:{host}" for host in scope.system.hosts}
        found |= {str(f.subject) for scan in scope.scans for f in scan.findings}
    return frozenset(found)


def of_both(audited: Audited, before: Audited, codes: frozenset[str]) -> frozenset[str]:
    """The subjects of the systems `codes` in either run."""
    both = (*scopes(audited), *scopes(before))
    return subjects(s for s in both if s.system.code in codes)


def sentence(changes: Changes, about: frozenset[str]) -> str:
    """KL7, every failure of then and of now counted once."""
    n = changes.counted(about)
    then = n[Turn.FIXED] + n[Turn.STILL] + n[Turn.UNSEEN]
    unseen = f", {padded(n[Turn.UNSEEN])} tồn tại chưa kiểm tra lại được" if n[Turn.UNSEEN] else ""
    first = (
        f"; {padded(n[Turn.FIRST_SEEN])} tồn tại ở nội dung lần đầu kiểm tra được"
        if n[Turn.FIRST_SEEN]
        else ""
    )
    return (
        f"So với đợt kiểm tra ngày {day(changes.since)}, đã khắc phục {number(n[Turn.FIXED])}"
        f"/{number(then)} tồn tại; còn {padded(n[Turn.STILL])} tồn tại{unseen}; phát sinh mới "
        f"{padded(n[Turn.NEW])} tồn tại{first}."
    )


def view(changes: Changes, audited: Audited, about: frozenset[str]) -> ChangesView:
    """The time between two runs, of the subjects `about`."""
    listed = _rules(changes, audited, about)
    return ChangesView(
        since=day(changes.since),
        sentence=sentence(changes, about),
        note="Bộ tiêu chí đã thay đổi giữa hai đợt; mỗi đợt tính theo bộ tiêu chí của đợt đó."
        if changes.is_other_rulebook
        else "",
        rows=tuple(_row(changes, audited, about, turn) for turn in Turn),
        rules=listed[:_LISTED],
        rules_left=len(listed[_LISTED:]),
    )


def _row(changes: Changes, audited: Audited, about: frozenset[str], turn: Turn) -> TurnRow:
    rules = audited.rulebook.rules
    found = [
        rules[rule].severity
        for (subject, rule), one in changes.turns.items()
        if one is turn and subject in about and rule in rules
    ]
    counts = tuple(found.count(s) for s in _SHOWN)
    return TurnRow(label=TURNS[turn].vi, counts=(*counts, len(found)))


def _rules(changes: Changes, audited: Audited, about: frozenset[str]) -> tuple[TurnedRule, ...]:
    """What is new first, the severe before the mild."""
    rules = audited.rulebook.rules
    by: dict[tuple[Turn, str], list[str]] = {}
    for (subject, rule), turn in changes.turns.items():
        if turn in (Turn.NEW, Turn.FIXED) and subject in about and rule in rules:
            by.setdefault((turn, rule), []).append(subject)
    ordered = sorted(by, key=lambda k: (k[0] is Turn.FIXED, -rules[k[1]].severity.rank, k[1]))
    return tuple(
        TurnedRule(
            label=_SHORT[turn],
            title=rules[rule].title.vi,
            severity=words.SEVERITIES[rules[rule].severity].vi,
            count=len(by[turn, rule]),
            hosts=_names(by[turn, rule], audited),
        )
        for turn, rule in ordered
    )


def _names(found: Sequence[str], audited: Audited) -> str:
    hosts = audited.inventory.hosts
    known = [hosts[s.removeprefix("host:")].name for s in found if s.removeprefix("host:") in hosts]
    rest = len(found) - len(known[:_NAMES])
    shown = ", ".join(short(one_line(name), 60) for name in known[:_NAMES])
    if not shown:
        return f"{padded(rest)} điểm kết nối"
    return f"{shown} và {number(rest)} nơi khác" if rest else shown
