"""Values under /proc/sys as grep(1) prints them: `path:value`, one line a file, exact paths only.

A file that is not there is told by grep itself ("No such file or directory"); one that may not be
read, too. Whatever is neither printed nor complained of was not learnt.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from attt.facts.kind import text_of
from attt.model.answer import Answer, Obstacle
from attt.model.value import Missing

ROOT = "/proc/sys/"
CAT_CONFIG = ("/usr/bin/systemd-analyze", "--no-pager", "cat-config")
"""Files and drop-ins as systemd takes them together; asked as root, who alone may read some of them."""
_INTEGER = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_COMPLAINT = re.compile(r"(?m)^[\w/.-]*grep: (/[^:\n]+): ([^\n]+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What was printed by path, what grep complained of by path, and why nothing was had at all."""

    printed: Mapping[str, str]
    complaints: Mapping[str, str]
    obstacle: Missing | None = None

    def text(self, path: str) -> str | Missing | None:
        """The value of a file below /proc/sys; None where the kernel has no such setting."""
        whole = ROOT + path
        if self.obstacle is not None:
            return Missing(self.obstacle.obstacle, self.obstacle.detail or path)
        if whole in self.printed:
            return self.printed[whole].strip()
        said = self.complaints.get(whole, "")
        if said == "No such file or directory":
            return None
        denied = said in {"Permission denied", "Operation not permitted"}
        return Missing(Obstacle.DENIED if denied else Obstacle.FAILED, path)

    def number(self, path: str) -> int | Missing | None:
        """The same as a whole number."""
        return number(self.text(path), path)


def number(text: str | Missing | None, path: str) -> int | Missing | None:
    """A value as a whole number; Missing where it is none."""
    if not isinstance(text, str):
        return text
    return int(text) if _INTEGER.fullmatch(text) else Missing(Obstacle.UNPARSABLE, path)


def read(answer: Answer) -> Values:
    """What one grep over files of /proc/sys said."""
    if answer.obstacle is not None:
        gap = Missing(answer.obstacle, answer.detail)
        return Values(printed={}, complaints={}, obstacle=gap)
    printed: dict[str, str] = {}
    for line in text_of(answer).split("\n"):
        path, colon, value = line.partition(":")
        if colon and path.startswith(ROOT):
            printed.setdefault(path, value)
    complaints = dict(_COMPLAINT.findall(answer.stderr.decode("utf-8", errors="replace")))
    return Values(printed=printed, complaints=complaints)
