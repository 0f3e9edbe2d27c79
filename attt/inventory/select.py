"""A part of an inventory: some systems, hosts or zones of it."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from attt.errors import UsageError
from attt.explain import did_you_mean, shown
from attt.inventory.digest import digest
from attt.message import Message
from attt.model.inventory import Host, Inventory


def select(
    inventory: Inventory,
    *,
    systems: Sequence[str] = (),
    hosts: Sequence[str] = (),
    zones: Sequence[str] = (),
) -> Inventory:
    """The hosts that fit every filter given, and the systems that are asked for or hold one.

    `hosts` are ids or names. Zones, papers and organisations stay whole. A system keeps its
    whole list of hosts, so that one left out counts as not looked at, never as if it were not
    there; a jump host that is left out is found in the whole inventory.
    Raises UsageError for a name that is not known.
    """
    if not (systems or hosts or zones):
        return inventory
    for code in systems:
        _expect_system(code, inventory.systems)
    for zone in zones:
        _expect_zone(zone, inventory.zones)
    wanted = {id_ for name in hosts for id_ in _ids(name, inventory)}
    members = {id_ for code in systems for id_ in inventory.systems[code].hosts}

    def fits(host: Host) -> bool:
        return (
            (not systems or host.id in members)
            and (not hosts or host.id in wanted)
            and (not zones or host.zone in zones)
        )

    kept = {id_: host for id_, host in inventory.hosts.items() if fits(host)}
    is_narrowed = bool(hosts or zones)
    part = replace(
        inventory,
        hosts=kept,
        systems={
            code: system
            for code, system in inventory.systems.items()
            if (not systems or code in systems)
            and (not is_narrowed or any(id_ in kept for id_ in system.hosts))
        },
    )
    return replace(part, digest=digest(part))


def _expect_system(code: str, known: Collection[str]) -> None:
    if code not in known:
        raise UsageError(
            Message("There is no system '{name}'", name=shown(code)), hint=did_you_mean(code, known)
        )


def _expect_zone(zone: str, known: Collection[str]) -> None:
    if zone not in known:
        raise UsageError(
            Message("There is no zone '{name}'", name=shown(zone)), hint=did_you_mean(zone, known)
        )


def _ids(name: str, inventory: Inventory) -> list[str]:
    """The host of that id or, where none has it, all of that name."""
    if name in inventory.hosts:
        return [name]
    ids = [host.id for host in inventory.hosts.values() if host.name == name]
    if not ids:
        known = {*inventory.hosts, *(host.name for host in inventory.hosts.values())}
        raise UsageError(
            Message("There is no host '{name}'", name=shown(name)), hint=did_you_mean(name, known)
        )
    return ids
