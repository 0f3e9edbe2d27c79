"""Fact `nginx.settings`: how nginx serves, by its own files as it would resolve them.

`version`; `master_user` and `worker_users` (null and what `user` says where it does not run now);
`servers`: one record a server block with `name`, `is_exposed` (reached from elsewhere), `has_tls`,
`clear_text` (what somebody gets from elsewhere without TLS: none, redirected to HTTPS, refused,
served), `is_serving` (it does not merely refuse or redirect), `protocols` and `weak_ciphers` of
TLS, `shows_version`, `lists_folders` (somewhere, for everybody), `is_logged` and `log_fields` (of
client, user, time, request, status), `has_hsts`, `has_nosniff`, `has_frame_guard` (in every place
that serves; missing where a program behind nginx may send the header), `has_connection_limit`
and time-outs in seconds. `status_pages`, `keys` (private keys) and `files` (what it reads) with
mode and owner. What a stream passes on is not
seen, and a missing server stands for mail. nginx in a
container, at another place, with other files, or with a file changed since the last reload is
missing. Source: https://nginx.org/en/docs/
"""

import re

from attt.facts import nginx_servers, web_host
from attt.facts.kind import Answers, FactKind, Params, Unparsable, missed
from attt.facts.nginx_text import Directive, blocks, whole
from attt.facts.web_host import Host, Process, Program, file_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command
from attt.model.fact import Assurance, Fact, FactMissed, FactRead
from attt.model.shape import ListOf, Record, Text
from attt.model.value import Missing, Value

MAIN = "/etc/nginx/nginx.conf"
PROGRAM = Program(
    name="nginx",
    paths=("/usr/sbin/nginx",),
    elsewhere=(
        *("/usr/local/sbin/nginx", "/usr/local/nginx/sbin/nginx", "/opt/nginx/sbin/nginx"),
        *("/usr/local/openresty/nginx/sbin/nginx", "/usr/bin/openresty", "/usr/sbin/angie"),
        *(
            "/usr/local/bin/nginx",
            "/usr/bin/nginx",
            "/opt/nginx/bin/nginx",
            "/usr/sbin/nginx-debug",
        ),
    ),
    commands=frozenset({"nginx", "openresty", "angie", "tengine"}),
    units=frozenset({"nginx.service", "openresty.service", "angie.service"}),
)
_TITLE = re.compile(r"nginx: master process (\S+)(.*)")
_WORKER = "nginx: worker process"
_OPTION = re.compile(
    r"(?: -c (?P<config>\S+)| -p (?P<prefix>\S+)| -g (?P<more>.*?)| -[eqE]\S* ?\S*)*"
)
_HARMLESS = re.compile(r"(?:\s*(?:daemon|master_process) (?:on|off);|\s*pid \S+;)*\s*")

SHAPE = Record(
    {
        "version": Text(),
        "master_user": Text(nullable=True),
        "worker_users": ListOf(Text()),
        "servers": ListOf(nginx_servers.SHAPE),
        "status_pages": ListOf(nginx_servers.STATUS),
        "keys": ListOf(nginx_servers.KEY),
        "files": ListOf(nginx_servers.KEY),
    }
)


def _asks(_params: Params) -> dict[str, Ask]:
    return {**web_host.asks_of(PROGRAM), "version": Command(argv=("/usr/sbin/nginx", "-v"))}


def _parse(answers: Answers, _params: Params) -> Fact:
    if (absent := web_host.absent(PROGRAM, answers)) is not None:
        return absent
    host = web_host.look(PROGRAM, answers)
    if isinstance(host, FactMissed):
        return host
    if host.in_containers and not host.processes:
        return missed(Obstacle.UNSUPPORTED, "nginx runs in a container")
    if other := _other(host):
        return missed(Obstacle.CONTRADICTED, other)
    try:
        main, seen = whole(MAIN, host)
    except Unparsable as error:
        return missed(Obstacle.UNPARSABLE, str(error))
    started = _started_s(host)
    if started is not None and (late := web_host.stale(host, seen, started)):
        return late
    files = tuple(file_of(host, path) for path in seen if host.entries.get(path))
    return FactRead(value=_value(main, host, files, answers), assurance=Assurance.CONFIGURED)


def _other(host: Host) -> str:
    """How the running nginx differs from one on its usual files; "" where it does not."""
    for process in _masters(host):
        title = _TITLE.fullmatch(process.words)
        if title is None or title[1] not in {"nginx", *PROGRAM.paths}:
            return "the running nginx is not /usr/sbin/nginx"
        options = _OPTION.fullmatch(title[2].rstrip())
        if options is None or (options["config"] or MAIN) != MAIN:
            return f"the running nginx does not use {MAIN} alone"
        if options["prefix"] or not _HARMLESS.fullmatch(options["more"] or ""):
            return "the running nginx has options of its own"
    return ""


def _masters(host: Host) -> list[Process]:
    return [p for p in host.processes if not p.words.startswith(("nginx: worker", "nginx: cache"))]


def _workers(host: Host) -> list[Process]:
    return [
        p
        for p in host.processes
        if p.words.startswith(_WORKER) and "is shutting down" not in p.words
    ]


def _started_s(host: Host) -> int | None:
    """When the oldest worker that takes connections was started; a reload starts new ones."""
    ages = [one.age_s for one in _workers(host) or host.processes]
    return host.now_s - max(ages) if ages else None


def _value(
    main: tuple[Directive, ...], host: Host, files: tuple[Value, ...], answers: Answers
) -> dict[str, Value]:
    version = _version(answers["version"])
    https = [one.block or () for one in blocks(main, "http")]
    pairs = [(http, server) for http in https for server in blocks(http, "server")]
    servers = [nginx_servers.record(http, one, host, version or "") for http, one in pairs]
    pages = [page for http, one in pairs for page in nginx_servers.status_pages(http, one)]
    streams = [one.block or () for one in blocks(main, "stream")]
    keys = [
        key
        for one in (*https, *streams)
        for key in nginx_servers.keys(one, blocks(one, "server"), host)
    ]
    servers += [
        nginx_servers.stream_record(stream, one, host, version or "")
        for stream in streams
        for one in blocks(stream, "server")
    ]
    gaps = _gaps(main, host)
    return {
        "version": version or Missing(Obstacle.FAILED, "the version"),
        "master_user": next((one.user for one in _masters(host)), None),
        "worker_users": _users(main, host),
        "servers": (*servers, *gaps),
        "status_pages": (*pages, *gaps),
        "keys": (*keys, *gaps),
        "files": files,
    }


def _gaps(main: tuple[Directive, ...], host: Host) -> list[Value]:
    gaps: list[Value] = []
    if blocks(main, "mail"):
        gaps.append(Missing(Obstacle.UNSUPPORTED, "nginx also passes on mail"))
    if host.in_containers:
        gaps.append(Missing(Obstacle.UNSUPPORTED, "nginx also runs in a container"))
    return gaps


def _users(main: tuple[Directive, ...], host: Host) -> tuple[Value, ...]:
    if host.processes:
        return tuple(sorted({one.user for one in _workers(host) or host.processes}))
    said = next((one.words[0] for one in main if one.name == "user" and one.words), None)
    return (said or Missing(Obstacle.IN_CONTEXT, "the user that nginx was built with"),)


def _version(answer: Answer) -> str | None:
    text = (answer.stderr + answer.stdout).decode("utf-8", errors="replace")
    found = re.search(r"nginx/([0-9][0-9.]{0,15})", text)
    return found[1] if found else None


SETTINGS = FactKind(
    id="nginx.settings",
    title="nginx settings in force",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
    version=2,
)
