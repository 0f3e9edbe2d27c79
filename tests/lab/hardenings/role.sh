#!/bin/bash
# What a well-known public hardening role for Linux and SSH leaves behind with its default
# values: the settings are facts about it, the script is ours. Run as root on Debian 12 or 13.
set -eu

ssh_settings() {
  : >/etc/ssh/revoked_keys
  chmod 0600 /etc/ssh/revoked_keys
  cat >/etc/ssh/sshd_config <<'END'
PermitRootLogin no
Port 22
AddressFamily any
ListenAddress 0.0.0.0
HostKey /etc/ssh/ssh_host_rsa_key
HostKey /etc/ssh/ssh_host_ecdsa_key
HostKey /etc/ssh/ssh_host_ed25519_key
StrictModes yes
SyslogFacility AUTH
LogLevel VERBOSE
Ciphers chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr
MACs hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-512,hmac-sha2-256
KexAlgorithms sntrup761x25519-sha512@openssh.com,curve25519-sha256@libssh.org,diffie-hellman-group-exchange-sha256
LoginGraceTime 30s
MaxAuthTries 2
MaxSessions 10
MaxStartups 10:30:60
PubkeyAuthentication yes
IgnoreRhosts yes
IgnoreUserKnownHosts yes
HostbasedAuthentication no
UsePAM yes
AuthenticationMethods publickey
PasswordAuthentication no
PermitEmptyPasswords no
ChallengeResponseAuthentication no
KerberosAuthentication no
KerberosOrLocalPasswd no
KerberosTicketCleanup yes
GSSAPIAuthentication no
GSSAPICleanupCredentials yes
TCPKeepAlive no
ClientAliveInterval 300
ClientAliveCountMax 3
PermitTunnel no
AllowTcpForwarding no
AllowAgentForwarding no
GatewayPorts no
X11Forwarding no
X11UseLocalhost yes
PermitUserEnvironment no
Compression no
UseDNS no
PrintMotd no
PrintLastLog no
Banner none
DebianBanner no
RevokedKeys /etc/ssh/revoked_keys
Subsystem sftp internal-sftp -l INFO -f LOCAL6 -u 0027
Match Group sftponly
    ForceCommand internal-sftp -l INFO -f LOCAL6 -u 0027
    ChrootDirectory /home/%u
    AllowTcpForwarding no
    AllowAgentForwarding no
    PasswordAuthentication no
    PermitRootLogin no
    X11Forwarding no
END
  chmod 0600 /etc/ssh/sshd_config
  sed -i '/^session.*pam_motd/d' /etc/pam.d/sshd
  awk '$5 >= 2048' /etc/ssh/moduli >/etc/ssh/moduli.new
  mv /etc/ssh/moduli.new /etc/ssh/moduli
  systemctl restart ssh
}

passwords() {
  cat >/etc/security/faillock.conf <<'END'
deny = 5
unlock_time = 600
even_deny_root
END
  install -d -m 0755 /var/run/faillock
  cat >/usr/share/pam-configs/faillock <<'END'
Name: faillock, before the password is asked for
Default: yes
Priority: 1024
Auth-Type: Primary
Auth:
  required           pam_faillock.so preauth
Account-Type: Primary
Account:
  required           pam_faillock.so
END
  cat >/usr/share/pam-configs/faillock_authfail <<'END'
Name: faillock, after a wrong password
Default: yes
Priority: 0
Auth-Type: Primary
Auth:
  required           pam_faillock.so authfail
END
  # libpam-passwdqc is what the role installs; without it Debian's own stack stays.
  if ls /lib/*/security/pam_passwdqc.so >/dev/null 2>&1; then
    cat >/usr/share/pam-configs/passwdqc <<'END'
Name: passwdqc, strength of passwords
Default: yes
Priority: 1024
Conflicts: cracklib
Password-Type: Primary
Password:
  requisite     pam_passwdqc.so min=disabled,disabled,16,12,8
END
  fi
  DEBIAN_FRONTEND=noninteractive pam-auth-update --package
  sed -i '/^account.*pam_unix\.so/{/no_pass_expiry/!s/$/ no_pass_expiry/}' /etc/pam.d/common-account
  cat >/etc/login.defs <<'END'
MAIL_DIR          /var/mail
FAILLOG_ENAB      yes
LOG_UNKFAIL_ENAB  no
LOG_OK_LOGINS     yes
SYSLOG_SU_ENAB    yes
SYSLOG_SG_ENAB    yes
FTMP_FILE         /var/log/btmp
SU_NAME           su
HUSHLOGIN_FILE    .hushlogin
ENV_SUPATH        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV_PATH          PATH=/usr/local/bin:/usr/bin:/bin:
TTYGROUP          tty
TTYPERM           0600
ERASECHAR         0177
KILLCHAR          025
UMASK             027
USERGROUPS_ENAB   yes
PASS_MAX_DAYS     60
PASS_MIN_DAYS     7
PASS_WARN_AGE     7
UID_MIN           1000
UID_MAX           60000
SYS_UID_MIN       100
SYS_UID_MAX       999
GID_MIN           1000
GID_MAX           60000
SYS_GID_MIN       100
SYS_GID_MAX       999
SUB_UID_MIN       100000
SUB_UID_MAX       600100000
SUB_UID_COUNT     65536
SUB_GID_MIN       100000
SUB_GID_MAX       600100000
SUB_GID_COUNT     65536
LOGIN_RETRIES     5
LOGIN_TIMEOUT     60
DEFAULT_HOME      no
MD5_CRYPT_ENAB    no
ENCRYPT_METHOD    SHA512
SHA_CRYPT_MIN_ROUNDS    640000
SHA_CRYPT_MAX_ROUNDS    640000
END
  chmod 0444 /etc/login.defs
}

accounts() {
  local name number home
  getent passwd | while IFS=: read -r name _ number _ _ home _; do
    if [ "$number" -ge 1000 ] && [ "$number" -le 60000 ]; then
      case $(getent shadow "$name" | cut -d: -f2) in
      '*'* | '!'*) ;;
      *) chage -m 7 -M 60 -W 7 "$name" ;;
      esac
      [ ! -d "$home" ] || chmod 0700 "$home"
    elif [ "$number" -gt 0 ] && [ "$number" -lt 1000 ] && [ "$name" != sync ]; then
      usermod -s /usr/sbin/nologin "$name" 2>/dev/null
      case $(getent shadow "$name" | cut -d: -f2) in
      '!'*) ;;
      *) usermod -p '*' "$name" ;;
      esac
    fi
    rm -f "$home/.netrc" "$home/.rhosts"
  done
  rm -f /etc/hosts.equiv
  chmod 0700 /root
}

core_dumps() {
  install -d -m 0755 /etc/security/limits.d /etc/systemd/coredump.conf.d
  printf '*\thard\tcore\t0\n' >/etc/security/limits.d/10.hardcore.conf
  chmod 0440 /etc/security/limits.d/10.hardcore.conf
  printf '[Coredump]\nStorage=none\n' >/etc/systemd/coredump.conf.d/custom.conf
  echo 'ulimit -S -c 0 > /dev/null 2>&1' >/etc/profile.d/core_limit.sh
  chmod 0750 /etc/profile.d/core_limit.sh
  printf 'export TMOUT=0\nreadonly TMOUT\n' >/etc/profile.d/tmout.sh
}

files() {
  local one path
  for one in /etc/cron.hourly /etc/cron.daily /etc/cron.weekly /etc/cron.monthly /etc/cron.d /etc/crontab; do
    [ ! -e $one ] || chmod og-rwx $one
  done
  for path in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin; do
    find -L $path -perm /go+w -type f -exec chmod go-w {} +
  done
  for one in shadow gshadow shadow- gshadow-; do
    [ ! -e /etc/$one ] || { chown root:shadow /etc/$one; chmod 0640 /etc/$one; }
  done
  for one in passwd group passwd- group-; do
    [ ! -e /etc/$one ] || { chown root:root /etc/$one; chmod 0644 /etc/$one; }
  done
  chmod 0750 /bin/su
  for one in /usr/bin/rcp /usr/bin/rlogin /usr/bin/rsh /usr/lib/openssh/ssh-keysign \
    /usr/bin/dotlockfile /usr/bin/arping /usr/sbin/uuidd /usr/sbin/pppd; do
    [ ! -e $one ] || chmod a-s $one
  done
  printf '%s\n' console tty1 tty2 tty3 tty4 tty5 tty6 >/etc/securetty
  chmod 0400 /etc/securetty
  for one in cramfs dccp freevxfs hfs hfsplus jffs2 rds sctp squashfs tipc udf vfat; do
    echo "install $one /bin/true"
  done >/etc/modprobe.d/hardening.conf
}

mounts() {
  chmod 0700 /boot
  cat >>/etc/fstab <<'END'
proc /proc proc rw,nosuid,nodev,noexec,relatime,hidepid=2 0 0
devtmpfs /dev devtmpfs rw,nosuid,noexec 0 0
tmpfs /dev/shm tmpfs rw,nosuid,nodev,noexec 0 0
tmpfs /run tmpfs rw,nosuid,nodev 0 0
END
  mount -o remount,rw,nosuid,nodev,noexec /dev/shm
  mount -o remount,rw,nosuid,nodev,noexec,relatime,hidepid=2 /proc
}

kernel() {
  cat >/etc/sysctl.d/90-hardening.conf <<'END'
fs.protected_hardlinks = 1
fs.protected_symlinks = 1
fs.protected_fifos = 1
fs.protected_regular = 2
fs.suid_dumpable = 0
kernel.core_uses_pid = 1
kernel.kptr_restrict = 2
kernel.kexec_load_disabled = 1
kernel.sysrq = 0
kernel.randomize_va_space = 2
kernel.yama.ptrace_scope = 2
kernel.unprivileged_userns_clone = 0
kernel.unprivileged_bpf_disabled = 1
net.ipv4.ip_forward = 0
net.ipv6.conf.all.forwarding = 0
net.ipv4.conf.all.rp_filter = 1
net.ipv4.conf.default.rp_filter = 1
net.ipv4.icmp_echo_ignore_broadcasts = 1
net.ipv4.icmp_ignore_bogus_error_responses = 1
net.ipv4.icmp_ratelimit = 100
net.ipv4.icmp_ratemask = 88089
net.ipv4.tcp_timestamps = 0
net.ipv4.conf.all.arp_ignore = 1
net.ipv4.conf.all.arp_announce = 2
net.ipv4.tcp_rfc1337 = 1
net.ipv4.tcp_syncookies = 1
net.ipv4.conf.all.shared_media = 1
net.ipv4.conf.default.shared_media = 1
net.ipv4.conf.all.accept_source_route = 0
net.ipv4.conf.default.accept_source_route = 0
net.ipv6.conf.all.accept_source_route = 0
net.ipv6.conf.default.accept_source_route = 0
net.ipv4.conf.all.send_redirects = 0
net.ipv4.conf.default.send_redirects = 0
net.ipv4.conf.all.log_martians = 1
net.ipv4.conf.default.log_martians = 1
net.ipv4.conf.default.accept_redirects = 0
net.ipv4.conf.all.accept_redirects = 0
net.ipv4.conf.all.secure_redirects = 0
net.ipv4.conf.default.secure_redirects = 0
net.ipv6.conf.default.accept_redirects = 0
net.ipv6.conf.all.accept_redirects = 0
net.ipv6.conf.all.accept_ra = 0
net.ipv6.conf.default.accept_ra = 0
net.ipv6.conf.default.router_solicitations = 0
net.ipv6.conf.all.router_solicitations = 0
net.ipv6.conf.default.accept_ra_rtr_pref = 0
net.ipv6.conf.default.accept_ra_pinfo = 0
net.ipv6.conf.default.accept_ra_defrtr = 0
net.ipv6.conf.default.autoconf = 0
net.ipv6.conf.all.autoconf = 0
net.ipv6.conf.default.dad_transmits = 0
net.ipv6.conf.default.max_addresses = 1
vm.mmap_min_addr = 65536
vm.mmap_rnd_bits = 32
vm.mmap_rnd_compat_bits = 16
END
  chmod 0440 /etc/sysctl.d/90-hardening.conf
}

audit() {
  cat >/etc/audit/auditd.conf <<'END'
write_logs = yes
log_file = /var/log/audit/audit.log
log_format = RAW
log_group = root
priority_boost = 4
flush = INCREMENTAL
freq = 20
num_logs = 5
name_format = NONE
max_log_file = 6
max_log_file_action = keep_logs
space_left = 75
space_left_action = SYSLOG
action_mail_acct = root
admin_space_left = 50
admin_space_left_action = SUSPEND
disk_full_action = SUSPEND
disk_error_action = SUSPEND
END
  chmod 0640 /etc/audit/auditd.conf
  systemctl mask --now systemd-journald-audit.socket
}

ssh_settings
passwords
accounts
core_dumps
files
mounts
kernel
audit
