"""How many kinds of proof a login asks for, by the stack of PAM and by sshd's methods."""

from dataclasses import replace

import pytest

from attt.facts.login_ways import Claim, by_pam, by_ssh, least
from attt.facts.pam_factors import UNSEEN
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
        ("required pam_u2f.so nouserok cue", 1),
        ("required pam_google_authenticator.so grace_period=0", 2),
        ("required pam_google_authenticator.so grace_period=3600", UNSEEN),
        ("[success=ok user_unknown=ignore default=die] pam_oath.so usersfile=/etc/oath", 1),
        ("[success=ok default=die] pam_oath.so usersfile=/etc/oath", 2),
        ("required pam_duo.so", UNSEEN),
        ("required pam_radius_auth.so", UNSEEN),
        ("required pam_radius_auth.so localifdown", UNSEEN),
        ("[success=ok authinfo_unavail=ignore default=die] pam_radius_auth.so", UNSEEN),
        ("[success=ok auth_err=die default=ignore] pam_radius_auth.so", UNSEEN),
    ],
)
def test_a_token_counts_only_where_it_must_be_shown(token, factors):
    """Modules have words with which they let everybody pass, whoever has no token yet, or at times."""
    services = stack(f"auth {token}", "auth required pam_unix.so")

    assert factors == least(by_pam("sshd", AN, services))


def test_a_key_and_a_server_are_two_kinds():
    """Whatever the server asks for, it is no key; with a password it may be one more password."""
    services = stack("auth required pam_radius_auth.so")
    found = [
        least(by_ssh([{**SSHD, "authenticationmethods": one}], AN, services))
        for one in ("publickey,password", "password")
    ]

    assert [2, UNSEEN] == found


def test_a_token_that_may_not_be_installed_is_not_sure():
    """A dash before the type passes a module over that is not there."""
    services = stack("-auth required pam_google_authenticator.so", "auth required pam_unix.so")

    assert UNSEEN == least(by_pam("sshd", AN, services))


@pytest.mark.parametrize(("conf", "factors"), [("", 2), (" conf=/etc/other.conf", UNSEEN)])
def test_duo_counts_where_its_file_lets_nobody_in_without_its_server(conf, factors):
    """The file that was read says so; another one, which the line names, may not."""
    services = stack(f"auth required pam_duo.so{conf}", "auth required pam_unix.so")
    claim = replace(AN, closed=frozenset({"pam_duo"}))

    assert factors == least(by_pam("sshd", claim, services))


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
