"""All rules and standards in force, and one digest over their content."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from attt.model.known_on import KnownOn
from attt.model.rule import Rule, Table
from attt.model.standard import Standard


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A folder of rules and standards with its own version."""

    id: str
    version: str
    needs_attt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Rules by id, standards by id, the packs they came from; `digest` is 64 hex digits."""

    rules: Mapping[str, Rule]
    standards: Mapping[str, Standard]
    packs: tuple[Pack, ...]
    digest: str
    tables: Mapping[str, Table] = field(default_factory=dict)
    known_on: KnownOn = field(default_factory=KnownOn)  # for people; judging knows nothing of it
