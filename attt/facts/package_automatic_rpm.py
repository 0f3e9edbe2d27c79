"""Updates that install by themselves on hosts of rpm: dnf-automatic, yum-cron, and SUSE's own ways.

dnf-automatic: its timers, and what automatic.conf tells them; dnf-makecache alone fetches lists.
yum-cron: its service marks jobs of cron, so a cron daemon must run. SUSE: transactional-update and
os-update by timers, the online update of YaST by a job of cron. A timetable or unit of somebody's
own that names a package manager leaves "not" unknown. Sources: dnf-automatic(8), yum-cron(8),
transactional-update(8), the SUSE manual on automatic online updates.
"""

import re
from collections.abc import Mapping

from attt.facts.kind import Answers, text_of
from attt.facts.packages import RPM_PLATFORMS
from attt.facts.units import Unit
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, ReadFile, Stat
from attt.model.value import Missing, Value

_DNF = ("dnf-automatic", "dnf5-automatic", "dnf-automatic-install")
_DNF_LOOKS = ("dnf-automatic-download", "dnf-automatic-notifyonly", "dnf-makecache")
_SUSE = ("transactional-update", "os-update")
_CRONS = ("crond.service", "cron.service")
TIMERS = tuple(f"{name}.timer" for name in (*_DNF, *_DNF_LOOKS, *_SUSE))
UNITS = (
    *(*TIMERS, "yum-cron.service", *_CRONS, "dnf-automatic.service", "dnf5-automatic.service"),
    *("dnf-automatic-install.service", "transactional-update.service", "os-update.service"),
)
_ONLINE = "opensuse.org-online_update"
_ONLINE_JOBS = tuple(f"/etc/cron.{every}/{_ONLINE}" for every in ("daily", "weekly", "monthly"))
_OWN = r"\b(dnf|yum|zypper|microdnf)\b.*\b(update|upgrade|patch|up|dup|dist-upgrade)\b"

ASKS: Mapping[str, Ask] = {
    "dnf": ReadFile(path="/etc/dnf/automatic.conf", redact="settings"),
    "yum_cron": ReadFile(path="/etc/yum/yum-cron.conf", platforms=RPM_PLATFORMS, redact="settings"),
    "online": ReadFile(path="/etc/sysconfig/automatic_online_update", platforms=RPM_PLATFORMS),
    "online_jobs": Stat(paths=_ONLINE_JOBS, privilege=Privilege.ROOT, platforms=RPM_PLATFORMS),
    "own": Command(
        argv=(
            *(
                "/bin/grep",
                "-rlE",
                "--exclude=0yum-*",
                f"--exclude={_ONLINE}",
                _OWN,
                "/etc/crontab",
            ),
            *("/etc/cron.d", "/etc/cron.daily", "/etc/cron.weekly", "/etc/systemd/system"),
        ),
        privilege=Privilege.ROOT,
        platforms=RPM_PLATFORMS,
        statuses=(0, 1, 2),
    ),
}
_FIELDS = ("refreshes", "installs", "has_security")


def automatic(answers: Answers, units: dict[str, Unit] | Missing) -> dict[str, Value]:
    """The fields of `packages.automatic`."""
    if isinstance(units, Missing):
        return dict.fromkeys(_FIELDS, units)
    ways = (_dnf(answers, units), _yum_cron(answers, units), _suse(answers, units))
    found = {name: _either([way[name] for way in ways if way]) for name in _FIELDS}
    if found["installs"] is False and (gap := _own_way(answers["own"])):
        return {name: value or gap for name, value in found.items()}
    return found


def _dnf(answers: Answers, units: Mapping[str, Unit]) -> dict[str, Value]:
    on = {name for name in _DNF if _lasts(f"{name}.timer", units)}
    looks = bool(on) or any(_lasts(f"{name}.timer", units) for name in _DNF_LOOKS)
    said = _settings(answers["dnf"])
    if isinstance(said, Missing):
        gap: Value = said if on else False
        return {"refreshes": looks, "installs": gap, "has_security": gap}
    applies = said.get("apply_updates", "no").lower() in {"yes", "true", "1", "on"}
    kind = said.get("upgrade_type", "default").lower()
    return {
        "refreshes": looks,
        "installs": "dnf-automatic-install" in on or (bool(on) and applies),
        "has_security": bool(on) and kind in {"default", "security"},
    }


def _yum_cron(answers: Answers, units: Mapping[str, Unit]) -> dict[str, Value]:
    unit = units.get("yum-cron.service")
    if unit is None or not (unit.is_loaded and unit.is_enabled and unit.is_active):
        return {}
    has_cron = any(one.is_active for name in _CRONS if (one := units.get(name)))
    said = _settings(answers["yum_cron"])
    if isinstance(said, Missing):
        return dict.fromkeys(_FIELDS, said)
    kind = said.get("update_cmd", "default").lower()
    some = Missing(Obstacle.IN_CONTEXT, f"yum-cron installs some updates only: {kind[:40]}")
    return {
        "refreshes": has_cron,
        "installs": has_cron and said.get("apply_updates", "no").lower() in {"yes", "true", "1"},
        "has_security": some if "severity" in kind else True,
    }


def _suse(answers: Answers, units: Mapping[str, Unit]) -> dict[str, Value]:
    if any(_lasts(f"{name}.timer", units) for name in _SUSE):
        return dict.fromkeys(_FIELDS, True)
    said, jobs = _settings(answers["online"]), answers["online_jobs"]
    if isinstance(said, Missing) or jobs.obstacle is not None:
        gap = said if isinstance(said, Missing) else Missing(Obstacle.FAILED, jobs.detail)
        return {} if gap.obstacle is Obstacle.UNSUPPORTED else dict.fromkeys(_FIELDS, gap)
    lines = text_of(jobs).splitlines()
    has_job = any(not line.startswith(("absent|", "denied|")) for line in lines)
    runs = has_job and any(one.is_active for name in _CRONS if (one := units.get(name)))
    is_on = runs and said.get("aou_enable_cronjob", "").strip('"').lower() == "true"
    kinds = said.get("aou_patch_categories", "").strip('"').split()
    has_security = is_on and (not kinds or "security" in kinds)
    return {"refreshes": is_on, "installs": is_on, "has_security": has_security}


def _settings(answer: Answer) -> dict[str, str] | Missing:
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "settings of automatic updates")
    pairs = re.findall(r"(?m)^[ \t]*(\w+)[ \t]*=[ \t]*([^\n]*?)[ \t]*$", text_of(answer))
    return {name.lower(): value for name, value in pairs}


def _lasts(timer: str, units: Mapping[str, Unit]) -> bool:
    """A timer that runs now and after a restart, whose service nobody masked."""
    unit, service = units.get(timer), units.get(timer.replace(".timer", ".service"))
    is_masked = service is not None and not service.is_loaded
    return bool(unit and unit.is_loaded and unit.is_active and unit.is_enabled and not is_masked)


def _own_way(answer: Answer) -> Missing | None:
    if answer.obstacle is not None:
        return Missing(answer.obstacle, "timetables and units of somebody's own")
    files = text_of(answer).splitlines()
    if not files:
        return None
    return Missing(Obstacle.IN_CONTEXT, f"an own job may install updates: {files[0][:80]}")


def _either(truths: list[Value]) -> Value:
    if True in truths:
        return True
    return next((one for one in truths if isinstance(one, Missing)), False)
