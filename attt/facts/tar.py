"""Reading the headers of a tar archive that a host sent: strict, bounded, nothing is unpacked.

Knows ustar, GNU long names and pax paths (POSIX.1-2017 pax, GNU tar manual); any oddity is
Unparsable, since every byte comes from the host.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from attt.facts.kind import Unparsable

_BLOCK = 512
_PAX_PATH = re.compile(rb"\d+ path=([^\n]*)\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One regular file of an archive; `name` without a leading "./".

    Modes and owners are not kept: what carries the archive does not promise them.
    """

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Whatever an archive names: `kind` is file, directory, link or other; `mode` holds 12 bits."""

    path: str
    kind: str
    mode: int
    uid: int
    content: bytes


_KINDS = {b"0": "file", b"\0": "file", b"7": "file", b"5": "directory", b"2": "link", b"1": "link"}


@lru_cache(maxsize=4)
def entries(archive: bytes) -> tuple[Entry, ...]:
    """Everything in an archive that the host's own tar made, by its path. Raises Unparsable."""
    found: list[Entry] = []
    long_name = None
    for header, content in _blocks(archive):
        mark = header[156:157]
        if mark in {b"L", b"x"}:
            pax = _PAX_PATH.search(content) if mark == b"x" else None
            long_name = content.rstrip(b"\0") if mark == b"L" else (pax[1] if pax else None)
            continue
        name = long_name if long_name is not None else header[:100].split(b"\0", 1)[0]
        long_name = None
        found.append(
            Entry(
                path=_text(name).rstrip("/"),
                kind=_KINDS.get(mark, "other"),
                mode=_number(header[100:108]) & 0o7777,
                uid=_number(header[108:116]),
                content=content,
            )
        )
    return tuple(found)


@lru_cache(maxsize=16)  # several facts of a host read the same few archives
def members(archive: bytes) -> tuple[Member, ...]:
    """The regular files of the archive's own folder, in its order. Raises Unparsable."""
    return tuple(member for member in files(archive) if "/" not in member.name)


def files(archive: bytes) -> tuple[Member, ...]:
    """The regular files of an archive, in its order, each by its path. Raises Unparsable.

    A second name of a file (a hard link) has the content that its first name has.
    """
    found: list[Member] = []
    long_name = None
    for header, content in _blocks(archive):
        match header[156:157]:
            case b"L":
                long_name = content.rstrip(b"\0")
            case b"x":
                pax = _PAX_PATH.search(content)
                long_name = pax[1] if pax else None
            case b"0" | b"\0" | b"7":
                found.append(_member(header, content, long_name))
                long_name = None
            case b"1":
                found.append(_second(header, found, long_name))
                long_name = None
            case _:
                long_name = None
    return tuple(found)


def _blocks(archive: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(archive):
        header = archive[at : at + _BLOCK]
        if not header.strip(b"\0"):
            return
        if len(header) < _BLOCK or header[257:262] != b"ustar" or not _sums(header):
            raise Unparsable("not a tar archive")
        size = _number(header[124:136])
        at += _BLOCK
        if at + size > len(archive):
            raise Unparsable("the tar archive ends early")
        yield header, archive[at : at + size]
        at += _padded(size)


def _sums(header: bytes) -> bool:
    blanked = header[:148] + b" " * 8 + header[156:]
    return sum(blanked) == _number(header[148:156])


def _padded(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK


def _number(field: bytes) -> int:
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    text = field.strip(b"\0 ")
    if not re.fullmatch(rb"[0-7]*", text):
        raise Unparsable("a number of the tar archive can't be read")
    return int(text or b"0", 8)


def _second(header: bytes, found: list[Member], long_name: bytes | None) -> Member:
    first = _text(header[157:257].split(b"\0", 1)[0])
    contents = [member.content for member in found if member.name == first]
    if not contents:
        raise Unparsable("a link of the tar archive leads nowhere")
    return _member(header, contents[-1], long_name)


def _member(header: bytes, content: bytes, long_name: bytes | None) -> Member:
    name = long_name if long_name is not None else header[:100].split(b"\0", 1)[0]
    return Member(name=_text(name), content=content)


def _text(name: bytes) -> str:
    return name.removeprefix(b"./").decode("utf-8", errors="replace")
