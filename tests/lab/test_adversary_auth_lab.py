"""Settings of logins that look right and are not, and right ones written as other people's tools do."""

from collections.abc import Iterator, Mapping

import pytest
from lab.host import LabHost
from lab.session import Lab
from test_check_lab import check, verdicts

RULES = ("pam-no-null-passwords", "pam-password-length", "session-timeout", "session-umask")
MORE = ("su-restricted", "sudo-logged", "sudo-password-required")
PASSWORD = """password required pam_pwquality.so retry=1
password [success=1 default=ignore] pam_unix.so {} yescrypt
password requisite pam_deny.so
password required pam_permit.so
"""
HARDENED = {
    "/etc/security/pwquality.conf": "# minlen = 8\n",
    "/etc/security/pwquality.conf.d/50-office.conf": "minlen = 14\nminclass = 4\n",
    "/etc/pam.d/common-password": PASSWORD.format("use_authtok"),
    "/etc/profile.d/90-time.sh": 'case "$-" in *i*) ;; *) return ;; esac\ntypeset -xr TMOUT=300\n',
    "/etc/bash.bashrc": "umask u=rwx,g=rx,o=\n",
    "/etc/sudoers.d/90-log": "Defaults !syslog\nDefaults logfile=/var/log/sudo.log\n",
}
SET_RIGHT = (
    "sed -i 's/ nullok//' /etc/pam.d/common-auth; groupadd sugroup; useradd -m -s /bin/bash khach; "
    "sed -i '/pam_rootok/a auth required pam_wheel.so use_uid group=sugroup' /etc/pam.d/su; "
    "cp -a /etc /root/etc"
)
UNDO = "rm -rf /etc/sudoers.d /etc/profile.d /etc/security; cp -a /root/etc/. /etc/"
BREAKS = {
    "each-in-its-own-place": (
        {
            "/etc/pam.d/sshd": "auth sufficient pam_rootok.so\n@include common-auth\n",
            "/etc/pam.d/common-password": PASSWORD.format(""),
            "/etc/profile.d/90-time.sh": '[ "$(id -u)" = 0 ] && return\nreadonly TMOUT=300\n',
            "/etc/profile.d/91-umask.sh": "umask a=rwx\n",
            "/etc/pam.d/su-l": "auth sufficient pam_rootok.so\n@include common-auth\n",
            "/etc/sudoers.d/90-log": "Defaults syslog_goodpri=none\nDefaults>root !authenticate\n",
        },
        {
            **dict.fromkeys((*RULES, "su-restricted", "sudo-logged"), "fail"),
            "sudo-password-required": "unknown",
        },
    ),
    "in-other-words": (
        {
            "/etc/pam.d/sudo": (
                "# kept \\\nauth sufficient pam_permit.so\nauth required pam_deny.so\n"
            ),
            "/etc/security/pwquality.conf.d/50-office.conf": "# minlen = 14\nminclass = 4\n",
            "/etc/profile.d/90-time.sh": "if false; then\n  readonly TMOUT=300\nfi\n",
            "/etc/bash.bashrc": "",
            "/etc/login.defs": "UMASK 027\n",
            "/etc/pam.d/common-session": "session optional pam_umask.so usergroups\n",
        },
        {**dict.fromkeys(RULES, "fail"), "session-timeout": "unknown"},
    ),
    "in-the-last-resort": (
        {"/etc/pam.d/other": "auth required pam_permit.so\n"},
        {"pam-no-null-passwords": "fail"},
    ),
}


@pytest.fixture(scope="module")
def host(lab: Lab) -> Iterator[LabHost]:
    """One Debian 12, hardened in unusual ways; each test leaves it so."""
    made = lab.host("debian-12")
    try:
        made.user("root")
        _write(made, HARDENED)
        made.run(SET_RIGHT)
        yield made
    finally:
        made.stop()


def _write(host: LabHost, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        host.write(path, text, mode="0440" if "sudoers" in path else None)


def _verdicts(host: LabHost, folder) -> dict[str, str]:
    words = [word for rule in (*RULES, *MORE) for word in ("--rule", rule)]
    return verdicts(check(host, folder, *words)[1])


def test_other_peoples_ways_of_hardening_pass(host, tmp_path):
    """Drop-ins, typeset, an early return of other shells and letters for a umask are as good."""
    assert dict.fromkeys((*RULES, *MORE), "pass") == _verdicts(host, tmp_path)


@pytest.mark.parametrize("name", BREAKS)
def test_what_only_looks_right_does_not_pass(host, tmp_path, name):
    """The changes of a round turn the rules that they concern, and no other."""
    files, expected = BREAKS[name]
    _write(host, files)
    try:
        now = _verdicts(host, tmp_path)
    finally:
        host.run(UNDO)

    assert expected == {rule: said for rule, said in now.items() if said != "pass"}


def test_a_weak_password_is_really_stored_without_use_authtok(host):
    """The host itself: a required module refuses, and pam_unix asks for another one and takes it."""
    marks = []
    for told in ("use_authtok", ""):
        host.write("/etc/pam.d/passwd", PASSWORD.format(told))
        host.run("usermod -p '!' khach; echo khach:Old-Password-2026x | chpasswd -c SHA512")
        said = "Old-Password-2026x\nab9Zq7w\nab9Zq7w\nab9Zq7w\n"
        host.run(["runuser", "-u", "khach", "--", "passwd"], input=said, check=False)
        marks.append(host.run("getent shadow khach | cut -d: -f2 | cut -c1-3").stdout.strip())
    host.run(UNDO)

    assert ["$6$", "$y$"] == marks
