"""One real host over SSH with paramiko: one connection, one exec, nothing written there."""

import contextlib
import select
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import paramiko

from attt.collect.dialect.posix import EXEC, Program, compile_program
from attt.collect.transport.connection import CONNECTION_ERRORS, dial, dial_through, exchange
from attt.collect.transport.credentials import revealed
from attt.collect.transport.deadline import within
from attt.collect.transport.interface import Surroundings
from attt.collect.transport.jumps import Jumps
from attt.collect.transport.link import Link
from attt.collect.transport.lockout import Accounts
from attt.collect.transport.login import Logins
from attt.collect.transport.pins import Match, Pins
from attt.collect.transport.posix_host import sudo_accepted, with_reply, without_sudo
from attt.collect.transport.pump import STDERR_CAP, Chunk, pump
from attt.collect.transport.refused import Refused
from attt.model.ask import Ask
from attt.model.inventory import Host
from attt.model.run import Failure, HostEvidence

_WAIT_MS = 200
_TOGETHER_S = 0.005  # what comes so soon after is read with it: fewer turns for the same bytes
_SEND_TIMEOUT_S = 30
_OVERHEAD_BYTES = 8 * 1024 * 1024  # packets, padding, and what is under way when reading stops
_NEXT_ADDRESS = (Failure.NO_ROUTE, Failure.REFUSED, Failure.TIMED_OUT)


@dataclass(frozen=True, slots=True)
class SshTransport:
    """Gathers over SSH. `trust_new` enrols an unknown host key instead of refusing it.

    `jumps` holds the hosts by id that others are reached through; `refusals` is how many hosts may
    refuse an account before it is tried on no other. One of these serves one run.
    """

    around: Surroundings
    pins: Pins
    trust_new: bool = False
    jumps: Mapping[str, Host] = field(default_factory=dict)
    refusals: int = 3
    _logins: Logins = field(init=False)
    _passed: Jumps = field(init=False, default_factory=Jumps)

    def __post_init__(self) -> None:
        accounts = Accounts(self.refusals, self.around.cancelled.is_set)
        object.__setattr__(self, "_logins", Logins(self.around, accounts))

    def gather(self, host: Host, asks: Sequence[Ask]) -> HostEvidence:
        """Try the host's addresses in order until one answers; then ask everything in one exec."""
        empty = HostEvidence(host=host.id, address="", observed_at=self.around.now())
        evidence = replace(empty, failure=Failure.NO_ROUTE)
        for address in host.addresses:
            program = compile_program(asks, nonce=self.around.nonce())
            evidence = self._at(replace(empty, address=address), host, program)
            # A host that has shown its key was reached: another address would only lead to it again.
            if evidence.failure not in _NEXT_ADDRESS or evidence.host_key:
                break
        return evidence

    def _at(self, evidence: HostEvidence, host: Host, program: Program) -> HostEvidence:
        most_bytes = program.cap_bytes + STDERR_CAP + _OVERHEAD_BYTES
        with contextlib.ExitStack() as open_links:
            try:
                link = self._dial(host, evidence.address, open_links, most_bytes)
                evidence = self._greet(link, evidence, host)
                self._logins.log_in(link, host.connect)
                return self._with_sudo(link, evidence, host, program)
            except Refused as refused:
                return replace(evidence, failure=refused.failure, detail=refused.detail)
            except CONNECTION_ERRORS as error:
                return replace(evidence, failure=Failure.LOST, detail=str(error)[:200])

    def _with_sudo(
        self, link: Link, evidence: HostEvidence, host: Host, program: Program
    ) -> HostEvidence:
        """Ask everything; a sudo password that other hosts refused is not sent to this one."""
        sudo = host.connect.sudo_password
        with self._logins.sudo(host.connect) as one:
            password = revealed(sudo, self.around) if sudo and one else ""
            channel = link.open_session(timeout=host.connect.timeout_s)
            evidence = self._ask(channel, evidence, program, password, host.connect.timeout_s)
            if one:
                one.is_accepted = sudo_accepted(evidence)
        if sudo and not one:
            said = f"hosts refused the sudo password {sudo}, so it was not tried here"
            return without_sudo(evidence, said)
        return evidence

    def _dial(
        self,
        host: Host,
        address: str,
        open_links: contextlib.ExitStack,
        most_bytes: int | None = None,
    ) -> Link:
        """A link to the host, through its jump hosts where it has any; the stack gives it back."""
        port, timeout_s, via = host.connect.port, host.connect.timeout_s, host.connect.via
        if via is None:
            link = dial(address, port, timeout_s, most_bytes=most_bytes)
        else:
            log_in = partial(self._jump_login, self.jumps[via])
            jump = open_links.enter_context(self._passed.use(via, log_in))
            try:
                link = dial_through(jump, address, port, timeout_s, most_bytes=most_bytes)
            except Refused as refused:
                said = f"{self.jumps[via].name}: {refused.detail}"
                raise Refused(refused.failure, said) from refused
        open_links.callback(link.close)
        return link

    def _jump_login(self, host: Host, open_links: contextlib.ExitStack) -> Link:
        """Log into a jump host: its key is judged and its account used as any host's.

        Its failure is one of its own, by its name: hosts behind it were not at fault.
        """
        refused = Refused(Failure.NO_ROUTE, "it has no address")
        for address in host.addresses:
            evidence = HostEvidence(host=host.id, address=address, observed_at="")
            try:
                link = self._dial(host, address, open_links)
                evidence = self._greet(link, evidence, host)
                self._logins.log_in(link, host.connect)
            except Refused as problem:
                refused = problem
            except CONNECTION_ERRORS as error:
                refused = Refused(Failure.LOST, str(error)[:200])
            else:
                return link
            if refused.failure not in _NEXT_ADDRESS or evidence.host_key:
                break
        if refused.failure is Failure.JUMP_HOST:
            raise refused
        said = f"{host.name}: {refused.failure.value}: {refused.detail}"
        raise Refused(Failure.JUMP_HOST, said)

    def _greet(self, link: Link, evidence: HostEvidence, host: Host) -> HostEvidence:
        """Key exchange, then the host key is judged before any credential is sent."""
        connect = host.connect
        pinned = self.pins.of(evidence.address, connect.port)
        key = exchange(link, pinned, connect.timeout_s)
        evidence = replace(evidence, host_key=key.fingerprint)
        match self.pins.match(evidence.address, connect.port, key):
            case Match.SAME:
                return evidence
            case Match.UNKNOWN if self.trust_new and not (
                connect.password or connect.sudo_password
            ):
                self.pins.enrol(evidence.address, connect.port, key)
                return replace(evidence, is_new_key=True)
            case Match.UNKNOWN:
                said = " (a password goes to enrolled keys alone)" if self.trust_new else ""
                raise Refused(Failure.HOST_KEY_UNKNOWN, f"{key.fingerprint}{said}")
            case Match.CHANGED:
                raise Refused(Failure.HOST_KEY_CHANGED, key.fingerprint)

    def _ask(
        self,
        channel: paramiko.Channel,
        evidence: HostEvidence,
        program: Program,
        password: str,
        timeout_s: float,
    ) -> HostEvidence:
        with contextlib.closing(channel):
            channel.settimeout(_SEND_TIMEOUT_S)
            with within(channel, timeout_s):
                channel.exec_command(EXEC)
            # A host that takes a byte now and then would hold sendall up for ever.
            with within(channel, _SEND_TIMEOUT_S):
                _send(channel, program.stdin(password))
            streams = pump(_chunks(channel), program, self.around.cancelled.is_set)
            has_begun = program.nonce.encode() in streams.stdout
            status = None if has_begun else _exit_status(channel)
            if not (streams.stdout or streams.stderr or channel.get_transport().is_active()):
                raise Refused(Failure.LOST, "the connection broke before the program began")
        return with_reply(evidence, program, streams, status)


def _send(channel: paramiko.Channel, text: bytes) -> None:
    """Send the program. Where the login ended already, its words tell why: they are read next."""
    try:
        channel.sendall(text)
        channel.shutdown_write()
    except TimeoutError:
        raise
    except OSError:
        return


def _exit_status(channel: paramiko.Channel) -> int | None:
    """The exit status of a login that has ended, where the host tells it within a moment."""
    if not channel.eof_received:
        return None
    channel.status_event.wait(_WAIT_MS / 1000)
    return channel.recv_exit_status() if channel.exit_status_ready() else None


def _chunks(channel: paramiko.Channel) -> Iterator[Chunk]:
    """What the channel brings, until both streams have ended."""
    poll = select.poll()
    poll.register(channel.fileno(), select.POLLIN)
    while True:
        # Looked at before reading: what came before the end is in the buffers by then.
        is_over = channel.eof_received or channel.closed
        came = False
        while channel.recv_ready():
            yield "out", channel.recv(65536)
            came = True
        while channel.recv_stderr_ready():
            yield "err", channel.recv_stderr(65536)
            came = True
        if not came:
            if is_over:
                return
            if poll.poll(_WAIT_MS):
                time.sleep(_TOGETHER_S)
            yield "out", b""
