"""Reading a program's two streams to the end, within its caps and deadlines."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from attt.collect.dialect.posix import Program

_SLACK_S = 8
_BEGIN_S = 60  # a host that many ask at once, or that looks its accounts up far away, begins late
_TURN_S = 1.0
STDERR_CAP = 1024 * 1024
Chunk = tuple[str, bytes]
"""("out" or "err", bytes); empty bytes where a wait of about 0.2 s brought nothing."""


class Ended(StrEnum):
    """How reading came to its end."""

    DONE = "done"
    TIMED_OUT = "timed_out"
    TOO_MUCH = "too_much"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """All that came, and why reading ended."""

    stdout: bytes
    stderr: bytes
    ended: Ended


def pump(
    chunks: Iterator[Chunk],
    program: Program,
    is_cancelled: Callable[[], bool],
    clock: Callable[[], float] = time.monotonic,
) -> Streams:
    """Read `chunks` until they end, or a frame or the whole takes longer than it may.

    The host has its own time-outs; these are the second line, for a host that does not keep them.
    Between two chunks at most a second is counted: where this machine was too busy to listen, or
    attt was stopped for a while, what the host said meanwhile waits to be read.
    """
    out, err = bytearray(), bytearray()
    frame_s = program.frame_s + _SLACK_S
    cap_bytes, frame_bytes, timeout_s = program.cap_bytes, program.frame_bytes, program.timeout_s
    mark = b"\n" + program.nonce.encode() + b" "
    looked = clock()
    listened = last_mark = 0.0  # seconds
    begun: float | None = None  # when the first mark came; until then patience alone counts
    patience_s = max(frame_s, _BEGIN_S)
    framed = 0  # bytes since the last mark
    ended = Ended.DONE
    for stream, data in chunks:
        before, looked = looked, clock()
        listened += min(looked - before, _TURN_S)
        if stream == "out" and data:
            seen = len(out)
            out += data
            at = out.rfind(mark, max(0, seen - len(mark)))
            framed += len(data)
            if at >= 0:
                last_mark, framed = listened, len(out) - at
                begun, patience_s = listened if begun is None else begun, frame_s
        elif len(err) < STDERR_CAP:
            err += data
        if is_cancelled():
            ended = Ended.CANCELLED
        elif len(out) > cap_bytes or framed > frame_bytes:
            ended = Ended.TOO_MUCH
        elif listened - last_mark > patience_s or (
            begun is not None and listened - begun > timeout_s
        ):
            ended = Ended.TIMED_OUT
        if ended is not Ended.DONE:
            break
    return Streams(stdout=bytes(out), stderr=bytes(err), ended=ended)
