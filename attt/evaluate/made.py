"""Findings, and what they compared, made quickly: of these a host has hundreds.

A frozen dataclass sets each field by object.__setattr__, which costs five times what the assignment
does. A draft has the same slots, takes plain assignments and is then declared to be of the frozen
class, which Python refuses where the slots are not the same.
"""

from dataclasses import fields
from typing import Any, cast

from attt.model.fact import Assurance, Origin
from attt.model.finding import Compared, Finding, Reason, Verdict
from attt.model.subject import Subject
from attt.model.value import Value


def _slots(of: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(of))


class _Compared:
    __slots__ = _slots(Compared)
    id: str
    operator: str
    found: Value
    wanted: Value
    item: str | None


class _Finding:
    __slots__ = _slots(Finding)
    rule: str
    subject: Subject
    verdict: Verdict
    params: tuple[tuple[str, Value], ...]
    item: str | None
    reason: Reason | None
    failing: tuple[Compared, ...]
    passing: tuple[Compared, ...]
    unknown: tuple[tuple[str, str | None], ...]
    checked: int
    assurance: Assurance | None
    origin: Origin | None
    evidence: tuple[str, ...]


def compared(id_: str, operator: str, found: Value, wanted: Value, item: str | None) -> Compared:
    """One expectation against one item."""
    draft = _Compared()
    draft.id = id_
    draft.operator = operator
    draft.found = found
    draft.wanted = wanted
    draft.item = item
    draft.__class__ = Compared  # type: ignore[assignment]
    return cast("Compared", draft)


def finding(
    *,
    rule: str,
    subject: Subject,
    verdict: Verdict,
    params: tuple[tuple[str, Value], ...],
    reason: Reason | None,
    failing: tuple[Compared, ...],
    passing: tuple[Compared, ...],
    unknown: tuple[tuple[str, str | None], ...],
    checked: int,
    assurance: Assurance | None,
    origin: Origin | None,
    evidence: tuple[str, ...],
) -> Finding:
    """One verdict on a subject as a whole."""
    draft = _Finding()
    draft.rule = rule
    draft.subject = subject
    draft.verdict = verdict
    draft.params = params
    draft.item = None
    draft.reason = reason
    draft.failing = failing
    draft.passing = passing
    draft.unknown = unknown
    draft.checked = checked
    draft.assurance = assurance
    draft.origin = origin
    draft.evidence = evidence
    draft.__class__ = Finding  # type: ignore[assignment]
    return cast("Finding", draft)
