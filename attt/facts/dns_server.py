"""Fact `dns.servers`: the name servers of this host and what they do for whom.

One record a server: `name` (named, unbound, dnsmasq), `is_reachable`, `recurses` (it looks names up
for others), `recurses_for_all` (for strangers too), `gives_zones_to_all` (whole zones), `hides_version`,
`checks_signatures` (DNSSEC), `filters_names` (names can be refused by a list), `logs_queries`.
Other name servers, and one that has not read the last change of its files, leave missing values. Absent where none is there.
Sources: named.conf(5), unbound.conf(5), dnsmasq(8).
"""

from collections.abc import Callable

from attt.facts import bind, daemons, dns_reading, dnsmasq, unbound
from attt.facts.daemons import Daemon, Process, Seen
from attt.facts.kind import Answers, FactKind, Params
from attt.facts.stat import parse as parse_stat
from attt.model.ask import Ask
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_READERS: dict[str, Callable[[Process | None, Answers], dict[str, Value] | Missing]] = {
    "named": bind.settings,
    "unbound": unbound.settings,
    "dnsmasq": dnsmasq.settings,
}
DAEMON = Daemon(
    programs=tuple(f"/usr/sbin/{name}" for name in _READERS),
    processes=frozenset(_READERS),
    units=(
        "named.service",
        "bind9.service",
        "named-chroot.service",
        "unbound.service",
        "dnsmasq.service",
    ),
    ports=frozenset({"53/tcp", "53/udp"}),
)
_SETTINGS = (
    *("recurses", "recurses_for_all", "gives_zones_to_all", "hides_version"),
    *("checks_signatures", "filters_names", "logs_queries"),
)
_SERVER = Record({"name": Text(), "is_reachable": Boolean(), **dict.fromkeys(_SETTINGS, Boolean())})


def _asks(_params: Params) -> dict[str, Ask]:
    servers = {**bind.ASKS, **unbound.ASKS, **dnsmasq.ASKS}
    return {**daemons.asks(DAEMON), **servers, **dns_reading.ASKS}


def _parse(answers: Answers, _params: Params) -> Fact:
    seen = daemons.look(DAEMON, answers)
    if not isinstance(seen, Seen):
        return seen
    servers: list[Value] = [*seen.gaps]
    running: list[tuple[str, Process | None]] = [*_running(seen)]
    for name, process in running or _there(seen, answers):
        late = dns_reading.late(name, answers) if process else None
        read = late or _READERS[name](process, answers)
        fields = dict.fromkeys(_SETTINGS, read) if isinstance(read, Missing) else read
        servers.append({"name": name, "is_reachable": seen.is_reachable(name), **fields})
    return FactRead(value={"servers": tuple(servers)}, assurance=Assurance.RESOLVED)


def _running(seen: Seen) -> list[tuple[str, Process | None]]:
    """Each server once a command line: a second process of the same words is its own child."""
    found = {(one.name, one.words): one for one in seen.processes}
    return [(one.name, one) for one in found.values()]


def _there(seen: Seen, answers: Answers) -> list[tuple[str, Process | None]]:
    if seen.gaps:
        return []
    looked = parse_stat(answers["programs"])
    return [(name, None) for name in _READERS if f"/usr/sbin/{name}" in looked.found]


DNS = FactKind(
    id="dns.servers",
    title="Name servers",
    shape=Record({"servers": ListOf(_SERVER)}),
    asks=_asks,
    parse=_parse,
    version=2,
)
