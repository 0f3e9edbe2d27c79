"""Fact `firewall.host`: what the kernel's packet filter does with what comes to this host.

`active` (anything that comes in is turned away), `ipv4_default_deny` and `ipv6_default_deny`
(what no rule names is turned away; a chain with policy drop, or one that ends in an unconditional
drop or reject), `has_ipv6` (an interface besides lo has an IPv6 address), `backends` (nftables,
iptables-nft, iptables-legacy: who holds rules) and `managers` (ufw, firewalld: whose rules they
are). `is_kept` is whether one starts at boot, too (firewall_kept.py). From the rules in the kernel: nft(8), iptables-save(8), which load no module.

A rule that accepts everything from one interface, or by a condition that can't be weighed, makes
default deny missing (in_context). A filter that could not be looked at never makes "not active".
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from attt.facts import firewall_kept, iptables, nft
from attt.facts.kind import Answers, FactKind, Params, missed, text_of
from attt.facts.netfilter import Fate, Table, denies, filters, first
from attt.facts.reach import INPUT, Flow
from attt.model.answer import Answer, Obstacle
from attt.model.ask import MIB, Ask, Command, Privilege
from attt.model.fact import Assurance, Fact, FactRead, Origin
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_SAVES = {"iptables": 4, "ip6tables": 6, "iptables-legacy": 4, "ip6tables-legacy": 6}
_LEGACY_TABLES = ("/proc/net/ip_tables_names", "/proc/net/ip6_tables_names")
_GONE = "No such file or directory"

SHAPE = Record(
    {
        "active": Boolean(),
        "ipv4_default_deny": Boolean(),
        "ipv6_default_deny": Boolean(),
        "has_ipv6": Boolean(),
        "backends": ListOf(Text(choices=("nftables", "iptables-nft", "iptables-legacy"))),
        "managers": ListOf(Text(choices=("ufw", "firewalld"))),
        "is_kept": Boolean(),
    }
)


def filter_asks() -> dict[str, Ask]:
    """What the rules in the kernel are read from."""
    root, cap = Privilege.ROOT, 4 * MIB
    saves = {
        name: Command(argv=(f"/usr/sbin/{name}-save",), privilege=root, cap_bytes=cap)
        for name in _SAVES
    }
    return {
        "nft": Command(
            argv=("/usr/sbin/nft", "-j", "list", "ruleset"), privilege=root, cap_bytes=cap
        ),
        **saves,
        "legacy_tables": Command(
            argv=("/bin/cat", *_LEGACY_TABLES), privilege=root, statuses=(0, 1)
        ),
        "modules": Command(argv=("cat", "/proc/modules"), statuses=(0, 1)),
        "ipv6": Command(argv=("cat", "/proc/net/if_inet6"), statuses=(0, 1)),
    }


def _asks(_params: Params) -> dict[str, Ask]:
    return {**filter_asks(), **firewall_kept.ASKS}


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """The tables that were seen, and why others may be there that were not."""

    tables: tuple[Table, ...]
    unseen: Missing | None


def _parse(answers: Answers, _params: Params) -> Fact:
    view = _view(answers)
    if not view.tables and view.unseen is not None:
        return missed(view.unseen.obstacle, view.unseen.detail)
    is_filtering = any(filters(table) for table in view.tables)
    return FactRead(
        value={
            "active": True if is_filtering else view.unseen or False,
            "ipv4_default_deny": _default_deny(view, 4),
            "ipv6_default_deny": _default_deny(view, 6),
            "has_ipv6": has_ipv6(answers["ipv6"]),
            "backends": tuple(
                sorted({table.backend for table in view.tables if _holds_rules(table)})
            ),
            "managers": _managers(view.tables, answers["nft"]),
            "is_kept": firewall_kept.is_kept(answers),
        },
        assurance=Assurance.RUNNING,
        origin=Origin.EXPLICIT if is_filtering else Origin.UNKNOWN,
    )


def _holds_rules(table: Table) -> bool:
    return filters(table) or any(chain.rules for chain in table.chains.values())


def _told_better(
    in_nft: Mapping[tuple[int, str], Table], saved: Mapping[str, Table]
) -> dict[tuple[int, str], Table]:
    """Tables that iptables made, as its own program tells them; nft hides their matches.

    What that program prints of a table which somebody else made is not to be relied on.
    """
    keys = {
        name: (t.family, f"{'ip' if t.family == 4 else 'ip6'} {name}") for name, t in saved.items()
    }
    return {
        keys[name]: table
        for name, table in saved.items()
        if keys[name] not in in_nft or "INPUT" in in_nft[keys[name]].chains
    }


def _view(answers: Answers, flow: Flow = INPUT) -> _View:
    in_nft = nft.tables(text_of(answers["nft"]), flow) if answers["nft"].obstacle is None else {}
    legacy: list[Table] = []
    for name, family in _SAVES.items():
        if answers[name].obstacle is not None:
            continue
        text = text_of(answers[name])
        if iptables.is_nft(text):
            saved = iptables.tables(text, family, "iptables-nft", flow)
            in_nft.update(_told_better(in_nft, saved))
        else:
            legacy += iptables.tables(text, family, "iptables-legacy", flow).values()
    unseen = _unseen_nft(answers) or _unseen_legacy(answers)
    return _View(tables=(*in_nft.values(), *legacy), unseen=unseen)


def _unseen_nft(answers: Answers) -> Missing | None:
    answer = answers["nft"]
    if answer.obstacle is None:
        return None
    loaded = _modules(answers["modules"])
    if answer.obstacle is Obstacle.NO_TOOL and loaded and "nf_tables" not in loaded:
        return None
    return Missing(answer.obstacle, answer.detail or "nft")


def _unseen_legacy(answers: Answers) -> Missing | None:
    """Legacy tables that stand in the kernel and that no program showed."""
    seen = [
        answers[name].obstacle is None and not iptables.is_nft(text_of(answers[name]))
        for name in ("iptables-legacy", "ip6tables-legacy")
    ]
    by_default = [
        answers[name].obstacle is None
        and "Generated by" in text_of(answers[name])
        and not iptables.is_nft(text_of(answers[name]))
        for name in ("iptables", "ip6tables")
    ]
    if all(one or other for one, other in zip(seen, by_default, strict=True)):
        return None
    names = answers["legacy_tables"]
    stderr = names.stderr.decode("utf-8", errors="replace")
    if names.obstacle is not None:
        return Missing(names.obstacle, names.detail or _LEGACY_TABLES[0])
    is_complete = names.status == 0 or stderr.count(_GONE) == len(stderr.splitlines()) > 0
    if is_complete and not text_of(names).strip():
        return None
    return Missing(Obstacle.NO_TOOL, "iptables-legacy-save")


def _modules(answer: Answer) -> frozenset[str]:
    """Names of the loaded modules; empty where the kernel does not tell or loads none."""
    if answer.obstacle is not None or answer.status != 0:
        return frozenset()
    return frozenset(line.split(" ", 1)[0] for line in text_of(answer).splitlines())


def denied(answers: Answers, flow: Flow) -> dict[int, Value]:
    """By family (4, 6): whether what is asked about is turned away unless a rule narrows it."""
    view = _view(answers, flow)
    if not view.tables and view.unseen is not None:
        return dict.fromkeys((4, 6), view.unseen)
    return {family: _default_deny(view, family) for family in (4, 6)}


def _default_deny(view: _View, family: int) -> Value:
    match first(denies(table) for table in view.tables if table.family == family):
        case Fate.DENIED:
            return True
        case Fate.UNCLEAR:
            detail = "a rule accepts by a condition that can't be weighed, such as an interface"
            return Missing(Obstacle.IN_CONTEXT, detail)
        case _:
            return view.unseen or False


def has_ipv6(answer: Answer) -> Value:
    """Whether an interface besides lo has an IPv6 address; the answer of `ipv6`."""
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail)
    stderr = answer.stderr.decode("utf-8", errors="replace")
    if answer.status != 0:
        return False if _GONE in stderr else Missing(Obstacle.FAILED, stderr[:80])
    lines = (line.split() for line in text_of(answer).splitlines())
    return any(len(words) == 6 and words[5] != "lo" for words in lines)


def _managers(tables: Iterable[Table], listing: Answer) -> Value:
    chains = {chain for table in tables for chain in table.chains}
    found = ["ufw"] if any(chain.startswith("ufw") for chain in chains) else []
    is_firewalld = re.search(r'"name": ?"firewalld"', text_of(listing)) is not None
    is_firewalld |= "INPUT_ZONES" in chains  # its chain under iptables
    if is_firewalld or any(chain.startswith("filter_IN_") for chain in chains):
        found.insert(0, "firewalld")
    return tuple(found)


HOST = FactKind(
    id="firewall.host",
    title="Packet filter of the host",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
    version=5,
)
