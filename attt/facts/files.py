"""Facts about files: `file.attributes(path)` and three sets of well-known ones.

Every file is a record of `path`, `kind` (file, directory, …), `mode` ("0640"), `user`, `uid`,
`group`, `gid`, `size` (bytes) and `modified`, symbolic links followed. The sets hold `entries`,
a list of such records with one more field, `is_secret`: true where others than the owner and one
trusted group must not even read; and `has_acl`: further users or groups have rights that the mode
does not tell (acl(5)), null for files that stand in a listed folder. The folders above belong to a
set, since who may write there can put another file in place. Files that are not there are left
out; one that could not be looked at, or that stands elsewhere behind a symbolic link, leaves a
missing element. `user`, `group` and `modified` are null for files that stand
in a listed folder. Contents are never read.

`files.account_database`: passwd, group, shadow, gshadow, their backups and old passwords.
`files.sshd`: the configuration of the OpenSSH server and its host keys.
`files.cron`: the system's crontabs, root's own and the programs in the folders that cron runs;
absent where there are none.
`files.package_sources`: the package manager's settings, its sources and the keys it trusts.
`files.boot`: what the host boots from and the boot loader's menu; absent where there is no /boot.
"""

from collections.abc import Mapping

from attt.facts import generic_params, listing, stat
from attt.facts.kind import Answers, FactKind, Params, missed, obstacle_of, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, Stat
from attt.model.fact import Assurance, Fact, FactAbsent, FactRead, Origin
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_OWNERS = {"user": Text(nullable=True), "group": Text(nullable=True)}
_MARKS = {"is_secret": Boolean(), "has_acl": Boolean(nullable=True)}
_ENTRY = Record({**stat.FIELDS, **_OWNERS, **_MARKS}, volatile=stat.SHAPE.volatile)
_SET = Record({"entries": ListOf(_ENTRY)})
_ABOVE = ("/", "/etc")
_UNLISTED = Missing(Obstacle.FAILED, "ls does not list what stat finds")

_SECRET_ACCOUNTS = ("/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-")
_OLD_PASSWORDS = "/etc/security/opasswd"
_ACCOUNTS = (
    *(*_ABOVE, "/etc/passwd", "/etc/passwd-", "/etc/group", "/etc/group-"),
    *_SECRET_ACCOUNTS,
    _OLD_PASSWORDS,
)
_KEYS = tuple(f"/etc/ssh/ssh_host_{kind}_key" for kind in ("rsa", "dsa", "ecdsa", "ed25519"))
_CONFIG_TREE = "/etc/ssh/sshd_config.d"
_SSHD = (*_ABOVE, "/etc/ssh", "/etc/ssh/sshd_config", _CONFIG_TREE, *_KEYS)
_EFI = tuple(
    f"/boot/efi/EFI/{vendor}"
    for vendor in ("redhat", "centos", "rocky", "almalinux", "sles", "opensuse")
)
_GRUB = (
    *("/boot/grub/grub.cfg", "/boot/grub2/grub.cfg", "/boot/grub2/user.cfg"),
    *(f"{folder}/{name}" for folder in _EFI for name in ("grub.cfg", "user.cfg")),
)
_BOOT = ("/", "/boot", "/boot/grub", "/boot/grub2", "/boot/efi", *_GRUB)
_CRON_TREES = tuple(f"/etc/cron.{part}" for part in ("d", "hourly", "daily", "weekly", "monthly"))
_SPOOL = "/var/spool/cron"
_ROOT_CRONTABS = (f"{_SPOOL}/crontabs/root", f"{_SPOOL}/root")
_CRON = (*_ABOVE, "/etc/crontab", "/etc/anacrontab", *_ROOT_CRONTABS, *_CRON_TREES)
_PACKAGE_TREES = (
    *("/etc/apt/sources.list.d", "/etc/apt/apt.conf.d", "/etc/apt/preferences.d"),
    *("/etc/apt/trusted.gpg.d", "/etc/apt/keyrings", "/usr/share/keyrings", "/etc/dpkg/dpkg.cfg.d"),
    *("/etc/yum.repos.d", "/etc/dnf", "/etc/pki/rpm-gpg", "/etc/zypp/repos.d"),
)
_PACKAGES = (
    *(*_ABOVE, "/etc/apt", "/etc/apt/sources.list", "/etc/apt/apt.conf", "/etc/apt/trusted.gpg"),
    *("/etc/dpkg", "/etc/dpkg/dpkg.cfg", "/etc/yum.conf", *_PACKAGE_TREES),
)


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
        return FactAbsent(proof=f"does not exist: {path}")
    return missed(Obstacle.DENIED if path in looked.denied else Obstacle.UNPARSABLE, path)


def _read(value: Value) -> FactRead:
    return FactRead(value=value, assurance=Assurance.RUNNING, origin=Origin.UNKNOWN)


def _listed(answers: Answers, paths: tuple[str, ...], secret: tuple[str, ...]) -> list[Value]:
    answer = answers["stat"]
    if answer.obstacle is not None:
        return [Missing(answer.obstacle, answer.detail)]
    looked = stat.parse(answer)
    names = _names(answers["names"])
    entries: list[Value] = []
    for path in paths:
        if path in looked.found:
            name = names if isinstance(names, Missing) else names.get(path, _UNLISTED)
            entries += [name] if isinstance(name, Missing) else _elsewhere(path, name)
            has_acl = name if isinstance(name, Missing) else name.has_acl
            record = {**looked.found[path], "is_secret": path in secret, "has_acl": has_acl}
            entries.append(record)
        elif path not in looked.absent:
            why = Obstacle.DENIED if path in looked.denied else Obstacle.UNPARSABLE
            entries.append(Missing(why, path))
    return entries


def _elsewhere(path: str, name: listing.Name) -> list[Value]:
    """The modes read are those of the file at the end; who may put another there is not known."""
    is_link = name.kind == "link"
    return [Missing(Obstacle.IN_CONTEXT, f"a link to another place: {path}")] if is_link else []


def _names(answer: Answer) -> Mapping[str, listing.Name] | Missing:
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "ls")
    return listing.names(text_of(answer))


def _inside(answer: Answer, folders: tuple[str, ...], listed: list[Value]) -> list[Value]:
    """The entries of those folders that exist, or a missing element for each not listed."""
    there = [e["path"] for e in listed if isinstance(e, Mapping) and e["path"] in folders]
    if not there:
        return []
    if answer.obstacle is not None:
        return [Missing(answer.obstacle, answer.detail or ", ".join(map(str, there)))]
    only = folders[0] if len(folders) == 1 and answer.status == 0 else ""
    inside = listing.parse(text_of(answer), only)
    entries: list[Value] = []
    for folder in there:
        if folder in inside:
            entries += [_public(entry) for entry in inside[str(folder)]]
        else:
            entries.append(Missing(Obstacle.DENIED, str(folder)))
    return entries


def _outermost(paths: tuple[str, ...]) -> list[str]:
    """Without what lies below another one of them: that can't be there, either."""
    own = [path for path in paths if path not in _ABOVE]
    return [path for path in own if not any(path.startswith(f"{one}/") for one in own)]


def _public(entry: Value) -> Value:
    return {**entry, "is_secret": False, "has_acl": None} if isinstance(entry, Mapping) else entry


def _kind(
    fact: str,
    title: str,
    *,
    paths: tuple[str, ...],
    secret: tuple[str, ...],
    folders: tuple[str, ...],
    privilege: Privilege = Privilege.NONE,
) -> FactKind:
    """The fact over some paths and over all that lies in some of them, which are folders."""
    asks: dict[str, Ask] = {
        "stat": Stat(paths=paths, privilege=privilege),
        "names": Command(argv=("/bin/ls", "-ldn", *paths), privilege=privilege, statuses=(0, 1, 2)),
    }
    if folders:
        asks["inside"] = Command(
            argv=("/bin/ls", "-lnAL", *folders), privilege=Privilege.ROOT, statuses=(0, 1, 2)
        )

    def parse(answers: Answers, _params: Params) -> Fact:
        entries = _listed(answers, paths, secret)
        if folders:
            entries += _inside(answers["inside"], folders, entries)
        above = [e for e in entries if isinstance(e, Mapping) and e["path"] in _ABOVE]
        if len(above) == len(entries):
            return FactAbsent(proof=f"none of these exists: {', '.join(_outermost(paths))}")
        return _read({"entries": tuple(entries)})

    return FactKind(
        id=fact, title=title, shape=_SET, asks=lambda _params: asks, parse=parse, version=3
    )


ATTRIBUTES = FactKind(
    id="file.attributes",
    title="Type, mode and owner of one file",
    shape=stat.SHAPE,
    asks=_one,
    parse=_parse_one,
    params=("path",),
    refuse=generic_params.OF_ATTRIBUTES,
)
ACCOUNT_DATABASE = _kind(
    "files.account_database",
    "account database files",
    paths=_ACCOUNTS,
    secret=(*_SECRET_ACCOUNTS, _OLD_PASSWORDS),
    folders=(),
)
SSHD = _kind(
    "files.sshd",
    "OpenSSH server files",
    paths=_SSHD,
    secret=_KEYS,
    folders=(_CONFIG_TREE,),
)
CRON = _kind(
    "files.cron",
    "cron files",
    paths=_CRON,
    secret=(),
    folders=_CRON_TREES,
    privilege=Privilege.ROOT,
)
PACKAGE_SOURCES = _kind(
    "files.package_sources",
    "package manager files",
    paths=_PACKAGES,
    secret=(),
    folders=_PACKAGE_TREES,
    privilege=Privilege.ROOT,
)
BOOT = _kind(
    "files.boot",
    "boot loader files",
    paths=_BOOT,
    secret=_GRUB,
    folders=(),
    privilege=Privilege.ROOT,
)
