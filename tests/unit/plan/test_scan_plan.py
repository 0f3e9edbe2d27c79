"""Which addresses may be scanned today."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attt.model.inventory import (
    Connect,
    Exposure,
    Host,
    Inventory,
    Organisation,
    PortRange,
    Role,
    ScanApproval,
    System,
    Zone,
)
from attt.model.scan import ScanRefusalReason, dns_name, literal
from attt.plan.scan import scan_plan

TODAY = date(2026, 11, 22)


def host(host_id: str, *addresses: str, zone: str | None = "dmz") -> Host:
    return Host(id=host_id, name=host_id, addresses=addresses, zone=zone, connect=Connect())


def approval(begin: str, end: str, document: str = "12/KH", zone: str = "dmz") -> ScanApproval:
    return ScanApproval(zones=(zone,), document=document, date=begin, until=end, by="o")


def inventory(*hosts: Host, zones: Mapping[str, Zone] | None = None) -> Inventory:
    dmz = Zone(id="dmz", name="DMZ", cidrs=("10.1.0.0/24", "fd00:1::/64"))
    lan = Zone(id="lan", name="LAN", cidrs=("10.2.0.0/24",))
    system = System(
        code="S", name="S", level=3, owner="o", operator="o", hosts=tuple(h.id for h in hosts)
    )
    return Inventory(
        organisations={"o": Organisation(id="o", name="O", role=Role.OWNER)},
        zones=zones or {"dmz": dmz, "lan": lan},
        hosts={h.id: h for h in hosts},
        systems={"S": system},
        dossiers={},
        scan_approvals=(approval("2026-11-01", "2026-11-30"),),
        vantage="lan",
    )


def reasons(found: Inventory, today: date = TODAY) -> list[str]:
    plan = scan_plan(found, today)
    assert not plan.targets
    return [refusal.reason.value for refusal in plan.refused]


def test_scan_plan_names_host_zone_vantage_and_document() -> None:
    """A declared address in its approved zone is a target, and says by which paper."""
    (target,) = scan_plan(inventory(host("h", "10.1.0.5")), TODAY).targets

    found = (target.address, target.host, target.zone, target.vantage, target.approval)
    assert found == ("10.1.0.5", "h", "dmz", "lan", "12/KH")


@pytest.mark.parametrize(
    "address",
    [
        "web1.example",
        "localhost",
        "10.1.0.0/28",
        "10.1.0.1-9",
        "10.1.0.*",
        "10.1.0.5,6",
        " 10.1.0.5",
        "10.1.0.5\n",
        "10.1.0.5 -iL /etc/passwd",
        "-iL",
        "-iR 5",
        "",
        "0.0.0.0",
        "::",
        "224.0.0.1",
        "ff02::1",
        "255.255.255.255",
        "240.0.0.1",
        "10.1.0.255",
        "10.1.0.0",
        "10.2.0.255",
        "fe80::1",
        "fe80::1%eth0",
        "fd00:1::5%1",
        "::ffff:10.1.0.5",
        "010.1.0.5",
        "167837701",
        "0x0a010005",
        "١٠.١.٠.٥",
    ],
)
def test_scan_plan_takes_only_unicast_literals(address: str) -> None:
    """Names, ranges, prefixes, options, scopes, broadcast and multicast are never scanned."""
    assert reasons(inventory(host("h", address))) == ["not_literal"]


@given(st.text(alphabet="0123456789abcdef.:/-%* ,iLR\n", max_size=24))
def test_scan_literal_is_an_address_or_nothing(text: str) -> None:
    """Whatever passes as a literal has no character with which nmap could mean more than one."""
    address = literal(text)

    assert address is None or not set(str(address)) - set("0123456789abcdef.:")


def test_scan_plan_stays_inside_the_zone() -> None:
    """An address outside the prefixes of its own host's zone is refused, in another zone or none."""
    found = inventory(host("a", "10.2.0.5"), host("b", "8.8.8.8"), host("c", "fd00:2::1"))

    assert reasons(found) == ["outside_zone"] * 3


def test_scan_plan_without_zone_or_vantage() -> None:
    """A host without a known zone, and a controller that stands nowhere, scan nothing."""
    lost = inventory(host("a", "10.1.0.5", zone=None), host("b", "10.1.0.6", zone="gone"))
    nowhere = replace(inventory(host("a", "10.1.0.5")), vantage=None)

    assert reasons(lost) == ["no_zone", "no_zone"]
    assert reasons(nowhere) == ["no_vantage"]


@pytest.mark.parametrize(
    ("approvals", "reason"),
    [
        ((), "no_approval"),
        ((approval("2026-11-01", "2026-11-30", zone="lan"),), "no_approval"),
        ((approval("2026-11-01", "2026-11-21"),), "approval_lapsed"),
        ((approval("2026-11-23", "2026-11-30"),), "approval_not_begun"),
        (
            (approval("2026-01-01", "2026-02-01"), approval("2026-12-01", "2026-12-30")),
            "approval_not_begun",
        ),
    ],
)
def test_scan_plan_needs_an_approval_that_holds(
    approvals: tuple[ScanApproval, ...], reason: str
) -> None:
    """Without a paper for the zone on this very day nothing is sent."""
    found = replace(inventory(host("h", "10.1.0.5", "fd00:1::5")), scan_approvals=approvals)

    assert [reason, reason] == reasons(found)


@pytest.mark.parametrize("day", ["2026-11-01", "2026-11-30"])
def test_scan_plan_approval_holds_on_its_first_and_last_day(day: str) -> None:
    """Both ends belong to it."""
    plan = scan_plan(inventory(host("h", "10.1.0.5")), date.fromisoformat(day))

    assert len(plan.targets) == 1


def test_scan_plan_uses_the_approval_that_lasts() -> None:
    """Of several papers that hold, the one that lasts longest is named."""
    papers = (
        approval("2026-11-01", "2026-11-25", "old"),
        approval("2026-11-01", "2026-12-30", "long"),
        approval("2027-01-01", "2027-12-30", "coming"),
    )
    found = replace(inventory(host("h", "10.1.0.5")), scan_approvals=papers)

    assert scan_plan(found, TODAY).targets[0].approval == "long"


def test_scan_plan_scans_an_address_once() -> None:
    """Two spellings, two hosts: one target, in canonical form, of the first that may."""
    found = inventory(
        host("a", "fd00:1::5", zone="lan"),
        host("b", "FD00:1:0:0::5"),
        host("c", "fd00:1::5", "fd00:1::0005"),
    )
    plan = scan_plan(found, TODAY)

    assert [(t.address, t.host) for t in plan.targets] == [("fd00:1::5", "b")]
    assert [(r.host, r.reason) for r in plan.refused] == [("a", ScanRefusalReason.OUTSIDE_ZONE)]


def test_scan_plan_leaves_hosts_of_no_system_alone() -> None:
    """Only hosts of the systems at hand are scanned; a jump host of another system is not."""
    found = inventory(host("a", "10.1.0.5"), host("b", "10.1.0.6"))
    one = replace(found, systems={"S": replace(found.systems["S"], hosts=("b",))})
    plan = scan_plan(one, TODAY)

    assert [t.address for t in plan.targets] == ["10.1.0.6"]
    assert plan.refused == ()


def numbers(ports: str) -> set[int]:
    assert ports.startswith("T:")
    spans = [part.partition("-") for part in ports[2:].split(",")]
    return {n for first, _, last in spans for n in range(int(first), int(last or first) + 1)}


def test_scan_plan_looks_at_every_port_of_loopback() -> None:
    """On loopback all ports are asked, so no open port can be overlooked."""
    zones = {"dmz": Zone(id="dmz", name="L", cidrs=("127.0.0.0/8", "::1/128"))}
    plan = scan_plan(inventory(host("h", "127.0.0.1", "::1"), zones=zones), TODAY)

    assert [t.ports for t in plan.targets] == ["T:1-65535"] * 2


def test_scan_plan_looks_at_ports_that_any_zone_exposes() -> None:
    """A service exposed in one zone is looked for in all; a huge range is only an allowance."""
    services = (
        PortRange(protocol="tcp", first=45123, last=45125),
        PortRange(protocol="udp", first=46000, last=46000),
        PortRange(protocol="any", first=0, last=65535),
    )
    found = inventory(host("h", "10.1.0.5"))
    lan = replace(found.zones["lan"], expose=(Exposure(from_="any", services=services),))
    (target,) = scan_plan(replace(found, zones={**found.zones, "lan": lan}), TODAY).targets
    asked = numbers(target.ports)

    assert {45123, 45124, 45125} <= asked
    assert 46000 not in asked
    assert asked >= {*range(1, 1025), 1433, 3306, 3389, 5432, 6379, 9200, 11211, 27017}
    assert len(asked) < 2000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Web1.Example.VN.", "web1.example.vn"),
        ("web1", ""),
        ("10.1.0.5", ""),
        ("fd00:1::5", ""),
        ("máy-1.example.vn", ""),
        ("-x.example.vn", ""),
        ("web1.example.vn --script=x", ""),
        ("a" * 64 + ".example.vn", ""),
        ("", ""),
    ],
)
def test_scan_dns_name_is_full_or_nothing(text: str, expected: str) -> None:
    """Two labels or more, no address, nothing that could be anything else than a name."""
    assert expected == dns_name(text)


def test_scan_plan_asks_by_the_full_name_of_the_host() -> None:
    """The host's own name where it is a full one, else none: an address is never asked by name."""
    named = replace(host("h-1", "10.1.0.5"), name="Web1.example.vn")
    plan = scan_plan(inventory(named, host("h-2", "10.1.0.6")), TODAY)

    assert ["web1.example.vn", ""] == [target.name for target in plan.targets]
