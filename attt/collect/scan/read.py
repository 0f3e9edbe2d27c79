"""From nmap's XML to what was seen of each address.

defusedxml reads first: it refuses entities, and what python-nmap leaves out (why ports are
filtered, which hosts ran out of time) comes from its tree. Only then python-nmap analyses it.
The form is described in nmap.dtd, of nmap itself.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

import defusedxml
import nmap as python_nmap
from defusedxml.ElementTree import fromstring

from attt.model.run import PortState
from attt.model.scan import literal

_UNREACHABLE = ("host-unreach", "net-unreach", "dest-unreach", "time-exceeded", "no-route")
_SILENT = ("no-response", "unknown-response")  # older versions write plurals: no-responses
_NO_ANSWER = (*_SILENT, *_UNREACHABLE)
_NEIGHBOUR = ("arp-response", "nd-response")  # on this link: the machine itself answered
_LISTED = frozenset((PortState.OPEN, PortState.OPEN_FILTERED))
_PROTOCOLS = {"tcp": "T", "udp": "U", "sctp": "S"}
_DEPTH = 6  # nmaprun/host/ports/port/service/cpe


class Unreadable(ValueError):  # noqa: N818 - it says what the document is
    """It is not a whole XML document of nmap's; the words say what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPort:
    """A port that is open, or that may be; `service` is nmap's guess by number."""

    protocol: str
    port: int
    state: PortState
    service: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One address as nmap reports it.

    `is_up`: something answered for it. `is_unreachable`: nothing did, and the network (or the
    lack of an ARP answer) says that packets do not get there. `is_whole`: every port that was asked
    has a state. `raw` is the XML with this host alone.
    """

    address: str
    is_up: bool
    is_unreachable: bool
    is_timed_out: bool
    is_whole: bool
    ports: tuple[OpenPort, ...]
    ports_asked: str
    raw: bytes


def read(xml: bytes) -> dict[str, Seen]:
    """What was seen, by canonical address. Raises Unreadable for anything but a finished scan."""
    root = document(xml)
    analysed = _analyse(xml)
    asked = _ports_asked(root)
    return {address: _seen(address, root, host, analysed, asked) for address, host in hosts(root)}


def document(xml: bytes) -> ET.Element:
    """The tree of a finished scan, every port of it well formed. Raises Unreadable."""
    root = _parse(xml)
    _check(root)
    return root


def _parse(xml: bytes) -> ET.Element:
    try:
        root: ET.Element = fromstring(xml)
    except (ET.ParseError, defusedxml.DefusedXmlException, ValueError, LookupError) as error:
        raise Unreadable(f"not XML that can be read: {error}") from error
    if root.tag != "nmaprun":
        raise Unreadable(f"not of nmap: {root.tag}")
    return root


def _check(root: ET.Element) -> None:
    """Refuse what is not finished, and what python-nmap would stumble over."""
    finished, hosts = root.find("runstats/finished"), root.find("runstats/hosts")
    if finished is None or hosts is None or finished.get("exit") != "success":
        raise Unreadable("the scan did not come to its end")
    if any(host.find("address") is None for host in root.findall("host")):
        raise Unreadable("a host without an address")
    for port in root.iterfind("host/ports/port"):
        _check_port(port)


def _check_port(port: ET.Element) -> None:
    number, state = port.get("portid", ""), port.find("state")
    if not (number.isascii() and number.isdigit() and len(number) < 6 and int(number) < 65536):  # noqa: PLR2004
        raise Unreadable(f"port {number[:20]!r}")
    if port.get("protocol") not in _PROTOCOLS:
        raise Unreadable(f"protocol {port.get('protocol', '')[:20]!r}")
    if state is None or not state.get("state"):
        raise Unreadable(f"port {number} without a state")


class _Analyst(python_nmap.PortScanner):  # type: ignore[misc]  # python-nmap has no types
    """python-nmap's analysis without its search for the program: stored XML needs none."""

    def __init__(self) -> None:
        self._nmap_last_output = b""
        self._scan_result: dict[str, object] = {}


def _analyse(xml: bytes) -> dict[str, dict[str, dict[int, dict[str, str]]]]:
    try:
        scanned: dict[str, dict[str, dict[int, dict[str, str]]]] = _Analyst().analyse_nmap_xml_scan(
            nmap_xml_output=xml
        )["scan"]
    except python_nmap.PortScannerError as error:
        raise Unreadable("python-nmap can't read it") from error
    return scanned


def hosts(root: ET.Element) -> Iterator[tuple[str, ET.Element]]:
    """Each host once by its canonical address; what is no literal, or comes twice, is refused."""
    names = set()
    for host in root.findall("host"):
        address = literal(_key(host))
        if address is None or str(address) in names:
            raise Unreadable("an address that is no literal, or comes twice")
        names.add(str(address))
        yield str(address), host


def _key(host: ET.Element) -> str:
    """The address under which python-nmap files a host: the last IPv4 one, else the first."""
    addresses = host.findall("address")
    ipv4 = [a.get("addr", "") for a in addresses if a.get("addrtype") == "ipv4"]
    return ipv4[-1] if ipv4 else addresses[0].get("addr", "")


def _ports_asked(root: ET.Element) -> str:
    infos = ((i.get("protocol", ""), i.get("services", "")) for i in root.findall("scaninfo"))
    return ",".join(f"{_PROTOCOLS.get(p, p)}:{services}" for p, services in infos)


def _seen(
    address: str,
    root: ET.Element,
    host: ET.Element,
    analysed: dict[str, dict[str, dict[int, dict[str, str]]]],
    asked: str,
) -> Seen:
    ports = tuple(sorted(_open_ports(analysed[_key(host)]), key=lambda p: (p.protocol, p.port)))
    reasons = _reasons(host)
    state, why = _status(host)
    is_up = bool(ports) or why in _NEIGHBOUR or any(not r.startswith(_NO_ANSWER) for r in reasons)
    return Seen(
        address=address,
        is_up=is_up,
        is_unreachable=state == "down" or _is_beyond(reasons, is_up=is_up),
        is_timed_out=host.get("timedout") == "true",
        is_whole=_is_whole(root, host),
        ports=ports,
        ports_asked=asked,
        raw=_alone(root, host),
    )


def _status(host: ET.Element) -> tuple[str, str]:
    status = host.find("status")
    return ("", "") if status is None else (status.get("state", ""), status.get("reason", ""))


def _is_whole(root: ET.Element, host: ET.Element) -> bool:
    """Whether as many ports have a state as were asked; a port left out must not look closed."""
    asked = sum(_count(info.get("numservices")) for info in root.findall("scaninfo"))
    extra = sum(_count(part.get("count")) for part in host.iterfind("ports/extraports"))
    return asked == extra + len(host.findall("ports/port")) > 0


def _count(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else 0  # noqa: PLR2004


def _is_beyond(reasons: set[str], *, is_up: bool) -> bool:
    return not is_up and any(reason.startswith(_UNREACHABLE) for reason in reasons)


def _open_ports(analysed: dict[str, dict[int, dict[str, str]]]) -> Iterator[OpenPort]:
    for protocol in _PROTOCOLS:
        for port, said in analysed.get(protocol, {}).items():
            if said["state"] in _LISTED:
                yield OpenPort(
                    protocol=protocol,
                    port=port,
                    state=PortState(said["state"]),
                    service=said["name"] or "",
                    reason=said["reason"] or "",
                )


def _reasons(host: ET.Element) -> set[str]:
    """Why nmap gives each port the state that it gives it."""
    single = (state.get("reason", "") for state in host.iterfind("ports/port/state"))
    many = (extra.get("reason", "") for extra in host.iterfind("ports/extraports/extrareasons"))
    return {reason for reason in (*single, *many) if reason}


def _alone(root: ET.Element, host: ET.Element) -> bytes:
    """The document with one host: what `read` reads the same of, without its neighbours."""
    alone = ET.Element(root.tag, root.attrib)
    for part in (*root.findall("scaninfo"), host, *root.findall("runstats")):
        alone.append(_copy(part, _DEPTH))
    written: bytes = ET.tostring(alone, encoding="utf-8", xml_declaration=True)
    return written


def _copy(part: ET.Element, depth: int) -> ET.Element:
    copied = ET.Element(part.tag, part.attrib)
    copied.text, copied.tail = part.text, part.tail
    if depth > 0:
        copied.extend(_copy(child, depth - 1) for child in part)
    return copied
