"""Docker's own records of its containers: how each was made, without what it was given as secrets.

The engine writes hostconfig.json and config.v2.json for each container (moby's source); of the second
only the account and the state are asked for, since it holds the environment too.
"""

import json
import re
from collections.abc import Mapping

from attt.facts.kind import Unparsable, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.shape import Boolean, Integer, ListOf, Record, Text
from attt.model.value import Missing, Value

SHAPE = Record(
    {
        "name": Text(),
        "is_live": Boolean(),
        "is_privileged": Boolean(),
        "added_capabilities": ListOf(Text()),
        "shares_network": Boolean(),
        "shares_processes": Boolean(),
        "has_engine_socket": Boolean(),
        "has_system_folder": Boolean(),
        "is_confined": Boolean(),
        "no_new_privileges": Boolean(),
        "runs_as_root": Boolean(),
        "memory_bytes": Integer("bytes"),
        "log_is_limited": Boolean(),
    }
)
_SYSTEM = re.compile(
    r"/(?:|bin|boot|dev|etc|home|lib|lib64|opt|proc|root|run|sbin|srv|sys|usr|var|var/lib|var/run"
    r"|var/lib/docker|var/lib/containerd|etc/(?:ssh|sudoers\.d|pam\.d|cron\.d|systemd|docker))"
)
_SOCKET = re.compile(
    r"(?:/var)?/run/(?:docker|containerd/containerd|podman/podman|crio/crio)\.sock"
)
_HARMLESS = frozenset(
    {
        *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD"),
        *("NET_BIND_SERVICE", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
        *("IPC_LOCK", "SYS_NICE"),
    }
)
_LINE = re.compile(r"/.*/containers/([0-9a-f]{64})/([a-z.0-9]+):(.*)")
_ENDED = frozenset({"exited", "dead", "removing"})
_BOUNDED = frozenset(
    {"local", "journald", "syslog", "none", "fluentd", "gelf", "splunk", "awslogs"}
)
Json = Mapping[str, "object"]


def containers(
    listed: Answer, settings: Answer, states: Answer, *, default_nnp: Value, is_remapped: Value
) -> tuple[Value, ...]:
    """Every container that the engine lists; one missing element where they can't be read."""
    for answer in (listed, settings, states):
        if answer.obstacle is not None:
            return (Missing(answer.obstacle, answer.detail or "containers"),)
    made, accounts = _made(settings), _accounts(states)
    found: list[Value] = []
    for line in text_of(listed).splitlines():
        words = _json(line)
        if not (isinstance(words, list) and len(words) == 3 and all(_is_text(w) for w in words)):
            raise Unparsable("a line of docker container ls can't be read")
        key, name, state = words
        if key not in made or key not in accounts:
            found.append(Missing(Obstacle.IN_CONTEXT, f"how a container was made: {name[:40]}"))
            continue
        record = _record(made[key], accounts[key], default_nnp, is_remapped)
        found.append({"name": name, "is_live": state not in _ENDED, **record})
    return tuple(found)


def _is_text(word: object) -> bool:
    return isinstance(word, str)


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unparsable("Docker's JSON can't be read") from error


def _made(answer: Answer) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for line in text_of(answer).splitlines():
        if (match := _LINE.fullmatch(line)) and match[2] == "hostconfig.json":
            document = _json(match[3])
            if isinstance(document, dict) and "Privileged" in document:
                found[match[1]] = document
    return found


def _accounts(answer: Answer) -> dict[str, str]:
    """The account of each container as it was made; the first such line of its record."""
    found: dict[str, str] = {}
    for line in text_of(answer).splitlines():
        if match := _LINE.fullmatch(line):
            said = re.fullmatch(r'"User":"([^"]*)"', match[3])
            if said:
                found.setdefault(match[1], said[1])
    return found


def _record(made: Json, account: str, default_nnp: Value, is_remapped: Value) -> dict[str, Value]:
    options = [str(one) for one in _list(made, "SecurityOpt")]
    log = _under(made, "LogConfig")
    mounts = list(_mounts(made))
    return {
        "is_privileged": made.get("Privileged") is True,
        "added_capabilities": tuple(sorted(_capabilities(made))),
        "shares_network": made.get("NetworkMode") == "host",
        "shares_processes": "host" in (made.get("PidMode"), made.get("IpcMode")),
        "has_engine_socket": any(_is_engine(path) for path, _ in mounts),
        "has_system_folder": any(_SYSTEM.fullmatch(path) for path, writable in mounts if writable),
        "is_confined": _is_confined(made, options),
        "no_new_privileges": _new(options) if _new(options) is not None else default_nnp,
        "runs_as_root": _as_root(account, made, is_remapped),
        "memory_bytes": _number(made.get("Memory")),
        "log_is_limited": log.get("Type") in _BOUNDED or "max-size" in _under(log, "Config"),
    }


def _is_confined(made: Json, options: list[str]) -> bool:
    """The engine itself gives up SELinux's label for who shares processes or is privileged."""
    is_given_up = "host" in (made.get("PidMode"), made.get("IpcMode")) or made.get("Privileged")
    off = [one for one in options if one != "label=disable" or not is_given_up]
    return not any("unconfined" in one or one == "label=disable" for one in off)


def _new(options: list[str]) -> bool | None:
    for one in options:
        if match := re.fullmatch(r"no-new-privileges(?:[:=](true|false))?", one):
            return match[1] != "false"
    return None


def _as_root(account: str, made: Json, is_remapped: Value) -> Value:
    if account.partition(":")[0] not in {"", "0", "root"}:
        return False
    if made.get("UsernsMode") == "host" or made.get("Privileged") is True:
        return True
    return is_remapped if isinstance(is_remapped, Missing) else not is_remapped


def _capabilities(made: Json) -> set[str]:
    names = {str(one).upper().removeprefix("CAP_") for one in _list(made, "CapAdd")}
    return names - _HARMLESS


def _mounts(made: Json) -> list[tuple[str, bool]]:
    """What of the host's own files each mount shows, and whether it may be written."""
    found = [_bind(str(one)) for one in _list(made, "Binds")]
    found += [
        (_plain(str(mount.get("Source"))), mount.get("ReadOnly") is not True)
        for mount in _list(made, "Mounts")
        if isinstance(mount, dict) and mount.get("Type") == "bind"
    ]
    return found


def _bind(text: str) -> tuple[str, bool]:
    source, _, rest = text.partition(":")
    modes = rest.partition(":")[2].split(",")
    return _plain(source), "ro" not in modes


def _plain(path: str) -> str:
    return re.sub(r"/+", "/", path).rstrip("/") or "/"


def _is_engine(path: str) -> bool:
    folders = {"/", "/run", "/var/run", "/var", "/run/containerd"}
    return bool(_SOCKET.fullmatch(path)) or path in folders


def _list(made: Json, name: str) -> list[object]:
    value = made.get(name)
    return value if isinstance(value, list) else []


def _under(made: Json, name: str) -> Json:
    value = made.get(name)
    return value if isinstance(value, dict) else {}


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
