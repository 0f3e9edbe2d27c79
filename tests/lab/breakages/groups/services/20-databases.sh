# PostgreSQL and MariaDB that other hosts reach, Redis with TLS, and a nightly backup of all of it.
set -e
install -d -o mysql -g mysql -m 0750 /var/lib/mysql-files /var/log/mysql
install -d -o redis -g redis -m 0750 /etc/redis/tls
for place in mysql redis/tls; do
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=lab \
    -keyout /etc/$place/key.pem -out /etc/$place/cert.pem 2>/dev/null
done
cp /etc/redis/tls/cert.pem /etc/redis/tls/ca.pem
chown mysql /etc/mysql/key.pem
chown redis /etc/redis/tls/*.pem
cat >/etc/mysql/mariadb.conf.d/90-hardening.cnf <<'CONF'
[mysqld]
bind-address = 0.0.0.0
ssl_cert = /etc/mysql/cert.pem
ssl_key = /etc/mysql/key.pem
require_secure_transport = ON
tls_version = TLSv1.2,TLSv1.3
local_infile = OFF
secure_file_priv = /var/lib/mysql-files
plugin_load_add = simple_password_check
plugin_load_add = auth_ed25519
plugin_load_add = server_audit
simple_password_check_minimal_length = 14
server_audit_logging = ON
server_audit_file_path = /var/log/mysql/audit.log
server_audit_events = CONNECT,QUERY_DDL,QUERY_DML,QUERY_DCL
log_warnings = 2
max_connections = 300
wait_timeout = 1800
interactive_timeout = 900
CONF
sed -i 's/^bind .*/bind 0.0.0.0/' /etc/redis/redis.conf
sed -i 's/^port .*/port 0/; s/^timeout .*/timeout 600/' /etc/redis/redis.conf
cat >>/etc/redis/redis.conf <<'CONF'
tls-port 6379
tls-cert-file /etc/redis/tls/cert.pem
tls-key-file /etc/redis/tls/key.pem
tls-ca-cert-file /etc/redis/tls/ca.pem
requirepass Rat-Dai-Va-Kho-Doan-2
rename-command CONFIG ""
rename-command FLUSHALL ""
rename-command FLUSHDB ""
rename-command SHUTDOWN ""
rename-command REPLICAOF ""
maxclients 1000
CONF
# This job takes the place of the one that every hardened host of the lab has.
systemctl stop sao-luu.timer 2>/dev/null || true
rm -f /etc/systemd/system/sao-luu.*
cat >/usr/local/sbin/backup.sh <<'SCRIPT'
#!/bin/sh
set -e
export RESTIC_PASSWORD_FILE=/root/restic.key HOME=/root
runuser -u postgres -- pg_dumpall | gzip > /var/backups/postgresql.sql.gz
mariadb-dump --all-databases --single-transaction | gzip > /var/backups/mysql.sql.gz
restic -r /srv/host1 backup -q /var/backups
SCRIPT
chmod 0700 /usr/local/sbin/backup.sh
(umask 077; openssl rand -hex 24 >/root/restic.key)
restic -q -r /srv/host1 -p /root/restic.key init
printf '[Service]\nType=oneshot\nExecStart=/usr/local/sbin/backup.sh\n' >/etc/systemd/system/backup.service
printf '[Timer]\nOnCalendar=daily\nPersistent=true\n[Install]\nWantedBy=timers.target\n' \
  >/etc/systemd/system/backup.timer
install -d /var/lib/systemd/timers
touch /var/lib/systemd/timers/stamp-backup.timer
systemctl daemon-reload
systemctl enable -q --now backup.timer
systemctl start postgresql mariadb redis-server
cd /
runuser -u postgres -- psql -X -q <<'SQL'
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
echo 'hostssl du_lieu ung_dung 10.10.0.0/16 scram-sha-256' >>$(echo /etc/postgresql/*/main)/pg_hba.conf
systemctl restart 'postgresql@*'
mariadb -e "CREATE USER ung_dung@'10.10.%' IDENTIFIED VIA ed25519 USING PASSWORD('Rat-Dai-Va-Kho-1')"
