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
    note: Words | None = None
    place: Place | None = None


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

    def at(self, level: Level) -> tuple[Requirement, ...]:
        """The requirements that the standard asks at `level`."""
        return tuple(r for r in self.requirements if level in r.clauses)
