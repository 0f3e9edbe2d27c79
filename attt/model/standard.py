"""A standard: what is asked at each level, and which rules serve it. Rules know no standard."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from attt.errors import Place
from attt.model.level import Level
from attt.model.value import Value
from attt.model.words import Words


class Strength(StrEnum):
    """`must` counts; `suggested` ("khuyến nghị") is shown, outside the count of musts."""

    MUST = "must"
    SUGGESTED = "suggested"


class EvidenceKind(StrEnum):
    """How a requirement can be shown."""

    HOST = "host"
    SCAN = "scan"
    DOCUMENT = "document"


class Coverage(StrEnum):
    """Whether what serves a requirement proves all of it."""

    FULL = "full"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleUse:
    """A rule with the parameters that this standard sets, by level; a level not named uses the default."""

    rule: str
    params: Mapping[str, Mapping[Level, Value]] = field(default_factory=dict)

    def at(self, level: Level) -> dict[str, Value]:
        """The parameters that hold at `level`."""
        return {
            name: by_level[level] for name, by_level in self.params.items() if level in by_level
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Rules that together are one way to show a requirement."""

    rules: tuple[RuleUse, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What serves a requirement: any one of the ways, and how much of it that proves."""

    any_of: tuple[Way, ...]
    coverage: Coverage
    levels: tuple[Level, ...] = ()  # empty: every level of the requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One requirement of a standard, in our own words, with its clause at each level."""

    id: str
    title: Words
    group: str  # key in Standard.groups
    chapter: str  # the standard's own grouping, key in Standard.chapters
    clauses: Mapping[Level, str]
    strength: Strength
    evidence: tuple[EvidenceKind, ...]
    conditional: Words | None = None
    conditional_levels: tuple[Level, ...] = ()
    verified: bool = False
    confidence: str = ""
    params: Mapping[str, Value] = field(default_factory=dict)  # figures of the standard, for people
    served_by: tuple[Service, ...] = ()
    host_cannot: Words | None = None  # why no host and no scan shows it, and what document does
    note: Words | None = None
    place: Place | None = None

    def served_at(self, level: Level) -> tuple[Service, ...]:
        """What serves it at `level`."""
        return tuple(s for s in self.served_by if not s.levels or level in s.levels)

    def is_conditional_at(self, level: Level) -> bool:
        """Whether it holds at `level` only under its condition, such as "nếu có"."""
        return self.conditional is not None and level in self.conditional_levels

    def is_open_at(self, level: Level) -> bool:
        """Whether a host or a scan could show it at `level`, no rule looks, and nothing says why."""
        is_seen = EvidenceKind.HOST in self.evidence or EvidenceKind.SCAN in self.evidence
        return is_seen and self.host_cannot is None and not self.served_at(level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """Until when systems approved under an edition may take to meet the one that follows it."""

    to: str  # id of the standard that follows
    from_: str  # ISO date
    until: str  # ISO date, the last day
    because: str
    basis: Words  # the law's article, as papers cite it


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """One edition, with the groups by which reports are ordered."""

    id: str
    title: Words
    edition: str
    in_force_from: str  # ISO date
    because: str
    in_force_until: str | None = None
    supersedes: tuple[str, ...] = ()
    groups: Mapping[str, Words] = field(default_factory=dict)  # in report order
    sections: Mapping[str, Words] = field(default_factory=dict)  # management, technical
    section_of: Mapping[str, str] = field(default_factory=dict)  # group → section
    chapters: Mapping[str, Words] = field(default_factory=dict)
    requirements: tuple[Requirement, ...] = ()
    notice: Words | None = None
    transition: Transition | None = None  # of an edition that applies only while systems move on

    def at(self, level: Level) -> tuple[Requirement, ...]:
        """The requirements that the standard asks at `level`."""
        return tuple(r for r in self.requirements if level in r.clauses)
