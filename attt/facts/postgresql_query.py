"""What PostgreSQL is asked, as fixed read-only SQL, and what it says, cluster by cluster.

The local superuser asks over the Unix socket; nothing of it uses the network. Each cluster tells
the number of its own first process, so that an answer of a proxy or of another host's server is
never taken for a cluster of this host. Password hashes never leave the server: only their scheme.
Sources: the PostgreSQL manual, pg_settings, pg_hba_file_rules, pg_authid; psql(1), runuser(1).
"""

import json
from collections.abc import Mapping
from typing import Any

from attt.facts.kind import text_of
from attt.model.answer import Answer
from attt.model.ask import Command, Privilege

_SETTINGS = (
    *("listen_addresses", "port", "cluster_name", "ssl", "ssl_min_protocol_version"),
    *("password_encryption", "log_connections", "log_disconnections", "log_statement"),
    *("log_line_prefix", "log_destination", "logging_collector", "shared_preload_libraries"),
    *("pgaudit.log", "pgaudit.log_level", "log_min_messages", "max_connections"),
    *("idle_session_timeout", "idle_in_transaction_session_timeout"),
)
OVERRIDABLE = (
    *("password_encryption", "log_connections", "log_disconnections", "log_statement"),
    *("pgaudit.log", "pgaudit.log_level", "log_min_messages", "idle_session_timeout"),
    "idle_in_transaction_session_timeout",
)
_POWERFUL = (
    "pg_execute_server_program",
    "pg_write_server_files",
    "pg_read_server_files",
)


def _quoted(words: tuple[str, ...]) -> str:
    return ",".join(f"'{word}'" for word in words)


_SQL = (
    "SELECT json_build_object("  # noqa: S608 - fixed words alone, nothing comes from outside
    "'pid',split_part(pg_read_file('postmaster.pid'),chr(10),1),"
    "'version',current_setting('server_version_num'),"
    "'settings',(SELECT json_object_agg(s.name,json_build_array(s.setting,s.source))"
    f" FROM pg_settings s WHERE s.name IN ({_quoted(_SETTINGS)})),"
    "'overrides',(SELECT json_agg(json_build_array(coalesce(d.datname,''),coalesce(r.rolname,''),c))"
    " FROM pg_db_role_setting x LEFT JOIN pg_database d ON d.oid=x.setdatabase"
    " LEFT JOIN pg_roles r ON r.oid=x.setrole, unnest(x.setconfig) c"
    f" WHERE lower(split_part(c,'=',1)) IN ({_quoted(OVERRIDABLE)})),"
    "'databases',(SELECT json_agg(d.datname) FROM pg_database d"
    " WHERE d.datallowconn AND NOT d.datistemplate),"
    "'hba',(SELECT json_agg(to_jsonb(h)-'options') FROM pg_hba_file_rules h),"
    "'hba_is_newer',(SELECT bool_or((pg_stat_file(coalesce(to_jsonb(h)->>'file_name',"
    "current_setting('hba_file')))).modification>pg_conf_load_time()) FROM pg_hba_file_rules h),"
    "'roles',(SELECT json_agg(json_build_object('name',a.rolname,'is_first',a.oid=10,"
    "'is_superuser',a.rolsuper,'can_login',a.rolcanlogin,"
    "'hash',CASE WHEN a.rolpassword IS NULL THEN 'none'"
    " WHEN left(a.rolpassword,14)='SCRAM-SHA-256$' THEN 'scram-sha-256'"
    " WHEN left(a.rolpassword,3)='md5' THEN 'md5' ELSE 'other' END,"
    "'is_powerful',EXISTS(SELECT 1 FROM pg_roles p"
    f" WHERE p.rolname IN ({_quoted(_POWERFUL)}) AND pg_has_role(a.oid,p.oid,'MEMBER'))"
    ")) FROM pg_authid a WHERE left(a.rolname,3)<>'pg_'))"
)
_PORTS = range(5433, 5438)
_PSQL = ("/usr/bin/psql", "-X", "-q", "-A", "-t", "-w", "-d", "postgres", "-c", _SQL)
ASK = Command(
    argv=(
        *("/usr/sbin/runuser", "-u", "postgres", "--", *_PSQL),
        *(
            word
            for port in _PORTS
            for word in ("-c", f"\\c postgresql://postgres@:{port}/postgres", "-c", _SQL)
        ),
    ),
    privilege=Privilege.ROOT,
    timeout_s=20,
    cap_bytes=2 * 2**20,
    statuses=(0, 1, 2, 3),
)
"""The default cluster first, wherever it listens; then those on the ports after the usual one."""


def clusters(answer: Answer) -> dict[int, Mapping[str, Any]]:
    """What each cluster said, by the number of its first process; nothing where none said any."""
    found: dict[int, Mapping[str, Any]] = {}
    if answer.obstacle is not None:
        return found
    for line in text_of(answer).splitlines():
        if document := _document(line):
            found[int(document["pid"])] = document
    return found


def _document(line: str) -> dict[str, Any] | None:
    """One line as a whole document, or None: a part of one tells nothing that can be relied on."""
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    texts = all(str(document.get(name, "")).isdecimal() for name in ("pid", "version"))
    settings = document.get("settings")
    is_whole = isinstance(settings, dict) and all(_is_setting(v) for v in settings.values())
    lists = all(_is_list(document.get(name)) for name in ("overrides", "hba", "roles", "databases"))
    if not (texts and is_whole and lists and len(str(document["pid"])) < 12):
        return None
    records = (*(document.get("hba") or ()), *(document.get("roles") or ()))
    return document if all(isinstance(one, dict) for one in records) else None


def _is_setting(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(v, str) for v in value)


def _is_list(value: object) -> bool:
    return value is None or isinstance(value, list)


def why_silent(answer: Answer) -> str:
    """The first words in which psql or runuser said that it could not."""
    said = answer.stderr.decode("utf-8", errors="replace").strip().splitlines()
    words = [line.strip() for line in said if "FATAL" in line or "ERROR" in line]
    other = answer.detail or "it listens nowhere that psql looks"
    return (words or [other])[0][:160]
