"""Systems, names and templates that don't say what they should."""

import unicodedata
from collections.abc import Iterable, Iterator

from attt.errors import Place
from attt.inventory.level import Implied, implied_level
from attt.inventory.likely.warning import Warning_
from attt.message import Message
from attt.model.inventory import HostingKind, Inventory, Role, System


def of_systems(inventory: Inventory) -> Iterator[Warning_]:
    """All warnings about systems, ids and templates."""
    for system in inventory.systems.values():
        yield from _system(system, inventory)
    yield from _look_alikes((h.id, h.place) for h in inventory.hosts.values())
    yield from _look_alikes((h.name, h.place) for h in inventory.hosts.values())
    yield from _look_alikes((s.code, s.place) for s in inventory.systems.values())
    yield from _look_alikes((z.id, z.place) for z in inventory.zones.values())
    yield from _look_alikes((o, None) for o in inventory.organisations)
    yield from _look_alikes((d.id, d.place) for d in inventory.dossiers.values())
    for template in inventory.templates:
        if not template.instances:
            yield Warning_(
                code="template-unused",
                message=Message(
                    "Template '{id}' has no instance: it makes nothing", id=template.id
                ),
                hint=Message("Add it under 'instances', or remove the template."),
                place=template.place,
            )


def _system(system: System, inventory: Inventory) -> Iterator[Warning_]:
    place, code = system.place, system.code
    is_here = system.hosting.kind in (HostingKind.OWN, HostingKind.DATA_CENTRE)
    if not system.hosts and is_here:
        yield Warning_(
            code="system-without-hosts",
            message=Message("System '{code}' has no hosts: nothing of it is looked at", code=code),
            hint=Message("Name its machines under 'hosts', or correct 'hosting'."),
            place=place,
        )
    implied = implied_level(system.classification)
    if implied and system.level < implied.level:
        yield _too_low(system, implied)
    if inventory.organisations[system.owner].role is not Role.OWNER:
        yield Warning_(
            code="owner-of-other-role",
            message=Message(
                "System '{code}': its owner '{owner}' is not an organisation with role owner",
                code=code,
                owner=system.owner,
            ),
            hint=Message("Name the body that owns it, or correct that body's 'role'."),
            place=place,
        )
    if system.state_secret and len(inventory.systems) > 1:
        yield Warning_(
            code="state-secret-among-others",
            message=Message(
                "System '{code}' holds state secrets: keep it in an inventory and a store of its own",
                code=code,
            ),
            hint=Message("Move it and its hosts to a folder of their own, with an attt.toml."),
            place=place,
        )
    yield from _contract(system, inventory)
    yield from _inherited(system, inventory)


def _too_low(system: System, implied: Implied) -> Warning_:
    return Warning_(
        code="level-too-low",
        message=Message(
            "System '{code}' has level {level}, but its classification implies at least"
            " level {implied} (Decree 331/2026, {clause})",
            code=system.code,
            level=system.level,
            implied=implied.level,
            clause=_clause(implied.clause),
        ),
        hint=Message("Check 'level' and 'classification' against the dossier."),
        place=system.place,
    )


def _contract(system: System, inventory: Inventory) -> Iterator[Warning_]:
    provider = inventory.organisations.get(system.provider or "")
    if provider and not (provider.contract or system.hosting.contract):
        yield Warning_(
            code="provider-without-contract",
            message=Message(
                "System '{code}' has provider '{provider}', but no contract is named",
                code=system.code,
                provider=provider.id,
            ),
            hint=Message("Add 'contract: …' to its 'hosting' or to the provider."),
            place=system.place,
        )


def _inherited(system: System, inventory: Inventory) -> Iterator[Warning_]:
    shared = inventory.systems[system.inherits_from] if system.inherits_from else None
    if shared and shared.level < system.level:
        yield Warning_(
            code="inherits-from-lower-level",
            message=Message(
                "System '{code}' of level {level} inherits from '{shared}' of level {lower}",
                code=system.code,
                level=system.level,
                shared=shared.code,
                lower=shared.level,
            ),
            hint=Message("Check the two levels: what holds at a lower level may not be enough."),
            place=system.place,
        )


def _look_alikes(names: Iterable[tuple[str, Place | None]]) -> Iterator[Warning_]:
    """Names that a person would take for one another."""
    first: dict[str, str] = {}
    for name, place in names:
        other = first.setdefault(folded(name), name)
        if other != name:
            yield Warning_(
                code="names-look-alike",
                message=Message(
                    "'{name}' and '{other}' differ in case or diacritics only",
                    name=name,
                    other=other,
                ),
                hint=Message("If they are one, keep one; else give one a name of its own."),
                place=place,
            )


def folded(name: str) -> str:
    """A name without case and diacritics; đ is d."""
    apart = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    return "".join(c for c in apart if not unicodedata.combining(c))


def _clause(number: str) -> Message:
    """A clause of a decree, such as "13.2.b", as each language names it."""
    article, clause, *point = number.split(".")
    if point:
        return Message(
            "art. {article}.{clause}.{point}", article=article, clause=clause, point=point[0]
        )
    return Message("art. {article}.{clause}", article=article, clause=clause)
