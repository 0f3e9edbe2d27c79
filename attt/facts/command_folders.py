"""Whether somebody else than root may put programs into the folders in which commands are looked for.

The usual folders are looked at, and all that lie above them: who may write there may put a folder
of his own in their place, but where the sticky bit keeps him from it. A group that nobody belongs
to, such as Debian's `staff`, lets nobody in.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping

from attt.facts import stat
from attt.facts.kind import Answers, text_of
from attt.model.answer import Obstacle
from attt.model.ask import MIB, Ask, ReadFile, Stat
from attt.model.value import Missing, Value

_FOLDERS = (
    *("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"),
    *("/usr/local/games", "/usr/games", "/snap/bin", "/var/lib/snapd/snap/bin", "/opt/bin"),
    *("/opt/sbin", "/usr/X11R6/bin", "/opt/puppetlabs/bin", "/root/bin", "/root/.local/bin"),
)
_GROUP, _OTHERS, _STICKY = 0o020, 0o002, 0o1000
_NUMBER = re.compile(r"[0-9]{1,10}")


def _above(folder: str) -> Iterator[str]:
    while folder != "/":
        folder = posixpath.dirname(folder)
        yield folder


ASKS: Mapping[str, Ask] = {
    "folders": Stat(
        paths=tuple(dict.fromkeys(p for one in _FOLDERS for p in (one, *_above(one)))),
    ),
    "passwd": ReadFile(path="/etc/passwd", cap_bytes=1 * MIB, redact="passwd"),
    "group": ReadFile(path="/etc/group", cap_bytes=1 * MIB, redact="passwd"),
}


class Folders:
    """The folders as they were found; from the answers of ASKS. Raises Unparsable."""

    def __init__(self, answers: Answers) -> None:
        answer = answers["folders"]
        self._gap = Missing(answer.obstacle, answer.detail) if answer.obstacle is not None else None
        self._looked = stat.parse(answer) if self._gap is None else stat.Looked()
        self._peopled = _peopled(answers)

    def is_open(self, folder: str) -> bool | Missing:
        """Whether somebody else may put something there; missing where it was not looked at."""
        place = posixpath.normpath(folder)
        if self._gap is not None or place not in _FOLDERS:
            return self._gap or Missing(Obstacle.UNSUPPORTED, f"not looked at: {folder[:80]}")
        found = [self._is_open(place, is_above=False)]
        found += [self._is_open(one, is_above=True) for one in _above(place)]
        if True in found:
            return True
        return next((one for one in found if isinstance(one, Missing)), False)

    def _is_open(self, path: str, *, is_above: bool) -> bool | Missing:
        one = self._looked.found.get(path)
        if one is None:
            is_absent = path in self._looked.absent
            return False if is_absent else Missing(Obstacle.DENIED, path)
        mode = int(str(one["mode"]), 8)
        if one["uid"] != 0:
            return True
        if is_above and mode & _STICKY:
            return False
        if mode & _OTHERS:
            return True
        return self._lets_in(one["gid"]) if mode & _GROUP else False

    def _lets_in(self, gid: Value) -> bool | Missing:
        if gid == 0:
            return False
        return self._peopled if isinstance(self._peopled, Missing) else gid in self._peopled


def _peopled(answers: Answers) -> frozenset[int] | Missing:
    """The numbers of the groups that some account but root belongs to."""
    for name in ("passwd", "group"):
        if (obstacle := answers[name].obstacle) is not None:
            return Missing(obstacle, answers[name].detail or f"/etc/{name}")
    found: set[int] = set()
    for place, column in (("passwd", 0), ("group", 3)):
        number = 3 if place == "passwd" else 2
        for line in text_of(answers[place]).split("\n"):
            parts = line.split(":")
            if len(parts) > 3 and _NUMBER.fullmatch(parts[number]):
                names = {one.strip() for one in parts[column].split(",")} - {"", "root"}
                found |= {int(parts[number])} if names else set()
    return frozenset(found)
