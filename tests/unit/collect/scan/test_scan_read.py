"""nmap's XML, recorded and hostile."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attt.collect.scan.read import Seen, Unreadable, read

RECORDED = Path(__file__).parent / "recorded"
WHOLE = (RECORDED / "three-hosts.xml").read_bytes()


def recorded(name: str) -> dict[str, Seen]:
    return read((RECORDED / f"{name}.xml").read_bytes())


def found(seen: Seen) -> list[tuple[str, int, str, str]]:
    return [(p.protocol, p.port, p.state.value, p.service) for p in seen.ports]


def test_scan_read_lists_open_ports_by_address() -> None:
    """Open ports with nmap's name for them; filtered and closed ones are no finding."""
    seen = recorded("three-hosts")

    assert ["10.213.19.2", "10.213.19.3"] == list(seen)
    assert [("tcp", 22, "open", "ssh"), ("tcp", 80, "open", "http")] == found(seen["10.213.19.2"])
    assert "T:20-60,80,8443" == seen["10.213.19.2"].ports_asked


def test_scan_read_knows_a_silent_neighbour_is_there() -> None:
    """Every port dropped, but ARP answered: up, reachable, and nothing open."""
    seen = recorded("three-hosts")["10.213.19.3"]

    assert (True, False, True) == (seen.is_up, seen.is_unreachable, seen.is_whole)
    assert () == seen.ports


def test_scan_read_silence_beyond_a_router_is_not_up() -> None:
    """Without ARP, an address that answers nothing is neither up nor proved unreachable."""
    seen = read(WHOLE.replace(b'reason="arp-response"', b'reason="user-set"'))["10.213.19.3"]

    assert (False, False, True) == (seen.is_up, seen.is_unreachable, seen.is_whole)


def test_scan_read_of_ipv6() -> None:
    """IPv6 addresses are filed under themselves."""
    (seen,) = recorded("ipv6").values()

    assert ":" in seen.address
    assert [22, 80, 8443] == [port.port for port in seen.ports]


def test_scan_read_of_a_host_that_ran_out_of_time() -> None:
    """Nmap gives such a host no ports: that is neither whole nor empty."""
    (seen,) = recorded("host-timeout").values()

    assert (True, False) == (seen.is_timed_out, seen.is_whole)


def test_scan_read_of_an_unreachable_host() -> None:
    """host-unreach is not a firewall that drops."""
    (seen,) = recorded("unreachable").values()

    assert (False, True) == (seen.is_up, seen.is_unreachable)


def test_scan_read_of_a_target_that_nmap_skipped() -> None:
    """A skipped target is nowhere in the result."""
    assert {} == recorded("skipped")


@pytest.mark.parametrize("name", ["three-hosts", "ipv6", "host-timeout", "unreachable"])
def test_scan_read_again_from_its_own_raw(name: str) -> None:
    """What is kept of one host alone reads the same, and names no neighbour as a host."""
    for seen in recorded(name).values():
        again = read(seen.raw)

        assert {seen.address: seen} == again


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<extraports state="closed" count="40">', b'<extraports state="closed" count="39">'),
        (b'numservices="43"', b'numservices="44"'),
        (b'numservices="43"', b'numservices="many"'),
        (b'<port protocol="tcp" portid="8443">', b'<odd protocol="tcp" portid="8443">'),
    ],
)
def test_scan_read_notices_ports_left_out(old: bytes, new: bytes) -> None:
    """Fewer states than ports asked: an open port could be among the missing."""
    xml = WHOLE.replace(old, new, 1)
    if b"<odd" in new:
        head, _, tail = xml.partition(b"<odd")
        xml = head + b"<odd" + tail.replace(b"</port>", b"</odd>", 1)

    assert not read(xml)["10.213.19.2"].is_whole


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE nmaprun [
<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<nmaprun args="&b;"><runstats><finished exit="success"/><hosts/></runstats></nmaprun>"""
EXTERNAL = b"""<?xml version="1.0"?><!DOCTYPE nmaprun [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<nmaprun>&x;<runstats><finished exit="success"/><hosts/></runstats></nmaprun>"""


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"\x00\xff",
        b"<nmaprun>",
        b"<html/>",
        b"<nmaprun/>",
        b"<?xml version='1.0' encoding='martian'?><nmaprun/>",
        ENTITIES,
        EXTERNAL,
        WHOLE[: len(WHOLE) // 2],
        WHOLE.replace(b'exit="success"', b'exit="error"'),
        WHOLE.replace(b'portid="80"', b'portid="65536"'),
        WHOLE.replace(b'portid="80"', b'portid="-1"'),
        WHOLE.replace(b'portid="80"', b'portid=""'),
        WHOLE.replace(b'portid="80"', 'portid="٨٠"'.encode()),
        WHOLE.replace(b'protocol="tcp" portid="80"', b'protocol="status" portid="80"'),
        WHOLE.replace(b'<state state="open" reason="syn-ack" reason_ttl="64"/>', b""),
        WHOLE.replace(b'addr="10.213.19.3"', b'addr="10.213.19.2"'),
        WHOLE.replace(b'addr="10.213.19.3"', b'addr="web1"'),
        WHOLE.replace(b"<address ", b"<adress ").replace(b'"/>\n<hostnames>', b'"/><hostnames>'),
        b"<nmaprun>" + b"<a>" * 20_000 + b"</a>" * 20_000 + b"</nmaprun>",
    ],
)
def test_scan_read_refuses_what_it_cannot_trust(xml: bytes) -> None:
    """Cut, entity-laden, contradictory or odd: unreadable as a whole, in words, never half read."""
    with pytest.raises(Unreadable) as caught:
        read(xml)

    assert str(caught.value)


@given(
    at=st.integers(min_value=0, max_value=len(WHOLE) - 1),
    new=st.binary(max_size=6),
    length=st.integers(min_value=0, max_value=40),
)
def test_scan_read_is_total(at: int, new: bytes, length: int) -> None:
    """However the XML is damaged, it is read or refused: nothing else is raised."""
    try:
        seen = read(WHOLE[:at] + new + WHOLE[at + length :])
    except Unreadable:
        return

    assert len(seen) <= 2
