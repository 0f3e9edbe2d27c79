"""Fact `postgresql.clusters`: each PostgreSQL cluster that runs here, by what it says itself.

`clusters`: `name`, `port`, `version` (major), `listens_remotely`, `has_tls`, `tls_min` (null before
12), `access` (lines of pg_hba.conf that can be reached, in order, see `postgresql_access`), `roles`
(that can log in: `name`, `is_superuser`, `is_powerful`: may run programs or use files of the server,
`hash`: none, scram-sha-256, md5, other), `superusers` (how many of them),
`first_superuser_is_remote` (the account made with the cluster can sign in from other hosts).
Values in force for everybody and, where a role or a database has its own, those too:
`password_encryption`, `logs_connections`, `logs_disconnections`. `log_fields` (time, account,
database, source, session), `databases` (`name`, `logs_definitions`, `logs_writes`, `logs_reads`: by
log_statement or pgaudit; without `postgres` where there is another), `max_connections`,
`idle_session_ms` (null before 14) and `idle_in_transaction_ms` (0: no limit; the longest of what
holds for everybody, for a whole database or for a role of great power). A cluster that runs and
could not be asked, as in a container, is a missing element. Before PostgreSQL 10: missed.
Source: the PostgreSQL manual.
"""

import re
from collections.abc import Mapping
from typing import Any

from attt.facts import database_processes as processes
from attt.facts import postgresql_access as access
from attt.facts import postgresql_logs as logs
from attt.facts import postgresql_query as query
from attt.facts.kind import Answers, FactKind, Params
from attt.model.answer import Obstacle
from attt.model.ask import Ask
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, Integer, ListOf, Record, Text
from attt.model.value import Missing, Value

KIND = processes.Kind(
    title="PostgreSQL",
    processes=frozenset({"postgres", "postmaster"}),
    units=re.compile(r"postgresql(?:@[^.]+|-[0-9.]+)?\.service$"),
    ports=frozenset({"5432/tcp"}),
)
_LOOPBACK = re.compile(r"localhost|127\.[0-9.]+|::1")
_HERE = frozenset(
    {"default", "configuration file", "command line", "environment variable", "override"}
)

_UNITS_MS = {"us": 0.001, "ms": 1, "": 1, "s": 1000, "min": 60_000, "h": 3_600_000}
_UNITS_MS |= {"d": 86_400_000}

_ROLE = Record(
    {"name": Text(), "is_superuser": Boolean(), "is_powerful": Boolean(), "hash": Text()}
)
_CLUSTER = Record(
    {
        "name": Text(),
        "port": Integer("port"),
        "version": Integer("major version"),
        "listens_remotely": Boolean(),
        "has_tls": Boolean(),
        "tls_min": Text(nullable=True),
        "access": ListOf(access.SHAPE),
        "roles": ListOf(_ROLE),
        "superusers": Integer("accounts"),
        "first_superuser_is_remote": Boolean(),
        "password_encryption": ListOf(Text()),
        **logs.FIELDS,
        "max_connections": Integer("connections"),
        "idle_session_ms": Integer("milliseconds", nullable=True),
        "idle_in_transaction_ms": Integer("milliseconds"),
    }
)


def _asks(_params: Params) -> dict[str, Ask]:
    return {**processes.asks(), "clusters": query.ASK}


def _parse(answers: Answers, _params: Params) -> Fact:
    seen = processes.look(KIND, answers)
    if not isinstance(seen, processes.Seen):
        return seen
    told = query.clusters(answers["clusters"])
    found: list[Value] = []
    for server in seen.servers:
        document = told.get(server.pid)
        found.append(_unasked(answers) if document is None else _cluster(document))
    return FactRead(value={"clusters": (*found, *seen.gaps)}, assurance=Assurance.RUNNING)


def _unasked(answers: Answers) -> Missing:
    answer = answers["clusters"]
    why = query.why_silent(answer)
    said = f"a cluster runs that the local superuser postgres could not ask: {why}"
    return Missing(answer.obstacle or Obstacle.FAILED, said)


def _cluster(document: Mapping[str, Any]) -> dict[str, Value]:
    settings = {name: _setting(pair) for name, pair in document["settings"].items()}
    version = int(str(document["version"])[:8]) // 10_000
    port = _number(settings, "port")
    listens = _listens(settings.get("listen_addresses"))
    lines = _lines(document)
    roles = document["roles"] or []
    own = str(settings.get("cluster_name") or "")
    return {
        "name": f"{own}:{port}" if own else f"postgres:{port}",
        "port": port,
        "version": version,
        "listens_remotely": listens,
        "has_tls": _is_on(settings, "ssl"),
        "tls_min": settings.get("ssl_min_protocol_version"),
        "access": _access(lines),
        "roles": tuple(_role(one) for one in roles if one.get("can_login") is True),
        "superusers": sum(
            one.get("can_login") is True and one.get("is_superuser") is True for one in roles
        ),
        "first_superuser_is_remote": _is_first_remote(lines, roles, listens),
        "password_encryption": logs.in_force("password_encryption", settings, document),
        **logs.told(settings, document),
        "max_connections": _number(settings, "max_connections"),
        "idle_session_ms": None
        if version < 14
        else _idle_ms("idle_session_timeout", settings, document),
        "idle_in_transaction_ms": _idle_ms(
            "idle_in_transaction_session_timeout", settings, document
        ),
    }


def _setting(pair: list[str]) -> str | Missing:
    """A value that holds for everybody; one that holds for the asking account alone tells nothing."""
    value, source = pair
    if source in _HERE:
        return value
    return Missing(Obstacle.IN_CONTEXT, f"set for the asking account alone: {source[:40]}")


def _number(settings: Mapping[str, Value], name: str) -> Value:
    value = settings.get(name)
    if isinstance(value, Missing):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,12}", value):
        return int(value)
    return Missing(Obstacle.UNPARSABLE, name)


def _idle_ms(name: str, settings: Mapping[str, Value], document: Mapping[str, Any]) -> Value:
    """The longest for whom it matters; applications may keep sessions of a role of their own."""
    powerful = {
        str(one.get("name"))
        for one in document["roles"] or ()
        if one.get("is_superuser") is True or one.get("is_powerful") is True
    }
    value = _number(settings, name)
    if isinstance(value, Missing):
        return value
    own = logs.own_of(name, document, powerful)
    found = [value, *(_ms(one) for one in own)]
    gap = next((one for one in found if isinstance(one, Missing)), None)
    return gap or max(found, key=lambda ms: (ms == 0, ms))


def _ms(text: str) -> int | Missing:
    """A time as ALTER ROLE takes it: `0`, `30min`, `1.5 h`."""
    found = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*(us|ms|s|min|h|d|)", text.strip())
    if found is None:
        return Missing(Obstacle.UNPARSABLE, f"a time of PostgreSQL: {text[:40]}")
    return round(float(found[1]) * _UNITS_MS[found[2]])


def _is_on(settings: Mapping[str, Value], name: str) -> Value:
    value = settings.get(name)
    if isinstance(value, Missing):
        return value
    return value == "on" if value in {"on", "off"} else Missing(Obstacle.UNPARSABLE, name)


def _listens(value: Value) -> Value:
    """By the running setting; another name than localhost may be an address of other networks."""
    if not isinstance(value, str):
        return value if isinstance(value, Missing) else Missing(Obstacle.UNPARSABLE, "addresses")
    names = [one.strip().strip('"') for one in value.split(",")]
    return any(name and not _LOOPBACK.fullmatch(name) for name in names)


def _lines(document: Mapping[str, Any]) -> list[access.Line] | Missing:
    if document.get("hba_is_newer") is not False:
        return Missing(Obstacle.CONTRADICTED, "pg_hba.conf was changed and not yet loaded")
    if not document["hba"]:
        return Missing(Obstacle.UNPARSABLE, "pg_hba.conf has no line")
    return access.lines(document["hba"])


def _access(lines: list[access.Line] | Missing) -> Value:
    if isinstance(lines, Missing):
        return lines
    together = access.is_together_everywhere(lines)
    return tuple(
        access.record(line, lines[:at], is_one_of_many=together) for at, line in enumerate(lines)
    )


def _role(role: Mapping[str, Any]) -> dict[str, Value]:
    return {
        "name": str(role.get("name")),
        "is_superuser": role.get("is_superuser") is True,
        "is_powerful": role.get("is_powerful") is True,
        "hash": str(role.get("hash")),
    }


def _is_first_remote(
    lines: list[access.Line] | Missing, roles: list[Mapping[str, Any]], listens: Value
) -> Value:
    first = [one for one in roles if one.get("is_first") is True]
    if not first:
        return Missing(Obstacle.UNPARSABLE, "the first superuser")
    if listens is False or first[0].get("can_login") is False:
        return False
    if isinstance(lines, Missing) or isinstance(listens, Missing):
        return lines if isinstance(lines, Missing) else listens
    has_password = first[0].get("hash") != "none"
    return access.lets_in(lines, str(first[0].get("name")), has_password=has_password)


CLUSTERS = FactKind(
    id="postgresql.clusters",
    title="PostgreSQL clusters",
    shape=Record({"clusters": ListOf(_CLUSTER)}),
    asks=_asks,
    parse=_parse,
    version=2,
)
