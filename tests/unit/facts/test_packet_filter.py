"""Whether a packet filter turns away what no rule names."""

import json

import pytest

from attt.facts import firewall_kept, iptables, nft, reach
from attt.facts.netfilter import Fate, Reach, denies, filters
from attt.model.answer import Answer, Obstacle
from attt.model.value import Missing

_OPEN = "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"


def _fate(rules: str, policy: str = "ACCEPT", chains: str = "") -> Fate:
    text = f"*filter\n:INPUT {policy} [0:0]\n{chains}{rules}COMMIT\n"
    return denies(iptables.tables(text, 4, "iptables-legacy")["filter"])


@pytest.mark.parametrize(
    ("rules", "policy", "fate"),
    [
        ("", "ACCEPT", Fate.ACCEPTED),
        ("", "DROP", Fate.DENIED),
        (_OPEN, "DROP", Fate.DENIED),
        (_OPEN + "-A INPUT -j DROP\n", "ACCEPT", Fate.DENIED),
        (_OPEN + "-A INPUT -j REJECT --reject-with icmp-port-unreachable\n", "ACCEPT", Fate.DENIED),
        ("-A INPUT -j ACCEPT\n-A INPUT -j DROP\n", "DROP", Fate.ACCEPTED),
        ("-A INPUT -s 0.0.0.0/0 -j ACCEPT\n", "DROP", Fate.ACCEPTED),
        ("-A INPUT -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT\n", "DROP", Fate.ACCEPTED),
        ("-A INPUT -p tcp -m multiport --dports 1:65535 -j ACCEPT\n", "DROP", Fate.ACCEPTED),
        ("-A INPUT -p tcp -j ACCEPT\n", "DROP", Fate.ACCEPTED),
        ("-A INPUT -p tcp -j RETURN\n-A INPUT -j DROP\n", "ACCEPT", Fate.UNCLEAR),
        ("-A INPUT -i eth0 -j ACCEPT\n", "DROP", Fate.UNCLEAR),
        ("-A INPUT ! -s 10.0.0.1/32 -j ACCEPT\n", "DROP", Fate.UNCLEAR),
        ("-A INPUT -d 192.0.2.7/32 -j ACCEPT\n", "DROP", Fate.UNCLEAR),
        ("-A INPUT -i lo -j ACCEPT\n-A INPUT -p icmp -j ACCEPT\n", "DROP", Fate.DENIED),
        ("-A INPUT -s 10.1.0.0/16 -j ACCEPT\n", "DROP", Fate.DENIED),
        ("-A INPUT -s 203.0.113.9/32 -j DROP\n", "ACCEPT", Fate.ACCEPTED),
    ],
)
def test_what_happens_to_what_no_rule_names(rules: str, policy: str, fate: Fate) -> None:
    """A final deny counts, an early accept of everything undoes it, the unclear stays unclear."""
    assert fate == _fate(rules, policy)


@pytest.mark.parametrize(
    ("inner", "after", "fate"),
    [
        ("-A X -j DROP\n", "", Fate.DENIED),
        ("-A X -m addrtype --dst-type LOCAL -j RETURN\n-A X -j DROP\n", "", Fate.ACCEPTED),
        ("-A X -p tcp --dport 22 -j RETURN\n-A X -j DROP\n", "-A INPUT -j DROP\n", Fate.DENIED),
        ("-A X -j ACCEPT\n", "-A INPUT -j DROP\n", Fate.ACCEPTED),
        ("-A X -s 10.0.0.1 -j RETURN\n-A X -j ACCEPT\n", "-A INPUT -j DROP\n", Fate.UNCLEAR),
        ("-A X -j X\n", "-A INPUT -j DROP\n", Fate.UNCLEAR),
    ],
)
def test_chains_that_return_do_not_deny_everything(inner: str, after: str, fate: Fate) -> None:
    """What goes back to the caller before a drop is not dropped; a loop is never a yes."""
    assert fate == _fate(f"-A INPUT -j X\n{inner}{after}", chains=":X - [0:0]\n")


def _nft(*rules: object, policy: str = "drop", flags: str = "") -> str:
    chain = {"family": "inet", "table": "t", "name": "in", "type": "filter", "hook": "input"}
    listed = [
        {"table": {"family": "inet", "name": "t", "flags": flags}},
        {"chain": {**chain, "policy": policy}},
        *({"rule": {"family": "inet", "table": "t", "chain": "in", "expr": r}} for r in rules),
    ]
    return json.dumps({"nftables": listed})


def _match(left: object, right: object, op: str = "==") -> dict[str, object]:
    return {"match": {"op": op, "left": left, "right": right}}


_ACCEPT = {"accept": None}


@pytest.mark.parametrize(
    ("expressions", "fates"),
    [
        ([_ACCEPT], (Fate.ACCEPTED, Fate.ACCEPTED)),
        ([_match({"meta": {"key": "nfproto"}}, "ipv6"), _ACCEPT], (Fate.DENIED, Fate.ACCEPTED)),
        ([_match({"meta": {"key": "iifname"}}, "lo"), _ACCEPT], (Fate.DENIED, Fate.DENIED)),
        ([_match({"meta": {"key": "iifname"}}, "eth0"), _ACCEPT], (Fate.UNCLEAR, Fate.UNCLEAR)),
        (
            [_match({"payload": {"protocol": "ip", "field": "saddr"}}, "10.0.0.1", "!="), _ACCEPT],
            (Fate.UNCLEAR, Fate.DENIED),
        ),
        ([{"xt": None}], (Fate.UNCLEAR, Fate.UNCLEAR)),
        ([{"queue": {"num": 1}}], (Fate.UNCLEAR, Fate.UNCLEAR)),
    ],
)
def test_nftables_rules_as_each_family_sees_them(
    expressions: list[object], fates: tuple[Fate, Fate]
) -> None:
    """A rule for one family leaves the other as it was; what is not printed is unclear."""
    tables = nft.tables(_nft(expressions))

    assert fates == (denies(tables[4, "inet t"]), denies(tables[6, "inet t"]))


def test_a_dormant_table_filters_nothing() -> None:
    """Its rules stand in the kernel and are not looked at by any packet."""
    assert {} == nft.tables(_nft(flags="dormant"))
    assert filters(nft.tables(_nft())[4, "inet t"])


def test_almost_all_ports_are_everything() -> None:
    """Leaving out a port or two does not make a rule a narrow one, nor does halving it."""
    assert reach.of_ports([(1, 65_535)]) is Reach.MOST
    assert reach.of_ports([(1, 32_767)]) is Reach.UNCLEAR
    assert reach.of_ports([(1024, 2048)]) is Reach.PART


@pytest.mark.parametrize(
    ("rules", "fate"),
    [
        ("-A INPUT -m mark --mark 0x1 -j ACCEPT\n", Fate.UNCLEAR),
        ("-A INPUT -m set --match-set all src -j ACCEPT\n", Fate.UNCLEAR),
        ("-A INPUT -m pkttype --pkt-type unicast -j ACCEPT\n", Fate.UNCLEAR),
        ("-A INPUT -m pkttype --pkt-type multicast -j ACCEPT\n", Fate.DENIED),
        ("-A INPUT -m policy --dir in --pol none -j ACCEPT\n", Fate.UNCLEAR),
        ("-A INPUT -m policy --dir in --pol ipsec -j ACCEPT\n", Fate.DENIED),
        ("-A INPUT -m conntrack --ctproto 6 -j ACCEPT\n", Fate.ACCEPTED),
        ("-A INPUT -m conntrack --ctstatus NONE -j ACCEPT\n", Fate.UNCLEAR),
        ("-A INPUT -m conntrack --ctstate UNTRACKED -j ACCEPT\n", Fate.UNCLEAR),
        ("-A INPUT -m conntrack --ctstate DNAT -j ACCEPT\n", Fate.DENIED),
        ("-A INPUT -p tcp -m multiport --dports 1:32767 -j ACCEPT\n", Fate.UNCLEAR),
    ],
)
def test_conditions_that_may_hold_for_everything(rules: str, fate: Fate) -> None:
    """A mark, a set that was not read or a kind of packet that all are narrows nothing."""
    assert fate == _fate(rules, "DROP")


def test_shutting_one_protocol_is_no_default_deny() -> None:
    """All TCP ports dropped at the end of an open chain leave UDP as open as before."""
    assert Fate.ACCEPTED == _fate("-A INPUT -p tcp -m tcp --dport 0:65535 -j DROP\n")


def _saddr(right: object) -> object:
    return _match({"payload": {"protocol": "ip", "field": "saddr"}}, right)


@pytest.mark.parametrize(
    ("named", "fate"),
    [
        ({"elem": [{"prefix": {"addr": "0.0.0.0", "len": 1}}]}, Fate.UNCLEAR),
        ({"elem": [{"prefix": {"addr": "0.0.0.0", "len": 0}}]}, Fate.ACCEPTED),
        ({"elem": [{"elem": {"val": "10.0.0.1", "comment": "office"}}]}, Fate.DENIED),
        ({"elem": [{"range": ["0.0.0.1", "255.255.255.254"]}]}, Fate.UNCLEAR),
        ({"elem": [{"range": ["10.0.0.1", "10.0.0.9"]}]}, Fate.DENIED),
        ({}, Fate.DENIED),
        ({"flags": ["dynamic"]}, Fate.UNCLEAR),
        (None, Fate.UNCLEAR),
    ],
)
def test_a_named_set_is_what_stands_in_it(named: dict[str, object] | None, fate: Fate) -> None:
    """The name of a set says nothing; one that packets fill, or that is not listed, is unclear."""
    document = json.loads(_nft([_saddr("@w"), _ACCEPT]))
    if named is not None:
        head = {"family": "inet", "table": "t", "name": "w", "type": "ipv4_addr"}
        document["nftables"].append({"set": {**head, **named}})
    tables = nft.tables(json.dumps(document))

    assert fate == denies(tables[4, "inet t"])


@pytest.mark.parametrize(
    ("match", "fate"),
    [
        (_match({"meta": {"key": "mark"}}, 1), Fate.UNCLEAR),
        (_match({"ct": {"key": "mark"}}, 1), Fate.UNCLEAR),
        (_match({"ct": {"key": "state"}}, "untracked"), Fate.UNCLEAR),
        (_match({"ct": {"key": "status"}}, "dnat"), Fate.DENIED),
        (_match({"ct": {"key": "status"}}, "confirmed"), Fate.UNCLEAR),
        (_match({"meta": {"key": "pkttype"}}, "host"), Fate.UNCLEAR),
        (_match({"payload": {"protocol": "ether", "field": "type"}}, "ip"), Fate.UNCLEAR),
        (_match({"payload": {"protocol": "ether", "field": "daddr"}}, "02::"), Fate.UNCLEAR),
        (_match({"payload": {"protocol": "ether", "field": "saddr"}}, "02::"), Fate.DENIED),
        (_match({"payload": {"protocol": "tcp", "field": "dport"}}, "@ports"), Fate.UNCLEAR),
    ],
)
def test_nftables_conditions_that_may_hold_for_everything(match: object, fate: Fate) -> None:
    """As for iptables: only what names a source, a port or an answer is a part."""
    assert fate == denies(nft.tables(_nft([match, _ACCEPT]))[4, "inet t"])


def test_a_deny_that_nothing_reaches_filters_nothing() -> None:
    """Behind a rule that accepts everything neither a drop nor the policy is ever asked."""
    drop = {"drop": None}

    assert not filters(nft.tables(_nft([_ACCEPT], [drop], policy="accept"))[4, "inet t"])
    assert not filters(nft.tables(_nft([_ACCEPT]))[4, "inet t"])
    assert filters(nft.tables(_nft([drop], [_ACCEPT], policy="accept"))[4, "inet t"])


SHOWN = "Id={0}.service\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\n"
OPEN_FILE = "table inet f { chain i { type filter hook input priority 0; } }\n"
SHUT_FILE = "table inet f { chain i { type filter hook input priority 0; policy drop; tcp dport { 22, 80 } accept } }\n"
FORWARD_ONLY = (
    OPEN_FILE + "table inet g { chain f { type filter hook forward priority 0; policy drop; } }\n"
)
COMMENT = OPEN_FILE.replace("priority 0;", "priority 0; # policy drop;\n")
NOBODY = Missing(
    Obstacle.IN_CONTEXT, "an own service, script or timetable may load the rules at boot"
)
INCLUDES = Missing(Obstacle.IN_CONTEXT, "the files of nftables include others")
OTHER = Missing(Obstacle.IN_CONTEXT, "ferm starts at boot")
LOST = Missing(Obstacle.DENIED, "the files of nftables")


@pytest.mark.parametrize(
    ("service", "more", "kept"),
    [
        ("nftables", {"nftables_debian": SHUT_FILE}, True),
        ("nftables", {"nftables_redhat": SHUT_FILE}, True),
        ("nftables", {"nftables_debian": OPEN_FILE}, False),
        ("nftables", {"nftables_debian": FORWARD_ONLY}, False),
        ("nftables", {"nftables_debian": COMMENT}, False),
        ("nftables", {"nftables_debian": 'include "/opt/x.nft"\n'}, INCLUDES),
        ("nftables", {"nftables_debian": None}, LOST),
        ("nftables", {"nftables_debian": OPEN_FILE, "own_services": "/etc/systemd/system/x.service"}, NOBODY),
        ("other", {"nftables_debian": SHUT_FILE}, False),
        ("ufw", {"ufw_conf": "ENABLED=yes\n"}, True),
        ("ufw", {"ufw_conf": "ENABLED=yes\nENABLED=no\n"}, False),
        ("ufw", {}, False),
        ("firewalld", {}, True),
        ("netfilter-persistent", {"rules_v4": "*filter\n:INPUT DROP [0:0]\n"}, True),
        ("netfilter-persistent", {"rules_v4": "*filter\n:INPUT ACCEPT [0:0]\n-A FORWARD -j DROP\n"}, False),
        ("iptables", {"sysconfig_v4": "*filter\n-A INPUT -j REJECT --reject-with x\n"}, True),
        ("iptables", {"rules_v4": "*filter\n:INPUT DROP [0:0]\n"}, False),
        ("ferm", {}, OTHER),
        ("nftables", {"nftables_debian": 'include "/etc/nftables.rules"', "nftables_included": SHUT_FILE}, True),
        ("nftables", {"nftables_debian": "#!/usr/sbin/nft -f", "nftables_included": SHUT_FILE}, False),
        ("other", {"own_crontabs": "/var/spool/cron/crontabs/root\n"}, NOBODY),
    ],
)  # fmt: skip
def test_a_filter_is_kept_where_a_service_loads_rules_that_deny(
    service: str, more: dict[str, str | None], kept: object
) -> None:
    """An enabled service with nothing to turn away keeps no filter; what others may do is unknown."""
    answers = {name: Answer(exists=False) for name in firewall_kept.ASKS}
    answers["keepers"] = Answer(stdout=SHOWN.format(service).encode())
    for name, text in more.items():
        denied = Answer(obstacle=Obstacle.DENIED)
        answers[name] = denied if text is None else Answer(stdout=text.encode())

    assert kept == firewall_kept.is_kept(answers)
