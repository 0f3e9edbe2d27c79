"""The exit codes. Nothing else is here, so that `attt --help` is there at once."""

from enum import IntEnum


class Exit(IntEnum):
    """What a caller can rely on; documented in docs/reference/exit-codes.md."""

    CLEAN = 0
    FINDINGS = 1
    WRONG_USE = 2
    BUG = 3
    TOO_LITTLE_SEEN = 4
    INTERRUPTED = 130
