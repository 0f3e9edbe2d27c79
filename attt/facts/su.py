"""Fact `su.restriction`: who may become somebody else with su.

`is_restricted` (on every way through PAM only members of one group pass, or the program runs for
one group alone), `group` (which; null where it is not restricted) and `members` (accounts of that
group, with those whose primary group it is; null where it is not restricted). Absent where the host
has no su, or nobody but root may run it.
Sources: su(1), pam_wheel(8), pam_succeed_if(8), pam_rootok(8).
"""

import re
from collections.abc import Iterable

from attt.facts import pam_stack, stat
from attt.facts.kind import Answers, FactKind, Params, missed, obstacle_of, text_of
from attt.facts.pam_paths import FAILURE, SUCCESS, ways
from attt.facts.pam_stack import Line
from attt.model.answer import Answer, Obstacle
from attt.model.ask import MIB, Ask, ReadFile, Stat
from attt.model.fact import Assurance, Fact, FactAbsent, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_PATHS = ("/usr/bin/su", "/bin/su", "/usr/local/bin/su")
_SERVICES = ("su", "su-l")  # without and with a login shell
_GUARDS = frozenset({"pam_wheel", "pam_succeed_if"})
_SHAPE = Record(
    {
        "is_restricted": Boolean(),
        "group": Text(nullable=True),
        "members": ListOf(Text(), nullable=True),
    }
)


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        "programs": Stat(paths=_PATHS),
        "passwd": ReadFile(path="/etc/passwd", cap_bytes=1 * MIB, redact="passwd"),
        "group": ReadFile(path="/etc/group", cap_bytes=1 * MIB, redact="passwd"),
        **pam_stack.ASKS,
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    programs = answers["programs"]
    if (obstacle := obstacle_of(programs)) is not None:
        return obstacle
    looked = stat.parse(programs)
    if looked.denied:
        return missed(Obstacle.DENIED, looked.denied[0])
    if not looked.found:
        return FactAbsent(proof=f"none of these exists: {', '.join(_PATHS)}")
    found = list(looked.found.values())
    if all(int(str(one["mode"]), 8) & 0o4011 in {0, 0o4000} for one in found):
        return FactAbsent(proof="only root may run su")
    closed = [one for one in found if not int(str(one["mode"]), 8) & 0o001]
    if len(closed) == len(found):
        return _restricted(str(found[0]["group"]), answers)
    return _by_pam(answers)


def _by_pam(answers: Answers) -> Fact:
    if (obstacle := obstacle_of(*(answers[name] for name in pam_stack.ASKS))) is not None:
        return obstacle
    services = pam_stack.read(answers)
    stacks = [services.stack(name, "auth") for name in _SERVICES if services.has(name)]
    if not any(stacks):
        return missed(Obstacle.UNSUPPORTED, "su does not ask PAM")
    guards = [
        {_group(stack[n]) for n, said in way.ran if said == SUCCESS} - {None}
        for stack in stacks
        for way in ways(stack, _returns, _GUARDS)
        if way.succeeds
    ]
    if any(not names for names in guards):
        return _read({"is_restricted": False, "group": None, "members": None})
    names = sorted({str(name) for one in guards for name in one})
    if len(names) != 1:
        return missed(Obstacle.UNSUPPORTED, "su is restricted in more ways than one")
    return _restricted(names[0] or _wheel(answers["group"]), answers)


def _returns(line: Line) -> Iterable[str]:
    if line.module in {"pam_deny", "pam_rootok"}:
        return (FAILURE,)
    return (SUCCESS,) if line.module == "pam_permit" else (SUCCESS, FAILURE)


def _group(line: Line) -> str | None:
    """The group that a module lets pass, "" for the usual one; None where it lets others pass."""
    if line.module == "pam_wheel":
        is_open = "deny" in line.args or "root_only" in line.args
        return None if is_open else line.option("group") or ""
    said = " ".join(line.args)
    asks_caller = re.search(r"\buse_uid\b|\bruser\b", said)
    named = re.search(r"\b(?:user|ruser) ingroup ([A-Za-z0-9_.-]+)$", said)
    return named[1] if named and asks_caller else None


def _wheel(group: Answer) -> str:
    """pam_wheel's own choice: wheel, or the group of number 0 where no wheel is."""
    text = text_of(group) if group.obstacle is None else ""
    if re.search(r"(?m)^wheel:", text):
        return "wheel"
    zero = re.search(r"(?m)^([^:\n]+):[^:\n]*:0:", text)
    return zero[1] if zero else "wheel"


def _restricted(group: str, answers: Answers) -> FactRead:
    return _read({"is_restricted": True, "group": group, "members": _members(group, answers)})


def _members(group: str, answers: Answers) -> Value:
    if (gap := obstacle_of(answers["group"], answers["passwd"])) is not None:
        return Missing(gap.obstacle, gap.detail or "/etc/group")
    rows = [line.split(":") for line in text_of(answers["group"]).split("\n")]
    mine = [row for row in rows if row[0] == group and len(row) >= 4]
    named = {name.strip() for row in mine for name in row[3].split(",") if name.strip()}
    gids = {row[2] for row in mine}
    accounts = [line.split(":") for line in text_of(answers["passwd"]).split("\n")]
    named |= {row[0] for row in accounts if len(row) > 3 and row[3] in gids and row[2] != "0"}
    return tuple(sorted(named))


def _read(value: Value) -> FactRead:
    return FactRead(value=value, assurance=Assurance.CONFIGURED)


SU = FactKind(
    id="su.restriction",
    title="Who may become somebody else with su",
    shape=_SHAPE,
    asks=_asks,
    parse=_parse,
)
