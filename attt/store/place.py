"""Where the store lies: one file in one folder that nobody but its owner can enter."""

import os
import shlex
import stat
from pathlib import Path

from attt.errors import StoreError
from attt.message import Message

_OTHERS = 0o077


def prepare(path: Path, *, must_exist: bool) -> None:
    """Make folder (0700) and file (0600) where they are missing; refuse what others can read.

    Nothing that exists is mended here: who opened it to others may have read it meanwhile, and
    its owner should know. SQLite gives its -wal and -shm files the mode of the file itself.
    """
    if must_exist and not path.exists():
        raise StoreError(
            Message("There is no store of runs at {path}", path=path),
            hint=Message("Make a run first, with: attt audit INVENTORY"),
        )
    try:
        _make_folder(path.parent)
        _check(path.parent, "700")
        _make_file(path)
        for suffix in ("", "-wal", "-shm"):
            _check(path.with_name(path.name + suffix), "600")
    except OSError as error:
        raise StoreError(
            Message("The store {path} can't be made: {why}", path=path, why=error.strerror),
            hint=Message("Look at the folder with: ls -la {folder}", folder=_quoted(path.parent)),
        ) from error


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:  # another attt was faster, or a file is in the way
        if not folder.is_dir():
            raise


def _make_file(path: Path) -> None:
    # An existing file is never opened here: closing it would drop SQLite's locks on it.
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return


def _check(path: Path, wanted: str) -> None:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    if mode & _OTHERS:
        raise StoreError(
            Message(
                "{path} holds the weak points of every host, and others can get at it (mode {mode})",
                path=path,
                mode=f"{stat.S_IMODE(mode):04o}",
            ),
            hint=Message(
                "Type: chmod {wanted} {path} (or keep the store in a folder of its own)",
                wanted=wanted,
                path=_quoted(path),
            ),
        )


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))
