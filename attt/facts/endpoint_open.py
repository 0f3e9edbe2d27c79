"""The open ports of a scanned address, as every endpoint fact tells them."""

from collections.abc import Iterator, Mapping

from attt.facts.kind import Answers, Params, missed
from attt.model.answer import Obstacle
from attt.model.ask import Ask
from attt.model.fact import Fact
from attt.model.inventory import Exposure, Zone
from attt.model.run import PortSeen, PortState, ScanEvidence, Speech
from attt.model.value import Missing

LISTED = (PortState.OPEN, PortState.OPEN_FILTERED)
NOT_ASKED = Missing(Obstacle.NOT_COLLECTED, "the port was not asked what it speaks")


def no_asks(_params: Params) -> Mapping[str, Ask]:
    """A host is asked nothing for what only a scan can see."""
    return {}


def only_scanned(_answers: Answers, _params: Params) -> Fact:
    """Answers of a host never tell it."""
    return missed(Obstacle.NOT_COLLECTED, "only a network scan tells this")


def name_of(seen: PortSeen) -> str:
    """Such as "443/tcp"."""
    return f"{seen.endpoint.port}/{seen.endpoint.protocol}"


def listed(evidence: ScanEvidence) -> list[PortSeen]:
    """Ports that are or may be open, each once, in order."""
    ports = {(p.endpoint.protocol, p.endpoint.port): p for p in evidence.ports}
    return [ports[key] for key in sorted(ports) if ports[key].state in LISTED]


def heard(evidence: ScanEvidence) -> Iterator[tuple[PortSeen, Speech | Missing]]:
    """Open TCP ports with what they said, or with why that is not known."""
    for seen in listed(evidence):
        if seen.state is PortState.OPEN and seen.endpoint.protocol == "tcp":
            yield seen, _speech(seen)


def _speech(seen: PortSeen) -> Speech | Missing:
    if seen.speech is None:
        return NOT_ASKED
    if seen.speech.obstacle is not None:
        return Missing(seen.speech.obstacle, f"{name_of(seen)}: {seen.speech.detail}")
    return seen.speech


def is_tls(speech: Speech) -> bool:
    """Whether TLS was spoken: from the first byte, or after STARTTLS."""
    return speech.tunnel == "ssl" or not {"ssl-cert", "ssl-enum-ciphers"}.isdisjoint(speech.scripts)


def allowed(seen: PortSeen, vantage: str, zone: Zone | None) -> bool | Missing:
    """Whether the zone may expose this port to `vantage`."""
    endpoint = seen.endpoint
    if zone is None:
        return Missing(Obstacle.NOT_COLLECTED, "the zone of this address is not known")
    return any(
        _is_for(exposure, vantage)
        and any(s.holds(endpoint.protocol, endpoint.port) for s in exposure.services)
        for exposure in zone.expose
    )


def _is_for(exposure: Exposure, vantage: str) -> bool:
    """Whether it speaks of this vantage: "any" of every one, a zone or "internet" of itself."""
    return exposure.from_ in ("any", vantage)
