"""Fact `sockets.listening`: every TCP and UDP socket that waits for whoever comes.

`sockets` is a list of records: `name` ("tcp 0.0.0.0:22"), `service` ("22/tcp"), `protocol` (tcp,
udp), `address`, `port`, `processes` (names of the programs that hold it; empty for the kernel's
own), `is_loopback` and `is_wildcard` (every address of the host). From `ss` (iproute2); without
root or `ss` the kernel's tables tell the ports, and `processes` is missing. Where inetd or systemd
waits for a connection to start a program for it, a missing element stands for that program. What
other network namespaces (containers) listen on is not seen.
"""

import ipaddress
import re

from attt.facts import procnet
from attt.facts.kind import Answers, FactKind, Params, Unparsable, obstacle_of, shared, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Address, Boolean, Integer, ListOf, Record, Text
from attt.model.value import Missing, Value

_TABLES = tuple(f"/proc/net/{name}" for name in ("tcp", "tcp6", "udp", "udp6"))
_PROCESS = re.compile(r'\("((?:[^"]|"(?!,pid=))*)",pid=[0-9]+,fd=[0-9]+\)')
_LOCAL = re.compile(r"\[?([0-9A-Fa-f:.*]+)\]?(?:%[^\s%:\]]+)?\]?:([0-9]{1,5})")

_STARTERS = frozenset({"inetd", "xinetd", "inetutils-inetd", "tcpserver", "tcpsvd"})
_APPLETS = frozenset({"busybox", "toybox"})
_TOLD = frozenset({"ssh", "ssh@", "sshd", "sshd@", "cockpit"})

_SOCKET = Record(
    {
        "name": Text(),
        "service": Text(),
        "protocol": Text(choices=("tcp", "udp")),
        "address": Address(),
        "port": Integer("port"),
        "processes": ListOf(Text()),
        "is_loopback": Boolean(),
        "is_wildcard": Boolean(),
    }
)


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        "ss": Command(argv=("/bin/ss", "-Hltunp"), privilege=Privilege.ROOT),
        "ss_sbin": Command(argv=("/usr/sbin/ss", "-Hltunp"), privilege=Privilege.ROOT),
        "tables": Command(argv=("cat", *_TABLES), statuses=(0, 1)),
        "units": Command(argv=("systemctl", "show", "-p", "Id,Listen,Triggers", "*.socket")),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    for name in ("ss", "ss_sbin"):
        if answers[name].obstacle is None:
            units = _units(answers["units"])
            return _read([_started(one, units) for one in _of_ss(text_of(answers[name]))])
    tables = answers["tables"]
    if (obstacle := obstacle_of(tables)) is not None:
        return obstacle
    if not procnet.is_whole(tables):
        raise Unparsable("the kernel's tables of sockets can't be read")
    processes = _why_unknown(answers["ss"], answers["ss_sbin"])
    found = procnet.parse(text_of(tables))
    return _read([_record(s.protocol, s.address, s.port, processes) for s in found])


def _units(answer: Answer) -> dict[str, frozenset[str]]:
    """The services that systemd starts for whoever comes to a port, by the port's number."""
    found: dict[str, set[str]] = {}
    for block in text_of(answer).split("\n\n") if answer.obstacle is None else ():
        triggers = re.findall(r"(?m)^Triggers=(.*)$", block)
        names = {name.removesuffix(".service") for line in triggers for name in line.split()}
        for port in re.findall(r"(?m)^Listen=\S*:([0-9]{1,5}) \((?:Stream|Datagram)\)", block):
            found.setdefault(port, set()).update(names)
    return {port: frozenset(names) for port, names in found.items()}


def _started(socket: dict[str, Value], units: dict[str, frozenset[str]]) -> dict[str, Value]:
    """With a gap for the program that inetd or systemd will start, unless it is well known."""
    processes = socket["processes"]
    held = {str(name) for name in processes} if isinstance(processes, tuple) else set()
    services = units.get(str(socket["port"]), frozenset())
    is_told = bool(services) and services <= _TOLD
    if applets := held & _APPLETS:
        gap = Missing(Obstacle.IN_CONTEXT, f"one of the many programs within {min(applets)}")
        return {**socket, "processes": (*sorted(held), gap)}
    if held & _STARTERS or (held and held <= {"systemd", "init"} and not is_told):
        what = ", ".join(sorted(services)) or "a program"
        gap = Missing(Obstacle.IN_CONTEXT, f"started when somebody connects: {what[:60]}")
        return {**socket, "processes": (*sorted(held), gap)}
    return socket


def _why_unknown(*answers: Answer) -> Missing:
    """The best reason for not knowing the programs: no right to ask rather than no `ss` there."""
    obstacles = [a.obstacle for a in answers if a.obstacle not in {None, Obstacle.NO_TOOL}]
    why = next((o for o in obstacles if o), Obstacle.NO_TOOL)
    return Missing(why, "the programs that hold the sockets")


def _read(sockets: list[dict[str, Value]]) -> FactRead:
    whole = {repr(socket): socket for socket in sockets}
    ordered = sorted(
        whole.values(), key=lambda s: (str(s["protocol"]), _port(s), str(s["address"]))
    )
    return FactRead(value={"sockets": tuple(ordered)}, assurance=Assurance.RUNNING)


def _port(socket: dict[str, Value]) -> int:
    port = socket["port"]
    return port if isinstance(port, int) else 0


def _of_ss(text: str) -> list[dict[str, Value]]:
    return [_of_line(line) for line in text.splitlines() if line.split()[:1] != []]


def _of_line(line: str) -> dict[str, Value]:
    words = line.split(None, 6)
    if len(words) < 6 or words[0] not in {"tcp", "udp"}:
        raise Unparsable("a line of ss can't be read")
    local = _LOCAL.fullmatch(words[4])
    if local is None or int(local[2]) > 65_535:
        raise Unparsable("an address of ss can't be read")
    rest = words[6] if len(words) > 6 else ""
    processes = tuple(sorted(set(_PROCESS.findall(rest))))
    return _record(words[0], "::" if local[1] == "*" else local[1], int(local[2]), processes)


def _record(protocol: str, address: str, port: int, processes: Value) -> dict[str, Value]:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError as error:
        raise Unparsable("an address of a socket can't be read") from error
    inner = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    # Python 3.13 writes an IPv4-mapped address in another way than those before it.
    text = f"::ffff:{inner}" if inner else str(ip)
    shown = f"[{text}]" if ip.version == 6 else text
    return {
        "name": f"{protocol} {shown}:{port}",
        "service": f"{port}/{protocol}",
        "protocol": protocol,
        "address": text,
        "port": port,
        "processes": processes,
        "is_loopback": (inner or ip).is_loopback,
        "is_wildcard": (inner or ip).is_unspecified,
    }


LISTENING = FactKind(
    id="sockets.listening",
    title="Sockets that wait for connections",
    shape=Record({"sockets": ListOf(_SOCKET)}),
    asks=_asks,
    parse=shared(_asks, _parse),
    version=3,
)
