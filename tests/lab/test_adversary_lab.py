"""What only looks safe: each trick on a real host turns exactly its own findings from pass to something else."""

import os
import struct
import time
from collections.abc import Iterator

import pytest
from lab.hardened import harden, not_passed, not_shown
from lab.host import LabHost
from lab.judged import RULES, judged, questions
from lab.session import Lab

from attt.collect.dialect.posix import sudo_argv
from attt.plan.sudoers import sudoers

ALL = questions()
BEFORE = not_shown(RULES)
# What sshd is asked for: its settings, its banner, and whom it lets in by which keys and codes.
SSHD = {name for name in RULES if name.startswith(("sshd-", "banner-", "account-keys-"))} | {
    *("account-has-owner", "account-inactive-disabled", "account-personal-names"),
    *("login-admin-mfa", "login-every-mfa", "login-remote-mfa"),
}
# Nobody knows any more where such a server listens, nor what is installed beside packages.
DAEMON = SSHD | {"socket-admin-port-changed"}
STRANGE = DAEMON | {"software-outside-approved"}
RULESET = """flush ruleset
table inet filter {
  chain input {
    type filter hook input priority 0; policy drop;
    iif lo accept
    ct state established,related accept
    tcp dport 22 accept
    meta l4proto { 1, 58 } accept
  }
}
"""


def verdicts(host: LabHost, user: str = "root") -> dict[str, str]:
    """The verdict of every rule, from one run of the program on the host."""
    found = judged(host, ALL, user=user)
    return {rule: str(finding.verdict) for rule, finding in found.items()}


def moved(host: LabHost, before: dict[str, str]) -> dict[str, str]:
    """The verdicts that are no longer what they were."""
    return {name: now for name, now in verdicts(host).items() if now != before[name]}


@pytest.fixture(scope="module", params=["debian-12", "debian-13"])
def hard(lab: Lab, request: pytest.FixtureRequest) -> Iterator[tuple[LabHost, dict[str, str]]]:
    """One host that a good admin set up, for the whole file, and its verdicts before any trick."""
    host = lab.host(request.param)
    harden(host)
    host.run("mkdir /root/saved; cd /etc; cp -a passwd shadow group gshadow ssh /root/saved")
    _settle(host)
    before = verdicts(host)
    try:
        yield host, before
    finally:
        host.stop()


def _settle(host: LabHost) -> None:
    """Give sshd the moment that a reload takes, and chrony the time to know its own clock."""
    host.run("for n in $(seq 50); do chronyc -n tracking | grep -q ': Normal' && exit 0; "
             "sleep 0.2; done", check=False)  # fmt: skip
    time.sleep(0.3)


def test_the_host_is_clean_before(hard: tuple[LabHost, dict[str, str]]) -> None:
    """All passes that a lab host can show, so that whatever moves later was moved by its trick."""
    _, before = hard

    assert BEFORE == not_passed(before)


RELOAD = "systemctl reload ssh; sleep 0.3; "
SSH_BACK = "cp -a /root/saved/ssh/. /etc/ssh/; touch /etc/ssh/sshd_config; " + RELOAD
ACCOUNTS_BACK = "cp -a /root/saved/passwd /root/saved/shadow /root/saved/group /etc/"
KILL = "kill $(cat /run/b.pid); sleep 0.2; "
LOOSE = "printf 'Match Address 10.0.0.0/8\\n PermitRootLogin yes\\n'"
# What a Match block may not set, sshd_config(5).
IN_MATCH = SSHD - {"sshd-strong-algorithms", "sshd-login-grace", "sshd-no-user-environment",
                   "sshd-strict-modes", "sshd-use-pam"}  # fmt: skip
# What the trick does, how it is undone, what turns unknown, what turns to fail.
TRICKS = {
    "match-all": (
        f"printf 'Match all\\n PermitRootLogin yes\\n' >>/etc/ssh/sshd_config; {RELOAD}",
        SSH_BACK, set(), {"sshd-root-login"},
    ),
    "match-one-network": (
        f"{LOOSE} >>/etc/ssh/sshd_config; {RELOAD}", SSH_BACK, {"sshd-root-login"}, set(),
    ),
    "match-in-quotes": (
        f"printf '\"Match\" Address 10.0.0.0/8\\n PermitRootLogin yes\\n' >>/etc/ssh/sshd_config; {RELOAD}",
        SSH_BACK, {"sshd-root-login"}, set(),
    ),
    "include-of-a-subfolder": (
        (f"cd /etc/ssh; mkdir sshd_config.d/sub; {LOOSE} >sshd_config.d/sub/x.conf; "
        f"sed -i '1i Include /etc/ssh/sshd_config.d/sub/x.conf' sshd_config; {RELOAD}"),
        "rm -r /etc/ssh/sshd_config.d/sub; " + SSH_BACK, IN_MATCH, set(),
    ),
    "include-of-a-hidden-file": (
        (f"cd /etc/ssh; {LOOSE} >sshd_config.d/.x.conf; "
        f"sed -i '1i Include /etc/ssh/sshd_config.d/.x.conf' sshd_config; {RELOAD}"),
        "rm /etc/ssh/sshd_config.d/.x.conf; " + SSH_BACK, IN_MATCH, set(),
    ),
    "earlier-drop-in": (
        f"echo PermitRootLogin yes >/etc/ssh/sshd_config.d/01.conf; {RELOAD}",
        "rm /etc/ssh/sshd_config.d/01.conf; " + SSH_BACK, set(), {"sshd-root-login"},
    ),
    "hardened-but-not-reloaded": (
        f"sed -i '1i PermitRootLogin yes' /etc/ssh/sshd_config; {RELOAD} cp /root/saved/ssh/sshd_config /etc/ssh",
        SSH_BACK, DAEMON, set(),
    ),
    "second-daemon-with-options": (
        "/usr/sbin/sshd -o PidFile=/run/b.pid -p 2222 -o PermitRootLogin=yes", KILL, DAEMON, set(),
    ),
    "second-daemon-with-its-own-file": (
        "printf 'Port 2222\\nPidFile /run/b.pid\\n' >/root/b; /usr/sbin/sshd -f /root/b", KILL, DAEMON, set(),
    ),
    "another-sshd": (
        "cp /usr/sbin/sshd /opt/; /opt/sshd -p 2222 -o PidFile=/run/b.pid", KILL + "rm /opt/sshd", STRANGE, set(),
    ),
    "dropbear-beside": (
        "cp /bin/sleep /opt/dropbear; /opt/dropbear 99 >/dev/null 2>&1 & echo $! >/run/b.pid",
        KILL + "rm /opt/dropbear", STRANGE, set(),
    ),
    "no-procps-and-an-option": (
        "mv /usr/bin/pgrep /root; /usr/sbin/sshd -o PidFile=/run/b.pid -p 2222 -o PermitRootLogin=yes",
        "mv /root/pgrep /usr/bin; " + KILL, DAEMON,
        {"package-files-intact"},
    ),
    "uid-double-zero": (
        "echo 'toor:x:00:0::/:/bin/bash' >>/etc/passwd; echo 'toor:!:1::::::' >>/etc/shadow",
        ACCOUNTS_BACK,
        {"account-keys-one-person", "account-keys-protected", "account-keys-strong"},
        {"account-single-root"},
    ),
    "password-in-passwd": (
        "echo 'old:abJnggxhB/yWI:400:400::/:/usr/sbin/nologin' >>/etc/passwd", ACCOUNTS_BACK, set(),
        {"account-database-consistent", "account-password-hash", "account-system-locked"},
    ),
    "des-in-blocks": (
        "sed -i 's|^games:[^:]*:|games:abJnggxhB/yWIabcdefghijk:|' /etc/shadow", ACCOUNTS_BACK, set(),
        {"account-password-hash", "account-system-locked"},
    ),
    "administrator-by-sudoers": (
        ("useradd -M -u 900 -s /bin/sh dep; usermod -p '$6$a$b' dep; chage -M 99999 -d 2026-11-20 dep; "
        "echo 'dep ALL=(ALL) ALL' >/etc/sudoers.d/dep"),
        "rm /etc/sudoers.d/dep; " + ACCOUNTS_BACK, {"account-inactive-disabled"},
        {"account-password-max-age", "account-system-locked"},
    ),
    "a-shell-named-nologin": (
        "useradd -M -u 900 -g sudo -s /opt/nologin sly; usermod -p '$6$a$b' sly; chage -M 99999 sly",
        ACCOUNTS_BACK, {"account-inactive-disabled"},
        {"account-password-max-age", "account-system-locked"},
    ),
    "writable-etc": (
        "chmod 0777 /etc", "chmod 0755 /etc", set(),
        {"file-account-database", "file-cron", "file-sshd-config", "file-sticky-folders",
         "file-system-files-protected", "package-sources-protected"},
    ),
    "shadow-behind-a-link": (
        "mkdir -m 0777 /srv/x; mv /etc/shadow /srv/x; ln -s /srv/x/shadow /etc",
        "mv -f /srv/x/shadow /etc/shadow; rm -r /srv/x", {"file-account-database"}, {"file-sticky-folders"},
    ),
    "roots-crontab": (
        "mkdir -p /var/spool/cron/crontabs; install -m 0666 /dev/null /var/spool/cron/crontabs/root",
        "rm -r /var/spool/cron", set(), {"file-cron", "file-no-world-writable"},
    ),
    "telnet-by-systemd": (
        ("cd /run/systemd/system; printf '[Socket]\\nListenStream=0.0.0.0:2323\\nAccept=yes\\n' >telnet.socket; "
        "printf '[Service]\\nExecStart=/bin/cat\\nStandardInput=socket\\n' >telnet@.service; "
        "systemctl daemon-reload; systemctl start telnet.socket"),
        "systemctl stop telnet.socket; rm /run/systemd/system/telnet*; systemctl daemon-reload",
        {"socket-no-cleartext", "socket-no-exposed-database"}, {"service-no-legacy"},
    ),
    "lying-tools": (
        "for t in find stat ls ss tar; do printf '#!/bin/sh\\n' >/usr/local/bin/$t; done; chmod +x /usr/local/bin/*",
        "rm /usr/local/bin/*", {"software-outside-approved"}, set(),
    ),
    "clock-only-until-the-next-boot": (
        "systemctl disable chrony; systemctl enable --runtime chrony",
        "systemctl disable --runtime chrony; systemctl enable chrony", set(), {"time-service-running"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("trick", TRICKS)
def test_what_only_looks_safe_no_longer_passes(
    hard: tuple[LabHost, dict[str, str]], trick: str
) -> None:
    """Exactly the findings that the trick concerns turn, to fail or unknown; undone, all is as before."""
    host, before = hard
    act, undo, unknown, fail = TRICKS[trick]
    host.run(act)
    try:
        after = moved(host, before)
    finally:
        host.run(undo)

    expected = {**dict.fromkeys(unknown, "unknown"), **dict.fromkeys(fail, "fail")}
    assert expected == after


NO, ACTIVE = {"firewall-default-deny"}, {"firewall-active", "firewall-default-deny"}
# The input chain's lines behind `policy drop`, further tables, what turns unknown, what turns to fail.
FILTERS = {
    "accept-first": ("accept", "", set(), ACTIVE),
    "new-connections": ("ct state new accept", "", set(), ACTIVE),
    "jump-to-accept": ("jump every", "", set(), NO),
    "all-sources": ("ip saddr 0.0.0.0/0 accept", "", set(), NO),
    "all-sources-in-a-set": ("ip saddr @two accept", "", NO, set()),
    "all-sources-as-a-range": ("ip saddr 0.0.0.1-255.255.255.254 accept", "", NO, set()),
    "all-ports": ("tcp dport 1-65535 accept", "", set(), NO),
    "all-ports-in-a-set": ("tcp dport @ports accept", "", set(), NO),
    "all-ports-in-halves": ("tcp dport 1-32767 accept\ntcp dport 32768-65535 accept", "", NO, set()),
    "one-interface": ('iifname "host0" accept', "", NO, set()),
    "everything-is-marked": ("meta mark 1 accept", "pre { type filter hook prerouting priority -150; meta mark set 1\n}", NO, set()),
    "everything-is-untracked": ("ct state untracked accept", "pre { type filter hook prerouting priority -300; notrack\n}", NO, set()),
    "an-office-in-a-set": ("ip saddr @office tcp dport 22 accept", "", set(), set()),
    "another-table-drops": ("ct state established accept", "last { type filter hook input priority 9; policy accept; drop\n}", set(), set()),
}  # fmt: skip


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_is_weighed_by_what_it_lets_in(
    hard: tuple[LabHost, dict[str, str]], name: str
) -> None:
    """A policy of drop is worth nothing above a rule that accepts everybody, however it is written."""
    host, before = hard
    lines, chain, unknown, fail = FILTERS[name]
    sets = (
        "set two { type ipv4_addr; flags interval; elements = { 0.0.0.0/1, 128.0.0.0/1 }\n}\n"
        "set ports { type inet_service; flags interval; elements = { 1-65535 }\n}\n"
        "set office { type ipv4_addr; elements = { 192.0.2.7 }\n}\n"
        "chain every { accept\n}\n"
    )
    further = f"chain {chain}\n" if chain else ""
    ruleset = (
        f"flush ruleset\ntable inet t {{\n{sets}{further}"
        f"chain input {{ type filter hook input priority 0; policy drop;\n{lines}\n}}\n}}\n"
    )
    host.run(["nft", "-f", "-"], input=ruleset)
    try:
        after = moved(host, before)
    finally:
        host.run(["nft", "-f", "-"], input=RULESET)

    expected = {**dict.fromkeys(unknown, "unknown"), **dict.fromkeys(fail, "fail")}
    if not fail and name != "all-ports-in-halves":  # who may reach SSH is not surely everybody
        expected["sshd-sources-limited"] = "unknown" if unknown else "pass"
    assert expected == after


def test_a_list_of_rights_behind_the_mode_is_seen(hard: tuple[LabHost, dict[str, str]]) -> None:
    """An ACL lets nobody read the hashes while the mode stays 0640 root:shadow."""
    host, before = hard
    shadow = host._machine.file_system / "etc/shadow"
    none = 0xFFFF_FFFF
    # acl(5) as the kernel stores it: owner rw, user 65534 r, group r, mask r, others nothing.
    entries = [(1, 6, none), (2, 4, 65_534), (4, 4, none), (16, 4, none), (32, 0, none)]
    packed = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
    os.setxattr(shadow, "system.posix_acl_access", packed)
    try:
        after = moved(host, before)
    finally:
        os.removexattr(shadow, "system.posix_acl_access")

    assert {"file-account-database": "fail"} == after


STRICT_SSHD = """PermitRootLogin no
PasswordAuthentication no
PermitEmptyPasswords no
MaxAuthTries 4
LoginGraceTime 60
ClientAliveInterval 15
ClientAliveCountMax 3
LogLevel VERBOSE
X11Forwarding no
AllowTcpForwarding no
Banner /etc/issue.net
AllowGroups root sudo ssh-users
Ciphers chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes256-ctr
MACs hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com
KexAlgorithms curve25519-sha256,curve25519-sha256@libssh.org
Match Group sftponly
    ForceCommand internal-sftp
    ChrootDirectory /home/%u
    AllowTcpForwarding no
    PasswordAuthentication no
"""
STRICT_FILTER = """flush ruleset
table inet filter {
  set banned { type ipv4_addr; flags dynamic, timeout; timeout 1h; }
  set office { type ipv4_addr; flags interval; elements = { 10.1.0.0/16, 192.168.10.0/24 } }
  chain input {
    type filter hook input priority filter; policy drop;
    ct state invalid drop
    ct state established,related accept
    iifname "lo" accept
    ip saddr @banned drop
    icmp type { echo-request, destination-unreachable } limit rate 4/second accept
    icmpv6 type { nd-neighbor-solicit, nd-router-advert, nd-neighbor-advert, echo-request } accept
    ip saddr @office tcp dport 22 ct state new accept
    tcp dport { 80, 443 } ct state new accept
    log prefix "drop " limit rate 5/minute
  }
}
"""
STRICT = """useradd -M -s /usr/sbin/nologin -c Web webadm; cd /etc; chmod 0600 ssh/sshd_config ssh/sshd_config.d/* shadow gshadow; chown root:root shadow gshadow
chmod 0700 ssh/sshd_config.d cron.d cron.*ly; touch crontab; chmod 0600 crontab; install -m 0600 /dev/null security/opasswd
useradd -m -s /sbin/nologin gone; useradd -m -s /dev/null nobody2
printf 'Defaults use_pty\nDefaults logfile=/var/log/sudo.log\n' >sudoers.d/10
printf 'User_Alias WEB = webadm\nCmnd_Alias RESTART = /bin/systemctl restart nginx\nWEB ALL=(root) RESTART\n' >sudoers.d/20
chmod 0440 sudoers.d/*; sshd -t && systemctl reload ssh
sed -i /^pool/d chrony/chrony.conf; systemctl restart chrony
"""


def test_a_host_that_others_hardened_has_no_false_finding(lab: Lab) -> None:
    """The usual strict settings, written another way than ours, all pass."""
    host = lab.host("debian-12")
    try:
        harden(host)
        host.write("/etc/ssh/sshd_config.d/00-strict.conf", STRICT_SSHD)
        host.run(["nft", "-f", "-"], input=STRICT_FILTER)
        host.run(STRICT)
        _settle(host)
        found = not_passed(verdicts(host))
    finally:
        host.stop()

    better = {"login-admin-mfa", "sshd-sources-limited"}
    assert {rule: said for rule, said in BEFORE.items() if rule not in better} == found


def test_the_printed_sudoers_lines_are_enough_for_every_rule(lab: Lab) -> None:
    """With exactly those lines nothing is learnt otherwise than as root, on a host without procps too."""
    host = lab.host("debian-12")
    wanted = [
        argv for ask in ALL.asks.values() if ask.privilege == "root" for argv in sudo_argv(ask)
    ]
    try:
        host.user("exact", sudo=sudoers(("exact",), list(dict.fromkeys(wanted))))
        host.run("mv /usr/bin/pgrep /root")
        as_root, as_exact = verdicts(host), verdicts(host, "exact")
    finally:
        host.stop()

    assert as_root == as_exact
    assert "pass" == as_exact["sshd-root-login"]
