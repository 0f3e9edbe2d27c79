"""Fact `audit.rules`: whether the kernel's audit runs, what it watches, what it does when full.

`is_running` (auditd keeps what the kernel says), `is_enabled` (starts at boot), `is_recording`
(the kernel's own switch), `watched`: the files that decide who may do what, each with whether a
rule in force records writing and changing its attributes; `logs_programs`: a rule in force records
every program that people start, for each width of the processor's calls; `full_action`,
`low_action`, `error_action` (what auditd does when the disk is full, nearly full, broken) and
`rotate_action` (when a file is full), in lower case, null where auditd is not installed.
Absent in a container: the kernel's audit belongs to the machine around it.
Sources: auditctl(8), audit.rules(7), auditd.conf(5), systemd-detect-virt(1).
"""

import re
from collections.abc import Callable

from attt.facts import audit_lines
from attt.facts.kind import Answers, FactKind, Params, missed, text_of
from attt.facts.units import units
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, ReadFile, Stat
from attt.model.fact import Assurance, Fact, FactAbsent, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_WATCHED = (
    *("/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow"),
    *("/etc/sudoers", "/etc/sudoers.d"),
)
_PROGRAM = "/sbin/auditctl"  # there where /usr is merged, and where it is not
_PROGRAMS = ("/usr/sbin/auditctl", _PROGRAM, "/etc/audit/auditd.conf")
_DEFAULTS = {
    "disk_full_action": "suspend",
    "space_left_action": "syslog",
    "disk_error_action": "suspend",
    "max_log_file_action": "rotate",
}

SHAPE = Record(
    {
        "is_running": Boolean(),
        "is_enabled": Boolean(),
        "is_recording": Boolean(),
        "watched": ListOf(Record({"path": Text(), "is_watched": Boolean()})),
        "logs_programs": Boolean(),
        "full_action": Text(nullable=True),
        "low_action": Text(nullable=True),
        "error_action": Text(nullable=True),
        "rotate_action": Text(nullable=True),
    }
)


ASKS: dict[str, Ask] = {
    "container": Command(argv=("systemd-detect-virt", "--container"), statuses=(0, 1)),
    "program": Stat(paths=_PROGRAMS),
    "status": Command(argv=(_PROGRAM, "-s"), privilege=Privilege.ROOT),
    "rules": Command(argv=(_PROGRAM, "-l"), privilege=Privilege.ROOT),
    "config": ReadFile(path="/etc/audit/auditd.conf", privilege=Privilege.ROOT),
    "units": Command(
        argv=(
            *("systemctl", "show", "-p", "Id,LoadState,ActiveState,UnitFileState"),
            "auditd.service",
        )
    ),
    "machine": Command(argv=("uname", "-m")),
}


def _asks(_params: Params) -> dict[str, Ask]:
    return ASKS


def _parse(answers: Answers, _params: Params) -> Fact:
    return read(answers, none=_NONE, value=_value)


def read(answers: Answers, *, none: Value, value: Callable[[Answers], Value]) -> Fact:
    """Absent in a container, `none` where auditd is not installed, else `value`."""
    kind = answers["container"]
    if kind.obstacle is None and kind.status == 0 and (name := text_of(kind).strip()) != "none":
        return FactAbsent(proof=f"a container ({name[:40]}): the kernel's audit is not its own")
    program = answers["program"]
    if program.obstacle is not None:
        return missed(program.obstacle, program.detail)
    lines = text_of(program).splitlines()
    if all(line.startswith("absent|") for line in lines) and len(lines) == len(_PROGRAMS):
        return FactRead(value=none, assurance=Assurance.RUNNING)
    return FactRead(value=value(answers), assurance=Assurance.RUNNING)


_NONE: Value = {
    **dict.fromkeys(("is_running", "is_enabled", "is_recording", "logs_programs"), False),
    "watched": tuple({"path": path, "is_watched": False} for path in _WATCHED),
    **dict.fromkeys(("full_action", "low_action", "error_action", "rotate_action")),
}


def _value(answers: Answers) -> dict[str, Value]:
    status, rules = answers["status"], answers["rules"]
    told = dict(re.findall(r"(?m)^(enabled|pid) (\d+)$", text_of(status)))
    return {
        "is_running": _of_status(status, told, "pid", {"0"}),
        "is_enabled": _enabled(answers["units"]),
        "is_recording": _of_status(status, told, "enabled", {"0"}),
        "watched": _watched(rules, audit_lines.widths_needed(answers["machine"])),
        "logs_programs": _programs(rules, audit_lines.widths_needed(answers["machine"])),
        "full_action": _action(answers["config"], "disk_full_action"),
        "low_action": _action(answers["config"], "space_left_action"),
        "error_action": _action(answers["config"], "disk_error_action"),
        "rotate_action": _action(answers["config"], "max_log_file_action"),
    }


def _of_status(answer: Answer, told: dict[str, str], name: str, no: set[str]) -> Value:
    if answer.obstacle is not None or name not in told:
        return Missing(answer.obstacle or Obstacle.UNPARSABLE, answer.detail or "auditctl -s")
    return told[name] not in no


def _enabled(answer: Answer) -> Value:
    known = units(answer)
    if isinstance(known, Missing):
        return known
    unit = known.get("auditd.service")
    return bool(unit and unit.is_loaded and unit.is_enabled)


def _watched(answer: Answer, needed: set[str]) -> Value:
    lines = audit_lines.loaded(answer)
    if isinstance(lines, Missing):
        return lines
    muted = audit_lines.is_muted(lines)
    found = [] if muted else [p for line in lines for p in audit_lines.changed_places(line)]
    return tuple(
        {"path": path, "is_watched": audit_lines.covers(path, found, needed)} for path in _WATCHED
    )


def _programs(answer: Answer, needed: set[str]) -> Value:
    lines = audit_lines.loaded(answer)
    if isinstance(lines, Missing):
        return lines
    return audit_lines.records_programs(lines, needed)


def _action(answer: Answer, name: str) -> Value:
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "auditd.conf")
    if not answer.exists:
        return None
    found = re.findall(rf"(?mi)^[ \t]*{name}[ \t]*=[ \t]*(\S+)", text_of(answer))
    return str(found[-1]).lower() if found else _DEFAULTS[name]


RULES = FactKind(
    id="audit.rules",
    title="The kernel's audit and its rules",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
    version=2,
)
