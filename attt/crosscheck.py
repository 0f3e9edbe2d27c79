"""What an inventory says of rules and requirements, held against the rulebook: names must be known."""

from collections.abc import Iterator

from attt.errors import InputError, Place
from attt.explain import did_you_mean
from attt.message import Message
from attt.model.inventory import Inventory
from attt.model.rulebook import Rulebook

_Named = tuple[str, Place | None]


def crosscheck(inventory: Inventory, rulebook: Rulebook) -> None:
    """Raises InputError at the first rule, requirement or standard that the rulebook lacks.

    A measure for a requirement that does not exist would cover nothing, and nobody would notice.
    """
    requirements = {r.id for s in rulebook.standards.values() for r in s.requirements}
    for name, place in _requirements(inventory):
        if name not in requirements:
            message = Message("No standard has a requirement '{name}'", name=name)
            raise InputError(message, hint=did_you_mean(name, requirements), place=place)
    for measure in inventory.measures:
        if measure.rule and measure.rule not in rulebook.rules:
            message = Message("There is no rule '{name}'", name=measure.rule)
            hint = did_you_mean(measure.rule, rulebook.rules)
            raise InputError(message, hint=hint, place=measure.place)


def _requirements(inventory: Inventory) -> Iterator[_Named]:
    for system in inventory.systems.values():
        yield from ((line.requirement, system.place) for line in system.plan)
    for measure in inventory.measures:
        if measure.requirement:
            yield measure.requirement, measure.place
    for attestation in inventory.attestations:
        yield from ((name, attestation.place) for name in attestation.requirements)
