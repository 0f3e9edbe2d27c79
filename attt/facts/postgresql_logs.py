"""What a PostgreSQL cluster logs of connections and statements, by its own settings and pgaudit's.

What log_min_messages keeps out of the log, for everybody or for a single role or database, is not
logged, whatever the other settings say.

Sources: the PostgreSQL manual, "Error Reporting and Logging" and "ALTER ROLE"; pgaudit's README.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from attt.model.answer import Obstacle
from attt.model.shape import Boolean, ListOf, Record, Shape, Text
from attt.model.value import Missing, Value

_DATABASE = Record(
    {
        "name": Text(),
        "logs_definitions": Boolean(),
        "logs_writes": Boolean(),
        "logs_reads": Boolean(),
    }
)
FIELDS: Mapping[str, Shape] = {
    "logs_connections": ListOf(Boolean()),
    "logs_disconnections": ListOf(Boolean()),
    "log_fields": ListOf(Text(choices=("time", "account", "database", "source", "session"))),
    "databases": ListOf(_DATABASE),
}
_MARKS = {
    "time": "tmn",
    "account": "u",
    "database": "d",
    "source": "hrL",
    "session": "pc",
}
_WHOLE = frozenset({"csvlog", "jsonlog"})
_CLASSES = {"logs_definitions": "ddl", "logs_writes": "write", "logs_reads": "read"}
_ALL = frozenset({"read", "write", "function", "role", "ddl", "misc", "misc_set"})
_BY_STATEMENT = {
    "ddl": frozenset({"ddl"}),
    "mod": frozenset({"ddl", "write"}),
    "all": _ALL,
}
_LEVELS = (
    *("debug5", "debug4", "debug3", "debug2", "debug", "debug1", "info", "notice", "warning"),
    "error",
)
_LEAST = "log_min_messages"
_Settings = Mapping[str, Value]
_Own = tuple[str, str, str]
"""A value of its own that a database or a role has: database or "", role or "", value."""


def told(settings: _Settings, document: Mapping[str, Any]) -> dict[str, Value]:
    """The fields of FIELDS."""
    return {
        "logs_connections": _heard("log_connections", settings, document),
        "logs_disconnections": _heard("log_disconnections", settings, document),
        "log_fields": _fields(settings),
        "databases": _databases(settings, document),
    }


def in_force(name: str, settings: _Settings, document: Mapping[str, Any]) -> Value:
    """The value for everybody, then those that single databases and roles have of their own."""
    value = settings.get(name)
    if isinstance(value, Missing):
        return (value,)
    if value is None:
        return (Missing(Obstacle.UNPARSABLE, name),)
    own = sorted({value for _, _, value in _own(name, document)} - {value})
    return (value, *own)


def own_of(name: str, document: Mapping[str, Any], roles: Collection[str]) -> list[str]:
    """Values that whole databases have, and of single roles those named."""
    return [value for _, role, value in _own(name, document) if not role or role in roles]


def _own(name: str, document: Mapping[str, Any]) -> list[_Own]:
    found = []
    for row in document["overrides"] or ():
        if isinstance(row, list) and len(row) == 3:
            key, _, value = str(row[2]).partition("=")
            if key.lower() == name:
                found.append((str(row[0]), str(row[1]), value.strip("'\"").lower()))
    return found


def _heard(name: str, settings: _Settings, document: Mapping[str, Any]) -> Value:
    """Whether connections are told of; nothing is where the log takes no such message.

    Who came is written before the settings of his role and database hold, who left after.
    """
    values = in_force(name, settings, document)
    least = _least_messages(settings)
    found = values if isinstance(values, tuple) else (values,)
    if isinstance(least, Missing):
        return (least,)
    own = {value for _, _, value in _own(_LEAST, document)} if "dis" in name else set()
    if any(_is_dropped("log", one) for one in (least, *own)):
        return (False,)
    return tuple(_truth(one) for one in found)


def _least_messages(settings: _Settings) -> str | Missing:
    """The least level that reaches the log; above all where the log goes nowhere."""
    destination, least = settings.get("log_destination"), settings.get(_LEAST)
    for value in (destination, least):
        if not isinstance(value, str):
            return value if isinstance(value, Missing) else Missing(Obstacle.UNPARSABLE, _LEAST)
    return str(least).lower() if str(destination).strip() else "panic"


def _is_dropped(level: str, least: str) -> bool:
    """Whether a message of this level stays out of the log; `log` stands between error and fatal.

    From 19 on, `least` may name kinds of processes: `warning, backend:panic`.
    """
    limits = {word.rpartition(":")[2].strip() for word in least.split(",")}
    if level == "log":
        return not limits <= {*_LEVELS, "log"}
    if level not in _LEVELS or not limits <= set(_LEVELS):
        return True
    return any(_LEVELS.index(level) < _LEVELS.index(one) for one in limits)


def _truth(value: Value) -> Value:
    """From 18 on, log_connections names the steps; who came is told from the second on."""
    if not isinstance(value, str):
        return value
    words = set(re.split(r"[\s,]+", value.lower()))
    return bool(words & {"on", "true", "yes", "1", "all", "authentication", "authorization"})


def _fields(settings: _Settings) -> Value:
    destination, prefix = settings.get("log_destination"), settings.get("log_line_prefix")
    for value in (destination, prefix):
        if not isinstance(value, str):
            return value if isinstance(value, Missing) else Missing(Obstacle.UNPARSABLE, "log")
    to = {word.strip() for word in str(destination).split(",")}
    if to and to <= _WHOLE and settings.get("logging_collector") == "on":
        return tuple(_MARKS)
    marks = set(re.findall(r"%-?[0-9]*([a-zA-Z%])", str(prefix)))
    has_time = to <= {"syslog", "eventlog"} | _WHOLE
    return tuple(
        name for name, some in _MARKS.items() if marks & set(some) or (name == "time" and has_time)
    )


def _databases(settings: _Settings, document: Mapping[str, Any]) -> Value:
    names = sorted(str(name) for name in document["databases"] or ())
    if not names:
        return (Missing(Obstacle.UNPARSABLE, "databases"),)
    return tuple(
        _database(name, settings, document)
        for name in names
        if name != "postgres" or names == [name]
    )


def _database(name: str, settings: _Settings, document: Mapping[str, Any]) -> dict[str, Value]:
    """What is surely logged in it whoever comes: the least of what any role has."""
    statement, least = settings.get("log_statement"), _least_messages(settings)
    for value in (statement, least):
        if not isinstance(value, str):
            gap = value if isinstance(value, Missing) else Missing(Obstacle.UNPARSABLE, "log")
            return {"name": name, **dict.fromkeys(_CLASSES, gap)}
    by_statement, by_audit, audit = set[str](), set[str](), settings.get("pgaudit.log")
    limits = _of_all(_LEAST, str(least), name, document)
    if not any(_is_dropped("log", one) for one in limits):
        by_statement = _least("log_statement", str(statement), name, document, _of_statement)
    level = settings.get("pgaudit.log_level")
    levels = _of_all("pgaudit.log_level", str(level or "log"), name, document)
    audit = level if isinstance(level, Missing) else audit
    is_heard = not any(_is_dropped(one, least) for one in levels for least in limits)
    if isinstance(audit, str) and is_heard:
        by_audit = _least("pgaudit.log", audit, name, document, _of_audit)
    found: dict[str, Value] = {}
    for field, kind in _CLASSES.items():
        is_told = kind in by_statement | by_audit
        found[field] = audit if not is_told and isinstance(audit, Missing) else is_told
    return {"name": name, **found}


def _of_all(name: str, value: str, database: str, document: Mapping[str, Any]) -> list[str]:
    """What is in force in one database: for whoever has no value of his own, then for roles."""
    own = _own(name, document)
    here = [v for db, role, v in own if db == database and not role]
    return [
        here[0] if here else value.lower(),
        *(v for d, r, v in own if r and d in {"", database}),
    ]


def _least(
    name: str, value: str, database: str, document: Mapping[str, Any], read: Any
) -> set[str]:
    return set.intersection(*(set(read(one)) for one in _of_all(name, value, database, document)))


def _of_statement(value: str) -> frozenset[str]:
    return _BY_STATEMENT.get(value.lower(), frozenset())


def _of_audit(value: str) -> frozenset[str]:
    """Classes in order; a minus takes one away again."""
    found: frozenset[str] = frozenset()
    for word in re.split(r"[\s,]+", value.lower()):
        if word == "all":
            found |= _ALL
        elif word in {"none", ""}:
            continue
        elif word.startswith("-"):
            found -= {word[1:]} if word != "-all" else _ALL
        else:
            found |= {word}
    return found
