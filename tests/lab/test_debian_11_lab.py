"""Debian 11, whose /usr is not merged and whose OpenSSH and sudo are older: read as its successors."""

from lab.command import check, findings
from lab.hardened import harden, not_passed, not_shown

# What these releases do by themselves since: Debian 11 has to be told.
OLDER = {
    "/etc/ssh/sshd_config.d/20-older.conf": (
        "HostKeyAlgorithms -ssh-rsa,ssh-rsa-cert-v01@openssh.com\n"
    ),
    "/etc/sudoers.d/20-older": "Defaults use_pty\n",
}
# What no setting mends: restic speaks no encryption that the release before could choose.
OLD = {"backup-encrypted": "fail", "system-supported": "fail"}


def test_debian_11_is_told_apart_as_installed_and_passes_hardened(lab, tmp_path):
    """What is weak in this release alone fails; once set, all passes that a container can show."""
    host = lab.host("debian-11")
    try:
        harden(host)
        asked = _verdicts(host, tmp_path)
        before = not_passed(asked)
        for path, text in OLDER.items():
            host.write(path, text, mode="0440" if "sudoers" in path else None)
        host.run("systemctl restart ssh")
        after = not_passed(_verdicts(host, tmp_path))
    finally:
        host.stop()

    assert {"sshd-strong-algorithms": "fail", "sudo-pty": "fail"} == {
        rule: verdict for rule, verdict in before.items() if rule not in after
    }
    assert {**not_shown(asked), **OLD} == after


def _verdicts(host, folder):
    _, document = check(host, folder)
    return {rule: verdict for (rule, _), (verdict, _) in findings(document).items()}
