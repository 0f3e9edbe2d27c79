"""Part IX: each pressing failure by itself where they are few, the others by topic and severity."""

from collections.abc import Sequence
from dataclasses import dataclass

from attt.model.rule import Severity
from attt.report.figures import padded, ranges
from attt.report.view_rules import RuleView

_PROMPT = frozenset({Severity.CRITICAL, Severity.HIGH})
_GRAVEST = Severity.CRITICAL
_EACH = 12
"""More pressing failures than this are too many to read one by one; the gravest still are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What to mend, how, by when (ISO or empty), and how to look at it again."""

    what: str
    how: str
    deadline: str
    recheck: str


def wishes(failing: Sequence[RuleView]) -> tuple[Wish, ...]:
    """The severe before the mild."""
    ranked = sorted(failing, key=lambda r: -r.severity.rank)
    pressing = [r for r in ranked if r.severity in _PROMPT]
    alone = {r.number for r in pressing if len(pressing) <= _EACH or r.severity is _GRAVEST}
    groups: dict[tuple[str, str], list[RuleView]] = {}
    for rule in ranked:
        if rule.number not in alone:
            groups.setdefault((rule.severity_word, rule.topic), []).append(rule)
    singly = (_one(r) for r in pressing if r.number in alone)
    return (*singly, *(_several(found) for found in groups.values()))


def _one(rule: RuleView) -> Wish:
    return Wish(
        what=f"{rule.title} ({padded(rule.failed)} nơi chưa đạt; mức {rule.severity_word})",
        how=f"Nêu tại điểm {rule.number} Phần V.",
        deadline=rule.deadline,
        recheck=f"Chạy lại tiêu chí {rule.rule}",
    )


def _several(rules: list[RuleView]) -> Wish:
    if len(rules) == 1:
        return _one(rules[0])
    numbers = ranges(r.number for r in rules)
    deadlines = [r.deadline for r in rules]
    return Wish(
        what=f"{rules[0].topic}: {padded(len(rules))} nội dung mức {rules[0].severity_word}",
        how=f"Nêu tại các điểm {numbers} Phần V.",
        deadline=max(deadlines) if all(deadlines) else "",
        recheck="Chạy lại các tiêu chí đã nêu",
    )
