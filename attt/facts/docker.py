"""Fact `containers.docker`: how the Docker engine of this host is set up, and its containers.

`api_is_open`: the engine takes orders over TCP from whoever comes, without asking for a certificate.
`is_remapped`: root in a container is nobody on the host (userns-remap, rootless). `group_members`:
accounts that may give the engine orders, and so are root. `containers`, one record each: `name`,
`is_live` (it runs, waits or was made to), `added_capabilities` (those by which it may leave),
`shares_network` and `shares_processes` (the host's own), `has_system_folder` (one that it may
write), `is_confined` (seccomp and AppArmor or SELinux not switched off), `runs_as_root` (of the host),
`memory_bytes` (0: no limit), `log_is_limited`. Containers of Podman, CRI-O or Kubernetes are not
read: each kind leaves a missing element. Absent where no engine is there.
Sources: docker(1), dockerd(8), daemon.json, the engine's own records.
"""

import json
import re
from collections.abc import Mapping

from attt.facts import daemons, docker_containers, groups
from attt.facts.daemons import Daemon, Process, Seen
from attt.facts.kind import Answers, FactKind, Params, Unparsable, missed, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import MIB, Ask, Command, Privilege, ReadFile
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_DAEMON = Daemon(
    programs=("/usr/bin/dockerd", "/usr/sbin/dockerd", "/usr/local/bin/dockerd"),
    processes=frozenset({"dockerd"}),
    units=("docker.service", "docker.socket"),
    ports=frozenset({"2375/tcp", "2376/tcp"}),
)
_CLIENT = ("/usr/bin/docker", "-H", "unix:///var/run/docker.sock")
_INFO = "[{{json .DockerRootDir}},{{json .SecurityOptions}},{{json .ServerVersion}}]"
_LISTED = "[{{json .ID}},{{json .Names}},{{json .State}}]"
_HEAPS = (
    *("aufs", "btrfs", "buildkit", "containerd", "devicemapper", "fuse-overlayfs", "image"),
    *("network", "overlay", "overlay2", "plugins", "swarm", "tmp", "vfs", "volumes", "zfs"),
)
_STATE = '"User":"[^"]*"'
_WITHIN = tuple(f"--exclude-dir={name}" for name in _HEAPS)
_OTHERS = ("conmon", "crio", "containerd-shim")

_SHAPE = Record(
    {
        "api_is_open": Boolean(),
        "is_remapped": Boolean(),
        "group_members": ListOf(Text()),
        "containers": ListOf(docker_containers.SHAPE),
    }
)


def _asks(_params: Params) -> dict[str, Ask]:
    root = Privilege.ROOT
    grep = ("/usr/bin/grep", "-rH")
    return {
        **daemons.asks(_DAEMON),
        "config": ReadFile(path="/etc/docker/daemon.json", privilege=root, redact="settings"),
        "info": Command(argv=(*_CLIENT, "info", "--format", _INFO), privilege=root),
        "listed": Command(
            argv=(*_CLIENT, "container", "ls", "--all", "--no-trunc", "--format", _LISTED),
            privilege=root,
        ),
        "made": Command(
            argv=(*grep, "--include=hostconfig.json", *_WITHIN, "Privileged", "/var/lib/docker"),
            privilege=root,
            statuses=(0, 1),
            cap_bytes=4 * MIB,
        ),
        "states": Command(
            argv=(*grep, "-oE", "--include=config.v2.json", *_WITHIN, _STATE, "/var/lib/docker"),
            privilege=root,
            statuses=(0, 1),
        ),
        "group": ReadFile(path="/etc/group", cap_bytes=1 * MIB, redact="passwd"),
        "passwd": ReadFile(path="/etc/passwd", cap_bytes=1 * MIB, redact="passwd"),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    seen = daemons.look(_DAEMON, answers)
    if not isinstance(seen, Seen):
        return seen
    engines = seen.of("dockerd")
    if len(engines) != 1 or seen.gaps:
        why = (
            seen.gaps[0] if seen.gaps else Missing(Obstacle.IN_CONTEXT, "dockerd: not one process")
        )
        return missed(why.obstacle, why.detail)
    config = _config(answers["config"], engines[0])
    if isinstance(config, Missing):
        return missed(config.obstacle, config.detail)
    root_dir, remapped = _info(answers["info"])
    return FactRead(
        value={
            "api_is_open": _api_is_open(config, engines[0], seen),
            "is_remapped": remapped,
            "group_members": _members(answers["group"], answers["passwd"]),
            "containers": (*_containers(answers, config, root_dir, remapped), *_others(answers)),
        },
        assurance=Assurance.RUNNING,
    )


def _config(answer: Answer, engine: Process) -> Mapping[str, object] | Missing:
    if daemons.word_after(engine, "--config-file") not in {None, "/etc/docker/daemon.json"}:
        return Missing(Obstacle.IN_CONTEXT, "dockerd runs on another file than daemon.json")
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "daemon.json")
    if not answer.exists or not text_of(answer).strip():
        return {}
    try:
        document = json.loads(text_of(answer))
    except (ValueError, RecursionError) as error:
        raise Unparsable("daemon.json can't be read") from error
    return document if isinstance(document, dict) else {}


def _api_is_open(config: Mapping[str, object], engine: Process, seen: Seen) -> Value:
    """A door over TCP without a client's certificate; on the loopback too, for every account."""
    listed = config.get("hosts")
    hosts = [str(one) for one in listed] if isinstance(listed, list) else []
    hosts += [w for w in engine.words if re.match(r"(?:-H=?|--host=)?tcp:", w)]
    is_there = any("tcp:" in host for host in hosts) or bool(seen.reached)
    by_word = any(re.fullmatch(r"--tlsverify(?:=true)?", word) for word in engine.words)
    if not is_there or by_word or config.get("tlsverify") is True:
        return seen.reached if isinstance(seen.reached, Missing) and not hosts else False
    return True


def _info(answer: Answer) -> tuple[str | Missing, Value]:
    """The folder of the engine's records, and whether root in a container is root here."""
    if answer.obstacle is not None:
        gap = Missing(answer.obstacle, answer.detail or "docker info")
        return gap, gap
    try:
        words = json.loads(text_of(answer))
    except (ValueError, RecursionError) as error:
        raise Unparsable("docker info can't be read") from error
    if not (isinstance(words, list) and len(words) == 3 and isinstance(words[0], str)):
        raise Unparsable("docker info prints another JSON")
    if not words[2] or not words[0]:
        gap = Missing(Obstacle.FAILED, "the engine does not answer")
        return gap, gap
    options = [str(one) for one in words[1]] if isinstance(words[1], list) else []
    return words[0], any(o.startswith(("name=userns", "name=rootless")) for o in options)


def _members(group: Answer, passwd: Answer) -> Value:
    known = groups.read(group)
    if isinstance(known, Missing):
        return known
    if passwd.obstacle is not None:
        return Missing(passwd.obstacle, passwd.detail or "/etc/passwd")
    numbers = {gid for gid, names in known.names.items() if "docker" in names}
    found = {name for name, gids in known.members.items() if gids & numbers}
    for line in text_of(passwd).splitlines():
        fields = line.split(":")
        if len(fields) > 3 and fields[3].isdecimal() and int(fields[3][:10]) in numbers:
            found.add(fields[0])
    return tuple(sorted(found - {""}))


def _containers(
    answers: Answers, config: Mapping[str, object], root_dir: str | Missing, remapped: Value
) -> tuple[Value, ...]:
    if isinstance(root_dir, Missing):
        return (root_dir,)
    if not re.match(r"/var/lib/docker(?:/|$)", root_dir):
        return (Missing(Obstacle.UNSUPPORTED, f"the engine's records are in {root_dir[:60]}"),)
    return docker_containers.containers(
        answers["listed"],
        answers["made"],
        answers["states"],
        default_nnp=config.get("no-new-privileges") is True,
        is_remapped=remapped,
    )


def _others(answers: Answers) -> tuple[Value, ...]:
    """Engines besides this one that run containers now."""
    lines = (line.split() for line in text_of(answers["daemons"]).splitlines())
    found = {
        words[0]
        for words in lines
        if words and words[0] in _OTHERS and not (words[0] == _OTHERS[2] and "moby" in words)
    }
    return tuple(
        Missing(Obstacle.UNSUPPORTED, f"containers of another engine ({one}) are not read")
        for one in sorted(found)
    )


DOCKER = FactKind(
    id="containers.docker",
    title="Docker engine and its containers",
    shape=_SHAPE,
    asks=_asks,
    parse=_parse,
)
