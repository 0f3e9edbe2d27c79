"""Generic facts on what runs and is installed: a service, a process, a port, a package, a sysctl.

`service.state(name)`: systemd's `is_active`, `is_enabled` and `is_masked`; absent where systemd
knows no such unit. `process.running(name)`: `is_running` and `count`, by the name that the kernel
keeps (15 characters of it). `port.listening(port)`, such as "8080/tcp": `is_listening`,
`is_loopback_only` (null where nothing listens), `addresses` and `processes`.
`package.version(name)`: the installed `version`, compared as dpkg and rpm agree; absent where no
such package is installed. `sysctl.value(name)`: `value` as the kernel prints it, and `number`;
absent where the kernel has no such setting.
Sources: systemctl(1), ps(1), ss(8), dpkg-query(1), rpm(8), sysctl(8).
"""

import re
from collections.abc import Mapping

from attt.facts import generic_params, packages, sockets
from attt.facts.kind import Answers, FactKind, Params, missed, text_of
from attt.model.answer import Obstacle
from attt.model.ask import Ask, Command, Privilege, ReadFile
from attt.model.fact import Assurance, Fact, FactAbsent, FactRead
from attt.model.shape import Address, Boolean, Integer, ListOf, Record, Text, Version
from attt.model.value import Missing, Value

_NAME_KEPT = 15
_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,17}", re.ASCII)
_SHOW = ("systemctl", "show", "-p", "Id,LoadState,ActiveState,UnitFileState")
_ENABLED = frozenset({"enabled", "enabled-runtime", "linked", "linked-runtime", "alias"})


def _read(value: Value, assurance: Assurance = Assurance.RUNNING) -> FactRead:
    return FactRead(value=value, assurance=assurance)


def _service_asks(params: Params) -> dict[str, Ask]:
    return {"show": Command(argv=(*_SHOW, "--", params["name"]))}


def _service(answers: Answers, params: Params) -> Fact:
    answer = answers["show"]
    if answer.obstacle is not None:
        return missed(answer.obstacle, answer.detail or "systemctl")
    said = dict(re.findall(r"(?m)^(\w+)=(.*)$", text_of(answer)))
    load = said.get("LoadState", "")
    if load == "not-found":
        return FactAbsent(proof=f"systemd knows no unit {params['name']}")
    if not load or "ActiveState" not in said:
        return missed(Obstacle.UNPARSABLE, "systemctl show")
    return _read(
        {
            "is_active": said["ActiveState"] in {"active", "activating", "reloading"},
            "is_enabled": said.get("UnitFileState", "") in _ENABLED,
            "is_masked": load == "masked",
        }
    )


def _process(answers: Answers, params: Params) -> Fact:
    answer = answers["processes"]
    if answer.obstacle is not None:
        return missed(answer.obstacle, answer.detail or "ps")
    names = [line.strip().rsplit("/", 1)[-1] for line in text_of(answer).splitlines()]
    if not any(names):
        return missed(Obstacle.UNPARSABLE, "ps lists no process")
    count = names.count(params["name"][:_NAME_KEPT])
    return _read({"is_running": count > 0, "count": count})


def _port(answers: Answers, params: Params) -> Fact:
    fact = sockets.LISTENING.parse(answers, {})
    if not isinstance(fact, FactRead) or not isinstance(fact.value, Mapping):
        return fact
    listed = fact.value["sockets"]
    every = listed if isinstance(listed, tuple) else ()
    held = [s for s in every if isinstance(s, Mapping) and s["service"] == params["port"]]
    programs: list[Value] = []
    for one in held:
        names = one["processes"]
        programs += names if isinstance(names, tuple) else [names]
    return _read(
        {
            "is_listening": bool(held),
            "is_loopback_only": all(one["is_loopback"] is True for one in held) if held else None,
            "addresses": tuple(one["address"] for one in held),
            "processes": tuple(dict.fromkeys(programs)),
        }
    )


def _package(answers: Answers, params: Params) -> Fact:
    fact = packages.INSTALLED.parse(answers, {})
    if not isinstance(fact, FactRead) or not isinstance(fact.value, Mapping):
        return fact
    listed = fact.value["entries"]
    entries = listed if isinstance(listed, tuple) else ()
    found = {
        e["version"] for e in entries if isinstance(e, Mapping) and e["name"] == params["name"]
    }
    if len(found) == 1:
        return _read({"version": found.pop()}, Assurance.CONFIGURED)
    if found:
        return missed(Obstacle.CONTRADICTED, f"{len(found)} versions of {params['name']}")
    gaps = [e for e in entries if isinstance(e, Missing) and params["name"] in e.detail]
    if gaps:
        return missed(gaps[0].obstacle, gaps[0].detail)
    return FactAbsent(proof=f"{fact.value['manager']} has no package {params['name']} installed")


def _sysctl_asks(params: Params) -> dict[str, Ask]:
    path = params["name"] if "/" in params["name"] else params["name"].replace(".", "/")
    return {"file": ReadFile(path=f"/proc/sys/{path}", privilege=Privilege.ROOT)}


def _sysctl(answers: Answers, params: Params) -> Fact:
    answer = answers["file"]
    if answer.obstacle is not None:
        return missed(answer.obstacle, answer.detail or params["name"])
    if not answer.exists:
        return FactAbsent(proof=f"this kernel has no setting {params['name']}")
    value = " ".join(text_of(answer).split())
    number = int(value) if _NUMBER.fullmatch(value) else None
    return _read({"value": value, "number": number})


SERVICE = FactKind(
    id="service.state",
    title="State of one service",
    shape=Record({"is_active": Boolean(), "is_enabled": Boolean(), "is_masked": Boolean()}),
    asks=_service_asks,
    parse=_service,
    params=("name",),
    refuse=generic_params.OF_SERVICE,
)
PROCESS = FactKind(
    id="process.running",
    title="Whether a program runs",
    shape=Record({"is_running": Boolean(), "count": Integer("processes")}),
    asks=lambda _params: {
        "processes": Command(argv=("/bin/ps", "-e", "-o", "comm="), privilege=Privilege.ROOT)
    },
    parse=_process,
    params=("name",),
    refuse=generic_params.OF_PROCESS,
)
PORT = FactKind(
    id="port.listening",
    title="What listens on one port",
    shape=Record(
        {
            "is_listening": Boolean(),
            "is_loopback_only": Boolean(nullable=True),
            "addresses": ListOf(Address()),
            "processes": ListOf(Text()),
        }
    ),
    asks=lambda _params: sockets.LISTENING.asks({}),
    parse=_port,
    params=("port",),
    refuse=generic_params.OF_PORT,
)
PACKAGE = FactKind(
    id="package.version",
    title="Version of one package",
    shape=Record({"version": Version(scheme="any")}),
    asks=lambda _params: packages.INSTALLED.asks({}),
    parse=_package,
    params=("name",),
    refuse=generic_params.OF_PACKAGE,
)
SYSCTL = FactKind(
    id="sysctl.value",
    title="One setting of the kernel",
    shape=Record({"value": Text(), "number": Integer(nullable=True)}),
    asks=_sysctl_asks,
    parse=_sysctl,
    params=("name",),
    refuse=generic_params.OF_SYSCTL,
)
