"""Fact `packages.automatic`: whether the host fetches and installs security updates by itself.

`refreshes` (the lists are fetched every few days), `installs` (updates are installed) and
`has_security` (security updates are among them): by apt's timers and unattended-upgrades, or by
what hosts of rpm have for it (package_automatic_rpm.py). Sources: apt.conf(5),
unattended-upgrade(8), the script apt.systemd.daily.
"""

import re

from attt.facts import apt_config
from attt.facts import package_automatic_rpm as rpm
from attt.facts.kind import Answers, FactKind, Params, missed, text_of
from attt.facts.units import Unit, units
from attt.model.answer import Obstacle
from attt.model.ask import Ask, Command, Privilege, Stat
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, Record
from attt.model.value import Missing, Value

_APT_TIMERS = ("apt-daily.timer", "apt-daily-upgrade.timer")
_APT_SERVICES = ("apt-daily.service", "apt-daily-upgrade.service")
_PROGRAMS = ("/usr/bin/unattended-upgrade", "/usr/bin/unattended-upgrades")
_CRON = "/etc/cron.daily/apt-compat"
_EVERYTHING = frozenset({".", ".*", ".+", "*", "", "^", "^.*$", "^.*"})

SHAPE = Record({"refreshes": Boolean(), "installs": Boolean(), "has_security": Boolean()})


def _asks(_params: Params) -> dict[str, Ask]:
    show = ("systemctl", "show", "-p", "Id,LoadState,ActiveState,UnitFileState")
    return {
        "apt": apt_config.DUMP,
        "timers": Command(argv=(*show, *_APT_TIMERS, *_APT_SERVICES, *rpm.UNITS)),
        "programs": Stat(
            paths=(*_PROGRAMS, _CRON, "/usr/bin/apt-get", "/usr/bin/rpm"), privilege=Privilege.ROOT
        ),
        **rpm.ASKS,
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    if answers["programs"].obstacle is not None:
        return missed(answers["programs"].obstacle, answers["programs"].detail)
    lines = text_of(answers["programs"]).splitlines()
    there = {
        line.rsplit("|", 1)[-1] for line in lines if not line.startswith(("absent|", "denied|"))
    }
    timers = units(answers["timers"])
    if "/usr/bin/apt-get" in there:
        return _read(_apt(apt_config.read(answers["apt"]), timers, there))
    if "/usr/bin/rpm" in there:
        return _read(rpm.automatic(answers, timers))
    return missed(Obstacle.UNSUPPORTED, "neither apt nor dnf")


def _read(value: dict[str, Value]) -> FactRead:
    return FactRead(value=value, assurance=Assurance.RESOLVED)


def _all(value: Value) -> dict[str, Value]:
    return dict.fromkeys(("refreshes", "installs", "has_security"), value)


def _apt(
    settings: apt_config.Settings | Missing, timers: dict[str, Unit] | Missing, there: set[str]
) -> dict[str, Value]:
    if isinstance(settings, Missing):
        return _all(settings)
    is_off = (settings.text("APT::Periodic::Enable") or "1") == "0"
    refreshes = _every(settings.text("APT::Periodic::Update-Package-Lists"))
    installs = _every(settings.text("APT::Periodic::Unattended-Upgrade"))
    is_there = bool(there & set(_PROGRAMS))
    wants = {
        "refreshes": refreshes and not is_off,
        "installs": installs and is_there and not is_off,
    }
    started = [
        _starts(*pair, timers, there) for pair in zip(_APT_TIMERS, _APT_SERVICES, strict=True)
    ]
    return {
        "refreshes": _both(wants["refreshes"], started[0]),
        "installs": _both(wants["installs"], started[1]),
        "has_security": _has_security(settings),
    }


def _both(wanted: Value, started: Value) -> Value:
    return started if wanted is True else False


def _every(text: str | None) -> bool:
    """An interval of apt: days, or with a unit; nothing and zero switch it off."""
    word = (text or "0").strip()
    return word == "always" or bool(re.match(r"0*[1-9]", word))


def _starts(timer: str, service: str, timers: dict[str, Unit] | Missing, there: set[str]) -> Value:
    """A timer that runs now and after a restart, whose service nobody masked."""
    if isinstance(timers, Missing):
        # apt's job for cron lies there with or without a cron daemon, and does nothing under systemd.
        is_without = timers.obstacle is Obstacle.NO_TOOL and _CRON in there
        gap = Missing(Obstacle.IN_CONTEXT, "only by cron, where a cron daemon runs")
        return gap if is_without else timers
    unit, starts = timers.get(timer), timers.get(service)
    is_masked = starts is not None and not starts.is_loaded
    return bool(unit and _lasts(unit) and not is_masked)


def _lasts(unit: Unit) -> bool:
    return unit.is_loaded and unit.is_active and unit.is_enabled


def _has_security(settings: apt_config.Settings) -> bool:
    origins = settings.all("Unattended-Upgrade::Origins-Pattern")
    origins += settings.all("Unattended-Upgrade::Allowed-Origins")
    if set(settings.all("Unattended-Upgrade::Package-Blacklist")) & _EVERYTHING:
        return False
    return any(re.search(r"security|origin=\*|o=\*|^\*:\*$", one, re.IGNORECASE) for one in origins)


AUTOMATIC = FactKind(
    id="packages.automatic",
    title="Updates that install by themselves",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
    version=3,
)
