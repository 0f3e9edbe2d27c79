"""Backups that systemd's timers start: systemd.timer(5), systemctl(1)."""

import re
from collections.abc import Mapping

from attt.facts import backup_words as words
from attt.facts.kind import text_of
from attt.facts.timers import is_on
from attt.facts.unit_commands import instant
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Command
from attt.model.value import Missing, Value

ASK = Command(
    argv=(
        *("systemctl", "show", "--all", "-p"),
        "Id,ActiveState,SubState,Triggers,LastTriggerUSec,ExecStart,Result",
        *("*.timer", "*.service"),
    ),
    cap_bytes=2 * 2**20,
    redact="commands",
)
_WORD = re.compile(r"[^\s;|&\"'()]+")


def jobs(answer: Answer, scripts: Mapping[str, list[str]]) -> list[Value]:
    """One record a timer that is on and starts a backup; `scripts` are words of known scripts."""
    if answer.obstacle is Obstacle.NO_TOOL:
        return []
    if answer.obstacle is not None:
        return [Missing(answer.obstacle, answer.detail or "the timers of systemd")]
    units = _units(text_of(answer))
    if not any(name.endswith(".timer") for name in units):
        return [Missing(Obstacle.UNPARSABLE, "systemctl lists no timer")]
    found: list[Value] = []
    for name, timer in sorted(units.items()):
        if name.endswith(".timer") and is_on(timer):
            job = _job(name, timer, units, scripts)
            found += [] if job is None else [job]
    return found


def _units(text: str) -> dict[str, dict[str, str]]:
    found = {}
    for block in text.split("\n\n"):
        pairs: dict[str, str] = {}
        for line in block.splitlines():
            key, _, value = line.partition("=")
            pairs[key] = f"{pairs[key]} {value}" if key in pairs else value
        if name := pairs.get("Id"):
            found[name] = pairs
    return found


def _job(
    name: str,
    timer: Mapping[str, str],
    units: Mapping[str, Mapping[str, str]],
    scripts: Mapping[str, list[str]],
) -> Value:
    service = units.get(timer.get("Triggers", "").strip())
    if service is None:
        return None
    said = [word for one in _commands(service.get("ExecStart", "")) for word in _WORD.findall(one)]
    mine = [word for word in said if word.startswith("/") or word in words.PROGRAMS | words.VERBS]
    paths = [word for word in mine if word.startswith("/")]
    whole = {*mine, *(word for path in paths for word in scripts.get(path, ()))}
    found = words.programs(whole)
    if not found:
        unread = words.unread_script(paths, set(scripts))
        what = f"a script that was not read: {str(unread)[:100]}"
        return Missing(Obstacle.UNSUPPORTED, what) if unread else None
    last = timer.get("LastTriggerUSec", "")
    when = instant(last)
    is_never = last in {"", "n/a"}
    gap = Missing(Obstacle.UNPARSABLE, "the time of the last run")
    return {
        **record(name, "timer", found),
        "is_active": True,
        "has_failed": service.get("Result") != "success",
        "last_run": when if when or is_never else gap,
    }


def _commands(text: str) -> list[str]:
    return re.findall(r"argv\[\]=(.*?) ; ignore_errors=", text)


def record(name: str, kind: str, programs: tuple[str, ...]) -> dict[str, Value]:
    """A job, as far as its programs tell."""
    is_encrypted = words.encryption(programs)
    gap = Missing(Obstacle.IN_CONTEXT, f"the settings of {', '.join(programs)[:80]} decide")
    untold = Missing(Obstacle.UNSUPPORTED, "cron does not tell how a job ended")
    return {
        "name": name,
        "kind": kind,
        "programs": programs,
        "databases": tuple(sorted({words.DUMPS[one] for one in programs if one in words.DUMPS})),
        "is_active": True,
        "is_copy": words.is_copy(programs),
        "is_encrypted": gap if is_encrypted is None else is_encrypted,
        "has_failed": untold,
        "last_run": None,
    }
