"""Services, packages, logs and texts of one host: broken in one way at a time, and mended again."""

import pytest
from test_check_lab import check, verdicts

FORWARD = "/etc/rsyslog.d/50-central.conf"
UNSIGNED = "/etc/apt/sources.list.d/own.list"
ARCHIVE = """mkdir -p /srv/archive && cd /srv/archive
printf 'Package: bash\\nVersion: 9:5.3\\nArchitecture: amd64\\nMaintainer: A <a@example.org>\\n' >Packages
printf 'Filename: ./bash.deb\\nSize: 1\\nMD5sum: d41d8cd98f00b204e9800998ecf8427e\\n' >>Packages
printf 'Description: a shell\\n' >>Packages
printf 'Origin: Debian\\nLabel: Debian-Security\\nSuite: stable-security\\nCodename: x\\n' >Release
printf 'Architectures: amd64\\nDate: Sun, 22 Nov 2026 10:00:00 UTC\\nSHA256:\\n' >>Release
printf ' %s %s Packages\\n' "$(sha256sum <Packages | cut -d' ' -f1)" "$(stat -c %s Packages)" >>Release
echo 'deb [trusted=yes] file:/srv/archive ./' >/etc/apt/sources.list
apt-get -q update && rm -f /var/cache/apt/*.bin
"""


@pytest.fixture(scope="module")
def hardened_system(lab):
    """One host on which a good admin has been, for every test of this file."""
    host = lab.host("debian-12", name="system")
    host.user("root")
    host.run("systemctl disable --now vsftpd unattended-upgrades")
    host.write(FORWARD, "*.* @10.10.30.5\n")
    host.run("systemctl restart rsyslog")
    host.run("sed -i 's/rotate 4/rotate 90/; s/weekly/daily/' /etc/logrotate.d/rsyslog")
    host.write("/etc/cron.allow", "root\n", mode="0640")
    for path in ("/etc/issue", "/etc/issue.net"):
        host.write(path, "Chỉ người được ủy quyền mới được truy cập.\n")
    host.write("/etc/ssh/sshd_config.d/10-banner.conf", "Banner /etc/issue.net\n")
    host.run("systemctl reload ssh")
    yield host
    host.stop()


BREAKS = {
    "retention-cut": (
        "sed -i 's/rotate 90/rotate 7/' /etc/logrotate.d/rsyslog",
        "sed -i 's/rotate 7/rotate 90/' /etc/logrotate.d/rsyslog",
        {"log-retention": "fail"},
    ),
    "clear-text-service": (
        "systemctl enable --now vsftpd",
        "systemctl disable --now vsftpd",
        {"service-no-legacy": "fail", "socket-no-cleartext": "fail"},
    ),
    "unsigned-source": (
        f"echo 'deb [trusted=yes] file:/srv/own ./' >{UNSIGNED}",
        f"rm {UNSIGNED}",
        {"package-sources-signed": "fail"},
    ),
    "forwarding-removed": (
        f"rm {FORWARD}; systemctl restart rsyslog",
        f"echo '*.* @10.10.30.5' >{FORWARD}; systemctl restart rsyslog",
        {"log-forwarded": "fail"},
    ),
    "rsyslog-stopped": (
        "systemctl stop syslog.socket rsyslog",
        "systemctl start syslog.socket rsyslog",
        {"log-service-running": "fail", "log-forwarded": "fail"},
    ),
    "logs-readable": (
        "chmod 0644 /var/log/auth.log",
        "chmod 0640 /var/log/auth.log",
        {"log-files-protected": "fail"},
    ),
}


@pytest.fixture(scope="module")
def before(hardened_system, tmp_path_factory):
    """The verdicts of the host while nothing on it is broken."""
    return verdicts(check(hardened_system, tmp_path_factory.mktemp("before"))[1])


@pytest.mark.parametrize("name", BREAKS)
def test_one_break_of_the_system_turns_exactly_its_findings(
    hardened_system, before, tmp_path, name
):
    """Before: what concerns it passes. After: that fails, and nothing else moved."""
    command, mend, expected = BREAKS[name]
    hardened_system.run(command)
    try:
        after = verdicts(check(hardened_system, tmp_path)[1])
    finally:
        hardened_system.run(mend)

    changed = {rule: after[rule] for rule in after if after[rule] != before[rule]}
    assert expected == changed
    assert {"pass"} == {before[rule] for rule, now in expected.items() if now == "fail"}


def test_asking_for_updates_writes_nothing_and_needs_lists(hardened_system, before, tmp_path):
    """Without lists nobody knows; with them a pending security update is found, nothing written."""
    hardened_system.run(ARCHIVE)
    first = hardened_system.snapshot()

    _, document = check(hardened_system, tmp_path)

    changed = first.changed(hardened_system.snapshot())
    assert "unknown" == before["package-security-updates"]
    assert "fail" == verdicts(document)["package-security-updates"]
    assert [] == [path for path in changed if "apt" in path or "dpkg" in path]
