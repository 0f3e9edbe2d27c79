"""How people get in: a hardened host, broken in one way at a time, and set right again."""

from collections.abc import Iterator

import pytest
from lab.host import LabHost
from lab.session import Lab
from test_check_lab import check, verdicts

from attt.collect.dialect.posix import sudo_argv
from attt.facts.registry import FACTS
from attt.model.ask import Privilege
from attt.model.subject import SubjectKind
from attt.plan.sudoers import sudoers

AUTH = """auth required pam_faillock.so preauth
auth [success=2 default=ignore] pam_unix.so
auth [default=die] pam_faillock.so authfail
auth requisite pam_deny.so
auth required pam_permit.so
"""
ACCOUNT = """account required pam_faillock.so
account [success=1 new_authtok_reqd=done default=ignore] pam_unix.so
account requisite pam_deny.so
account required pam_permit.so
"""
PASSWORD = """password requisite pam_pwquality.so retry=3
password required pam_pwhistory.so remember=10 use_authtok enforce_for_root
password [success=1 default=ignore] pam_unix.so obscure use_authtok try_first_pass yescrypt
password requisite pam_deny.so
password required pam_permit.so
"""
SSHD = """PermitRootLogin prohibit-password
X11Forwarding no
AllowTcpForwarding no
LoginGraceTime 60
MaxStartups 10:30:60
AllowGroups root quantri
"""
FILES = {
    "/etc/pam.d/common-auth": AUTH,
    "/etc/pam.d/common-account": ACCOUNT,
    "/etc/pam.d/common-password": PASSWORD,
    "/etc/security/faillock.conf": "deny = 5\nunlock_time = 900\n",
    "/etc/security/pwquality.conf": "minlen = 14\ndcredit = -1\nucredit = -1\nlcredit = -1\nocredit = -1\n",
    "/etc/ssh/sshd_config.d/10-hardening.conf": SSHD,
    "/etc/profile.d/90-session.sh": "TMOUT=300\nreadonly TMOUT\nexport TMOUT\numask 027\n",
    "/etc/sudoers.d/10-hardening": "Defaults logfile=/var/log/sudo.log\n",
}
SET_RIGHT = (
    "groupadd sugroup; groupadd quantri; useradd -m khach; chmod 0750 /home/khach; "
    "sed -i '/pam_rootok/a auth required pam_wheel.so use_uid group=sugroup' /etc/pam.d/su; "
    "sed -i 's/^PASS_MAX_DAYS.*/PASS_MAX_DAYS 90/' /etc/login.defs; systemctl restart ssh"
)
MINE = frozenset(
    {
        *("pam-lockout", "pam-no-null-passwords", "pam-password-dictionary", "pam-password-hash"),
        *("pam-password-history", "pam-password-length", "account-home-private", "sudo-logged"),
        *("account-new-password-max-age", "account-root-group", "account-unique-ids", "sudo-pty"),
        *("sudo-password-required", "su-restricted", "session-timeout", "session-umask"),
        *("login-no-autologin", "sshd-access-limited", "sshd-connection-limit", "sshd-log-level"),
        *(
            "sshd-login-grace",
            "sshd-no-host-based",
            "sshd-no-user-environment",
            "sshd-strict-modes",
        ),
        *("sshd-no-x11-forwarding", "sshd-tcp-forwarding", "sshd-use-pam"),
    }
)
BREAKS = {
    "empty-password": (
        "passwd -d khach",
        "usermod -p '!' khach",
        "account-no-empty-password",
    ),
    "sudo-for-all": (
        "echo 'ALL ALL=(ALL:ALL) NOPASSWD: ALL' >/etc/sudoers.d/99-oops; chmod 0440 /etc/sudoers.d/99-oops",
        "rm /etc/sudoers.d/99-oops",
        "sudo-password-required",
    ),
    "weak-cipher": (
        "echo 'Ciphers aes256-ctr,aes128-cbc' >/etc/ssh/sshd_config.d/01-oops.conf; systemctl restart ssh",
        "rm /etc/ssh/sshd_config.d/01-oops.conf; systemctl restart ssh",
        "sshd-strong-algorithms",
    ),
    "no-lockout": (
        "cp /etc/pam.d/common-auth /root/; sed -i 's/success=2/success=1/; /faillock/d' /etc/pam.d/common-auth",
        "cp /root/common-auth /etc/pam.d/",
        "pam-lockout",
    ),
    "short-passwords": (
        "sed -i 's/minlen = 14/minlen = 8/' /etc/security/pwquality.conf",
        "sed -i 's/minlen = 8/minlen = 14/' /etc/security/pwquality.conf",
        "pam-password-length",
    ),
    "no-timeout": (
        "sed -i /TMOUT/d /etc/profile.d/90-session.sh",
        "printf 'TMOUT=300\\nreadonly TMOUT\\n' >>/etc/profile.d/90-session.sh",
        "session-timeout",
    ),
}


@pytest.fixture(scope="module")
def hardened(lab: Lab) -> Iterator[LabHost]:
    """One Debian 12 on which all of this has been set right; each test leaves it so."""
    host = lab.host("debian-12")
    try:
        host.user("root")
        for path, text in FILES.items():
            host.write(path, text, mode="0440" if "sudoers" in path else None)
        host.run(SET_RIGHT)
        yield host
    finally:
        host.stop()


@pytest.fixture(scope="module")
def before(hardened: LabHost, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The verdicts of the host as it was set right."""
    return verdicts(check(hardened, tmp_path_factory.mktemp("before"))[1])


def test_what_was_set_right_passes(before):
    """A host that follows the fixes of these rules passes every one of them."""
    not_passed = {rule: before.get(rule) for rule in MINE if before.get(rule) != "pass"}

    assert {} == not_passed


@pytest.mark.parametrize("name", BREAKS)
def test_one_break_of_a_login_turns_exactly_its_finding(hardened, before, tmp_path, name):
    """Each break turns one rule from pass to fail, and no other verdict moves."""
    command, undo, rule = BREAKS[name]
    hardened.run(command)
    try:
        now = verdicts(check(hardened, tmp_path)[1])
    finally:
        hardened.run(undo)

    assert "pass" == before[rule]
    assert {rule: "fail"} == {one: now[one] for one in now if now[one] != before[one]}


def test_the_lines_that_attt_asks_for_are_no_finding(hardened, tmp_path):
    """Exact commands without a password, as `plan --sudoers` prints them, give nobody full rights."""
    kinds = [
        kind for kind in FACTS.values() if kind.subject is SubjectKind.HOST and not kind.params
    ]
    asks = [ask for kind in kinds for ask in kind.asks({}).values()]
    argvs = [argv for ask in asks if ask.privilege is Privilege.ROOT for argv in sudo_argv(ask)]
    hardened.write("/etc/sudoers.d/50-attt", sudoers(["khach"], argvs), mode="0440")
    hardened.run(["visudo", "-cq"])
    try:
        now = verdicts(check(hardened, tmp_path, "--rule", "sudo-password-required")[1])
    finally:
        hardened.run("rm /etc/sudoers.d/50-attt")

    assert {"sudo-password-required": "pass"} == now
