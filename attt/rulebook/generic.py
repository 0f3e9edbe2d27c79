"""Facts that take parameters, for rules about software that attt has never heard of."""

import difflib
from collections.abc import Mapping

from attt.explain import nearest
from attt.facts.kind import FactKind
from attt.message import Message


def generic_facts(name: str, facts: Mapping[str, FactKind]) -> list[str]:
    """Every fact with parameters, as `id(param, …)`, the nearest in name first."""
    generic = [kind for kind in facts.values() if kind.params]

    def nearness(kind: FactKind) -> float:
        return difflib.SequenceMatcher(None, name.casefold(), kind.id).ratio()

    ordered = sorted(generic, key=lambda kind: (-nearness(kind), kind.id))
    return [f"{kind.id}({', '.join(kind.params)})" for kind in ordered]


def instead_of(name: str, facts: Mapping[str, FactKind]) -> Message:
    """The mend for a fact that does not exist: the nearest one, and those that read anything."""
    names = ", ".join(generic_facts(name, facts))
    near = nearest(name, facts)
    if near is None:
        return Message("Facts that take parameters may serve: {names}.", names=names or "-")
    return Message(
        "Did you mean '{near}'? Facts that take parameters may serve: {names}.",
        near=near,
        names=names or "-",
    )
