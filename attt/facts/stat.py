"""The lines of a Stat answer, as records of a file's type, mode and owner."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from attt.facts.instants import of_epoch
from attt.facts.kind import Unparsable, text_of
from attt.model.answer import Answer
from attt.model.shape import Instant, Integer, Mode, Record, Shape, Text
from attt.model.value import Value

_KINDS = {
    0o100000: "file",
    0o040000: "directory",
    0o020000: "device",
    0o060000: "device",
    0o140000: "socket",
    0o010000: "pipe",
    0o120000: "link",
}

FIELDS: Mapping[str, Shape] = {
    "path": Text(),
    "kind": Text(choices=("file", "directory", "device", "socket", "pipe", "link", "other")),
    "mode": Mode(),
    "user": Text(),
    "uid": Integer("uid"),
    "group": Text(),
    "gid": Integer("gid"),
    "size": Integer("bytes"),
    "modified": Instant(nullable=True),
}
SHAPE = Record(FIELDS, volatile=frozenset({"size", "modified"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was found of each path: a record, proved absent, or not to be looked at."""

    found: dict[str, dict[str, Value]] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()


def parse(answer: Answer) -> Looked:
    """All lines of a Stat answer without obstacle. Raises Unparsable."""
    found: dict[str, dict[str, Value]] = {}
    absent: list[str] = []
    denied: list[str] = []
    for line in text_of(answer).split("\n"):
        word, _, path = line.partition("|")
        if word == "absent":
            absent.append(path)
        elif word == "denied":
            denied.append(path)
        elif line:
            record = _record(line)
            found[str(record["path"])] = record
    return Looked(found=found, absent=tuple(absent), denied=tuple(denied))


def _record(line: str) -> dict[str, Value]:
    parts = line.split("|", 8)
    if len(parts) != 9:
        raise Unparsable("a line of stat has not 9 parts")
    mode, kind, uid, user, gid, group, size, modified, path = parts
    return {
        "path": path,
        "kind": _kind(kind),
        "mode": _mode(mode),
        "user": user,
        "uid": _id(uid),
        "group": group,
        "gid": _id(gid),
        "size": _number(size, 10),
        "modified": of_epoch(_number(modified.partition(".")[0], 10)),
    }


@lru_cache(maxsize=256)
def _id(text: str) -> int:
    return _number(text, 10)


@lru_cache(maxsize=128)
def _kind(text: str) -> str:
    return _KINDS.get(_number(text, 16) & 0o170000, "other")


@lru_cache(maxsize=1024)
def _mode(text: str) -> str:
    return f"{_number(text, 8) & 0o7777:04o}"


def _number(text: str, base: int) -> int:
    if not (text.isascii() and text.isalnum() and len(text) <= 20):
        raise Unparsable("a number of stat can't be read")
    try:
        return int(text, base)
    except ValueError as error:
        raise Unparsable("a number of stat can't be read") from error
