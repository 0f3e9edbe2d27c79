"""Lines of authorized_keys: which are keys, how strong they are and whose."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attt.facts.redact import authorized_keys
from attt.facts.user_keys import read


def _blob(kind: str, *parts: bytes) -> str:
    raw = b"".join(len(part).to_bytes(4, "big") + part for part in (kind.encode(), *parts))
    return base64.b64encode(raw).decode()


def _rsa(bits: int) -> str:
    modulus = b"\x00" + (1 << bits - 1).to_bytes(bits // 8, "big")
    blob = _blob("ssh-rsa", b"\x01\x00\x01", modulus)
    return f"ssh-rsa {blob}"


ED25519 = f"ssh-ed25519 {_blob('ssh-ed25519', bytes(32))}"


@pytest.mark.parametrize("bits", [1024, 2048, 4096])
def test_the_bits_of_an_rsa_key_are_those_of_its_modulus(bits: int) -> None:
    """The leading zero byte of the number counts for nothing."""
    found = [(key.kind, key.bits) for key in read(_rsa(bits).encode())]

    assert [("rsa", bits)] == found


@pytest.mark.parametrize(
    ("comment", "owner"),
    [
        ("Binh@laptop", "binh"),
        ("Tran Van Binh", "tran van binh"),
        ("rsa-key-20240102", None),
        ("imported-openssh-key", None),
        ("", None),
    ],
)
def test_the_comment_names_the_owner(comment: str, owner: str | None) -> None:
    """What programs write by themselves names nobody."""
    assert [owner] == [key.owner for key in read(f"{ED25519} {comment}".encode())]


def test_options_may_hold_blanks_and_quotes() -> None:
    """The first blank outside of quotes ends the options."""
    line = f'no-pty,command="echo \\"a b\\", x",verify-required {ED25519} an@pc'
    (key,) = read(line.encode())

    assert (True, True, False, "an") == (
        key.is_bound,
        key.asks_person,
        key.is_authority,
        key.owner,
    )


@pytest.mark.parametrize(
    "line",
    [
        "# ssh-ed25519 AAAA",
        "ssh-ed25519",
        "ssh-ed25519 AAAA*",
        f"ssh-rsa {_blob('ssh-ed25519', bytes(32))}",
        "not a key at all",
        "",
    ],
)
def test_what_is_no_key_opens_nothing(line: str) -> None:
    """Such lines are passed over, as sshd does."""
    assert [] == read(line.encode())


@given(st.binary(max_size=400))
def test_any_bytes_can_be_read(content: bytes) -> None:
    """Whatever stands in a file, keys come of it or none."""
    assert all(key.bits >= 0 for key in read(content))


@given(st.text(alphabet='ab "\\,=\n', max_size=40))
def test_hiding_commands_changes_no_key(command: str) -> None:
    """What a key may run is hidden, and everything else is read as before."""
    whole = f'command="{command}",no-pty {ED25519} an@pc\n{_rsa(2048)} binh@pc\n'.encode()
    hidden = authorized_keys(whole)

    assert (len(whole), read(whole)) == (len(hidden), read(hidden))


def test_a_password_in_a_command_is_hidden() -> None:
    """Neither commands nor environments are kept."""
    line = f'environment="TOKEN=khong-luu",command="x --password khong-luu" {ED25519}'.encode()

    assert b"khong-luu" not in authorized_keys(line)
