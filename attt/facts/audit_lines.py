"""What single lines of audit rules record: auditctl's listing, or the files that it loads.

A rule counts where it takes every person and every outcome that matters; one that is narrower by
a filter does not. Sources: auditctl(8), audit.rules(7).
"""

import re
from collections.abc import Sequence

from attt.facts.kind import text_of
from attt.model.answer import Answer, Obstacle
from attt.model.value import Missing

Place = tuple[str, str]
"""A path, and the width of calls by which it is watched; "" for all of them."""

_FIELD = re.compile(r"-F\s+([a-z0-9]+)(!=|>=|<=|=|>|<)(\S+)")
_ALWAYS = re.compile(r"-[aA] (?:always,exit|exit,always) ")
_NEVER = re.compile(r"-[aA] (?:never,(?:exit|task)|(?:exit|task),never)(?: |$)")
_EXCLUDE = re.compile(r"-[aA] (?:(?:always|never),exclude|exclude,(?:always|never)) ")
_WATCH = re.compile(r"-w (\S+)(?: -p ([rwxa]+))?")
_EVENTS = frozenset({"SYSCALL", "1300"})
_ALL = frozenset({"all"})
_PLACED = frozenset({"path", "dir", "perm", "key", "arch"})
_NARROWING = frozenset({"arch", "key", "auid", "success"})
_UNSET = frozenset({"-1", "4294967295", "unset"})
_PEOPLE_FROM = 1000


def loaded(answer: Answer) -> list[str] | Missing:
    """The rules in force, as `auditctl -l` lists them."""
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "auditctl -l")
    lines = [line.strip() for line in text_of(answer).splitlines() if line.strip()]
    if not lines or not all(line.startswith("-") or line == "No rules" for line in lines):
        return Missing(Obstacle.UNPARSABLE, "auditctl -l")
    return lines


def written(text: str) -> list[str]:
    """The rules of a file that auditctl loads; comments and empty lines are left out."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [line for line in lines if line.startswith("-")]


def widths_needed(machine: Answer) -> set[str]:
    """The widths of calls that a rule must take on this processor."""
    if machine.obstacle is not None:
        return {"b32", "b64"}
    return {"b64"} if text_of(machine).strip().endswith("64") else {"b32"}


def covers(path: str, places: Sequence[Place], needed: set[str]) -> bool:
    """Whether a path, or a folder above it, is among places for every width."""
    widths = {w for p, w in places if path == p or (p and path.startswith(f"{p}/"))}
    return "" in widths or needed <= widths


def changed_places(line: str) -> list[Place]:
    """What a rule watches for writing and changed attributes, whoever does it."""
    return _places(line, {"w", "a"}, _PLACED)


def watched_places(line: str, wanted: set[str]) -> list[Place]:
    """What a rule watches for all kinds of access in `wanted` (r, w, x, a), by every person."""
    fields = _FIELD.findall(line)
    if any(name == "auid" and not is_everybody(sign, value) for name, sign, value in fields):
        return []
    return _places(line, wanted, _PLACED | {"auid"})


def _places(line: str, wanted: set[str], allowed: frozenset[str]) -> list[Place]:
    if found := _WATCH.match(line):
        return [(found[1].rstrip("/"), "")] if wanted <= set(found[2] or "rwxa") else []
    fields = {name: (sign, value) for name, sign, value in _FIELD.findall(line)}
    place = fields.get("path") or fields.get("dir")
    if place is None or not _ALWAYS.match(line) or set(fields) - allowed or " -C " in line:
        return []
    if not calls(line) <= _ALL or not wanted <= set(fields.get("perm", ("", ""))[1]):
        return []
    return [(place[1].rstrip("/"), fields.get("arch", ("", ""))[1])]


def calls(line: str) -> set[str]:
    """The system calls that a rule names."""
    return {name for part in re.findall(r"-S (\S+)", line) for name in part.split(",")}


def is_muted(lines: Sequence[str], wanted: frozenset[str] = frozenset({"execve"})) -> bool:
    """Whether a rule keeps everything that people do, or every event of a call, out of the log."""
    return any(_mutes(line, wanted) for line in lines)


def _mutes(line: str, wanted: frozenset[str]) -> bool:
    fields = _FIELD.findall(line)
    if _EXCLUDE.match(line):
        return any(name == "msgtype" and value in _EVENTS for name, _, value in fields)
    named = calls(line)
    if not _NEVER.match(line) or not (named <= _ALL or named & wanted) or " -C " in line:
        return False
    return all(
        name in {"arch", "key"} or (name == "auid" and is_everybody(sign, value))
        for name, sign, value in fields
    )


def records_programs(lines: Sequence[str], needed: set[str]) -> bool:
    """Whether every program that people start is recorded."""
    widths = set() if is_muted(lines) else {w for line in lines for w in _of_programs(line)}
    return "" in widths or needed <= widths


def _of_programs(line: str) -> list[str]:
    """For which calls a rule records every execve of people; a rule with more filters does not."""
    if not calls(line) & {"execve", "all"}:
        return []
    return _widths(line, _NARROWING, {})


def widths_of_call(line: str, call: str, also: dict[str, str]) -> list[str]:
    """For which widths a rule records a call of every person; `also` are filters it may or must have.

    A filter of `also` whose name ends with `!` is asked for; the others are merely allowed.
    """
    if call not in calls(line):
        return []
    fields = {name: value for name, sign, value in _FIELD.findall(line) if sign == "="}
    must = {name[:-1]: value for name, value in also.items() if name.endswith("!")}
    if any(fields.get(name) != value for name, value in must.items()):
        return []
    allowed = {name.removesuffix("!"): value for name, value in also.items()}
    return _widths(line, _NARROWING | allowed.keys(), allowed)


def _widths(line: str, known: frozenset[str], allowed: dict[str, str]) -> list[str]:
    fields = _FIELD.findall(line)
    if not _ALWAYS.match(line) or " -C " in line or any(f[0] not in known for f in fields):
        return []
    for name, sign, value in fields:
        if name in allowed and allowed[name] != value:
            return []
        if name == "success" and "success" not in allowed and value not in {"1", "yes"}:
            return []
        if name == "auid" and not is_everybody(sign, value):
            return []
    return [value for name, _, value in fields if name == "arch"] or [""]


def is_everybody(sign: str, value: str) -> bool:
    """Whether a filter on the login account leaves every person in."""
    if sign == "!=":
        return value in _UNSET
    return sign in {">=", ">"} and value.isdigit() and int(value) <= _PEOPLE_FROM
