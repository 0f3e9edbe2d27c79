"""All rules and standards in force, and one digest over their content."""

from collections.abc import Mapping
from dataclasses import dataclass

from attt.model.rule import Rule
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
