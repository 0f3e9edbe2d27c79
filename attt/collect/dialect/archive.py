"""Tar archives made canonical: the same bytes for the same files, whatever host sent them."""

import io
import tarfile
from collections.abc import Mapping

_BLOCK = 512
_NAME = 100


def written(files: Mapping[str, bytes]) -> bytes:
    """An archive with nothing but names and contents, the same bytes for the same files.

    The form is that of tarfile's PAX_FORMAT, which writes what does not fit the plain header.
    """
    if not all(len(name) <= _NAME and name.isascii() and "/" not in name for name in files):
        return _written_by_library(files)
    parts = [part for name in sorted(files) for part in _entry(name.encode(), files[name])]
    whole = b"".join((*parts, bytes(2 * _BLOCK)))
    return whole + bytes(-len(whole) % tarfile.RECORDSIZE)


def _entry(name: bytes, content: bytes) -> tuple[bytes, bytes, bytes]:
    size = b"%011o" % len(content)
    header = b"%s0000644\x000000000\x000000000\x00%s\x0000000000000\x00        0%sustar\x0000" % (
        name.ljust(_NAME, b"\0"),
        size,
        bytes(100),
    )
    header = header.ljust(_BLOCK, b"\0")
    checked = header[:148] + b"%06o\0 " % sum(header) + header[156:]
    return checked, content, bytes(-len(content) % _BLOCK)


def _written_by_library(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()
