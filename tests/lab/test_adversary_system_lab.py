"""What only looks as if it logged, shut or updated: each trick on a real host turns its findings alone."""

from collections.abc import Iterator

import pytest
from lab.asking import ask_all
from lab.host import LabHost
from lab.session import Lab

SENT = "/etc/rsyslog.d/50-central.conf"
AGAIN = "systemctl reset-failed; systemctl restart rsyslog; "
TLS = (
    'action(type="omfwd" target="10.10.30.5" port="6514" protocol="tcp" '
    'StreamDriver="gtls" StreamDriverMode="1")'
)
BACK = f"echo '*.* @10.10.30.5' >{SENT}; {AGAIN}"
SETUP = f"""systemctl disable --now vsftpd unattended-upgrades
systemctl unmask apt-daily.timer apt-daily-upgrade.timer
systemctl start apt-daily.timer apt-daily-upgrade.timer
cp /usr/share/unattended-upgrades/20auto-upgrades /etc/apt/apt.conf.d/
sed -i 's/rotate 4/rotate 90/; s/weekly/daily/' /etc/logrotate.d/rsyslog
echo 'Chỉ người được ủy quyền mới được truy cập.' >/etc/issue; cp /etc/issue /etc/issue.net
echo 'Banner /etc/issue.net' >/etc/ssh/sshd_config.d/10-banner.conf
systemctl reload ssh
{BACK}"""
JOURNAL = "/etc/systemd/journald.conf.d"
# What is done, how it is undone, and what turns.
TRICKS = {
    "by-a-driver-that-is-not-there": (
        f"echo '{TLS}' >{SENT}; {AGAIN}", BACK, {"log-forwarded": "fail", "log-forwarding-encrypted": "pass"},
    ),
    "to-itself-by-name": (
        f'echo "*.* @$(hostname)" >{SENT}; {AGAIN}', BACK,
        {"log-forwarded": "fail", "log-forwarding-encrypted": "not_applicable"},
    ),
    "from-a-hidden-file": (
        f"mv {SENT} /etc/rsyslog.d/.50.conf; {AGAIN}", f"rm /etc/rsyslog.d/.50.conf; {BACK}",
        {"log-forwarded": "fail", "log-forwarding-encrypted": "not_applicable"},
    ),
    "nothing-handed-on": (
        f"mkdir -p {JOURNAL}; ln -s /dev/null {JOURNAL}/syslog.conf; systemctl restart systemd-journald; {AGAIN}",
        f"rm {JOURNAL}/syslog.conf; systemctl restart systemd-journald; {AGAIN}", {"log-forwarded": "fail"},
    ),
    "rotated-by-size-alone": (
        "sed -i 's/daily/size 10M/; s/rotate 90/rotate 4/' /etc/logrotate.d/rsyslog",
        "sed -i 's/size 10M/daily/; s/rotate 4/rotate 90/' /etc/logrotate.d/rsyslog", {"log-retention": "unknown"},
    ),
    "service-behind-the-timer-masked": (
        "systemctl mask apt-daily-upgrade.service", "systemctl unmask apt-daily-upgrade.service",
        {"package-automatic-updates": "fail"},
    ),
    "sources-from-another-folder": (
        "echo 'Dir::Etc::sourceparts \"/opt/s\";' >/etc/apt/apt.conf.d/99s", "rm /etc/apt/apt.conf.d/99s",
        {"package-sources-signed": "unknown"},
    ),
    "no-banner-for-some": (
        "printf 'Match Address 10.0.0.0/8\\n Banner none\\n' >/etc/ssh/sshd_config.d/20-none.conf; systemctl reload ssh; sleep 0.3",
        "rm /etc/ssh/sshd_config.d/20-none.conf; systemctl reload ssh; sleep 0.3",
        {"banner-login-warning": "unknown", "banner-no-system-details": "unknown"},
    ),
    "an-sshd-of-a-container": (
        ("printf 'Port 2222\\nPermitRootLogin yes\\nPidFile none\\n' >/root/inner; "
         "unshare -p -f -m --mount-proc /usr/sbin/sshd -D -f /root/inner >/dev/null 2>&1 & sleep 0.7; pgrep -f '[r]oot/inner'"),
        "kill -9 $(pgrep -f '[r]oot/inner')", {},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def well(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LabHost, dict]]:
    """One host on which a good admin has been, and its verdicts before any trick."""
    host = lab.host("debian-13", name="loghost")
    try:
        host.user("root")
        host.run(SETUP)
        yield host, dict(ask_all(host, tmp_path_factory.mktemp("before"), "root").verdicts)
    finally:
        host.stop()


@pytest.mark.parametrize("trick", TRICKS)
def test_what_only_looks_done_no_longer_passes(
    well: tuple[LabHost, dict], trick: str, tmp_path
) -> None:
    """Exactly what the trick concerns turns; before it, whatever turns away from pass did pass."""
    host, before = well
    act, undo, expected = TRICKS[trick]
    host.run(act)
    try:
        after = ask_all(host, tmp_path, "root").verdicts
    finally:
        host.run(undo)

    assert expected == {name: now for name, now in after.items() if now != before[name]}
    assert {"pass"} >= {before[name] for name in expected if name != "log-forwarding-encrypted"}
