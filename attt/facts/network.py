"""Fact `network.sysctls`: how the running kernel treats packets, interface by interface.

What counts on an interface follows from its own value and that of `all` as the kernel combines
them (include/linux/inetdevice.h, net/ipv6): IPv4 accepts redirects where `all` or the interface
says so, but where it forwards only if both do; sends redirects and logs martians where either
says so; obeys source routes where both say so; checks the reverse path by the higher of the two.
IPv6 looks at the interface alone for redirects and advertisements (a forwarding interface takes
neither, but for accept_ra 2), and at the lower of the two for source routes.

`ipv4` and `ipv6` are lists of interfaces; `default` stands for those that are still to come,
`lo` is left out. `ipv6` is empty where the kernel has no IPv6. Interfaces with IPv6 turned off are
left out of it.
"""

import re
from collections.abc import Mapping

from attt.facts import procsys
from attt.facts.kind import Answers, FactKind, Params, missed
from attt.facts.procsys import Values
from attt.model.answer import Obstacle
from attt.model.ask import Ask, Command
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, Integer, ListOf, Record, Text
from attt.model.value import Missing, Value

_GLOBAL = {
    "syn_cookies": "net/ipv4/tcp_syncookies",
    "ignores_broadcast_echo": "net/ipv4/icmp_echo_ignore_broadcasts",
    "ignores_bogus_errors": "net/ipv4/icmp_ignore_bogus_error_responses",
}
_V4 = (
    *("accept_redirects", "send_redirects", "accept_source_route", "rp_filter", "log_martians"),
    "forwarding",
)
_V6 = ("accept_redirects", "accept_source_route", "accept_ra", "forwarding", "disable_ipv6")
_NAMES = tuple(dict.fromkeys((*_V4, *_V6)))
_TREES = ("net/ipv4/conf", "net/ipv6/conf")
_INTERFACE = re.compile(r"/proc/sys/net/(ipv[46])/conf/([^/]+)/([a-z0-9_]+)")

Number = int | Missing | None
Settings = Mapping[str, Number]
"""The settings of one interface by their kernel names."""


def _asks(_params: Params) -> dict[str, Ask]:
    include = tuple(f"--include={name}" for name in _NAMES)
    return {
        "globals": Command(
            argv=("grep", "-H", ".", *(procsys.ROOT + path for path in _GLOBAL.values())),
            statuses=(0, 1, 2),
        ),
        "interfaces": Command(
            argv=("grep", "-r", *include, ".", *(procsys.ROOT + tree for tree in _TREES)),
            statuses=(0, 1, 2),
        ),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    read = procsys.read(answers["globals"])
    conf = procsys.read(answers["interfaces"])
    v4, v6 = _interfaces(conf, "ipv4"), _interfaces(conf, "ipv6")
    if not read.printed and not v4:
        gap = read.obstacle or conf.obstacle or Missing(Obstacle.FAILED, "/proc/sys/net")
        return missed(gap.obstacle, gap.detail)
    value: dict[str, Value] = {
        name: read.number(path) if read.printed else _gap(read) for name, path in _GLOBAL.items()
    }
    value["ipv4"] = _all_v4(v4) if "all" in v4 else _gap(conf)
    value["ipv6"] = _all_v6(v6) if "all" in v6 else _without_ipv6(conf, has_ipv4="all" in v4)
    return FactRead(value=value, assurance=Assurance.RUNNING)


def _gap(read: Values) -> Missing:
    return read.obstacle or Missing(Obstacle.FAILED, "/proc/sys/net")


def _without_ipv6(conf: Values, *, has_ipv4: bool) -> Value:
    """No interface at all, where the kernel has no IPv6; else it was not learnt."""
    said = conf.complaints.get(f"{procsys.ROOT}{_TREES[1]}")
    return () if has_ipv4 and said == "No such file or directory" else _gap(conf)


def _interfaces(conf: Values, family: str) -> dict[str, dict[str, Number]]:
    found: dict[str, dict[str, Number]] = {}
    for path, text in conf.printed.items():
        match = _INTERFACE.fullmatch(path)
        if match and match[1] == family:
            found.setdefault(match[2], {})[match[3]] = procsys.number(text.strip(), path)
    return found


def _all_v4(found: Mapping[str, Settings]) -> Value:
    return tuple(_v4(name, found["all"], own) for name, own in _own(found))


def _all_v6(found: Mapping[str, Settings]) -> Value:
    """Interfaces where IPv6 is on, or where that is not known."""
    own = ((name, one) for name, one in _own(found) if one.get("disable_ipv6") != 1)
    return tuple(_v6(name, found["all"], one) for name, one in own)


def _own(found: Mapping[str, Settings]) -> list[tuple[str, Settings]]:
    return [(name, found[name]) for name in sorted(found) if name not in {"all", "lo"}]


def _v4(name: str, every: Settings, own: Settings) -> dict[str, Value]:
    forwards = _is(own, "forwarding")
    redirects = _both(every, own, "accept_redirects")
    either = _either(every, own, "accept_redirects")
    accepts = forwards if isinstance(forwards, Missing) else redirects if forwards else either
    return {
        "name": name,
        "forwards": forwards,
        "accepts_redirects": accepts,
        "sends_redirects": _either(every, own, "send_redirects"),
        "accepts_source_route": _both(every, own, "accept_source_route"),
        "reverse_path": _higher(_number(every, "rp_filter"), _number(own, "rp_filter")),
        "logs_martians": _either(every, own, "log_martians"),
    }


def _v6(name: str, every: Settings, own: Settings) -> dict[str, Value]:
    forwards = _is(own, "forwarding")
    return {
        "name": name,
        "forwards": forwards,
        "accepts_redirects": _unless(forwards=forwards, wanted=_is(own, "accept_redirects")),
        "accepts_source_route": _both(every, own, "accept_source_route"),
        "accepts_advertisements": _advertisements(
            forwards=forwards, accept=_number(own, "accept_ra")
        ),
    }


def _advertisements(*, forwards: bool | Missing, accept: int | Missing) -> bool | Missing:
    """The value 2 is "even where it forwards"."""
    if isinstance(accept, Missing):
        return accept
    return accept == 2 or _unless(forwards=forwards, wanted=accept == 1)


def _unless(*, forwards: bool | Missing, wanted: bool | Missing) -> bool | Missing:
    """What is wanted counts only where the interface does not forward."""
    if wanted is False or forwards is True:
        return False
    return wanted if isinstance(wanted, Missing) else forwards or wanted


def _number(settings: Settings, name: str) -> int | Missing:
    found = settings.get(name)
    return Missing(Obstacle.FAILED, name) if found is None else found


def _is(settings: Settings, name: str) -> bool | Missing:
    found = _number(settings, name)
    return found if isinstance(found, Missing) else found > 0


def _both(every: Settings, own: Settings, name: str) -> bool | Missing:
    sides = (_is(every, name), _is(own, name))
    if False in sides:
        return False
    return next((one for one in sides if isinstance(one, Missing)), True)


def _either(every: Settings, own: Settings, name: str) -> bool | Missing:
    sides = (_is(every, name), _is(own, name))
    if True in sides:
        return True
    return next((one for one in sides if isinstance(one, Missing)), False)


def _higher(every: int | Missing, own: int | Missing) -> Value:
    if isinstance(every, Missing):
        return every
    return own if isinstance(own, Missing) else max(every, own)


_BOTH: Mapping[str, Text | Boolean] = {
    "name": Text(),
    "forwards": Boolean(),
    "accepts_redirects": Boolean(),
    "accepts_source_route": Boolean(),
}
SYSCTLS = FactKind(
    id="network.sysctls",
    title="How the running kernel treats network packets",
    shape=Record(
        {
            **{name: Integer(nullable=True) for name in _GLOBAL},
            "ipv4": ListOf(
                Record(
                    {
                        **_BOTH,
                        "sends_redirects": Boolean(),
                        "reverse_path": Integer(),
                        "logs_martians": Boolean(),
                    }
                )
            ),
            "ipv6": ListOf(Record({**_BOTH, "accepts_advertisements": Boolean()})),
        }
    ),
    asks=_asks,
    parse=_parse,
)
