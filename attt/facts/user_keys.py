"""The lines of authorized_keys: which public key each holds, and how far it opens the account.

Sources: sshd(8) "AUTHORIZED_KEYS FILE FORMAT", RFC 4253 6.6, RFC 5656, OpenSSH PROTOCOL.u2f.
"""

import base64
import binascii
import re
from dataclasses import dataclass

_TYPES = {
    "ssh-rsa": "rsa",
    "ssh-dss": "dsa",
    "ssh-ed25519": "ed25519",
    "ecdsa-sha2-nistp256": "ecdsa",
    "ecdsa-sha2-nistp384": "ecdsa",
    "ecdsa-sha2-nistp521": "ecdsa",
    "sk-ssh-ed25519@openssh.com": "sk-ed25519",
    "sk-ecdsa-sha2-nistp256@openssh.com": "sk-ecdsa",
}
KINDS = tuple(dict.fromkeys(_TYPES.values()))
_BITS = {"256": 256, "384": 384, "521": 521}
# Comments that programs write by themselves tell nothing of a person.
_NOBODY = re.compile(r"(?:[a-z0-9]+-key-[0-9]{8}|imported-openssh-key|ssh-key-.*|no comment|)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One public key. `bits` counts the modulus or the curve; `owner` is whom its comment names.

    `is_bound` where the line fixes the command that runs; `is_authority` where every certificate
    of the key counts; `asks_person` where the line asks for the token's PIN (verify-required).
    """

    kind: str
    bits: int
    owner: str | None
    is_bound: bool
    is_authority: bool
    asks_person: bool


def read(content: bytes) -> list[Key]:
    """The keys of a file; as sshd does, lines that hold none are passed over."""
    found = (_key(line.strip()) for line in content.decode("utf-8", "replace").split("\n"))
    return [key for key in found if key is not None]


def _key(line: str) -> Key | None:
    if not line or line.startswith("#"):
        return None
    options, rest = "", line
    if line.split(None, 1)[0] not in _TYPES:
        options, rest = _options(line)
    words = rest.split(None, 2)
    if len(words) < 2 or words[0] not in _TYPES:
        return None
    bits = _bits(words[0], words[1])
    if bits is None:
        return None
    names = {one.partition("=")[0].lower() for one in _split(options)}
    return Key(
        kind=_TYPES[words[0]],
        bits=bits,
        owner=_owner(words[2] if len(words) > 2 else ""),
        is_bound="command" in names,
        is_authority="cert-authority" in names,
        asks_person="verify-required" in names,
    )


def _options(line: str) -> tuple[str, str]:
    """The options at the head of a line, up to the first blank outside quotes, and the rest."""
    within = False
    for n, letter in enumerate(line):
        if letter == '"' and line[n - 1 : n] != "\\":
            within = not within
        elif letter in " \t" and not within:
            return line[:n], line[n:].strip()
    return line, ""


def _split(options: str) -> list[str]:
    bare = re.sub(r'"(?:[^"]|(?<=\\)")*"', '""', options)
    return [one.strip() for one in bare.split(",") if one.strip()]


def _bits(type_: str, blob: str) -> int | None:
    try:
        raw = base64.b64decode(blob, validate=True)
    except (binascii.Error, ValueError):
        return None
    parts = _parts(raw)
    if not parts or parts[0] != type_.encode():
        return None
    match type_:
        case "ssh-rsa":
            return int.from_bytes(parts[2], "big").bit_length() if len(parts) > 2 else None
        case "ssh-dss":
            return int.from_bytes(parts[1], "big").bit_length() if len(parts) > 1 else None
        case _:
            return next((n for text, n in _BITS.items() if f"nistp{text}" in type_), 256)


def _parts(raw: bytes) -> list[bytes]:
    """The strings of the SSH wire format; an end in the middle of one ends them all."""
    found, at = [], 0
    while at + 4 <= len(raw):
        length = int.from_bytes(raw[at : at + 4], "big")
        if at + 4 + length > len(raw):
            return []
        found.append(raw[at + 4 : at + 4 + length])
        at += 4 + length
    return found


def _owner(comment: str) -> str | None:
    """The person that a comment names: what stands before the @, else all of it."""
    text = comment.strip().lower()
    named = re.match(r"([^@\s]+)@", text)
    name = named[1] if named else text
    return None if _NOBODY.fullmatch(name) else name[:64]
