"""Chains of a packet filter in one form, and whether what no rule names is turned away.

nftables and iptables both become tables of chains; a rule is a verdict (or a jump) and how much
of the traffic it takes: all of it, a part that its conditions name, or a part that can't be told
(everything from one interface, a negated address, a match that is not printed).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

_DEPTH = 16


class Reach(StrEnum):
    """How much of what arrives a rule takes."""

    ALL = "all"
    MOST = "most"  # whatever comes by one protocol: open for it is open, shut for it is not shut
    PART = "part"
    UNCLEAR = "unclear"


class Verdict(StrEnum):
    """What a rule does with what it takes."""

    ACCEPT = "accept"
    DENY = "deny"
    RETURN = "return"
    JUMP = "jump"
    GOTO = "goto"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule; `target` is the chain of a jump or goto."""

    verdict: Verdict
    reach: Reach
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Rules in order; `policy` only where packets enter the filter here on their way in."""

    rules: tuple[Rule, ...] = ()
    policy: Verdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The chains of one table as one family (4 or 6) sees them.

    `is_whole` is false where some rules were listed without saying what they do.
    """

    family: int
    backend: str
    chains: Mapping[str, Chain] = field(default_factory=dict)
    is_whole: bool = True

    @property
    def entries(self) -> tuple[Chain, ...]:
        """The chains that every packet to this host must pass."""
        return tuple(chain for chain in self.chains.values() if chain.policy is not None)


class Fate(StrEnum):
    """What becomes of a packet that no rule names."""

    DENIED = "denied"
    ACCEPTED = "accepted"
    UNCLEAR = "unclear"
    FALLS = "falls"  # through the end of a chain that was jumped to


def denies(table: Table) -> Fate:
    """The fate in one table: a packet must pass each of its entries."""
    if table.entries and not table.is_whole:
        return Fate.UNCLEAR
    return first(_fate(chain, table, 0) for chain in table.entries)


def first(fates: Iterable[Fate]) -> Fate:
    """Several filters in a row: one that denies is enough, else one that is unclear decides."""
    found = set(fates)
    for fate in (Fate.DENIED, Fate.UNCLEAR):
        if fate in found:
            return fate
    return Fate.ACCEPTED


def filters(table: Table) -> bool:
    """Whether anything at all that comes in is turned away."""
    return any(
        any(rule.verdict is Verdict.DENY for rule in _live(chain))
        or (chain.policy is Verdict.DENY and not _ends(chain))
        for chain in _reached(table)
    )


def _live(chain: Chain) -> tuple[Rule, ...]:
    """The rules up to the first that takes all that is left."""
    for n, rule in enumerate(chain.rules, start=1):
        if rule.reach is Reach.ALL and rule.verdict not in {Verdict.NOTHING, Verdict.JUMP}:
            return chain.rules[:n]
    return chain.rules


def _ends(chain: Chain) -> bool:
    """Whether a rule settles all that is left, so that the policy is never asked."""
    last = _live(chain)[-1:]
    return any(r.reach is Reach.ALL and r.verdict in {Verdict.ACCEPT, Verdict.DENY} for r in last)


def _reached(table: Table) -> list[Chain]:
    names = [name for name, chain in table.chains.items() if chain.policy is not None]
    seen: dict[str, Chain] = {}
    while names:
        name = names.pop()
        if name not in seen and name in table.chains:
            seen[name] = table.chains[name]
            names += [rule.target for rule in _live(seen[name]) if rule.target]
    return list(seen.values())


def _fate(chain: Chain, table: Table, depth: int) -> Fate:
    if depth > _DEPTH:
        return Fate.UNCLEAR
    is_doubtful = may_return = False
    for rule in chain.rules:
        fate = _of_rule(rule, table, depth)
        leaves = rule.verdict is Verdict.RETURN or (rule.verdict is Verdict.GOTO)
        opens = rule.reach is Reach.MOST and fate is Fate.ACCEPTED
        if opens or (rule.reach is Reach.ALL and fate in {Fate.ACCEPTED, Fate.DENIED}):
            return _settled(fate, is_doubtful=is_doubtful, may_return=may_return)
        is_doubtful |= fate is Fate.UNCLEAR and rule.reach is not Reach.PART
        is_doubtful |= fate is Fate.ACCEPTED and rule.reach is Reach.UNCLEAR
        if leaves and rule.reach is Reach.ALL:
            break
        if leaves and fate is Fate.FALLS:
            is_doubtful |= chain.policy is Verdict.ACCEPT and rule.reach is not Reach.PART
            may_return = may_return or chain.policy is None
    return _end(chain, is_doubtful=is_doubtful)


def _settled(fate: Fate, *, is_doubtful: bool, may_return: bool) -> Fate:
    """A verdict over all that is left; what went back to the caller before is not under it."""
    if fate is Fate.ACCEPTED:
        return Fate.UNCLEAR if may_return else Fate.ACCEPTED
    if is_doubtful:
        return Fate.UNCLEAR
    return Fate.FALLS if may_return else Fate.DENIED


def _of_rule(rule: Rule, table: Table, depth: int) -> Fate:
    match rule.verdict:
        case Verdict.ACCEPT:
            return Fate.ACCEPTED
        case Verdict.DENY:
            return Fate.DENIED
        case Verdict.JUMP | Verdict.GOTO:
            target = table.chains.get(rule.target)
            return Fate.UNCLEAR if target is None else _fate(target, table, depth + 1)
        case Verdict.RETURN | Verdict.NOTHING:
            return Fate.FALLS


def _end(chain: Chain, *, is_doubtful: bool) -> Fate:
    match chain.policy:
        case None:
            return Fate.UNCLEAR if is_doubtful else Fate.FALLS
        case Verdict.DENY:
            return Fate.UNCLEAR if is_doubtful else Fate.DENIED
        case _:
            return Fate.ACCEPTED
