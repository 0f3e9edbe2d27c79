"""How many kinds of proof a login asks for, by the stack of PAM and by sshd's methods."""

from dataclasses import replace

import pytest

from attt.facts.login_ways import Claim, by_pam, by_ssh, least
from attt.facts.pam_stack import Services
from attt.facts.user_keys import Key

KEY = Key(
    kind="ed25519", bits=256, owner=None, is_bound=False, is_authority=False, asks_person=False
)
AN = Claim(
    name="an",
    uid=1000,
    groups=frozenset({"an"}),
    has_password=True,
    has_empty_password=False,
    keys=(KEY,),
)
SSHD = {
    "authenticationmethods": "publickey,password",
    "usepam": "yes",
    "pubkeyauthentication": "yes",
    "passwordauthentication": "yes",
}


def stack(*lines: str) -> Services:
    """A host whose service sshd has these lines."""
    return Services(files={"sshd": lines})


@pytest.mark.parametrize(
    ("token", "factors"),
    [
        ("required pam_google_authenticator.so", 2),
        ("required pam_google_authenticator.so nullok", 1),
        ("sufficient pam_google_authenticator.so", 1),
        ("required pam_u2f.so cue", 2),
        ("required pam_u2f.so alwaysok", 1),
        ("required pam_yubico.so id=1 alwaysok", 1),
    ],
)
def test_a_token_counts_only_where_it_must_be_shown(token, factors):
    """Modules have words with which they let everybody pass, or whoever has no token yet."""
    services = stack(f"auth {token}", "auth required pam_unix.so")

    assert factors == least(by_pam("sshd", AN, services))


@pytest.mark.parametrize("usepam", ["yes", "no"])
def test_an_empty_password_proves_nothing(usepam):
    """A key and a password are two kinds, a key and an empty password are one."""
    settings = {**SSHD, "usepam": usepam}
    services = stack("auth required pam_unix.so nullok")
    empty = replace(AN, has_empty_password=True)
    found = [least(by_ssh([settings], claim, services)) for claim in (AN, empty)]

    assert [2, 1] == found


def test_sshd_may_use_another_stack_than_its_own():
    """`PAMServiceName` names it (OpenSSH 9.8 and newer)."""
    weak, strong = (
        ("auth required pam_unix.so",),
        ("auth required pam_oath.so", "auth required pam_unix.so"),
    )
    services = Services(files={"sshd": strong, "yeu": weak})
    settings = {**SSHD, "authenticationmethods": "password"}
    found = [
        least(by_ssh([one], AN, services))
        for one in (settings, {**settings, "pamservicename": "yeu"})
    ]

    assert [2, 1] == found
