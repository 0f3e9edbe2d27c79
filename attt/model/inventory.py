"""Who and what is audited, as an inventory file or folder says it, with every reference resolved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from attt.errors import Place
from attt.model.level import Level
from attt.model.measure import Attestation, Measure, PlanLine


class Role(StrEnum):
    """What an organisation is to the systems."""

    OWNER = "owner"
    OPERATOR = "operator"
    SECURITY_UNIT = "security_unit"
    PROVIDER = "provider"
    ASSESSOR = "assessor"


class SystemOrigin(StrEnum):
    """Whose system it is: rates count only those that the province owns and that are in operation."""

    PROVINCE = "province"
    CENTRAL = "central"
    TRIAL = "trial"


class HostingKind(StrEnum):
    """Where a system stands."""

    OWN = "own"
    DATA_CENTRE = "data-centre"
    RENTED = "rented"
    CLOUD = "cloud"
    MINISTRY = "ministry"


class DossierStatus(StrEnum):
    """The four states of form 08, Decree 331/2026."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPRAISED = "appraised"
    APPROVED = "approved"


class PlanProgress(StrEnum):
    """How far the approved plan is carried out (form 08)."""

    NONE = "none"
    PARTLY = "partly"
    FULL = "full"


class TransportKind(StrEnum):
    """How a host is reached; `none` is a host that this controller can't log into, and says so."""

    SSH = "ssh"
    LOCAL = "local"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """A body with a role; `name` as papers print it.

    `delegation` is the letter that delegates, `contract` the number of a provider's contract.
    """

    id: str
    name: str
    role: Role
    delegation: str | None = None
    parent: str | None = None  # name of the body directly above, for letterheads
    contract: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A reference to a credential ("env:NAME", "file:PATH", "agent"); never the secret itself."""

    scheme: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.scheme}:{self.name}" if self.name else self.scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """How to log into a host, after defaults of file, zone and host are merged."""

    transport: TransportKind = TransportKind.SSH
    user: str = ""
    port: int = 22
    key: Secret | None = None
    passphrase: Secret | None = None  # of the key
    password: Secret | None = None
    sudo_password: Secret | None = None
    via: str | None = None  # id of the jump host
    timeout_s: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A machine with a lasting id; `was` holds ids that it had before."""

    id: str
    name: str
    addresses: tuple[str, ...]
    zone: str | None
    connect: Connect
    was: tuple[str, ...] = ()
    reason: str | None = None  # why it can't be logged into, for transport none
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PortRange:
    """Ports first..last (inclusive) of "tcp" or "udp"; first=0,last=65535 with "any" is everything."""

    protocol: str
    first: int
    last: int

    def holds(self, protocol: str, port: int) -> bool:
        """Whether `port`/`protocol` lies in the range."""
        return self.protocol in (protocol, "any") and self.first <= port <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """What may be reached in a zone from a vantage zone (or "internet", or "any")."""

    from_: str
    services: tuple[PortRange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A network zone: its prefixes (IPv4 and IPv6) and what may answer in it, from where."""

    id: str
    name: str
    cidrs: tuple[str, ...]
    expose: tuple[Exposure, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanApproval:
    """A document that allows scanning zones, from `date` to the end of `until` (ISO dates)."""

    zones: tuple[str, ...]
    document: str
    date: str
    until: str
    by: str
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An official paper: number and ISO date."""

    number: str
    date: str
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A level proposal dossier (hồ sơ đề xuất cấp độ); it may hold several systems."""

    id: str
    status: DossierStatus
    decision: Document | None = None
    regulation: Document | None = None
    standard: str | None = None
    plan: PlanProgress = PlanProgress.NONE
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosting:
    """Where a system stands and with whom."""

    kind: HostingKind = HostingKind.OWN
    at: str | None = None
    contract: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """An information system with its assigned level; `operator` leads the `co_operators`."""

    code: str
    name: str
    level: Level
    owner: str
    operator: str
    hosts: tuple[str, ...]
    origin: SystemOrigin = SystemOrigin.PROVINCE
    hosting: Hosting = field(default_factory=Hosting)
    classification: Mapping[str, object] = field(default_factory=dict)
    purpose: str | None = None
    dossier: str | None = None
    security_unit: str | None = None
    assessor: str | None = None
    provider: str | None = None
    plan: tuple[PlanLine, ...] = ()
    inherits_from: str | None = None  # code of the shared infrastructure's system
    state_secret: bool = False
    co_operators: tuple[str, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One filling in of a template: the values given, and the ids that it made, by part."""

    values: Mapping[str, str]
    made: Mapping[str, tuple[str, ...]]
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Near-identical parts written once. What it made stands in the inventory like the rest."""

    id: str
    instances: tuple[Instance, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """Everything that an inventory says. Mappings keep the order of the files."""

    organisations: Mapping[str, Organisation]
    zones: Mapping[str, Zone]
    hosts: Mapping[str, Host]
    systems: Mapping[str, System]
    dossiers: Mapping[str, Dossier]
    scan_approvals: tuple[ScanApproval, ...] = ()
    measures: tuple[Measure, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    vantage: str | None = None
    templates: tuple[Template, ...] = ()
    digest: str = ""
    source: str = ""

    def systems_of(self, host_id: str) -> tuple[System, ...]:
        """The systems that a host belongs to."""
        return tuple(s for s in self.systems.values() if host_id in s.hosts)
