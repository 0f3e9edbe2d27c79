"""The subjects of a system, grouped host by host."""

from hypothesis import given
from hypothesis import strategies as st

from attt.evaluate.units import address_of, units
from attt.model.inventory import Connect, Host, Inventory, System
from attt.model.level import Level
from attt.model.subject import Endpoint, SubjectKind, host

addresses = st.ip_addresses().map(str)


@given(addresses, st.sampled_from(["", "quan-tri"]), st.integers(1, 65535) | st.none())
def test_an_endpoint_knows_its_address(address, vantage, port):
    """With a port or as a whole, of either family."""
    protocol = "tcp" if port else ""
    subject = Endpoint(vantage=vantage, address=address, protocol=protocol, port=port or 0).subject

    assert address_of(subject) == address


def test_a_scanned_address_stands_with_its_host():
    """An address that was seen as a whole is not counted once more as never seen."""
    one = Host(
        id="h", name="h", addresses=("10.0.0.1", "2001:db8::1"), zone=None, connect=Connect()
    )
    system = System(code="S", name="S", level=Level(3), owner="o", operator="o", hosts=("h",))
    inventory = Inventory(
        organisations={}, zones={}, hosts={"h": one}, systems={"S": system}, dossiers={}
    )
    seen = [Endpoint(vantage="v", address=a).subject for a in one.addresses]
    (unit,) = units(system, inventory, [host("h"), *seen])

    assert unit.subjects[SubjectKind.ENDPOINT] == tuple(sorted(seen))
    assert not {s for s in unit.unseen if s.kind is SubjectKind.ENDPOINT}
