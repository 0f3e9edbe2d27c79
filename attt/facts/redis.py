"""Fact `redis.servers`: each Redis or Valkey server that runs here, by the settings it was started on.

`servers`: `name` (its settings' path), `listens_remotely`, `is_protected` (protected-mode),
`has_password` (whoever comes must give one, as whatever account), `has_plain_port` (a TCP port without TLS),
`open_commands` (dangerous ones that the account `default` may use under their own names),
`system_user`, `config_mode` (of the settings), `socket_mode` (null:
no Unix socket), `max_clients` and `idle_s` (0: never closed). The server itself is not asked, for it
may want a password: what `CONFIG SET` changed since is not seen. A server whose settings changed
after it started, that was started by hand or in a container, is a missing element.
Sources: the comments of redis.conf, the Redis manual; systemctl(1).
"""

import re
from collections.abc import Mapping

from attt.facts import database_processes as processes
from attt.facts import redis_config as config
from attt.facts import stat, tar, unit_commands
from attt.facts.kind import Answers, FactKind, Params, text_of
from attt.model.answer import Obstacle
from attt.model.ask import Ask, Privilege, ReadFile, ReadTree, Stat
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, Integer, ListOf, Mode, Record, Text
from attt.model.value import Missing, Value

KIND = processes.Kind(
    title="Redis",
    processes=frozenset({"redis-server", "valkey-server", "keydb-server"}),
    units=re.compile(r"(?:redis|valkey|keydb)(?:-server)?(?:@[^.]+)?\.service$"),
    ports=frozenset({"6379/tcp"}),
)
_FILES = ("/etc/redis/redis.conf", "/etc/redis.conf", "/etc/valkey/valkey.conf")
_TREES = {
    "redis": ("/etc/redis", "*.conf"),
    "redis_acl": ("/etc/redis", "*.acl"),
    "valkey": ("/etc/valkey", "*.conf"),
    "valkey_acl": ("/etc/valkey", "*.acl"),
}
_LOOPBACK = re.compile(r"-?(?:127\.[0-9.]+|::1|localhost)")
_SERVER = Record(
    {
        "name": Text(),
        "listens_remotely": Boolean(),
        "is_protected": Boolean(),
        "has_password": Boolean(),
        "has_plain_port": Boolean(),
        "open_commands": ListOf(Text()),
        "system_user": Text(),
        "config_mode": Mode(),
        "socket_mode": Mode(nullable=True),
        "max_clients": Integer("connections"),
        "idle_s": Integer("seconds"),
    }
)


def _asks(_params: Params) -> dict[str, Ask]:
    root = Privilege.ROOT
    trees = {
        name: ReadTree(path=path, glob=glob, privilege=root, redact="redis")
        for name, (path, glob) in _TREES.items()
    }
    return {
        **processes.asks(),
        "started": unit_commands.ask("redis*.service", "valkey*.service", "keydb*.service"),
        "file": ReadFile(path="/etc/redis.conf", privilege=root, redact="redis"),
        **trees,
        "modes": Stat(paths=_FILES, privilege=root),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    seen = processes.look(KIND, answers)
    if not isinstance(seen, processes.Seen):
        return seen
    files = _files(answers)
    known = unit_commands.started(answers["started"])
    found = [_server(one, known.get(one.pid), files, answers) for one in seen.servers]
    return FactRead(value={"servers": (*found, *seen.gaps)}, assurance=Assurance.CONFIGURED)


def _files(answers: Answers) -> dict[str, str] | Missing:
    found: dict[str, str] = {}
    for name, (folder, _) in _TREES.items():
        answer = answers[name]
        if answer.obstacle is not None:
            return Missing(answer.obstacle, answer.detail or folder)
        for member in tar.members(answer.stdout) if answer.exists else ():
            found[f"{folder}/{member.name}"] = member.content.decode("utf-8", errors="replace")
    if answers["file"].obstacle is not None:
        return Missing(answers["file"].obstacle, answers["file"].detail or "/etc/redis.conf")
    if answers["file"].exists:
        found["/etc/redis.conf"] = text_of(answers["file"])
    return found


def _server(
    process: processes.Process,
    run: unit_commands.Started | None,
    files: dict[str, str] | Missing,
    answers: Answers,
) -> Value:
    if isinstance(files, Missing):
        return files
    paths = [word for word in (run.words[1:2] if run else ()) if not word.startswith("-")]
    if run is None or not paths:
        return Missing(Obstacle.IN_CONTEXT, f"nobody can tell on what settings {process.name} runs")
    read = config.read(paths[0], files, run.words[2:])
    mode = _mode(paths[0], read, run, answers)
    if read.gap is not None or isinstance(mode, Missing):
        return read.gap or mode
    user = config.default_user(read, files)
    plain, secure = read.text("port", "6379"), read.text("tls-port", "0")
    return {
        "name": paths[0],
        "listens_remotely": (plain, secure) != ("0", "0") and _listens(read.settings.get("bind")),
        "is_protected": read.text("protected-mode", "yes") != "no",
        "has_password": config.has_password(read, files, user),
        "has_plain_port": plain != "0",
        "open_commands": config.open_commands(read, user),
        "system_user": process.user,
        "config_mode": mode,
        "socket_mode": _socket(read),
        "max_clients": _number(read.text("maxclients", "10000")),
        "idle_s": _number(read.text("timeout", "0")),
    }


def _listens(bind: list[str] | None) -> bool:
    """Without `bind` the server listens on every address of the host."""
    return bind is None or not all(_LOOPBACK.fullmatch(word) for word in bind if word)


def _mode(path: str, read: config.Config, run: unit_commands.Started, answers: Answers) -> Value:
    """The file's mode; Missing where it is younger than the server that read it."""
    answer = answers["modes"]
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or path)
    found: Mapping[str, Value] | None = stat.parse(answer).found.get(path)
    if found is None:
        return Missing(Obstacle.UNSUPPORTED, f"how old the settings are: {path[:80]}")
    modified = found["modified"]
    if not read.is_rewritten and (run.at is None or not isinstance(modified, str)):
        return Missing(Obstacle.UNPARSABLE, "when the server was started")
    if not read.is_rewritten and str(modified) > str(run.at):
        return Missing(Obstacle.CONTRADICTED, f"{path[:80]} was changed after the server started")
    return found["mode"]


def _socket(read: config.Config) -> Value:
    """Without a mode of its own the socket gets what the umask of its unit leaves."""
    if not read.text("unixsocket", ""):
        return None
    text = read.text("unixsocketperm", "")
    if re.fullmatch(r"0?[0-7]{3}", text):
        return text.rjust(4, "0")
    return Missing(Obstacle.IN_CONTEXT, "unixsocketperm is not set")


def _number(text: str) -> Value:
    if re.fullmatch(r"[0-9]{1,10}", text):
        return int(text)
    return Missing(Obstacle.UNPARSABLE, "a number of redis.conf")


SERVERS = FactKind(
    id="redis.servers",
    title="Redis and Valkey servers",
    shape=Record({"servers": ListOf(_SERVER)}),
    asks=_asks,
    parse=_parse,
)
