"""Part V at a glance: rules by topic and severity, and the hosts with the most to mend."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from attt.model.finding import Verdict
from attt.model.rule import Severity
from attt.report.figures import ranges
from attt.report.scope import Scope
from attt.report.taint import one_line, short
from attt.report.topics import TOPICS
from attt.report.view_rules import RuleView

SEVERITIES = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW)
_WORST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRow:
    """Rules of one topic: total = held + failing in all severities + unknown alone."""

    label: str
    is_total: bool
    total: int
    held: int  # no failure and nothing unknown
    failing: tuple[int, ...]  # rules that fail somewhere: critical, high, medium, low
    unknown: int  # no failure, but something unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstHost:
    """A host and its failures: critical, high, medium, low, all."""

    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """The rules of one topic, in the order of their numbers."""

    label: str
    rules: tuple[RuleView, ...]

    @property
    def numbers(self) -> str:
        """The numbers of its rules, as "3-5, 8"."""
        return ranges(r.number for r in self.rules)


def by_topic(rules: Sequence[RuleView]) -> tuple[Topic, ...]:
    """Rules under their topics."""
    return tuple(
        Topic(label=topic.vi, rules=found)
        for topic in TOPICS
        if (found := tuple(r for r in rules if r.topic == topic.vi))
    )


def topic_rows(rules: Sequence[RuleView]) -> tuple[TopicRow, ...]:
    """A row a topic and the total; none where there are no rules."""
    rows = [_row(topic.label, topic.rules) for topic in by_topic(rules)]
    return (*rows, _row("Tổng cộng", rules, is_total=True)) if rows else ()


def _row(label: str, rules: Sequence[RuleView], *, is_total: bool = False) -> TopicRow:
    failing = [r.severity for r in rules if r.failed]
    unknown = sum(not r.failed and bool(r.unknown + r.manual) for r in rules)
    mild = failing.count(Severity.LOW) + failing.count(Severity.INFO)
    return TopicRow(
        label=label,
        is_total=is_total,
        total=len(rules),
        held=len(rules) - len(failing) - unknown,
        failing=(*(failing.count(s) for s in SEVERITIES[:-1]), mild),
        unknown=unknown,
    )


def worst_hosts(scope: Scope) -> tuple[WorstHost, ...]:
    """At most five hosts with failures, the most severe first; none where there is one host."""
    if scope.declared < 2:  # noqa: PLR2004 - one host is the worst by itself
        return ()
    found: dict[str, Counter[Severity]] = {}
    for one in scope.of(Verdict.FAIL):
        found.setdefault(one.finding.subject.id, Counter())[one.rule.severity] += 1
    counted = [(_counts(found[r.host]), r.name) for r in scope.records if r.host in found]
    counted.sort(key=lambda x: (*(-n for n in x[0]), x[1]))
    return tuple(
        WorstHost(name=short(one_line(name), 120), counts=counts)
        for counts, name in counted[:_WORST]
    )


def _counts(found: Counter[Severity]) -> tuple[int, ...]:
    mild = found[Severity.LOW] + found[Severity.INFO]
    return (*(found[s] for s in SEVERITIES[:-1]), mild, sum(found.values()))
