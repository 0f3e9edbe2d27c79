#!/bin/bash
# A Debian 12 or 13 server as an admin sets it by hand, chapter by chapter after a public benchmark
# for servers (levels 1 and 2): drop-ins wherever the system knows them. Run as root.
set -eu
umask 027  # the admin's own shell is hardened too: what it writes is not for everybody

chapter_1_file_systems_and_boot() {
  local one
  for one in cramfs freevxfs hfs hfsplus jffs2 squashfs udf usb-storage; do
    printf 'install %s /bin/false\nblacklist %s\n' "$one" "$one" >"/etc/modprobe.d/$one.conf"
  done
  cat >/etc/systemd/system/var-tmp.mount <<'END'
[Unit]
Description=Temporary files that stay over a restart
Before=local-fs.target
[Mount]
What=tmpfs
Where=/var/tmp
Type=tmpfs
Options=mode=1777,strictatime,size=64M,nosuid,nodev,noexec
[Install]
WantedBy=local-fs.target
END
  [ -e /usr/lib/systemd/system/tmp.mount ] || cp /usr/share/systemd/tmp.mount /etc/systemd/system/
  mkdir -p /etc/systemd/system/tmp.mount.d
  printf '[Mount]\nOptions=mode=1777,strictatime,nosuid,nodev,noexec\n' \
    >/etc/systemd/system/tmp.mount.d/options.conf
  echo 'tmpfs /dev/shm tmpfs defaults,rw,nosuid,nodev,noexec,relatime 0 0' >>/etc/fstab
  systemctl daemon-reload
  systemctl enable --now tmp.mount var-tmp.mount
  mount -o remount,nosuid,nodev,noexec /tmp
  mount -o remount,nosuid,nodev,noexec /dev/shm
  cat >/etc/sysctl.d/60-kernel_sysctl.conf <<'END'
kernel.randomize_va_space = 2
kernel.yama.ptrace_scope = 1
fs.suid_dumpable = 0
kernel.dmesg_restrict = 1
kernel.kptr_restrict = 2
END
  echo '* hard core 0' >/etc/security/limits.d/60-limits.conf
  mkdir -p /etc/systemd/coredump.conf.d
  printf '[Coredump]\nStorage=none\nProcessSizeMax=0\n' >/etc/systemd/coredump.conf.d/60-none.conf
  for one in motd issue issue.net; do
    echo 'Authorized users only. All activity may be monitored and reported.' >/etc/$one
    chmod 0644 /etc/$one
  done
}

chapter_2_services() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq purge vsftpd
  printf 'user _chrony\n' >/etc/chrony/conf.d/user.conf
  systemctl restart chrony
  for one in crontab cron.hourly cron.daily cron.weekly cron.monthly cron.d cron.yearly; do
    [ ! -e /etc/$one ] || chmod og-rwx /etc/$one
  done
  : >/etc/cron.allow
  chown root:root /etc/cron.allow
  chmod 0640 /etc/cron.allow
  rm -f /etc/cron.deny /etc/at.deny
  install -m 0640 /dev/null /etc/at.allow
}

chapter_3_network() {
  local one
  for one in dccp tipc rds sctp; do
    printf 'install %s /bin/false\nblacklist %s\n' "$one" "$one" >"/etc/modprobe.d/$one.conf"
  done
  cat >/etc/sysctl.d/60-netipv4_sysctl.conf <<'END'
net.ipv4.ip_forward = 0
net.ipv4.conf.all.send_redirects = 0
net.ipv4.conf.default.send_redirects = 0
net.ipv4.icmp_ignore_bogus_error_responses = 1
net.ipv4.icmp_echo_ignore_broadcasts = 1
net.ipv4.conf.all.accept_redirects = 0
net.ipv4.conf.default.accept_redirects = 0
net.ipv4.conf.all.secure_redirects = 0
net.ipv4.conf.default.secure_redirects = 0
net.ipv4.conf.all.rp_filter = 1
net.ipv4.conf.default.rp_filter = 1
net.ipv4.conf.all.accept_source_route = 0
net.ipv4.conf.default.accept_source_route = 0
net.ipv4.conf.all.log_martians = 1
net.ipv4.conf.default.log_martians = 1
net.ipv4.tcp_syncookies = 1
END
  cat >/etc/sysctl.d/60-netipv6_sysctl.conf <<'END'
net.ipv6.conf.all.forwarding = 0
net.ipv6.conf.all.accept_redirects = 0
net.ipv6.conf.default.accept_redirects = 0
net.ipv6.conf.*.accept_redirects = 0
net.ipv6.conf.all.accept_source_route = 0
net.ipv6.conf.default.accept_source_route = 0
net.ipv6.conf.all.accept_ra = 0
net.ipv6.conf.default.accept_ra = 0
net.ipv6.conf.*.accept_ra = 0
END
}

chapter_4_firewall() {
  cat >/etc/nftables.rules <<'END'
flush ruleset
table inet filter {
  chain input {
    type filter hook input priority 0; policy drop;
    iif "lo" accept
    ip saddr 127.0.0.0/8 counter packets 0 bytes 0 drop
    ip6 saddr ::1 counter packets 0 bytes 0 drop
    ip protocol tcp ct state established accept
    ip protocol udp ct state established accept
    ip protocol icmp ct state established accept
    ip6 nexthdr { tcp, udp } ct state established accept
    tcp dport ssh accept
    ip protocol icmp icmp type { destination-unreachable, router-solicitation, router-advertisement, time-exceeded, parameter-problem } accept
    icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept
  }
  chain forward {
    type filter hook forward priority 0; policy drop;
  }
  chain output {
    type filter hook output priority 0; policy drop;
    oif "lo" accept
    ip protocol tcp ct state established,related,new accept
    ip protocol udp ct state established,related,new accept
    ip protocol icmp ct state established,related,new accept
    ip6 nexthdr { tcp, udp, ipv6-icmp } accept
  }
}
END
  printf '#!/usr/sbin/nft -f\ninclude "/etc/nftables.rules"\n' >/etc/nftables.conf
  systemctl enable nftables
  systemctl restart nftables
}

chapter_5_access() {
  groupadd ssh-admins
  usermod -aG ssh-admins an
  usermod -aG ssh-admins audit
  cat >/etc/ssh/sshd_config.d/60-benchmark.conf <<'END'
AllowGroups ssh-admins
Banner /etc/issue.net
Ciphers -3des-cbc,aes128-cbc,aes192-cbc,aes256-cbc,chacha20-poly1305@openssh.com
KexAlgorithms -diffie-hellman-group1-sha1,diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1
MACs -hmac-md5,hmac-md5-96,hmac-ripemd160,hmac-sha1,hmac-sha1-96,umac-64@openssh.com,hmac-md5-etm@openssh.com,hmac-md5-96-etm@openssh.com,hmac-sha1-96-etm@openssh.com,hmac-sha1-etm@openssh.com,umac-64-etm@openssh.com,umac-128-etm@openssh.com
ClientAliveInterval 15
ClientAliveCountMax 3
DisableForwarding yes
GSSAPIAuthentication no
HostbasedAuthentication no
IgnoreRhosts yes
LoginGraceTime 60
LogLevel VERBOSE
MaxAuthTries 4
MaxSessions 10
MaxStartups 10:30:60
PermitEmptyPasswords no
PermitRootLogin no
PermitUserEnvironment no
UsePAM yes
END
  chmod 0600 /etc/ssh/sshd_config /etc/ssh/sshd_config.d/60-benchmark.conf
  systemctl restart ssh
  groupadd sugroup
  sed -i '/pam_rootok/a auth required pam_wheel.so use_uid group=sugroup' /etc/pam.d/su
  cat >/etc/sudoers.d/60-benchmark <<'END'
Defaults use_pty
Defaults logfile="/var/log/sudo.log"
Defaults timestamp_timeout=15
END
  chmod 0440 /etc/sudoers.d/60-benchmark
}

chapter_5_passwords() {
  cat >/usr/share/pam-configs/faillock <<'END'
Name: Count failed logins
Default: yes
Priority: 0
Auth-Type: Primary
Auth:
  [default=die] pam_faillock.so authfail
END
  cat >/usr/share/pam-configs/faillock_notify <<'END'
Name: Refuse locked accounts, and count anew after a login
Default: yes
Priority: 1024
Auth-Type: Primary
Auth:
  requisite pam_faillock.so preauth
Account-Type: Primary
Account:
  required pam_faillock.so
END
  cat >/usr/share/pam-configs/pwhistory <<'END'
Name: Refuse passwords used before
Default: yes
Priority: 1024
Password-Type: Primary
Password:
  requisite pam_pwhistory.so remember=24 enforce_for_root try_first_pass use_authtok
END
  sed -i 's/ nullok//' /usr/share/pam-configs/unix
  DEBIAN_FRONTEND=noninteractive pam-auth-update --package --enable faillock faillock_notify pwhistory
  printf 'deny = 5\nunlock_time = 900\neven_deny_root\nroot_unlock_time = 60\n' >/etc/security/faillock.conf
  mkdir -p /etc/security/pwquality.conf.d
  echo 'minlen = 14' >/etc/security/pwquality.conf.d/50-pwlength.conf
  printf 'dcredit = -1\nucredit = -1\nocredit = -1\nlcredit = -1\n' >/etc/security/pwquality.conf.d/50-pwcomplexity.conf
  printf 'difok = 2\nmaxrepeat = 3\nmaxsequence = 3\ndictcheck = 1\n' >/etc/security/pwquality.conf.d/50-pwsequence.conf
  echo 'enforce_for_root' >/etc/security/pwquality.conf.d/50-pwroot.conf
  sed -i -E 's/^(PASS_MAX_DAYS).*/\1 365/; s/^(PASS_MIN_DAYS).*/\1 1/; s/^(UMASK).*/\1 027/; s/^(USERGROUPS_ENAB).*/\1 no/' /etc/login.defs
  useradd -D -f 45
  chage --maxdays 365 --mindays 1 --warndays 7 --inactive 45 an
  cat >/etc/profile.d/50-tmout.sh <<'END'
# A silent shell ends
typeset -xr TMOUT=900
END
  echo 'umask 027' >/etc/profile.d/50-umask.sh
  chmod 0644 /etc/profile.d/50-tmout.sh /etc/profile.d/50-umask.sh
  printf 'umask 027\n' >>/root/.bashrc
  sed -i '/nologin/d' /etc/shells
}

chapter_6_logs() {
  mkdir -p /etc/systemd/journald.conf.d
  cat >/etc/systemd/journald.conf.d/60-journald.conf <<'END'
[Journal]
Storage=persistent
Compress=yes
ForwardToSyslog=yes
SystemMaxUse=1G
SystemKeepFree=500M
RuntimeMaxUse=200M
RuntimeKeepFree=50M
MaxFileSec=1month
END
  systemctl restart systemd-journald
  printf '$FileCreateMode 0640\n' >/etc/rsyslog.d/00-mode.conf
  cat >/etc/rsyslog.d/60-central.conf <<'END'
*.* action(type="omfwd" target="10.10.30.5" port="514" protocol="tcp"
           action.resumeRetryCount="100"
           queue.type="LinkedList" queue.size="1000")
END
  systemctl restart rsyslog
  sed -i -E 's/^weekly/daily/; s/^rotate .*/rotate 400/' /etc/logrotate.conf
  sed -i -E 's/^(\s*)weekly/\1daily/; s/^(\s*)rotate .*/\1rotate 400/' /etc/logrotate.d/rsyslog
  find /var/log -type f -exec chmod g-wx,o-rwx {} +
}

chapter_7_files() {
  chmod 0644 /etc/passwd /etc/group /etc/shells
  chmod u-x,go-wx /etc/passwd- /etc/group- 2>/dev/null || true
  chown root:shadow /etc/shadow /etc/gshadow
  chmod 0640 /etc/shadow /etc/gshadow
  touch /etc/security/opasswd
  chmod 0600 /etc/security/opasswd
  chmod 0750 /home/an /home/audit
}

chapter_1_file_systems_and_boot
chapter_2_services
chapter_3_network
chapter_4_firewall
chapter_5_access
chapter_5_passwords
chapter_6_logs
chapter_7_files
