"""Agents that watch a real host: with all of them at work their rules pass; each break turns its own."""

import pytest
from lab.breaking import broken, expected, turned
from lab.command import check, findings

AIDE = "database_in=file:/var/lib/aide/aide.db\ndatabase_out=file:/var/lib/aide/aide.db\n/etc/hosts R\n"
TIMER = "[Timer]\nOnCalendar=daily\n[Install]\nWantedBy=timers.target\n"
SERVICE = "[Service]\nType=oneshot\nExecStart=/usr/bin/aide --config /etc/aide/aide.conf --check\n"
UNITS = ("fail2ban", "zabbix-agent", "clamav-daemon", "clamav-freshclam", "nginx")
ZABBIX = "/etc/zabbix/zabbix_agentd.conf"
TEMPLATE = "/etc/rsyslog.d/00-format.conf"
# ClamAV's own signatures can't be had without a network: one of our own lets its daemon start, and
# the header alone says of what day the others are. The unit's condition asks for theirs.
FILES = {
    "/etc/aide/aide.conf": AIDE,
    "/etc/systemd/system/dailyaidecheck.timer": TIMER,
    "/etc/systemd/system/dailyaidecheck.service": SERVICE,
    "/etc/systemd/system/clamav-daemon.service.d/lab.conf": "[Unit]\nConditionPathExistsGlob=\n",
    "/etc/systemd/system/clamav-freshclam.service.d/lab.conf": "[Service]\n"
    "ExecStart=\nExecStart=/usr/bin/sleep infinity\n",
    "/var/lib/clamav/lab.hdb": "44d88612fea8a8f36de82e1278abb02f:68:Lab-Test\n",
    "/etc/systemd/journald.conf.d/lab.conf": "[Journal]\nStorage=volatile\n",
}
SETUP = f"""set -e
mkdir -p /var/lib/aide
aide --config /etc/aide/aide.conf --init >/dev/null
sed -i 's/^\\(Server\\|ServerActive\\)=.*/\\1=10.10.30.9/' {ZABBIX}
sed -i 's/rotate 14/rotate 400/' /etc/logrotate.d/nginx
for name in {" ".join(UNITS)}; do
  ln -sf /lib/systemd/system/$name.service /etc/systemd/system/multi-user.target.wants/
done
systemctl daemon-reload
systemctl enable -q dailyaidecheck.timer
systemctl restart systemd-journald rsyslog
systemctl start {" ".join(UNITS)} dailyaidecheck.timer sysstat-collect.service
for n in $(seq 100); do
  systemctl -q is-active clamav-daemon && fail2ban-client status sshd >/dev/null 2>&1 && break; sleep 0.1
done
head=$(date -u +'ClamAV-VDB:%d %b %Y %H-%M +0000:1:1:90:x:x:lab:1')
printf '%-512s' "$head" >/var/lib/clamav/daily.cld
"""
WATCHED = frozenset(
    {
        *("integrity-database", "integrity-scheduled", "host-ips-running", "host-ips-ssh-jail"),
        *("malware-agent-running", "malware-signatures-fresh", "monitoring-agent-central"),
        *("performance-recorded", "log-disk-space", "log-time-full", "log-retention-web"),
    }
)
OLD = "s/ClamAV-VDB:.. ... ..../ClamAV-VDB:01 Jan 2020/"
DAILY = "/var/lib/clamav/daily.cld"
WAITS = (
    "for n in $(seq 50); do fail2ban-client status sshd >/dev/null 2>&1 && exit; sleep 0.1; done"
)
BREAKS = {
    "database-gone": broken(
        "mv /var/lib/aide/aide.db /root", "mv /root/aide.db /var/lib/aide", "integrity-database"
    ),
    "timer-stopped": broken(
        "systemctl stop dailyaidecheck.timer",
        "systemctl start dailyaidecheck.timer",
        "integrity-scheduled",
    ),
    "jail-stopped": broken(
        "fail2ban-client stop sshd", f"fail2ban-client reload; {WAITS}", "host-ips-ssh-jail"
    ),
    "fail2ban-stopped": broken(
        "systemctl stop fail2ban",
        f"systemctl start fail2ban; {WAITS}",
        *("host-ips-running", "host-ips-ssh-jail"),
    ),
    "signatures-old": broken(
        f"cp {DAILY} /root; sed -i '{OLD}' {DAILY}",
        f"mv /root/daily.cld {DAILY}",
        "malware-signatures-fresh",
    ),
    "not-at-boot": broken(
        "mv /etc/systemd/system/multi-user.target.wants/clamav-daemon.service /root; "
        "systemctl daemon-reload",
        "mv /root/clamav-daemon.service /etc/systemd/system/multi-user.target.wants/; "
        "systemctl daemon-reload",
        "malware-agent-running",
    ),
    "monitor-is-itself": broken(
        f"sed -i 's/=10.10.30.9/=127.0.0.1/' {ZABBIX}",
        f"sed -i 's/=127.0.0.1/=10.10.30.9/' {ZABBIX}",
        "monitoring-agent-central",
    ),
    "time-without-year": broken(
        f"echo '$ActionFileDefaultTemplate RSYSLOG_TraditionalFileFormat' >{TEMPLATE}",
        f"rm {TEMPLATE}",
        "log-time-full",
    ),
}
ASKED = ("--level", "5", *(word for rule in sorted(WATCHED) for word in ("--rule", rule)))


@pytest.fixture(scope="module")
def watched(lab):
    """A Debian 12 whose own agents all work."""
    host = lab.host("debian-12-services")
    try:
        host.user("root")
        for path, text in FILES.items():
            host.run(["mkdir", "-p", path.rpartition("/")[0]])
            host.write(path, text)
        host.run(SETUP)
        yield host
    finally:
        host.stop()


@pytest.fixture(scope="module")
def at_work(watched, tmp_path_factory):
    """What is found while nothing is broken."""
    return findings(check(watched, tmp_path_factory.mktemp("agents"), *ASKED)[1])


def test_with_all_agents_at_work_their_rules_pass(at_work):
    """Whatever Debian's own packages can show passes, at the highest level."""
    assert dict.fromkeys(WATCHED, "pass") == {rule: v for (rule, _), (v, _) in at_work.items()}


@pytest.mark.parametrize("name", BREAKS)
def test_one_break_turns_exactly_its_own_rules(watched, at_work, tmp_path, name):
    """Exactly the rules named fail while one thing is broken, and pass again when it is mended."""
    moved = turned(watched, BREAKS[name], at_work, tmp_path, *ASKED)

    assert expected(BREAKS[name]) == moved
