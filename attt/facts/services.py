"""Fact `services.units`: what starts on this host by itself, and what runs.

`init` is what runs as process 1: systemd, another init, or "none" in a container whose process 1
is the application itself. `units` are systemd's services and sockets (`name` with its suffix,
`is_active`, `is_enabled`: starts at boot or on demand); empty where process 1 is no init, missing
where another init keeps the services. `programs` are those running programs that serve an old
protocol or a desktop, by name: a service that was started by hand is among them, and so is what a
running inetd or xinetd starts for whoever connects.
Sources: systemctl(1), ps(1), proc(5), inetd.conf(5), xinetd.conf(5).
"""

from attt.facts import superserver
from attt.facts.kind import Answers, FactKind, Params, missed, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

ENABLED = frozenset({"enabled", "enabled-runtime", "linked", "linked-runtime"})
"""States of a unit's file with which it starts by itself."""
_ACTIVE = frozenset({"active", "activating", "reloading"})
_INITS = frozenset(
    {"init", "openrc-init", "runit", "s6-svscan", "procd", "busybox", "linuxrc", "upstart", "dinit"}
)
_TYPES = "--type=service,socket"
_PLAIN = ("--all", "--full", "--no-legend", "--no-pager", "--plain")
_WATCHED = frozenset(
    {
        *("in.telnetd", "telnetd", "utelnetd", "in.rshd", "rshd", "in.rlogind", "rlogind"),
        *("in.rexecd", "rexecd", "in.tftpd", "tftpd", "atftpd", "in.talkd", "talkd", "ntalkd"),
        *("in.ntalkd", "in.fingerd", "fingerd", "ypserv", "ypbind", "ypxfrd", "rpc.yppasswdd"),
        *("in.ftpd", "ftpd", "vsftpd", "proftpd", "pure-ftpd", "inetd", "xinetd"),
        *("inetutils-inetd", "cupsd", "cups-browsed", "avahi-daemon", "bluetoothd", "Xorg"),
        *("gdm", "gdm3", "lightdm", "sddm"),
    }
)

_UNIT = Record({"name": Text(), "is_active": Boolean(), "is_enabled": Boolean()})
SHAPE = Record(
    {
        "init": Text(choices=("systemd", "other", "none")),
        "units": ListOf(_UNIT),
        "programs": ListOf(Text()),
    }
)


ASKS: dict[str, Ask] = {
    "init": Command(argv=("/bin/cat", "/proc/1/comm"), privilege=Privilege.ROOT),
    "units": Command(argv=("systemctl", "list-units", _TYPES, *_PLAIN)),
    "files": Command(argv=("systemctl", "list-unit-files", _TYPES, *_PLAIN)),
    "processes": Command(argv=("/bin/ps", "-e", "-o", "comm="), privilege=Privilege.ROOT),
    **superserver.ASKS,
}


def _asks(_params: Params) -> dict[str, Ask]:
    return ASKS


def _parse(answers: Answers, _params: Params) -> Fact:
    if answers["init"].obstacle is not None:
        return missed(answers["init"].obstacle, answers["init"].detail or "/proc/1/comm")
    init = init_of(text_of(answers["init"]).strip())
    return FactRead(
        value={
            "init": init,
            "units": _units(init, answers["units"], answers["files"]),
            "programs": _programs(answers),
        },
        assurance=Assurance.RUNNING,
    )


def init_of(name: str) -> str:
    """What process 1 of that name is: systemd, another init, or none."""
    if name == "systemd":
        return "systemd"
    return "other" if name in _INITS or not name else "none"


def _units(init: str, units: Answer, files: Answer) -> Value:
    if init == "none":
        return ()
    if init == "other":
        return Missing(Obstacle.UNSUPPORTED, "services of an init other than systemd")
    for answer in (units, files):
        if answer.obstacle is not None:
            return Missing(answer.obstacle, answer.detail or "systemctl")
    active = {name: words[1] in _ACTIVE for name, words in _rows(units) if len(words) > 1}
    states = {name: words[0] for name, words in _rows(files) if words}
    enabled = {name: state in ENABLED for name, state in states.items() if state != "alias"}
    if not active or not enabled:
        return Missing(Obstacle.UNPARSABLE, "systemctl lists no unit")
    return tuple(
        {"name": name, "is_active": active.get(name, False), "is_enabled": enabled.get(name, False)}
        for name in sorted(active.keys() | enabled.keys())
        if active.get(name) or enabled.get(name)
    )


def _rows(answer: Answer) -> list[tuple[str, list[str]]]:
    # Older releases (systemd 219) set a mark before units that failed or are masked.
    lines = (line.lstrip("●* ").split() for line in text_of(answer).splitlines())
    return [(words[0], words[1:]) for words in lines if words and "." in words[0]]


def _programs(answers: Answers) -> Value:
    """The kernel keeps 15 characters of a name; none of those looked for is longer."""
    answer = answers["processes"]
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "ps")
    names = {line.strip().rsplit("/", 1)[-1] for line in text_of(answer).splitlines()}
    if not names - {""}:
        return Missing(Obstacle.UNPARSABLE, "ps lists no process")
    running = sorted(names & _WATCHED)
    started = superserver.started(names, answers)
    if isinstance(started, Missing):
        return (started, *running)
    return (*sorted((started & _WATCHED) - names), *running)


UNITS = FactKind(
    id="services.units",
    title="Services that run or start at boot",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
    version=3,
)
