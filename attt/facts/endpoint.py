"""What a network scan saw of an address, against what its zone may expose to where we stood."""

from collections.abc import Callable, Iterable

from attt.facts.endpoint_open import LISTED, allowed, heard, listed, name_of, no_asks, only_scanned
from attt.facts.endpoint_services import SERVICES, services_of
from attt.facts.endpoint_ssh import SSH, ssh_of
from attt.facts.endpoint_tls import TLS, tls_of
from attt.facts.kind import FactKind
from attt.facts.learn import BUGS
from attt.facts.shapes import misfit
from attt.model.answer import Obstacle
from attt.model.fact import Assurance, Fact, FactKey, FactMissed, FactRead
from attt.model.inventory import Zone
from attt.model.run import PortSeen, ScanEvidence
from attt.model.shape import Address, Boolean, Integer, ListOf, Record, Text
from attt.model.subject import SubjectKind
from attt.model.value import Value

_SHAPE = Record(
    {
        "address": Address(),
        "vantage": Text(),
        "zone": Text(nullable=True),
        "ports_asked": Text(),
        "is_up": Boolean(),
        "ports": ListOf(
            Record(
                {
                    "name": Text(),
                    "protocol": Text(choices=("tcp", "udp", "sctp")),
                    "port": Integer(unit="port"),
                    "state": Text(choices=tuple(str(state) for state in LISTED)),
                    "service": Text(),
                    "is_allowed": Boolean(),
                }
            )
        ),
    }
)
ENDPOINT_PORTS = FactKind(
    id="endpoint.ports",
    title="Ports of an address that answer from this vantage",
    shape=_SHAPE,
    asks=no_asks,
    parse=only_scanned,
    version=2,
    subject=SubjectKind.ENDPOINT,
)
_KINDS = (ENDPOINT_PORTS, SERVICES, TLS, SSH)


def endpoint_facts(
    evidence: ScanEvidence, zone: Zone | None, digest: str = "", names: Iterable[str] = ()
) -> dict[FactKey, Fact]:
    """The endpoint facts of one scanned address; `digest` names the raw XML that they come from.

    Only open (and open|filtered) ports are listed; `ports_asked` says which were looked at. What
    kept the scan from looking is missed, and so is an address that answers nothing at all: a
    firewall that drops everything, a host that is off and a wrong address look the same.
    Without the zone nobody can say what may answer: then `is_allowed` is missing. `names` are
    those that the inventory gives the hosts of this address.
    """
    answers = (digest,) if digest else ()
    if (why := _obstacle(evidence)) is not None:
        gap = FactMissed(obstacle=why[0], detail=why[1], answers=answers)
        return dict.fromkeys((FactKey(kind.id) for kind in _KINDS), gap)
    known = tuple(names)
    readers: tuple[tuple[FactKind, Callable[[], Value]], ...] = (
        (ENDPOINT_PORTS, lambda: _ports_of(evidence, zone)),
        (SERVICES, lambda: services_of(evidence, zone)),
        (TLS, lambda: tls_of(evidence, known)),
        (SSH, lambda: ssh_of(evidence)),
    )
    facts = {FactKey(kind.id): _read(kind, reader, answers) for kind, reader in readers}
    if _is_unasked(evidence):
        said = "this scan did not ask open ports what they speak"
        gap = FactMissed(obstacle=Obstacle.NOT_COLLECTED, detail=said, answers=answers)
        facts |= {FactKey(TLS.id): gap, FactKey(SSH.id): gap}
    return facts


def _obstacle(evidence: ScanEvidence) -> tuple[Obstacle, str] | None:
    """Why nothing was seen; what never was scanned (no approval) is not collected."""
    failure, detail = evidence.failure, evidence.detail
    if failure is None:
        said = "nothing at this address answers from here"
        return None if evidence.is_up else (Obstacle.UNREACHABLE, said)
    try:
        return Obstacle(failure), detail
    except ValueError:
        return Obstacle.NOT_COLLECTED, f"{failure}: {detail}" if detail else failure


def _read(kind: FactKind, reader: Callable[[], Value], answers: tuple[str, ...]) -> Fact:
    """A reader that trips over what a port said costs this one fact of this one address."""
    try:
        value = reader()
    except BUGS as bug:
        said = f"a bug in attt: {kind.id} met {type(bug).__name__}"
        return FactMissed(obstacle=Obstacle.UNPARSABLE, detail=said, answers=answers)
    if detail := misfit(value, kind.shape):
        return FactMissed(obstacle=Obstacle.OUT_OF_TYPE, detail=detail, answers=answers)
    return FactRead(value=value, assurance=Assurance.RUNNING, answers=answers)


def _is_unasked(evidence: ScanEvidence) -> bool:
    """Whether open ports were seen and none was asked, as in runs of older versions."""
    asked = [seen.speech is not None for seen, _ in heard(evidence)]
    return bool(asked) and not any(asked)


def _ports_of(evidence: ScanEvidence, zone: Zone | None) -> Value:
    return {
        "address": evidence.address,
        "vantage": evidence.vantage,
        "zone": zone.id if zone else evidence.zone,
        "ports_asked": evidence.ports_asked,
        "is_up": evidence.is_up,
        "ports": tuple(_port(seen, evidence.vantage, zone) for seen in listed(evidence)),
    }


def _port(seen: PortSeen, vantage: str, zone: Zone | None) -> dict[str, Value]:
    return {
        "name": name_of(seen),
        "protocol": seen.endpoint.protocol,
        "port": seen.endpoint.port,
        "state": str(seen.state),
        "service": seen.service,
        "is_allowed": allowed(seen, vantage, zone),
    }
