"""Fact `files.nfs`: what the kernel's NFS server exports, to whom and how.

`has_version_3` (NFS 2 or 3, whose lock and mount services have no authentication, are served) and
`exports`, one record a folder and client: `name` ("/srv -> 10.0.0.0/8"), `folder`, `client`,
`is_for_everyone`, `is_writable`, `root_is_root` (no_root_squash), `takes_any_port` (insecure) and
`security` (sys, krb5, krb5i, krb5p, none). From the table that exportfs(8) keeps for the kernel,
where every default is written out. Absent where no server is there.
Sources: exports(5), exportfs(8), nfsd(7), nfs.conf(5).
"""

import re
from collections.abc import Iterator

from attt.facts import daemons, networks
from attt.facts.daemons import Daemon, Seen
from attt.facts.kind import Answers, FactKind, Params, Unparsable, missed, obstacle_of, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, ReadFile
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_DAEMON = Daemon(
    programs=("/usr/sbin/rpc.nfsd", "/sbin/rpc.nfsd", "/usr/bin/ganesha.nfsd"),
    processes=frozenset({"nfsd", "ganesha.nfsd", "rpc.mountd"}),
    units=("nfs-server.service", "nfs-kernel-server.service", "nfs-ganesha.service"),
    ports=frozenset({"2049/tcp", "2049/udp"}),
    is_kernel=True,
)
_VERSIONS = "/proc/fs/nfsd/versions"
_EXPORT = Record(
    {
        "name": Text(),
        "folder": Text(),
        "client": Text(),
        "is_for_everyone": Boolean(),
        "is_writable": Boolean(),
        "root_is_root": Boolean(),
        "takes_any_port": Boolean(),
        "security": ListOf(Text(choices=("none", "sys", "krb5", "krb5i", "krb5p"))),
    }
)
_SHAPE = Record({"has_version_3": Boolean(), "exports": ListOf(_EXPORT)})
_LINE = re.compile(r"(\S+)[ \t]+(\S*?)\(([^()]*)\)")
_EVERYONE = frozenset({"*", "", "<world>", "0.0.0.0/0", "::/0", "0.0.0.0/0.0.0.0", "gss/krb5"})


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        **daemons.asks(_DAEMON),
        "table": ReadFile(path="/var/lib/nfs/etab", privilege=Privilege.ROOT),
        "versions": Command(argv=("/bin/cat", _VERSIONS), privilege=Privilege.ROOT),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    seen = daemons.look(_DAEMON, answers)
    if not isinstance(seen, Seen):
        return seen
    if seen.gaps or seen.of("ganesha.nfsd"):
        gap = (*seen.gaps, Missing(Obstacle.UNSUPPORTED, "NFS-Ganesha's settings are not read"))[0]
        return missed(gap.obstacle, gap.detail)
    if (obstacle := obstacle_of(answers["table"])) is not None:
        return obstacle
    exports = _exports(text_of(answers["table"])) if answers["table"].exists else []
    if not seen.is_running:
        exports.append(Missing(Obstacle.IN_CONTEXT, "what it exports once it runs"))
    return FactRead(
        value={"has_version_3": _versions(answers["versions"]), "exports": tuple(exports)},
        assurance=Assurance.RUNNING if seen.is_running else Assurance.CONFIGURED,
    )


def _versions(answer: Answer) -> Value:
    """`-2 +3 +4 +4.1 +4.2`: what the kernel serves now."""
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or _VERSIONS)
    words = text_of(answer).split()
    if not any(re.fullmatch(r"[-+][0-9.]+", word) for word in words):
        raise Unparsable("the versions of NFS can't be read")
    return bool({"+2", "+3"} & set(words))


def _exports(text: str) -> list[Value]:
    """Clients of one folder that make up everybody together are each for everybody."""
    found = list(_lines(text))
    for folder in {str(one["folder"]) for one in found}:
        mine = [one for one in found if one["folder"] == folder]
        named = [one for one in mine if networks.network(str(one["client"])) is not None]
        if networks.is_one_for_everybody(str(one["client"]) for one in named):
            for one in named:
                one["is_for_everyone"] = True
    return [*found]


def _lines(text: str) -> Iterator[dict[str, Value]]:
    for line in text.splitlines():
        if not line.strip():
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise Unparsable("a line of the table of exports can't be read")
        yield _export(_plain(found[1]), found[2], found[3].split(","))


def _plain(folder: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), folder)


def _export(folder: str, client: str, options: list[str]) -> dict[str, Value]:
    words = set(options)
    said = [option.removeprefix("sec=") for option in options if option.startswith("sec=")]
    kinds = [word for one in said for word in one.split(":")] or ["sys"]
    if client.startswith("gss/"):
        kinds = [client.removeprefix("gss/")]
    return {
        "name": f"{folder} -> {client or '*'}",
        "folder": folder,
        "client": client or "*",
        "is_for_everyone": client in _EVERYONE or bool(re.fullmatch(r"[*.?]+", client)),
        "is_writable": "rw" in words,
        "root_is_root": "no_root_squash" in words,
        "takes_any_port": "insecure" in words,
        "security": tuple(sorted({"none" if kind in {"null", "none"} else kind for kind in kinds})),
    }


NFS = FactKind(
    id="files.nfs",
    title="NFS server and its exports",
    shape=_SHAPE,
    asks=_asks,
    parse=_parse,
    version=2,
)
