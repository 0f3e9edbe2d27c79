"""The lasting name of an answer: SHA-256 over one canonical encoding, which can be read back."""

import hashlib
import json

from attt.model.answer import Answer, Obstacle


def encode(answer: Answer) -> bytes:
    """One line of canonical JSON, then stdout, then stderr, byte for byte.

    Fields that have their default are left out, so a field added later keeps older digests.
    """
    if (
        answer.exists
        and answer.obstacle is None
        and not answer.detail
        and answer.status is not None
    ):
        line = f'{{"status":{answer.status},"stdout":{len(answer.stdout)}}}'  # what most are
        return b"%s\n%s%s" % (line.encode("ascii"), answer.stdout, answer.stderr)
    header: dict[str, object] = {"stdout": len(answer.stdout)}
    if answer.status is not None:
        header["status"] = answer.status
    if not answer.exists:
        header["exists"] = False
    if answer.obstacle is not None:
        header["obstacle"] = answer.obstacle.value
    if answer.detail:
        header["detail"] = answer.detail
    line = json.dumps(header, sort_keys=True, separators=(",", ":"))
    return b"\n".join((line.encode("ascii"), answer.stdout + answer.stderr))


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
