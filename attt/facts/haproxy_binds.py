"""Where HAProxy listens, and what each place gives to whoever comes.

Source: https://docs.haproxy.org/ (configuration manual, chapter 5.1, "stats", "redirect")
"""

import ipaddress
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from attt.facts import networks, web_ciphers
from attt.facts.haproxy_text import Line, Section
from attt.facts.web_host import Host
from attt.model.answer import Obstacle
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_ALL = ("SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3")
_SHOWN = {"TLSv1.0": "TLSv1"}
_NO = {"no-sslv3": 0, "no-tlsv10": 1, "no-tlsv11": 2, "no-tlsv12": 3, "no-tlsv13": 4}
_FORCE = {name.replace("no-", "force-"): at for name, at in _NO.items()}
_SAFE_SINCE = (2, 2)  # from this version on TLS 1.2 is the least by default
_CIPHERS = "DEFAULT"

SHAPE = Record(
    {
        "name": Text(),
        "is_exposed": Boolean(),
        "has_tls": Boolean(),
        "clear_text": Text(choices=("none", "redirected", "refused", "served")),
        "protocols": ListOf(Text()),
        "weak_ciphers": ListOf(Text()),
    }
)
STATS = Record({"name": Text(), "is_closed": Boolean(), "has_own_port": Boolean()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bind:
    """One address of a proxy with the options behind it."""

    proxy: Section
    address: str
    options: Line


def binds(proxy: Section) -> list[Bind]:
    """Where a proxy listens."""
    return [
        Bind(proxy=proxy, address=address, options=line[2:])
        for line in proxy.own("bind")
        if len(line) > 1
        for address in line[1].split(",")
    ]


def is_exposed(address: str) -> bool:
    """Whether an address is reached from elsewhere."""
    text = re.sub(r"^(?:ipv4|ipv6|tcp|tcp4|tcp6|udp|quic4|quic6)@", "", address)
    if text.startswith(("/", "unix@", "abns@", "fd@", "sockpair@")):
        return False
    host = text.rpartition(":")[0].strip("[]")
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host != "localhost"


def record(bind: Bind, general: Section, version: str, host: Host) -> Value:
    """One bind of the fact."""
    address, options = bind.address, bind.options
    has_tls = "ssl" in options or address.startswith("quic")
    exposed = is_exposed(address)
    return {
        "name": f"{bind.proxy.name} {address}",
        "is_exposed": exposed,
        "has_tls": has_tls,
        "clear_text": "none" if has_tls or not exposed else _clear_text(bind.proxy),
        "protocols": protocols(general, options, version),
        "weak_ciphers": _ciphers(general, options, host),
    }


def _clear_text(proxy: Section) -> Value:
    if (proxy.held("mode") or [("mode", "tcp")])[-1][1:2] != ("http",):
        return Missing(Obstacle.IN_CONTEXT, f"bytes passed on as they are: {proxy.name[:60]}")
    for line in proxy.lines:
        words = line[1:] if line[0] == "http-request" else line
        condition = _condition(words)
        if words[:1] == ("redirect",) and _to_https(words):
            unseen = Missing(
                Obstacle.IN_CONTEXT, f"a redirection on a condition: {proxy.name[:60]}"
            )
            return "redirected" if _is_for_all(condition) else unseen
        if line[:2] in {("http-request", "deny"), ("http-request", "reject")} and not condition:
            return "refused"
    return "served"


def _condition(words: Line) -> Line:
    at = next((n for n, word in enumerate(words) if word in {"if", "unless"}), len(words))
    return words[at:]


def _to_https(words: Line) -> bool:
    pairs = list(itertools.pairwise(words))
    return ("scheme", "https") in pairs or any(
        kind in {"prefix", "location"} and target.startswith("https://") for kind, target in pairs
    )


def _is_for_all(condition: Line) -> bool:
    """Without a condition, or with one that every request without TLS meets."""
    text = " ".join(condition)
    return text in {"", "unless { ssl_fc }", "if !{ ssl_fc }", "if ! { ssl_fc }"}


def protocols(general: Section, options: Line, version: str) -> Value:
    """The versions of TLS that a bind takes; names as OpenSSL spells them."""
    default = tuple(word for line in general.own("ssl-default-bind-options") for word in line[1:])
    words = (*default, *options)
    least, most = _limit(words, "ssl-min-ver"), _limit(words, "ssl-max-ver")
    forced = [at for word in words if (at := _FORCE.get(word)) is not None]
    if forced:
        least = most = forced[-1]
    off = set() if least is not None else {_NO[word] for word in words if word in _NO}
    if least is None:
        known = re.match(r"(\d+)\.(\d+)", version)
        if known is None:
            return Missing(Obstacle.NO_TOOL, "the version of HAProxy, whose default holds")
        least = 3 if (int(known[1]), int(known[2])) >= _SAFE_SINCE else 1
    top = len(_ALL) - 1 if most is None else most
    names = (name for at, name in enumerate(_ALL) if least <= at <= top and at not in off)
    return tuple(_SHOWN.get(name, name) for name in names)


def _limit(words: Line, name: str) -> int | None:
    found = [b for a, b in itertools.pairwise(words) if a == name and b in _ALL]
    return _ALL.index(found[-1]) if found else None


def _ciphers(general: Section, options: Line, host: Host) -> Value:
    own = [b for a, b in itertools.pairwise(options) if a == "ciphers"]
    said = own or [line[1] for line in general.own("ssl-default-bind-ciphers") if len(line) > 1]
    if not said and host.policy is not None:
        return web_ciphers.weak("PROFILE=SYSTEM", host.policy)
    return web_ciphers.weak(said[-1] if said else _CIPHERS, host.policy)


def stats_pages(proxies: Sequence[Section]) -> list[Value]:
    """The pages that tell of HAProxy itself: for whom, and whether they share a port."""
    found: list[Value] = []
    for proxy in proxies:
        at = binds(proxy)
        if not at or not (_has_stats(proxy) or _serves_metrics(proxy)):
            continue
        exposed = any(is_exposed(one.address) for one in at)
        serves = proxy.own("server") or proxy.held("default_backend") or proxy.held("use_backend")
        found.append(
            {
                "name": proxy.name,
                "is_closed": not exposed or _asks_for_login(proxy),
                "has_own_port": not serves,
            }
        )
    return found


def _has_stats(proxy: Section) -> bool:
    lines = [line for line in proxy.held("stats") if line[1:2] and line[1] != "refresh"]
    return any(
        line[1] in {"enable", "uri", "auth", "admin", "realm", "show-node"} for line in lines
    )


def _serves_metrics(proxy: Section) -> bool:
    return any("prometheus-exporter" in line for line in proxy.own("http-request", "use-service"))


def _asks_for_login(proxy: Section) -> bool:
    """A password for stats, or a rule before that refuses or asks for one."""
    if proxy.held("stats", "auth") and not _serves_metrics(proxy):
        return True
    rules = [*proxy.own("stats", "http-request"), *proxy.own("http-request")]
    rules = [line for line in rules if _is_for_some(line, proxy)]
    acting = [line[2] if line[0] == "stats" else line[1] for line in rules if len(line) > 2]
    return any(word in {"auth", "deny", "reject"} for word in acting) or any(
        line[2:3] == ("reject",) and _is_for_some(line, proxy)
        for line in proxy.own("tcp-request", "connection")
    )


def _is_for_some(rule: Line, proxy: Section) -> bool:
    """Whether it acts at all: one that spares sources which are everybody acts on nobody."""
    condition = _condition(rule)
    tests = [line[2:] for line in proxy.own("acl") if len(line) > 2 and line[1] in _bare(condition)]
    words = [*condition, *(word for test in tests for word in test)]
    is_sparing = condition[:1] == ("unless",) or any(word.startswith("!") for word in condition)
    sources = words if "src" in words else ()
    return not (is_sparing and networks.is_one_for_everybody(sources))


def _bare(condition: Line) -> set[str]:
    return {word.lstrip("!") for word in condition}
