"""What a PostgreSQL cluster logs of connections and statements, by its own settings and pgaudit's.

Sources: the PostgreSQL manual, "Error Reporting and Logging" and "ALTER ROLE"; pgaudit's README.
"""

import re
from collections.abc import Mapping
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
_Settings = Mapping[str, Value]
_Own = tuple[str, str, str]
"""A value of its own that a database or a role has: database or "", role or "", value."""


def told(settings: _Settings, document: Mapping[str, Any]) -> dict[str, Value]:
    """The fields of FIELDS."""
    return {
        "logs_connections": _truths("log_connections", settings, document),
        "logs_disconnections": _truths("log_disconnections", settings, document),
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


def _own(name: str, document: Mapping[str, Any]) -> list[_Own]:
    found = []
    for row in document["overrides"] or ():
        if isinstance(row, list) and len(row) == 3:
            key, _, value = str(row[2]).partition("=")
            if key == name:
                found.append((str(row[0]), str(row[1]), value.strip("'\"").lower()))
    return found


def _truths(name: str, settings: _Settings, document: Mapping[str, Any]) -> Value:
    values = in_force(name, settings, document)
    found = values if isinstance(values, tuple) else (values,)
    return tuple(_truth(one) for one in found)


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
    statement = settings.get("log_statement")
    if not isinstance(statement, str):
        gap = statement if isinstance(statement, Missing) else Missing(Obstacle.UNPARSABLE, "log")
        return {"name": name, **dict.fromkeys(_CLASSES, gap)}
    by_statement = _least("log_statement", statement, name, document, _of_statement)
    audit = settings.get("pgaudit.log")
    by_audit = (
        _least("pgaudit.log", audit, name, document, _of_audit) if isinstance(audit, str) else set()
    )
    found: dict[str, Value] = {}
    for field, kind in _CLASSES.items():
        is_told = kind in by_statement | by_audit
        found[field] = audit if not is_told and isinstance(audit, Missing) else is_told
    return {"name": name, **found}


def _least(
    name: str, value: str, database: str, document: Mapping[str, Any], read: Any
) -> set[str]:
    own = _own(name, document)
    here = [v for db, role, v in own if db == database and not role]
    least = set(read(here[0] if here else value))
    for of_role in (v for db, role, v in own if role and db in {"", database}):
        least &= set(read(of_role))
    return least


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
