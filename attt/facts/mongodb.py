"""Fact `mongodb.servers`: each MongoDB server that runs here, by its settings file and command line.

`servers`: `name` (its settings' path), `listens_remotely`, `has_authorization`, `tls_mode`
(disabled, allowTLS, preferTLS, requireTLS), `audits` (an audit log is written), `runs_scripts` (code
of clients runs in the server), `system_user`. The server itself is not asked, for it may want a
password. A server whose settings changed after it started, that was started by hand or in a
container, or whose file holds more than plain nested settings, is a missing element.
Source: the MongoDB manual, "Self-Managed Configuration File Options".
"""

import re

from attt.facts import database_processes as processes
from attt.facts import stat, unit_commands
from attt.facts.kind import Answers, FactKind, Params, text_of
from attt.model.answer import Obstacle
from attt.model.ask import Ask, Privilege, ReadFile, Stat
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

KIND = processes.Kind(
    title="MongoDB",
    processes=frozenset({"mongod", "mongos"}),
    units=re.compile(r"mongo(?:d|s|db)(?:@[^.]+)?\.service$"),
    ports=frozenset({"27017/tcp"}),
)
_PATH = "/etc/mongod.conf"
_LOOPBACK = re.compile(r"127\.[0-9.]+|::1|localhost|/\S+")
_LINE = re.compile(r"( *)([A-Za-z][\w.]*)\s*:(?:\s+(.*?))?\s*")
_MODES = ("disabled", "allowTLS", "preferTLS", "requireTLS")
_FLAGS = {
    "--auth": ("security.authorization", "enabled"),
    "--bind_ip_all": ("net.bindIpAll", "true"),
    "--noscripting": ("security.javascriptEnabled", "false"),
}
_OPTIONS = {
    "--bind_ip": "net.bindIp",
    "--tlsMode": "net.tls.mode",
    "--keyFile": "security.keyFile",
    "--auditDestination": "auditLog.destination",
    "--clusterAuthMode": "security.clusterAuthMode",
}
_SERVER = Record(
    {
        "name": Text(),
        "listens_remotely": Boolean(),
        "has_authorization": Boolean(),
        "tls_mode": Text(choices=_MODES),
        "audits": Boolean(),
        "runs_scripts": Boolean(),
        "system_user": Text(),
    }
)


def _asks(_params: Params) -> dict[str, Ask]:
    root = Privilege.ROOT
    return {
        **processes.asks(),
        "started": unit_commands.ask("mongo*.service"),
        "file": ReadFile(path=_PATH, privilege=root, redact="settings"),
        "modes": Stat(paths=(_PATH,), privilege=root),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    seen = processes.look(KIND, answers)
    if not isinstance(seen, processes.Seen):
        return seen
    known = unit_commands.started(answers["started"])
    found = [_server(one, known.get(one.pid), answers) for one in seen.servers]
    return FactRead(value={"servers": (*found, *seen.gaps)}, assurance=Assurance.CONFIGURED)


def _server(
    process: processes.Process, run: unit_commands.Started | None, answers: Answers
) -> Value:
    path, given = _words(process.words)
    settings: dict[str, str] | Missing = {}
    if path:
        settings = _stale(path, run, answers) or _file(path, answers)
    if isinstance(settings, Missing):
        return settings
    own = settings | given
    mode = own.get("net.tls.mode", own.get("net.ssl.mode", "disabled")).replace("SSL", "TLS")
    has_key = "security.keyFile" in own or own.get("security.clusterAuthMode") == "x509"
    return {
        "name": path or process.name,
        "listens_remotely": _listens(own),
        "has_authorization": own.get("security.authorization") == "enabled"
        or (has_key and "security.authorization" not in own),
        "tls_mode": mode if mode in _MODES else Missing(Obstacle.OUT_OF_TYPE, "net.tls.mode"),
        "audits": bool(own.get("auditLog.destination")),
        "runs_scripts": own.get("security.javascriptEnabled", "true") != "false",
        "system_user": process.user,
    }


def _words(words: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    """The settings file and the settings of a command line."""
    path, given = "", {}
    pairs = [one for word in words for one in (word.split("=", 1) if word[:2] == "--" else [word])]
    for word, after in zip(pairs, (*pairs[1:], ""), strict=True):
        if word in {"--config", "-f"}:
            path = after
        elif word in _FLAGS:
            name, value = _FLAGS[word]
            given[name] = value
        elif word in _OPTIONS:
            given[_OPTIONS[word]] = after
    return path, given


def _stale(path: str, run: unit_commands.Started | None, answers: Answers) -> Missing | None:
    answer = answers["modes"]
    if path != _PATH:
        return Missing(Obstacle.UNSUPPORTED, f"settings that were not read: {path[:80]}")
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or path)
    found = stat.parse(answer).found.get(path)
    modified = found["modified"] if found else None
    if run is None or run.at is None or not isinstance(modified, str):
        return Missing(Obstacle.IN_CONTEXT, f"nobody can tell when {_PATH} was read")
    if modified > run.at:
        return Missing(Obstacle.CONTRADICTED, f"{path} was changed after the server started")
    return None


def _file(path: str, answers: Answers) -> dict[str, str] | Missing:
    """Nested plain settings as dotted names; anything else of YAML is not guessed at."""
    answer = answers["file"]
    if answer.obstacle is not None or not answer.exists:
        return Missing(answer.obstacle or Obstacle.CONTRADICTED, answer.detail or path)
    found: dict[str, str] = {}
    above: list[tuple[int, str]] = []
    for line in text_of(answer).splitlines():
        plain = re.sub(r"(^|\s)#.*", "", line).rstrip()
        if not plain.strip() or plain == "---":
            continue
        match = _LINE.fullmatch(plain)
        if match is None or (match[3] or "")[:1] in {"{", "[", "&", "*", "|", ">", "!"}:
            return Missing(Obstacle.UNPARSABLE, f"a line of {path}")
        depth = len(match[1])
        while above and above[-1][0] >= depth:
            above.pop()
        above.append((depth, match[2]))
        if match[3]:
            found[".".join(name for _, name in above)] = match[3].strip("\"'")
    return found


def _listens(own: dict[str, str]) -> bool:
    """Without bindIp the server listens on this host alone (from 3.6 on)."""
    if own.get("net.bindIpAll") == "true":
        return True
    names = own.get("net.bindIp", "127.0.0.1").split(",")
    return not all(_LOOPBACK.fullmatch(name.strip()) for name in names)


SERVERS = FactKind(
    id="mongodb.servers",
    title="MongoDB servers",
    shape=Record({"servers": ListOf(_SERVER)}),
    asks=_asks,
    parse=_parse,
)
