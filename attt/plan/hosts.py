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
    return tuple(
        _plan_host(
            host, rules, registry, _wanted(inventory, host, uses_of), beside, with_walks=with_walks
        )
        for host in inventory.hosts.values()
    )


def _wanted(
    inventory: Inventory, host: Host, uses_of: Mapping[str, Sequence[Use]]
) -> Iterable[Use]:
    """The union of what the host's systems ask for: levels are no supersets of each other."""
    systems = inventory.systems_of(host.id)
    return dict.fromkeys(use for system in systems for use in uses_of.get(system.code, ()))


def _plan_host(
    host: Host,
    rules: Mapping[str, Rule],
    registry: Mapping[str, FactKind],
    wanted: Iterable[Use],
    beside: Sequence[FactKey],
    *,
    with_walks: bool,
) -> HostPlan:
    uses = tuple(use for use in wanted if rules[use[0]].subject is SubjectKind.HOST)
    facts = tuple(dict.fromkeys(key for use in uses for key in rules[use[0]].needs.values()))
    kept = (*facts, *(beside if uses else ()))
    named = (ask for key in kept for ask in registry[key.id].asks(dict(key.params)).values())
    unique = {asks.key(ask): ask for ask in named if with_walks or not is_walk(ask)}
    return HostPlan(host=host, uses=uses, facts=facts, asks=tuple(unique.values()))


def is_walk(ask: Ask) -> bool:
    """Whether an ask goes over whole file systems: seconds to minutes of a host's disk."""
    return isinstance(ask, Command) and ask.cost is Cost.WALK
