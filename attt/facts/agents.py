"""Fact `agents.running`: the services and timers that run on this host, to find an agent among.

`units`: `name` (a service without its suffix, a timer with it), `is_running` (it has a process; a
timer waits for its time) and `is_enabled` (starts with the host). A well-known agent whose process
runs while none of its services does (in a container, or started by hand) stands there with
`is_running` missing: what it watches is not known. Under another init than systemd processes alone
tell, and `is_enabled` is missing. Which names count is for the rules to say.
`unclear`: running services that call themselves security software by their description, each with
`is_agent` missing: a maker that no rule names may be behind it (ClamAV's are known).
Sources: systemctl(1), ps(1), proc(5).
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from attt.facts.agent_names import SERVICES_OF
from attt.facts.kind import Answers, FactKind, Params, missed, text_of
from attt.facts.services import ASKS as UNIT_ASKS
from attt.facts.services import ENABLED, init_of
from attt.facts.timers import is_on
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_TIMERS = (
    "systemctl",
    "show",
    "-p",
    "Id,LoadState,ActiveState,SubState,UnitFileState,Unit",
    "*.timer",
)
_SECURITY = re.compile(
    r"(?i)anti-?(?:virus|malware)|endpoint (?:agent|security|protection|detection)|\bEDR\b|\bXDR\b"
    r"|\bajiant|\bviettel|\bvcs\b|\bbkav|\bcmc\b"
)
_UNIT = Record({"name": Text(), "is_running": Boolean(), "is_enabled": Boolean()})
SHAPE = Record(
    {
        "units": ListOf(_UNIT),
        "unclear": ListOf(Record({"name": Text(), "is_agent": Boolean()})),
    }
)
ASKS: dict[str, Ask] = {
    **{name: UNIT_ASKS[name] for name in ("init", "units", "files", "processes")},
    "timers": Command(argv=_TIMERS),
}


def _asks(_params: Params) -> dict[str, Ask]:
    return ASKS


def _parse(answers: Answers, _params: Params) -> Fact:
    found = running(answers)
    if isinstance(found, Missing):
        return missed(found.obstacle, found.detail)
    units: list[Value] = [
        {"name": name, "is_running": runs, "is_enabled": lasts}
        for name, (runs, lasts) in sorted(found.items())
    ]
    units += [
        Missing(obstacle, answers[name].detail or name)
        for name in ("processes", "timers")
        if (obstacle := answers[name].obstacle) is not None
    ]
    return FactRead(
        value={"units": tuple(units), "unclear": tuple(_unclear(answers["units"]))},
        assurance=Assurance.RUNNING,
    )


def _unclear(answer: Answer) -> list[Value]:
    gap = Missing(Obstacle.IN_CONTEXT, "it calls itself security software of an unknown kind")
    return [
        {"name": name.removesuffix(".service"), "is_agent": gap}
        for name, words in (_rows(answer) if answer.obstacle is None else ())
        if name.endswith(".service")
        and words[1:3] == ["active", "running"]
        and "clam" not in name
        and _SECURITY.search(f"{name} {' '.join(words[3:])}")
    ]


State = tuple[bool | Missing, bool | Missing]
"""Whether something runs, and whether it starts with the host."""


def running(answers: Answers) -> dict[str, State] | Missing:
    """Services and timers that run or start with the host, by name."""
    init = answers["init"]
    if init.obstacle is not None:
        return Missing(init.obstacle, init.detail or "/proc/1/comm")
    processes = _names(answers["processes"])
    if init_of(text_of(init).strip()) != "systemd":
        gap = Missing(Obstacle.UNSUPPORTED, "services of an init other than systemd")
        return gap if isinstance(processes, Missing) else dict.fromkeys(processes, (True, gap))
    for name in ("units", "files"):
        if (obstacle := answers[name].obstacle) is not None:
            return Missing(obstacle, answers[name].detail or "systemctl")
    services = _services(answers["units"], answers["files"])
    if not services:
        return Missing(Obstacle.UNPARSABLE, "systemctl lists no service")
    seen = set() if isinstance(processes, Missing) else processes
    return {**_strays(seen, services), **_timers(answers["timers"]), **services}


@lru_cache(maxsize=4)  # several facts of a host look for agents
def _services(units: Answer, files: Answer) -> Mapping[str, State]:
    """Their names without `.service`; a service that is there and neither runs nor starts is left out."""
    states = {name: _lasts(words[0]) for name, words in _rows(files) if words}
    found: dict[str, State] = {}
    for name, words in _rows(units):
        if len(words) > 2 and name.endswith(".service") and words[0] == "loaded":
            runs = _runs(words[1], words[2])
            lasts = states.get(name, _of_template(name, states))
            if runs is not False or lasts is True:
                found[name.removesuffix(".service")] = (runs, lasts)
    for name, lasts in states.items():
        short = name.removesuffix(".service")
        if lasts is True and name.endswith(".service") and not short.endswith("@"):
            found.setdefault(short, (False, True))
    return found


def _lasts(state: str) -> bool | Missing:
    """Whether a script of the old init starts with the host, its made-up unit does not say."""
    if state == "generated":
        return Missing(Obstacle.IN_CONTEXT, "started by a script of the old init")
    return state in ENABLED


def _of_template(name: str, states: dict[str, bool | Missing]) -> bool:
    """An instance is enabled by a link of its own, which the listing shows under the template."""
    stem, at, _ = name.partition("@")
    return bool(at) and states.get(f"{stem}@.service") is True


def _runs(active: str, sub: str) -> bool | Missing:
    if active == "activating" and sub != "auto-restart":
        return Missing(Obstacle.IN_CONTEXT, "it is just being started")
    return active in {"active", "reloading"} and sub != "exited"


def _strays(processes: set[str], services: Mapping[str, State]) -> dict[str, State]:
    """Agents that run without a service of this host: where, nobody can tell."""
    gap = Missing(Obstacle.IN_CONTEXT, "a process that no service of this host started")
    return {
        names[0]: (gap, gap)
        for process, names in SERVICES_OF.items()
        if process in processes and not any(services.get(n, (False,))[0] for n in names)
    }


def _timers(answer: Answer) -> dict[str, State]:
    found: dict[str, State] = {}
    for block in text_of(answer).split("\n\n") if answer.obstacle is None else ():
        told = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
        if told.get("LoadState") == "loaded" and told.get("Id", "").endswith(".timer"):
            lasts = told.get("UnitFileState") in ENABLED | {"static", "generated"}
            found[told["Id"]] = (is_on(told), lasts)
    return found


def _rows(answer: Answer) -> list[tuple[str, list[str]]]:
    lines = [line.split() for line in text_of(answer).splitlines()]
    return [(words[0], words[1:]) for words in lines if words and "." in words[0]]


def _names(answer: Answer) -> set[str] | Missing:
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "ps")
    return {line.strip().rsplit("/", 1)[-1] for line in text_of(answer).splitlines()} - {""}


RUNNING = FactKind(
    id="agents.running",
    title="Services and timers that run",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
)
