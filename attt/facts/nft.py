"""What `nft -j list ruleset` prints, as chains: libnftables-json(5)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from attt.facts import reach
from attt.facts.kind import Unparsable
from attt.facts.netfilter import Chain, Reach, Rule, Table, Verdict
from attt.facts.reach import INPUT, Flow

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

_FAMILIES = {"ip": (4,), "ip6": (6,), "inet": (4, 6)}
_VERDICTS = {"accept": Verdict.ACCEPT, "drop": Verdict.DENY, "reject": Verdict.DENY}
_VERDICTS |= {"return": Verdict.RETURN}
_JUMPS = {"jump": Verdict.JUMP, "goto": Verdict.GOTO}
_ASIDE = frozenset({"queue", "tproxy"})
_SILENT = frozenset(
    {"counter", "log", "mangle", "flow", "ct helper", "ct timeout", "ct expectation", "last"}
)
_NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Eye:
    """How one family sees a table, for the traffic asked about.

    `sets` are its named sets that only somebody's hand can change.
    """

    family: int
    sets: Mapping[str, list[Json]]
    flow: Flow


def tables(text: str, flow: Flow = INPUT) -> dict[tuple[int, str], Table]:
    """Each awake table as each family sees it, by (4 or 6, name). Raises Unparsable."""
    objects = _objects(text)
    asleep = {
        (o.get("family"), o.get("name"))
        for kind, o in objects
        if kind == "table" and "dormant" in str(o.get("flags", ""))
    }
    found: dict[tuple[int, str], Table] = {}
    for kind, head in objects:
        name = str(head.get("name"))
        if kind == "table" and (head.get("family"), head.get("name")) not in asleep:
            for family in _FAMILIES.get(str(head.get("family")), ()):
                key = (family, f"{head.get('family')} {name}")
                found[key] = _table(str(head.get("family")), name, family, objects, flow)
    return found


def _objects(text: str) -> list[tuple[str, dict[str, Json]]]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unparsable("nft did not print JSON") from error
    listed = document.get("nftables") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise Unparsable("nft printed no ruleset")
    pairs = (pair for part in listed if isinstance(part, dict) for pair in part.items())
    return [(kind, value) for kind, value in pairs if isinstance(value, dict)]


def _table(
    word: str, name: str, family: int, objects: list[tuple[str, dict[str, Json]]], flow: Flow
) -> Table:
    mine = [(k, o) for k, o in objects if o.get("family") == word and o.get("table") == name]
    rules: dict[str, list[Rule]] = {}
    is_foreign = False
    eye = _Eye(family=family, sets=dict(_sets(mine)), flow=flow)
    for kind, part in mine:
        expressions = part.get("expr")
        if kind == "rule" and isinstance(expressions, list):
            is_foreign |= any(isinstance(e, dict) and "xt" in e for e in expressions)
            rules.setdefault(str(part.get("chain")), []).extend(_rules(expressions, eye))
    chains = {
        str(part.get("name")): Chain(
            rules=tuple(rules.get(str(part.get("name")), ())), policy=_policy(part, flow)
        )
        for kind, part in mine
        if kind == "chain"
    }
    return Table(
        family=family,
        backend="iptables-nft" if is_foreign else "nftables",
        chains=chains,
        is_whole=not is_foreign,
    )


def _sets(mine: list[tuple[str, dict[str, Json]]]) -> Iterator[tuple[str, list[Json]]]:
    for kind, part in mine:
        flags = part.get("flags")
        if kind == "set" and "dynamic" not in (flags if isinstance(flags, list) else [flags]):
            elements = part.get("elem", [])
            yield f"@{part.get('name')}", elements if isinstance(elements, list) else [None]


def _policy(chain: dict[str, Json], flow: Flow) -> Verdict | None:
    if chain.get("hook") != flow.hook or chain.get("type") != "filter":
        return None
    return Verdict.DENY if chain.get("policy") == "drop" else Verdict.ACCEPT


def _rules(expressions: list[Json], eye: _Eye) -> Iterator[Rule]:
    """The rules that one line makes; a verdict map makes one for each of its elements."""
    reaches: list[Reach] = []
    for expression in expressions:
        kind, body = _only(expression)
        if kind in _VERDICTS:
            yield Rule(verdict=_VERDICTS[kind], reach=reach.together(reaches))
        elif kind in _JUMPS:
            target = str(body.get("target")) if isinstance(body, dict) else ""
            yield Rule(verdict=_JUMPS[kind], reach=reach.together(reaches), target=target)
        elif kind == "vmap":
            yield from _mapped(body, reaches, eye)
        elif kind in _ASIDE:
            aside = reach.together([*reaches, Reach.UNCLEAR])
            yield Rule(verdict=Verdict.ACCEPT, reach=aside)
        elif kind not in _SILENT:
            found = _match(body, eye) if kind == "match" else Reach.UNCLEAR
            if found == _NEVER:
                return
            reaches.append(Reach(found))


def _only(expression: Json) -> tuple[str, Json]:
    if isinstance(expression, dict) and len(expression) == 1:
        return next(iter(expression.items()))
    return "", None


def _mapped(body: Json, reaches: list[Reach], eye: _Eye) -> Iterator[Rule]:
    key = body.get("key") if isinstance(body, dict) else None
    data = body.get("data") if isinstance(body, dict) else None
    elements = data.get("set") if isinstance(data, dict) else None
    if not isinstance(elements, list):
        yield Rule(verdict=Verdict.ACCEPT, reach=reach.together([*reaches, Reach.UNCLEAR]))
        return
    for element in elements:
        if isinstance(element, list) and len(element) == 2:
            match: Json = {"match": {"op": "==", "left": key, "right": element[0]}}
            yield from (
                Rule(verdict=r.verdict, reach=reach.together([*reaches, r.reach]), target=r.target)
                for r in _rules([match, element[1]], eye)
            )


def _match(body: Json, eye: _Eye) -> str:
    if not isinstance(body, dict):
        return Reach.UNCLEAR
    kind, left = _only(body.get("left"))
    key = str(left.get("key")) if isinstance(left, dict) else ""
    rights = _named(_flat(body.get("right")), eye)
    is_equal = body.get("op") in {"==", "in"}
    if kind == "meta" and key == "nfproto" and is_equal:
        return Reach.ALL if f"ipv{eye.family}" in [str(r) for r in rights] else _NEVER
    if kind == "payload" and isinstance(left, dict):
        protocol = left.get("protocol")
        if protocol == {4: "ip6", 6: "ip"}[eye.family]:
            return _NEVER
        name = str(left.get("field"))
        return _payload(str(protocol), name, rights, eye.flow) if is_equal else "unclear"
    return _plain(kind, key, [str(r) for r in rights], eye.flow) if is_equal else Reach.UNCLEAR


def _plain(kind: str, key: str, rights: list[str], flow: Flow) -> Reach:
    match kind, key:
        case "meta", "iif" | "iifname" | "oif" | "oifname":
            return reach.of_interface(rights)
        case "meta", "l4proto":
            return reach.of_protocols(rights, flow)
        case "meta", "pkttype":
            return Reach.PART if set(rights) <= {"multicast", "broadcast"} else Reach.UNCLEAR
        case "ct", "state":
            return reach.of_states(rights)
        case "ct", "status":
            return Reach.PART if set(rights) <= {"dnat", "snat", "expected"} else Reach.UNCLEAR
        case "ct", "helper":
            return Reach.PART
        case _:
            return Reach.UNCLEAR


def _payload(protocol: str, name: str, rights: list[Json], flow: Flow) -> Reach:
    if name == "dport":
        if flow.port is not None and protocol not in {"tcp", "th"}:
            return Reach.PART
        ranges = [_range(right) for right in rights]
        return reach.of_ports([r for r in ranges if r], flow) if all(ranges) else Reach.UNCLEAR
    if name == "saddr" and protocol in {"ip", "ip6"}:
        return reach.of_source([p for right in rights for p in _prefixes(right)], flow)
    if name == "daddr" and protocol in {"ip", "ip6"}:
        return reach.of_destination([p for right in rights for p in _prefixes(right)], flow)
    if name in {"protocol", "nexthdr"}:
        return reach.of_protocols([str(right) for right in rights], flow)
    is_narrow = protocol in {"icmp", "icmpv6", "igmp"} or (protocol, name) == ("ether", "saddr")
    return Reach.PART if is_narrow else Reach.UNCLEAR


def _flat(right: Json) -> list[Json]:
    kind, body = _only(right)
    if kind == "set":
        return body if isinstance(body, list) else [body]
    return right if isinstance(right, list) else [right]


def _named(rights: list[Json], eye: _Eye) -> list[Json]:
    """With the elements of named sets in place of their names; a set not known stays a name."""
    found: list[Json] = []
    for right in rights:
        elements = eye.sets.get(right) if isinstance(right, str) else None
        found += [right] if elements is None else [_element(element) for element in elements]
    return found


def _element(element: Json) -> Json:
    kind, body = _only(element)
    return body.get("val") if kind == "elem" and isinstance(body, dict) else element


def _range(right: Json) -> tuple[int, int] | None:
    """None for what is no port and no range of ports."""
    kind, body = _only(right)
    if kind == "range" and isinstance(body, list) and len(body) == 2:
        low, high = body
        if isinstance(low, int) and isinstance(high, int):
            return (low, high)
    return (right, right) if isinstance(right, int) else None


def _prefixes(right: Json) -> list[str]:
    """The prefixes of addresses that are meant; what is none of them can't be weighed."""
    kind, body = _only(right)
    if kind == "prefix" and isinstance(body, dict):
        return [f"{body.get('addr')}/{body.get('len')}"]
    if kind == "range" and isinstance(body, list) and len(body) == 2:
        return reach.prefixes_of(str(body[0]), str(body[1]))
    return [str(right)]
