"""Real PostgreSQL, MariaDB, Redis and backups: hardened by hand all passes, and each breakage shows."""

from pathlib import Path

import pytest
from lab.breaking import Break, breaking, broken
from lab.command import ROOT, check

RULES = sorted(
    path.stem for name in ("databases", "backup") for path in (ROOT / "rules" / name).glob("*.yaml")
)
WORDS = [word for rule in RULES for word in ("--rule", rule)]
NOT_HERE = {rule for rule in RULES if rule.startswith("mongodb-")}
PSQL = "cd /; runuser -u postgres -- psql -X -q"
HBA = "$(ls -d /etc/postgresql/*/main)/pg_hba.conf"
POSTGRESQL = f"""
set -e
systemctl start postgresql
{PSQL} <<'SQL'
ALTER SYSTEM SET listen_addresses = '*';
ALTER SYSTEM SET log_connections = on;
ALTER SYSTEM SET log_disconnections = on;
ALTER SYSTEM SET log_statement = 'all';
ALTER SYSTEM SET log_line_prefix = '%m [%p] %q%u@%d/%h ';
ALTER SYSTEM SET idle_session_timeout = '15min';
ALTER SYSTEM SET idle_in_transaction_session_timeout = '5min';
CREATE ROLE ung_dung LOGIN PASSWORD 'Rat-Dai-Va-Kho-Doan-1';
CREATE DATABASE du_lieu OWNER ung_dung;
SQL
echo 'hostssl du_lieu ung_dung 10.10.0.0/16 scram-sha-256' >>{HBA}
systemctl restart 'postgresql@*'
"""
MARIADB = """
set -e
install -d -o mysql -g mysql -m 0750 /var/lib/mysql-files /var/log/mysql
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=lab \\
  -keyout /etc/mysql/key.pem -out /etc/mysql/cert.pem 2>/dev/null
chown mysql /etc/mysql/key.pem
cat >/etc/mysql/mariadb.conf.d/90-hardening.cnf <<'CNF'
[mariadbd]
bind-address = 0.0.0.0
ssl_cert = /etc/mysql/cert.pem
ssl_key = /etc/mysql/key.pem
require_secure_transport = ON
tls_version = TLSv1.2,TLSv1.3
local_infile = OFF
secure_file_priv = /var/lib/mysql-files
plugin_load_add = server_audit
plugin_load_add = simple_password_check
plugin_load_add = auth_ed25519
simple_password_check_minimal_length = 14
server_audit_logging = ON
server_audit_file_path = /var/log/mysql/audit.log
wait_timeout = 1800
interactive_timeout = 900
CNF
systemctl start mariadb
mariadb -e "CREATE USER ung_dung@'10.10.%' IDENTIFIED VIA ed25519 USING PASSWORD('Rat-Dai-Va-Kho-1')"
"""
REDIS = """
set -e
cat >>/etc/redis/redis.conf <<'CONF'
requirepass Rat-Dai-Va-Kho-Doan-2
rename-command CONFIG ""
rename-command FLUSHALL ""
rename-command FLUSHDB ""
rename-command SHUTDOWN ""
rename-command REPLICAOF ""
timeout 600
CONF
systemctl start redis-server
"""
BACKUP = """
set -e
cat >/usr/local/sbin/sao-luu.sh <<'SCRIPT'
#!/bin/sh
runuser -u postgres -- pg_dumpall >/var/backups/pg.sql
mariadb-dump --all-databases >/var/backups/my.sql
restic -r sftp:backup@10.10.0.9:/srv/restic backup /etc /var/backups
SCRIPT
chmod 0700 /usr/local/sbin/sao-luu.sh
printf '[Service]\\nType=oneshot\\nExecStart=/usr/local/sbin/sao-luu.sh\\n' \\
  >/etc/systemd/system/sao-luu.service
printf '[Timer]\\nOnCalendar=daily\\n' >/etc/systemd/system/sao-luu.timer
systemctl daemon-reload
systemctl start sao-luu.timer
"""
RELOAD = f"{PSQL} -c 'SELECT pg_reload_conf()' >/dev/null"
BREAKS = {
    "trust": broken(
        f"echo 'local du_lieu ung_dung trust' >>{HBA}; {RELOAD}",
        f"sed -i '$d' {HBA}; {RELOAD}",
        "postgresql-no-trust",
    ),
    "tls-off": broken(
        f"{PSQL} -c 'ALTER SYSTEM SET ssl = off'; {RELOAD}",
        f"{PSQL} -c 'ALTER SYSTEM SET ssl = on'; {RELOAD}",
        "postgresql-encrypted-connections",
    ),
    "blind-role": broken(
        f"""{PSQL} -c "ALTER ROLE ung_dung SET log_statement = 'none'" """,
        f"{PSQL} -c 'ALTER ROLE ung_dung RESET log_statement'",
        *("postgresql-changes-logged", "postgresql-data-access-logged"),
    ),
    "root-from-afar": broken(
        """mariadb -e "CREATE USER root@'10.10.30.5' IDENTIFIED VIA unix_socket" """,
        """mariadb -e "DROP USER root@'10.10.30.5'" """,
        "mysql-root-local",
    ),
    "redis-open": broken(
        "sed -i 's/^requirepass/#&/' /etc/redis/redis.conf; systemctl restart redis-server",
        "sed -i 's/^#requirepass R/requirepass R/' /etc/redis/redis.conf; systemctl restart redis-server",
        "redis-password",
    ),
    "cron-passes-over-a-dot": broken(
        "systemctl stop sao-luu.timer; cp /usr/local/sbin/sao-luu.sh /etc/cron.daily/sao-luu.sh",
        "systemctl start sao-luu.timer; rm /etc/cron.daily/sao-luu.sh",
        *("backup-automatic", "backup-encrypted", "backup-mysql", "backup-postgresql"),
    ),
}


def seen(host, folder: Path) -> dict[str, str]:
    """The verdict of each rule, one fail of several parameters being enough."""
    _, document = check(host, folder, "--level", "5", *WORDS)
    found: dict[str, str] = {}
    for one in document["findings"]:
        if found.get(one["rule"]) != "fail":
            found[one["rule"]] = one["verdict"]
    return found


@pytest.fixture(scope="module")
def databases(lab):
    """One Debian with all of it running, as a good admin leaves it."""
    host = lab.host("debian-12-services")
    try:
        host.user("root")
        for script in (POSTGRESQL, MARIADB, REDIS, BACKUP):
            host.run(script, timeout_s=60)
        yield host
    finally:
        host.stop()


@pytest.fixture(scope="module")
def whole(databases, tmp_path_factory) -> dict[str, str]:
    """What is found while nothing is broken."""
    return seen(databases, tmp_path_factory.mktemp("whole"))


def test_hardened_databases_and_backups_pass(whole):
    """Every rule passes but those of what does not run here, which do not apply."""
    expected = {rule: "not_applicable" if rule in NOT_HERE else "pass" for rule in RULES}

    assert expected == whole


@pytest.mark.parametrize("name", BREAKS)
def test_one_breakage_turns_exactly_its_rules(databases, whole, tmp_path, name):
    """What concerns it turns from pass to fail, and nothing else moves."""
    this: Break = BREAKS[name]
    with breaking(databases, this):
        now = seen(databases, tmp_path)
    moved = {rule: verdict for rule, verdict in now.items() if verdict != whole[rule]}

    assert dict.fromkeys(this.fails, "fail") == moved
