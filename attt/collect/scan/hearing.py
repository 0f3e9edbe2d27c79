"""What the open ports of a batch say, put to what was seen of them."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from attt.collect.scan.asking import Speeches, ask
from attt.collect.scan.nmap import Scanner
from attt.model.run import Greeting, PortSeen, PortState, ScanEvidence, Speech

Greet = Callable[[str, int, str], Greeting]
"""Shakes hands with (address, port, server name)."""

_AT_ONCE = 16


def hear(
    batch: Sequence[ScanEvidence],
    names: Mapping[str, str],
    scanner: Scanner,
    greeter: Greet,
    monotonic: Callable[[], float],
) -> list[ScanEvidence]:
    """The evidence with the speech of every open TCP port; `names` are DNS names by address."""
    ports = {one.address: _open(one) for one in batch if one.failure is None}
    speeches = _greeted(ask(ports, scanner, monotonic), names, greeter)
    return [replace(one, ports=tuple(_with(p, speeches) for p in one.ports)) for one in batch]


def _open(seen: ScanEvidence) -> tuple[int, ...]:
    return tuple(p.endpoint.port for p in seen.ports if _is_asked(p))


def _is_asked(port: PortSeen) -> bool:
    return port.endpoint.protocol == "tcp" and port.state is PortState.OPEN


def _with(port: PortSeen, speeches: Speeches) -> PortSeen:
    if not _is_asked(port):
        return port
    return replace(port, speech=speeches.get((port.endpoint.address, port.endpoint.port)))


def _greeted(speeches: Speeches, names: Mapping[str, str], greeter: Greet) -> Speeches:
    """With a handshake of our own at every port that speaks TLS from the first byte."""
    wanted = [key for key, speech in speeches.items() if speech.tunnel == "ssl"]
    if not wanted:
        return speeches

    def one(key: tuple[str, int]) -> tuple[tuple[str, int], Speech]:
        address, port = key
        greeting = greeter(address, port, names.get(address, ""))
        return key, replace(speeches[key], greeting=greeting)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return {**speeches, **dict(pool.map(one, wanted))}
