"""How people get in, and what keeps others out: a hardened Debian 12, broken in one way at a time."""

import pytest
from lab.breaking import broken, expected, turned

QUALITY = "/etc/security/pwquality.conf"
SESSION = "/etc/profile.d/90-session.sh"
BREAKS = {
    "short-passwords": broken(
        f"sed -i 's/minlen = 14/minlen = 8/' {QUALITY}",
        f"sed -i 's/minlen = 8/minlen = 14/' {QUALITY}",
        "pam-password-length",
    ),
    "no-timeout": broken(
        f"cp {SESSION} /run; sed -i /TMOUT/d {SESSION}",
        f"cp /run/90-session.sh {SESSION}",
        "session-timeout",
    ),
    "shell-without-timeout": broken(
        "usermod -s /bin/sh khach", "usermod -s /bin/bash khach", "session-timeout"
    ),
    "firewall-by-hand": broken(
        "systemctl disable nftables", "systemctl enable nftables", "firewall-kept-at-boot"
    ),
}


@pytest.mark.parametrize("hardened", ["debian-12"], indirect=True)
@pytest.mark.parametrize("name", BREAKS)
def test_one_break_of_a_login_turns_exactly_its_finding(hardened, before, tmp_path, name):
    """Each break turns one rule from pass to fail, and no other finding moves."""
    moved = turned(hardened, BREAKS[name], before, tmp_path)

    assert expected(BREAKS[name]) == moved
