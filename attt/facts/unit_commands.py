"""Which command systemd started as which process, and when: `systemctl show -p ExecStart`.

Sources: systemctl(1), systemd.time(7).
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from attt.facts.instants import rfc3339
from attt.facts.kind import text_of
from attt.model.answer import Answer
from attt.model.ask import Command

PROPERTIES = "Id,MainPID,ExecStart,ExecMainStartTimestamp"
_EXEC = re.compile(r"(?m)^ExecStart=\{ path=(\S+) ; argv\[\]=(.*?) ; ignore_errors=.*$")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.\d+)? (UTC|GMT|[+-]\d{2}(?::?\d{2})?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """One unit's main process; `at` is None where the host names a time zone that is not told."""

    unit: str
    words: tuple[str, ...]
    at: str | None


def ask(*patterns: str) -> Command:
    """The question, for units by shell pattern."""
    return Command(argv=("systemctl", "show", "-p", PROPERTIES, *patterns), redact="arguments")


def started(answer: Answer) -> dict[int, Started]:
    """Main processes by their numbers."""
    found: dict[int, Started] = {}
    if answer.obstacle is not None:
        return found
    for block in text_of(answer).split("\n\n"):
        pid, unit = (
            re.search(r"(?m)^MainPID=(\d{1,10})$", block),
            re.search(r"(?m)^Id=(.+)$", block),
        )
        run = _EXEC.search(block)
        if pid and unit and run and pid[1] != "0":
            when = re.search(r"(?m)^ExecMainStartTimestamp=(.*)$", block)
            found[int(pid[1])] = Started(
                unit=unit[1], words=tuple(run[2].split()), at=instant(when[1] if when else "")
            )
    return found


def instant(text: str) -> str | None:
    """A time as systemd prints it, in UTC; None where its zone is only a name."""
    found = _TIME.search(text)
    if found is None:
        return None
    zone = UTC
    if found[2] not in {"UTC", "GMT"}:
        digits = found[2].replace(":", "")
        minutes = int(digits[1:3]) * 60 + int(digits[3:5] or 0)
        if minutes >= 24 * 60:
            return None
        zone = timezone(timedelta(minutes=-minutes if digits[0] == "-" else minutes))
    try:
        moment = datetime.strptime(found[1], "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone)
        return rfc3339(moment.astimezone(UTC))
    except (ValueError, OverflowError):
        return None
