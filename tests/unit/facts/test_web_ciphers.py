"""Which weak ciphers a cipher string lets through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attt.facts.web_ciphers import weak
from attt.model.value import Missing


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HIGH:!aNULL:!MD5", ()),
        ("HIGH", ("aNULL",)),
        ("HIGH:3DES:!aNULL", ("3DES",)),
        ("EECDH+AESGCM:EDH+AESGCM", ()),
        ("ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-CHACHA20-POLY1305", ()),
        ("ECDHE-RSA-AES128-SHA:DES-CBC3-SHA", ("3DES",)),
        ("RC4-SHA:!RC4", ()),
        ("!RC4:RC4-SHA", ()),
        ("RC4-SHA:-RC4", ()),
        ("AES128-SHA:@SECLEVEL=0", ("SECLEVEL=0",)),
        ("DEFAULT:@SECLEVEL=2", ()),
        ("ALL:!aNULL:!eNULL:!3DES:!RC4:!IDEA:!SEED:!MD5", ()),
        ("ADH-AES128-SHA", ("aNULL",)),
        ("NULL-SHA256", ("eNULL",)),
        ("EXP-RC4-MD5", ("EXPORT", "MD5", "RC4")),
        ("RSA+RC4", ("RC4",)),
        ("kEDH+3DES:AES256-SHA", ("3DES",)),
    ],
)
def test_what_a_string_adds_and_does_not_kill_is_weak(text, expected):
    """`!` kills for good, `-` takes out what came before, names are read by their parts."""
    assert expected == weak(text, None)


@pytest.mark.parametrize(("policy", "expected"), [("DEFAULT:SHA1", ()), ("LEGACY", ("3DES",))])
def test_the_policy_of_the_system_decides_where_a_profile_names_it(policy, expected):
    """PROFILE=SYSTEM is what update-crypto-policies(8) made of it."""
    assert expected == weak("PROFILE=SYSTEM", policy)


@pytest.mark.parametrize(("text", "policy"), [("PROFILE=SYSTEM", None), ("PROFILE=SYSTEM", ""),
                                              ("PROFILE=SYSTEM", "OWN"), ("whatever", None)])  # fmt: skip
def test_what_openssl_alone_can_tell_is_missing(text, policy):
    """No unknown word passes for a strong one."""
    assert isinstance(weak(text, policy), Missing)


@given(st.text(max_size=80))
def test_any_string_is_told_or_missing(text):
    """Nothing stops the reader."""
    assert isinstance(weak(text, None), (tuple, Missing))
