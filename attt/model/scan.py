"""What may be scanned today, and what may not: the values between plan and scan."""

import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum

Literal = ipaddress.IPv4Address | ipaddress.IPv6Address


class ScanRefusalReason(StrEnum):
    """Why a declared address is not scanned."""

    NOT_LITERAL = "not_literal"  # a name, range, prefix, or no single unicast address
    NO_ZONE = "no_zone"  # its host has no zone
    OUTSIDE_ZONE = "outside_zone"  # not in the prefixes of its host's zone
    NO_VANTAGE = "no_vantage"  # the inventory does not say where this controller stands
    NO_APPROVAL = "no_approval"  # no document allows scanning its zone
    APPROVAL_NOT_BEGUN = "approval_not_begun"
    APPROVAL_LAPSED = "approval_lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanTarget:
    """One literal address that may be scanned, and by which document.

    `address` is in canonical form; `ports` is nmap's own port text, such as "T:1-1024,3306";
    `name` is the host's full DNS name where the inventory gives one, to ask for its certificate.
    """

    address: str
    host: str
    zone: str
    vantage: str
    approval: str
    ports: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRefusal:
    """One declared address that is not scanned; `address` is as the inventory writes it."""

    address: str
    host: str
    zone: str | None
    reason: ScanRefusalReason


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanPlan:
    """Every address of the systems' hosts: scanned once, or refused with a reason."""

    targets: tuple[ScanTarget, ...] = ()
    refused: tuple[ScanRefusal, ...] = ()


def literal(text: str) -> Literal | None:
    """The address that `text` writes, or None where it is not one single unicast address.

    Refused: names, ranges, prefixes, spaces, options, scoped IPv6 and link-local IPv6 (which needs
    a scope), IPv4 inside IPv6, unspecified, multicast, and class E with the limited broadcast.
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if address.is_unspecified or address.is_multicast:
        return None
    if isinstance(address, ipaddress.IPv4Address):
        return None if address.is_reserved else address
    is_odd = address.scope_id is not None or address.is_link_local or address.ipv4_mapped
    return None if is_odd else address


_DNS_NAME = re.compile(
    r"(?=.{4,253}\Z)(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}"
)


def dns_name(text: str) -> str:
    """`text` in lower case where it is a full DNS name (two labels or more), else ""."""
    name = text.rstrip(".")
    return name.lower() if _DNS_NAME.fullmatch(name) else ""
