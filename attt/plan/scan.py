"""Which addresses may be scanned today: declared, inside their zone, and with an approval on record."""

import ipaddress
from collections.abc import Sequence
from datetime import date

from attt.model.inventory import Host, Inventory, ScanApproval, Zone
from attt.model.scan import (
    Literal,
    ScanPlan,
    ScanRefusal,
    ScanRefusalReason,
    ScanTarget,
    dns_name,
    literal,
)
from attt.plan.ports import ports_of


def scan_plan(inventory: Inventory, today: date) -> ScanPlan:
    """Every address of the hosts of `inventory`'s systems, as a target or as a refusal.

    `today` is the day in Asia/Ho_Chi_Minh; an approval holds from its date to the end of `until`.
    An address of two hosts is one target, of the first host that may be scanned there.
    """
    targets: dict[str, ScanTarget] = {}
    refused: list[ScanRefusal] = []
    for host in _hosts(inventory):
        for address in dict.fromkeys(host.addresses):
            match _decide(inventory, host, address, today):
                case ScanTarget() as target:
                    targets.setdefault(target.address, target)
                case reason:
                    refused.append(
                        ScanRefusal(address=address, host=host.id, zone=host.zone, reason=reason)
                    )
    return ScanPlan(targets=tuple(targets.values()), refused=tuple(refused))


def _hosts(inventory: Inventory) -> list[Host]:
    used = {host_id for system in inventory.systems.values() for host_id in system.hosts}
    return [host for host in inventory.hosts.values() if host.id in used]


def _decide(
    inventory: Inventory, host: Host, text: str, today: date
) -> ScanTarget | ScanRefusalReason:
    address = literal(text)
    if address is None or _is_broadcast(address, inventory):
        return ScanRefusalReason.NOT_LITERAL
    zone = inventory.zones.get(host.zone or "")
    if zone is None:
        return ScanRefusalReason.NO_ZONE
    if not _is_inside(address, zone):
        return ScanRefusalReason.OUTSIDE_ZONE
    if not inventory.vantage:
        return ScanRefusalReason.NO_VANTAGE
    approval = _approval(inventory.scan_approvals, zone, today)
    if isinstance(approval, ScanRefusalReason):
        return approval
    return ScanTarget(
        address=str(address),
        host=host.id,
        zone=zone.id,
        vantage=inventory.vantage,
        approval=approval.document,
        ports=ports_of(address, inventory),
        name=next(filter(None, map(dns_name, (host.name, *host.addresses))), ""),
    )


def _approval(
    approvals: Sequence[ScanApproval], zone: Zone, today: date
) -> ScanApproval | ScanRefusalReason:
    """The approval that holds today (the one that lasts longest), or why there is none."""
    holding = []
    is_coming = False
    mine = [approval for approval in approvals if zone.id in approval.zones]
    for approval in mine:
        is_begun = date.fromisoformat(approval.date) <= today
        if is_begun and today <= date.fromisoformat(approval.until):
            holding.append(approval)
        is_coming = is_coming or not is_begun
    if holding:
        return max(holding, key=lambda approval: date.fromisoformat(approval.until))
    if is_coming:
        return ScanRefusalReason.APPROVAL_NOT_BEGUN
    return ScanRefusalReason.APPROVAL_LAPSED if mine else ScanRefusalReason.NO_APPROVAL


def _is_inside(address: Literal, zone: Zone) -> bool:
    return any(address in ipaddress.ip_network(cidr, strict=False) for cidr in zone.cidrs)


def _is_broadcast(address: Literal, inventory: Inventory) -> bool:
    """Whether a packet to it would go to every machine of a declared IPv4 network."""
    networks = (
        ipaddress.ip_network(cidr, strict=False)
        for zone in inventory.zones.values()
        for cidr in zone.cidrs
    )
    return any(
        network.version == address.version == 4  # noqa: PLR2004 - the IP version
        and network.prefixlen < 31  # noqa: PLR2004 - RFC 3021: a /31 has no broadcast
        and address in (network.network_address, network.broadcast_address)
        for network in networks
    )
