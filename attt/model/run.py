"""One audit run: what each host answered, what was found, what was seen of the network."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from attt.model.answer import Answer, Obstacle
from attt.model.finding import Finding
from attt.model.inventory import Host
from attt.model.subject import Endpoint
from attt.model.value import Value


class HostStatus(StrEnum):
    """How far an audit of a host came."""

    AUDITED = "audited"  # every fact that was asked for was read or proved absent
    PARTLY = "partly"  # logged in, but some facts were missed
    UNREACHABLE = "unreachable"  # nothing was learnt; the reason says why


class Failure(StrEnum):
    """Why nothing was learnt from a host."""

    NO_ROUTE = "no_route"  # name or address does not answer
    REFUSED = "refused"  # the port is closed
    TIMED_OUT = "timed_out"
    NOT_SSH = "not_ssh"
    HOST_KEY_UNKNOWN = "host_key_unknown"
    HOST_KEY_CHANGED = "host_key_changed"
    ALGORITHMS = "algorithms"  # no common algorithm
    AUTHENTICATION = "authentication"
    CREDENTIAL = "credential"  # the referenced key or password can't be read here
    NO_SHELL = "no_shell"  # logged in, but no POSIX shell ran the program
    SLOW = "slow"  # logged in, but nothing began in time
    LOST = "lost"
    INTERRUPTED = "interrupted"
    NOT_SUPPORTED = "not_supported"  # a kind of host that this version can't log into
    LOCKED = "locked"  # the lock-out guard held the account back
    JUMP_HOST = "jump_host"  # the jump host on the way failed; the detail names it and why


class PrivilegeHad(StrEnum):
    """With which rights the privileged asks ran."""

    ROOT = "root"
    SUDO = "sudo"  # sudo -n, exact commands
    SUDO_PASSWORD = "sudo_password"
    NONE = "none"


class Support(StrEnum):
    """How well attt knows a platform: proven by lab tests, known from records, or neither."""

    PROVEN = "proven"
    SUPPORTED = "supported"
    GENERIC = "generic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """What the host says it is, from os-release and uname; all text is tainted."""

    id: str = ""  # os-release ID, such as "debian"
    version: str = ""  # VERSION_ID
    name: str = ""  # PRETTY_NAME
    like: tuple[str, ...] = ()
    kernel: str = ""
    machine: str = ""

    @property
    def words(self) -> frozenset[str]:
        """The words that an ask's `platforms` may name."""
        return frozenset(w for w in (self.id, *self.like) if w)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostEvidence:
    """What collecting brought back from one host. `answers` is by ask key.

    `observed_at` is the controller's clock at the start of the contact, RFC 3339 UTC.
    """

    host: str
    address: str
    observed_at: str
    failure: Failure | None = None
    detail: str = ""
    platform: Platform = field(default_factory=Platform)
    privilege: PrivilegeHad = PrivilegeHad.NONE
    host_key: str = ""  # fingerprint, "SHA256:…"
    answers: Mapping[str, Answer] = field(default_factory=dict)
    is_new_key: bool = False  # the host key was trusted on first use, as the user asked


class PortState(StrEnum):
    """What a scan saw of a port."""

    OPEN = "open"
    CLOSED = "closed"
    FILTERED = "filtered"
    OPEN_FILTERED = "open|filtered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """How a TLS handshake of our own went; `name` is the server name (SNI) that it asked for.

    `code` is OpenSSL's verdict on the chain against the authorities that this machine trusts: 0
    where it verifies, None where none was reached. `leaf` is the server's certificate (PEM).
    """

    name: str = ""
    code: int | None = None
    detail: str = ""
    leaf: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What an open port said when it was asked; every text is the port's own and tainted.

    `service` is the protocol that nmap recognised ("" none); `tunnel` is "ssl" where it speaks
    inside TLS; `scripts` holds what nmap's scripts report, by their names, as plain tables.
    Where `obstacle` is set, nothing else is known.
    """

    service: str = ""
    product: str = ""
    version: str = ""
    extra: str = ""
    tunnel: str = ""
    scripts: Mapping[str, Value] = field(default_factory=dict)
    greeting: Greeting | None = None
    obstacle: Obstacle | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortSeen:
    """One port that a scan saw; `speech` is None where it was not asked what it speaks."""

    endpoint: Endpoint
    state: PortState
    service: str = ""  # nmap's guess by number, tainted
    reason: str = ""
    speech: Speech | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanEvidence:
    """What a scan saw of one address from one vantage. `ports_asked` is nmap's own port text."""

    address: str
    vantage: str
    observed_at: str
    host: str | None = None
    zone: str | None = None
    is_up: bool = False
    ports: tuple[PortSeen, ...] = ()
    ports_asked: str = ""
    failure: str | None = None  # why nothing was learnt, such as "no_approval"
    detail: str = ""
    raw: bytes = b""  # nmap's XML, kept as evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedFact:
    """A fact that a host did not let us learn."""

    fact: str
    obstacle: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRecord:
    """One host in a run, done: stored in one transaction. `answers` maps ask key → answer digest."""

    host: str
    name: str
    address: str
    status: HostStatus
    observed_at: str
    failure: Failure | None = None
    detail: str = ""
    platform: Platform = field(default_factory=Platform)
    support: Support = Support.GENERIC
    privilege: PrivilegeHad = PrivilegeHad.NONE
    host_key: str = ""
    missed: tuple[MissedFact, ...] = ()
    findings: tuple[Finding, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRecord:
    """One scanned address in a run, done."""

    evidence: ScanEvidence
    findings: tuple[Finding, ...] = ()
    raw: str = ""  # digest of nmap's XML


class RunStatus(StrEnum):
    """Whether a run came to its end."""

    RUNNING = "running"
    FINISHED = "finished"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The head of a run; `as_of` is the instant that ages and expiries count from by default."""

    id: str
    started_at: str
    attt: str
    rulebook: str
    inventory_digest: str
    inventory_source: str
    standards: tuple[str, ...]
    status: RunStatus = RunStatus.RUNNING
    finished_at: str | None = None
    hosts_declared: tuple[str, ...] = ()
    is_check: bool = False
    only_rules: tuple[str, ...] = ()  # what the run was narrowed to; empty: every rule asked for
    has_scan: bool = True  # false where the network was left out on purpose
    has_walks: bool = True  # false where walks over whole file systems were left out
    jumps: tuple[Host, ...] = ()  # left out by a selection, but others are reached through them
