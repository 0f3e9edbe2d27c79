"""Fact `ssh.sources`: what keeps strangers' addresses away from the OpenSSH server.

`ipv4_is_filtered`, `ipv6_is_filtered`: the host's packet filter turns away new connections to its ports
unless a rule names their source; `has_ipv6`. `accounts_are_limited`: every AllowUsers word names the
hosts that it comes from. `wrapper_is_limited`: hosts.allow and hosts.deny shut sshd to unnamed hosts
(only where Debian's and Ubuntu's sshd asks them). `listens`: `name` and `address` it waits on.
Absent where no SSH server is there. Sources: nft(8), iptables-save(8), sshd_config(5), hosts_access(5).
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from attt.facts import firewall, networks, sockets, sshd
from attt.facts.kind import Answers, FactKind, Params, text_of
from attt.facts.reach import Flow
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Privilege, ReadFile
from attt.model.fact import Assurance, Fact, FactMissed, FactRead
from attt.model.shape import Address, Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_WRAPPED = ("debian", "ubuntu")
_LISTEN = Record({"name": Text(), "address": Address()})
_SHAPE = Record(
    {
        "ipv4_is_filtered": Boolean(),
        "ipv6_is_filtered": Boolean(),
        "has_ipv6": Boolean(),
        "accounts_are_limited": Boolean(),
        "wrapper_is_limited": Boolean(),
        "listens": ListOf(_LISTEN),
    }
)
_ANYWHERE = re.compile(r"[*?.:%]*|0\.0\.0\.0/0|::/0")
_PARTS = {"ssh": sshd.SETTINGS.asks, "sockets": sockets.LISTENING.asks}


def _asks(_params: Params) -> dict[str, Ask]:
    parts = {f"{p}_{n}": ask for p, asks in _PARTS.items() for n, ask in asks({}).items()}
    return {
        **firewall.filter_asks(),
        **parts,
        "allow": ReadFile(path="/etc/hosts.allow", privilege=Privilege.ROOT, platforms=_WRAPPED),
        "deny": ReadFile(path="/etc/hosts.deny", privilege=Privilege.ROOT, platforms=_WRAPPED),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    daemon = sshd.SETTINGS.parse(_part("ssh", answers), {})
    if not (isinstance(daemon, FactRead) and isinstance(daemon.value, Mapping)):
        return daemon
    ports = daemon.value["port"]
    numbers = [p for p in ports if isinstance(p, int)] if isinstance(ports, tuple) else []
    filtered = [firewall.denied(answers, Flow(port=number)) for number in numbers]
    return FactRead(
        value={
            "ipv4_is_filtered": _all(one[4] for one in filtered),
            "ipv6_is_filtered": _all(one[6] for one in filtered),
            "has_ipv6": firewall.has_ipv6(answers["ipv6"]),
            "accounts_are_limited": _accounts(daemon.value["allowusers"]),
            "wrapper_is_limited": _wrapper(answers["allow"], answers["deny"]),
            "listens": _listens(answers),
        },
        assurance=Assurance.RUNNING,
    )


def _part(prefix: str, answers: Answers) -> dict[str, Answer]:
    return {name: answers[f"{prefix}_{name}"] for name in _PARTS[prefix]({})}


def _all(truths: Iterator[Value]) -> Value:
    found = list(truths)
    if False in found or not found:
        return False if found else Missing(Obstacle.IN_CONTEXT, "the ports of sshd")
    return next((one for one in found if isinstance(one, Missing)), True)


def _accounts(words: Value) -> Value:
    """`binh@10.0.0.0/8`: a word without a host, or with a host that fits all, limits nothing."""
    if not isinstance(words, tuple):
        return words if isinstance(words, Missing) else False
    hosts = [str(word).rpartition("@") for word in words if not isinstance(word, Missing)]
    are_named = all(at and not _ANYWHERE.fullmatch(host) for _, at, host in hosts)
    return bool(hosts) and are_named and not _are_everybody(host for _, _, host in hosts)


def _are_everybody(words: Iterable[str]) -> bool:
    """`128.` and `10.*` are networks by their beginning."""
    plain = [word.removesuffix("*") for word in words]
    starts = [
        f"{word}/{8 * word.count('.')}" for word in plain if re.fullmatch(r"(?:\d+\.)+", word)
    ]
    return networks.is_one_for_everybody([*plain, *starts])


def _wrapper(allow: Answer, deny: Answer) -> Value:
    """hosts.allow is read first, then hosts.deny; the first line that fits decides."""
    for answer in (allow, deny):
        if answer.obstacle is Obstacle.UNSUPPORTED:
            return False
        if answer.obstacle is not None:
            return Missing(answer.obstacle, answer.detail or "hosts_access")
    let_in = [word for clients, option in _entries(allow) if option != "deny" for word in clients]
    if _are_everybody(let_in):
        return False
    for answer, verdict in ((allow, "allow"), (deny, "deny")):
        for clients, option in _entries(answer):
            if "except" in clients:
                return Missing(Obstacle.IN_CONTEXT, "an exception of hosts_access")
            if {"all", "*"} & set(clients):
                return (option or verdict) == "deny"
    return False


def _entries(answer: Answer) -> Iterator[tuple[list[str], str]]:
    """The clients of each line on sshd, and the option that turns its meaning."""
    text = re.sub(r"\\\n", " ", text_of(answer)) if answer.exists else ""
    for line in text.lower().splitlines():
        if line.startswith("#"):
            continue
        daemons, _, rest = line.partition(":")
        if {"sshd", "all"} & set(re.split(r"[\s,]+", daemons.strip())):
            parts = re.split(r":(?![^\[]*\])", rest)
            words = {part.strip() for part in parts[1:]}
            option = next((word for word in ("allow", "deny") if word in words), "")
            yield [w for w in re.split(r"[\s,]+", parts[0].strip()) if w], option


def _listens(answers: Answers) -> Value:
    fact = sockets.LISTENING.parse(_part("sockets", answers), {})
    if isinstance(fact, FactMissed):
        return Missing(fact.obstacle, fact.detail)
    listed = fact.value["sockets"] if isinstance(fact, FactRead) and isinstance(
        fact.value, Mapping) else ()  # fmt: skip
    found: list[Value] = []
    for one in listed if isinstance(listed, tuple) else ():
        if not isinstance(one, Mapping):
            continue
        held = one["processes"]
        if isinstance(held, Missing):
            return held
        if isinstance(held, tuple) and {"sshd", "sshd-session"} & {str(name) for name in held}:
            found.append({"name": one["name"], "address": one["address"]})
        elif isinstance(held, tuple) and one["port"] == 22 and one["protocol"] == "tcp":
            found.append(Missing(Obstacle.IN_CONTEXT, f"who answers on {one['name']}"))
    return tuple(found) or Missing(Obstacle.IN_CONTEXT, "the addresses that sshd waits on")


SOURCES = FactKind(
    id="ssh.sources",
    title="Who can come to the SSH server",
    shape=_SHAPE,
    asks=_asks,
    parse=_parse,
    version=2,
)
