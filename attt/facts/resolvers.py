"""Fact `dns.resolvers`: which servers this host asks for names, behind any forwarder of its own.

`resolvers`, one record a server: `name` and `address` (alike), `through` (who asks it: the programs
themselves, systemd-resolved, dnsmasq, named). A forwarder on this host gives way to the servers that
it asks; one that asks the world itself stands as 127.0.0.1. Empty where none is set: the C library
then asks this host. Sources: resolv.conf(5), systemd-resolved(8), named.conf(5), dnsmasq(8).
"""

import ipaddress
import re

from attt.facts import bind, daemons, dns_reading, dns_server, dnsmasq
from attt.facts.daemons import Process, Seen
from attt.facts.kind import Answers, FactKind, Params, obstacle_of, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, ReadFile
from attt.model.fact import Assurance, Fact, FactAbsent, FactMissed, FactRead
from attt.model.shape import Address, ListOf, Record, Text
from attt.model.value import Missing, Value

_UPSTREAM = "/run/systemd/resolve/resolv.conf"
_STUBS = frozenset({"127.0.0.53", "127.0.0.54"})
_SERVER = Record({"name": Text(), "address": Address(), "through": Text()})


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        **daemons.asks(dns_server.DAEMON),
        **dns_reading.ASKS,
        **bind.ASKS,
        **dnsmasq.ASKS,
        "resolv": ReadFile(path="/etc/resolv.conf"),
        "upstream": ReadFile(path=_UPSTREAM),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    if (obstacle := obstacle_of(answers["resolv"])) is not None:
        return obstacle
    asked = _servers(answers["resolv"]) if answers["resolv"].exists else []
    found: list[Value] = []
    for address in asked or ["127.0.0.1"]:
        found += _behind(address, answers)
    unique = {repr(one): one for one in found}
    return FactRead(value={"resolvers": tuple(unique.values())}, assurance=Assurance.RESOLVED)


def _servers(answer: Answer) -> list[str]:
    lines = re.findall(r"(?m)^[ \t]*nameserver[ \t]+(\S+)", text_of(answer))
    plain = [line.split("%", 1)[0] for line in lines]
    return list(dict.fromkeys(plain))[:8]


def _behind(address: str, answers: Answers) -> list[Value]:
    try:
        is_own = ipaddress.ip_address(address).is_loopback
    except ValueError:
        return [Missing(Obstacle.OUT_OF_TYPE, f"no address of a name server: {address[:40]}")]
    if not is_own:
        return [_record(address, "resolv.conf")]
    if address in _STUBS:
        return _of_resolved(answers["upstream"])
    return _of_forwarder(answers)


def _record(address: str, through: str) -> Value:
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return Missing(Obstacle.OUT_OF_TYPE, f"no address of a name server: {address[:40]}")
    return {"name": address, "address": address, "through": through}


def _of_resolved(answer: Answer) -> list[Value]:
    """The file in which systemd-resolved keeps the servers of all links (systemd-resolved(8))."""
    if answer.obstacle is not None or not answer.exists:
        why = answer.obstacle or Obstacle.IN_CONTEXT
        return [Missing(why, "the servers that systemd-resolved asks")]
    found = [_record(address, "systemd-resolved") for address in _servers(answer)]
    return found or [Missing(Obstacle.IN_CONTEXT, "systemd-resolved names no server")]


def _of_forwarder(answers: Answers) -> list[Value]:
    seen = daemons.look(dns_server.DAEMON, answers)
    if isinstance(seen, FactMissed):
        return [Missing(seen.obstacle, seen.detail)]
    if isinstance(seen, FactAbsent) or not seen.is_running:
        return [Missing(Obstacle.IN_CONTEXT, "nobody known answers on this host itself")]
    upstream = _upstreams(seen, answers)
    if isinstance(upstream, Missing):
        return [upstream]
    name, addresses = upstream
    return [_record(address, name) for address in addresses]


def _is_mute(process: Process, answers: Answers) -> bool:
    """Dnsmasq that only leases addresses: port=0."""
    said = dnsmasq.said(process, answers) if process.name == "dnsmasq" else Missing(Obstacle.FAILED)
    return not isinstance(said, Missing) and said.get("port", ("53",))[-1] == "0"


def _upstreams(seen: Seen, answers: Answers) -> tuple[str, tuple[str, ...]] | Missing:
    kinds = {one.name for one in seen.processes if not _is_mute(one, answers)}
    if seen.gaps or len(kinds) != 1:
        return Missing(
            Obstacle.IN_CONTEXT, "which name server of this host answers its own programs"
        )
    if late := dns_reading.late(min(kinds), answers):
        return late
    if kinds == {"named"}:
        said = bind.upstreams(answers)
        return said if isinstance(said, Missing) else ("named", said or ("127.0.0.1",))
    if kinds == {"dnsmasq"}:
        asked = dnsmasq.upstreams(seen.of("dnsmasq")[0], answers)
        return asked if isinstance(asked, Missing) else ("dnsmasq", asked)
    return Missing(Obstacle.UNSUPPORTED, "the servers that unbound asks")


RESOLVERS = FactKind(
    id="dns.resolvers",
    title="Servers that this host asks for names",
    shape=Record({"resolvers": ListOf(_SERVER)}),
    asks=_asks,
    parse=_parse,
    version=2,
)
