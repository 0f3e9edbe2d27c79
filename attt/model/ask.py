"""What a host can be asked: a closed set of read-only questions. Never a shell line."""

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import lru_cache


class Privilege(StrEnum):
    """The rights that an ask needs on the host."""

    NONE = "none"
    ROOT = "root"


class Cost(StrEnum):
    """How much an ask loads the host: cheap (milliseconds) or a walk over its file system."""

    CHEAP = "cheap"
    WALK = "walk"


KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Run one program with exact arguments; its answer is stdout, exit status and stderr.

    With `privilege` root, argv[0] is the absolute path that sudoers names.
    `statuses` are the exit statuses with which the answer means something.
    """

    argv: tuple[str, ...]
    privilege: Privilege = Privilege.NONE
    timeout_s: int = 10
    cap_bytes: int = 1 * MIB
    statuses: tuple[int, ...] = (0,)
    cost: Cost = Cost.CHEAP
    platforms: tuple[str, ...] = ()  # os-release ID or ID_LIKE words; empty: every POSIX host
    redact: str | None = None  # a name in facts.redact.REDACTORS


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """The bytes of one regular file, symbolic links followed; absence is proved, not guessed."""

    path: str
    privilege: Privilege = Privilege.NONE
    cap_bytes: int = 256 * KIB
    platforms: tuple[str, ...] = ()
    redact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTree:
    """The regular files of one folder (not its subfolders) whose names match a shell glob.

    The answer's stdout is a tar archive of them; a missing folder answers `exists=False`.
    """

    path: str
    glob: str = "*"
    privilege: Privilege = Privilege.NONE
    cap_bytes: int = 1 * MIB
    platforms: tuple[str, ...] = ()
    redact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat:
    """Mode, owner, group, type, size, mtime of each path, links followed; by `stat -L`.

    One line a path that exists, as `mode(octal)|type(hex st_mode)|uid|user|gid|group|size|mtime|path`;
    a path proved absent gives `absent|path`, one that could not be looked at `denied|path`.
    """

    paths: tuple[str, ...]
    privilege: Privilege = Privilege.NONE
    timeout_s: int = 10
    platforms: tuple[str, ...] = ()
    redact: str | None = None


TYPE_NAMES = {Command: "command", ReadFile: "file", ReadTree: "tree", Stat: "stat"}

Ask = Command | ReadFile | ReadTree | Stat


@lru_cache(maxsize=4096)
def key(ask: Ask) -> str:
    """A lasting name of an ask: 16 hex digits over its kind and every field."""
    document = {"ask": TYPE_NAMES[type(ask)], **asdict(ask)}
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
