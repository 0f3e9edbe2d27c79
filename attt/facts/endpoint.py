"""What a network scan saw of an address, against what its zone may expose to where we stood."""

from collections.abc import Mapping

from attt.facts.kind import Answers, FactKind, Params, missed
from attt.model.answer import Obstacle
from attt.model.ask import Ask
from attt.model.fact import Assurance, Fact, FactKey, FactMissed, FactRead
from attt.model.inventory import Exposure, Zone
from attt.model.run import PortSeen, PortState, ScanEvidence
from attt.model.shape import Address, Boolean, Integer, ListOf, Record, Text
from attt.model.subject import SubjectKind
from attt.model.value import Missing, Value

_LISTED = (PortState.OPEN, PortState.OPEN_FILTERED)
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
                    "state": Text(choices=tuple(str(state) for state in _LISTED)),
                    "service": Text(),
                    "is_allowed": Boolean(),
                }
            )
        ),
    }
)


def _asks(_params: Params) -> Mapping[str, Ask]:
    return {}


def _parse(_answers: Answers, _params: Params) -> Fact:
    return missed(Obstacle.NOT_COLLECTED, "only a network scan tells this")


ENDPOINT_PORTS = FactKind(
    id="endpoint.ports",
    title="Ports of an address that answer from this vantage",
    shape=_SHAPE,
    asks=_asks,
    parse=_parse,
    subject=SubjectKind.ENDPOINT,
)
_KEY = FactKey(ENDPOINT_PORTS.id)


def endpoint_facts(
    evidence: ScanEvidence, zone: Zone | None, digest: str = ""
) -> dict[FactKey, Fact]:
    """`endpoint.ports` of one scanned address; `digest` names the raw XML that it comes from.

    Only open (and open|filtered) ports are listed; `ports_asked` says which were looked at. What
    kept the scan from looking is missed, and so is an address that answers nothing at all: a
    firewall that drops everything, a host that is off and a wrong address look the same.
    Without the zone nobody can say what may answer: then `is_allowed` is missing.
    """
    answers = (digest,) if digest else ()
    if evidence.failure is not None:
        obstacle, detail = _obstacle(evidence.failure, evidence.detail)
        return {_KEY: FactMissed(obstacle=obstacle, detail=detail, answers=answers)}
    if not evidence.is_up:
        said = "nothing at this address answers from here"
        return {_KEY: FactMissed(obstacle=Obstacle.UNREACHABLE, detail=said, answers=answers)}
    ports = {(p.endpoint.protocol, p.endpoint.port): p for p in evidence.ports if _is_listed(p)}
    value: dict[str, Value] = {
        "address": evidence.address,
        "vantage": evidence.vantage,
        "zone": zone.id if zone else evidence.zone,
        "ports_asked": evidence.ports_asked,
        "is_up": evidence.is_up,
        "ports": tuple(_port(ports[key], evidence.vantage, zone) for key in sorted(ports)),
    }
    return {_KEY: FactRead(value=value, assurance=Assurance.RUNNING, answers=answers)}


def _obstacle(failure: str, detail: str) -> tuple[Obstacle, str]:
    """A failure of the scan as an obstacle; what never was scanned (no approval) is not collected."""
    try:
        return Obstacle(failure), detail
    except ValueError:
        return Obstacle.NOT_COLLECTED, f"{failure}: {detail}" if detail else failure


def _is_listed(seen: PortSeen) -> bool:
    return seen.state in _LISTED


def _port(seen: PortSeen, vantage: str, zone: Zone | None) -> dict[str, Value]:
    protocol, port = seen.endpoint.protocol, seen.endpoint.port
    return {
        "name": f"{port}/{protocol}",
        "protocol": protocol,
        "port": port,
        "state": str(seen.state),
        "service": seen.service,
        "is_allowed": _is_allowed(protocol, port, vantage, zone),
    }


def _is_allowed(protocol: str, port: int, vantage: str, zone: Zone | None) -> bool | Missing:
    if zone is None:
        return Missing(Obstacle.NOT_COLLECTED, "the zone of this address is not known")
    return any(
        _is_for(exposure, vantage) and any(s.holds(protocol, port) for s in exposure.services)
        for exposure in zone.expose
    )


def _is_for(exposure: Exposure, vantage: str) -> bool:
    """Whether it speaks of this vantage: "any" of every one, a zone or "internet" of itself."""
    return exposure.from_ in ("any", vantage)
