"""A number that no other host on this machine uses now: its addresses, interface and cgroup."""

import ipaddress
import json
import socket
import subprocess
from dataclasses import dataclass

from lab import cgroup

SLOTS = range(1, 251)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """Claimed by an abstract socket, so that the kernel frees it even when we are killed."""

    number: int
    claim: socket.socket

    @property
    def name(self) -> str:
        """The name of its cgroup and machine."""
        return f"attt-lab-{self.number}"

    @property
    def interface(self) -> str:
        """The veth interface on this machine's side."""
        return f"attt{self.number}"

    @property
    def network(self) -> ipaddress.IPv4Network:
        """The private network between this machine and the host."""
        return ipaddress.IPv4Network(f"10.213.{self.number}.0/24")

    def address(self, last: int) -> str:
        """An IPv4 address in it: 1 is here, 2 is the host."""
        return str(self.network[last])

    def address6(self, last: int) -> str:
        """The same in IPv6, from a unique local prefix."""
        return f"fd5c:9a31:e2b7:{self.number:x}::{last:x}"

    def free(self) -> bool:
        """Remove what a killed session left; False where something of it still lives."""
        subprocess.run(["ip", "link", "del", self.interface], capture_output=True, check=False)
        return cgroup.remove(self.name)

    def release(self) -> None:
        """Let others have the number."""
        self.claim.close()


def claim() -> Slot:
    """The first slot that nobody holds and whose network this machine does not route."""
    routed = _routed()
    for number in SLOTS:
        slot = _try(number)
        if slot is None:
            continue
        if slot.free() and not any(slot.network.overlaps(network) for network in routed):
            return slot
        slot.release()
    raise RuntimeError("the lab found no free slot: too many hosts, or 10.213.0.0/16 is in use")


def _try(number: int) -> Slot | None:
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        claim.bind(f"\0attt-lab-slot-{number}")
    except OSError:
        claim.close()
        return None
    return Slot(number=number, claim=claim)


def _routed() -> list[ipaddress.IPv4Network]:
    words = ["ip", "-4", "-j", "route", "show", "table", "all"]
    routes = json.loads(subprocess.run(words, capture_output=True, check=True).stdout or "[]")
    found = [str(route["dst"]) for route in routes if route["dst"] != "default"]
    return [ipaddress.IPv4Network(dst, strict=False) for dst in found]
