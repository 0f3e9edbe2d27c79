"""What a good admin sets on a host, as files and commands; and what no container can show."""

from collections.abc import Iterable, Mapping

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
    "/etc/resolv.conf": "nameserver 10.10.30.53\n",
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
mkdir -m 0700 /root/python
for f in /usr/bin/python3*; do
  dpkg-divert --quiet --local --rename --divert "/root/python/${f##*/}" --add "$f"
done
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
_AGENT = "no agent is in the plain roots: breakages on the -services roots have those of Debian"
_KEY = "the lab's key alone lets root in"
_CHOICE = "what an office names for itself is not set"
_MIRROR = "no package list of Debian's own archive is at hand without a network"
NOT_SHOWN = {
    **dict.fromkeys(
        (
            *("edr-agent-running", "host-ips-running", "integrity-agent-running"),
            *("malware-agent-running", "monitoring-agent-central", "performance-recorded"),
        ),
        ("fail", _AGENT),
    ),
    **dict.fromkeys(("login-admin-mfa", "login-every-mfa", "login-remote-mfa"), ("fail", _KEY)),
    **dict.fromkeys(
        ("package-known-source", "package-supported", "package-third-party-approved"),
        ("unknown", _MIRROR),
    ),
    "account-central": ("fail", "no directory of accounts is at hand"),
    "firewall-egress-restricted": ("fail", "the lab asks from outside alone: a case sets it"),
    "log-capacity": ("unknown", "the logs of a host that has just been made are too young"),
    "log-forwarding-encrypted": ("fail", "nobody is there to encrypt for: a case sets it"),
    "package-automatic-updates": ("fail", "timers that write are masked in the lab's roots"),
    "package-own-server": ("unknown", _CHOICE),
    "socket-admin-port-changed": ("fail", "the lab logs in at port 22"),
    "sshd-sources-limited": ("fail", "the lab logs in from any slot's network"),
}
"""Rules that no plain host of the lab passes: the verdict on a hardened one, and why."""


def not_passed(verdicts: Mapping[str, str]) -> Mapping[str, str]:
    """The verdicts by rule that are bad or unknown, but for those of the machine under the lab."""
    return {
        rule: verdict
        for rule, verdict in verdicts.items()
        if verdict not in ("pass", "not_applicable") and rule not in MACHINES_OWN
    }


def not_shown(asked: Iterable[str]) -> Mapping[str, str]:
    """What `not_passed` gives on a hardened plain host that was asked these rules."""
    return {rule: NOT_SHOWN[rule][0] for rule in asked if rule in NOT_SHOWN}


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
