"""One real host over SSH with paramiko: one connection, one exec, nothing written there."""

import contextlib
import getpass
import os
import select
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import paramiko

from attt.collect.dialect.posix import EXEC, Program, compile_program
from attt.collect.transport.interface import Surroundings
from attt.collect.transport.pins import HostKey, Match, Pins
from attt.collect.transport.posix_host import with_reply
from attt.collect.transport.pump import Chunk, pump
from attt.errors import AtttError
from attt.model.ask import Ask
from attt.model.inventory import Host
from attt.model.run import Failure, HostEvidence

_AGENT_KEYS = 5
_WAIT_MS = 200
_CONNECTION_ERRORS = (paramiko.SSHException, EOFError, OSError)


class Refused(Exception):  # noqa: N818 - it never leaves this module
    """The way to a host ended here, for a reason that evidence has a word for."""

    def __init__(self, failure: Failure, detail: str = "") -> None:
        super().__init__(detail)
        self.failure = failure
        self.detail = detail


@dataclass(frozen=True, slots=True)
class SshTransport:
    """Gathers over SSH. `trust_new` enrols an unknown host key instead of refusing it."""

    around: Surroundings
    pins: Pins
    trust_new: bool = False

    def gather(self, host: Host, asks: Sequence[Ask]) -> HostEvidence:
        """Try the host's addresses in order until one answers; then ask everything in one exec."""
        empty = HostEvidence(host=host.id, address="", observed_at=self.around.now())
        evidence = replace(empty, failure=Failure.NO_ROUTE)
        program = compile_program(asks, nonce=self.around.nonce())
        for address in host.addresses:
            evidence = self._at(replace(empty, address=address), host, program)
            if evidence.failure not in (Failure.NO_ROUTE, Failure.REFUSED, Failure.TIMED_OUT):
                break
        return evidence

    def _at(self, evidence: HostEvidence, host: Host, program: Program) -> HostEvidence:
        try:
            link = dial(evidence.address, host.connect.port, host.connect.timeout_s)
        except Refused as refused:
            return replace(evidence, failure=refused.failure, detail=refused.detail)
        with contextlib.closing(link):
            try:
                evidence = self._greet(link, evidence, host)
                self._log_in(link, host)
                password = self._sudo_password(host)
                channel = link.open_session(timeout=host.connect.timeout_s)
                return self._ask(channel, evidence, program, password)
            except Refused as refused:
                return replace(evidence, failure=refused.failure, detail=refused.detail)
            except _CONNECTION_ERRORS as error:
                return replace(evidence, failure=Failure.LOST, detail=str(error)[:200])

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
        tried = ""
        for credential in self._credentials(host):
            try:
                if isinstance(credential, str):
                    further = link.auth_password(
                        host.connect.user or getpass.getuser(), credential, fallback=False
                    )
                else:
                    further = link.auth_publickey(
                        host.connect.user or getpass.getuser(), credential
                    )
            except paramiko.AuthenticationException as error:
                tried = str(error)[:200]
                continue
            if link.is_authenticated():
                link.set_keepalive(15)
                return
            tried = ", ".join(further)
        raise Refused(Failure.AUTHENTICATION, tried)

    def _credentials(self, host: Host) -> Iterator[paramiko.PKey | str]:
        connect = host.connect
        try:
            if connect.key is not None and connect.key.scheme == "agent":
                yield from _agent_keys()
            elif connect.key is not None:
                yield _key_file(Path(connect.key.name).expanduser())
            if connect.password is not None:
                yield self.around.resolve(connect.password).reveal()
        except AtttError as error:
            raise Refused(Failure.CREDENTIAL, str(error.message)) from error
        if connect.key is None and connect.password is None:
            raise Refused(Failure.CREDENTIAL, "no key, password or agent is named for this host")

    def _sudo_password(self, host: Host) -> str:
        if host.connect.sudo_password is None:
            return ""
        try:
            return self.around.resolve(host.connect.sudo_password).reveal()
        except AtttError as error:
            raise Refused(Failure.CREDENTIAL, str(error.message)) from error

    def _ask(
        self, channel: paramiko.Channel, evidence: HostEvidence, program: Program, password: str
    ) -> HostEvidence:
        with contextlib.closing(channel):
            channel.settimeout(30)
            channel.exec_command(EXEC)
            channel.sendall(program.stdin(password))
            channel.shutdown_write()
            streams = pump(_chunks(channel), program, self.around.cancelled.is_set)
        return with_reply(evidence, program, streams)


def exchange(link: paramiko.Transport, pinned: Sequence[HostKey], timeout_s: float) -> HostKey:
    """Start the connection and give the key that the host proved to hold.

    Where keys are pinned, their algorithms are asked for first, so that the host shows that key.
    """
    options = link.get_security_options()
    wanted = {k.algorithm for k in pinned}
    if "ssh-rsa" in wanted:
        wanted |= {"rsa-sha2-512", "rsa-sha2-256"}
    options.key_types = sorted(options.key_types, key=lambda kind: kind not in wanted)
    link.banner_timeout = link.handshake_timeout = timeout_s
    try:
        link.start_client(timeout=timeout_s)
    except paramiko.ssh_exception.IncompatiblePeer as error:
        raise Refused(Failure.ALGORITHMS, str(error)[:200]) from error
    except _CONNECTION_ERRORS as error:
        said = str(error)
        failure = Failure.NOT_SSH if "banner" in said.lower() else Failure.LOST
        raise Refused(failure, said[:200]) from error
    key = link.get_remote_server_key()
    return HostKey(algorithm=key.get_name(), blob=key.asbytes())


def dial(address: str, port: int, timeout_s: float) -> paramiko.Transport:
    """A TCP connection ready for key exchange, without Nagle's delay; Refused when there is none."""
    try:
        plain = socket.create_connection((address, port), timeout=timeout_s)
    except ConnectionRefusedError as error:
        raise Refused(Failure.REFUSED, str(error)) from error
    except TimeoutError as error:
        raise Refused(Failure.TIMED_OUT, str(error)) from error
    except OSError as error:
        raise Refused(Failure.NO_ROUTE, str(error)[:200]) from error
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        return paramiko.Transport(plain)
    except paramiko.SSHException as error:
        plain.close()
        raise Refused(Failure.NOT_SSH, str(error)[:200]) from error


def _key_file(path: Path) -> paramiko.PKey:
    try:
        return paramiko.PKey.from_path(path)
    except FileNotFoundError as error:
        raise Refused(Failure.CREDENTIAL, f"{path}: no such file") from error
    except PermissionError as error:
        raise Refused(Failure.CREDENTIAL, f"{path}: may not be read") from error
    except (paramiko.SSHException, ValueError, TypeError, OSError, IndexError) as error:
        reason = "protected by a passphrase: use ssh-agent" if _is_locked(error) else "not a key"
        raise Refused(Failure.CREDENTIAL, f"{path}: {reason}") from error


def _is_locked(error: Exception) -> bool:
    said = str(error).lower()
    return isinstance(error, paramiko.PasswordRequiredException) or "password" in said


def _agent_keys() -> Iterator[paramiko.PKey]:
    if not os.environ.get("SSH_AUTH_SOCK"):
        raise Refused(Failure.CREDENTIAL, "no ssh-agent runs here (SSH_AUTH_SOCK is not set)")
    agent = paramiko.Agent()
    try:
        keys = agent.get_keys()
        if not keys:
            raise Refused(Failure.CREDENTIAL, "ssh-agent holds no key")
        yield from keys[:_AGENT_KEYS]
    finally:
        agent.close()


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
