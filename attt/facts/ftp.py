"""Fact `ftp.servers`: the FTP servers of this host and how they let people in.

One record a server: `name` (vsftpd, proftpd, pure-ftpd), `is_reachable`, `allows_anonymous`,
`requires_tls` (for the login and the data of every account), `is_chrooted` (an account sees its own
folder alone), `logs_transfers`. Settings are those of the files; pure-ftpd's are not read.
Sources: vsftpd.conf(5), the ProFTPD manual.
"""

from attt.facts import daemon_files, daemons, proftpd, vsftpd
from attt.facts.daemons import Daemon, Process, Seen
from attt.facts.kind import Answers, FactKind, Params
from attt.facts.stat import parse as parse_stat
from attt.model.answer import Obstacle
from attt.model.ask import Ask
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_PROGRAMS = {"vsftpd": "/usr/sbin/vsftpd", "proftpd": "/usr/sbin/proftpd"}
_PURE = "pure-ftpd"
_DAEMON = Daemon(
    programs=(*_PROGRAMS.values(), "/usr/sbin/pure-ftpd"),
    processes=frozenset({*_PROGRAMS, _PURE}),
    units=("vsftpd.service", "proftpd.service", "pure-ftpd.service"),
    ports=frozenset({"21/tcp", "990/tcp"}),
)
_READ = {"vsftpd": vsftpd.READ, "proftpd": proftpd.READ}
_SETTINGS = ("allows_anonymous", "requires_tls", "is_chrooted", "logs_transfers")
_SERVER = Record({"name": Text(), "is_reachable": Boolean(), **dict.fromkeys(_SETTINGS, Boolean())})


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        **daemons.asks(_DAEMON),
        **vsftpd.ASKS,
        **proftpd.ASKS,
        "changed": daemon_files.CHANGED,
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    seen = daemons.look(_DAEMON, answers)
    if not isinstance(seen, Seen):
        return seen
    servers: list[Value] = [*seen.gaps]
    servers += [_server(one.name, one, seen, answers) for one in _distinct(seen)]
    if not seen.is_running and not servers:
        servers += [_server(name, None, seen, answers) for name in _there(answers)]
    return FactRead(value={"servers": tuple(servers)}, assurance=Assurance.CONFIGURED)


def _distinct(seen: Seen) -> list[Process]:
    """One process a server and settings file: each connection has a process of its own."""
    found: dict[tuple[str, ...], Process] = {}
    for process in seen.processes:
        words = process.words[1:] if process.name == "vsftpd" else ()
        is_child = process.words[:1] == ("vsftpd:",)
        if not is_child:
            found.setdefault((process.name, *words), process)
    return list(found.values())


def _there(answers: Answers) -> list[str]:
    looked = parse_stat(answers["programs"])
    return [name for name, path in _PROGRAMS.items() if path in looked.found] or [_PURE]


def _server(name: str, process: Process | None, seen: Seen, answers: Answers) -> Value:
    if name == "vsftpd":
        said = vsftpd.settings(process, answers)
    elif name == "proftpd":
        said = proftpd.settings(answers)
    else:
        said = Missing(Obstacle.UNSUPPORTED, f"settings of {name} are not read")
    if process and (late := _late(name, answers)):
        said = late
    fields = dict.fromkeys(_SETTINGS, said) if isinstance(said, Missing) else said
    return {"name": name, "is_reachable": seen.is_reachable(name), **fields}


def _late(name: str, answers: Answers) -> Missing | None:
    units, changed = answers["daemon_units"], answers["changed"]
    return daemon_files.late(f"{name}.service", units, changed, _READ.get(name, ()))


FTP = FactKind(
    id="ftp.servers",
    title="FTP servers",
    shape=Record({"servers": ListOf(_SERVER)}),
    asks=_asks,
    parse=_parse,
)
