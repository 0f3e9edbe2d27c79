"""Services, packages and logs of a hardened Debian 12, broken in one way at a time."""

import pytest
from lab.breaking import Break, breaking, broken, expected, turned
from lab.command import check, verdicts

FORWARD = "/etc/rsyslog.d/50-central.conf"
LISTS = "/var/lib/apt/lists"
# A newer bash, from an archive that calls itself that of Debian's security team.
ARCHIVE = """mkdir -p /srv/archive && cd /srv/archive
printf 'Package: bash\\nVersion: 9:5.3\\nArchitecture: amd64\\nMaintainer: A <a@example.org>\\n' >Packages
printf 'Filename: ./bash.deb\\nSize: 1\\nMD5sum: d41d8cd98f00b204e9800998ecf8427e\\n' >>Packages
printf 'Description: a shell\\n' >>Packages
printf 'Origin: Debian\\nLabel: Debian-Security\\nSuite: stable-security\\nCodename: x\\n' >Release
printf 'Architectures: amd64\\nDate: Sun, 22 Nov 2026 10:00:00 UTC\\nSHA256:\\n' >>Release
printf ' %s %s Packages\\n' "$(sha256sum <Packages | cut -d' ' -f1)" "$(stat -c %s Packages)" >>Release
echo 'deb [trusted=yes] file:/srv/archive ./' >/etc/apt/sources.list.d/new.list
apt-get -q update && rm -f /var/cache/apt/*.bin
"""
PENDING = broken(
    ARCHIVE,
    "rm -r /srv/archive /etc/apt/sources.list.d/new.list; apt-get -q update",
    *("package-security-updates", "package-sources-signed"),
)
BREAKS = {
    "forwarding-removed": broken(
        f"mv {FORWARD} /run; systemctl restart rsyslog",
        f"mv /run/50-central.conf {FORWARD}; systemctl restart rsyslog",
        "log-forwarded",
    ),
    "rsyslog-stopped": broken(
        "systemctl stop syslog.socket rsyslog",
        "systemctl start syslog.socket rsyslog",
        *("log-forwarded", "log-service-running"),
    ),
    "logs-readable": broken(
        "chmod 0644 /var/log/auth.log", "chmod 0640 /var/log/auth.log", "log-files-protected"
    ),
    "security-update-waits": PENDING,
}


@pytest.mark.parametrize("hardened", ["debian-12"], indirect=True)
@pytest.mark.parametrize("name", BREAKS)
def test_one_break_of_the_system_turns_exactly_its_findings(hardened, before, tmp_path, name):
    """Before: what concerns it passes. After: that fails, and nothing else moved."""
    moved = turned(hardened, BREAKS[name], before, tmp_path)

    assert expected(BREAKS[name]) == moved


@pytest.mark.parametrize("hardened", ["debian-12"], indirect=True)
def test_asking_for_updates_writes_nothing_and_needs_lists(hardened, tmp_path):
    """Without lists nobody knows what waits; asking leaves apt's folders as they were."""
    gone = Break(
        act=f"mv {LISTS} /var/lib/apt/kept; mkdir {LISTS}; rm -f /var/cache/apt/*.bin",
        undo=f"rm -r {LISTS}; mv /var/lib/apt/kept {LISTS}",
        fails=frozenset(),
    )
    with breaking(hardened, gone):
        first = hardened.snapshot()
        _, document = check(hardened, tmp_path, "--rule", "package-security-updates")
        changed = first.changed(hardened.snapshot())

    assert {"package-security-updates": "unknown"} == verdicts(document)
    assert [] == [path for path in changed if "apt" in path or "dpkg" in path]
