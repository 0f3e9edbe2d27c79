"""Servers of files, mail, names, FTP, SNMP, DHCP and containers on one host: set well, then broken one by one."""

from collections.abc import Iterator

import pytest
from lab.breaking import broken, expected, turned
from lab.command import Findings, check, findings
from lab.hardened import exact_lines
from lab.host import LabHost
from lab.session import Lab

RULES = (
    *("docker-api-closed", "docker-no-privileged-containers", "docker-containers-isolated"),
    *("docker-host-files-closed", "docker-containers-confined", "docker-containers-not-root"),
    *("docker-resources-limited", "docker-group-limited", "samba-protocol-version"),
    *("samba-signing-required", "samba-encrypted", "samba-no-guests", "samba-sources-limited"),
    *("mail-no-open-relay", "mail-received-encrypted", "mail-sent-encrypted", "mail-no-details"),
    *("mail-passwords-encrypted", "ftp-no-anonymous", "ftp-users-confined", "ftp-transfers-logged"),
    *("dns-recursion-limited", "dns-transfer-limited", "dns-version-hidden", "dns-queries-logged"),
    *("dns-signatures-checked", "dns-names-filtered", "dns-resolvers-approved", "dhcp-logged"),
    *("snmp-no-default-community", "snmp-version-3", "snmp-sources-limited"),
    *("firewall-egress-restricted", "sshd-sources-limited"),
)
ASKED = ("--level", "5", *(word for rule in RULES for word in ("--rule", rule)))
FILTER = """#!/usr/sbin/nft -f
flush ruleset
table inet filter {
  chain input {
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    iif lo accept
    meta l4proto { 1, 58 } accept
    ip saddr 10.0.0.0/8 tcp dport 22 accept
    ip6 saddr fd00::/8 tcp dport 22 accept
  }
  chain output {
    type filter hook output priority filter; policy drop;
    ct state established,related accept
    oif lo accept
    meta l4proto { 1, 58 } accept
    ip daddr 10.10.30.5 tcp dport { 443, 6514 } accept
  }
}
"""
NAMED = """acl inside { localhost; 10.0.0.0/8; };
options {
  directory "/var/cache/bind";
  allow-query { inside; };
  allow-recursion { inside; };
  allow-transfer { none; };
  dnssec-validation auto;
  querylog yes;
  version none;
  response-policy { zone "rpz.local"; };
};
zone "rpz.local" { type primary; file "/var/cache/bind/rpz.local"; };
"""
ZONE = "$TTL 300\n@ IN SOA localhost. root.localhost. (1 3600 600 86400 300)\n@ IN NS localhost.\n"
FILES = {
    "/etc/samba/smb.conf": """[global]
 server min protocol = SMB3
 server signing = mandatory
 server smb encrypt = required
 map to guest = Never
 hosts allow = 127.0.0.1 10.
 usershare max shares = 0
[chung]
 path = /srv
 valid users = @staff
""",
    "/etc/bind/named.conf.options": NAMED,
    "/var/cache/bind/rpz.local": ZONE,
    "/etc/proftpd/conf.d/tight.conf": "DefaultRoot ~\n",
    "/etc/snmp/snmpd.conf": "agentaddress udp:161\nrouser giamsat priv\n",
    "/etc/dnsmasq.conf": "port=0\ninterface=lo\ndhcp-range=10.99.0.10,10.99.0.20\nlog-dhcp\n",
    "/etc/resolv.conf": "nameserver 127.0.0.1\n",
    "/etc/nftables.conf": FILTER,
    "/etc/docker/daemon.json": """{"iptables": false, "ip6tables": false, "bridge": "none",
"storage-driver": "vfs", "no-new-privileges": true,
"log-driver": "json-file", "log-opts": {"max-size": "10m"}}
""",
}
# No image can be fetched: one of busybox alone serves to make containers, which need not run.
COMMANDS = """set -e
postconf -e inet_interfaces=all 'mynetworks=127.0.0.0/8 10.0.0.0/8' disable_vrfy_command=yes \
  'smtpd_banner=$myhostname ESMTP' smtpd_tls_auth_only=yes
systemctl start smbd named proftpd snmpd dnsmasq postfix docker.service &
wait
nft -f /etc/nftables.conf
mkdir -p /run/image/bin; cp /bin/busybox /run/image/bin/sh
tar -C /run/image -c . | docker import - thu >/run/image.id
docker create --name ung-dung --network none --user 1000 --memory 64m thu sh >/run/container.id
systemctl is-active smbd named proftpd snmpd dnsmasq docker
"""
NAMED_FILE, SAMBA_FILE, SNMP_FILE = (
    "/etc/bind/named.conf.options",
    "/etc/samba/smb.conf",
    "/etc/snmp/snmpd.conf",
)


def _changed(file: str, unit: str, *swaps: tuple[str, str]) -> tuple[str, str]:
    """Words of a file changed and set right again, each time with a restart."""
    there = "".join(f"sed -i 's#{old}#{new}#' {file}; " for old, new in swaps)
    back = "".join(f"sed -i 's#{new}#{old}#' {file}; " for old, new in swaps)
    return f"{there}systemctl restart {unit}", f"{back}systemctl restart {unit}"


def _container(options: str) -> tuple[str, str]:
    make = f"docker create --name xau --network none --user 1000 --memory 64m {options} thu sh"
    return make, "docker rm xau"


BREAKS = {
    "privileged-container": broken(*_container("--privileged"), "docker-no-privileged-containers"),
    "careless-container": broken(
        *_container("--pid host -v /run/docker.sock:/s --security-opt seccomp=unconfined"),
        *("docker-containers-isolated", "docker-host-files-closed", "docker-containers-confined"),
    ),
    "docker-member": broken(
        "gpasswd -a games docker", "gpasswd -d games docker", "docker-group-limited"
    ),
    "samba": broken(
        *_changed(
            SAMBA_FILE,
            "smbd",
            ("protocol = SMB3", "protocol = NT1"),
            ("valid users = @staff", "guest ok = yes"),
        ),
        *("samba-protocol-version", "samba-no-guests"),
    ),
    "open-relay": broken(
        "postconf -e mynetworks=0.0.0.0/0",
        "postconf -e 'mynetworks=127.0.0.0/8 10.0.0.0/8'",
        "mail-no-open-relay",
    ),
    "named": broken(
        *_changed(
            NAMED_FILE,
            "named",
            ("recursion { inside", "recursion { any"),
            ("version none", 'version "9.18.0"'),
        ),
        *("dns-recursion-limited", "dns-version-hidden"),
    ),
    "community": broken(
        f"echo 'rocommunity public 10.0.0.5' >>{SNMP_FILE}; systemctl restart snmpd",
        f"sed -i /public/d {SNMP_FILE}; systemctl restart snmpd",
        *("snmp-no-default-community", "snmp-version-3"),
    ),
    "anonymous-ftp": broken(
        "printf '<Anonymous ~ftp>\\n User ftp\\n</Anonymous>\\n' >/etc/proftpd/conf.d/z.conf",
        "rm /etc/proftpd/conf.d/z.conf",
        "ftp-no-anonymous",
    ),
    "quiet-dhcp": broken(
        *_changed("/etc/dnsmasq.conf", "dnsmasq", ("log-dhcp", "quiet-dhcp")), "dhcp-logged"
    ),
    "public-resolver": broken(
        "echo 'nameserver 203.0.113.9' >>/etc/resolv.conf",
        "sed -i /203/d /etc/resolv.conf",
        "dns-resolvers-approved",
    ),
    "filter": broken(
        "nft add rule inet filter output accept; nft add rule inet filter input tcp dport 22 accept",
        "nft -f /etc/nftables.conf",
        *("firewall-egress-restricted", "sshd-sources-limited"),
    ),
}


@pytest.fixture(scope="module")
def servers(lab: Lab) -> Iterator[LabHost]:
    """One Debian 12 with eight servers that a good admin set up."""
    booted = lab.host("debian-12-services")
    try:
        booted.network("ipv4/ip_forward", 1)
        for path, text in FILES.items():
            booted.write(path, text)
        booted.run(COMMANDS, timeout_s=60)
        booted.user("root")
        yield booted
    finally:
        booted.stop()


@pytest.fixture(scope="module")
def well(servers: LabHost, tmp_path_factory: pytest.TempPathFactory) -> Findings:
    """What is found while nothing is broken."""
    return findings(check(servers, tmp_path_factory.mktemp("well"), *ASKED)[1])


def test_servers_that_are_set_up_well_pass(well):
    """Every rule on these servers passes: each is found running, read, and right."""
    seen = {rule: verdict for (rule, _), (verdict, _) in well.items()}

    assert dict.fromkeys(RULES, "pass") == seen


def test_the_printed_lines_of_sudo_find_what_root_finds(servers, well, tmp_path):
    """An account with exactly the lines of `plan --sudoers` sees the same: each argument is matched."""
    servers.user("audit", sudo=exact_lines("audit", servers))
    _, document = check(servers, tmp_path, *ASKED, user="audit")

    assert well == findings(document)


@pytest.mark.parametrize("name", BREAKS)
def test_one_broken_server_turns_its_own_findings(servers, well, tmp_path, name):
    """What is broken fails, and no other server's findings move."""
    moved = turned(servers, BREAKS[name], well, tmp_path, *ASKED)

    assert expected(BREAKS[name]) == moved
