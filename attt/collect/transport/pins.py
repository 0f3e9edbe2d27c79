"""Host keys that somebody enrolled: an OpenSSH known_hosts file beside the store.

A host whose key is not here is not talked to; a host whose key differs gets no credential.
"""

import base64
import hashlib
import os
import threading
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from attt.errors import InputError, Place
from attt.message import Message

SSH_PORT = 22


class Match(StrEnum):
    """What the pins say of an offered key."""

    SAME = "same"
    UNKNOWN = "unknown"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class HostKey:
    """A public host key: its algorithm and its raw blob."""

    algorithm: str
    blob: bytes

    @property
    def fingerprint(self) -> str:
        """The key's SHA-256 as ssh-keygen -l prints it."""
        digest = hashlib.sha256(self.blob).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def name_of(address: str, port: int) -> str:
    """How known_hosts names an address and port."""
    return address if port == SSH_PORT else f"[{address}]:{port}"


@dataclass(slots=True)
class Pins:
    """The enrolled keys of one file. Safe to use from several threads."""

    path: Path
    _keys: dict[str, list[HostKey]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        if not self.path.exists():
            return
        lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        for number, line in enumerate(lines, 1):
            if line.strip() and not line.startswith("#"):
                self._read(line, number)

    def _read(self, line: str, number: int) -> None:
        words = line.split()
        try:
            names, algorithm, text = words[0], words[1], words[2]
            blob = base64.b64decode(text, validate=True)
        except (IndexError, ValueError):
            raise InputError(
                Message("This line is not a host key"),
                hint=Message("Write: address algorithm key, as ssh-keyscan prints it"),
                place=Place(str(self.path), number, 1),
            ) from None
        for name in names.split(","):
            self._keys.setdefault(name, []).append(HostKey(algorithm=algorithm, blob=blob))

    def of(self, address: str, port: int) -> tuple[HostKey, ...]:
        """Every key enrolled for an address and port."""
        return tuple(self._keys.get(name_of(address, port), ()))

    def match(self, address: str, port: int, key: HostKey) -> Match:
        """What the pins say of `key`; another algorithm than the pinned ones is a change too."""
        pinned = self.of(address, port)
        if not pinned:
            return Match.UNKNOWN
        return Match.SAME if any(p.blob == key.blob for p in pinned) else Match.CHANGED

    def enrol(self, address: str, port: int, key: HostKey) -> None:
        """Write one key down for good; the file is its owner's alone."""
        with self._lock:
            if key in self.of(address, port):
                return
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            text = base64.b64encode(key.blob).decode()
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(f"{name_of(address, port)} {key.algorithm} {text}\n")
            self._keys.setdefault(name_of(address, port), []).append(key)

    def forget(self, address: str, port: int) -> int:
        """Take every key of an address and port out, for a host that was installed anew."""
        name = name_of(address, port)
        with self._lock:
            gone = len(self._keys.pop(name, []))
            if gone:
                lines = self.path.read_text(encoding="utf-8").splitlines()
                kept = [left for line in lines if (left := _without(name, line)) is not None]
                self.path.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
        return gone


def _without(name: str, line: str) -> str | None:
    """A line of the file without one name; None where it named nothing else."""
    names, space, key = line.partition(" ")
    if line.startswith("#") or name not in names.split(","):
        return line
    others = ",".join(other for other in names.split(",") if other != name)
    return f"{others}{space}{key}" if others else None
