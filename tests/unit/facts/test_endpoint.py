"""endpoint.ports: what a scan saw, against what the zone exposes to this vantage."""

from dataclasses import replace

import pytest

from attt.facts.endpoint import ENDPOINT_PORTS, endpoint_facts
from attt.facts.shapes import misfit
from attt.model.answer import Obstacle
from attt.model.fact import Fact, FactKey, FactMissed, FactRead
from attt.model.inventory import Exposure, PortRange, Zone
from attt.model.run import PortSeen, PortState, ScanEvidence
from attt.model.subject import Endpoint, Subject, SubjectKind
from attt.model.value import Missing


def tcp(first: int, last: int | None = None) -> PortRange:
    return PortRange(protocol="tcp", first=first, last=last or first)


def seen(port: int, state: PortState = PortState.OPEN, protocol: str = "tcp") -> PortSeen:
    endpoint = Endpoint(vantage="office", address="10.1.0.5", protocol=protocol, port=port)
    return PortSeen(endpoint=endpoint, state=state, service="svc")


EVIDENCE = ScanEvidence(
    address="10.1.0.5",
    vantage="office",
    observed_at="2026-11-22T00:00:00Z",
    host="h-1",
    zone="dmz",
    is_up=True,
    ports=(seen(443), seen(22), seen(3306)),
    ports_asked="T:1-1024,3306",
)
ZONE = Zone(
    id="dmz",
    name="DMZ",
    cidrs=("10.1.0.0/24",),
    expose=(
        Exposure(from_="any", services=(tcp(443),)),
        Exposure(from_="office", services=(tcp(20, 22),)),
        Exposure(from_="internet", services=(tcp(3306),)),
    ),
)


def ports_of(fact: Fact) -> dict[str, object]:
    assert isinstance(fact, FactRead)
    assert isinstance(fact.value, dict)
    return {port["name"]: port["is_allowed"] for port in fact.value["ports"]}


def learnt(evidence: ScanEvidence, zone: Zone | None = ZONE) -> Fact:
    return endpoint_facts(evidence, zone)[FactKey("endpoint.ports")]


def test_endpoint_value_is_whole_and_of_its_shape() -> None:
    """The value says what was asked, from where, and lists open ports sorted by number."""
    fact = endpoint_facts(EVIDENCE, ZONE, digest="d1")[FactKey("endpoint.ports")]

    assert isinstance(fact, FactRead)
    assert misfit(fact.value, ENDPOINT_PORTS.shape) == ""
    assert fact.answers == ("d1",)
    first = {"name": "22/tcp", "protocol": "tcp", "port": 22, "state": "open", "service": "svc"}
    expected = {
        "address": "10.1.0.5",
        "vantage": "office",
        "zone": "dmz",
        "ports_asked": "T:1-1024,3306",
        "is_up": True,
    }
    assert expected == {name: part for name, part in fact.value.items() if name != "ports"}
    assert first | {"is_allowed": True} == fact.value["ports"][0]


@pytest.mark.parametrize(
    ("vantage", "expected"),
    [
        ("office", {"22/tcp": True, "443/tcp": True, "3306/tcp": False}),
        ("internet", {"22/tcp": False, "443/tcp": True, "3306/tcp": True}),
        ("elsewhere", {"22/tcp": False, "443/tcp": True, "3306/tcp": False}),
    ],
)
def test_endpoint_exposure_is_for_its_own_vantage(vantage: str, expected: dict[str, bool]) -> None:
    """What is exposed to one vantage is not exposed to another; "any" is for all."""
    fact = learnt(replace(EVIDENCE, vantage=vantage))

    assert expected == ports_of(fact)


def test_endpoint_udp_is_not_allowed_by_tcp() -> None:
    """An exposure of 443/tcp does not allow 443/udp."""
    evidence = replace(EVIDENCE, ports=(seen(443, PortState.OPEN_FILTERED, "udp"),))

    assert ports_of(learnt(evidence)) == {"443/udp": False}


def test_endpoint_lists_only_what_is_or_may_be_open() -> None:
    """Closed and filtered ports are no exposure; open|filtered may be one."""
    states = (PortState.CLOSED, PortState.FILTERED, PortState.OPEN_FILTERED, PortState.OPEN)
    evidence = replace(EVIDENCE, ports=tuple(seen(80 + n, s) for n, s in enumerate(states)))

    assert list(ports_of(learnt(evidence))) == ["82/tcp", "83/tcp"]


def test_endpoint_zone_that_exposes_nothing_allows_nothing() -> None:
    """Without an exposure every open port is one too many."""
    fact = learnt(EVIDENCE, replace(ZONE, expose=()))

    assert {False} == set(ports_of(fact).values())


def test_endpoint_without_zone_cannot_be_judged() -> None:
    """Where the zone is not known, whether a port is allowed is missing, neither yes nor no."""
    fact = learnt(EVIDENCE, None)

    assert isinstance(fact, FactRead)
    assert misfit(fact.value, ENDPOINT_PORTS.shape) == ""
    assert all(isinstance(allowed, Missing) for allowed in ports_of(fact).values())


def test_endpoint_silence_is_missed_not_a_pass() -> None:
    """An address that answers nothing could be off or a wrong one: nothing is known of its ports."""
    fact = learnt(replace(EVIDENCE, ports=(), is_up=False))

    assert isinstance(fact, FactMissed)
    assert Obstacle.UNREACHABLE is fact.obstacle


@pytest.mark.parametrize(
    ("failure", "obstacle"),
    [
        ("unreachable", Obstacle.UNREACHABLE),
        ("timed_out", Obstacle.TIMED_OUT),
        ("unparsable", Obstacle.UNPARSABLE),
        ("failed", Obstacle.FAILED),
        ("no_approval", Obstacle.NOT_COLLECTED),
        ("something new", Obstacle.NOT_COLLECTED),
    ],
)
def test_endpoint_failure_is_missed_never_empty(failure: str, obstacle: Obstacle) -> None:
    """A scan that failed is missed, even where it holds a part of what there is."""
    fact = learnt(replace(EVIDENCE, failure=failure, detail="why"))

    assert isinstance(fact, FactMissed)
    assert obstacle is fact.obstacle


def test_endpoint_kind_asks_no_host() -> None:
    """The fact is of endpoints, asks nothing, and without a scan it is not collected."""
    fact = ENDPOINT_PORTS.parse({}, {})

    assert dict(ENDPOINT_PORTS.asks({})) == {}
    assert ENDPOINT_PORTS.subject is SubjectKind.ENDPOINT
    assert isinstance(fact, FactMissed)
    assert fact.obstacle is Obstacle.NOT_COLLECTED


def test_endpoint_subject_of_a_whole_address() -> None:
    """Without port and protocol an endpoint is the address as a whole."""
    whole = Endpoint(vantage="v", address="::1").subject
    one = Endpoint(vantage="v", address="::1", protocol="tcp", port=22).subject

    assert Subject(SubjectKind.ENDPOINT, "v>::1") == whole
    assert Subject(SubjectKind.ENDPOINT, "v>[::1]:22/tcp") == one
