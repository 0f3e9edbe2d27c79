import os
import stat
from pathlib import Path

import pytest

from attt.errors import StoreError
from attt.model.run import RunStatus
from attt.store.store import Store


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_nobody_but_the_owner_can_read_anything(path, make, umask):
    """Folders are 0700 and all four files 0600 while the store is open, under any umask."""
    before = os.umask(umask)
    try:
        with Store.open(path / "deep" / "attt.db") as store:
            store.begin(make.run(), make.inventory())
            folder = path / "deep"
            modes = {file.name: mode(file) for file in folder.iterdir()}
            folders = {mode(folder), mode(path), mode(path.parent)}
    finally:
        os.umask(before)

    assert modes == dict.fromkeys(("attt.db", "attt.db-wal", "attt.db-shm", "attt.db-runs"), 0o600)
    assert {0o700} == folders


@pytest.mark.parametrize("bits", [0o755, 0o710, 0o701, 0o750])
def test_a_folder_that_others_can_enter_is_refused(path, bits):
    """It is not mended: its owner must know that others could read it."""
    path.parent.mkdir()
    path.parent.chmod(bits)

    with pytest.raises(StoreError, match=f"chmod 700 {path.parent}"):
        Store.open(path)

    assert bits == mode(path.parent)
    assert not path.exists()


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
def test_a_file_that_others_can_read_is_refused(path, suffix):
    """The store itself and what SQLite lays beside it."""
    Store.open(path).close()
    file = path.with_name(path.name + suffix)
    file.touch()
    file.chmod(0o640)

    with pytest.raises(StoreError, match=f"mode 0640.*\n.*chmod 600 {file}"):
        Store.open(path)

    assert mode(file) == 0o640


def test_a_mend_can_be_typed_as_it_stands(tmp_path):
    """Names with blanks are quoted for the shell."""
    folder = tmp_path / "của tỉnh"
    folder.mkdir(mode=0o755)

    with pytest.raises(StoreError) as caught:
        Store.open(folder / "attt.db")

    assert f"'{folder}'" in str(caught.value.hint)


def test_a_link_is_followed_to_the_real_folder(tmp_path, path):
    """A private folder with a link in it does not hide an open one."""
    open_folder = tmp_path / "open"
    open_folder.mkdir(mode=0o755)
    path.parent.mkdir(mode=0o700)
    path.symlink_to(open_folder / "attt.db")

    with pytest.raises(StoreError, match="open"):
        Store.open(path)


def test_a_store_that_must_exist_is_not_made(path):
    """Reading the history of an office that has none leaves nothing behind."""
    with pytest.raises(StoreError, match=r"no store of runs at .*\n.*attt audit"):
        Store.open(path, must_exist=True)

    assert not path.parent.exists()


def test_a_file_in_the_place_of_the_folder(path):
    """What is in the way is said, not overwritten."""
    path.parent.write_text("not a folder")

    with pytest.raises(StoreError, match="can't be made: File exists"):
        Store.open(path)


def test_a_folder_in_the_place_of_the_file(path):
    """The same for the file."""
    path.mkdir(parents=True, mode=0o700)
    path.parent.chmod(0o700)

    with pytest.raises(StoreError):
        Store.open(path)


def test_a_folder_that_cannot_be_written(nobodys, as_nobody):
    """Who may not write there is told to look at the folder, without a traceback."""
    nobodys.chmod(0o500)

    def act() -> str:
        try:
            Store.open(nobodys / "state" / "attt.db")
        except StoreError as error:
            return str(error)
        return "opened"

    assert "can't be made: Permission denied\n" in as_nobody(act)


def test_a_store_that_cannot_be_written_says_so(nobodys, make, as_nobody):
    """A store on read-only ground is refused in words, and is not harmed."""
    path = nobodys / "attt.db"
    with Store.open(path) as store:
        store.begin(make.run(), make.inventory())
    os.chown(path, nobodys.stat().st_uid, nobodys.stat().st_gid)
    path.chmod(0o400)

    def act() -> str:
        try:
            with Store.open(path) as store:
                store.begin(make.run("second"), make.inventory())
        except StoreError as error:
            return str(error)
        return "written"

    said = as_nobody(act)
    path.chmod(0o600)
    with Store.open(path) as store:
        runs = store.runs()

    assert "may not write to the store" in said
    assert (make.run(status=RunStatus.INTERRUPTED),) == runs
