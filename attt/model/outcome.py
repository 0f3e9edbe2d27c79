"""What the findings, papers and plan together say of one requirement for one system."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import overload

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
    measure: str | None = None  # id of the equivalent measure that covers all that failed
    covers: tuple[tuple[str, str], ...] = ()  # failing rule → id of the measure, of any kind
    params: tuple[tuple[str, tuple[tuple[str, Value], ...]], ...] = ()  # rule → params used


class SubjectVerdicts(Sequence[SubjectVerdict]):
    """What many subjects say of a requirement, kept small: hosts that say the same share one value.

    `kinds` are what each subject says, in the order of `names`, without the name.
    """

    __slots__ = ("_names", "kinds")

    def __init__(self, names: tuple[str, ...], kinds: tuple[SubjectVerdict, ...]) -> None:
        self._names = names
        self.kinds = kinds

    def __len__(self) -> int:
        return len(self._names)

    @overload
    def __getitem__(self, place: int) -> SubjectVerdict: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[SubjectVerdict, ...]: ...
    def __getitem__(self, place: int | slice) -> SubjectVerdict | tuple[SubjectVerdict, ...]:
        if isinstance(place, slice):
            return tuple(self)[place]
        return replace(self.kinds[place], subject=self._names[place])

    def __iter__(self) -> Iterator[SubjectVerdict]:
        for name, kind in zip(self._names, self.kinds, strict=True):
            yield replace(kind, subject=name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash((self._names, self.kinds))


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
    subjects: Sequence[SubjectVerdict] = ()
    documents: tuple[str, ...] = ()  # ids of valid attestations
    lapsed: tuple[str, ...] = ()  # ids of attestations that lapsed
    measures: tuple[str, ...] = ()  # ids of measures in force on it, roadmaps included
    lapsed_measures: tuple[str, ...] = ()  # ids of measures on it that lapsed
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
