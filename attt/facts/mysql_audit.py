"""What a MariaDB or MySQL server checks of new passwords and what it logs, by its own variables.

Sources: the MariaDB Knowledge Base, "MariaDB Audit Plugin", "Simple Password Check Plugin", "Error
Log"; the MySQL manual, "The Password Validation Component", "MySQL Enterprise Audit".
"""

import re
from collections.abc import Mapping

from attt.facts.mysql_query import Told
from attt.model.answer import Obstacle
from attt.model.shape import Boolean, Integer, Shape
from attt.model.value import Missing, Value

FIELDS: Mapping[str, Shape] = {
    "password_min_length": Integer("characters"),
    "password_classes": Integer("classes"),
    "logs_failures": Boolean(),
    "audits_logins": Boolean(),
    "audits_definitions": Boolean(),
    "audits_data": Boolean(),
}
_KINDS = ("audits_logins", "audits_definitions", "audits_data")
_DATA = frozenset({"QUERY", "QUERY_DML"})
_DEFINITIONS = frozenset({"QUERY", "QUERY_DDL"})
_POLICIES: Mapping[str, tuple[bool, bool, bool]] = {
    "ALL": (True, True, True),
    "QUERIES": (False, True, True),
    "LOGINS": (True, False, False),
    "NONE": (False, False, False),
}
_SIMPLE = "simple_password_check_"


def is_mariadb(told: Told) -> bool:
    """Whether it is MariaDB."""
    names = (told.variables.get("version", ""), told.variables.get("version_comment", ""))
    return "mariadb" in " ".join(names).lower()


def number(own: Mapping[str, str], name: str) -> Value:
    """A variable that is a whole number."""
    text = own.get(name, "")
    if re.fullmatch(r"-?[0-9]{1,12}", text):
        return int(text)
    return Missing(Obstacle.UNPARSABLE, name)


def fields(told: Told) -> dict[str, Value]:
    """The fields of FIELDS."""
    length, classes = _policy(told)
    return {
        "password_min_length": length,
        "password_classes": classes,
        "logs_failures": _logs_failures(told),
        **_audits(told),
    }


def _policy(told: Told) -> tuple[Value, Value]:
    """The strictest of what checks: each has to agree with a new password."""
    own = told.variables
    found: list[tuple[Value, Value]] = []
    if "simple_password_check" in told.plugins:
        letters = 2 * _is_asked(own, f"{_SIMPLE}letters_same_case")
        rest = sum(_is_asked(own, f"{_SIMPLE}{name}") for name in ("digits", "other_characters"))
        found.append((number(own, f"{_SIMPLE}minimal_length"), letters + rest))
    for mark in (".", "_"):
        if (policy := own.get(f"validate_password{mark}policy")) is not None:
            name = f"validate_password{mark}"
            letters = 2 * _is_asked(own, f"{name}mixed_case_count")
            parts = (f"{name}number_count", f"{name}special_char_count")
            rest = sum(_is_asked(own, part) for part in parts)
            is_low = policy in {"LOW", "0"}
            found.append((number(own, f"{name}length"), 0 if is_low else letters + rest))
    if found:
        return max((one for one in found), key=lambda one: one[0] if isinstance(one[0], int) else 0)
    if others := [n for n, kind in told.plugins.items() if kind == "PASSWORD VALIDATION"]:
        gap = Missing(
            Obstacle.UNSUPPORTED, f"{others[0][:40]} checks passwords by rules of its own"
        )
        return gap, gap
    return 0, 0


def _is_asked(own: Mapping[str, str], name: str) -> int:
    return int(own.get(name, "0") not in {"0", ""})


def _logs_failures(told: Told) -> Value:
    """Refused log-ins go to the error log from log_warnings 2 (MariaDB) or verbosity 3 (MySQL) on."""
    own = told.variables
    name, least = ("log_warnings", 2) if is_mariadb(told) else ("log_error_verbosity", 3)
    level = number(own, name)
    is_told = isinstance(level, int) and level >= least
    if is_told or _audits(told)["audits_logins"] is True:
        return True
    return False if isinstance(level, int) else level


def _audits(told: Told) -> dict[str, Value]:
    if told.variables.get("general_log") == "ON":
        return dict.fromkeys(_KINDS, True)
    if "server_audit" in told.plugins:
        return _by_mariadb(told.variables)
    others = [n for n, kind in told.plugins.items() if kind == "AUDIT" and n not in _NO_AUDIT]
    if not others:
        return dict.fromkeys(_KINDS, False)
    policy = told.variables.get("audit_log_policy", "").upper()
    if policy in _POLICIES and policy != "ALL":
        return dict(zip(_KINDS, _POLICIES[policy], strict=True))
    gap = Missing(
        Obstacle.UNSUPPORTED, f"{others[0][:40]} filters by rules that attt does not read"
    )
    return dict.fromkeys(_KINDS, gap)


_NO_AUDIT = frozenset(
    {"mysqlx", "wsrep_provider", "sql_error_log", "query_response_time_audit", "user_variables"}
)


def _by_mariadb(own: Mapping[str, str]) -> dict[str, Value]:
    """Without a list of events it logs them all; lists of users leave some of them out."""
    if own.get("server_audit_logging") != "ON":
        return dict.fromkeys(_KINDS, False)
    events = {
        word for word in re.split(r"[\s,]+", own.get("server_audit_events", "").upper()) if word
    }
    truths = (
        not events or "CONNECT" in events,
        not events or bool(events & _DEFINITIONS),
        not events or bool(events & _DATA),
    )
    chosen = own.get("server_audit_incl_users") or own.get("server_audit_excl_users")
    gap = Missing(Obstacle.IN_CONTEXT, "server_audit leaves some users out")
    return {
        name: gap if is_told and chosen else is_told
        for name, is_told in zip(_KINDS, truths, strict=True)
    }
