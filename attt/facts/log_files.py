"""Fact `logs.files`: who may read and change what lies in /var/log.

`entries`: the files and folders of /var/log and /var/log/audit with `path`, `kind`, `mode`, `uid`,
`gid` and `is_private`: it tells of logins, commands or the kernel, so that not everybody may read
it. The folders themselves stand first. Deeper folders (the journal's, those of applications) are
judged by their own mode alone. Links are left out. Contents are never read.
"""

import re
from collections.abc import Mapping

from attt.facts import listing, stat
from attt.facts.kind import Answers, FactKind, Params, obstacle_of, text_of
from attt.model.answer import Obstacle
from attt.model.ask import Ask, Command, Privilege, Stat
from attt.model.fact import Assurance, Fact, FactAbsent, FactRead
from attt.model.shape import Boolean, Integer, ListOf, Mode, Record, Text
from attt.model.value import Missing, Value

_FOLDERS = ("/var/log", "/var/log/audit")
_PRIVATE = re.compile(
    r"/var/log/(?:audit/.*|(?:auth|user|daemon|kern|cron|sudo)\.log.*|(?:secure|messages|syslog"
    r"|cron|debug)(?:[-.].*)?)"
)
_ENTRY = Record(
    {
        "path": Text(),
        "kind": Text(),
        "mode": Mode(),
        "uid": Integer("uid"),
        "gid": Integer("gid"),
        "is_private": Boolean(),
    }
)


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        "folders": Stat(paths=_FOLDERS, privilege=Privilege.ROOT),
        "inside": Command(
            argv=("/bin/ls", "-lnA", *_FOLDERS), privilege=Privilege.ROOT, statuses=(0, 1, 2)
        ),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    if (obstacle := obstacle_of(answers["folders"])) is not None:
        return obstacle
    looked = stat.parse(answers["folders"])
    if _FOLDERS[0] in looked.absent:
        return FactAbsent(proof="does not exist: /var/log")
    entries: list[Value] = [_entry(looked.found[path]) for path in _FOLDERS if path in looked.found]
    entries += [Missing(Obstacle.DENIED, path) for path in looked.denied]
    entries += _inside(answers, tuple(looked.found))
    return FactRead(value={"entries": tuple(entries)}, assurance=Assurance.RUNNING)


def _inside(answers: Answers, there: tuple[str, ...]) -> list[Value]:
    answer = answers["inside"]
    if answer.obstacle is not None:
        return [Missing(answer.obstacle, answer.detail or "/var/log")]
    inside = listing.parse(text_of(answer))
    entries: list[Value] = []
    for folder in _FOLDERS:
        if folder in there and folder not in inside:
            entries.append(Missing(Obstacle.DENIED, folder))
        listed = inside.get(folder, []) if folder in there else []
        entries += [_entry(one) for one in listed if not _is_beside(one)]
    return entries


def _is_beside(one: Value) -> bool:
    """A link, or a folder that stands in the list by itself."""
    return isinstance(one, Mapping) and (one["kind"] == "link" or one["path"] in _FOLDERS)


def _entry(one: Value) -> Value:
    if not isinstance(one, Mapping):
        return one
    named = {name: one[name] for name in ("path", "kind", "mode", "uid", "gid")}
    is_private = one["kind"] == "file" and bool(_PRIVATE.fullmatch(str(one["path"])))
    return {**named, "is_private": is_private}


FILES = FactKind(
    id="logs.files",
    title="Log files: modes and owners",
    shape=Record({"entries": ListOf(_ENTRY)}),
    asks=_asks,
    parse=_parse,
)
