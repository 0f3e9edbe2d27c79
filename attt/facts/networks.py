"""Sets of IP addresses as access lists name them, and whether they hold strangers.

Whoever writes 0.0.0.0/1 and 128.0.0.0/1, or a few blocks of whole continents, lets in everybody as
well as one who writes 0.0.0.0/0. So it is counted how many addresses of the Internet a list holds.
Source: the IANA address registries (what is unicast, and that its blocks of IPv6 lie in 2000::/3).
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Range = tuple[int, int]
"""First and last address, both inside."""

BITS = {4: 32, 6: 128}
_UNICAST: dict[int, Range] = {4: (0, (224 << 24) - 1), 6: (1 << 125, (1 << 126) - 1)}
_MANY = {4: 1 << 29, 6: 1 << 117}  # a /3; of IPv6 two blocks of a whole continent


def network(text: str) -> Network | None:
    """An address or network, as 10.0.0.0/8, 10.0.0.0/255.0.0.0, 10/8 or [::1]; None if it is none."""
    address, slash, length = text.replace("[", "").replace("]", "").partition("/")
    if re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{1,3}){0,2}\.?", address) and slash:
        address = ".".join([*(part for part in address.split(".") if part), "0", "0", "0"][:4])
    if ":" in length:
        try:
            length = str(int(ipaddress.IPv6Address(length)).bit_count())
        except ValueError:
            return None
    try:
        return ipaddress.ip_network(f"{address}{slash}{length}", strict=False)
    except ValueError:
        return None


def ranges(networks: Iterable[Network], version: int) -> list[Range]:
    """Those of one version as ranges, in order and without overlap."""
    return joined(
        (int(one.network_address), int(one.broadcast_address))
        for one in networks
        if one.version == version
    )


def joined(found: Iterable[Range]) -> list[Range]:
    """Ranges in order, those that overlap or touch made one."""
    whole: list[Range] = []
    for first, last in sorted(found):
        if whole and first <= whole[-1][1] + 1:
            whole[-1] = (whole[-1][0], max(last, whole[-1][1]))
        else:
            whole.append((first, last))
    return whole


def without(found: Iterable[Range], gone: Iterable[Range]) -> list[Range]:
    """What of the first is not in the second."""
    left = list(found)
    for first, last in gone:
        left = [part for one in left for part in _cut(one, first, last)]
    return joined(left)


def _cut(one: Range, first: int, last: int) -> Iterator[Range]:
    before, after = (one[0], min(one[1], first - 1)), (max(one[0], last + 1), one[1])
    yield from (part for part in (before, after) if part[0] <= part[1])


def hold_everybody(found: Iterable[Range], version: int) -> bool:
    """Whether these ranges of IPv4 or IPv6 hold so many addresses that they limit nobody."""
    low, high = _UNICAST[version]
    sizes = (min(last, high) - max(first, low) + 1 for first, last in joined(found))
    return sum(size for size in sizes if size > 0) >= _MANY[version]


def are_for_everybody(networks: Iterable[Network]) -> bool:
    """Whether these networks together are (nearly) all of IPv4 or of IPv6."""
    listed = list(networks)
    return any(hold_everybody(ranges(listed, version), version) for version in BITS)


def is_one_for_everybody(words: Iterable[str]) -> bool:
    """The same of the words of an access list; what is no network counts as nothing."""
    return are_for_everybody(one for word in words if (one := network(word)) is not None)
