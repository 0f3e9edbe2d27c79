"""Facts from one walk over the file systems: who may write, programs with borrowed rights, no owner.

`files.world_writable`: files and folders that everybody may write, `is_sticky` for folders where
only a file's owner may remove it. `files.suid`: programs that run with the rights of their owner
or group; `program` is the path as it is where /usr is merged. `files.unowned`: files whose owner
or group no account has; where accounts also come from a directory that may not have answered, each
is missed. `files.system`: files and folders below the system's own places that others than root
may write, `writers` being everybody, people (accounts from uid 1000 on, by owner or group) or a
service. Each value holds `entries`; an element is missing where the walk is not whole.
"""

import re
from collections.abc import Callable, Mapping

from attt.facts import groups
from attt.facts.kind import Answers, FactKind, Params, text_of
from attt.facts.sources import USERDB, foreign
from attt.facts.walk import WALK, Entry, Walked, read
from attt.model.answer import Answer, Obstacle
from attt.model.ask import MIB, Ask, ReadFile, Stat
from attt.model.fact import Assurance, Fact, FactMissed, FactRead
from attt.model.shape import Boolean, Integer, ListOf, Mode, Record, Shape, Text
from attt.model.value import Missing, Value

_PEOPLE_FROM = 1000
_NOBODY = 65_534
_MERGED = re.compile(r"/(?:bin|sbin|lib\w*)/.*", re.DOTALL)
_ACCOUNTS: Mapping[str, Ask] = {
    "passwd": ReadFile(path="/etc/passwd", cap_bytes=1 * MIB, redact="passwd"),
    "group": ReadFile(path="/etc/group", cap_bytes=1 * MIB, redact="passwd"),
}
_SOURCES: Mapping[str, Ask] = {
    "nsswitch": ReadFile(path="/etc/nsswitch.conf"),
    "sssd": Stat(paths=("/etc/sssd/sssd.conf", "/var/lib/sss/pipes/nss")),
    "userdb": Stat(paths=USERDB),
}
_FIELDS: Mapping[str, Shape] = {
    "path": Text(),
    "kind": Text(choices=("file", "directory")),
    "mode": Mode(),
    "uid": Integer("uid"),
    "user": Text(nullable=True),
    "gid": Integer("gid"),
    "group": Text(nullable=True),
}

Found = Callable[[Walked, Answers], list[Value]]


def _kind(
    fact: str, title: str, found: Found, fields: Mapping[str, Shape], more: Mapping[str, Ask]
) -> FactKind:
    def parse(answers: Answers, _params: Params) -> Fact:
        walked = read(answers["walk"])
        if isinstance(walked, FactMissed):
            return walked
        entries = (*found(walked, answers), *walked.gaps)
        return FactRead(value={"entries": entries}, assurance=Assurance.RUNNING)

    asks: Mapping[str, Ask] = {"walk": WALK, **more}
    shape = Record({"entries": ListOf(Record({**_FIELDS, **fields}))})
    return FactKind(id=fact, title=title, shape=shape, asks=lambda _params: asks, parse=parse)


def _record(entry: Entry, **more: Value) -> Value:
    return {
        "path": entry.path,
        "kind": "directory" if entry.is_folder else "file",
        "mode": entry.mode_text,
        "uid": entry.uid,
        "user": entry.user,
        "gid": entry.gid,
        "group": entry.group,
        **more,
    }


def _world_writable(walked: Walked, _answers: Answers) -> list[Value]:
    return [
        _record(entry, is_sticky=bool(entry.mode & 0o1000))
        for entry in walked.entries
        if entry.is_open
    ]


def _suid(walked: Walked, _answers: Answers) -> list[Value]:
    return [
        _record(entry, program=f"/usr{entry.path}" if _MERGED.fullmatch(entry.path) else entry.path)
        for entry in walked.entries
        if entry.mode & 0o6000 and not entry.is_folder
    ]


def _unowned(walked: Walked, answers: Answers) -> list[Value]:
    elsewhere = foreign(answers["nsswitch"], answers["sssd"], answers["userdb"])
    return [
        elsewhere[0] if elsewhere else _record(entry)
        for entry in walked.entries
        if entry.user is None or entry.group is None
    ]


def _system(walked: Walked, answers: Answers) -> list[Value]:
    crowds = _crowds(answers)
    return [
        _record(entry, writers=writers)
        for entry in walked.entries
        if entry.is_in_system and (writers := _writers(entry, crowds)) is not None
    ]


def _writers(entry: Entry, crowds: frozenset[int] | Missing) -> Value:
    """Who else than root may write; None where only root may."""
    by_group = bool(entry.mode & 0o020) and entry.gid != 0
    if entry.is_open:
        return "everybody"
    if entry.uid >= _PEOPLE_FROM and entry.uid != _NOBODY:
        return "people"
    if by_group and isinstance(crowds, Missing):
        return crowds
    if by_group and not isinstance(crowds, Missing) and entry.gid in crowds:
        return "people"
    return "service" if by_group or entry.uid else None


def _crowds(answers: Answers) -> frozenset[int] | Missing:
    """The groups that people are in, by /etc/passwd and /etc/group."""
    passwd, known = answers["passwd"], groups.read(answers["group"])
    if passwd.obstacle is not None or isinstance(known, Missing):
        return Missing(passwd.obstacle or Obstacle.FAILED, "/etc/passwd, /etc/group")
    found = {gid for name, _, primary in _accounts(passwd) for gid in known.gids(name, primary)}
    return frozenset(found)


def _accounts(passwd: Answer) -> list[tuple[str, int, int]]:
    """Name, uid and primary group of each person."""
    found = re.findall(r"(?m)^([^:\n]+):[^:\n]*:(\d{1,10}):(\d{1,10}):", text_of(passwd))
    numbers = ((name, int(uid), int(gid)) for name, uid, gid in found)
    return [one for one in numbers if one[1] >= _PEOPLE_FROM and one[1] != _NOBODY]


WORLD_WRITABLE = _kind(
    "files.world_writable",
    "Files and folders that everybody may write",
    _world_writable,
    {"is_sticky": Boolean()},
    {},
)
SUID = _kind(
    "files.suid",
    "Programs that run with the rights of their owner or group",
    _suid,
    {"program": Text()},
    {},
)
UNOWNED = _kind("files.unowned", "Files without an owner", _unowned, {}, _SOURCES)
SYSTEM = _kind(
    "files.system",
    "System files that others than root may write",
    _system,
    {"writers": Text(choices=("everybody", "people", "service"))},
    _ACCOUNTS,
)
