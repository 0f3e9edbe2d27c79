"""One real host over SSH with paramiko: one connection, one exec, nothing written there."""

import contextlib
import getpass
import select
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import paramiko

from attt.collect.dialect.posix import EXEC, Program, compile_program
from attt.collect.transport.connection import CONNECTION_ERRORS, dial, dial_through, exchange
from attt.collect.transport.credentials import credentials, revealed
from attt.collect.transport.deadline import within
from attt.collect.transport.interface import Surroundings
from attt.collect.transport.pins import Match, Pins
from attt.collect.transport.posix_host import with_reply
from attt.collect.transport.pump import Chunk, pump
from attt.collect.transport.refused import Refused
from attt.model.ask import Ask
from attt.model.inventory import Host
from attt.model.run import Failure, HostEvidence

_WAIT_MS = 200
_SEND_TIMEOUT_S = 30
_KEEPALIVE_S = 15
_NEXT_ADDRESS = (Failure.NO_ROUTE, Failure.REFUSED, Failure.TIMED_OUT)


@dataclass(frozen=True, slots=True)
class SshTransport:
    """Gathers over SSH. `trust_new` enrols an unknown host key instead of refusing it.

    `jumps` holds the hosts by id that others are reached through.
    """

    around: Surroundings
    pins: Pins
    trust_new: bool = False
    jumps: Mapping[str, Host] = field(default_factory=dict)

    def gather(self, host: Host, asks: Sequence[Ask]) -> HostEvidence:
        """Try the host's addresses in order until one answers; then ask everything in one exec."""
        empty = HostEvidence(host=host.id, address="", observed_at=self.around.now())
        evidence = replace(empty, failure=Failure.NO_ROUTE)
        program = compile_program(asks, nonce=self.around.nonce())
        for address in host.addresses:
            evidence = self._at(replace(empty, address=address), host, program)
            if evidence.failure not in _NEXT_ADDRESS:
                break
        return evidence

    def _at(self, evidence: HostEvidence, host: Host, program: Program) -> HostEvidence:
        with contextlib.ExitStack() as open_links:
            try:
                link = self._dial(host, evidence.address, open_links)
                evidence = self._greet(link, evidence, host)
                self._log_in(link, host)
                sudo = host.connect.sudo_password
                password = revealed(sudo, self.around) if sudo else ""
                channel = link.open_session(timeout=host.connect.timeout_s)
                return self._ask(channel, evidence, program, password, host.connect.timeout_s)
            except Refused as refused:
                return replace(evidence, failure=refused.failure, detail=refused.detail)
            except CONNECTION_ERRORS as error:
                return replace(evidence, failure=Failure.LOST, detail=str(error)[:200])

    def _dial(
        self, host: Host, address: str, open_links: contextlib.ExitStack
    ) -> paramiko.Transport:
        """A link to the host, through its jump hosts where it has any; all close with the stack."""
        connect = host.connect
        if connect.via is None:
            link = dial(address, connect.port, connect.timeout_s)
        else:
            jump = self._jump(connect.via, open_links)
            link = dial_through(jump, address, connect.port, connect.timeout_s)
        open_links.callback(link.close)
        return link

    def _jump(self, jump_id: str, open_links: contextlib.ExitStack) -> paramiko.Transport:
        """A jump host that is logged into: its key is judged and its account used as any host's."""
        host = self.jumps[jump_id]
        problem = Refused(Failure.NO_ROUTE, "the jump host has no address")
        for address in host.addresses:
            try:
                link = self._dial(host, address, open_links)
                evidence = HostEvidence(host=host.id, address=address, observed_at="")
                self._greet(link, evidence, host)
                self._log_in(link, host)
            except Refused as refused:
                detail = f"jump host {host.name}: {refused.detail}"
                problem = Refused(refused.failure, detail)
                if refused.failure not in _NEXT_ADDRESS:
                    break
            else:
                return link
        raise problem

    def _greet(self, link: paramiko.Transport, evidence: HostEvidence, host: Host) -> HostEvidence:
        """Key exchange, then the host key is judged before any credential is sent."""
        pinned = self.pins.of(evidence.address, host.connect.port)
        key = exchange(link, pinned, host.connect.timeout_s)
        evidence = replace(evidence, host_key=key.fingerprint)
        match self.pins.match(evidence.address, host.connect.port, key):
            case Match.SAME:
                return evidence
            case Match.UNKNOWN if self.trust_new:
                self.pins.enrol(evidence.address, host.connect.port, key)
                return replace(evidence, is_new_key=True)
            case Match.UNKNOWN:
                raise Refused(Failure.HOST_KEY_UNKNOWN, key.fingerprint)
            case Match.CHANGED:
                raise Refused(Failure.HOST_KEY_CHANGED, key.fingerprint)

    def _log_in(self, link: paramiko.Transport, host: Host) -> None:
        """One try a credential, no more: accounts lock."""
        link.auth_timeout = host.connect.timeout_s
        user = host.connect.user or getpass.getuser()
        tried = ""
        for credential in credentials(host.connect, self.around):
            try:
                if isinstance(credential, str):
                    further = link.auth_password(user, credential, fallback=False)
                else:
                    further = link.auth_publickey(user, credential)
            except paramiko.AuthenticationException as error:
                tried = str(error)[:200]
                continue
            if link.is_authenticated():
                link.set_keepalive(_KEEPALIVE_S)
                return
            tried = ", ".join(further)
        raise Refused(Failure.AUTHENTICATION, tried)

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
            channel.sendall(program.stdin(password))
            channel.shutdown_write()
            streams = pump(_chunks(channel), program, self.around.cancelled.is_set)
        return with_reply(evidence, program, streams)


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
            poll.poll(_WAIT_MS)
            yield "out", b""
