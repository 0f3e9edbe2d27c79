"""Fact `packages.servers`: which servers this host gets its packages and patches from.

`servers`: one record a package source that is switched on: `name`, `host` (in small letters;
"local" for files and discs) and `through`, the proxy that is asked in its place, or null.
`managers`: `name` (landscape, rhsm, uyuni) and `host` of the patch management that this host is
registered with, as its client's settings say.
Sources: sources.list(5), apt.conf(5), apt-transport-http(1), dnf.conf(5), rhsm.conf(5),
landscape-config(1), the SUSE Manager client.
"""

import re
from collections.abc import Mapping

from attt.facts import apt_config, package_sources
from attt.facts.kind import Answers, FactKind, Params, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, ReadFile
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import ListOf, Record, Text
from attt.model.value import Missing, Value

_URL = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/@\s]*@)?(\[[0-9A-Fa-f:.]+\]|[^/:\s]+)", re.IGNORECASE)
_MANAGERS = {
    "landscape": ("/etc/landscape/client.conf", r"(?mi)^[ \t]*url[ \t]*[=:][ \t]*(\S+)"),
    "rhsm": ("/etc/rhsm/rhsm.conf", r"(?mi)^[ \t]*hostname[ \t]*[=:][ \t]*(\S+)"),
    "uyuni": ("/etc/venv-salt-minion/minion.d/susemanager.conf", r"(?mi)^[ \t]*master:[ \t]*(\S+)"),
}
_LOCAL = frozenset({"file", "cdrom", "copy", "dir", "cd", "dvd", "hd", "iso"})
SHAPE = Record(
    {
        "servers": ListOf(
            Record({"name": Text(), "host": Text(), "through": Text(nullable=True)}),
        ),
        "managers": ListOf(Record({"name": Text(), "host": Text()})),
    }
)


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        **package_sources.SOURCES.asks({}),
        **{name: ReadFile(path=path, redact="settings") for name, (path, _) in _MANAGERS.items()},
    }


def _parse(answers: Answers, params: Params) -> Fact:
    fact = package_sources.SOURCES.parse(answers, params)
    if not isinstance(fact, FactRead) or not isinstance(fact.value, Mapping):
        return fact
    sources = fact.value["sources"]
    proxy = _proxy(answers["apt"]) if fact.value["manager"] == "apt" else None
    value: Value = {
        "servers": tuple(
            one if isinstance(one, Missing) else _server(one, proxy)
            for one in (sources if isinstance(sources, tuple) else ())
            if isinstance(one, Missing | Mapping)
        ),
        "managers": tuple(found for name in _MANAGERS for found in _manager(name, answers[name])),
    }
    return FactRead(value=value, assurance=Assurance.RESOLVED)


def _server(source: Mapping[str, Value], proxy: Value) -> Value:
    address = str(source["address"])
    transport = address.partition(":")[0].lower()
    found = _URL.match(address)
    host: Value = found[1].strip("[]").lower() if found else None
    if transport in _LOCAL:
        host = "local"
    elif host is None:
        host = Missing(Obstacle.IN_CONTEXT, f"the server of {address[:80]}")
    through = proxy if transport in {"http", "https"} else None
    return {"name": source["name"], "host": host, "through": through}


def _proxy(answer: Answer) -> Value:
    """The host of apt's proxy for all sources; one that holds for some of them can't be told."""
    settings = apt_config.read(answer)
    if isinstance(settings, Missing):
        return settings
    names = ("Acquire::http::Proxy", "Acquire::https::Proxy")
    said = [settings.text(name) for name in names]
    if settings.text("Acquire::http::Proxy-Auto-Detect") or settings.text(
        "Acquire::http::ProxyAutoDetect"
    ):
        return Missing(Obstacle.IN_CONTEXT, "a program tells apt its proxy")
    found = [_URL.match(one) for one in said if one]
    return found[0][1].strip("[]").lower() if found and found[0] else None


def _manager(name: str, answer: Answer) -> list[Value]:
    if answer.obstacle is not None:
        return [Missing(answer.obstacle, answer.detail or name)]
    said = re.search(_MANAGERS[name][1], text_of(answer)) if answer.exists else None
    if said is None:
        return []
    url = _URL.match(said[1])
    return [{"name": name, "host": (url[1] if url else said[1]).strip("[]").lower()}]


SERVERS = FactKind(
    id="packages.servers",
    title="Servers that packages and patches come from",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
)
