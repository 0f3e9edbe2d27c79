"""When each account was used last, from every place that may know, and since when it was not.

Besides lastlog and its kin (`logins`): wtmp or wtmpdb as last(1) prints it, with the moment at which
it begins; what sshd wrote to the journal, where sessions without a terminal (scp, Ansible) show
too; and the account that asks these very questions, which is in use now.
"""

import re
from collections.abc import Iterator, Mapping

from attt.facts.instants import of_epoch, of_iso
from attt.facts.kind import Answers, text_of
from attt.facts.logins import ASKS as LOGIN_ASKS
from attt.facts.logins import Logins
from attt.model.answer import Obstacle
from attt.model.ask import MIB, Ask, Command, Privilege
from attt.model.value import Missing, Value

ASKS: Mapping[str, Ask] = {
    **LOGIN_ASKS,
    "own": Command(argv=("stat", "-c", "%U %Y", "/proc/self")),
    "last": Command(
        argv=("/usr/bin/last", "-w", "--time-format", "iso"),
        privilege=Privilege.ROOT,
        cap_bytes=4 * MIB,
    ),
    "accepted": Command(
        argv=(
            *("/usr/bin/journalctl", "-q", "--no-pager", "-r", "-n", "5000", "-o", "short-iso"),
            *("-t", "sshd", "-t", "sshd-session", "-g", "Accepted", "_UID=0"),
        ),
        privilege=Privilege.ROOT,
        statuses=(0, 1),
        cap_bytes=2 * MIB,
    ),
}
_ISO = r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:?\d\d)"
_LOGIN = re.compile(rf"(\S+)\s.*?{_ISO}.*")
_BEGINS = re.compile(rf"(?:wtmp|wtmpdb|\S*/wtmp\S*) begins {_ISO}\s*")
_ACCEPTED = re.compile(rf"{_ISO} \S+ sshd(?:-session)?\[\d+\]: Accepted \S+ for (\S+) from .*")
_NOBODY = frozenset({"reboot", "shutdown", "runlevel", "wtmp", "wtmpdb", "boot", "LOGIN"})


class LastUse:
    """What all places say, together."""

    def __init__(self, answers: Answers) -> None:
        self._logins = Logins(answers)
        self._seen: dict[str, str] = {}
        for name, moment in (*_own(answers), *_last(answers), *_accepted(answers)):
            self._seen[name] = max(moment, self._seen.get(name, ""))
        self._gap = _gap(answers)
        self._begins = _begins(answers)

    def of(self, name: str) -> Value:
        """The newest use of an account; None where it is proved never, else Missing."""
        if self._gap is not None:
            return self._gap
        kept = self._logins.last(name)
        found = [one for one in (kept, self._seen.get(name)) if isinstance(one, str)]
        return max(found) if found else kept

    def idle_since(self, name: str, changed: Value) -> Value:
        """The moment since which nobody used the account; None where it never was used.

        Where only wtmp tells, it is the moment at which wtmp begins, or at which the password was
        set (`changed`) if that is later: the account may be no older.
        """
        last = self.of(name)
        if not isinstance(last, Missing) or self._gap is not None or self._begins is None:
            return last
        if isinstance(changed, Missing):
            return changed
        return max(self._begins, str(changed or ""))


def _gap(answers: Answers) -> Missing | None:
    """Why a newer use may be hidden; a program that is not there hides nothing."""
    for name in ASKS:
        obstacle = answers[name].obstacle
        if obstacle not in {None, Obstacle.NO_TOOL, Obstacle.FAILED}:
            return Missing(obstacle or Obstacle.FAILED, answers[name].detail or name)
    return None


def _begins(answers: Answers) -> str | None:
    """When the record of logins begins, where it and the journal were read."""
    if any(answers[name].obstacle is not None for name in ("last", "accepted")):
        return None
    lines = text_of(answers["last"]).splitlines()
    found = [of_iso(m[1]) for m in map(_BEGINS.fullmatch, lines) if m]
    return next((moment for moment in found if moment), None)


def _own(answers: Answers) -> Iterator[tuple[str, str]]:
    """Who asks: a process of that account runs, so that its use is now."""
    found = re.fullmatch(r"(\S+) ([0-9]{1,12})\s*", text_of(answers["own"]))
    moment = of_epoch(int(found[2])) if found else None
    if found and moment and answers["own"].obstacle is None:
        yield found[1], moment


def _last(answers: Answers) -> Iterator[tuple[str, str]]:
    if answers["last"].obstacle is not None:
        return
    for line in text_of(answers["last"]).splitlines():
        found = _LOGIN.fullmatch(line)
        moment = of_iso(found[2]) if found else None
        if found and moment and found[1] not in _NOBODY:
            yield found[1], moment


def _accepted(answers: Answers) -> Iterator[tuple[str, str]]:
    if answers["accepted"].obstacle is not None:
        return
    for line in text_of(answers["accepted"]).splitlines():
        found = _ACCEPTED.fullmatch(line)
        moment = of_iso(found[1]) if found else None
        if found and moment:
            yield found[2], moment
