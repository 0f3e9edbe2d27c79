"""The second look: open ports are asked what they speak, and a bad one costs only itself.

One call asks all addresses of a batch. Where nmap stumbles or a host's time runs out, addresses
and then ports are halved until the one that is to blame stands alone. A batch has its own limit:
what was not asked by then is missed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from attt.collect.scan.complaints import complaint
from attt.collect.scan.nmap import ASK_TIMEOUT_S, Output, Scanner
from attt.collect.scan.read import Unreadable
from attt.collect.scan.spoken import Said, read_speeches
from attt.model.answer import Obstacle
from attt.model.run import Speech

PORTS_ASKED = 64  # of one address; more open ones are a trap rather than a server
BATCH_LIMIT_S = 4 * ASK_TIMEOUT_S

Ports = Mapping[str, tuple[int, ...]]
"""Open TCP ports by address."""
Speeches = dict[tuple[str, int], Speech]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    scanner: Scanner
    monotonic: Callable[[], float]
    deadline: float


def ask(ports: Ports, scanner: Scanner, monotonic: Callable[[], float]) -> Speeches:
    """What every one of `ports` says, or why that is not known. `monotonic` counts seconds."""
    asked = {address: found[:PORTS_ASKED] for address, found in ports.items() if found}
    asking = _Asking(scanner=scanner, monotonic=monotonic, deadline=monotonic() + BATCH_LIMIT_S)
    speeches = _ask(asked, asking) if asked else {}
    left = f"more than {PORTS_ASKED} ports are open: not all were asked"
    beyond = {address: found[PORTS_ASKED:] for address, found in ports.items()}
    return {**speeches, **_silence(beyond, Obstacle.CUT, left)}


def _ask(ports: Ports, asking: _Asking) -> Speeches:
    if asking.monotonic() > asking.deadline:
        return _silence(ports, Obstacle.TIMED_OUT, "the time for asking was over")
    wanted = sorted({port for each in ports.values() for port in each})
    output = asking.scanner.ask(list(ports), "T:" + ",".join(str(port) for port in wanted))
    try:
        said = _understand(output)
    except Unreadable as error:
        return _halved(ports, asking, Obstacle.FAILED, str(error))
    late = {a: ports[a] for a in ports if a in said and said[a].is_timed_out}
    heard = {a: ports[a] for a in ports if a not in late}
    found = {
        (address, port): _one(said, address, port)
        for address, each in heard.items()
        for port in each
    }
    for address, each in late.items():
        one = {address: each}
        found |= _halved(one, asking, Obstacle.TIMED_OUT, "it did not say enough in time")
    return found


def _understand(output: Output) -> Mapping[str, Said]:
    if output.status is None or output.is_cut or output.status != 0:
        raise Unreadable("nmap did not end as it should")
    if said := complaint(output.stderr):
        raise Unreadable(said)
    return read_speeches(output.xml)


def _one(said: Mapping[str, Said], address: str, port: int) -> Speech:
    speech = said[address].speeches.get(port) if address in said else None
    detail = "it was open, and did not answer when it was asked"
    return speech or Speech(obstacle=Obstacle.FAILED, detail=detail)


def _halved(ports: Ports, asking: _Asking, obstacle: Obstacle, detail: str) -> Speeches:
    """Ask again by halves; a single port that fails alone is the one that is missed."""
    addresses = list(ports)
    if len(addresses) > 1:
        middle = len(addresses) // 2
        halves: Iterable[Ports] = (
            {a: ports[a] for a in half} for half in (addresses[:middle], addresses[middle:])
        )
    else:
        (address,), (each,) = addresses, ports.values()
        if len(each) == 1:
            return _silence(ports, obstacle, detail)
        middle = len(each) // 2
        halves = ({address: each[:middle]}, {address: each[middle:]})
    return {key: speech for half in halves for key, speech in _ask(half, asking).items()}


def _silence(ports: Ports, obstacle: Obstacle, detail: str) -> Speeches:
    return {
        (address, port): Speech(obstacle=obstacle, detail=detail)
        for address, each in ports.items()
        for port in each
    }
