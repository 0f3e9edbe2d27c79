"""(hosts × rules) → the asks of each host, every ask and every fact once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from attt.facts.kind import FactKind
from attt.model import ask as asks
from attt.model.ask import Ask, Command, Cost, Privilege
from attt.model.fact import FactKey
from attt.model.inventory import Host, Inventory
from attt.model.rule import Rule
from attt.model.subject import SubjectKind
from attt.model.value import Value

Use = tuple[str, tuple[tuple[str, Value], ...]]
"""A rule's id and the parameters that it is judged with, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostPlan:
    """All that one host is asked for, and what the answers are for."""

    host: Host
    uses: tuple[Use, ...]
    facts: tuple[FactKey, ...]
    asks: tuple[Ask, ...]

    @property
    def privileged(self) -> tuple[Ask, ...]:
        """The asks that need root."""
        return tuple(a for a in self.asks if a.privilege is Privilege.ROOT)


def plan_hosts(
    inventory: Inventory,
    rules: Mapping[str, Rule],
    registry: Mapping[str, FactKind],
    uses_of: Mapping[str, Sequence[Use]],
    *,
    with_walks: bool = True,
    beside: Sequence[FactKey] = (),
) -> tuple[HostPlan, ...]:
    """One plan a host of the inventory; `uses_of` says by system code what the system asks for.

    Answers to what the facts `beside` ask are kept, though no rule judges by them.
    Without walks the asks that go over whole file systems are left out: what rests on them is
    then not collected, and unknown.
    """
    made: dict[tuple[str, ...], _Questions] = {}

    def plan_of(host: Host) -> HostPlan:
        systems = tuple(system.code for system in inventory.systems_of(host.id))
        if systems not in made:
            # The union of what the systems ask for: levels are no supersets of each other.
            wanted = dict.fromkeys(use for code in systems for use in uses_of.get(code, ()))
            made[systems] = _questions(rules, registry, wanted, beside, with_walks=with_walks)
        uses, facts, questions = made[systems]
        return HostPlan(host=host, uses=uses, facts=facts, asks=questions)

    return tuple(plan_of(host) for host in inventory.hosts.values())


_Questions = tuple[tuple[Use, ...], tuple[FactKey, ...], tuple[Ask, ...]]
"""What hosts of the same systems share."""


def _questions(
    rules: Mapping[str, Rule],
    registry: Mapping[str, FactKind],
    wanted: Iterable[Use],
    beside: Sequence[FactKey],
    *,
    with_walks: bool,
) -> _Questions:
    uses = tuple(use for use in wanted if rules[use[0]].subject is SubjectKind.HOST)
    facts = tuple(dict.fromkeys(key for use in uses for key in rules[use[0]].needs.values()))
    kept = (*facts, *(beside if uses else ()))
    named = (ask for key in kept for ask in registry[key.id].asks(dict(key.params)).values())
    unique = {asks.key(ask): ask for ask in named if with_walks or not is_walk(ask)}
    return uses, facts, tuple(unique.values())


def is_walk(ask: Ask) -> bool:
    """Whether an ask goes over whole file systems: seconds to minutes of a host's disk."""
    return isinstance(ask, Command) and ask.cost is Cost.WALK
