"""Which addresses of a batch answer at all, told by a few ports before many are tried.

Silent addresses (switched off beyond a router, or behind a firewall that drops all) cost by far
the most: every try at every port waits. So they are told apart first and then scanned in haste.
"""

from collections.abc import Mapping

from attt.collect.scan.read import Seen

PORTS = "T:21-23,25,53,80,111,135,139,443,445,993,1433,3306,3389,5432,8080,8443"
_FEW = 200  # ports; so few are scanned whole without knocking


def is_worth_it(ports: str) -> bool:
    """Whether nmap's port text names so many ports that knocking first saves time."""
    ranges = ports.removeprefix("T:").split(",")
    return sum(_width(text) for text in ranges) > _FEW


def _width(text: str) -> int:
    first, _, last = text.partition("-")
    return int(last or first) - int(first) + 1


def silent(seen: Mapping[str, Seen]) -> frozenset[str]:
    """The addresses that let every knock go unanswered."""
    return frozenset(a for a, one in seen.items() if not one.is_up and not one.is_unreachable)
