"""The one tar that fetches authorized keys: what it takes along and what it leaves."""

import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from attt.facts import tar
from attt.facts.key_files import ASK, KeyFiles
from attt.model.answer import Answer, Obstacle
from attt.model.value import Missing

FILES = (
    *("root/.ssh/authorized_keys", "root/.ssh/id_rsa", "root/secret"),
    *("home/an/.ssh/authorized_keys2", "home/an/.ssh/authorized_keys.bak", "home/an/.ssh/a"),
    *("home/an/.ssh/ansible", "home/an/.ssh2/authorized_keys", "home/an/.s", "home/an/docs/x"),
    *("var/lib/pg/.ssh/authorized_keys", "var/lib/pg/data/x", "etc/ssh/keys/binh"),
)
PLACES = (".ssh/authorized_keys", ".ssh/authorized_keys2")


def test_private_keys_and_other_files_stay_where_they_are(tmp_path: Path) -> None:
    """GNU tar with the very arguments of the ask, on a tree with much else in it."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    words = [str(tmp_path) if word == "/" else word for word in ASK.argv]
    done = subprocess.run(words, capture_output=True, check=False)
    files = {entry.path for entry in tar.entries(done.stdout) if entry.kind == "file"}

    assert {
        "root/.ssh/authorized_keys",
        "home/an/.ssh/authorized_keys2",
        "var/lib/pg/.ssh/authorized_keys",
        "etc/ssh/keys/binh",
    } == files


def _answer(*members: tuple[str, bytes], stderr: bytes = b"") -> Answer:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, kind in (("root", tarfile.DIRTYPE), *members):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/elsewhere" if kind == tarfile.SYMTYPE else ""
            archive.addfile(member)
    return Answer(stdout=buffer.getvalue(), status=2, stderr=stderr)


@pytest.mark.parametrize(
    ("member", "home"),
    [
        (("home/an/.ssh/authorized_keys", tarfile.SYMTYPE), "/home/an"),
        (("home/an/.ssh", tarfile.SYMTYPE), "/home/an"),
        (("home/an", tarfile.SYMTYPE), "/home/an"),
        (("home/binh", tarfile.DIRTYPE), "/srv/an"),
    ],
)
def test_what_lies_elsewhere_is_not_taken_for_nothing(member: tuple[str, bytes], home: str) -> None:
    """A link, or a home in another place, leaves a gap."""
    found = KeyFiles(_answer(member)).of("an", home, PLACES)

    assert isinstance(found, Missing)
    assert Obstacle.IN_CONTEXT == found.obstacle


@pytest.mark.parametrize(
    "stderr",
    [
        b"/usr/bin/tar: home/an: Cannot open: Permission denied\n",
        b"/usr/bin/tar: home: file changed as we read it\n",
    ],
)
def test_an_archive_that_is_not_whole_is_a_gap(stderr: bytes) -> None:
    """Only folders that do not exist may be complained of."""
    whole = KeyFiles(_answer(stderr=b"tar: etc/ssh/keys: Cannot stat: No such file or directory\n"))

    assert isinstance(KeyFiles(_answer(stderr=stderr)).of("an", "/home/an", PLACES), Missing)
    assert [] == whole.of("an", "/home/an", PLACES)
