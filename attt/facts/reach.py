"""How much of the incoming traffic the conditions of a packet filter's rule leave over.

A rule takes a part where one of its conditions names what it is for (a port, a source, an answer
to a connection of our own). All of TCP or UDP is most of it. What may still be everything (an
interface, our own address, a rate, a negation) is unclear. Both kinds of filter are judged by these functions.
"""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

from attt.facts import networks
from attt.facts.netfilter import Reach

_NARROW_PROTOCOLS = frozenset(
    [
        "icmp",
        "icmpv6",
        "ipv6-icmp",
        "igmp",
        "esp",
        "ah",
        "gre",
        "vrrp",
        "ospf",
        "pim",
        "sctp",
        "1",
        "2",
        "47",
        "50",
        "51",
        "58",
        "89",
        "103",
        "112",
    ]
)
_ANSWERS = frozenset({"established", "related", "invalid", "dnat", "snat"})
_UNTRACKED = "untracked"  # a rule before may leave everything untracked
_MULTICAST = tuple(ipaddress.ip_network(n) for n in ("224.0.0.0/4", "ff00::/8"))
_WHOLE = 65_000
_MANY = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The traffic asked about: what comes in or goes out, all of it or new connections to one port.

    `port` is a TCP port: what takes it whole is all of what is asked, another port none of it.
    """

    hook: str = "input"
    port: int | None = None


INPUT = Flow()
_TCP = frozenset({"tcp", "6"})
_LARGE = _TCP | {"udp", "17"}


def together(parts: Iterable[Reach]) -> Reach:
    """All conditions must hold, so the narrowest says how much is left."""
    found = set(parts)
    narrow = (Reach.PART, Reach.UNCLEAR, Reach.MOST)
    return next((reach for reach in narrow if reach in found), Reach.ALL)


def of_interface(names: Iterable[str]) -> Reach:
    """The loopback is a part; what another interface leads to can't be told."""
    return Reach.PART if set(names) == {"lo"} else Reach.UNCLEAR


def of_states(states: Iterable[str]) -> Reach:
    """Answers are a part; new connections are everything."""
    found = {state.lower() for state in states}
    if found <= _ANSWERS:
        return Reach.PART
    return Reach.UNCLEAR if found <= _ANSWERS | {_UNTRACKED} else Reach.ALL


def of_protocols(names: Iterable[str], flow: Flow = INPUT) -> Reach:
    """TCP or UDP as a whole is most of what there is; the small ones are a part."""
    found = {name.lower() for name in names}
    if found & {"all", "0"}:
        return Reach.ALL
    if flow.port is not None:
        return Reach.ALL if found & _TCP else Reach.PART
    if found & _LARGE:
        return Reach.MOST
    return Reach.PART if found and found <= _NARROW_PROTOCOLS else Reach.UNCLEAR


def of_ports(ranges: Iterable[tuple[int, int]], flow: Flow = INPUT) -> Reach:
    """Almost all ports are all of a protocol; where there are many, several rules may make up all."""
    if flow.port is not None:
        return Reach.ALL if any(low <= flow.port <= high for low, high in ranges) else Reach.PART
    count = sum(high - low + 1 for low, high in ranges)
    if count >= _WHOLE:
        return Reach.MOST
    return Reach.UNCLEAR if count > _MANY else Reach.PART


def of_source(prefixes: Iterable[str], flow: Flow = INPUT) -> Reach:
    """Named sources are a part, unless they are the whole Internet; of what goes out, our own."""
    if flow.hook != "input":
        return _narrowest(map(_destination, prefixes))
    named = list(prefixes)
    found = _narrowest(map(_source, named))
    is_part = found is Reach.PART and not networks.is_one_for_everybody(named)
    return found if is_part or found is not Reach.PART else Reach.UNCLEAR


def of_destination(prefixes: Iterable[str], flow: Flow = INPUT) -> Reach:
    """Multicast groups are a part; an address of the host itself may be everything."""
    return _narrowest(map(_destination if flow.hook == "input" else _source, prefixes))


def _narrowest(parts: Iterable[Reach]) -> Reach:
    """Any one of several may hold, so the widest counts."""
    found = set(parts)
    return next((r for r in (Reach.ALL, Reach.UNCLEAR) if r in found), Reach.PART)


def _source(prefix: str) -> Reach:
    network = _network(prefix)
    if network is None:
        return Reach.UNCLEAR
    if network.prefixlen == 0:
        return Reach.ALL
    return Reach.UNCLEAR if network.prefixlen < 4 else Reach.PART


def _destination(prefix: str) -> Reach:
    network = _network(prefix)
    if network is None:
        return Reach.UNCLEAR
    if network.prefixlen == 0:
        return Reach.ALL
    inside = any(
        network.version == group.version and network.subnet_of(group)  # type: ignore[arg-type]
        for group in _MULTICAST
    )
    return Reach.PART if inside or str(network) == "255.255.255.255/32" else Reach.UNCLEAR


def prefixes_of(first: str, last: str) -> list[str]:
    """The prefixes that make up a range of addresses; the range itself where it is none."""
    try:
        ends = ipaddress.ip_address(first), ipaddress.ip_address(last)
        return [str(n) for n in ipaddress.summarize_address_range(*ends)]
    except (ValueError, TypeError):
        return [f"{first}-{last}"]


def _network(prefix: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(prefix, strict=False)
    except ValueError:
        return None


def port_range(text: str) -> tuple[int, int] | None:
    """A port, or a range as iptables writes it ("1024:65535", ":1023")."""
    found = re.fullmatch(r"([0-9]{0,5})(?:(:)([0-9]{0,5}))?", text)
    if not found or text in {"", ":"}:
        return (0, 65_535) if text == ":" else None
    low = int(found[1] or 0)
    return (low, int(found[3] or 65_535) if found[2] else low)
