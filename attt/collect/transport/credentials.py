"""Credentials for one login: from ssh-agent, a referenced key or a referenced password."""

import contextlib
import io
import os
import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

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


@dataclass(frozen=True, slots=True)
class Keys:
    """Private keys to be offered one after the other: one named key, or those of the agent."""

    keys: tuple[paramiko.PKey, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Password:
    """A password to be sent once."""

    text: str = field(repr=False)


@dataclass(slots=True)
class Keyring:
    """Keys that were read already: a passphrase costs a second of work, once a run and not a host."""

    _keys: dict[tuple[str, str], Keys | Refused] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def key(self, reference: Secret, passphrase: Secret | None, around: Surroundings) -> Keys:
        """The key that a reference names. Raises Refused, the same each time, where there is none."""
        name = (str(reference), str(passphrase or ""))
        with self._lock:
            if name not in self._keys:
                try:
                    self._keys[name] = Keys((_read(reference, passphrase, around),))
                except Refused as refused:
                    self._keys[name] = refused
            found = self._keys[name]
        if isinstance(found, Refused):
            raise Refused(found.failure, found.detail)
        return found


def credentials(
    connect: Connect, around: Surroundings, keyring: Keyring
) -> Generator[tuple[Secret, Keys | Password]]:
    """The key or keys and then the password, each with its reference, each to be tried once.

    Raises Refused where one can't be had.
    """
    if connect.key is None and connect.password is None:
        raise Refused(Failure.CREDENTIAL, "no key, password or agent is named for this host")
    if connect.key is not None and connect.key.scheme == "agent":
        with contextlib.closing(_agent()) as agent:
            yield connect.key, Keys(tuple(agent.get_keys()[:_AGENT_KEYS]))
    elif connect.key is not None:
        yield connect.key, keyring.key(connect.key, connect.passphrase, around)
    if connect.password is not None:
        yield connect.password, Password(revealed(connect.password, around))


def revealed(secret: Secret, around: Surroundings) -> str:
    """A referenced secret in the open; Refused where the reference leads nowhere."""
    try:
        return around.resolve(secret).reveal()
    except AtttError as error:
        where = f"{error.place}: " if error.place else ""
        mend = f" {error.hint}" if error.hint else ""
        raise Refused(Failure.CREDENTIAL, f"{where}{error.message}.{mend}") from error


def _read(reference: Secret, passphrase: Secret | None, around: Surroundings) -> paramiko.PKey:
    text = revealed(reference, around)
    secret = revealed(passphrase, around) if passphrase else None
    key = _parsed(text, secret, str(reference))
    if reference.scheme == "file":
        _add_certificate(key, Path(reference.name).expanduser())
    return key


def _parsed(text: str, passphrase: str | None, reference: str) -> paramiko.PKey:
    for kind in _KINDS:
        try:
            return kind.from_private_key(io.StringIO(text), passphrase)
        except paramiko.PasswordRequiredException as error:
            said = f"{reference} has a passphrase: use ssh-agent, or name it under passphrase"
            raise Refused(Failure.CREDENTIAL, said) from error
        except (paramiko.SSHException, ValueError, TypeError, IndexError, AssertionError):
            continue
    if passphrase is not None:
        said = f"{reference} does not open with its passphrase, or is no ed25519, ECDSA or RSA key"
        raise Refused(Failure.CREDENTIAL, said)
    raise Refused(Failure.CREDENTIAL, f"{reference} is not an ed25519, ECDSA or RSA private key")


def _add_certificate(key: paramiko.PKey, path: Path) -> None:
    """An OpenSSH certificate beside the key (KEY-cert.pub) is shown in place of the plain key."""
    beside = path.with_name(f"{path.name}-cert.pub")
    try:
        text = beside.read_text(encoding="ascii")
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(Failure.CREDENTIAL, f"{beside} can't be read") from error
    try:
        key.load_certificate(text)
    except (paramiko.SSHException, ValueError, IndexError) as error:
        raise Refused(Failure.CREDENTIAL, f"{beside} is no certificate of this key") from error


def _agent() -> paramiko.Agent:
    """The running ssh-agent with at least one key; it stays open while its keys sign."""
    if not os.environ.get("SSH_AUTH_SOCK"):
        raise Refused(Failure.CREDENTIAL, "no ssh-agent runs here (SSH_AUTH_SOCK is not set)")
    try:
        agent = paramiko.Agent()
    except (paramiko.SSHException, OSError, EOFError) as error:
        raise Refused(Failure.CREDENTIAL, f"ssh-agent: {error}"[:200]) from error
    if not agent.get_keys():
        agent.close()
        raise Refused(Failure.CREDENTIAL, "ssh-agent holds no key")
    return agent
