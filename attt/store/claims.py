"""Who is at work on which run: a lock on one byte a run, which the kernel drops with its process.

So a run whose head says "running" and that nobody holds was cut off (kill -9, power loss), and two
that want to finish it at once can't. The locks are open file description locks (fcntl(2)) on one
empty file beside the store: they are seen without being taken, and no process can leave one behind.
"""

import errno
import fcntl
import os
import struct
from pathlib import Path

from attt.errors import StoreError
from attt.message import Message

SUFFIX = "-runs"
_FLOCK = struct.Struct("hhqqi4x")  # struct flock of Linux on 64 bits
_ELSEWHERE = (errno.EAGAIN, errno.EACCES)


class Claims:
    """The runs of one store that this process holds; the byte of a run is at its number."""

    def __init__(self, store: Path) -> None:
        self._path = store.with_name(store.name + SUFFIX)
        self._file: int | None = None
        self._mine: set[int] = set()

    def take(self, number: int) -> bool:
        """Hold a run until it is let go of or the process ends; False where another holds it."""
        try:
            if self._file is None:
                flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
                self._file = os.open(self._path, flags, 0o600)
            fcntl.fcntl(self._file, fcntl.F_OFD_SETLK, _byte(fcntl.F_WRLCK, number))
        except OSError as error:
            if error.errno in _ELSEWHERE and self._file is not None:
                return False
            raise _no_lock(self._path, error) from error
        self._mine.add(number)
        return True

    def drop(self, number: int) -> None:
        """Let go of a run; one that is not held is no matter."""
        if self._file is not None and number in self._mine:
            fcntl.fcntl(self._file, fcntl.F_OFD_SETLK, _byte(fcntl.F_UNLCK, number))
            self._mine.discard(number)

    def is_taken(self, number: int) -> bool:
        """Whether any process that lives, this one included, holds the run. Takes nothing."""
        if number in self._mine:
            return True
        try:
            file = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise _no_lock(self._path, error) from error
        try:
            found = fcntl.fcntl(file, fcntl.F_OFD_GETLK, _byte(fcntl.F_WRLCK, number))
        except OSError as error:
            raise _no_lock(self._path, error) from error
        finally:
            os.close(file)
        return bool(_FLOCK.unpack(found)[0] != fcntl.F_UNLCK)

    def close(self) -> None:
        """Let go of every run."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
            self._mine.clear()


def _byte(kind: int, number: int) -> bytes:
    return _FLOCK.pack(kind, os.SEEK_SET, number, 1, 0)


def _no_lock(path: Path, error: OSError) -> StoreError:
    return StoreError(
        Message("The lock of runs {path} can't be had: {why}", path=path, why=error.strerror),
        hint=Message("Keep the store on a disk of this machine (state in attt.toml)"),
    )
