"""Network, mounts and files of a hardened Debian 13, broken in one way at a time."""

import pytest
from lab.breaking import broken, expected, turned

BREAKS = {
    "redirects-ipv6": broken(
        ("ipv6/conf/host0/accept_redirects", 1),
        ("ipv6/conf/host0/accept_redirects", 0),
        "network-redirects-refused",
    ),
    "program-of-a-person": broken(
        "install -o khach -m 0755 /usr/bin/true /usr/local/bin/tool",
        "rm /usr/local/bin/tool",
        "file-system-files-protected",
        unknown=("software-outside-approved",),
    ),
    "open-folder": broken("mkdir -m 0777 /srv/in", "rmdir /srv/in", "file-sticky-folders"),
    "new-suid": broken(
        "install -m 4755 /usr/bin/find /usr/local/bin/helper",
        "rm /usr/local/bin/helper",
        "file-suid-known",
        unknown=("software-outside-approved",),
    ),
    "no-owner": broken("touch /srv/a; chown 4242 /srv/a", "rm /srv/a", "file-no-unowned"),
    "shm-exec": broken(
        "mount -o remount,exec /dev/shm", "mount -o remount,noexec /dev/shm", "mount-shared-memory"
    ),
}


@pytest.mark.parametrize("hardened", ["debian-13"], indirect=True)
@pytest.mark.parametrize("name", BREAKS)
def test_one_break_of_the_ground_turns_exactly_its_finding(hardened, before, tmp_path, name):
    """Each break fails exactly what concerns it, and no other finding moves."""
    moved = turned(hardened, BREAKS[name], before, tmp_path)

    assert expected(BREAKS[name]) == moved
