"""Papers that stand beside findings: measures, attestations and the lines of an approved plan.

None of them alters a verdict. All lapse at the end of their day, Asia/Ho_Chi_Minh.
"""

from dataclasses import dataclass
from enum import StrEnum

from attt.errors import Place


class MeasureKind(StrEnum):
    """The law knows no "waiver"."""

    EQUIVALENT = "equivalent"  # biện pháp tương đương
    ROADMAP = "roadmap"  # lộ trình
    RISK_ACCEPTED = "risk_accepted"  # rủi ro tồn dư được chấp nhận


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A decision on record about findings in a scope; scope fields left None hold for all.

    Dates are ISO; `approver` and `requester` are titles, never a person's name.
    """

    id: str
    kind: MeasureKind
    reason: str
    approver: str
    document: str
    from_: str
    until: str
    system: str | None = None
    zone: str | None = None
    host: str | None = None
    item: str | None = None
    rule: str | None = None
    requirement: str | None = None
    in_plan: bool = False  # named in the approved plan
    requester: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """A document that shows requirements; for one system, or for an organisation's systems.

    `provider` is the organisation id of a provider under contract, where it is theirs.
    """

    id: str
    requirements: tuple[str, ...]
    document: str
    number: str
    date: str
    until: str
    system: str | None = None
    organisation: str | None = None
    provider: str | None = None
    sha256: str | None = None
    place: Place | None = None


class PlanAnswer(StrEnum):
    """What the approved plan answers to a requirement."""

    APPLIED = "applied"
    EQUIVALENT = "equivalent"
    NOT_APPLICABLE = "not_applicable"
    ROADMAP = "roadmap"
    INHERITED = "inherited"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """One line of a system's approved plan."""

    requirement: str
    answer: PlanAnswer
    reason: str | None = None
    until: str | None = None
