"""What a packet filter does with new connections to one port, and with what goes out."""

import json

import pytest

from attt.facts import iptables, nft
from attt.facts.netfilter import Fate, denies
from attt.facts.reach import Flow

SSH = Flow(port=22)
OUT = Flow(hook="output")
CHAIN = "*filter\n:{hook} {policy} [0:0]\n{rules}\nCOMMIT\n"


def fate(rules: str, flow: Flow, policy: str = "DROP") -> Fate:
    """The fate that iptables-save's rules mean for IPv4."""
    text = CHAIN.format(hook=flow.hook.upper(), policy=policy, rules=rules)
    return denies(iptables.tables(text, 4, "iptables-legacy", flow)["filter"])


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ("-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT", Fate.ACCEPTED),
        ("-A INPUT -p tcp -m multiport --dports 80,22 -j ACCEPT", Fate.ACCEPTED),
        ("-A INPUT -p tcp -m tcp --dport 1:1024 -j ACCEPT", Fate.ACCEPTED),
        ("-A INPUT -p tcp -j ACCEPT", Fate.ACCEPTED),
        ("-A INPUT -s 0.0.0.0/0 -p tcp --dport 22 -j ACCEPT", Fate.ACCEPTED),
        ("-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT", Fate.DENIED),
        ("-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT", Fate.DENIED),
        ("-A INPUT -p udp -m udp --dport 22 -j ACCEPT", Fate.DENIED),
        ("-A INPUT -i lo -j ACCEPT", Fate.DENIED),
        ("-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", Fate.DENIED),
        ("-A INPUT -i eth1 -p tcp -m tcp --dport 22 -j ACCEPT", Fate.UNCLEAR),
        ("-A INPUT ! -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT", Fate.UNCLEAR),
    ],
)
def test_who_reaches_one_port(rule, wanted):
    """A rule for another port or protocol takes none of it, one that names sources a part."""
    assert wanted is fate(rule, SSH)


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ("-A OUTPUT -j ACCEPT", Fate.ACCEPTED),
        ("-A OUTPUT -o lo -j ACCEPT", Fate.DENIED),
        ("-A OUTPUT -d 10.10.30.5/32 -p tcp -j ACCEPT", Fate.DENIED),
        ("-A OUTPUT -d 0.0.0.0/0 -j ACCEPT", Fate.ACCEPTED),
        ("-A OUTPUT -s 10.0.0.7/32 -j ACCEPT", Fate.UNCLEAR),
        ("-A OUTPUT -o eth0 -j ACCEPT", Fate.UNCLEAR),
        ("-A OUTPUT -m owner --uid-owner 0 -j ACCEPT", Fate.UNCLEAR),
    ],
)
def test_what_goes_out(rule, wanted):
    """Where to is what narrows it; from our own address, everything may still go."""
    assert wanted is fate(rule, OUT)


def test_the_two_hooks_are_apart():
    """An output chain says nothing of what comes in, nor the other way round."""
    chains = [
        {
            "chain": {
                "family": "inet",
                "table": "f",
                "name": hook,
                "type": "filter",
                "hook": hook,
                "policy": policy,
            }
        }
        for hook, policy in (("input", "drop"), ("output", "accept"))
    ]
    text = json.dumps({"nftables": [{"table": {"family": "inet", "name": "f"}}, *chains]})

    assert Fate.DENIED is denies(nft.tables(text)[4, "inet f"])
    assert Fate.ACCEPTED is denies(nft.tables(text, OUT)[4, "inet f"])
