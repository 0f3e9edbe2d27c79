"""Fact `mysql.servers`: the MariaDB or MySQL server that runs here, by what it says itself.

`servers`: `name` (mariadb or mysql, with its port), `listens_remotely`, `has_tls`, `requires_tls` (of
everybody who comes over the network), `tls_versions`, `has_grants` (false: anybody may do anything),
`allows_local_files` (LOAD DATA LOCAL), `files` (where SQL reads and writes files: null nowhere, ""
everywhere), `has_test_database`, `accounts` (that can log in: `name`, `user`, `is_remote`: from
another host, `is_nameless`, `has_empty_password`, `is_powerful`: FILE, SUPER or GRANT over all,
`needs_tls`, `methods`), `uses_passwords` (some account signs in by one kept here),
`password_min_length` and `password_classes` (0 where nothing checks), `logs_failures` (of signing
in), `audits_logins`, `audits_definitions`, `audits_data`, `max_connections`, `idle_s` (of programs)
and `idle_interactive_s`, `system_user` (whom it runs as). A server that runs and could not be asked,
as in a container or where root needs a password, is a missing element.
Sources: the MariaDB Knowledge Base, the MySQL manual.
"""

import re
from collections.abc import Mapping

from attt.facts import database_processes as processes
from attt.facts import mysql_audit as audit
from attt.facts import mysql_query as query
from attt.facts.kind import Answers, FactKind, Params
from attt.model.answer import Obstacle
from attt.model.ask import Ask
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, Integer, ListOf, Record, Text
from attt.model.value import Missing, Value

KIND = processes.Kind(
    title="MySQL",
    processes=frozenset({"mysqld", "mariadbd"}),
    units=re.compile(r"(?:mysqld?|mariadb)(?:@[^.]+)?\.(?:service|socket)$"),
    ports=frozenset({"3306/tcp", "33060/tcp"}),
)
_HERE = re.compile(r"localhost|127\.[0-9.]+|::1", re.IGNORECASE)
_PASSWORDLESS = frozenset(
    {
        *(
            "unix_socket",
            "auth_socket",
            "gssapi",
            "pam",
            "auth_pam",
            "named_pipe",
            "mysql_no_login",
        ),
        *("authentication_ldap_simple", "authentication_ldap_sasl", "authentication_kerberos"),
        *("authentication_pam", "authentication_fido", "authentication_webauthn", "auth_0x0100"),
        "authentication_windows",
    }
)
_ACCOUNT = Record(
    {
        "name": Text(),
        "user": Text(),
        "is_remote": Boolean(),
        "is_nameless": Boolean(),
        "has_empty_password": Boolean(),
        "is_powerful": Boolean(),
        "needs_tls": Boolean(),
        "methods": ListOf(Text()),
    }
)
_SERVER = Record(
    {
        "name": Text(),
        "listens_remotely": Boolean(),
        "has_tls": Boolean(),
        "requires_tls": Boolean(),
        "tls_versions": ListOf(Text()),
        "has_grants": Boolean(),
        "allows_local_files": Boolean(),
        "files": Text(nullable=True),
        "has_test_database": Boolean(),
        "accounts": ListOf(_ACCOUNT),
        "uses_passwords": Boolean(),
        "max_connections": Integer("connections"),
        "idle_s": Integer("seconds"),
        "idle_interactive_s": Integer("seconds"),
        "system_user": Text(),
        **audit.FIELDS,
    }
)


def _asks(_params: Params) -> dict[str, Ask]:
    return {**processes.asks(), **query.ASKS}


def _parse(answers: Answers, _params: Params) -> Fact:
    seen = processes.look(KIND, answers)
    if not isinstance(seen, processes.Seen):
        return seen
    told = query.told(answers) if len(seen.servers) == 1 else None
    found: tuple[Value, ...] = ()
    if seen.servers:
        found = (_unasked(answers, seen),) if told is None else (_server(told, seen.servers[0]),)
    return FactRead(value={"servers": (*found, *seen.gaps)}, assurance=Assurance.RUNNING)


def _unasked(answers: Answers, seen: processes.Seen) -> Missing:
    """Of several servers nobody could tell which one answered."""
    if len(seen.servers) > 1:
        return Missing(Obstacle.IN_CONTEXT, f"{len(seen.servers)} servers run on this host")
    why = query.why_silent(answers)
    return Missing(Obstacle.FAILED, f"root could not ask the server over its socket: {why}")


def _server(told: query.Told, process: processes.Process) -> dict[str, Value]:
    own = told.variables
    kind = "mariadb" if audit.is_mariadb(told) else "mysql"
    accounts = [one for one in told.accounts if not one.is_locked]
    return {
        "name": f"{kind}:{own.get('port', '')}",
        "listens_remotely": _listens(own),
        "has_tls": own["have_ssl"] == "YES" if "have_ssl" in own else bool(own.get("ssl_cert")),
        "requires_tls": own.get("require_secure_transport", "OFF") == "ON",
        "tls_versions": _versions(own.get("tls_version")),
        "has_grants": own.get("skip_grant_tables", "OFF") != "ON",
        "allows_local_files": own.get("local_infile") != "OFF",
        "files": None if own.get("secure_file_priv") == "NULL" else own.get("secure_file_priv", ""),
        "has_test_database": bool(told.databases or told.open_to_all),
        "accounts": tuple(_record(one) for one in accounts),
        "uses_passwords": any(_password_methods(one) for one in accounts),
        "max_connections": audit.number(own, "max_connections"),
        "idle_s": audit.number(own, "wait_timeout"),
        "idle_interactive_s": audit.number(own, "interactive_timeout"),
        "system_user": process.user,
        **audit.fields(told),
    }


def _listens(own: Mapping[str, str]) -> bool:
    if own.get("skip_networking") == "ON":
        return False
    names = re.split(r"[\s,]+", own.get("bind_address", "").strip())
    return not all(_HERE.fullmatch(name) for name in names)


def _versions(text: str | None) -> Value:
    if not text or text == "NULL":
        return Missing(Obstacle.UNPARSABLE, "tls_version")
    return tuple(sorted(word.strip() for word in text.split(",") if word.strip()))


def _password_methods(account: query.Account) -> list[tuple[str, bool]]:
    return [one for one in account.methods if one[0].lower() not in _PASSWORDLESS]


def _record(account: query.Account) -> dict[str, Value]:
    return {
        "name": f"{account.user}@{account.host}",
        "user": account.user,
        "is_remote": not _HERE.fullmatch(account.host),
        "is_nameless": account.user in {"", "PUBLIC"},
        "has_empty_password": any(is_empty for _, is_empty in _password_methods(account)),
        "is_powerful": account.is_powerful,
        "needs_tls": account.needs_tls,
        "methods": tuple(name for name, _ in account.methods),
    }


SERVERS = FactKind(
    id="mysql.servers",
    title="MariaDB and MySQL servers",
    shape=Record({"servers": ListOf(_SERVER)}),
    asks=_asks,
    parse=_parse,
)
