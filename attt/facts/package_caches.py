"""When a host of rpm last fetched its package lists, and why it is not asked what waits.

dnf, yum and zypper write a log, a lock and temporary files even where they are told to use their
cache alone (seen with strace on dnf 4.14 and zypper 1.14), so none of them is run: what waits is
missing, and the words of the gap name the command for the host itself. What is read is the age of
the lists in their caches: dnf renews the time of a repository's list whenever its server says that
nothing has changed. Sources: dnf(8), yum(8), zypper(8).
"""

import re

from attt.facts.instants import of_epoch
from attt.facts.kind import text_of
from attt.facts.packages import RPM_PLATFORMS
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Command
from attt.model.value import Missing, Value

_CACHES = {
    "/var/cache/libdnf5": "dnf -C updateinfo list --security",
    "/var/cache/dnf": "dnf -C updateinfo list --security",
    "/var/cache/yum": "yum -C updateinfo list security",
    "/var/cache/zypp/raw": "zypper --no-refresh list-patches --category security",
}
ASK = Command(
    argv=(
        *("find", *_CACHES, "-type", "f", "-name", "*repomd.xml", "-printf", "%T@ %p\\n"),
        *("-o", "-type", "f", "-name", "*primary.xml*", "-printf", "%T@ %p\\n"),
    ),
    platforms=RPM_PLATFORMS,
    statuses=(0, 1),
)
_LINE = re.compile(r"(?m)^([0-9]{1,12})(?:\.[0-9]+)? (/\S+)$")


def pending(answer: Answer) -> Missing:
    """Why nobody can tell which updates wait, with what to run on the host."""
    paths = [path for _, path in _LINE.findall(text_of(answer))]
    said = [command for folder, command in _CACHES.items() if _is_in(folder, paths)]
    if not said:
        return Missing(Obstacle.UNSUPPORTED, "no package lists are on the host: none were fetched")
    why = f"to look for updates would write on the host; run there yourself: {said[0]}"
    return Missing(Obstacle.UNSUPPORTED, why)


def refreshed(answer: Answer) -> Value:
    """When the newest list was fetched or found unchanged; null where there is none."""
    newest = max((int(seconds) for seconds, _ in _LINE.findall(text_of(answer))), default=-1)
    return of_epoch(newest) if newest >= 0 else None


def _is_in(folder: str, paths: list[str]) -> bool:
    return any(path.startswith(f"{folder}/") for path in paths)
