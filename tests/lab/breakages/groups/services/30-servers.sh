# Samba, Postfix, ProFTPD, BIND, snmpd, dnsmasq for DHCP and Docker, set well.
set -e
cat >/etc/samba/smb.conf <<'CONF'
[global]
 server min protocol = SMB3
 server signing = mandatory
 server smb encrypt = required
 map to guest = Never
 hosts allow = 127.0.0.1 10.10.20.
 hosts deny = ALL
 usershare max shares = 0
[chung]
 path = /srv
 guest ok = no
CONF
cat >/etc/bind/named.conf.options <<'CONF'
acl inside { localhost; 10.0.0.0/8; };
options {
  directory "/var/cache/bind";
  allow-query { inside; };
  allow-recursion { localhost; 10.0.0.0/8; };
  allow-transfer { none; };
  dnssec-validation auto;
  querylog yes;
  version none;
  response-policy { zone "rpz.local"; };
};
zone "rpz.local" { type primary; file "/var/cache/bind/rpz.local"; };
CONF
printf '$TTL 300\n@ IN SOA localhost. root.localhost. (1 3600 600 86400 300)\n@ IN NS localhost.\n' \
  >/var/cache/bind/rpz.local
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=ftp.lab \
  -keyout /etc/ssl/private/ftp.key -out /etc/ssl/certs/ftp.pem 2>/dev/null
chmod 0600 /etc/ssl/private/ftp.key
printf 'DefaultRoot ~\n' >/etc/proftpd/conf.d/tight.conf
printf 'agentaddress udp:161\nrouser giamsat priv\n' >/etc/snmp/snmpd.conf
printf 'port=0\ninterface=lo\ndhcp-range=10.99.0.10,10.99.0.20\nlog-dhcp\n' >/etc/dnsmasq.conf
echo 'nameserver 127.0.0.1' >/etc/resolv.conf
cat >/etc/docker/daemon.json <<'CONF'
{"iptables": false, "ip6tables": false, "ip-forward": false, "bridge": "none", "storage-driver": "vfs",
"no-new-privileges": true,
"log-driver": "json-file", "log-opts": {"max-size": "50m", "max-file": "5"}}
CONF
postconf -e inet_interfaces=all 'mynetworks=127.0.0.0/8 [::1]/128' disable_vrfy_command=yes \
  'smtpd_banner=$myhostname ESMTP' smtpd_tls_auth_only=yes
systemctl start smbd named proftpd snmpd dnsmasq postfix docker.service
# No image can be fetched: one of busybox alone serves to make containers, which need not run.
# Debian 13 has the command in a package of its own, which its root lacks.
command -v docker >/dev/null || exit 0
mkdir -p /run/image/bin
cp /bin/busybox /run/image/bin/sh
tar -C /run/image -c . | docker import - thu >/dev/null
docker create --name ung-dung --network none --user 1000 --memory 64m thu sh >/dev/null
