"""Fact `logs.web`: how long logrotate keeps the logs of the web servers and proxies that run here.

`files`: their current logs below /var/log, each as in `logs.retention`: `path`, `days`,
`days_least`, `days_most`. Absent where none of them runs or starts with the host, or none writes a
log there (it may write elsewhere, or to the system's log). Sources: logrotate(8), find(1).
"""

import re

from attt.facts import agents, log_capacity, log_retention
from attt.facts.kind import Answers, FactKind, Params, missed, text_of
from attt.model.answer import Obstacle
from attt.model.ask import Ask
from attt.model.fact import Assurance, Fact, FactAbsent, FactRead
from attt.model.shape import ListOf, Record
from attt.model.value import Missing

_FOLDERS = {
    "nginx": ("nginx",),
    "angie": ("angie",),
    "openresty": ("openresty", "nginx"),
    "apache2": ("apache2",),
    "httpd": ("httpd",),
    "haproxy": ("haproxy",),
    "squid": ("squid",),
    "varnish": ("varnish",),
    "lighttpd": ("lighttpd",),
}
_CURRENT = re.compile(r".*(?:log|\.out|\.err)")
_ROW = re.compile(r"\d{1,12}(?:\.\d+)? \d{1,15} (/var/log/([\w.-]+)(?:/[^\n]*)?)")
SHAPE = Record({"files": ListOf(log_retention.FILE)})
ASKS: dict[str, Ask] = {
    **agents.ASKS,
    **log_retention.ROTATE_ASKS,
    "files": log_capacity.ASKS["files"],
}


def _asks(_params: Params) -> dict[str, Ask]:
    return ASKS


def _parse(answers: Answers, _params: Params) -> Fact:
    found = agents.running(answers)
    listed = answers["files"]
    if isinstance(found, Missing):
        return missed(found.obstacle, found.detail)
    if listed.obstacle is not None:
        return missed(listed.obstacle, listed.detail or "/var/log")
    if (obstacle := answers["processes"].obstacle) is not None:
        return missed(obstacle, answers["processes"].detail or "ps")
    servers = [name for name in _FOLDERS if name in found]
    if not servers:
        return FactAbsent(proof=f"none of these runs: {', '.join(_FOLDERS)}")
    folders = {folder for name in servers for folder in _FOLDERS[name]}
    rows = [m for line in text_of(listed).splitlines() if (m := _ROW.fullmatch(line))]
    paths = [
        m[1] for m in rows if m[2].removesuffix(".log") in folders and _CURRENT.fullmatch(m[1])
    ]
    said = listed.stderr.decode("utf-8", errors="replace").splitlines()
    if any("No such file" not in line for line in said):
        return missed(Obstacle.DENIED, "a part of /var/log can't be listed")
    if not paths:
        return FactAbsent(proof=f"no log below /var/log of: {', '.join(servers)}")
    told = log_retention.entries(answers)
    return FactRead(
        value={"files": tuple(log_retention.kept(path, told) for path in sorted(paths))},
        assurance=Assurance.CONFIGURED,
    )


WEB = FactKind(
    id="logs.web",
    title="How long web servers' logs are kept",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
)
