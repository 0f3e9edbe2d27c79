"""The types of fact values, so that a rule's comparison can be checked before any host is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Text:
    """Any text; `choices` closes it. `nullable` means that null (proved not set) is a value."""

    choices: tuple[str, ...] = ()
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number; `unit` names what it counts ("days", "minutes", "port", …)."""

    unit: str = ""
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Boolean:
    """True or false."""

    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Mode:
    """Permission bits as octal text of four digits, such as "0640"."""

    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment as RFC 3339 text in UTC with Z, such as "2026-11-22T10:00:00Z"."""

    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """A package version; `scheme` is "dpkg" or "rpm" and decides the order, or "any": of a host
    that may have either, and only what both say counts.
    """

    scheme: str = "dpkg"
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    """An IPv4 or IPv6 address, or a prefix, as text."""

    nullable: bool = False


@dataclass(frozen=True, slots=True)
class ListOf:
    """Many of one shape."""

    of: "Shape"
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """Named fields. `volatile` fields stay out of the value's digest (they change by themselves)."""

    fields: Mapping[str, "Shape"]
    volatile: frozenset[str] = field(default_factory=frozenset)
    nullable: bool = False


Shape = Text | Integer | Boolean | Mode | Instant | Version | Address | ListOf | Record
