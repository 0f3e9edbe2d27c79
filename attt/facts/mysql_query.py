"""What MariaDB or MySQL is asked, as fixed read-only SQL over the Unix socket, and what it says.

Root's own option file may name the account; neither it nor any password hash is ever read here:
the server tells only whether a password is empty. What one of the two servers alone knows stands in
comments that the other passes over. Sources: the MariaDB Knowledge Base, "Comment Syntax",
"mysql.global_priv Table"; the MySQL manual, "Grant Tables"; mariadb(1).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from attt.facts.kind import text_of
from attt.model.answer import Answer
from attt.model.ask import Ask, Command, Privilege

_VARIABLES = (
    *("version", "version_comment", "port", "socket", "bind_address", "skip_networking"),
    *("skip_grant_tables", "require_secure_transport", "have_ssl", "ssl_cert", "tls_version"),
    *("local_infile", "secure_file_priv", "secure_auth", "general_log", "log_warnings"),
    *("log_error_verbosity", "wait_timeout", "interactive_timeout", "max_connections"),
    *("max_user_connections", "server_audit_logging", "server_audit_events"),
    *("server_audit_incl_users", "server_audit_excl_users", "audit_log_policy"),
    *("simple_password_check_minimal_length", "simple_password_check_digits"),
    *("simple_password_check_letters_same_case", "simple_password_check_other_characters"),
    *("validate_password.length", "validate_password.policy", "validate_password_length"),
    *("validate_password_policy", "validate_password.mixed_case_count"),
    *("validate_password.number_count", "validate_password.special_char_count"),
    *("validate_password_mixed_case_count", "validate_password_number_count"),
    "validate_password_special_char_count",
)
_METHODS = range(4)
_MARIA = ",".join(
    f"JSON_VALUE(Priv,'$.auth_or[{n}].plugin'),"
    f"IFNULL(JSON_VALUE(Priv,'$.auth_or[{n}].authentication_string'),'')=''"
    for n in _METHODS
)
_SQL = (
    f"SHOW GLOBAL VARIABLES WHERE Variable_name IN ({','.join(repr(one) for one in _VARIABLES)});"  # noqa: S608 - fixed words alone, nothing comes from outside
    "SELECT '=database',schema_name FROM information_schema.schemata WHERE schema_name='test';"
    "SELECT '=open',Db,User FROM mysql.db WHERE User IN ('','PUBLIC');"
    "SELECT '=system',User,Host FROM mysql.db WHERE 'mysql' LIKE Db"
    " AND 'Y' IN (Insert_priv,Update_priv,Delete_priv,Alter_priv);"
    "SELECT '=role'/*M!100005 ,User,Host,Role FROM mysql.roles_mapping*/"
    "/*!80000 ,TO_USER,TO_HOST,FROM_USER FROM mysql.role_edges*/;"
    "SELECT '=plugin',plugin_name,plugin_type FROM information_schema.plugins"
    " WHERE plugin_status='ACTIVE' AND (plugin_type IN ('AUDIT','PASSWORD VALIDATION')"
    " OR plugin_name='validate_password');"
    "SELECT '=account',User,Host,plugin,/*M!100100 is_role*//*!50706 account_locked*/,"
    "Super_priv,File_priv,Grant_priv,ssl_type,max_user_connections,"
    "IFNULL(authentication_string,'')='' AND /*M!100100 Password=''*//*!50706 1*/,"
    "authentication_string='invalid' FROM mysql.user;"
    "SELECT '=end';"
    f"SELECT '=method',User,Host,/*M!100400 JSON_VALUE(Priv,'$.account_locked'),{_MARIA},*/'.'"
    " FROM /*M!100400 mysql.global_priv*//*!50706 mysql.user*/"
)
_WORDS = (
    *("--protocol=socket", "--host=localhost", "--connect-timeout=5", "--skip-auto-rehash"),
    *("--skip-column-names", "--batch", "--comments", "--execute", _SQL),
)
ASKS: dict[str, Ask] = {
    name: Command(
        argv=(f"/usr/bin/{name}", *_WORDS), privilege=Privilege.ROOT, timeout_s=20, statuses=(0, 1)
    )
    for name in ("mariadb", "mysql")
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One line of mysql.user; `methods` are its plugins, each with whether its password is empty."""

    user: str
    host: str
    is_locked: bool
    is_powerful: bool
    needs_tls: bool
    methods: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a server said; whole, or there is none."""

    variables: Mapping[str, str]
    databases: tuple[str, ...]
    plugins: Mapping[str, str]  # active ones: name in lower case -> type
    open_to_all: tuple[str, ...]  # databases that nameless accounts may use
    accounts: tuple[Account, ...] = field(default=())


def told(answers: Mapping[str, Answer]) -> Told | None:
    """The answer of whichever client is there."""
    for name in ASKS:
        if answers[name].obstacle is None and (found := _told(text_of(answers[name]))):
            return found
    return None


def why_silent(answers: Mapping[str, Answer]) -> str:
    """The first words in which a client said that it could not."""
    for name in ASKS:
        said = answers[name].stderr.decode("utf-8", errors="replace").strip().splitlines()
        if words := [line for line in said if line.startswith("ERROR")]:
            return words[0][:160]
    return "neither the client mariadb nor mysql answered"


def _told(text: str) -> Told | None:
    rows = [line.split("\t") for line in text.splitlines()]
    if ["=end"] not in rows:
        return None
    variables = {row[0].lower(): row[1] for row in rows if len(row) == 2 and row[0][:1] != "="}
    methods = {(row[1], row[2]): row[3:] for row in _rows(rows, "=method", 5)}
    has_methods = _has_methods(variables)
    accounts: list[Account] = []
    for row in _rows(rows, "=account", 12):
        account = _account(row, methods.get((row[1], row[2]), []), has_methods=has_methods)
        if account is None:
            return None
        accounts.append(account)
    if not accounts or "version" not in variables:
        return None
    return Told(
        variables=variables,
        databases=tuple(row[1] for row in _rows(rows, "=database", 2)),
        plugins={row[1].lower(): row[2] for row in _rows(rows, "=plugin", 3)},
        open_to_all=tuple(row[1] for row in _rows(rows, "=open", 3)),
        accounts=tuple(_with_powers(accounts, rows)),
    )


def _with_powers(accounts: list[Account], rows: list[list[str]]) -> list[Account]:
    """Who may change the server's own tables, or takes on a role that may do all, may do all too."""
    system = {(row[1], row[2]) for row in _rows(rows, "=system", 3)}
    strong = {a.user for a in accounts if a.is_powerful or (a.user, a.host) in system}
    taken = [row[1:] for row in _rows(rows, "=role", 4)]
    roles = {role for _, _, role in taken}
    for _ in roles:  # a role may take on another
        strong |= {user for user, _, role in taken if role in strong & roles and user in roles}
    given = system | {(user, host) for user, host, role in taken if role in strong & roles}
    return [replace(one, is_powerful=True) if (one.user, one.host) in given else one
            for one in accounts]  # fmt: skip


def _rows(rows: list[list[str]], tag: str, least: int) -> list[list[str]]:
    return [row for row in rows if row[0] == tag and len(row) >= least]


def _has_methods(variables: Mapping[str, str]) -> bool:
    """Whether it is MariaDB 10.4 or newer, where an account may have several ways to sign in."""
    names = f"{variables.get('version', '')} {variables.get('version_comment', '')}"
    found = re.match(r"(\d{1,3})\.(\d{1,3})\.", names)
    is_new = found is None or (int(found[1]), int(found[2])) >= (10, 4)
    return "mariadb" in names.lower() and is_new


def _account(row: list[str], methods: list[str], *, has_methods: bool) -> Account | None:
    """A role of MariaDB is one that nobody can sign in with. None where the methods are not told."""
    user, host, plugin, mark, *privileges, tls, _, empty, invalid = row[1:13]
    if has_methods and not methods:
        return None
    locked = mark == "Y" or (has_methods and methods[0] in {"1", "true"})
    found = [] if invalid == "1" else [(plugin or "mysql_native_password", empty == "1")]
    pairs = methods[1 : 1 + 2 * len(_METHODS)] if has_methods else []
    for name, is_empty in zip(pairs[::2], pairs[1::2], strict=False):
        if name not in {"NULL", ""}:
            found.append((name, is_empty == "1"))
    return Account(
        user=user,
        host=host,
        is_locked=locked or not found,
        is_powerful="Y" in privileges,
        needs_tls=tls != "",
        methods=tuple(dict.fromkeys(found)),
    )
