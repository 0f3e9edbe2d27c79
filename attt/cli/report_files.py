"""Putting reports on disk: for their owner alone, and never over what somebody has already there."""

import errno
import filecmp
import itertools
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from attt.errors import InputError, Place
from attt.message import Message


def make_folder(folder: Path) -> None:
    """The folder for reports, readable by its owner alone where it is new."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            Message("The folder for reports can't be made: {reason}", reason=error.strerror or ""),
            hint=Message("Name another with --out"),
            place=Place(str(folder)),
        ) from error


def put(path: Path, write: Callable[[IO[bytes]], object]) -> Path:
    """Write a file of mode 0600 whole or not at all; gives where it went.

    A file with the same bytes is left as it is; where another one lies at `path` (a list in which
    somebody has noted something), the new one goes beside it as NAME-2, NAME-3 …
    """
    try:
        number, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=path.suffix)
        try:
            with os.fdopen(number, "wb") as file:
                write(file)
            return _settle(Path(name), path)
        finally:
            with suppress(FileNotFoundError):
                Path(name).unlink()
    except OSError as error:
        raise InputError(
            Message("The report can't be written: {reason}", reason=error.strerror or ""),
            hint=Message("Name another folder with --out"),
            place=Place(str(path)),
        ) from error


def _settle(made: Path, wanted: Path) -> Path:
    for n in itertools.count(1):
        path = wanted if n == 1 else wanted.with_name(f"{wanted.stem}-{n}{wanted.suffix}")
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not path.exists():
            made.rename(path)
            return path
        if filecmp.cmp(made, path, shallow=False):
            return path
    raise AssertionError  # the count has no end


def file_word(code: str) -> str:
    """A code or id as part of a file's name."""
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in code)
