"""Single breakages of a hardened host: exactly the findings that concern each turn to fail.

Ten of them through `attt check`; one a rule, as tests/lab/breakages/ has them, mended by the
rule's own fix. `pytest tests/lab/test_breakages_lab.py -k RULE` runs the case of one rule.
"""

import re

import pytest
from lab import cases, rounds
from lab.breaking import broken, expected, turned
from lab.command import check, findings
from lab.hardened import not_passed, not_shown

DROP_IN = "/etc/ssh/sshd_config.d/01-oops.conf"
SUDOERS = "/etc/sudoers.d/99-oops"
SOURCE = "/etc/apt/sources.list.d/own.list"
CORE = "/etc/security/limits.d/99-debug.conf"
TEN = {
    "empty-password": broken(
        "passwd -d khach",
        "usermod -p '!' khach",
        *("account-no-empty-password", "account-personal-names"),
    ),
    "retention-cut": broken(
        "sed -i 's/rotate 90/rotate 7/' /etc/logrotate.d/rsyslog",
        "sed -i 's/rotate 7/rotate 90/' /etc/logrotate.d/rsyslog",
        "log-retention",
    ),
    "sudo-for-all": broken(
        f"echo 'ALL ALL=(ALL:ALL) NOPASSWD: ALL' >{SUDOERS}; chmod 0440 {SUDOERS}",
        f"rm {SUDOERS}",
        "sudo-password-required",
    ),
    "clear-text-service": broken(
        "systemctl enable --now vsftpd",
        "systemctl disable --now vsftpd",
        *("service-no-legacy", "socket-no-cleartext"),
    ),
    "weak-cipher": broken(
        f"echo 'Ciphers aes256-ctr,aes128-cbc' >{DROP_IN}; systemctl restart ssh",
        f"rm {DROP_IN}; systemctl restart ssh",
        "sshd-strong-algorithms",
    ),
    "no-lockout": broken(
        "cd /etc/pam.d; cp common-auth /run; sed -i 's/success=2/success=1/; /faillock/d' common-auth",
        "cp /run/common-auth /etc/pam.d",
        "pam-lockout",
    ),
    "writable-in-etc": broken(
        "touch /etc/app.conf; chmod 0666 /etc/app.conf",
        "rm /etc/app.conf",
        *("file-no-world-writable", "file-system-files-protected"),
    ),
    "unsigned-source": broken(
        f"echo 'deb [trusted=yes] file:/srv/own ./' >{SOURCE}",
        f"rm {SOURCE}",
        "package-sources-signed",
    ),
    "redirects-accepted": broken(
        ("ipv4/conf/host0/accept_redirects", 1),
        ("ipv4/conf/host0/accept_redirects", 0),
        "network-redirects-refused",
    ),
    "core-dumps": broken(f"echo '* - core unlimited' >{CORE}", f"rm {CORE}", "kernel-core-dumps"),
}
# A server that starts is also asked how it is set.
BEGINS = {
    "clear-text-service": {
        "ftp-encrypted": "not_applicable -> fail",
        "ftp-no-anonymous": "not_applicable -> pass",
        "ftp-transfers-logged": "not_applicable -> pass",
        "ftp-users-confined": "not_applicable -> fail",
    }
}


def test_a_hardened_host_passes_all_that_a_container_can_show(hardened, tmp_path):
    """Every rule passes but those named with a reason; only Debian's own package lists are missed."""
    code, document = check(hardened, tmp_path)

    seen = {rule: verdict for (rule, _), (verdict, _) in findings(document).items()}
    assert ["packages.origins"] == [one["fact"] for one in document["missed"]]
    assert ("partly", 4) == (document["status"], code)
    assert sum(verdict == "pass" for verdict in seen.values()) > 90
    assert not_shown(seen) == not_passed(seen)


@pytest.mark.parametrize("name", TEN)
def test_one_breakage_turns_exactly_its_findings(hardened, before, tmp_path, name):
    """What concerns it turns from pass to fail, nothing else moves, and undone all is as before."""
    moved = turned(hardened, TEN[name], before, tmp_path)
    again = findings(check(hardened, tmp_path)[1])

    assert {**expected(TEN[name]), **BEGINS.get(name, {})} == moved
    assert before == again


ROUNDS = tuple(cases.rounds(cases.read()[0]))


@pytest.mark.parametrize("this", ROUNDS, ids=lambda this: this.name)
def test_each_rule_fails_when_broken_and_passes_when_mended_by_its_fix(lab, request, this):
    """Broken, this finding turns to fail and no unrelated one moves; its fix brings all back."""
    troubles = rounds.run(narrowed(this, request.config.getoption("keyword")), lab.host)

    assert not troubles, "\n\n".join(f"{rule}: {said}" for rule, said in troubles.items())


def narrowed(this, keyword):
    """The cases whose rule a word of -k names, where one does; else all."""
    words = set(re.findall(r"[\w-]+", keyword or "")) - {"and", "or", "not"}
    named = tuple(case for case in this.cases if any(word in case.rule for word in words))
    return cases.Round(root=this.root, name=this.name, cases=named or this.cases)
