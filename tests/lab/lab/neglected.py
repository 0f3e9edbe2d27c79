"""What a host looks like that nobody looks after: broken in some forty ways, all at once."""

from lab.host import LabHost

SSHD = """PermitRootLogin yes
PermitEmptyPasswords yes
X11Forwarding yes
MaxAuthTries 10
LoginGraceTime 600
HostbasedAuthentication yes
IgnoreRhosts no
PermitUserEnvironment yes
StrictModes no
LogLevel QUIET
UsePAM no
Ciphers aes128-cbc,aes256-ctr
MACs hmac-md5,hmac-sha1
"""
PASSWORD = """password [success=1 default=ignore] pam_unix.so md5 nullok
password requisite pam_deny.so
password required pam_permit.so
"""
FTP = "listen=YES\nanonymous_enable=YES\nwrite_enable=YES\nanon_upload_enable=YES\n"
FILES = {
    "/etc/apt/apt.conf.d/99lo": 'APT::Get::AllowUnauthenticated "true";\n',
    "/etc/apt/sources.list.d/lo.list": "deb [trusted=yes] http://192.0.2.10/debian lo main\n",
    "/etc/hosts.equiv": "192.0.2.7\n",
    "/etc/issue": "\\S \\r \\m\nWelcome\n",
    "/etc/issue.net": "Debian GNU/Linux 12\n",
    "/etc/pam.d/common-password": PASSWORD,
    "/etc/profile.d/de-dai.sh": "umask 000\n",
    "/etc/security/limits.d/core.conf": "* - core unlimited\n",
    "/etc/ssh/sshd_config.d/10-de-dai.conf": SSHD,
    "/etc/sudoers.d/de-dai": "Defaults !authenticate\nDefaults !use_pty\n",
    "/etc/sudoers.d/trong": "trong ALL=(ALL:ALL) NOPASSWD: ALL\n",
    "/etc/systemd/journald.conf": "[Journal]\nStorage=volatile\n",
    "/etc/vsftpd.conf": FTP,
    "/root/.rhosts": "+ +\n",
}
# A second root, an empty password, a weak hash, two accounts of one number, a group that is not.
ACCOUNTS = """set -e
useradd -o -u 0 -g 0 -M -s /bin/bash toor
useradd -m -s /bin/bash trong; passwd -q -d trong
useradd -m -s /bin/bash cu; chmod 0777 /home/cu
echo 'cu:$1$bZ0ylZkq$DzpGYX5tpqF/mD/BTcKiU1' | chpasswd -e
useradd -o -u "$(id -u cu)" -g cu -M -s /bin/bash trung
echo 'lac:x:2001:4321:Lac:/home/lac:/bin/bash' >>/etc/passwd
echo 'lac:!:20000:0:99999:7:::' >>/etc/shadow
"""
COMMANDS = """set -e
chmod 0440 /etc/sudoers.d/*
chmod 0666 /etc/ssh/sshd_config /etc/passwd; chmod 0644 /etc/shadow /etc/gshadow; chown cu /etc/group
nft flush ruleset; systemctl -q disable --now nftables chrony
systemctl -q disable --now rsyslog syslog.socket
chmod 0777 /etc/crontab /etc/cron.d /etc/cron.daily
sed -i 's/^UMASK.*/UMASK 000/; s/^ENCRYPT_METHOD.*/ENCRYPT_METHOD MD5/' /etc/login.defs
mkdir -p /srv/chung; chmod 0777 /srv/chung; : >/srv/chung/vo-chu; chown 4242:4242 /srv/chung/vo-chu
: >/etc/ai-cung-ghi; chmod 0666 /etc/ai-cung-ghi
cp /bin/dash /usr/local/bin/sh-root; chmod 4755 /usr/local/bin/sh-root
systemctl start vsftpd; systemctl restart ssh systemd-journald
"""
NETWORK = {
    "ipv4": {
        **dict.fromkeys(("accept_redirects", "accept_source_route", "forwarding"), 1),
        **dict.fromkeys(("rp_filter", "log_martians"), 0),
        "send_redirects": 1,
    },
    "ipv6": dict.fromkeys(("accept_redirects", "accept_ra", "accept_source_route"), 1),
}
SINGLE = {"ipv4/icmp_echo_ignore_broadcasts": 0, "ipv4/tcp_syncookies": 0}


def neglect(host: LabHost) -> None:
    """Break all of it; root still gets in with the lab's key."""
    host.run(ACCOUNTS)
    for path, text in FILES.items():
        host.write(path, text)
    host.run(COMMANDS)
    for family, settings in NETWORK.items():
        for place in ("all", "default", "host0"):
            for name, value in settings.items():
                host.network(f"{family}/conf/{place}/{name}", value)
    for name, value in SINGLE.items():
        host.network(name, value)
