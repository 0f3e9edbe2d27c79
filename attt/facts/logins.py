"""When each account logged in last, from the several places that may know.

`lastlog` (shadow, up to Debian 12) and `lastlog2` (util-linux) keep one entry an account for
ever, so they can also prove that an account never logged in, as long as they hold any login at
all: an empty one is not being written. `lslogins` reads wtmp, which is rotated: a login found
there is real, none found there says nothing.
"""

import re
from collections.abc import Mapping

from attt.facts.instants import of_iso
from attt.facts.kind import Answers, text_of
from attt.model.answer import Obstacle
from attt.model.ask import Ask, Command, Privilege
from attt.model.value import Missing, Value

_NEVER = "**Never logged in**"
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_WHEN = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):(\d\d) "
    r"([+-]\d\d)(\d\d) (\d{4})\s*$"
)
_UNKNOWN = Missing(Obstacle.NO_TOOL, "no record of logins tells when this account logged in last")

ASKS: Mapping[str, Ask] = {
    "lastlog": Command(argv=("/usr/bin/lastlog",), privilege=Privilege.ROOT),
    "lastlog2": Command(argv=("lastlog2",)),
    "lslogins": Command(
        argv=("/usr/bin/lslogins", "--raw", "--output", "USER,LAST-LOGIN", "--time-format", "iso"),
        privilege=Privilege.ROOT,
    ),
}


class Logins:
    """What the login records say, together."""

    def __init__(self, answers: Answers) -> None:
        self._kept = [
            _kept(text_of(answers[n])) for n in ("lastlog", "lastlog2") if _ok(answers, n)
        ]
        self._seen = _seen(text_of(answers["lslogins"])) if _ok(answers, "lslogins") else {}

    def last(self, name: str) -> Value:
        """The newest login of an account, None where it is proved never, else Missing."""
        entries = [kept[name] for kept in self._kept if name in kept]
        found = [entry for entry in (*entries, self._seen.get(name)) if entry]
        if found:
            return max(found)
        is_written = any(any(kept.values()) for kept in self._kept if name in kept)
        return None if is_written else _UNKNOWN


def _ok(answers: Answers, name: str) -> bool:
    return answers[name].obstacle is None


def _kept(text: str) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for line in text.splitlines():
        name = line.split(" ", 1)[0]
        if line.rstrip().endswith(_NEVER):
            found[name] = None
        elif (when := _WHEN.search(line)) and (moment := _instant(when)):
            found[name] = moment
    return found


def _instant(when: re.Match[str]) -> str | None:
    month, day, hour, minute, second, offset_h, offset_m, year = when.groups()
    if month not in _MONTHS:
        return None
    date = f"{year}-{_MONTHS.index(month) + 1:02}-{int(day):02}"
    return of_iso(f"{date}T{hour}:{minute}:{second}{offset_h}:{offset_m}")


def _seen(text: str) -> dict[str, str]:
    found = {}
    for line in text.splitlines():
        name, _, when = line.partition(" ")
        if moment := of_iso(when.strip()):
            found[name] = moment
    return found
