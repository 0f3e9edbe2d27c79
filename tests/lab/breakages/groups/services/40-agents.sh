# The agents that Debian has: AIDE by a timer, fail2ban, ClamAV behind the mail server, Zabbix, sysstat.
# ClamAV's own signatures can't be had without a network: one of our own lets its daemon start, and
# the header alone says of what day the others are. The unit's condition asks for theirs.
set -e
# fail2ban is written in Python, which a hardened host of the lab has put away.
for f in /root/python/python3*; do
  dpkg-divert --quiet --local --rename --remove "/usr/bin/${f##*/}"
done
mkdir -p /etc/aide /var/lib/aide /etc/systemd/system/clamav-daemon.service.d /etc/systemd/system/clamav-freshclam.service.d
printf 'database_in=file:/var/lib/aide/aide.db\ndatabase_out=file:/var/lib/aide/aide.db\n/etc/hosts R\n' \
  >/etc/aide/aide.conf
aide --config /etc/aide/aide.conf --init >/dev/null
printf '[Timer]\nOnCalendar=daily\n[Install]\nWantedBy=timers.target\n' >/etc/systemd/system/dailyaidecheck.timer
printf '[Service]\nType=oneshot\nExecStart=/usr/bin/aide --config /etc/aide/aide.conf --check\n' \
  >/etc/systemd/system/dailyaidecheck.service
printf '[Unit]\nConditionPathExistsGlob=\n' >/etc/systemd/system/clamav-daemon.service.d/lab.conf
printf '[Service]\nExecStart=\nExecStart=/usr/bin/sleep infinity\n' \
  >/etc/systemd/system/clamav-freshclam.service.d/lab.conf
echo 44d88612fea8a8f36de82e1278abb02f:68:Lab-Test >/var/lib/clamav/lab.hdb
printf '%-512s' "$(date -u +'ClamAV-VDB:%d %b %Y %H-%M +0000:1:1:90:x:x:lab:1')" >/run/daily.cld
sed -i 's/^\(Server\|ServerActive\)=.*/\1=10.10.30.9/' /etc/zabbix/zabbix_agentd.conf
sed -i 's/rotate [0-9]*/rotate 400/' /etc/logrotate.d/nginx /etc/logrotate.d/apache2 /etc/logrotate.d/haproxy
postconf -e smtpd_milters=inet:127.0.0.1:7357 milter_default_action=tempfail
systemctl daemon-reload
# `systemctl enable` asks for the links of the old init too, which the lab's roots do not have.
for name in fail2ban zabbix-agent clamav-daemon clamav-freshclam; do
  for level in 2 3 4 5; do ln -sf ../init.d/$name /etc/rc$level.d/S01$name; done
  systemctl enable -q $name
done
systemctl enable -q --now dailyaidecheck.timer
systemctl start fail2ban zabbix-agent clamav-daemon clamav-freshclam sysstat-collect.service
for n in $(seq 100); do
  systemctl -q is-active clamav-daemon && fail2ban-client status sshd >/dev/null 2>&1 && break
  sleep 0.1
done
mv /run/daily.cld /var/lib/clamav/daily.cld
