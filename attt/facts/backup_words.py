"""The programs that make backups, by the words that a job of cron or a timer runs.

Sources: the manuals of the programs themselves.
"""

import re
from collections.abc import Mapping

DUMPS: Mapping[str, str] = {
    "pg_dump": "postgresql",
    "pg_dumpall": "postgresql",
    "pg_basebackup": "postgresql",
    "pgbackrest": "postgresql",
    "barman": "postgresql",
    "wal-g": "postgresql",
    "pg_probackup": "postgresql",
    "autopostgresqlbackup": "postgresql",
    "pg_back": "postgresql",
    "mysqldump": "mysql",
    "mariadb-dump": "mysql",
    "mariabackup": "mysql",
    "mariadb-backup": "mysql",
    "xtrabackup": "mysql",
    "innobackupex": "mysql",
    "mydumper": "mysql",
    "automysqlbackup": "mysql",
    "mysqlbackup": "mysql",
    "mongodump": "mongodb",
}
"""Programs that take a database out whole, and the kind of database."""
ENCRYPTING = frozenset({"restic", "duplicity", "kopia", "rustic", "tarsnap"})
"""Those that never write a backup in clear text unless told so."""
UNTOLD = frozenset(
    {
        *("borg", "borgmatic", "rclone", "duply", "bacula", "proxmox-backup-client", "urbackup"),
        *("duplicati-cli", "amdump", "attic", "gpg", "gpg2", "openssl", "pgbackrest", "barman"),
        *("wal-g", "xtrabackup", "mariabackup", "mariadb-backup", "mysqlbackup", "veeamconfig"),
        *("dsmc", "backup-manager", "backupninja", "bup", "pg_probackup", "age", "7z", "aws"),
    }
)
"""Those whose settings, which attt does not read, decide whether a backup is encrypted."""
PLAIN = frozenset({"rsync", "rsnapshot", "rdiff-backup", "scp", "dar", "fsarchiver", "tar"})
PROGRAMS = frozenset({*DUMPS, *ENCRYPTING, *UNTOLD, *PLAIN})
_WEAK = frozenset({"tar", "scp", "rsync", "gpg", "gpg2", "openssl", "7z", "aws", "age", "rclone"})
NOT_BACKUPS = frozenset({"dpkg-db-backup"})
_NAMED = re.compile(r"backup|sao[-_]?luu|(?:^|[-_.])(?:bak|dump)(?:[-_.]|$)", re.IGNORECASE)
_REPOSITORIES = frozenset({"restic", "borg", "rustic", "kopia", "pgbackrest"})
_DOING = frozenset({"backup", "create", "snapshot"})
_LOOKING = frozenset(
    {
        *("snapshots", "check", "prune", "forget", "list", "unlock", "stats", "restore", "extract"),
        *("verify", "info", "mount", "compact", "break-lock", "expire"),
    }
)
VERBS = _DOING | _LOOKING
"""What those programs that keep many backups are told to do; only a few of these make a new one."""
AGENTS: Mapping[str, str] = {
    "veeamservice": "Veeam",
    "veeamdeploysvc": "Veeam",
    "bacula-fd": "Bacula",
    "bareos-fd": "Bareos",
    "urbackupclientb": "UrBackup",
    "amandad": "Amanda",
    "acronis_mms": "Acronis",
    "aakore": "Acronis",
    "dsmcad": "IBM Storage Protect",
    "nsrexecd": "NetWorker",
    "cvlaunchd": "Commvault",
    "vnetd": "NetBackup",
    "pbx_exchange": "NetBackup",
    "avagent.bin": "Avamar",
    "backup_agent_ma": "Rubrik",
    "cohesity_linux_": "Cohesity",
    "nakivo": "NAKIVO",
}
"""Processes of agents that a backup server drives; the kernel keeps 15 characters of a name."""


_SCRIPT = re.compile(r"\.(?:sh|bash|py|pl|rb|php)$")


def programs(words: set[str]) -> tuple[str, ...]:
    """The backup programs among words and paths; a tool of many uses counts where the job is named so."""
    names = {word.rsplit("/", 1)[-1] for word in words}
    known = names & PROGRAMS
    if names & _LOOKING and not names & _DOING:
        known -= _REPOSITORIES
    is_named = any(_NAMED.search(name) for name in names - NOT_BACKUPS)
    return tuple(sorted(known if known - _WEAK or is_named else ()))


def unread_script(paths: list[str], known: set[str]) -> str | None:
    """A script that a job starts, named like a backup, and whose words were not read."""
    for at, path in enumerate(paths):
        name = path.rsplit("/", 1)[-1]
        is_script = at == 0 or _SCRIPT.search(name)
        is_other = path not in known and name not in PROGRAMS | NOT_BACKUPS
        if is_script and is_other and _NAMED.search(name):
            return path
    return None


def is_copy(names: tuple[str, ...]) -> bool:
    """Whether more than a dump is made: something that keeps or takes away copies."""
    return bool(set(names) - set(DUMPS)) or bool(set(names) & UNTOLD)


def encryption(names: tuple[str, ...]) -> bool | None:
    """Whether what is written is encrypted; None where settings decide that are not read."""
    if set(names) & ENCRYPTING:
        return True
    return None if set(names) & UNTOLD else False
