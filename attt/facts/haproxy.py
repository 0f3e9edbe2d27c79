"""Fact `haproxy.settings`: how HAProxy takes and passes on connections, by its files.

`version`; `worker_users` (whom the processes that take connections run as), `has_chroot`,
`maxconn` (connections in all; null where only the system limits them), `binds` (name, `is_exposed`,
`has_tls`, `clear_text`: what somebody gets from elsewhere without TLS, missing for plain TCP;
`protocols` and `weak_ciphers` of TLS), `proxies` that listen: `is_logged`, `has_log_details`
(requests or connections, not only that there were some), `client_timeout_s`
(0: without end), `maxconn`; `stats_pages` (`is_closed`: a login or a refusal
stands before, or only this host comes there; `has_own_port`), `sockets` for commands (`level`,
`mode`, `is_exposed`), `files` with mode and owner. HAProxy in a container, at another place or
with a file changed since it was last reloaded is missing. Source: https://docs.haproxy.org/
"""

import itertools
import re
from collections.abc import Sequence

from attt.facts import haproxy_binds, web_host
from attt.facts.haproxy_text import Section, seconds, sections
from attt.facts.kind import Answers, FactKind, Params, Unparsable, missed
from attt.facts.nginx_servers import KEY
from attt.facts.web_host import Host, Program, file_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command
from attt.model.fact import Assurance, Fact, FactMissed, FactRead
from attt.model.shape import Boolean, Integer, ListOf, Mode, Record, Text
from attt.model.value import Missing, Value

_MAIN = "/etc/haproxy/haproxy.cfg"
PROGRAM = Program(
    name="haproxy",
    paths=("/usr/sbin/haproxy",),
    elsewhere=(
        *("/usr/local/sbin/haproxy", "/opt/haproxy/sbin/haproxy", "/opt/hapee/sbin/hapee-lb"),
        *("/usr/local/haproxy/sbin/haproxy", "/usr/local/bin/haproxy", "/usr/bin/haproxy"),
    ),
    commands=frozenset({"haproxy", "hapee-lb"}),
    units=frozenset({"haproxy.service"}),
)
_PROXY = Record(
    {
        "name": Text(),
        "is_logged": Boolean(),
        "has_log_details": Boolean(),
        "client_timeout_s": Integer("seconds"),
        "maxconn": Integer("connections", nullable=True),
    }
)
_SOCKET = Record({"name": Text(), "level": Text(), "mode": Mode(), "is_exposed": Boolean()})
SHAPE = Record(
    {
        "version": Text(),
        "worker_users": ListOf(Text()),
        "has_chroot": Boolean(),
        "maxconn": Integer("connections", nullable=True),
        "binds": ListOf(haproxy_binds.SHAPE),
        "proxies": ListOf(_PROXY),
        "stats_pages": ListOf(haproxy_binds.STATS),
        "sockets": ListOf(_SOCKET),
        "files": ListOf(KEY),
    }
)


def _asks(_params: Params) -> dict[str, Ask]:
    return {**web_host.asks_of(PROGRAM), "version": Command(argv=("/usr/sbin/haproxy", "-v"))}


def _parse(answers: Answers, _params: Params) -> Fact:
    if (absent := web_host.absent(PROGRAM, answers)) is not None:
        return absent
    host = web_host.look(PROGRAM, answers)
    if isinstance(host, FactMissed):
        return host
    if host.in_containers:
        return missed(Obstacle.UNSUPPORTED, "HAProxy runs in a container")
    paths = _paths(host)
    if isinstance(paths, FactMissed):
        return paths
    texts = [host.text(path) for path in paths]
    if None in texts or not texts:
        return missed(Obstacle.UNSUPPORTED, "a file of HAProxy that attt could not read")
    started = _started_s(host)
    if started is not None and (late := web_host.stale(host, paths, started)):
        return late
    try:
        found = sections([text for text in texts if text is not None])
    except Unparsable as error:
        return missed(Obstacle.UNPARSABLE, str(error))
    return FactRead(value=_value(found, host, paths, answers), assurance=Assurance.CONFIGURED)


def _paths(host: Host) -> list[str] | FactMissed:
    """The files that the running HAProxy was given, a folder's in order; the usual ones else."""
    given: set[tuple[str, ...]] = set()
    for process in host.processes:
        words = process.words.split()
        if words[0] not in PROGRAM.paths:
            return missed(Obstacle.CONTRADICTED, "the running HAProxy is not /usr/sbin/haproxy")
        after = words[words.index("--") + 1 :] if "--" in words else []
        pairs = itertools.pairwise(words)
        given.add(tuple([b for a, b in pairs if a == "-f"] + after))
    if len(given) > 1:
        return missed(Obstacle.CONTRADICTED, "several HAProxy run with files of their own")
    paths: list[str] = []
    for path in (given.pop() if given else ()) or (_MAIN,):
        entry = host.entries.get(path.rstrip("/"))
        if entry is None:
            return missed(Obstacle.UNSUPPORTED, f"a file that attt does not look at: {path[:80]}")
        inside = [p for p in sorted(host.entries) if p.rpartition("/")[0] == path.rstrip("/")]
        files = [p for p in inside if p.endswith(".cfg") and host.entries[p].kind == "f"]
        paths += files if entry.kind == "d" else [path]
    return paths


def _started_s(host: Host) -> int | None:
    """When the newest process was started; a reload starts a new one."""
    ages = [one.age_s for one in host.processes]
    return host.now_s - min(ages) if ages else None


def _value(
    found: Sequence[Section], host: Host, paths: Sequence[str], answers: Answers
) -> dict[str, Value]:
    general = Section("global", "", [s for one in found if one.kind == "global" for s in one.lines])
    proxies = [one for one in found if one.is_proxy]
    version = _version(answers["version"])
    return {
        "version": version or Missing(Obstacle.FAILED, "the version"),
        "worker_users": _users(general, host),
        "has_chroot": bool(general.own("chroot")),
        "maxconn": _number(general.own("maxconn")),
        "binds": tuple(
            haproxy_binds.record(bind, general, version or "", host)
            for proxy in proxies
            for bind in haproxy_binds.binds(proxy)
        ),
        "proxies": tuple(_proxy(one, general) for one in proxies if one.kind != "backend"),
        "stats_pages": tuple(haproxy_binds.stats_pages(proxies)),
        "sockets": tuple(_socket(line[2:]) for line in general.own("stats", "socket") if line[2:]),
        "files": tuple(file_of(host, path) for path in paths),
    }


def _users(general: Section, host: Host) -> tuple[Value, ...]:
    pids = {one.pid for one in host.processes}
    if host.processes:
        serving = [one.user for one in host.processes if one.parent in pids]
        return tuple(sorted(set(serving or [one.user for one in host.processes])))
    said = [line[1] for line in general.own("user") if len(line) > 1]
    return (said[-1] if said else Missing(Obstacle.IN_CONTEXT, "whom HAProxy would run as"),)


def _proxy(proxy: Section, general: Section) -> Value:
    logs = [] if proxy.own("no", "log") else proxy.held("log")
    targets = [line for line in logs if line[1:2] != ("global",)]
    if len(targets) < len(logs):
        targets += general.own("log")
    details = ("httplog", "tcplog", "httpslog")
    return {
        "name": proxy.name,
        "is_logged": any(map(_takes_traffic, targets)) and not _is_silent(proxy),
        "has_log_details": proxy.has_option(*details) or bool(proxy.held("log-format")),
        "client_timeout_s": _timeout(proxy.held("timeout", "client")),
        "maxconn": _number(proxy.held("maxconn")),
    }


def _takes_traffic(line: Sequence[str]) -> bool:
    """Whether a log takes what is logged of a connection, which HAProxy tells at level info."""
    words = list(line[2:])
    while words[:1] and words[0] in {"len", "format", "sample", "profile"}:
        words = words[2:]
    return line[1:2] != ("/dev/null",) and (words[1:2] or ["debug"])[0] in {"info", "debug"}


def _is_silent(proxy: Section) -> bool:
    """Whether a successful connection is not logged at all, whatever it asks for."""
    mute = [
        ("http-request", "set-log-level", "silent"),
        ("tcp-request", "content", "set-log-level"),
    ]
    unasked = {line for line in proxy.lines if not {"if", "unless"} & set(line)}
    return proxy.has_option("dontlog-normal") or any(
        line[:3] in mute and line[-1] == "silent" for line in unasked
    )


def _timeout(lines: Sequence[tuple[str, ...]]) -> Value:
    if not lines or len(lines[-1]) < 3:
        return 0
    found = seconds(lines[-1][2])
    return Missing(Obstacle.OUT_OF_TYPE, "a time-out of HAProxy") if found is None else found


def _number(lines: Sequence[tuple[str, ...]]) -> Value:
    if not lines or len(lines[-1]) < 2:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", lines[-1][1]):
        return Missing(Obstacle.OUT_OF_TYPE, "a number of HAProxy")
    return int(lines[-1][1])


def _socket(words: Sequence[str]) -> Value:
    pairs = dict(itertools.pairwise(words))
    mode = pairs.get("mode", "")
    is_file = not haproxy_binds.is_exposed(words[0]) and re.search(r"^(?:unix@)?/", words[0])
    return {
        "name": words[0],
        "level": pairs.get("level", "operator"),
        "mode": mode.zfill(4)[-4:]
        if re.fullmatch(r"[0-7]{1,4}", mode)
        else _mode(is_file=bool(is_file)),
        "is_exposed": haproxy_binds.is_exposed(words[0]),
    }


def _mode(*, is_file: bool) -> Value:
    """Without a mode the umask of whoever starts HAProxy decides, which a unit leaves at 022."""
    return "0755" if is_file else "0600"


def _version(answer: Answer) -> str | None:
    text = (answer.stdout + answer.stderr).decode("utf-8", errors="replace")
    found = re.search(r"version ([0-9]+\.[0-9][0-9A-Za-z.+~-]{0,30})", text)
    return found[1] if found else None


SETTINGS = FactKind(
    id="haproxy.settings",
    title="HAProxy settings in force",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
    version=2,
)
