"""Hosts, addresses and zones that don't fit together."""

import ipaddress
from collections.abc import Iterator, Mapping, Sequence

from attt.inventory.likely.warning import Warning_
from attt.message import Message
from attt.model.inventory import Host, Inventory, TransportKind, Zone

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Networks = Mapping[str, Sequence[Network]]


def of_networks(inventory: Inventory) -> Iterator[Warning_]:
    """All warnings about hosts, addresses and zones."""
    networks = {z.id: [ipaddress.ip_network(c) for c in z.cidrs] for z in inventory.zones.values()}
    owned = {id_ for system in inventory.systems.values() for id_ in system.hosts}
    for host in inventory.hosts.values():
        if host.id not in owned:
            yield _ownerless(host)
        yield from _twice(host)
        yield from _places(host, networks)
    yield from _shared_addresses(inventory)
    yield from _overlaps(inventory.zones)


def _ownerless(host: Host) -> Warning_:
    return Warning_(
        code="host-in-no-system",
        message=Message("Host '{id}' belongs to no system: nothing is judged on it", id=host.id),
        hint=Message("Add '{id}' to the 'hosts' of its system, or remove the host.", id=host.id),
        place=host.place,
    )


def _twice(host: Host) -> Iterator[Warning_]:
    for address in dict.fromkeys(host.addresses):
        if host.addresses.count(address) > 1:
            yield Warning_(
                code="address-twice",
                message=Message(
                    "Host '{id}' has the address {address} twice", id=host.id, address=address
                ),
                hint=Message("Remove one of the two, or correct it."),
                place=host.place,
            )


def _places(host: Host, networks: Networks) -> Iterator[Warning_]:
    if host.zone is None:
        yield Warning_(
            code="host-without-zone",
            message=Message("Host '{id}' has no zone: it is never scanned", id=host.id),
            hint=Message("Add 'zone: …' with the zone that its addresses lie in."),
            place=host.place,
        )
        return
    for text in dict.fromkeys(host.addresses):
        address = ipaddress.ip_address(text)
        if not any(address in network for network in networks[host.zone]):
            yield _outside(host, text, _zone_of(address, networks))


def _zone_of(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address, networks: Networks
) -> str | None:
    """The zone with the longest prefix that holds an address."""
    found = [(n.prefixlen, zone) for zone, all_ in networks.items() for n in all_ if address in n]
    return max(found)[1] if found else None


def _outside(host: Host, address: str, other: str | None) -> Warning_:
    message = Message(
        "Address {address} of host '{id}' lies outside its zone '{zone}'",
        address=address,
        id=host.id,
        zone=host.zone,
    )
    if other:
        return Warning_(
            code="address-in-other-zone",
            message=message,
            hint=Message("It lies in zone '{other}': correct 'zone' or the address.", other=other),
            place=host.place,
        )
    return Warning_(
        code="address-in-no-zone",
        message=message,
        hint=Message("It lies in no zone: add its prefix to 'cidrs', or correct the address."),
        place=host.place,
    )


def _shared_addresses(inventory: Inventory) -> Iterator[Warning_]:
    """Two hosts at one address and port: one of them is never reached.

    Other ports may be a translated address; other jump hosts, a network used twice.
    """
    first: dict[tuple[str, int, str | None], str] = {}
    for host in inventory.hosts.values():
        if host.connect.transport is TransportKind.LOCAL:
            continue
        via = host.connect.via if host.connect.transport is TransportKind.SSH else None
        for address in dict.fromkeys(host.addresses):
            other = first.setdefault((address, host.connect.port, via), host.id)
            if other != host.id:
                yield Warning_(
                    code="address-shared",
                    message=Message(
                        "Hosts '{other}' and '{id}' have the same address and port: {address}, {port}",
                        other=other,
                        id=host.id,
                        address=address,
                        port=host.connect.port,
                    ),
                    hint=Message("Remove one of the two, or correct its address or port."),
                    place=host.place,
                )


def _overlaps(zones: Mapping[str, Zone]) -> Iterator[Warning_]:
    """Prefixes of two zones that hold each other (prefixes are nested or apart)."""
    all_ = [(ipaddress.ip_network(text), zone) for zone in zones.values() for text in zone.cidrs]
    all_.sort(key=lambda pair: (pair[0].version, int(pair[0].network_address), pair[0].prefixlen))
    around: list[tuple[Network, Zone]] = []
    for network, zone in all_:
        while around and not _holds(around[-1][0], network):
            around.pop()
        for wider, other in around:
            if other.id != zone.id:
                yield _overlap(network, zone, wider, other)
        around.append((network, zone))


def _overlap(inner: Network, zone: Zone, outer: Network, other: Zone) -> Warning_:
    return Warning_(
        code="zones-overlap",
        message=Message(
            "{inner} of zone '{zone}' lies in {outer} of zone '{other}'",
            inner=inner,
            zone=zone.id,
            outer=outer,
            other=other.id,
        ),
        hint=Message("Let each address belong to one zone: split the wider prefix."),
        place=zone.place,
    )


def _holds(outer: Network, inner: Network) -> bool:
    return outer.version == inner.version and inner.network_address in outer
