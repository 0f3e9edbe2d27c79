"""Bytes kept once by their SHA-256, compressed; and names kept once by number."""

import hashlib
import re
import struct
import threading
import zlib
from collections.abc import Iterable, Mapping, Sequence
from weakref import WeakKeyDictionary

import zstandard
from sqlalchemy import Connection, Engine, Table, func, select

from attt.store import tables
from attt.store.statements import Ready, adding, chunks, numbers


class DamagedError(ValueError):
    """Bytes of the store are no longer those that were written."""


_LAST = Ready(select(func.max(tables.content.c.id)))
_STORED_UP_TO = 128
_MOST_BYTES = 1 << 30


def keep(connection: Connection, contents: Sequence[bytes]) -> list[int]:
    """The numbers of `contents`, in their order; what is not there yet is put there."""
    named = {hashlib.sha256(part).digest(): part for part in contents}
    numbers = keep_named(connection, named)
    return [numbers[hashlib.sha256(part).digest()] for part in contents]


def keep_named(connection: Connection, named: Mapping[bytes, bytes]) -> dict[bytes, int]:
    """The numbers of contents by their SHA-256, which the caller vouches for."""
    digests = tables.content.c.digest
    known = numbers(connection, digests, named)
    if new := [digest for digest in named if digest not in known]:
        # Ours alone to write, so the next numbers are known; asking for them again would cost more.
        first = (_LAST.first(connection) or 0) + 1
        rows = [(n, digest, squeezed(named[digest])) for n, digest in enumerate(new, first)]
        adding(tables.content, "id", "digest", "body").run_all(connection, rows)
        known |= {digest: n for n, digest, _ in rows}
    return known


def squeezed(body: bytes) -> bytes:
    """A Zstandard frame (RFC 8878) of the bytes; short ones stand uncompressed in a zlib stream.

    Those gain nothing, and a host has a hundred of them (RFC 1950; RFC 1951, 3.2.4: a stored block).
    """
    size = len(body)
    if size > _STORED_UP_TO:
        return _compressor().compress(body)
    head = b"\x78\x01\x01" + struct.pack("<HH", size, size ^ 0xFFFF)
    return b"%s%s%s" % (head, body, struct.pack(">I", zlib.adler32(body)))


_OWN = threading.local()


def _compressor() -> zstandard.ZstdCompressor:
    """One a thread: it holds what it works with."""
    kept: zstandard.ZstdCompressor | None = getattr(_OWN, "compressor", None)
    if kept is None:
        kept = _OWN.compressor = zstandard.ZstdCompressor(level=1)
    return kept


def fetch(connection: Connection, numbers: Iterable[int]) -> dict[int, bytes]:
    """The bytes by number, each checked against its digest; raises DamagedError."""
    wanted = set(numbers)
    found: dict[int, bytes] = {}
    for chunk in chunks(wanted):
        query = select(tables.content).where(tables.content.c.id.in_(chunk))
        found |= {row.id: _opened(row.digest, row.body) for row in connection.execute(query)}
    if lost := wanted - found.keys():
        raise DamagedError(str(lost))
    return found


def fetch_digest(connection: Connection, digest: str) -> bytes | None:
    """The bytes under 64 hex digits, or None where the store has none; raises DamagedError."""
    if not re.fullmatch("[0-9a-f]{64}", digest):
        return None
    name = bytes.fromhex(digest)
    query = select(tables.content.c.body).where(tables.content.c.digest == name)
    body = connection.execute(query).scalar()
    return None if body is None else _opened(name, body)


def _opened(digest: bytes, body: bytes) -> bytes:
    try:
        plain = plainly(body)
    except (zlib.error, zstandard.ZstdError) as error:
        raise DamagedError(digest.hex()) from error
    if hashlib.sha256(plain).digest() != digest:
        raise DamagedError(digest.hex())
    return plain


def plainly(body: bytes) -> bytes:
    """What `squeezed` was given. Raises zlib.error or ZstdError; stores of schema 1 hold zlib alone."""
    if not body.startswith(zstandard.FRAME_HEADER):
        return zlib.decompress(body)
    if not 0 <= zstandard.frame_content_size(body) <= _MOST_BYTES:  # damage may say anything
        raise zstandard.ZstdError("a size that nothing kept here has")
    return zstandard.ZstdDecompressor().decompress(body)


_KNOWN: WeakKeyDictionary[Engine, dict[tuple[str, str], int]] = WeakKeyDictionary()
_KNOWN_AT_MOST = 100_000


def number_names(connection: Connection, table: Table, names: Iterable[str]) -> dict[str, int]:
    """The numbers of names in `table` (columns id and name); new names are put there.

    Names that were there already are remembered: they are never deleted. One that is new is not,
    since its transaction may still come to nothing; so a name may be asked for once in each.
    """
    memory = _KNOWN.setdefault(connection.engine, {})
    wanted = list(names)
    known = {name: memory[table.name, name] for name in wanted if (table.name, name) in memory}
    found = numbers(connection, table.c.name, [name for name in wanted if name not in known])
    if len(memory) < _KNOWN_AT_MOST:
        memory.update({(table.name, name): number for name, number in found.items()})
    known |= found
    if new := [name for name in wanted if name not in known]:
        adding(table, "name").run_all(connection, [(name,) for name in new])
        known |= numbers(connection, table.c.name, new)
    return known
