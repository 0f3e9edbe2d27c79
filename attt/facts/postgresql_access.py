"""Who may come to a PostgreSQL cluster, from where and how, by the lines of pg_hba.conf.

The first line that fits a connection decides, so a line is left out that can never be reached
because a line before it refuses everything that it would let in. Source: the PostgreSQL manual,
"The pg_hba.conf File".
"""

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from attt.facts import networks
from attt.model.answer import Obstacle
from attt.model.shape import Boolean, Integer, Record, Text
from attt.model.value import Missing, Value

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_NEVER = "record cannot match"
_PASSWORDS = frozenset({"scram-sha-256", "md5", "password"})
_PLAIN = frozenset({"host", "hostnossl", "hostnogssenc"})
_OWN = (ipaddress.ip_network("127.0.0.1/32"), ipaddress.ip_network("::1/128"))
_ANYWHERE = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))

SHAPE = Record(
    {
        "name": Text(),
        "line": Integer("line"),
        "kind": Text(),
        "method": Text(),
        "is_local": Boolean(),
        "is_everywhere": Boolean(),
        "is_for_all": Boolean(),
        "is_plain": Boolean(),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line as the server understood it; `networks` is empty where a name stands for it."""

    number: int
    kind: str
    databases: frozenset[str]
    users: frozenset[str]
    address: str
    networks: tuple[_Network, ...]
    method: str

    @property
    def is_local(self) -> bool:
        """Whether it lets in from this host alone."""
        nets = self.networks
        return self.kind == "local" or (bool(nets) and all(_is_loopback(n) for n in nets))

    def refuses(self, later: "Line", user: str = "") -> bool:
        """Whether it refuses everybody, or `user` at least, in all that the later line lets in to.

        The word `all` is not for connections of replication.
        """
        wanted = {"replication"} & later.databases
        wanted |= {"all"} if later.databases - {"replication"} else set()
        is_whole = wanted <= self.databases and bool({"all", user} & self.users)
        return self.method == "reject" and is_whole


def _is_shut(line: Line, before: list[Line], kinds: frozenset[str], user: str = "") -> bool:
    """Whether lines before, of these kinds, refuse all that this one would let in."""
    walls = [one for one in before if one.refuses(line, user) and one.kind in kinds]
    if line.kind == "local":
        return any(one.kind == "local" for one in walls)
    nets = [net for one in walls for net in one.networks]
    return all(any(_within(n, net) for net in nets) for n in line.networks or _ANYWHERE)


def lines(rules: Iterable[Mapping[str, Any]] | None) -> list[Line] | Missing:
    """The lines in their order that can be reached; Missing where the server refuses its file."""
    found: list[Line] = []
    for rule in rules or ():
        if _NEVER in str(rule.get("error")):  # only a warning: the line is kept and fits nothing
            continue
        if rule.get("error"):
            return Missing(Obstacle.CONTRADICTED, "pg_hba.conf has errors: older rules still run")
        line = _line(rule)
        if not _is_shut(line, found, frozenset({"host", line.kind})):
            found.append(line)
    return found


def is_together_everywhere(found: Iterable[Line]) -> bool:
    """Whether the lines for every account and database let in everybody, taken all together."""
    nets = [net for one in found if _lets_all_in(one) for net in one.networks]
    return networks.are_for_everybody(nets)


def _lets_all_in(line: Line) -> bool:
    is_whole = "all" in line.users and bool({"all", "replication"} & line.databases)
    return is_whole and line.method != "reject"


def record(line: Line, before: list[Line], *, is_one_of_many: bool = False) -> dict[str, Value]:
    """A line for rules to judge; `is_one_of_many`: such lines together are for everybody."""
    words = (line.kind, _said(line.databases), _said(line.users), line.address, line.method)
    wide = networks.are_for_everybody(line.networks)
    wide |= is_one_of_many and not line.is_local and _lets_all_in(line) and bool(line.networks)
    lets_plain = line.kind in _PLAIN and line.method not in {"reject", "cert"}
    return {
        "name": " ".join(word for word in words if word)[:160],
        "line": line.number,
        "kind": line.kind,
        "method": line.method,
        "is_local": line.is_local,
        "is_everywhere": wide and line.method != "reject",
        "is_for_all": "all" in line.users and bool({"all", "replication"} & line.databases),
        "is_plain": lets_plain
        and not line.is_local
        and not _is_shut(line, before, frozenset({"host", "hostnossl"})),
    }


def lets_in(found: list[Line], name: str, *, has_password: bool) -> bool:
    """Whether some line lets this account in from other hosts."""
    for at, line in enumerate(found):
        if line.is_local or line.method == "reject" or not _is_for(line, name):
            continue
        if _is_shut(line, found[:at], frozenset({"host", line.kind}), name):
            continue
        if has_password or line.method not in _PASSWORDS:
            return True
    return False


def _is_for(line: Line, name: str) -> bool:
    """A group or a pattern may hold every account."""
    return any(user in {"all", name} or user[:1] in {"+", "/"} for user in line.users)


def _line(rule: Mapping[str, Any]) -> Line:
    number = rule.get("line_number")
    return Line(
        number=number if isinstance(number, int) else 0,
        kind=str(rule.get("type")),
        databases=_words(rule.get("database")),
        users=_words(rule.get("user_name")),
        address=_address(rule),
        networks=_networks(rule),
        method=str(rule.get("auth_method")),
    )


def _words(value: object) -> frozenset[str]:
    return frozenset(str(one) for one in value) if isinstance(value, list) else frozenset()


def _address(rule: Mapping[str, Any]) -> str:
    address, mask = rule.get("address"), rule.get("netmask")
    if not address:
        return ""
    try:
        return str(ipaddress.ip_network(f"{address}/{_bits(mask)}", strict=False))
    except ValueError:
        return str(address)


def _bits(mask: object) -> int | str:
    """The length of a mask; Python itself reads only those of IPv4."""
    text = str(mask)
    if ":" not in text:
        return text
    return int(ipaddress.IPv6Address(text)).bit_count()


def _networks(rule: Mapping[str, Any]) -> tuple[_Network, ...]:
    """Nothing for a socket of this host, and for names, which may be any hosts."""
    match rule.get("address"):
        case None:
            return ()
        case "all":
            return _ANYWHERE
        case "samehost":
            return _OWN
        case _:
            try:
                return (ipaddress.ip_network(_address(rule), strict=False),)
            except ValueError:
                return ()


def _is_loopback(network: _Network) -> bool:
    return network.is_loopback and network.prefixlen >= 8


def _within(inner: _Network, outer: _Network) -> bool:
    return inner.version == outer.version and inner.subnet_of(outer)  # type: ignore[arg-type]


def _said(words: frozenset[str]) -> str:
    return ",".join(sorted(words))
