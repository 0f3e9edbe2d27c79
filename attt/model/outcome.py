"""What the findings, papers and plan together say of one requirement for one system."""

from dataclasses import dataclass
from enum import StrEnum

from attt.model.finding import Verdict
from attt.model.level import Level
from attt.model.measure import PlanAnswer
from attt.model.value import Value


class Outcome(StrEnum):
    """The words of Decree 331/2026 art. 36 and of design part 5."""

    MET = "met"
    COMPENSATED = "compensated"
    INHERITED = "inherited"
    PARTLY_MET = "partly_met"
    NOT_MET = "not_met"
    NOT_ASSESSED = "not_assessed"
    NOT_APPLICABLE = "not_applicable"


class Means(StrEnum):
    """By what a requirement was assessed: by machine, by document, or not at all."""

    MACHINE = "machine"
    DOCUMENT = "document"
    BOTH = "both"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectVerdict:
    """What one subject in scope says of a requirement, all rules of the best way together."""

    subject: str  # str(Subject)
    verdict: Verdict
    rules: tuple[str, ...]  # rules judged for it
    failing: tuple[str, ...] = ()  # rules that failed
    unknown: tuple[str, ...] = ()
    measure: str | None = None  # id of the measure that covers it
    params: tuple[tuple[str, tuple[tuple[str, Value], ...]], ...] = ()  # rule → params used


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementResult:
    """One requirement, one system: outcome and everything that explains it."""

    requirement: str
    system: str
    level: Level
    clause: str
    outcome: Outcome
    means: Means
    reason: str = ""  # a key that reports have words for, such as "no_rule"
    subjects: tuple[SubjectVerdict, ...] = ()
    documents: tuple[str, ...] = ()  # ids of valid attestations
    lapsed: tuple[str, ...] = ()  # ids of attestations that lapsed
    measures: tuple[str, ...] = ()  # ids of measures in force on it, roadmaps included
    plan: PlanAnswer | None = None
    plan_reason: str | None = None
    inherited_from: str | None = None
    partial: bool = False  # what the rules prove is not the whole requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemResult:
    """All requirements of one system under one standard at its level."""

    system: str
    standard: str
    level: Level
    requirements: tuple[RequirementResult, ...]
