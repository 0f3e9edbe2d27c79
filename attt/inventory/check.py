"""Likely mistakes in an inventory that can be loaded: each a warning with its place, none an error."""

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from attt.errors import Place
from attt.inventory.level import implied_level
from attt.message import Message
from attt.model.inventory import (
    Dossier,
    DossierStatus,
    HostingKind,
    Inventory,
    Role,
    TransportKind,
    Zone,
)

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Warning_:  # noqa: N801 - `Warning` is the builtin
    """Something that is probably not meant."""

    message: Message
    place: Place | None = None


def warnings(inventory: Inventory, today: date) -> tuple[Warning_, ...]:
    """All warnings about an inventory, in the order of its files; `today` is the local day."""
    found = [
        *_hosts(inventory),
        *_shared_addresses(inventory),
        *_overlaps(inventory.zones),
        *_approvals(inventory, today.isoformat()),
        *_systems(inventory),
        *_inherited(inventory),
        *(w for dossier in inventory.dossiers.values() for w in _dossier(dossier)),
        *_lapsed(inventory, today.isoformat()),
    ]
    return tuple(sorted(found, key=lambda w: w.place or Place("")))


# --- hosts and zones -----------------------------------------------------------------------


def _hosts(inventory: Inventory) -> Iterator[Warning_]:
    owned = {id_ for system in inventory.systems.values() for id_ in system.hosts}
    networks = {z.id: [ipaddress.ip_network(c) for c in z.cidrs] for z in inventory.zones.values()}
    for host in inventory.hosts.values():
        if host.id not in owned:
            message = Message(
                "Host '{id}' belongs to no system: nothing is judged on it", id=host.id
            )
            yield Warning_(message=message, place=host.place)
        if host.zone is None:
            message = Message("Host '{id}' has no zone: it is never scanned", id=host.id)
            yield Warning_(message=message, place=host.place)
            continue
        for address in host.addresses:
            if not any(ipaddress.ip_address(address) in net for net in networks[host.zone]):
                message = Message(
                    "Address {address} of host '{id}' lies outside its zone '{zone}'",
                    address=address,
                    id=host.id,
                    zone=host.zone,
                )
                yield Warning_(message=message, place=host.place)


def _shared_addresses(inventory: Inventory) -> Iterator[Warning_]:
    """Two hosts to log into at one address and port: one of them is never reached."""
    first: dict[tuple[str, int, str | None], str] = {}
    for host in inventory.hosts.values():
        if host.connect.transport is not TransportKind.SSH:
            continue
        for address in host.addresses:
            other = first.setdefault((address, host.connect.port, host.connect.via), host.id)
            if other != host.id:
                message = Message(
                    "Hosts '{other}' and '{id}' have the same address and port: {address}, {port}",
                    other=other,
                    id=host.id,
                    address=address,
                    port=host.connect.port,
                )
                yield Warning_(message=message, place=host.place)


def _overlaps(zones: Mapping[str, Zone]) -> Iterator[Warning_]:
    """Prefixes of two zones that hold each other (prefixes are nested or apart)."""
    all_ = [(ipaddress.ip_network(text), zone) for zone in zones.values() for text in zone.cidrs]
    all_.sort(key=lambda pair: (pair[0].version, int(pair[0].network_address), pair[0].prefixlen))
    around: list[tuple[_Network, Zone]] = []
    for network, zone in all_:
        while around and not _holds(around[-1][0], network):
            around.pop()
        for wider, other in around:
            if other.id != zone.id:
                message = Message(
                    "{inner} of zone '{zone}' lies in {outer} of zone '{other}'",
                    inner=network,
                    zone=zone.id,
                    outer=wider,
                    other=other.id,
                )
                yield Warning_(message=message, place=zone.place)
        around.append((network, zone))


def _holds(outer: _Network, inner: _Network) -> bool:
    return outer.version == inner.version and inner.network_address in outer


def _approvals(inventory: Inventory, today: str) -> Iterator[Warning_]:
    if inventory.scan_approvals and inventory.vantage is None:
        message = Message(
            "Scans are approved, but 'vantage' does not say from which zone they go out"
        )
        yield Warning_(message=message, place=inventory.scan_approvals[0].place)
    for approval in inventory.scan_approvals:
        if approval.until < today:
            message = Message(
                "Scan approval {document} ended on {until}: its zones are not scanned",
                document=approval.document,
                until=date.fromisoformat(approval.until),
            )
            yield Warning_(message=message, place=approval.place)
        elif approval.date > today:
            message = Message(
                "Scan approval {document} begins on {date}: its zones are not scanned before",
                document=approval.document,
                date=date.fromisoformat(approval.date),
            )
            yield Warning_(message=message, place=approval.place)


# --- systems -------------------------------------------------------------------------------


def _systems(inventory: Inventory) -> Iterator[Warning_]:
    for system in inventory.systems.values():
        place, code = system.place, system.code
        is_here = system.hosting.kind in (HostingKind.OWN, HostingKind.DATA_CENTRE)
        if not system.hosts and is_here:
            message = Message("System '{code}' has no hosts: nothing of it is looked at", code=code)
            yield Warning_(message=message, place=place)
        implied = implied_level(system.classification)
        if implied and system.level < implied.level:
            message = Message(
                "System '{code}' has level {level}, but its classification implies at least"
                " level {implied} (Decree 331/2026, {clause})",
                code=code,
                level=system.level,
                implied=implied.level,
                clause=_clause(implied.clause),
            )
            yield Warning_(message=message, place=place)
        if inventory.organisations[system.owner].role is not Role.OWNER:
            message = Message(
                "System '{code}': its owner '{owner}' is not an organisation with role owner",
                code=code,
                owner=system.owner,
            )
            yield Warning_(message=message, place=place)
        if system.state_secret and len(inventory.systems) > 1:
            message = Message(
                "System '{code}' holds state secrets: keep it in an inventory and a store of its own",
                code=code,
            )
            yield Warning_(message=message, place=place)


def _inherited(inventory: Inventory) -> Iterator[Warning_]:
    for system in inventory.systems.values():
        shared = inventory.systems[system.inherits_from] if system.inherits_from else None
        if shared and shared.level < system.level:
            message = Message(
                "System '{code}' of level {level} inherits from '{shared}' of level {lower}",
                code=system.code,
                level=system.level,
                shared=shared.code,
                lower=shared.level,
            )
            yield Warning_(message=message, place=system.place)


# --- papers --------------------------------------------------------------------------------


def _dossier(dossier: Dossier) -> Iterator[Warning_]:
    if dossier.status is not DossierStatus.APPROVED:
        return
    if dossier.decision is None:
        message = Message(
            "Dossier '{id}' is approved, but its decision is not named", id=dossier.id
        )
        yield Warning_(message=message, place=dossier.place)
    if dossier.regulation is None:
        message = Message(
            "Dossier '{id}' is approved, but no regulation is named, which must be issued before"
            " (Decree 331/2026, art. 30.7)",
            id=dossier.id,
        )
        yield Warning_(message=message, place=dossier.place)
    elif dossier.decision and dossier.regulation.date > dossier.decision.date:
        message = Message(
            "Dossier '{id}': the regulation ({regulation}) is dated after the decision ({decision});"
            " it must be issued before (Decree 331/2026, art. 30.7)",
            id=dossier.id,
            regulation=date.fromisoformat(dossier.regulation.date),
            decision=date.fromisoformat(dossier.decision.date),
        )
        yield Warning_(message=message, place=dossier.place)


def _lapsed(inventory: Inventory, today: str) -> Iterator[Warning_]:
    for measure in inventory.measures:
        if measure.until < today:
            message = Message(
                "Measure '{id}' lapsed on {until}",
                id=measure.id,
                until=date.fromisoformat(measure.until),
            )
            yield Warning_(message=message, place=measure.place)
    for attestation in inventory.attestations:
        if attestation.until < today:
            message = Message(
                "Attestation '{id}' lapsed on {until}",
                id=attestation.id,
                until=date.fromisoformat(attestation.until),
            )
            yield Warning_(message=message, place=attestation.place)


def _clause(number: str) -> Message:
    """A clause of a decree, such as "13.2.b", as each language names it."""
    article, clause, *point = number.split(".")
    if point:
        return Message(
            "art. {article}.{clause}.{point}", article=article, clause=clause, point=point[0]
        )
    return Message("art. {article}.{clause}", article=article, clause=clause)
