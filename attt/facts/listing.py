"""What `ls -lnAL FOLDER...` prints, as records of each file's mode and owner (POSIX ls).

The only listing of a folder with modes that every host has. A name that holds a line break, which
nothing of the system has, would make the listing unreadable: Unparsable.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from attt.facts.kind import Unparsable
from attt.model.answer import Obstacle
from attt.model.value import Missing, Value

_ROW = re.compile(
    r"([-dbcpsl])([-r][-w][-xsS])([-r][-w][-xsS])([-r][-w][-xtT])([.+@]?)\s+\d+\s+(\d{1,10})\s+"
    r"(\d{1,10})\s+(\d{1,19}|\d+, *\d+)\s+(\w{3}\s+\d{1,2}\s+[\d:]{4,5}) (.+)"
)
_NOWHERE = re.compile(r"[-dbcpsl?]\?{9}\s")
_FOLDER = re.compile(r"/\S+:")
_TOTAL = re.compile(r"total \d+")
_KINDS = {"-": "file", "d": "directory", "p": "pipe", "s": "socket", "l": "link"}


def parse(text: str, only: str = "") -> dict[str, list[Value]]:
    """The entries of each folder that was listed; `user`, `group` and `modified` are null.

    `only` is the folder where one alone was listed, which `ls` then does not name. A link to
    nowhere leaves a missing element.
    """
    folders: dict[str, list[Value]] = {only: []} if only else {}
    folder = only
    for line in text.split("\n"):
        if row := _ROW.fullmatch(line):
            folders.setdefault(folder, []).append(_record(folder, row))
        elif _NOWHERE.match(line):
            folders.setdefault(folder, []).append(Missing(Obstacle.DENIED, folder))
        elif _FOLDER.fullmatch(line):
            folder = line[:-1]
            folders.setdefault(folder, [])
        elif line and not _TOTAL.fullmatch(line):
            raise Unparsable("a line of ls can't be read")
    return folders


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """What stands at a path itself, links not followed; `has_acl` by the plus behind the mode."""

    kind: str
    has_acl: bool


def names(text: str) -> dict[str, Name]:
    """What `ls -ldn PATH...` prints, by path."""
    found = {}
    for line in text.split("\n"):
        if row := _ROW.fullmatch(line):
            path = row[10].partition(" -> ")[0] if row[1] == "l" else row[10]
            found[path] = Name(kind=_KINDS.get(row[1], "device"), has_acl=row[5] == "+")
        elif line:
            raise Unparsable("a line of ls can't be read")
    return found


def _record(folder: str, row: re.Match[str]) -> dict[str, Value]:
    size = row[8]
    return {
        "path": f"{folder}/{row[10]}",
        "kind": _KINDS.get(row[1], "device"),
        "mode": mode_of(row[2] + row[3] + row[4]),
        "user": None,
        "uid": int(row[6]),
        "group": None,
        "gid": int(row[7]),
        "size": int(size) if size.isdigit() else 0,
        "modified": None,
    }


@lru_cache(maxsize=1024)
def mode_of(letters: str) -> str:
    """Letters such as `rwxr-sr-x` as digits, "2755"."""
    bits = sum(1 << (8 - n) for n, letter in enumerate(letters) if letter not in {"-", "S", "T"})
    special = sum(bit for n, bit in ((2, 0o4000), (5, 0o2000), (8, 0o1000)) if letters[n] in "sStT")
    return f"{bits | special:04o}"
