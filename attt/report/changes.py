"""What became of findings since an earlier run: mended, still there, new, or not looked at again."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from attt.model.audit import Audited
from attt.model.finding import Finding, Verdict


class Turn(StrEnum):
    """How a failure of now or of then stands in the other run."""

    FIXED = "fixed"  # failed then; passes, or is gone, now
    STILL = "still"  # failed then and now
    NEW = "new"  # held then, fails now
    FIRST_SEEN = "first_seen"  # not judged then (a new rule, host or right), fails now
    UNSEEN = "unseen"  # failed then; not judged now


Key = tuple[str, str]
"""(subject, rule): parameters aside, so that a stricter level is the same question."""

_WORST = (
    Verdict.FAIL, Verdict.UNKNOWN, Verdict.MANUAL, Verdict.PASS, Verdict.NOT_APPLICABLE,
)  # fmt: skip
_HELD = frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Every failure of either run and its turn. `since` is when the earlier run began."""

    since: str
    is_other_rulebook: bool
    turns: Mapping[Key, Turn]

    def of(self, finding: Finding) -> Turn | None:
        """The turn of a finding's subject and rule; None where it failed in neither run."""
        return self.turns.get((str(finding.subject), finding.rule))

    def counted(self, subjects: frozenset[str] | None = None) -> Mapping[Turn, int]:
        """How many of each turn, of some subjects (None: of all); every turn is a key."""
        chosen = (t for (s, _), t in self.turns.items() if subjects is None or s in subjects)
        return {**dict.fromkeys(Turn, 0), **Counter(chosen)}


def changes(now: Audited, before: Audited) -> Changes:
    """Compare two runs, each as it was judged at its time."""
    today, then = _verdicts(now), _verdicts(before)
    turns: dict[Key, Turn] = {}
    for key, verdict in today.items():
        if verdict is Verdict.FAIL:
            turns[key] = _turn(then.get(key))
    for key, verdict in then.items():
        if verdict is Verdict.FAIL and key not in turns:
            turns[key] = Turn.FIXED if today.get(key) in _HELD else Turn.UNSEEN
    return Changes(
        since=before.run.started_at,
        is_other_rulebook=now.run.rulebook != before.run.rulebook,
        turns=turns,
    )


def _turn(then: Verdict | None) -> Turn:
    if then is Verdict.FAIL:
        return Turn.STILL
    return Turn.NEW if then in _HELD else Turn.FIRST_SEEN


def _verdicts(audited: Audited) -> dict[Key, Verdict]:
    """The worst verdict of each subject and rule, whatever the parameters."""
    found: dict[Key, Verdict] = {}
    for finding in audited.findings:
        key = (str(finding.subject), finding.rule)
        held = found.get(key, finding.verdict)
        found[key] = min(held, finding.verdict, key=_WORST.index)
    return found
