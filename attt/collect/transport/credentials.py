"""Credentials for one login: from ssh-agent, a referenced key or a referenced password."""

import io
import os
from collections.abc import Iterator

import paramiko

from attt.collect.transport.interface import Surroundings
from attt.collect.transport.refused import Refused
from attt.errors import AtttError
from attt.model.inventory import Connect, Secret
from attt.model.run import Failure

_AGENT_KEYS = 5
_KINDS: tuple[type[paramiko.PKey], ...] = (
    paramiko.Ed25519Key,
    paramiko.ECDSAKey,
    paramiko.RSAKey,
)


def credentials(connect: Connect, around: Surroundings) -> Iterator[paramiko.PKey | str]:
    """Keys and then the password, each to be tried once. Raises Refused where one can't be had."""
    if connect.key is None and connect.password is None:
        raise Refused(Failure.CREDENTIAL, "no key, password or agent is named for this host")
    if connect.key is not None and connect.key.scheme == "agent":
        yield from _agent_keys()
    elif connect.key is not None:
        yield _key(revealed(connect.key, around), str(connect.key))
    if connect.password is not None:
        yield revealed(connect.password, around)


def revealed(secret: Secret, around: Surroundings) -> str:
    """A referenced secret in the open; Refused where the reference leads nowhere."""
    try:
        return around.resolve(secret).reveal()
    except AtttError as error:
        where = f"{error.place}: " if error.place else ""
        mend = f" {error.hint}" if error.hint else ""
        raise Refused(Failure.CREDENTIAL, f"{where}{error.message}.{mend}") from error


def _key(text: str, reference: str) -> paramiko.PKey:
    for kind in _KINDS:
        try:
            return kind.from_private_key(io.StringIO(text))
        except paramiko.PasswordRequiredException as error:
            said = f"{reference} is protected by a passphrase: use ssh-agent"
            raise Refused(Failure.CREDENTIAL, said) from error
        except (paramiko.SSHException, ValueError, TypeError, IndexError, AssertionError):
            continue
    raise Refused(Failure.CREDENTIAL, f"{reference} is not an ed25519, ECDSA or RSA private key")


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
