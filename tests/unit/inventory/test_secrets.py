"""Credentials are fetched only where they are kept safely, and never show themselves."""

import copy
import pickle
from pathlib import Path

import pytest

from attt.errors import InputError
from attt.inventory.secrets import Revealed, key_file, resolve
from attt.model.inventory import Secret


def kept(folder: Path, text: bytes, mode: int = 0o600) -> Secret:
    path = folder / "secret"
    path.write_bytes(text)
    path.chmod(mode)
    return Secret(scheme="file", name=str(path))


def test_environment_and_file_give_the_credential(tmp_path):
    """env: reads a variable, file: a file without its last line break, ~/ is the home given."""
    kept(tmp_path, b"Hunter-2026!\n")
    by_env = resolve(Secret(scheme="env", name="P"), environ={"P": "Hunter"}, home=tmp_path)
    by_file = resolve(Secret(scheme="file", name="~/secret"), environ={}, home=tmp_path)

    assert (by_env.reveal(), by_file.reveal()) == ("Hunter", "Hunter-2026!")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_file_that_others_may_use_is_refused(tmp_path, mode):
    """A credential open to others is no secret; the mend is the command to type."""
    secret = kept(tmp_path, b"Hunter-2026!", mode)
    with pytest.raises(InputError) as caught:
        resolve(secret, environ={}, home=tmp_path)

    assert f"chmod 600 {secret.name}" in str(caught.value.hint)
    assert "Hunter" not in caught.value.text()


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        (Secret(scheme="env", name="NONE"), "NONE is not set"),
        (Secret(scheme="env", name="EMPTY"), "EMPTY is not set"),
        (Secret(scheme="file", name="~/none"), "can't be read"),
        (Secret(scheme="file", name="/"), "can't be read"),
        (Secret(scheme="file", name="relative"), "by its whole path"),
        (Secret(scheme="agent"), "holds no password"),
    ],
)
def test_what_can_not_be_had_is_told_with_the_mend(tmp_path, secret, words):
    """Each reason is one InputError with a hint."""
    with pytest.raises(InputError, match=words) as caught:
        resolve(secret, environ={"EMPTY": ""}, home=tmp_path)

    assert caught.value.hint is not None


@pytest.mark.parametrize("raw", [b"", b"\n", b"\xff\xfe", b"x" * 70_000])
def test_file_that_holds_no_credential_is_refused(tmp_path, raw):
    """Empty, binary and huge files are not passwords."""
    with pytest.raises(InputError, match="empty, too long or not text"):
        resolve(kept(tmp_path, raw), environ={}, home=tmp_path)


def test_key_file_is_a_path_and_not_its_content(tmp_path):
    """A key is handed on by path."""
    assert key_file(Secret(scheme="file", name="~/k"), home=tmp_path) == tmp_path / "k"


def test_revealed_shows_itself_nowhere():
    """No text, format, bytes, copy or pickle of a credential gives it away."""
    revealed = Revealed("Hunter")
    shown = [repr(revealed), str(revealed), f"{revealed:>20}", f"{[revealed]}", f"{revealed}"]

    assert not any("Hunter" in text for text in shown)
    assert bytes(revealed) == b"[secret]"
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            leak(revealed)
