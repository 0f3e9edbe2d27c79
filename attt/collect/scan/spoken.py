"""From nmap's second XML to what each open port said: service detection and script tables.

python-nmap leaves the tables of scripts out, so they come from the tree that defusedxml reads.
Whatever a port says is cut to fixed sizes; one that says more than that is not believed in part.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from attt.collect.scan.read import document, hosts
from attt.model.answer import Obstacle
from attt.model.run import Speech
from attt.model.value import Value

SCRIPTS = ("ssl-cert", "ssl-enum-ciphers", "sslv2", "ssh2-enum-algos", "sshv1", "http-auth")
_TEXT = 200
_ELEMENT = 64 * 1024  # a certificate with thousands of names in PEM
_NODES = 4000
_DEPTH = 6
_PARTS = {"ssl-cert": ("pem",)}  # the certificate says the rest itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One address in the second look: its ports' speeches, and whether its time ran out."""

    speeches: Mapping[int, Speech]
    is_timed_out: bool


class _TooMuchError(ValueError):
    """A script reports more than is kept."""


def read_speeches(xml: bytes) -> dict[str, Said]:
    """What open TCP ports said, by canonical address and port. Raises Unreadable."""
    return {address: _said(host) for address, host in hosts(document(xml))}


def _said(host: ET.Element) -> Said:
    is_timed_out = host.get("timedout") == "true"
    speeches = {} if is_timed_out else dict(_speeches(host))
    return Said(speeches=speeches, is_timed_out=is_timed_out)


def _speeches(host: ET.Element) -> Iterator[tuple[int, Speech]]:
    for port in host.iterfind("ports/port"):
        state = port.find("state")
        if port.get("protocol") == "tcp" and state is not None and state.get("state") == "open":
            yield int(port.get("portid", "0")), _speech(port)


def _speech(port: ET.Element) -> Speech:
    service = port.find("service")
    said = {} if service is None else service.attrib
    try:
        scripts = dict(_scripts(port))
    except _TooMuchError:
        detail = "it says more than is kept"
        return Speech(obstacle=Obstacle.CUT, detail=detail)
    is_recognised = said.get("method") == "probed"
    return Speech(
        service=said.get("name", "")[:_TEXT] if is_recognised else "",
        product=said.get("product", "")[:_TEXT],
        version=said.get("version", "")[:_TEXT],
        extra=said.get("extrainfo", "")[:_TEXT],
        tunnel=said.get("tunnel", "")[:_TEXT],
        scripts=scripts,
    )


def _scripts(port: ET.Element) -> Iterator[tuple[str, Value]]:
    left = [_NODES]
    for script in port.findall("script"):
        name = script.get("id", "")
        if name in SCRIPTS:
            value = _table(script, _DEPTH, left)
            if value == () and name in ("sshv1", "sslv2"):  # these two may say it in words alone
                value = script.get("output", "")[:_TEXT].strip()
            yield name, _kept(name, value)


def _kept(name: str, value: Value) -> Value:
    if name in _PARTS and isinstance(value, Mapping):
        return {key: value[key] for key in _PARTS[name] if key in value}
    return value


def _table(table: ET.Element, depth: int, left: list[int]) -> Value:
    """A table as a mapping where its parts have keys, else as a list. Raises _TooMuchError."""
    parts = [part for part in table if part.tag in ("table", "elem")]
    left[0] -= len(parts)
    if depth == 0 or left[0] < 0:
        raise _TooMuchError
    keyed: dict[str, Value] = {}
    plain: list[Value] = []
    for part in parts:
        value = _table(part, depth - 1, left) if part.tag == "table" else _text(part)
        if (key := part.get("key")) is None:
            plain.append(value)
        else:
            keyed[key[:_TEXT]] = value
    return {**keyed, **({"": tuple(plain)} if plain else {})} if keyed else tuple(plain)


def _text(part: ET.Element) -> str:
    text = part.text or ""
    if len(text) > _ELEMENT:
        raise _TooMuchError
    return text
