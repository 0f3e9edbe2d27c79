"""Services and accounts that look well set and are not, and the same words said where they do no harm."""

from collections.abc import Iterator

import pytest
from lab.host import LabHost
from lab.judged import RULES, judged, questions
from lab.services import serve

PREPARE = """
rm -f /etc/cron.d/* /etc/cron.daily/dailyaidecheck
systemctl -q stop dailyaidecheck.timer
systemctl -q start cron
useradd -m -s /bin/bash -c 'Nguyen Van An' an
printf '0 5 * * * root /usr/bin/aide --config /etc/aide/aide.conf --check\\n' >/etc/cron.d/aide
"""
RESTART = "systemctl daemon-reload; systemctl reset-failed; systemctl restart "
FOLDERS = "nginx apache2 haproxy redis samba postfix bind sudoers.d cron.d systemd/system"
NGINX = "sed -i 's/max-age=31536000/max-age=0/' /etc/nginx/snippets/headers.conf"
TIMER = """systemctl -q stop backup.timer
sed -i 's/OnCalendar=.*/OnCalendar=2020-01-01/; /Persistent/d' /etc/systemd/system/backup.timer
systemctl daemon-reload; systemctl start backup.timer"""
STATUS = """cat >/etc/apache2/conf-enabled/zz.conf <<'CONF'
<Location "/server-status">
    Require all granted
</Location>
CONF"""
CRON = """systemctl -q stop backup.timer
printf '@reboot root /usr/bin/restic backup /srv\\n' >/etc/cron.d/a
printf '0 1 * * * root restic snapshots | mail root\\n' >/etc/cron.d/b
printf '0 1 * * * root restic backup /srv\\n' >/etc/cron.d/c; chmod 0666 /etc/cron.d/c
printf '0 1 * * * restic backup /srv\\n' >/var/spool/cron/crontabs/root
chmod 0644 /var/spool/cron/crontabs/root"""
OPEN_ROOT = """sed -i 's#SSLEngine on#&\\n<Location />\\nRequire all granted\\n</Location>#' \
/etc/apache2/sites-available/000-default.conf"""
NAMED = "/etc/bind/named.conf.options"
MUTE = f"""printf 'logging {{ channel x {{ null; }}; category queries {{ x; }}; }};\\n' >>{NAMED}
sed -i 's#zone "rpz.local"; }}#zone "rpz.local" policy disabled; }}#' {NAMED}
sed -i 's#dnssec-validation auto;#&validate-except {{ "."; }};#' {NAMED}"""
TABLE = """printf '10 OK\\n' >/etc/postfix/known; postmap /etc/postfix/known
postconf -e 'smtpd_relay_restrictions=check_client_access hash:/etc/postfix/known reject'"""
ROLE = "CREATE ROLE r; GRANT ALL ON *.* TO r; GRANT r TO ung_dung@'10.10.%'"
SYSTEM = "DROP ROLE IF EXISTS r; GRANT UPDATE ON mysql.* TO ung_dung@'10.10.%'"
SUDOERS = "printf '%s\\n' >/etc/sudoers.d/zz; chmod 0440 /etc/sudoers.d/zz"
HOMES = """useradd -m -d /srv/app/run -s /bin/bash -c 'Trang web' app
echo '+ +' >/srv/app/run/.rhosts; echo 'machine a password b' >/srv/app/run/.netrc
useradd --badname -m -s /bin/bash -c 'Nguyen Van Binh' Admin01
echo 'Admin01:Rat-Dai-Va-Kho-Doan-3' | chpasswd"""
FRONTEND = "sed -i '/^frontend web/a {}' /etc/haproxy/haproxy.cfg"
SILENT = "http-request set-log-level silent"
LOGGING = f"printf 'logging {{{{ channel x {{{{ syslog; {{}} }}}}; category queries {{{{ x; }}}}; }}}};' >>{NAMED}"
REDIS = "echo 'user khach {} nopass ~* +@all' >>/etc/redis/redis.conf"
INCLUDE = "sed -i '/^.global/a include = /etc/samba/%U.conf' /etc/samba/smb.conf"
FOLDER = "printf 'an ALL=(root) /usr/bin/, !/usr/bin/passwd\\n' >>/etc/sudoers.d/zz"
LONG_AGE = (
    "sed -i 's/max-age=31536000/max-age=063072000; preload/' /etc/nginx/snippets/headers.conf"
)
CRONTAB = "systemctl -q stop backup.timer; printf '0 1 * * * restic backup /srv\\n' | crontab -"
WITH_LAST = "true"  # done with the change above
ROUNDS = {
    "each-in-its-own-place": (
        "nginx apache2 haproxy redis-server smbd postfix named",
        (
            (NGINX, "nginx-hsts", "fail"),
            (STATUS, "apache-status-closed", "fail"),
            (FRONTEND.format("option dontlog-normal"), "haproxy-access-log", "fail"),
            (REDIS.format("on"), "redis-password", "fail"),
            (f'mariadb -e "{ROLE}"', "mysql-privileges-limited", "fail"),
            (INCLUDE, "samba-no-guests", "unknown"),
            (TABLE, "mail-no-open-relay", "unknown"),
            (SUDOERS % "Defaults setenv", "sudo-clean-environment", "fail"),
            ("systemctl -q enable debug-shell.service", "boot-rescue-login", "fail"),
            (HOMES, "account-no-trust-files", "fail"),
            (WITH_LAST, "account-stored-passwords", "fail"),
            (WITH_LAST, "account-personal-names", "fail"),
            (TIMER, "backup-automatic", "fail"),
            ("mv /etc/cron.d/aide /etc/cron.d/aide.check", "integrity-scheduled", "fail"),
            (MUTE, "dns-queries-logged", "fail"),
            (WITH_LAST, "dns-names-filtered", "fail"),
            (WITH_LAST, "dns-signatures-checked", "fail"),
        ),
    ),
    "in-other-words": (
        "apache2 haproxy named",
        (
            (OPEN_ROOT, "apache-status-closed", "fail"),
            (FRONTEND.format(SILENT), "haproxy-access-log", "fail"),
            (f'mariadb -e "{SYSTEM}"', "mysql-privileges-limited", "fail"),
            (SUDOERS % "an ALL=(root) SETENV: /usr/bin/id", "sudo-clean-environment", "fail"),
            (FOLDER, "sudo-no-exceptions", "fail"),
            (CRON, "backup-automatic", "fail"),
            ("sed -i 's/--check/--init/' /etc/cron.d/aide", "integrity-scheduled", "fail"),
            (LOGGING.format("severity error;"), "dns-queries-logged", "fail"),
        ),
    ),
    "said-where-it-does-no-harm": (
        "nginx apache2 haproxy redis-server named",
        (
            (LONG_AGE, "nginx-hsts", "pass"),
            (STATUS.replace("all granted", "ip 10.0.0.0/8"), "apache-status-closed", "pass"),
            (FRONTEND.format(f"{SILENT} if {{ path /song }}"), "haproxy-access-log", "pass"),
            (SUDOERS % "an ALL=(ALL) ALL", "sudo-clean-environment", "pass"),
            (WITH_LAST, "sudo-no-exceptions", "pass"),
            (REDIS.format("off"), "redis-password", "pass"),
            (LOGGING.format(""), "dns-queries-logged", "pass"),
            (CRONTAB, "backup-automatic", "pass"),
            (WITH_LAST, "integrity-scheduled", "pass"),
        ),
    ),
}


@pytest.fixture(scope="module")
def host(lab) -> Iterator[LabHost]:
    """All services of the lab, well set, some small jobs besides; each round puts it back."""
    made = lab.host("debian-12-services")
    try:
        serve(made, "web", "databases", "servers")
        made.run(PREPARE)
        made.run(f"mkdir /root/etc; cd /etc; cp -a --parents {FOLDERS} /root/etc")
        yield made
    finally:
        made.stop()


@pytest.mark.parametrize("name", ROUNDS)
def test_what_only_looks_right_does_not_pass(host, name):
    """Everything of a round is done at once, each to another rule: each says what its own part merits."""
    units, changes = ROUNDS[name]
    asked = questions(RULES[rule] for _, rule, _ in changes)
    try:
        for act, _, _ in changes:
            host.run(act)
        host.run(RESTART + units)
        found = judged(host, asked)
    finally:
        host.run(f"cd /etc; rm -rf /var/spool/cron/crontabs/* {FOLDERS}; cp -a /root/etc/. /etc/")
        host.run("systemctl daemon-reload; systemctl restart backup.timer")

    assert {rule: said for _, rule, said in changes} == {
        rule: finding.verdict.value for rule, finding in found.items()
    }
