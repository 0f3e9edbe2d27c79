"""Many targets, few calls: batches of one family and one port text, halved where nmap complains.

Every target yields exactly one `ScanEvidence`; where nothing was learnt its `failure` is the
value of an `Obstacle`. What nmap reports of an address that was not asked is dropped. A batch is
looked at, then its open TCP ports are asked what they speak, and only then it is yielded.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from time import monotonic
from typing import Protocol

from attt.collect.scan import knock
from attt.collect.scan.complaints import complaint
from attt.collect.scan.greeting import greet
from attt.collect.scan.hearing import Greet, hear
from attt.collect.scan.nmap import Nmap, Output, Scanner
from attt.collect.scan.read import OpenPort, Seen, Unreadable, read
from attt.model.answer import Obstacle
from attt.model.run import PortSeen, ScanEvidence
from attt.model.scan import ScanTarget, literal
from attt.model.subject import Endpoint

BATCH = 64
_DETAIL_CAP = 500
_RAW_CAP_BYTES = 64 * 1024  # of XML that can't be read, kept to show why


class Observer(Protocol):
    """Is told of each batch as it starts and ends, so that progress can be shown."""

    def on_batch_started(self, targets: Sequence[ScanTarget]) -> None:
        """These addresses are about to be scanned."""
        ...

    def on_ports_found(self, targets: Sequence[ScanTarget], ports: int) -> None:
        """So many ports of them answer, and are about to be asked what they speak."""
        ...

    def on_batch_done(self, evidence: Sequence[ScanEvidence]) -> None:
        """This was seen of them."""
        ...


class Quiet:
    """An observer that says nothing."""

    def on_batch_started(self, targets: Sequence[ScanTarget]) -> None:
        """Do nothing."""

    def on_ports_found(self, targets: Sequence[ScanTarget], ports: int) -> None:
        """Do nothing."""

    def on_batch_done(self, evidence: Sequence[ScanEvidence]) -> None:
        """Do nothing."""


def scan(
    targets: Sequence[ScanTarget],
    *,
    observer: Observer,
    clock: Callable[[], str],
    scanner: Scanner | None = None,
    greeter: Greet = greet,
) -> Iterator[ScanEvidence]:
    """Scan every target and yield what was seen of it; `clock` gives RFC 3339 UTC.

    `greeter` shakes hands with a TLS port. Without `scanner` the installed nmap is used (MissingProgram where there is none). A target
    that is no literal is a bug upstream: ValueError, before anything is sent.
    """
    if not targets:
        return
    batches = list(_batches(targets))
    used = scanner or Nmap()
    for batch in batches:
        observer.on_batch_started(batch)
        seen = _look(batch, clock(), used)
        observer.on_ports_found(batch, sum(len(one.ports) for one in seen))
        names = {target.address: target.name for target in batch}
        evidence = hear(seen, names, used, greeter, monotonic)
        observer.on_batch_done(evidence)
        yield from evidence


def _batches(targets: Sequence[ScanTarget]) -> Iterator[tuple[ScanTarget, ...]]:
    kinds = sorted(targets, key=_kind)
    for _, alike in groupby(kinds, key=_kind):
        found = tuple(alike)
        yield from (found[n : n + BATCH] for n in range(0, len(found), BATCH))


def _kind(target: ScanTarget) -> tuple[int, str]:
    address = literal(target.address)
    if address is None or str(address) != target.address:
        raise ValueError(f"not a canonical literal: {target.address!r}")
    return address.version, target.ports


def _look(batch: tuple[ScanTarget, ...], observed_at: str, scanner: Scanner) -> list[ScanEvidence]:
    """Scan a batch, in haste where an address is silent; if it speaks after all, again with care."""
    quiet = _silent(batch, scanner)
    loud = tuple(target for target in batch if target.address not in quiet)
    still = tuple(target for target in batch if target.address in quiet)
    hasty = _scan_batch(still, observed_at, scanner, is_hasty=True)
    woken = {one.address for one in hasty if one.is_up or one.ports}
    again = tuple(target for target in still if target.address in woken)
    careful = _scan_batch((*loud, *again), observed_at, scanner)
    found = {one.address: one for one in (*hasty, *careful)}
    return [found[target.address] for target in batch]


def _silent(batch: tuple[ScanTarget, ...], scanner: Scanner) -> frozenset[str]:
    """Addresses that answered no knock. What can't be told so is looked at with care."""
    if not knock.is_worth_it(batch[0].ports):
        return frozenset()
    problem, seen = _understand(scanner.look([target.address for target in batch], knock.PORTS))
    return frozenset() if problem else knock.silent(seen)


def _scan_batch(
    batch: tuple[ScanTarget, ...], observed_at: str, scanner: Scanner, *, is_hasty: bool = False
) -> list[ScanEvidence]:
    """Scan a batch. One bad address can end nmap for all, so a batch that fails is halved."""
    if not batch:
        return []
    addresses = [target.address for target in batch]
    output = scanner.look(addresses, batch[0].ports, is_hasty=is_hasty)
    problem, seen = _understand(output)
    if problem is None:
        return [_evidence(target, seen.get(target.address), observed_at) for target in batch]
    obstacle, detail = problem
    if len(batch) == 1 or obstacle is Obstacle.TIMED_OUT:
        raw = output.xml[:_RAW_CAP_BYTES]
        return [_failed(target, observed_at, obstacle, detail, raw) for target in batch]
    middle = len(batch) // 2
    return [
        one
        for half in (batch[:middle], batch[middle:])
        for one in _scan_batch(half, observed_at, scanner, is_hasty=is_hasty)
    ]


def _understand(output: Output) -> tuple[tuple[Obstacle, str] | None, Mapping[str, Seen]]:
    """What kept this call from being trusted, or what was seen."""
    said = complaint(output.stderr)
    if output.status is None:
        return (Obstacle.TIMED_OUT, "nmap did not end in time"), {}
    if output.is_cut:
        return (Obstacle.CUT, "nmap wrote more than the cap"), {}
    if output.status != 0 or said:
        return (Obstacle.FAILED, said or f"nmap ended with status {output.status}"), {}
    try:
        return None, read(output.xml)
    except Unreadable as error:
        return (Obstacle.UNPARSABLE, str(error)[:_DETAIL_CAP]), {}


def _evidence(target: ScanTarget, seen: Seen | None, observed_at: str) -> ScanEvidence:
    """What was seen of a target that nmap reports whole, or why that is not enough."""
    if seen is None:  # nmap leaves out a neighbour that answers no ARP or neighbour discovery
        return _failed(target, observed_at, Obstacle.UNREACHABLE, "nobody has this address")
    if seen.is_timed_out:
        detail = "not every port could be looked at in time"
        return _failed(target, observed_at, Obstacle.TIMED_OUT, detail, seen.raw)
    if seen.is_unreachable:
        detail = "the network says that it can't be reached"
        return _failed(target, observed_at, Obstacle.UNREACHABLE, detail, seen.raw)
    if not seen.is_whole:
        detail = "nmap does not report every port that it was asked for"
        return _failed(target, observed_at, Obstacle.UNPARSABLE, detail, seen.raw)
    return ScanEvidence(
        address=target.address,
        vantage=target.vantage,
        observed_at=observed_at,
        host=target.host,
        zone=target.zone,
        is_up=seen.is_up,
        ports=tuple(_port(target, port) for port in seen.ports),
        ports_asked=seen.ports_asked,
        raw=seen.raw,
    )


def _port(target: ScanTarget, port: OpenPort) -> PortSeen:
    endpoint = Endpoint(
        vantage=target.vantage, address=target.address, protocol=port.protocol, port=port.port
    )
    return PortSeen(endpoint=endpoint, state=port.state, service=port.service, reason=port.reason)


def _failed(
    target: ScanTarget, observed_at: str, obstacle: Obstacle, detail: str, raw: bytes = b""
) -> ScanEvidence:
    return ScanEvidence(
        address=target.address,
        vantage=target.vantage,
        observed_at=observed_at,
        host=target.host,
        zone=target.zone,
        ports_asked=target.ports,
        failure=obstacle.value,
        detail=detail,
        raw=raw,
    )
