"""Fact `firewall.output`: whether the host may open connections to anywhere by its own packet filter.

`ipv4_default_deny` and `ipv6_default_deny`: what goes out and no rule names is stopped; `has_ipv6`. A
rule that lets everything out by one interface, or by a condition that can't be weighed (an account),
makes it missing. From the rules in the kernel, as `firewall.host`: nft(8), iptables-save(8).
"""

from attt.facts import firewall
from attt.facts.kind import Answers, FactKind, Params
from attt.facts.reach import Flow
from attt.model.ask import Ask
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, Record

_OUT = Flow(hook="output")
_SHAPE = Record(
    {"ipv4_default_deny": Boolean(), "ipv6_default_deny": Boolean(), "has_ipv6": Boolean()}
)


def _asks(_params: Params) -> dict[str, Ask]:
    return firewall.filter_asks()


def _parse(answers: Answers, _params: Params) -> Fact:
    denied = firewall.denied(answers, _OUT)
    return FactRead(
        value={
            "ipv4_default_deny": denied[4],
            "ipv6_default_deny": denied[6],
            "has_ipv6": firewall.has_ipv6(answers["ipv6"]),
        },
        assurance=Assurance.RUNNING,
    )


OUTPUT = FactKind(
    id="firewall.output",
    title="Packet filter of what the host sends",
    shape=_SHAPE,
    asks=_asks,
    parse=_parse,
)
