"""Fact `apache.settings`: how Apache httpd serves, by its own files as it would resolve them.

`server_tokens` (lower case), `modules` (short names), `users` (whom the processes that serve run
as), `timeout_s`, `keepalive_timeout_s` (0 where connections are not kept), `has_request_timeout`
(slow requests are ended), `sites`: one record a virtual host, and the main server where it answers
itself, with `name`, `is_exposed`, `has_tls`, `clear_text` (what somebody gets from elsewhere
without TLS: none, redirected to HTTPS, refused, served), `is_serving`, `protocols` and
`weak_ciphers` of TLS, `answers_trace`, `is_logged`, `log_fields` (of client, user, time, request,
status), `has_hsts`, `has_nosniff`, `has_frame_guard` (missing where a program behind may send it);
`folders` that are served and whether they `lists` their files, `status_pages`, `keys` and `files`
with mode and owner. A .htaccess is not read: what one may undo is missing. Apache in a container, at another place, with other
files or definitions, or with a file changed since the last reload is missing.
Source: https://httpd.apache.org/docs/2.4/
"""

import re
from collections.abc import Sequence

from attt.facts import apache_folders, apache_sites, apache_text, web_host
from attt.facts.apache_headers import Site
from attt.facts.apache_text import Directive, Reading, last, named
from attt.facts.kind import Answers, FactKind, Params, Unparsable, missed
from attt.facts.nginx_servers import KEY
from attt.facts.web_host import Host, Process, Program, file_of
from attt.model.answer import Obstacle
from attt.model.ask import Ask
from attt.model.fact import Assurance, Fact, FactMissed, FactRead
from attt.model.shape import Boolean, Integer, ListOf, Record, Text
from attt.model.value import Missing, Value

_LAYOUTS = {  # by program: the main file, the folder that names count from, the pid files
    "apache2": ("/etc/apache2/apache2.conf", "/etc/apache2", ("/run/apache2/apache2.pid",)),
    "httpd": (
        "/etc/httpd/conf/httpd.conf",
        "/etc/httpd",
        ("/run/httpd/httpd.pid", "/run/httpd.pid"),
    ),
}
_SUSE = ("/etc/apache2/httpd.conf", "/etc/apache2", ("/run/httpd.pid",))
PROGRAM = Program(
    name="Apache",
    paths=("/usr/sbin/apache2", "/usr/sbin/httpd"),
    elsewhere=(
        *("/usr/local/apache2/bin/httpd", "/usr/local/sbin/httpd", "/opt/apache2/bin/httpd"),
        *(
            "/opt/bitnami/apache/bin/httpd",
            "/opt/bitnami/apache2/bin/httpd",
            "/opt/httpd/bin/httpd",
        ),
        *("/opt/apache/bin/httpd", "/usr/local/apache/bin/httpd", "/usr/local/httpd/bin/httpd"),
    ),
    commands=frozenset(
        {
            *("apache2", "httpd", "httpd-prefork", "httpd-worker", "httpd-event", "httpd2"),
        }
    ),
    units=frozenset({"apache2.service", "httpd.service"}),
)
_PROGRAM = re.compile(r"/usr/sbin/(?:apache2|httpd(?:-prefork|-worker|-event)?)")
_OPTIONS = re.compile(
    r"(?: -k (?:start|graceful|restart)| -D ?(?:FOREGROUND|SYSTEMD|SYSCONFIG)| -DFOREGROUND)*"
)
_UNITS_S = {"": 1, "s": 1, "ms": 0, "min": 60, "mi": 60, "h": 3600}

SHAPE = Record(
    {
        "server_tokens": Text(),
        "modules": ListOf(Text()),
        "users": ListOf(Text()),
        "timeout_s": Integer("seconds"),
        "keepalive_timeout_s": Integer("seconds"),
        "has_request_timeout": Boolean(),
        "sites": ListOf(apache_sites.SHAPE),
        "folders": ListOf(apache_folders.SHAPE),
        "status_pages": ListOf(apache_folders.STATUS),
        "keys": ListOf(KEY),
        "files": ListOf(KEY),
    }
)


def _asks(_params: Params) -> dict[str, Ask]:
    return web_host.asks_of(PROGRAM)


def _parse(answers: Answers, _params: Params) -> Fact:
    if (absent := web_host.absent(PROGRAM, answers)) is not None:
        return absent
    host = web_host.look(PROGRAM, answers)
    if isinstance(host, FactMissed):
        return host
    if host.in_containers:
        return missed(Obstacle.UNSUPPORTED, "Apache runs in a container")
    if any(not _is_usual(process) for process in host.processes):
        return missed(
            Obstacle.CONTRADICTED, "the running Apache has another place or other options"
        )
    layout = _layout(host)
    if layout is None:
        return missed(Obstacle.UNSUPPORTED, "none of Apache's usual main files is there")
    main_file, root, pid_files = layout
    reading = Reading(host=host, root=root, names=_names(host))
    try:
        main = apache_text.whole(main_file, reading)
    except Unparsable as error:
        return missed(Obstacle.UNPARSABLE, str(error))
    started = _started_s(host, pid_files)
    if started is not None and (late := web_host.stale(host, list(reading.seen), started)):
        return late
    return FactRead(value=_value(main, reading), assurance=Assurance.CONFIGURED)


def _is_usual(process: Process) -> bool:
    program, _, options = process.words.partition(" ")
    return bool(_PROGRAM.fullmatch(program)) and bool(_OPTIONS.fullmatch(f" {options}".rstrip()))


def _layout(host: Host) -> tuple[str, str, tuple[str, ...]] | None:
    known = (_LAYOUTS["apache2"], _LAYOUTS["httpd"], _SUSE)
    found = [layout for layout in known if layout[0] in host.entries]
    return found[0] if len(found) == 1 else None


def _names(host: Host) -> dict[str, str]:
    """What is defined before any file is read: Debian's envvars, and words of the command line."""
    names = apache_text.environment(host.text("/etc/apache2/envvars") or "")
    for process in host.processes:
        names |= dict.fromkeys(re.findall(r" -D ?(\S+)", process.words), "")
    return names


def _started_s(host: Host, pid_files: Sequence[str]) -> int | None:
    """When Apache last read its files: it writes its pid file at a start and at each reload."""
    written = [e.modified_s for path in pid_files if (e := host.entries.get(path))]
    if not host.processes:
        return None
    return max(written) if written else host.now_s - max(one.age_s for one in host.processes)


def _value(main: tuple[Directive, ...], reading: Reading) -> dict[str, Value]:
    sites = apache_sites.sites(main)
    modules = apache_sites.module_names(reading)
    host = reading.host
    paths = [path for path in reading.seen if path in host.entries]
    return {
        "server_tokens": (last(main, "servertokens") or ("full",))[0].lower(),
        "modules": tuple(sorted(modules)),
        "users": _users(main, host),
        "timeout_s": _seconds(last(main, "timeout"), 60),
        "keepalive_timeout_s": _keepalive_s(main),
        "has_request_timeout": _ends_slow(main, modules),
        "sites": tuple(apache_sites.record(site, modules, host) for site in sites),
        "folders": tuple(apache_folders.folders(sites, modules)),
        "status_pages": (
            *apache_folders.status_pages(sites, main),
            *apache_folders.hidden_pages(sites, modules),
        ),
        "keys": _keys(sites, main, reading),
        "files": tuple(file_of(host, path) for path in paths),
    }


def _users(main: Sequence[Directive], host: Host) -> tuple[Value, ...]:
    """The users of the processes that serve: all but the first one, which starts them."""
    pids = {one.pid for one in host.processes}
    serving = [one.user for one in host.processes if one.parent in pids]
    if serving or host.processes:
        return tuple(sorted(set(serving or [one.user for one in host.processes])))
    said = last(main, "user")
    if said and "$" not in said[0]:
        return (said[0],)
    return (Missing(Obstacle.IN_CONTEXT, "the user that Apache was built with"),)


def _keepalive_s(main: Sequence[Directive]) -> Value:
    if (last(main, "keepalive") or ("on",))[0].lower() == "off":
        return 0
    return _seconds(last(main, "keepalivetimeout"), 5)


def _seconds(words: tuple[str, ...] | None, default: int) -> Value:
    if words is None:
        return default
    found = re.fullmatch(r"([0-9]{1,9})(ms|s|min|mi|h|)", words[0].lower()) if words else None
    if found is None:
        return Missing(Obstacle.OUT_OF_TYPE, "a time-out of Apache")
    if found[2] == "ms":
        return -(-int(found[1]) // 1000)
    return int(found[1]) * _UNITS_S[found[2]]


def _ends_slow(main: Sequence[Directive], modules: frozenset[str]) -> bool:
    """mod_reqtimeout ends slow requests by default, unless a time is set to 0."""
    said = [word.lower() for one in named(main, "requestreadtimeout") for word in one.words]
    return "reqtimeout" in modules and not any(re.fullmatch(r"header=0\b.*", w) for w in said)


def _keys(sites: Sequence[Site], main: Sequence[Directive], reading: Reading) -> tuple[Value, ...]:
    found: dict[str, Value] = {}
    for place in (main, *(site.inside for site in sites)):
        for one in named(place, "sslcertificatekeyfile"):
            if one.words:
                path = one.words[0]
                path = path if path.startswith("/") else f"{reading.root}/{path}"
                found[path] = file_of(reading.host, path)
    return tuple(found.values())


SETTINGS = FactKind(
    id="apache.settings",
    title="Apache httpd settings in force",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
    version=2,
)
