"""Facts about files: `file.attributes(path)` and three sets of well-known ones.

Every file is a record of `path`, `kind` (file, directory, …), `mode` ("0640"), `user`, `uid`,
`group`, `gid`, `size` (bytes) and `modified`, symbolic links followed. The sets hold `entries`,
a list of such records with one more field, `is_secret`: true where others than the owner and one
trusted group must not even read. Files that are not there are left out; one that could not be
looked at leaves a missing element. Contents are never kept.

`files.account_database`: passwd, group, shadow, gshadow, their backups and old passwords.
`files.sshd`: the configuration of the OpenSSH server and its host keys.
`files.cron`: the system's crontabs and the programs that cron starts, absent where there are none.
"""

from collections.abc import Callable, Mapping

from attt.facts import stat, tar
from attt.facts.instants import of_epoch
from attt.facts.kind import Answers, FactKind, Params, missed, obstacle_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import MIB, Ask, Privilege, ReadTree, Stat
from attt.model.fact import Assurance, Fact, FactAbsent, FactRead, Origin
from attt.model.shape import Boolean, ListOf, Record
from attt.model.value import Missing, Value

_ENTRY = Record({**stat.FIELDS, "is_secret": Boolean()}, volatile=stat.SHAPE.volatile)
_SET = Record({"entries": ListOf(_ENTRY)})

_SECRET_ACCOUNTS = ("/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-")
_OLD_PASSWORDS = "/etc/security/opasswd"
_ACCOUNTS = (
    *("/etc/passwd", "/etc/passwd-", "/etc/group", "/etc/group-"),
    *_SECRET_ACCOUNTS,
    _OLD_PASSWORDS,
)
_KEYS = tuple(f"/etc/ssh/ssh_host_{kind}_key" for kind in ("rsa", "dsa", "ecdsa", "ed25519"))
_CONFIG_TREE = "/etc/ssh/sshd_config.d"
_SSHD = ("/etc/ssh", "/etc/ssh/sshd_config", _CONFIG_TREE, *_KEYS)
_CRON_TREES = tuple(f"/etc/cron.{part}" for part in ("d", "hourly", "daily", "weekly", "monthly"))
_CRON = ("/etc/crontab", "/etc/anacrontab", *_CRON_TREES)


def _one(params: Params) -> dict[str, Ask]:
    return {"stat": Stat(paths=(params["path"],), privilege=Privilege.ROOT)}


def _parse_one(answers: Answers, params: Params) -> Fact:
    answer = answers["stat"]
    if (obstacle := obstacle_of(answer)) is not None:
        return obstacle
    looked = stat.parse(answer)
    path = params["path"]
    if path in looked.found:
        return _read(looked.found[path])
    if path in looked.absent:
        return FactAbsent(proof=f"{path} does not exist")
    return missed(Obstacle.DENIED if path in looked.denied else Obstacle.UNPARSABLE, path)


def _read(value: Value) -> FactRead:
    return FactRead(value=value, assurance=Assurance.RUNNING, origin=Origin.UNKNOWN)


def _listed(answer: Answer, paths: tuple[str, ...], secret: tuple[str, ...]) -> list[Value]:
    if answer.obstacle is not None:
        return [Missing(answer.obstacle, answer.detail)]
    looked = stat.parse(answer)
    entries: list[Value] = []
    for path in paths:
        if path in looked.found:
            entries.append({**looked.found[path], "is_secret": path in secret})
        elif path not in looked.absent:
            why = Obstacle.DENIED if path in looked.denied else Obstacle.UNPARSABLE
            entries.append(Missing(why, path))
    return entries


def _inside(answer: Answer, folder: str) -> list[Value]:
    if answer.obstacle is not None:
        return [Missing(answer.obstacle, answer.detail or folder)]
    members = tar.members(answer.stdout) if answer.exists else ()
    return [_entry(member, folder) for member in members]


def _entry(member: tar.Member, folder: str) -> dict[str, Value]:
    return {
        "path": f"{folder}/{member.name}",
        "kind": "file",
        "mode": f"{member.mode:04o}",
        "user": member.user,
        "uid": member.uid,
        "group": member.group,
        "gid": member.gid,
        "size": len(member.content),
        "modified": of_epoch(member.mtime),
        "is_secret": False,
    }


def _set(
    paths: tuple[str, ...], secret: tuple[str, ...], trees: Mapping[str, Ask], title: str
) -> tuple[Callable[[Params], Mapping[str, Ask]], Callable[[Answers, Params], Fact]]:
    """The asks and the parser of a set: some paths, and every file of some folders."""
    asks: dict[str, Ask] = {"stat": Stat(paths=paths), **trees}

    def parse(answers: Answers, _params: Params) -> Fact:
        entries = _listed(answers["stat"], paths, secret)
        for folder in trees:
            entries += _inside(answers[folder], folder)
        if not entries:
            return FactAbsent(proof=f"no {title}: none of {', '.join(paths)} exists")
        return _read({"entries": tuple(entries)})

    return lambda _params: asks, parse


def _kind(
    fact: str, title: str, paths: tuple[str, ...], secret: tuple[str, ...], trees: Mapping[str, Ask]
) -> FactKind:
    asks, parse = _set(paths, secret, trees, title)
    return FactKind(id=fact, title=title, shape=_SET, asks=asks, parse=parse)


ATTRIBUTES = FactKind(
    id="file.attributes",
    title="Type, mode and owner of one file",
    shape=stat.SHAPE,
    asks=_one,
    parse=_parse_one,
    params=("path",),
)
ACCOUNT_DATABASE = _kind(
    "files.account_database",
    "account database files",
    _ACCOUNTS,
    (*_SECRET_ACCOUNTS, _OLD_PASSWORDS),
    {},
)
SSHD = _kind(
    "files.sshd",
    "OpenSSH server files",
    _SSHD,
    _KEYS,
    {_CONFIG_TREE: ReadTree(path=_CONFIG_TREE, glob="*.conf", privilege=Privilege.ROOT)},
)
CRON = _kind(
    "files.cron",
    "cron files",
    _CRON,
    (),
    {
        folder: ReadTree(
            path=folder,
            privilege=Privilege.ROOT,
            cap_bytes=4 * MIB,
            redact="tree_without_contents",
        )
        for folder in _CRON_TREES
    },
)
