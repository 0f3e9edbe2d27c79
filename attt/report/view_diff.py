"""What changed between two runs, and why: the host, the rules, attt itself, or a measure.

The why is proved and not guessed: the kept answers of both runs are judged once more by the
rules of today. Where these judge both alike, the host answered alike as far as the rule can see.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from attt.model.audit import Audited
from attt.model.finding import Finding, Verdict
from attt.model.run import HostRecord, HostStatus

DIFF = "attt.diff/1"

Key = tuple[str, str, str]
"""(subject, rule, item): parameters aside, so that another level asks the same question."""

_WORST = (
    Verdict.FAIL, Verdict.UNKNOWN, Verdict.MANUAL, Verdict.PASS, Verdict.NOT_APPLICABLE,
)  # fmt: skip


class Cause(StrEnum):
    """Why a verdict is another one, or counts otherwise."""

    HOST = "host"  # the same rules judge its answers of then and of now differently
    SIGHT = "sight"  # as HOST, but one of the two is unknown: what could be read changed
    RULES = "rules"  # its answers are judged alike by the same rules, and the rulebook changed
    PROGRAM = "program"  # as RULES, but the rulebook is the same: attt reads or judges otherwise
    MEASURE_LAPSED = "measure_lapsed"  # a failure that was covered then is not any more
    MEASURE_BEGUN = "measure_begun"
    NOT_THEN = "not_then"  # not judged then: a new host, rule or right
    NOT_NOW = "not_now"  # not judged now: out of reach, not asked, not declared


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One question whose answer changed; a side is None where it was not judged."""

    subject: str
    name: str
    rule: str
    item: str
    then: Verdict | None
    now: Verdict | None
    cause: Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A run as it was judged at its time, and its answers as they are judged today."""

    audited: Audited
    again: Audited
    is_covered: Callable[[Finding], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """All changes, by subject and rule; `same` counts the questions that were answered alike."""

    then: str
    now: str
    is_other_rulebook: bool
    is_other_attt: bool
    same: int
    changes: tuple[Change, ...]
    appeared: tuple[str, ...]  # hosts read now and not then, by name
    vanished: tuple[str, ...]


def diff(then: Side, now: Side) -> Diff:
    """Compare two runs, question by question."""
    before, after = _by_key(then.audited), _by_key(now.audited)
    today = (_verdicts(then.again), _verdicts(now.again))
    names = _names(then.audited) | _names(now.audited)
    is_other_rulebook = then.audited.run.rulebook != now.audited.run.rulebook
    changes = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        cause = _cause(key, old, new, today, is_other_rulebook=is_other_rulebook)
        cause = cause or _measure(old, new, then, now)
        if cause is not None:
            changes.append(
                Change(
                    subject=key[0],
                    name=names.get(key[0], key[0]),
                    rule=key[1],
                    item=key[2],
                    then=old.verdict if old else None,
                    now=new.verdict if new else None,
                    cause=cause,
                )
            )
    return Diff(
        then=then.audited.run.id,
        now=now.audited.run.id,
        is_other_rulebook=is_other_rulebook,
        is_other_attt=then.audited.run.attt != now.audited.run.attt,
        same=len(before.keys() | after.keys()) - len(changes),
        changes=tuple(changes),
        appeared=_read_only_in(now.audited, then.audited),
        vanished=_read_only_in(then.audited, now.audited),
    )


def _cause(
    key: Key,
    old: Finding | None,
    new: Finding | None,
    today: tuple[Mapping[Key, Verdict], Mapping[Key, Verdict]],
    *,
    is_other_rulebook: bool,
) -> Cause | None:
    if old is None:
        return Cause.NOT_THEN
    if new is None:
        return Cause.NOT_NOW
    if old.verdict is new.verdict:
        return None
    judged = (today[0].get(key), today[1].get(key))
    if judged[0] is not judged[1]:
        return Cause.SIGHT if Verdict.UNKNOWN in judged else Cause.HOST
    return Cause.RULES if is_other_rulebook else Cause.PROGRAM


def _measure(old: Finding | None, new: Finding | None, then: Side, now: Side) -> Cause | None:
    """A failure that stays one, but stood or stands under a measure in force."""
    if old is None or new is None or new.verdict is not Verdict.FAIL:
        return None
    match then.is_covered(old), now.is_covered(new):
        case True, False:
            return Cause.MEASURE_LAPSED
        case False, True:
            return Cause.MEASURE_BEGUN
        case _:
            return None


def _by_key(audited: Audited) -> dict[Key, Finding]:
    """The worst finding of each question."""
    found: dict[Key, Finding] = {}
    for finding in audited.findings:
        key = (str(finding.subject), finding.rule, finding.item or "")
        held = found.get(key, finding)
        found[key] = min(held, finding, key=lambda f: _WORST.index(f.verdict))
    return found


def _verdicts(audited: Audited) -> dict[Key, Verdict]:
    return {key: finding.verdict for key, finding in _by_key(audited).items()}


def _names(audited: Audited) -> dict[str, str]:
    return {
        str(finding.subject): record.name for record in audited.hosts for finding in record.findings
    }


def _read_only_in(one: Audited, other: Audited) -> tuple[str, ...]:
    known = {record.host for record in _read(other)}
    return tuple(record.name for record in _read(one) if record.host not in known)


def _read(audited: Audited) -> Iterator[HostRecord]:
    return (r for r in audited.hosts if r.status is not HostStatus.UNREACHABLE)


def diff_document(found: Diff, attt: str) -> dict[str, object]:
    """The JSON document of `attt runs diff`; `attt` is this program's version."""
    return {
        "schema": DIFF,
        "attt": attt,
        "then": found.then,
        "now": found.now,
        "other_rulebook": found.is_other_rulebook,
        "other_attt": found.is_other_attt,
        "same": found.same,
        "changes": [
            {
                "subject": c.subject,
                "name": c.name,
                "rule": c.rule,
                "item": c.item or None,
                "then": c.then.value if c.then else None,
                "now": c.now.value if c.now else None,
                "cause": c.cause.value,
            }
            for c in found.changes
        ],
        "appeared": list(found.appeared),
        "vanished": list(found.vanished),
    }
