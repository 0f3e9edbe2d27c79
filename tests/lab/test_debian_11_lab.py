"""Debian 11, whose /usr is not merged and whose OpenSSH and sudo are older: read as its successors."""

from lab.command import check, findings
from lab.hardened import NOT_SHOWN, harden, not_passed

# What these releases do by themselves since: Debian 11 has to be told.
OLDER = {
    "/etc/ssh/sshd_config.d/20-older.conf": (
        "HostKeyAlgorithms -ssh-rsa,ssh-rsa-cert-v01@openssh.com\n"
    ),
    "/etc/sudoers.d/20-older": "Defaults use_pty\n",
}


def test_debian_11_is_told_apart_as_installed_and_passes_hardened(lab, tmp_path):
    """What is weak in this release alone fails; once set, all passes that a container can show."""
    host = lab.host("debian-11")
    try:
        harden(host)
        before = not_passed(_verdicts(host, tmp_path))
        for path, text in OLDER.items():
            host.write(path, text, mode="0440" if "sudoers" in path else None)
        host.run("systemctl restart ssh")
        after = not_passed(_verdicts(host, tmp_path))
    finally:
        host.stop()

    assert {"sshd-strong-algorithms": "fail", "sudo-pty": "fail"} == {
        rule: verdict for rule, verdict in before.items() if rule not in after
    }
    assert {rule: v for rule, v in NOT_SHOWN.items() if v != "not_applicable"} == after


def _verdicts(host, folder):
    _, document = check(host, folder)
    seen = {rule: verdict for (rule, _), (verdict, _) in findings(document).items()}
    return {rule: verdict for rule, verdict in seen.items() if verdict != "not_applicable"}
