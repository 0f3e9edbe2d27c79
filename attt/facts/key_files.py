"""The files of authorized keys in the homes of a host, fetched by one tar that goes nowhere else.

Homes are /root and the folders right in /home and /var/lib; keys may also stand in well-known
folders of /etc/ssh, a file an account. The patterns leave out everything in a home but `.ssh`, and
in there everything but the two names that sshd(8) reads: private keys are never fetched.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from attt.facts import tar
from attt.facts.tar import Entry
from attt.model.answer import Answer, Obstacle
from attt.model.ask import MIB, Command, Privilege
from attt.model.value import Missing

_HOMES = ("root", "home/*", "var/lib/*")
_NAME = "authorized_keys"
CENTRAL = ("etc/ssh/authorized_keys", "etc/ssh/authorized_keys.d", "etc/ssh/keys")
_HOME = re.compile(r"/root|/(?:home|var/lib)/[^/]+")
_FINE = re.compile(
    r"(?:/usr)?(?:/bin/)?tar: (?:.*: Cannot stat: No such file or directory"
    r"|Exiting with failure status due to previous errors|.*: socket ignored)"
)


def _all_but(folder: str, name: str) -> Iterator[str]:
    """Patterns for whatever lies in a folder and does not begin with a name."""
    for n, letter in enumerate(name):
        yield f"{folder}/{name[:n]}[!{letter}]*"
        if n:
            yield f"{folder}/{name[:n]}"


def _excluded() -> Iterator[str]:
    for home in _HOMES:
        yield from _all_but(home, ".ssh")
        yield f"{home}/.ssh?*"
        yield from _all_but(f"{home}/.ssh", _NAME)
        yield f"{home}/.ssh/{_NAME}[!2]*"
        yield f"{home}/.ssh/{_NAME}2?*"
    for folder in CENTRAL:
        yield f"{folder}/*/*"


ASK = Command(
    argv=(
        *("/usr/bin/tar", "-cf", "-", "-C", "/", "--anchored", "--no-wildcards-match-slash"),
        *(f"--exclude={pattern}" for pattern in _excluded()),
        *("root", "home", "var/lib", *CENTRAL),
    ),
    privilege=Privilege.ROOT,
    statuses=(0, 1, 2),
    redact="authorized_keys",
    cap_bytes=4 * MIB,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One file of keys that sshd would read for an account, with the folders that hold it."""

    file: Entry
    above: tuple[Entry, ...]


class KeyFiles:
    """What tar brought, by path without the leading slash. Raises Unparsable."""

    def __init__(self, answer: Answer) -> None:
        self.gap: Missing | None = None
        self._entries: Mapping[str, Entry] = {}
        if answer.obstacle is not None:
            self.gap = Missing(answer.obstacle, answer.detail or "authorized_keys")
            return
        self._entries = {entry.path: entry for entry in tar.entries(answer.stdout)}
        said = answer.stderr.decode("utf-8", errors="replace").splitlines()
        if odd := [line for line in said if line.strip() and not _FINE.fullmatch(line.strip())]:
            self.gap = Missing(Obstacle.DENIED, odd[0][:120])
        elif "root" not in self._entries or answer.status not in {0, 2}:
            self.gap = Missing(Obstacle.FAILED, "tar lists no home of root")

    def of(self, name: str, home: str, places: Sequence[str]) -> list[Found] | Missing:
        """The files of one account, in the places that sshd names; Missing where one was not seen."""
        if self.gap is not None:
            return self.gap
        found = []
        for place in places:
            path = _path(place, name, home)
            if path is None:
                return Missing(Obstacle.IN_CONTEXT, f"keys stand in another place: {place[:60]}")
            chain = [self._entries.get(part) for part in _parts(path)]
            if any(entry is not None and entry.kind in {"link", "other"} for entry in chain):
                return Missing(Obstacle.IN_CONTEXT, f"a link to another place: /{path}")
            last = chain[-1]
            if last is not None and last.kind == "file":
                above = tuple(entry for entry in chain[:-1] if entry is not None)
                found.append(Found(file=last, above=above))
        return found


def _path(place: str, name: str, home: str) -> str | None:
    """Where sshd looks for an account, if that lies where tar was."""
    text = place.replace("%h", home).replace("%u", name).replace("%%", "%")
    path = posixpath.normpath(text if text.startswith("/") else f"{home}/{text}")
    folder, _, file = path.rpartition("/")
    if folder.removeprefix("/") in CENTRAL:
        return path.removeprefix("/")
    if file not in {_NAME, f"{_NAME}2"} or not folder.endswith("/.ssh"):
        return None
    return path.removeprefix("/") if _HOME.fullmatch(folder.removesuffix("/.ssh")) else None


def _parts(path: str) -> list[str]:
    """The path and the folders above it, from an account's home (or the folder of keys) down."""
    words = path.split("/")
    first = 1 if words[0] == "root" else len(words) - 1 if words[0] == "etc" else len(words) - 2
    return ["/".join(words[:n]) for n in range(first, len(words) + 1)]
