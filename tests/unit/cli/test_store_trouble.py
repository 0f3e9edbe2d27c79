"""A store that can't be used: said clearly, with a mend, and left as it is."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

OLD = Path(__file__).parents[1] / "store" / "old" / "schema-1.db"
COMMANDS = (
    ("runs", "list"), ("runs", "show"), ("runs", "resume"), ("judge",),
    ("find", "software", "bash"), ("check", "local", "--rule", "file-cron", "--save"),
)  # fmt: skip


@pytest.fixture
def database(here):
    (here / "state").mkdir(mode=0o700)
    path = here / "state" / "attt.db"
    shutil.copyfile(OLD, path)
    path.chmod(0o600)
    return path


def refused(said, path):
    """Whether it was said what is wrong with which file, and how to mend it, and no more."""
    lines = said.err.splitlines()
    return (
        (said.code, said.out) == (2, "")
        and str(path) in lines[-2]
        and lines[-1].startswith("  ")
        and "Traceback" not in said.err
    )


@pytest.mark.parametrize("words", COMMANDS)
def test_a_store_of_a_newer_attt(database, run, words):
    """Not read, not written, not mended."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = database.read_bytes()
    said = run(*words)

    assert refused(said, database), said.err
    assert "newer attt" in said.err
    assert before == database.read_bytes()


@pytest.mark.parametrize("part", [0.05, 0.5, 0.95])
@pytest.mark.parametrize("words", COMMANDS)
def test_a_store_that_was_cut_short(database, run, words, part):
    """A copy that broke off, a disk that lost blocks: what is left stays where it is.

    Small answers, such as the list of runs, may still be read; what is read is never made up.
    """
    whole = database.read_bytes()
    os.truncate(database, int(len(whole) * part))
    before = database.stat().st_size
    said = run(*words)

    assert said.code != 3
    assert "Traceback" not in said.err
    assert refused(said, database) or "save" in words[-1] or words[:2] == ("runs", "list"), said
    assert before <= database.stat().st_size


def test_a_state_folder_that_is_read_only(database, run, here):
    """Readers and writers alike say so; needs root to mount."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount")
    state = here / "state"
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m,mode=0700", "tmpfs", state]
    made = subprocess.run(mount, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        pytest.skip(f"no disk to mount: {made.stderr.strip()}")
    try:
        shutil.copyfile(OLD, database)
        database.chmod(0o600)
        subprocess.run(["mount", "-o", "remount,ro", state], check=True)
        said = [run(*words) for words in COMMANDS]
        whole = database.read_bytes() == OLD.read_bytes()
    finally:
        subprocess.run(["umount", state], check=True)

    assert whole
    assert [] == [each.err for each in said if not refused(each, "attt.db")]
