#!/bin/bash
# A Debian 12 server secured with what Debian itself brings: its packages with their defaults, and
# the settings that its securing manual names. Run as root where these packages are installed.
set -eu

# The lab's roots had their services taken out of every runlevel, which `systemctl enable` minds.
turn_on() {
  local name
  for name; do
    ln -sf "/lib/systemd/system/$name.service" /etc/systemd/system/multi-user.target.wants/
  done
  systemctl daemon-reload
  systemctl restart "$@"
}

updates() {
  cp /usr/share/unattended-upgrades/20auto-upgrades /etc/apt/apt.conf.d/
  systemctl unmask apt-daily.timer apt-daily-upgrade.timer logrotate.timer
  systemctl enable --now apt-daily.timer apt-daily-upgrade.timer logrotate.timer
  turn_on unattended-upgrades
}

firewall() {
  systemctl disable --now nftables
  nft flush ruleset
  ufw default deny incoming
  ufw default allow outgoing
  ufw limit OpenSSH || ufw limit 22/tcp
  ufw --force enable
  turn_on ufw
}

unneeded() {
  systemctl mask --now redis-server named unbound dnsmasq isc-dhcp-server rpcbind nfs-client.target
  systemctl stop rpcbind.socket
  systemctl mask rpcbind.socket
}

passwords() {
  # What the manual shows for passwords: minlen and remember beside pam_unix, pam_pwquality's
  # options on its own line.
  sed -i -E 's/^(password.*pam_pwquality\.so).*/\1 retry=3 minlen=12 difok=3/' /usr/share/pam-configs/pwquality
  sed -i -E 's/(pam_pwquality\.so).*/\1 retry=3 minlen=12 difok=3/' /etc/pam.d/common-password
  sed -i -E '/pam_unix\.so/s/yescrypt/yescrypt remember=5/' /etc/pam.d/common-password
  sed -i -E 's/^#?\s*(auth\s+required\s+pam_wheel\.so).*/\1 group=adm/' /etc/pam.d/su
  grep -q '^auth.*pam_wheel' /etc/pam.d/su || sed -i '/pam_rootok/a auth required pam_wheel.so group=adm' /etc/pam.d/su
  echo 'session optional pam_umask.so' >>/etc/pam.d/common-session
  sed -i -E 's/^(UMASK).*/\1 027/; s/^(PASS_MAX_DAYS).*/\1 90/; s/^(PASS_MIN_DAYS).*/\1 1/; s/^#?(LOGIN_RETRIES).*/\1 3/' /etc/login.defs
  chage -M 90 -m 1 an
  printf '* hard core 0\n* hard maxlogins 10\n' >/etc/security/limits.d/securing.conf
  echo 'readonly TMOUT=600; export TMOUT' >/etc/profile.d/tmout.sh
}

services() {
  sed -i 's/^ENABLED=.*/ENABLED="true"/' /etc/default/sysstat
  touch /var/log/auth.log
  cat >/etc/fail2ban/jail.local <<'END'
[sshd]
enabled = true
backend = auto
END
  turn_on fail2ban sysstat
  rm -f /etc/cron.deny
  echo root >/etc/cron.allow
}

ssh_settings() {
  sed -i -E 's/^#?(PermitRootLogin).*/\1 no/; s/^#?(X11Forwarding).*/\1 no/; s/^#?(PermitEmptyPasswords).*/\1 no/; s/^#?(ClientAliveInterval).*/\1 300/; s/^#?(ClientAliveCountMax).*/\1 1/; s/^#?(LoginGraceTime).*/\1 45/; s,^#?(Banner).*,\1 /etc/issue.net,' /etc/ssh/sshd_config
  echo 'AllowUsers an audit' >>/etc/ssh/sshd_config
  systemctl reload ssh
  printf '%s\n' 'This system is for authorized users only.' 'Everything done here is logged.' >/etc/issue.net
  cp /etc/issue.net /etc/issue
}

kernel() {
  cat >>/etc/sysctl.conf <<'END'
net/ipv4/icmp_echo_ignore_broadcasts = 1
net/ipv4/icmp_ignore_bogus_error_responses = 1
net/ipv4/conf/all/rp_filter = 1
net/ipv4/conf/default/rp_filter = 1
net/ipv4/tcp_syncookies = 1
net/ipv4/conf/all/accept_redirects = 0
net/ipv4/conf/default/accept_redirects = 0
net/ipv6/conf/all/accept_redirects = 0
net/ipv6/conf/host0/accept_redirects = 0
net/ipv4/conf/all/send_redirects = 0
net/ipv4/conf/default/send_redirects = 0
net/ipv4/conf/all/accept_source_route = 0
net/ipv4/conf/default/accept_source_route = 0
net/ipv6/conf/all/accept_source_route = 0
net/ipv4/conf/all/log_martians = 1
net/ipv4/conf/default/log_martians = 1
net/ipv4/ip_forward = 0
fs/suid_dumpable = 0
kernel/sysrq = 0
kernel/kptr_restrict = 1
kernel/dmesg_restrict = 1
END
}

mounts() {
  echo 'tmpfs /tmp tmpfs defaults,nodev,nosuid,noexec,mode=1777 0 0' >>/etc/fstab
  mount -o remount,nodev,nosuid,noexec /tmp
  mount -o remount,nodev,nosuid,noexec /dev/shm
  chmod 0700 /root
  sed -i 's/^DIR_MODE=.*/DIR_MODE=0750/' /etc/adduser.conf
  chmod 0750 /home/*
}

watching() {
  # aide without aide-common: its own configuration and timetable
  install -d /var/lib/aide
  printf '%s\n' 'database_in=file:/var/lib/aide/aide.db' 'database_out=file:/var/lib/aide/aide.db.new' \
    'database_new=file:/var/lib/aide/aide.db.new' '/etc/passwd$ p+i+n+u+g+s+m+c+sha256' \
    '/etc/ssh p+i+n+u+g+s+m+c+sha256' >/etc/aide.conf
  install -d /etc/aide
  cp /etc/aide.conf /etc/aide/aide.conf
  aide --init --config /etc/aide/aide.conf >/dev/null
  mv /var/lib/aide/aide.db.new /var/lib/aide/aide.db
  printf '30 5 * * * root /usr/bin/aide --check --config /etc/aide/aide.conf\n' >/etc/cron.d/aide
}

updates
firewall
unneeded
passwords
services
ssh_settings
kernel
mounts
watching
