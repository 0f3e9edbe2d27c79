"""What the file system of a host holds, to show that an audit changed nothing there."""

import fnmatch
import hashlib
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# Kernel and run-time trees: they change by themselves while a host runs.
LEFT_OUT = ("/dev", "/proc", "/run", "/sys")
# What any login writes, whoever comes: logs, records of logins, sudo's lecture.
LOGIN_WRITES = (
    "/var/log/*",
    "/var/lib/lastlog",  # the folder too: a database writes a journal beside itself
    "/var/lib/lastlog/*",
    "/var/lib/sudo",
    "/var/lib/sudo/*",
    "/var/lib/wtmpdb",
    "/var/lib/wtmpdb/*",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file: all that `stat` says but times of reading, and a digest of what is in it."""

    mode: int
    uid: int
    gid: int
    size: int
    mtime_ns: int
    content: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Every path of a host with what it holds."""

    entries: Mapping[str, Entry]

    def changed(self, later: "Snapshot", but: Sequence[str] = ()) -> tuple[str, ...]:
        """Paths that are new, gone or different later, sorted; patterns in `but` are left out."""
        paths = {*self.entries, *later.entries}
        differ = (path for path in paths if self.entries.get(path) != later.entries.get(path))
        return tuple(sorted(path for path in differ if not _matches(path, but)))


class Photographer:
    """Takes snapshots of one host; remembers digests by inode and ctime, which no write can keep."""

    def __init__(self, root: Path) -> None:
        self._root = str(root)
        self._digests: dict[tuple[int, int, int, int], str] = {}

    def take(self) -> Snapshot:
        """The file system now; about half a second, a tenth for the second one."""
        entries = {}
        for folder, folders, files in os.walk(self._root):
            here = folder.removeprefix(self._root) or "/"
            folders[:] = [name for name in folders if _join(here, name) not in LEFT_OUT]
            for name in (*folders, *files):
                entry = self._entry(f"{folder}/{name}")
                if entry is not None:
                    entries[_join(here, name)] = entry
        return Snapshot(entries)

    def _entry(self, path: str) -> Entry | None:
        try:
            found = os.lstat(path)
            content = self._content(path, found)
        except FileNotFoundError:  # gone while we looked
            return None
        return Entry(
            mode=found.st_mode,
            uid=found.st_uid,
            gid=found.st_gid,
            size=found.st_size if stat.S_ISREG(found.st_mode) else 0,
            mtime_ns=found.st_mtime_ns,
            content=content,
        )

    def _content(self, path: str, found: os.stat_result) -> str:
        if stat.S_ISLNK(found.st_mode):
            return os.readlink(path)  # noqa: PTH115 - paths are text here, for speed
        if not stat.S_ISREG(found.st_mode):
            return ""
        key = (found.st_dev, found.st_ino, found.st_size, found.st_ctime_ns)
        if key not in self._digests:
            with open(path, "rb") as file:  # noqa: PTH123 - a quarter of the time of Path.open
                self._digests[key] = hashlib.file_digest(file, "blake2b").hexdigest()
        return self._digests[key]


def _join(folder: str, name: str) -> str:
    return f"{folder.rstrip('/')}/{name}"


def _matches(path: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)
