"""What a good admin sets on a host, as files and commands; and what no container can show."""

from collections.abc import Mapping

from attt.collect.dialect.posix import sudo_argv
from attt.model.ask import Privilege
from attt.plan.sudoers import sudoers
from lab import archive
from lab.asking import plan_of, target_of
from lab.host import LabHost

AUTH = """auth required pam_faillock.so preauth
auth [success=2 default=ignore] pam_unix.so
auth [default=die] pam_faillock.so authfail
auth requisite pam_deny.so
auth required pam_permit.so
"""
ACCOUNT = """account required pam_faillock.so
account [success=1 new_authtok_reqd=done default=ignore] pam_unix.so
account requisite pam_deny.so
account required pam_permit.so
"""
PASSWORD = """password requisite pam_pwquality.so retry=3
password required pam_pwhistory.so remember=10 use_authtok enforce_for_root
password [success=1 default=ignore] pam_unix.so obscure use_authtok try_first_pass yescrypt
password requisite pam_deny.so
password required pam_permit.so
"""
QUALITY = "minlen = 14\ndcredit = -1\nucredit = -1\nlcredit = -1\nocredit = -1\nenforce_for_root\n"
SSHD = """PermitRootLogin prohibit-password
AllowGroups root quantri
Banner /etc/issue.net
MaxAuthTries 4
MaxStartups 10:30:60
LoginGraceTime 60
ClientAliveInterval 60
ClientAliveCountMax 3
X11Forwarding no
AllowTcpForwarding no
"""
BACKUP = """[Service]
Type=oneshot
ExecStart=/usr/bin/restic -r sftp:backup@10.10.30.9:/srv/lab backup /etc /srv
"""
WARNING = "Chỉ người được ủy quyền mới được truy cập.\n"
FILES = {
    "/etc/apt/sources.list": archive.SOURCE,
    "/etc/cron.allow": "root\n",
    "/etc/issue": WARNING,
    "/etc/issue.net": WARNING,
    "/etc/pam.d/common-account": ACCOUNT,
    "/etc/pam.d/common-auth": AUTH,
    "/etc/pam.d/common-password": PASSWORD,
    "/etc/profile.d/90-session.sh": "TMOUT=300\nreadonly TMOUT\nexport TMOUT\numask 027\n",
    "/etc/rsyslog.d/50-central.conf": "*.* @10.10.30.5\n",
    "/etc/security/faillock.conf": "deny = 5\nunlock_time = 900\n",
    "/etc/security/limits.d/60-core.conf": "* hard core 0\n",
    "/etc/security/pwquality.conf": QUALITY,
    "/etc/ssh/sshd_config.d/10-hardening.conf": SSHD,
    "/etc/systemd/system/sao-luu.service": BACKUP,
    "/etc/systemd/system/sao-luu.timer": "[Timer]\nOnCalendar=monthly\n",
    "/etc/sudoers.d/10-hardening": "Defaults logfile=/var/log/sudo.log\n",
    **archive.FILES,
}
MODES = {"/etc/cron.allow": "0640", "/etc/sudoers.d/10-hardening": "0440"}
# `khach` is a person who may log in and administers nothing; the pool of time servers, which no
# lab can reach, gives way to the master clock of a closed network: its own clock. Python goes, so
# that every check shows that attt asks for none.
COMMANDS = """set -e
rm -f /usr/bin/python3*
groupadd sugroup; groupadd quantri; useradd -m -s /bin/bash -c Khach khach; chmod 0750 /home/khach
sed -i '/pam_rootok/a auth required pam_wheel.so use_uid group=sugroup' /etc/pam.d/su
sed -i 's/^PASS_MAX_DAYS.*/PASS_MAX_DAYS 90/; s/^PASS_MIN_DAYS.*/PASS_MIN_DAYS 1/' /etc/login.defs
sed -i 's/rotate 4/rotate 90/; s/weekly/daily/' /etc/logrotate.d/rsyslog
sed -i /^pool/d /etc/chrony/chrony.conf
mount -o remount,nodev,nosuid,noexec /dev/shm
mount -o remount,nodev,nosuid,noexec /tmp
mount --bind /var/tmp /var/tmp; mount -o remount,bind,nodev,nosuid,noexec /var/tmp
apt-get -q update
systemctl restart chrony rsyslog ssh
logger -i -t sshd 'Accepted publickey for khach from 192.0.2.9 port 50022 ssh2'
systemctl daemon-reload; systemctl start sao-luu.timer
for n in $(seq 50); do
  chronyc -n tracking | grep -q 'Leap status *: Normal' && exit 0; sleep 0.2
done
exit 1
"""
NETWORK = {
    "ipv4": {
        **dict.fromkeys(("accept_redirects", "accept_source_route", "forwarding"), 0),
        **dict.fromkeys(("rp_filter", "log_martians"), 1),
        "send_redirects": 0,
    },
    "ipv6": dict.fromkeys(("accept_redirects", "accept_ra", "accept_source_route"), 0),
}
# Core dumps are the kernel's for the whole machine: what a good admin sets is laid over /proc.
KERNEL = {"kernel/core_pattern": "core", "fs/suid_dumpable": "0"}

_KERNEL = "one kernel serves the machine and its containers, and /proc/sys is read-only in these"
_MODULES = "which modules are loaded is the machine's, and a container has none to load"
MACHINES_OWN = {
    **dict.fromkeys(
        (
            *("kernel-address-randomisation", "kernel-links-protected", "kernel-log-restricted"),
            *("kernel-magic-keys", "kernel-pointers-hidden", "kernel-settings-kept"),
            *("kernel-trace-restricted", "kernel-unprivileged-bpf"),
        ),
        _KERNEL,
    ),
    **dict.fromkeys(
        ("kernel-unused-filesystems", "kernel-unused-protocols", "kernel-usb-storage"), _MODULES
    ),
    "mac-enforcing": "AppArmor and SELinux confine by the machine's kernel",
}
"""Rules whose verdict is that of the machine under the lab, whatever is done to the host."""
NOT_SHOWN = {
    **dict.fromkeys(
        (
            *("audit-full-action", "audit-programs-started", "audit-rules-identity"),
            *("audit-service-running", "audit-admin-space", "audit-data-watched"),
            *("audit-names-accounts", "audit-nothing-lost", "audit-rules-deletions"),
            *("audit-rules-denied", "audit-rules-kept", "audit-rules-locked"),
            *("audit-rules-modules", "audit-rules-mounts", "audit-rules-network"),
            *("audit-rules-permissions", "audit-rules-time", "audit-sent-away"),
            *("audit-starts-early", "process-monitor-running"),
        ),
        "not_applicable",  # the kernel's audit takes no rules from a container
    ),
    # Agents are not in the plain roots: test_agents_lab.py has a host with those of Debian.
    **dict.fromkeys(
        (
            *("edr-agent-running", "host-ips-running", "integrity-agent-running"),
            *("malware-agent-running", "monitoring-agent-central", "performance-recorded"),
        ),
        "fail",
    ),
    **dict.fromkeys(
        (
            *("host-ips-ssh-jail", "integrity-database", "integrity-scheduled"),
            *("integrity-wazuh", "log-retention-web", "malware-defender-healthy"),
            *("malware-real-time", "malware-signatures-fresh"),
        ),
        "not_applicable",
    ),
    # No database is in the plain roots: test_databases_lab.py has a host with those of Debian.
    **dict.fromkeys(
        (
            *("mongodb-authorization", "mongodb-encrypted-connections", "mongodb-no-scripts"),
            *("mysql-connection-limit", "mysql-encrypted-connections", "mysql-files-confined"),
            *("mysql-idle-timeout", "mysql-logins-logged", "mysql-no-anonymous"),
            *("mysql-no-empty-password", "mysql-no-local-files", "mysql-no-test-database"),
            *("mysql-own-account", "mysql-password-hash", "mysql-password-policy"),
            *("mysql-privileges-limited", "mysql-root-local", "mysql-tls-version"),
            *("postgresql-access-limited", "postgresql-connection-limit"),
            *("postgresql-encrypted-connections", "postgresql-idle-timeout"),
            *("postgresql-log-fields", "postgresql-logins-logged", "postgresql-no-trust"),
            *("postgresql-password-hash", "postgresql-strong-authentication"),
            *("postgresql-superuser-local", "postgresql-superusers-few"),
            *("postgresql-tls-version", "redis-commands-limited", "redis-connection-limit"),
            *("redis-encrypted-connections", "redis-files-private", "redis-not-open"),
            *("redis-own-account", "redis-password", "backup-mysql", "backup-postgresql"),
        ),
        "not_applicable",
    ),
    "log-capacity": "unknown",  # the logs of a host that has just been made are too young
    # The lab's key alone lets root in, and no directory of accounts is at hand.
    **dict.fromkeys(("login-admin-mfa", "login-every-mfa", "account-central"), "fail"),
    "boot-menu-password": "not_applicable",
    # Timers that write by themselves are masked in the lab's roots; a finding of low severity.
    "package-automatic-updates": "fail",
}
"""Rules that no host of the lab can pass, with the verdict that they have on a hardened one."""


def not_passed(verdicts: Mapping[str, str]) -> Mapping[str, str]:
    """The verdicts by rule that are not `pass`, but for those of the machine under the lab."""
    return {
        rule: verdict
        for rule, verdict in verdicts.items()
        if verdict != "pass" and rule not in MACHINES_OWN
    }


def harden(host: LabHost) -> None:
    """Set all of it; root and `audit` may log in, the second with exactly the sudo lines it needs."""
    for path, text in FILES.items():
        host.write(path, text, mode=MODES.get(path))
    host.run(COMMANDS)
    for family, settings in NETWORK.items():
        for place in ("all", "default", "host0"):
            for name, value in settings.items():
                host.network(f"{family}/conf/{place}/{name}", value)
    for name, text in KERNEL.items():
        host.write(f"/run/lab/{name}", f"{text}\n")
        host.run(["mount", "--bind", f"/run/lab/{name}", f"/proc/sys/{name}"])
    host.user("root")
    host.user("audit", sudo=exact_lines("audit", host))
    host.run("usermod -aG quantri -c 'Audit' audit; chmod 0750 /home/audit")
    host.ssh("audit", "true")  # only programs log in here: the journal is to know of one


def exact_lines(name: str, host: LabHost) -> str:
    """What `attt plan --sudoers` prints for an account that asks every host rule."""
    asks = plan_of(target_of(host, name)).asks
    argvs = [argv for ask in asks if ask.privilege is Privilege.ROOT for argv in sudo_argv(ask)]
    return sudoers([name], argvs)
