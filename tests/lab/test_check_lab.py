"""`attt check` of one host: what it finds when broken, under which rights, and which lines of sudo."""

import pytest
from lab.breaking import broken, expected, turned
from lab.command import check, findings, verdicts

DROP_IN = "/etc/ssh/sshd_config.d/01-oops.conf"
BREAKS = {
    "root-login": broken(
        f"echo 'PermitRootLogin yes' >{DROP_IN}; systemctl reload ssh",
        f"rm {DROP_IN}; systemctl reload ssh",
        "sshd-root-login",
    ),
    "second-uid-0": broken(
        "useradd -o -u 0 -g 0 -M -s /bin/bash toor",
        "sed -i /^toor:/d /etc/passwd /etc/shadow",
        "account-single-root",
    ),
    "passwd-writable": broken(
        "chmod 0666 /etc/passwd",
        "chmod 0644 /etc/passwd",
        *("file-account-database", "file-no-world-writable", "file-system-files-protected"),
    ),
    "firewall-flushed": broken(
        "nft flush ruleset",
        "nft -f /etc/nftables.conf",
        *("firewall-active", "firewall-default-deny"),
    ),
    "time-stopped": broken(
        "systemctl stop chrony",
        "systemctl start chrony; for n in $(seq 50); do "
        "chronyc -n tracking | grep -q 'Leap status *: Normal' && exit 0; sleep 0.2; done; exit 1",
        *("time-service-running", "time-synchronised"),
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_one_break_turns_exactly_its_findings(hardened, before, tmp_path, name):
    """Before: everything concerned passes. After: exactly that fails, and nothing else moved."""
    moved = turned(hardened, BREAKS[name], before, tmp_path)

    assert expected(BREAKS[name]) == moved


def test_the_printed_lines_of_sudo_find_what_root_finds(hardened, before, tmp_path):
    """With exactly the lines of `plan --sudoers` all findings are root's, the lines are none of them."""
    _, document = check(hardened, tmp_path, user="audit")

    assert ["packages.origins"] == [one["fact"] for one in document["missed"]]
    assert ("partly", "sudo") == (document["status"], document["privilege"])
    assert before == findings(document)
    assert "pass" == verdicts(document)["sudo-password-required"]


def test_without_rights_nothing_passes_that_was_not_seen(debian, tmp_path):
    """An account without sudo: the host is read in part, exit 4, and the reason is named."""
    debian.user("plain", sudo=None)
    code, document = check(debian, tmp_path, user="plain")

    assert (4, "partly", "none") == (code, document["status"], document["privilege"])
    assert "unknown" == verdicts(document)["sshd-root-login"]
    assert "unknown" == verdicts(document)["firewall-active"]


def test_without_the_walk_nothing_is_said_of_files(hardened, tmp_path):
    """With --no-walk the rules that need the walk are unknown, and the others are judged."""
    found = verdicts(check(hardened, tmp_path, "--no-walk")[1])

    assert ("unknown", "pass") == (found["file-suid-known"], found["network-syn-cookies"])
