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
_PROGRAM = "/usr/sbin/auditctl"
_DEFAULTS = {
    "disk_full_action": "suspend",
    "space_left_action": "syslog",
    "disk_error_action": "suspend",
    "max_log_file_action": "rotate",
}
_FIELD = re.compile(r"-F\s+([a-z0-9]+)(!=|>=|<=|=|>|<)(\S+)")
_ALWAYS = re.compile(r"-a (?:always,exit|exit,always) ")
_NEVER = re.compile(r"-a (?:never,(?:exit|task)|(?:exit|task),never)(?: |$)")
_EXCLUDE = re.compile(r"-a (?:(?:always|never),exclude|exclude,(?:always|never)) ")
_EVENTS = frozenset({"SYSCALL", "1300"})
_ALL = frozenset({"all"})
_FIELDS = frozenset({"path", "dir", "perm", "key", "arch"})
_HARMLESS = frozenset({"arch", "key", "auid", "success"})

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


def _asks(_params: Params) -> dict[str, Ask]:
    root = Privilege.ROOT
    return {
        "container": Command(argv=("systemd-detect-virt", "--container"), statuses=(0, 1)),
        "program": Stat(paths=(_PROGRAM, "/sbin/auditctl", "/etc/audit/auditd.conf")),
        "status": Command(argv=(_PROGRAM, "-s"), privilege=root),
        "rules": Command(argv=(_PROGRAM, "-l"), privilege=root),
        "config": ReadFile(path="/etc/audit/auditd.conf", privilege=root),
        "units": Command(
            argv=(
                *("systemctl", "show", "-p", "Id,LoadState,ActiveState,UnitFileState"),
                "auditd.service",
            )
        ),
        "machine": Command(argv=("uname", "-m")),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    kind = answers["container"]
    if kind.obstacle is None and kind.status == 0 and (name := text_of(kind).strip()) != "none":
        return FactAbsent(proof=f"a container ({name[:40]}): the kernel's audit is not its own")
    program = answers["program"]
    if program.obstacle is not None:
        return missed(program.obstacle, program.detail)
    lines = text_of(program).splitlines()
    if all(line.startswith("absent|") for line in lines) and len(lines) == 3:
        return FactRead(value=_NONE, assurance=Assurance.RUNNING)
    return FactRead(value=_value(answers), assurance=Assurance.RUNNING)


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
        "watched": _watched(rules, _needed(answers["machine"])),
        "logs_programs": _programs(rules, _needed(answers["machine"])),
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


def _lines(answer: Answer) -> list[str] | Missing:
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "auditctl -l")
    lines = [line.strip() for line in text_of(answer).splitlines() if line.strip()]
    if not lines or not all(line.startswith("-") or line == "No rules" for line in lines):
        return Missing(Obstacle.UNPARSABLE, "auditctl -l")
    return lines


def _needed(machine: Answer) -> set[str]:
    """The widths of calls that a rule must take on this processor."""
    if machine.obstacle is not None:
        return {"b32", "b64"}
    return {"b64"} if text_of(machine).strip().endswith("64") else {"b32"}


def _watched(answer: Answer, needed: set[str]) -> Value:
    lines = _lines(answer)
    if isinstance(lines, Missing):
        return lines
    found = [] if _is_muted(lines) else [place for line in lines for place in _places(line)]
    return tuple({"path": path, "is_watched": _covers(path, found, needed)} for path in _WATCHED)


def _covers(path: str, places: list[tuple[str, str]], needed: set[str]) -> bool:
    widths = {w for p, w in places if path == p or (p and path.startswith(f"{p}/"))}
    return "" in widths or needed <= widths


def _places(line: str) -> list[tuple[str, str]]:
    """The path, and the width of calls, that a rule watches for writing and changed attributes."""
    if found := re.match(r"-w (\S+)(?: -p ([rwxa]+))?", line):
        return [(found[1].rstrip("/"), "")] if {"w", "a"} <= set(found[2] or "rwxa") else []
    fields = {name: (sign, value) for name, sign, value in _FIELD.findall(line)}
    place = fields.get("path") or fields.get("dir")
    if (
        place is None
        or not _ALWAYS.match(line)
        or set(fields) - _FIELDS
        or not _calls(line) <= _ALL
    ):
        return []
    width = fields.get("arch", ("", ""))[1]
    is_whole = {"w", "a"} <= set(fields.get("perm", ("", ""))[1])
    return [(place[1].rstrip("/"), width)] if is_whole else []


def _calls(line: str) -> set[str]:
    return {name for part in re.findall(r"-S (\S+)", line) for name in part.split(",")}


def _is_muted(lines: list[str]) -> bool:
    """Whether a rule keeps everything that people do, or every event of a call, out of the log."""
    return any(_mutes(line) for line in lines)


def _mutes(line: str) -> bool:
    fields = _FIELD.findall(line)
    if _EXCLUDE.match(line):
        return any(name == "msgtype" and value in _EVENTS for name, _, value in fields)
    if not _NEVER.match(line) or not _calls(line) <= _ALL | {"execve"}:
        return False
    return all(
        name in {"arch", "key"} or (name == "auid" and _everybody(sign, value))
        for name, sign, value in fields
    )


def _programs(answer: Answer, needed: set[str]) -> Value:
    lines = _lines(answer)
    if isinstance(lines, Missing):
        return lines
    widths = set() if _is_muted(lines) else {w for line in lines for w in _widths(line)}
    return "" in widths or needed <= widths


def _widths(line: str) -> list[str]:
    """For which calls a rule records every execve of people; a rule with more filters does not."""
    fields = _FIELD.findall(line)
    if not _ALWAYS.match(line) or " -C " in line or not _calls(line) & {"execve", "all"}:
        return []
    if any(name not in _HARMLESS for name, _, _ in fields):
        return []
    if any(name == "success" and value not in {"1", "yes"} for name, _, value in fields):
        return []
    if any(name == "auid" and not _everybody(sign, value) for name, sign, value in fields):
        return []
    return [value for name, _, value in fields if name == "arch"] or [""]


def _everybody(sign: str, value: str) -> bool:
    """Whether a filter on the login account leaves every person in."""
    if sign == "!=":
        return value in {"-1", "4294967295", "unset"}
    return sign in {">=", ">"} and value.isdigit() and int(value) <= 1000


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
