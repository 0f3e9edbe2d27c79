"""Fact `logs.service`: which log services run, where they write and where they send.

`services`: `name` (rsyslog, syslog-ng, syslogd, journald, journal-upload), `is_running`, `is_enabled`.
`is_persistent`: something that outlives a restart is written. `has_login_events`: messages of
facilities auth and authpriv reach such a place. `forwards`: `name`, `target`, `port`, `protocol`
(udp, tcp, relp, https, http), `is_encrypted`, `is_loopback` (this host itself, which is no
forwarding) and `covers_logins`; only of services that run. A sender whose settings attt does not
read (syslog-ng, an agent other than Wazuh's) leaves a missing element, and so does rsyslogd where its files changed
after it started. Sources: the rsyslog manual, journald.conf(5), journal-upload.conf(5).
"""

import re
from functools import lru_cache

from attt.facts import journald, log_forwards, rsyslog, tar
from attt.facts.kind import Answers, FactKind, Params, missed, text_of
from attt.facts.rsyslog_rules import Config, read
from attt.facts.units import units
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, ReadFile, ReadTree
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_UNITS = {
    "rsyslog.service": "rsyslog",
    "syslog-ng.service": "syslog-ng",
    "systemd-journald.service": "journald",
    "systemd-journal-upload.service": "journal-upload",
}
_PROCESSES = {
    "rsyslogd": "rsyslog",
    "syslog-ng": "syslog-ng",
    "syslogd": "syslogd",  # busybox's, and that of inetutils
    "systemd-journal": "journald",
}
_STARTED = "/run/systemd/units/invocation:rsyslog.service"
_PID_FILE = "/run/rsyslogd.pid"
_OLD_PID_FILE = "/run/syslogd.pid"  # RHEL 7, whose systemd keeps no /run/systemd/units either
_CONFIG, _TREE = "/etc/rsyslog.conf", "/etc/rsyslog.d"
_FIND = ("find", _CONFIG, _TREE, "-maxdepth", "1", "-newer")
_GONE = "No such file or directory"
_COARSE = re.compile(r"(?:emerg|alert|crit|err|warning|notice|[0-5])")

_SERVICE = Record({"name": Text(), "is_running": Boolean(), "is_enabled": Boolean()})
SHAPE = Record(
    {
        "services": ListOf(_SERVICE),
        "is_persistent": Boolean(),
        "has_login_events": Boolean(),
        "forwards": ListOf(log_forwards.SHAPE),
    }
)

ASKS: dict[str, Ask] = {
    "units": Command(
        argv=(
            *("systemctl", "show", "-p", "Id,LoadState,ActiveState,UnitFileState"),
            *_UNITS,
            *(f"{name}.service" for name in log_forwards.AGENTS),
        )
    ),
    "processes": Command(argv=("/bin/ps", "-e", "-o", "comm="), privilege=Privilege.ROOT),
    "started": Command(
        argv=("/usr/bin/pgrep", "-a", "-x", "rsyslogd"), privilege=Privilege.ROOT, statuses=(0, 1)
    ),
    "newer": Command(argv=(*_FIND, _STARTED), statuses=(0, 1)),
    "newer_pid": Command(argv=(*_FIND, _PID_FILE), statuses=(0, 1)),
    "newer_old_pid": Command(
        argv=(*_FIND, _OLD_PID_FILE), platforms=("rhel", "fedora", "suse"), statuses=(0, 1)
    ),
    "config": ReadFile(path=_CONFIG, privilege=Privilege.ROOT, redact="settings"),
    "tree": ReadTree(path=_TREE, glob="*.conf", privilege=Privilege.ROOT, redact="settings"),
    **journald.ASKS,
}


def _asks(_params: Params) -> dict[str, Ask]:
    return {**ASKS, **log_forwards.ASKS}


def _parse(answers: Answers, _params: Params) -> Fact:
    services = services_of(answers)
    if isinstance(services, Missing):
        return missed(services.obstacle, services.detail)
    running = {name for name, (is_running, _) in services.items() if is_running}
    config = _running_config(answers) if "rsyslog" in running else None
    journal = _journal(answers) if "journald" in running else {}
    return FactRead(
        value={
            "services": tuple(
                {"name": name, "is_running": is_running, "is_enabled": is_enabled}
                for name, (is_running, is_enabled) in sorted(services.items())
            ),
            "is_persistent": _either(_writes(config), _keeps(journal), *_other(running)),
            "has_login_events": _either(
                _writes_logins(config, journal), _keeps_logins(journal), *_other(running)
            ),
            "forwards": log_forwards.all_of(
                running,
                log_forwards.Rsyslog(runs=config, written=config_of(answers), journal=journal),
                answers,
            ),
        },
        assurance=Assurance.CONFIGURED,
    )


def services_of(answers: Answers) -> dict[str, tuple[bool, bool | Missing]] | Missing:
    """Whether each log service that is there runs and starts at boot."""
    known, processes = units(answers["units"]), answers["processes"]
    seen = _seen(processes)
    if isinstance(known, Missing):
        is_without = known.obstacle in {Obstacle.NO_TOOL, Obstacle.FAILED}
        if not is_without or processes.obstacle is not None:
            return known
        gap = Missing(known.obstacle, "which services start at boot")
        return dict.fromkeys(seen, (True, gap))
    found: dict[str, tuple[bool, bool | Missing]] = {
        short: (unit.is_active, unit.is_enabled or short == "journald")
        for name, short in _UNITS.items()
        if (unit := known.get(name)) and unit.is_loaded
    }
    # A process without such a unit may be a container's, or another unit's.
    gap = Missing(Obstacle.IN_CONTEXT, "a process that no known service of this host started")
    return found | dict.fromkeys(seen - found.keys(), (True, gap))


def _seen(answer: Answer) -> set[str]:
    if answer.obstacle is not None:
        return set()
    names = (line.strip().rsplit("/", 1)[-1] for line in text_of(answer).splitlines())
    return {_PROCESSES[name] for name in names if name in _PROCESSES}


def config_of(answers: Answers) -> Config | Missing:
    """What rsyslogd's files say, whether or not it has read them."""
    for name in ("config", "tree"):
        if (obstacle := answers[name].obstacle) is not None:
            return Missing(obstacle, answers[name].detail or name)
    if not answers["config"].exists:
        return Missing(Obstacle.IN_CONTEXT, "rsyslogd without /etc/rsyslog.conf")
    tree = answers["tree"]
    return _config(text_of(answers["config"]), tree.stdout if tree.exists else b"")


@lru_cache(maxsize=16)  # several facts of a host read the same; hosts of a fleet are often alike
def _config(text: str, tree: bytes) -> Config:
    config = Config()
    config.files = {
        f"{_TREE}/{member.name}": member.content.decode("utf-8", errors="replace")
        for member in tar.members(tree)
    }
    read(text, config)
    return config


def _running_config(answers: Answers) -> Config | Missing:
    other = r"(?m)^\d+ .* -f *(?!/etc/rsyslog\.conf\b)\S"
    if answers["started"].obstacle is None and re.search(other, text_of(answers["started"])):
        return Missing(Obstacle.CONTRADICTED, "rsyslogd runs on another file than its own")
    return _stale(answers) or config_of(answers)


def _stale(answers: Answers) -> Missing | None:
    """Why the files may not be what rsyslogd read when it was started; it never reads them again."""
    by_unit, by_pid = answers["newer"], answers["newer_pid"]
    newer = by_pid if _lacks(by_unit, _STARTED) else by_unit
    if _lacks(newer, _PID_FILE) and answers["newer_old_pid"].obstacle is None:
        newer = answers["newer_old_pid"]
    if newer.obstacle is not None:
        return Missing(newer.obstacle, newer.detail or "when rsyslogd read its files")
    said = newer.stderr.decode("utf-8", errors="replace").splitlines()
    is_blind = _lacks(newer, _PID_FILE) or _lacks(newer, _OLD_PID_FILE)
    if is_blind or any(_GONE not in line for line in said):
        return Missing(Obstacle.FAILED, "nobody can tell when rsyslogd read its files")
    if changed := text_of(newer).split("\n", 1)[0]:
        what = f"rsyslogd runs without the last change of {changed[:80]}"
        return Missing(Obstacle.CONTRADICTED, what)
    return None


def _lacks(answer: Answer, reference: str) -> bool:
    return answer.obstacle is None and reference.encode() in answer.stderr


def _journal(answers: Answers) -> dict[str, Value] | Missing:
    said = journald.settings(answers)
    if isinstance(said, Missing):
        return said
    kept = journald.is_persistent(said.get("Storage", "auto").lower(), answers)
    coarse = bool(_COARSE.fullmatch(said.get("MaxLevelStore", "debug").lower()))
    hands_on = said.get("ForwardToSyslog", "yes").lower() in {
        "yes",
        "true",
        "1",
        "on",
    } and not _COARSE.fullmatch(said.get("MaxLevelSyslog", "debug").lower())
    return {"keeps": kept, "is_coarse": coarse, "hands_on": hands_on}


def _writes(config: Config | Missing | None) -> Value:
    if config is None or isinstance(config, Missing):
        return config or False
    if any("%" not in one.path and "?" not in one.path for one in rsyslog.files(config)):
        return True
    return log_forwards.unseen(config)


def _writes_logins(config: Config | Missing | None, journal: dict[str, Value] | Missing) -> Value:
    if config is None or isinstance(config, Missing):
        return config or False
    if (heard := log_forwards.hears(config, journal)) is not True:
        return heard
    written = rsyslog.files(config)
    sure = all(any(one.covers[name] for one in written) for name in ("auth", "authpriv"))
    if sure:
        return True
    may = all(any(one.covers[n] is not False for one in written) for n in ("auth", "authpriv"))
    return (
        Missing(Obstacle.IN_CONTEXT, "a filter of rsyslog decides")
        if may
        else log_forwards.unseen(config)
    )


def _keeps(journal: dict[str, Value] | Missing) -> Value:
    return journal if isinstance(journal, Missing) else journal.get("keeps", False)


def _keeps_logins(journal: dict[str, Value] | Missing) -> Value:
    if isinstance(journal, Missing):
        return journal
    return False if journal.get("is_coarse") else journal.get("keeps", False)


def _other(running: set[str]) -> list[Value]:
    names = sorted(log_forwards.UNREAD & running)
    return [Missing(Obstacle.UNSUPPORTED, f"{name}'s settings are not read") for name in names]


def _either(*truths: Value) -> Value:
    if True in truths:
        return True
    return next((one for one in truths if isinstance(one, Missing)), False)


SERVICE = FactKind(
    id="logs.service",
    title="Log services and forwarding",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
    version=3,
)
