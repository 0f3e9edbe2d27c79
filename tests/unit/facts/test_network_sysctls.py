"""What counts on an interface follows from `all` and the interface as the kernel combines them."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attt.facts.registry import FACTS
from attt.model.answer import Answer, Obstacle
from attt.model.fact import Fact, FactMissed, FactRead
from attt.model.value import Missing, Value

FACT = FACTS["network.sysctls"]
GLOBALS = Answer(stdout=b"/proc/sys/net/ipv4/tcp_syncookies:1\n", status=0)
V4 = ("accept_redirects", "send_redirects", "accept_source_route", "rp_filter", "log_martians")
V6 = ("accept_redirects", "accept_source_route", "accept_ra", "disable_ipv6")
BITS = st.integers(0, 1)


def learnt(files: Mapping[str, int], stderr: bytes = b"") -> Fact:
    lines = (f"/proc/sys/net/{path}:{value}\n" for path, value in files.items())
    interfaces = Answer(stdout="".join(lines).encode(), status=0, stderr=stderr)
    return FACT.parse({"globals": GLOBALS, "interfaces": interfaces}, {})


def interface(family: str, every: Mapping[str, int], own: Mapping[str, int]) -> Mapping[str, Value]:
    """What is learnt of eth0, the only interface; the other family is all zero."""
    names = {"ipv4": V4, "ipv6": V6}
    files = {
        f"{one}/conf/{place}/{name}": 0
        for one in names
        for place in ("all", "eth0")
        for name in (*names[one], "forwarding")
    }
    files |= {f"{family}/conf/all/{name}": value for name, value in every.items()}
    files |= {f"{family}/conf/eth0/{name}": value for name, value in own.items()}
    fact = learnt(files)
    assert isinstance(fact, FactRead)
    assert isinstance(fact.value, Mapping)
    (found,) = fact.value[family]  # type: ignore[misc,union-attr]
    assert isinstance(found, Mapping)
    return found


@given(every=BITS, own=BITS, forwards=BITS)
def test_ipv4_redirects_need_both_only_where_it_forwards(
    every: int, own: int, forwards: int
) -> None:
    """IN_DEV_RX_REDIRECTS: `and` where the interface forwards, `or` where it does not."""
    found = interface(
        "ipv4", {"accept_redirects": every}, {"accept_redirects": own, "forwarding": forwards}
    )
    expected = bool(every and own) if forwards else bool(every or own)

    assert expected is found["accepts_redirects"]


@given(every=BITS, own=BITS)
def test_ipv4_sends_and_logs_by_either_and_obeys_routes_by_both(every: int, own: int) -> None:
    """IN_DEV_TX_REDIRECTS and IN_DEV_LOG_MARTIANS are `or`, IN_DEV_SOURCE_ROUTE is `and`."""
    names = ("send_redirects", "log_martians", "accept_source_route")
    found = interface("ipv4", dict.fromkeys(names, every), dict.fromkeys(names, own))

    assert bool(every or own) is found["sends_redirects"] is found["logs_martians"]
    assert bool(every and own) is found["accepts_source_route"]


@given(every=st.integers(0, 2), own=st.integers(0, 2))
def test_the_reverse_path_check_is_the_higher_of_both(every: int, own: int) -> None:
    """IN_DEV_RPFILTER is the maximum."""
    assert (
        max(every, own)
        == interface("ipv4", {"rp_filter": every}, {"rp_filter": own})["reverse_path"]
    )


@given(every=BITS, own=BITS, forwards=BITS)
def test_ipv6_heeds_the_interface_alone(every: int, own: int, forwards: int) -> None:
    """`all` changes nothing for redirects and advertisements, and a router takes neither."""
    names = ("accept_redirects", "accept_ra")
    mine = {**dict.fromkeys(names, own), "forwarding": forwards}
    found = interface("ipv6", dict.fromkeys(names, every), mine)
    expected = bool(own and not forwards)

    assert (expected, expected) == (found["accepts_redirects"], found["accepts_advertisements"])


@pytest.mark.parametrize(("own", "expected"), [(-1, False), (0, False), (1, True)])
def test_ipv6_source_routes_take_the_lower(own: int, expected: bool) -> None:  # noqa: FBT001
    """A negative value refuses every kind, as 0 refuses those that matter."""
    found = interface("ipv6", {"accept_source_route": 1}, {"accept_source_route": own})

    assert expected is found["accepts_source_route"]


def test_what_lacks_is_missing_and_not_off() -> None:
    """An interface of which one setting did not come is not called safe."""
    fact = learnt({"ipv4/conf/all/accept_redirects": 0, "ipv4/conf/eth0/rp_filter": 1})

    assert isinstance(fact, FactRead)
    assert isinstance(fact.value, Mapping)
    (found,) = fact.value["ipv4"]  # type: ignore[misc,union-attr]
    assert isinstance(found, Mapping)
    assert isinstance(found["accepts_redirects"], Missing)
    assert isinstance(fact.value["ipv6"], Missing)


def test_nothing_read_is_missed() -> None:
    """Where /proc/sys can't be read, no default is taken for a value."""
    gone = Answer(obstacle=Obstacle.DENIED)
    fact = FACT.parse({"globals": gone, "interfaces": gone}, {})

    assert isinstance(fact, FactMissed)
    assert Obstacle.DENIED is fact.obstacle
