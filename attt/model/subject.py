"""What a finding is about: a host, a scanned endpoint, a zone or a system."""

from dataclasses import dataclass
from enum import StrEnum


class SubjectKind(StrEnum):
    """The kinds of thing that a rule can judge."""

    HOST = "host"
    ENDPOINT = "endpoint"
    ZONE = "zone"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """One thing that is judged; (kind, id) is its key in facts, findings and measures."""

    kind: SubjectKind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Endpoint:
    """A protocol and port of an address, as seen from one vantage (the zone scanned from).

    Without protocol and port it stands for the address as a whole.
    """

    vantage: str
    address: str
    protocol: str = ""
    port: int = 0

    @property
    def subject(self) -> Subject:
        """The endpoint as a subject: "vantage>address:port/protocol", IPv6 in brackets (RFC 3986).

        An address as a whole is "vantage>address", without brackets.
        """
        if not self.protocol:
            return Subject(SubjectKind.ENDPOINT, f"{self.vantage}>{self.address}")
        address = f"[{self.address}]" if ":" in self.address else self.address
        return Subject(
            SubjectKind.ENDPOINT, f"{self.vantage}>{address}:{self.port}/{self.protocol}"
        )


def host(host_id: str) -> Subject:
    """The subject of a host, by its lasting id."""
    return Subject(SubjectKind.HOST, host_id)
