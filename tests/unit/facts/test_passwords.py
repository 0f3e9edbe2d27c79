"""Password fields of shadow(5): state, scheme, and that no hash is kept."""

from hypothesis import given
from hypothesis import strategies as st

from attt.facts import passwords, redact

_RAW = b"""root:$y$j9T$abcdefgh$0123456789abcdefghijklmnopqrstuvwxyzABCDEFG:20000:0:60:7:30:20100:
an:!$6$salt$hash:20000:0:99999:7:::
quantri2:aaQSqAReePlq6:0:0:99999:7:::
nguoidung1::20000:0:99999:7:::
daemon:*:20000:0:99999:7:::
dung:!!:20000::::::
em:mat khau cua toi:20000:0:-1:7:::
"""


def _states(content: bytes) -> dict[str, tuple[str, str | None]]:
    return {name: (p.state, p.hash) for name, p in passwords.parse(content).items()}


def test_each_kind_of_field_has_its_state_and_scheme() -> None:
    """Empty lets anybody in; a mark or a text that is no hash locks; a hash under a mark is kept."""
    expected = {
        "root": ("set", "yescrypt"),
        "an": ("locked", "sha512"),
        "quantri2": ("set", "des"),
        "nguoidung1": ("empty", None),
        "daemon": ("locked", None),
        "dung": ("locked", None),
        "em": ("locked", None),
    }

    assert expected == _states(_RAW)


def test_redacting_keeps_what_is_read_and_nothing_else() -> None:
    """No hash, salt or mistyped password stays, and every field reads the same."""
    redacted = redact.shadow(_RAW)

    assert passwords.parse(_RAW) == passwords.parse(redacted)
    for secret in (b"0123456789abc", b"j9T", b"salt", b"hash", b"QSqARee", b"mat khau"):
        assert secret not in redacted


def test_days_become_instants_and_counts() -> None:
    """Days since 1970 are instants; -1 and nothing are no limit; 0 asks for a new password."""
    read = passwords.parse(_RAW)

    assert ("2024-10-04T00:00:00Z", "2025-01-12T00:00:00Z", 60, 30) == (
        read["root"].changed,
        read["root"].expires,
        read["root"].max_days,
        read["root"].inactive_days,
    )
    assert (None, True) == (read["quantri2"].changed, read["quantri2"].must_change)
    assert read["em"].max_days is None


def test_passwd_keeps_its_x_and_loses_hashes() -> None:
    """The second field of passwd(5) is x, or on very old hosts the hash itself."""
    raw = b"root:x:0:0::/root:/bin/sh\nold:$1$ab$cdefghijk:7:7::/:/bin/sh\n"
    expected = b"root:x:0:0::/root:/bin/sh\nold:$1$[redacted]:7:7::/:/bin/sh\n"

    assert expected == redact.passwd(raw)


@given(st.binary(max_size=200))
def test_any_bytes_read_the_same_before_and_after_redacting(content: bytes) -> None:
    """parse(raw) == parse(redact(raw)), and redacting again changes nothing."""
    once = redact.shadow(content)

    assert passwords.parse(content) == passwords.parse(once)
    assert once == redact.shadow(once)


@given(st.binary(min_size=1, max_size=60))
def test_no_field_but_a_mark_survives_redacting(secret: bytes) -> None:
    """Whatever stands in the field, at most marks and the scheme's name are left of it."""
    if b":" in secret or b"\n" in secret:
        return
    kept = redact.shadow(b"an:" + secret + b":1").split(b":")[1].lstrip(b"!*")

    assert kept == b"" or kept.endswith((b"[redacted]", b"[invalid]"))
