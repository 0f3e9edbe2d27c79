"""A connection to an SSH server, up to the key that it proves to hold. No credential is sent."""

import socket
import struct
from collections.abc import Sequence

import paramiko

from attt.collect.transport.link import Link
from attt.collect.transport.pins import HostKey
from attt.collect.transport.refused import Refused
from attt.model.run import Failure

_PROHIBITED = 1  # RFC 4254 5.1: administratively prohibited
# A host that does not keep to the protocol makes paramiko's readers fail with one of the last three.
CONNECTION_ERRORS = (
    *(paramiko.SSHException, EOFError, OSError),
    *(ValueError, IndexError, struct.error),
)


def dial(address: str, port: int, timeout_s: float, *, most_bytes: int | None = None) -> Link:
    """A TCP connection ready for key exchange, without Nagle's delay; Refused when there is none.

    It ends when it has brought `most_bytes`.
    """
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
        return Link(plain, most_bytes)
    except CONNECTION_ERRORS as error:
        plain.close()
        raise Refused(Failure.NOT_SSH, str(error)[:200]) from error


def dial_through(
    jump: Link, address: str, port: int, timeout_s: float, *, most_bytes: int | None = None
) -> Link:
    """The same through a jump host that is logged into already (RFC 4254, direct-tcpip)."""
    try:
        channel = jump.open_channel(
            "direct-tcpip", (address, port), ("127.0.0.1", 0), timeout=timeout_s
        )
    except paramiko.ChannelException as error:
        if error.code == _PROHIBITED:
            said = f"it does not pass connections on (AllowTcpForwarding): {error.text}"
            raise Refused(Failure.JUMP_HOST, said[:200]) from error
        raise Refused(Failure.NO_ROUTE, f"through the jump host: {error.text}"[:200]) from error
    except CONNECTION_ERRORS as error:
        raise Refused(Failure.NO_ROUTE, f"through the jump host: {error}"[:200]) from error
    return Link(channel, most_bytes)


def exchange(link: Link, pinned: Sequence[HostKey], timeout_s: float) -> HostKey:
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
        said = f"{error}; it is {link.remote_version}"
        raise Refused(Failure.ALGORITHMS, said[:200]) from error
    except CONNECTION_ERRORS as error:
        said = str(error)
        failure = Failure.NOT_SSH if "banner" in said.lower() else Failure.LOST
        raise Refused(failure, said[:200]) from error
    key = link.get_remote_server_key()
    return HostKey(algorithm=key.get_name(), blob=key.asbytes())
