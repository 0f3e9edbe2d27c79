"""The lasting name of an answer: SHA-256 over one canonical encoding, which can be read back."""

import hashlib
import json
from functools import lru_cache

from attt.model.answer import Answer, Obstacle


def encode(answer: Answer) -> bytes:
    """One line of canonical JSON, then stdout, then stderr, byte for byte.

    Fields that have their default are left out, so a field added later keeps older digests.
    """
    line = _header(
        len(answer.stdout), answer.status, answer.obstacle, answer.detail, exists=answer.exists
    )
    return b"%s\n%s%s" % (line, answer.stdout, answer.stderr)


@lru_cache(maxsize=4096)
def _header(
    stdout: int, status: int | None, obstacle: Obstacle | None, detail: str, *, exists: bool
) -> bytes:
    """Of a host's answers many say nothing but that there is nothing: those are alike."""
    header: dict[str, object] = {"stdout": stdout}
    if status is not None:
        header["status"] = status
    if not exists:
        header["exists"] = False
    if obstacle is not None:
        header["obstacle"] = obstacle.value
    if detail:
        header["detail"] = detail
    return json.dumps(header, sort_keys=True, separators=(",", ":")).encode("ascii")


def decode(content: bytes) -> Answer:
    """The answer that `encode` wrote. Raises ValueError or KeyError for anything else."""
    line, _, rest = content.partition(b"\n")
    header = json.loads(line)
    end = header["stdout"]
    obstacle = header.get("obstacle")
    return Answer(
        stdout=rest[:end],
        status=header.get("status"),
        stderr=rest[end:],
        exists=header.get("exists", True),
        obstacle=None if obstacle is None else Obstacle(obstacle),
        detail=header.get("detail", ""),
    )


def digest(answer: Answer) -> str:
    """64 hex digits over every field of an answer."""
    return digest_of(encode(answer))


def digest_of(content: bytes) -> str:
    """64 hex digits over bytes, such as nmap's XML."""
    return hashlib.sha256(content).hexdigest()
