"""What came back for one ask, before anybody reads meaning into it."""

from dataclasses import dataclass
from enum import StrEnum


class Obstacle(StrEnum):
    """Why something could not be learnt. Each is a reason for an unknown, never a default."""

    DENIED = "denied"  # the account may not read it
    NO_PRIVILEGE = "no_privilege"  # needs root, and neither root nor sudo was had
    TIMED_OUT = "timed_out"
    CUT = "cut"  # longer than the cap: what came is not the whole
    NO_TOOL = "no_tool"  # the program that would tell is not there
    FAILED = "failed"  # the program ran and said that it could not
    UNPARSABLE = "unparsable"
    OUT_OF_TYPE = "out_of_type"  # parsed, but not a value that this fact may have
    IN_CONTEXT = "in_context"  # depends on a context that was not asked (sshd Match)
    CONTRADICTED = "contradicted"  # two sources disagree
    UNSUPPORTED = "unsupported"  # not a platform that this fact can read
    NOT_COLLECTED = "not_collected"  # the evidence at hand does not hold it
    UNREACHABLE = "unreachable"
    LOST = "lost"  # the connection broke before the answer came
    UNSET = "unset"  # the rule needs a value that only the office knows, and nobody set it
    UNLISTED = "unlisted"  # the table of dates at hand does not know the product


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The raw reply to one ask, redacted before anything keeps it.

    `status` is the exit status of a command, or None where there is none. A file or a tree that
    is proved not to exist answers with `exists=False` and no obstacle. Where `obstacle` is set
    the bytes are at most a part, and `detail` says more in the host's or the transport's words.
    """

    stdout: bytes = b""
    status: int | None = None
    stderr: bytes = b""  # its first 4 KiB
    exists: bool = True
    obstacle: Obstacle | None = None
    detail: str = ""
