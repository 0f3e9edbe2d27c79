"""Fact `mounts.mounts`: what is mounted now, and under which options temporary folders stand.

`mounts` is a list of records (proc(5), mountinfo): `path`, `source`, `fstype`, `options` (those of
the mount; a file system's own may name accounts and are not kept); of several mounts at one path
only the last, which covers the others. `folders` says of /tmp, /var/tmp and /dev/shm: `is_mount`
(it is a mount of its own), `mount` (the mount that it lies on) and `lacking`, those of nodev,
nosuid and noexec that it lies without. A folder that is a symbolic link is what it leads to where
that is another of these; one that is not there is left out.
"""

import re
from collections.abc import Mapping

from attt.facts import listing
from attt.facts.kind import Answers, FactKind, Params, Unparsable, obstacle_of, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import MIB, Ask, Command, ReadFile
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

FOLDERS = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - the folders themselves are the subject
WANTED = ("nodev", "nosuid", "noexec")
_LINK = re.compile(r"(?m)^l\S+ .* (/\S+) -> (\S+)$")
_GONE = re.compile(r"(?m)'?(/[\w/]+)'?: No such file or directory$")


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        "mounts": ReadFile(path="/proc/self/mountinfo", cap_bytes=1 * MIB),
        "names": Command(argv=("ls", "-ldn", *FOLDERS), statuses=(0, 1, 2)),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    if (obstacle := obstacle_of(answers["mounts"])) is not None:
        return obstacle
    mounts = _mounts(text_of(answers["mounts"]))
    folders = _folders(mounts, answers["names"])
    return FactRead(
        value={"mounts": tuple(mounts.values()), "folders": folders}, assurance=Assurance.RUNNING
    )


def _mounts(text: str) -> dict[str, dict[str, Value]]:
    """Each mount by its path. Raises Unparsable where there is none at /."""
    found: dict[str, dict[str, Value]] = {}
    for line in text.split("\n"):
        own, dash, rest = line.partition(" - ")
        words, more = own.split(" "), rest.split(" ")
        if not dash or len(words) < 6 or len(more) < 3:
            if line.strip():
                raise Unparsable("a line of mountinfo can't be read")
            continue
        path = _unescaped(words[4])
        found.pop(path, None)
        found[path] = {
            "path": path,
            "source": _unescaped(more[1]),
            "fstype": more[0],
            "options": tuple(words[5].split(",")),
        }
    if "/" not in found:
        raise Unparsable("mountinfo has no line for /")
    return found


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)


def _folders(mounts: Mapping[str, Mapping[str, Value]], names: Answer) -> Value:
    if names.obstacle is not None:
        return Missing(names.obstacle, names.detail or "ls")
    text = text_of(names)
    there, links = listing.names(text), dict(_LINK.findall(text))
    gone = set(_GONE.findall(names.stderr.decode("utf-8", errors="replace")))
    found: list[Value] = []
    for path in FOLDERS:
        if path in there:
            found.append(_folder(path, links.get(path, path), mounts))
        elif path not in gone:
            found.append(Missing(Obstacle.DENIED, path))
    return tuple(found)


def _folder(path: str, real: str, mounts: Mapping[str, Mapping[str, Value]]) -> Value:
    aliases = {"/run/shm": "/dev/shm", "/var/tmp/": "/var/tmp"}  # noqa: S108
    real = aliases.get(real, real)
    if real != path and real not in FOLDERS:
        return Missing(Obstacle.IN_CONTEXT, f"a link to another place: {path}")
    mount = mounts[_holding(real, mounts)]
    options = mount["options"]
    lacking = tuple(word for word in WANTED if word not in (options or ()))  # type: ignore[operator]
    return {
        "path": path,
        "is_mount": mount["path"] == real,
        "mount": mount["path"],
        "lacking": lacking,
    }


def _holding(path: str, mounts: Mapping[str, object]) -> str:
    while path and path not in mounts:
        path = path.rpartition("/")[0]
    return path or "/"


MOUNTS = FactKind(
    id="mounts.mounts",
    title="What is mounted, and how temporary folders are",
    shape=Record(
        {
            "mounts": ListOf(
                Record(
                    {
                        "path": Text(),
                        "source": Text(),
                        "fstype": Text(),
                        "options": ListOf(Text()),
                    }
                )
            ),
            "folders": ListOf(
                Record(
                    {
                        "path": Text(),
                        "is_mount": Boolean(),
                        "mount": Text(),
                        "lacking": ListOf(Text()),
                    }
                )
            ),
        },
    ),
    asks=_asks,
    parse=_parse,
)
