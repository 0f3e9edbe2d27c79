"""The kernel's own tables of sockets, /proc/net/{tcp,tcp6,udp,udp6} one after another (proc(5))."""

import ipaddress
import re
from dataclasses import dataclass

from attt.facts.kind import text_of
from attt.model.answer import Answer

_ROW = re.compile(r"\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) \S+ ([0-9A-F]{2}) .*")
_LISTEN = "0A"
_GONE = "No such file or directory"
_UNCONNECTED = "07"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """A socket that waits for whoever comes; `protocol` is "tcp" or "udp"."""

    protocol: str
    address: str
    port: int


def parse(text: str) -> tuple[Listener, ...]:
    """Listening TCP and unconnected UDP sockets; a header line says which table follows."""
    found = []
    protocol = ""
    for line in text.splitlines():
        if "local_address" in line:
            protocol = "udp" if "drops" in line else "tcp"
        elif (row := _ROW.fullmatch(line)) and row[3] == _waiting(protocol):
            found.append(
                Listener(protocol=protocol, address=_address(row[1]), port=int(row[2], 16))
            )
    return tuple(found)


def is_whole(answer: Answer) -> bool:
    """Whether the first table is there, and every other one that exists; IPv6 may have none."""
    said = answer.stderr.decode("utf-8", errors="replace").splitlines()
    is_there = text_of(answer).lstrip().startswith("sl ")
    return answer.obstacle is None and is_there and all(_GONE in line for line in said)


def _waiting(protocol: str) -> str:
    return _LISTEN if protocol == "tcp" else _UNCONNECTED


def _address(digits: str) -> str:
    """Words of four bytes in the host's order; every platform that attt meets is little-endian."""
    words = [bytes.fromhex(digits[n : n + 8])[::-1] for n in range(0, len(digits), 8)]
    return str(ipaddress.ip_address(b"".join(words)))
