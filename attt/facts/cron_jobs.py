"""Whether cron takes a file for a job: cron(8) of Debian and of Red Hat (cronie), run-parts(8).

A table whose last line does not end is ignored whole by Debian's cron; cronie leaves out that line.
"""

from collections.abc import Mapping

from attt.facts import listing
from attt.facts.kind import Answers, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, Stat
from attt.model.value import Missing, Value

PARTS = tuple(f"/etc/cron.{name}" for name in ("hourly", "daily", "weekly", "monthly"))
"""Folders of scripts, each of which is run at its time."""
_TABLES = "/etc/cron.d"
_SPOOL = "/var/spool/cron/crontabs"  # Debian's; other families keep those of accounts one above
_OTHER_SPOOL = "/var/spool/cron"
_TABLE = "/etc/crontab"
_DAEMONS = frozenset({"cron", "crond", "fcron", "cronie"})
_WRITABLE = 0o022
ASKS: Mapping[str, Ask] = {
    "parts": Command(
        argv=("/bin/ls", "-lnAL", *PARTS, _TABLES, _SPOOL),
        privilege=Privilege.ROOT,
        statuses=(0, 1, 2),
    ),
    # Files that do not end in a newline, by their names alone; empty ones too.
    "unended": Command(
        argv=("/bin/grep", "-rLzP", "-e", r"\n\z", "--", _TABLE, _TABLES, _OTHER_SPOOL),
        privilege=Privilege.ROOT,
        statuses=(0, 1, 2),
    ),
    "debian": Stat(paths=("/etc/debian_version",)),
    "processes": Command(argv=("/bin/ps", "-e", "-o", "comm="), privilege=Privilege.ROOT),
}


class Cron:
    """What runs the jobs, and the files that it looks at; from the answers of ASKS."""

    def __init__(self, answers: Answers) -> None:
        self._runs = _runs(answers["processes"])
        self._listed = _listed(answers["parts"])
        self._unended = _unended(answers["unended"])
        self._is_debian = _is_debian(answers["debian"])

    def takes(self, path: str) -> Value:
        """Whether the jobs of a file are run; missing where that can't be told."""
        parts = (self._runs, self._is_taken(path), self._is_ended(path))
        return False if False in parts else next((p for p in parts if isinstance(p, Missing)), True)

    def _is_taken(self, path: str) -> Value:
        """Debian's cron leaves out names with a dot, and files that others may write, silently."""
        is_part = path.startswith(PARTS)
        if (is_part or path.startswith(f"{_TABLES}/")) and "." in path.rsplit("/", 1)[-1]:
            if isinstance(self._is_debian, Missing):
                return self._is_debian
            if self._is_debian:
                return False
        if not is_part and not path.startswith((f"{_TABLES}/", f"{_SPOOL}/")):
            return True
        if isinstance(self._listed, Missing):
            return self._listed
        entry = self._listed.get(path)
        if entry is None:
            return Missing(Obstacle.FAILED, path) if is_part else True
        return _is_fit(path, int(str(entry["mode"]), 8), entry["uid"], is_part=is_part)

    def _is_ended(self, path: str) -> Value:
        """Whether the last line of a table ends; only some of it is run where it does not."""
        if not path.startswith((_TABLE, f"{_TABLES}/", f"{_OTHER_SPOOL}/")):
            return True
        if isinstance(self._unended, Missing):
            return self._unended
        if path not in self._unended:
            return True
        if self._is_debian is True:
            return False
        return Missing(
            Obstacle.IN_CONTEXT, f"its last line, which does not end, is not run: {path}"
        )


def _is_fit(path: str, mode: int, owner: Value, *, is_part: bool) -> bool:
    if is_part:
        return bool(mode & 0o100)
    if path.startswith(f"{_SPOOL}/"):
        return mode & ~0o200 == 0o400
    return not mode & _WRITABLE and owner == 0


def _runs(answer: Answer) -> bool | Missing:
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "ps")
    names = {line.strip().rsplit("/", 1)[-1] for line in text_of(answer).splitlines()}
    return bool(names & _DAEMONS)


def _listed(answer: Answer) -> dict[str, Mapping[str, Value]] | Missing:
    """The files in cron's folders, by path."""
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "ls")
    folders = listing.parse(text_of(answer))
    entries = [one for some in folders.values() for one in some if isinstance(one, Mapping)]
    return {str(one["path"]): one for one in entries}


def _unended(answer: Answer) -> frozenset[str] | Missing:
    """Tables whose last line does not end; where grep could not read one, nobody knows."""
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "the tables of cron")
    said = answer.stderr.decode("utf-8", errors="replace").splitlines()
    if odd := [line for line in said if not line.endswith(": No such file or directory")]:
        return Missing(Obstacle.FAILED, odd[0][:100])
    return frozenset(text_of(answer).splitlines())


def _is_debian(answer: Answer) -> bool | Missing:
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "/etc/debian_version")
    return not text_of(answer).startswith("absent|")
