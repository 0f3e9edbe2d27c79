"""Who can get in, by what, and who did: a Debian with people and MFA, broken in one way at a time."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab.breaking import Break, breaking, broken
from lab.command import Findings, check, findings, verdicts
from lab.hardened import exact_lines
from lab.host import LabHost
from lab.session import Lab

RULES = (
    *("account-admin-password-age", "account-database-consistent"),
    *("account-default-disabled", "account-has-owner", "account-inactive-disabled"),
    *("account-keys-one-person", "account-keys-protected", "account-keys-strong"),
    *("account-leftover-rights", "account-locked-keys", "account-no-trust-files"),
    *("account-personal-names", "account-stored-passwords", "boot-rescue-login"),
    *("login-admin-mfa", "sudo-clean-environment", "sudo-no-exceptions", "sudo-own-password"),
)
ASKED = tuple(word for rule in RULES for word in ("--rule", rule))
PAM = "/etc/pam.d/sshd"
SSHD = "/etc/ssh/sshd_config.d/10-mfa.conf"
# The audit's own account enters by a key alone, from where the audit comes from, and has no rights
# but commands that are written out: it is no administrator's.
MFA = """PermitRootLogin no
KbdInteractiveAuthentication yes
AuthenticationMethods publickey,keyboard-interactive:pam
Match User audit
  AuthenticationMethods publickey
"""
SSSD = """[sssd]
services = nss, pam
domains = mau.example
[domain/mau.example]
id_provider = ldap
ldap_uri = ldap://127.0.0.1
"""
SETUP = f"""set -e
useradd -m -s /bin/bash -c "Tran Binh" -G sudo binh; echo binh:Mot-hai-ba-4 | chpasswd
useradd -m -s /bin/bash -c "Le An" an
ssh-keygen -q -t ed25519 -N '' -C binh@laptop -f /run/binh
ssh-keygen -q -t rsa -b 1024 -N '' -C binh@old -f /run/weak
ssh-keygen -q -t ed25519 -N '' -C an@laptop -f /run/an
for u in an binh; do
  install -d -m 0700 -o $u /home/$u/.ssh
  install -m 0600 -o $u /run/$u.pub /home/$u/.ssh/authorized_keys
done
sed -i 's/^@include common-auth/auth required pam_google_authenticator.so\\nauth required pam_permit.so/' {PAM}
mkdir /run/kept; cp {PAM} {SSHD} /run/kept/
"""
RELOAD = "systemctl reload ssh; sleep 0.5; touch /run/sshd.pid"
KEEP_PAM = f"cp /run/kept/sshd {PAM}"
KEEP_SSHD = f"cp /run/kept/10-mfa.conf {SSHD}; {RELOAD}"
KEYS = "/home/binh/.ssh/authorized_keys"
OLD = "useradd -m -s /bin/bash -c Cu {0}; echo {0}:Mot-hai-ba-4 | chpasswd; chage -d 2024-01-02 {0}"
DROP = "/etc/sudoers.d/oops"
BREAKS = {
    "no-code-yet": broken(
        f"sed -i 's/google_authenticator.so/& nullok/' {PAM}", KEEP_PAM, "login-admin-mfa"
    ),
    "code-jumped-over": broken(
        f"sed -i '0,/^auth/s//auth [success=1 default=ignore] pam_succeed_if.so user ingroup sudo\\n&/' {PAM}",
        KEEP_PAM,
        "login-admin-mfa",
    ),
    "key-alone-from-inside": broken(
        f"printf 'Match Address 10.0.0.0/8\\n AuthenticationMethods publickey\\n' >>{SSHD}; {RELOAD}",
        KEEP_SSHD,
        "login-admin-mfa",
    ),
    "methods-left-out": broken(
        f"sed -i '0,/^AuthenticationMethods/s//#&/' {SSHD}; {RELOAD}", KEEP_SSHD, "login-admin-mfa"
    ),
    "from-the-image": broken(
        OLD.format("ubuntu"),
        "userdel -r ubuntu",
        *("account-inactive-disabled", "account-default-disabled"),
    ),
    "shared": broken(
        f"useradd -m -s /bin/bash quantri; echo quantri:Mot-hai-ba-4 | chpasswd; cat /run/an.pub >>{KEYS}",
        f"userdel -r quantri; cp /run/binh.pub {KEYS}",
        *("account-personal-names", "account-has-owner", "account-keys-one-person"),
    ),
    "locked-only": broken(
        "echo an:Mot-hai-ba-4 | chpasswd; usermod -L an", "usermod -p '*' an", "account-locked-keys"
    ),
    "old-admin-password": broken(
        "chage -d 2026-01-02 binh",
        "chage -d $(date +%F) binh",
        *("account-admin-password-age", "account-inactive-disabled"),
    ),
    "keys": broken(
        f"cat /run/weak.pub >>{KEYS}; chmod 0666 {KEYS}",
        f"cp /run/binh.pub {KEYS}; chmod 0600 {KEYS}",
        *("account-keys-strong", "account-keys-protected"),
    ),
    "ghost": broken(
        "echo 'ghost ALL=(ALL) ALL' >/etc/sudoers.d/ghost; touch /var/spool/cron/crontabs/ghost; "
        "echo 'ghost:!:20000::::::' >>/etc/shadow",
        "rm /etc/sudoers.d/ghost /var/spool/cron/crontabs/ghost; sed -i /^ghost:/d /etc/shadow",
        *("account-leftover-rights", "account-database-consistent"),
    ),
    "files-in-homes": broken(
        "touch /home/an/.rhosts; install -m 0644 /dev/null /home/an/.netrc",
        "rm /home/an/.rhosts /home/an/.netrc",
        *("account-no-trust-files", "account-stored-passwords"),
    ),
    "root-shell-on-rescue": broken(
        "mkdir -p /etc/systemd/system/rescue.service.d; printf '[Service]\\nEnvironment="
        "SYSTEMD_SULOGIN_FORCE=1\\n' >/etc/systemd/system/rescue.service.d/x.conf; systemctl daemon-reload",
        "rm -r /etc/systemd/system/rescue.service.d; systemctl daemon-reload",
        "boot-rescue-login",
    ),
    "sudo": broken(
        f"printf 'Defaults env_keep += LD_PRELOAD\\nDefaults rootpw\\nan ALL=(ALL) ALL, !/bin/sh\\n' >{DROP}",
        f"rm {DROP}",
        *("sudo-clean-environment", "sudo-own-password", "sudo-no-exceptions"),
    ),
}


def _found(host: LabHost, folder: Path) -> Findings:
    seen = findings(check(host, folder, "--level", "3", *ASKED, user="audit")[1])
    return {(rule, ""): verdict for (rule, _), verdict in seen.items()}


@pytest.fixture(scope="module")
def office(lab: Lab) -> Iterator[LabHost]:
    """A host with an administrator, another person, and a code at every login."""
    host = lab.host("debian-12-services")
    try:
        host.user("audit", sudo=exact_lines("audit", host))
        host.write(SSHD, MFA)
        host.run("usermod -c Audit audit")
        host.run(SETUP)
        # A login at a terminal, so that lastlog is seen to be written, and by then a code for all.
        words = ["ssh", "-tt", "-F", "none", "-i", str(host.identity), "-o", "BatchMode=yes"]
        options = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
        subprocess.run(
            [*words, *options, f"audit@{host.address}", "true"],
            check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=20,
        )  # fmt: skip
        host.run(RELOAD)
        yield host
    finally:
        host.stop()


@pytest.fixture(scope="module")
def at_first(office: LabHost, tmp_path_factory: pytest.TempPathFactory) -> Findings:
    """What is found while nothing is broken."""
    return _found(office, tmp_path_factory.mktemp("accounts"))


def test_a_host_that_asks_for_a_code_passes(at_first: Findings) -> None:
    """Nothing is wrong there; the audit's own narrow account is no way around the code."""
    assert {(rule, ""): ("pass", "") for rule in RULES} == at_first


@pytest.mark.parametrize("name", BREAKS)
def test_one_break_of_an_account_turns_exactly_its_findings(
    office: LabHost, at_first: Findings, tmp_path: Path, name: str
) -> None:
    """Whatever is broken about accounts turns its own rules to fail, and no other."""
    this: Break = BREAKS[name]
    with breaking(office, this):
        now = _found(office, tmp_path)
    moved = {rule: verdict for (rule, _), (verdict, _) in now.items() if verdict != "pass"}

    assert dict.fromkeys(this.fails, "fail") == moved


def test_a_directory_counts_while_it_runs(lab: Lab, tmp_path: Path) -> None:
    """Accounts are central with SSSD for a domain; not before, and no longer when it has stopped."""
    host = lab.host("debian-12-services")
    steps = ("true", "systemctl start sssd", "systemctl stop sssd")
    try:
        host.user("root")
        seen = []
        for step in steps:
            host.run(step)
            _, document = check(host, tmp_path, "--rule", "account-central")
            seen.append(verdicts(document)["account-central"])
            host.write("/etc/sssd/sssd.conf", SSSD, mode="0600")
    finally:
        host.stop()

    assert ["fail", "pass", "fail"] == seen
