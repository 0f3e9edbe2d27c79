"""Fact `cron.access`: who may have jobs run at a time of their own choice.

`tools`: for cron and at, each that is there: `name`, `is_limited` (only those whom a list names, or
root alone), `allow` and `deny`: mode and owner of the lists, null where there is none. Where a host
has neither list, Debian's cron lets everybody in, that of Red Hat and SUSE root alone, and so does
at; a program without set-id bits, as busybox has, serves root alone. Absent where neither program is installed. Sources: crontab(1), at(1).
"""

from collections.abc import Mapping

from attt.facts import stat
from attt.facts.kind import Answers, FactKind, Params, obstacle_of
from attt.model.answer import Obstacle
from attt.model.ask import Ask, Privilege, Stat
from attt.model.fact import Assurance, Fact, FactAbsent, FactRead
from attt.model.shape import Boolean, Integer, ListOf, Mode, Record, Text
from attt.model.value import Missing, Value

_CRONIE = (
    *("/etc/redhat-release", "/etc/fedora-release", "/etc/openEuler-release"),
    *("/etc/SUSE-brand", "/etc/SuSE-release"),
)
_TOOLS = {
    "cron": (("/usr/bin/crontab",), ("/etc/cron.allow",), ("/etc/cron.deny",)),
    "at": (("/usr/bin/at",), ("/etc/at.allow",), ("/etc/at.deny",)),
}
_PATHS = (*(path for parts in _TOOLS.values() for part in parts for path in part), *_CRONIE)
_LIST = Record({"mode": Mode(), "uid": Integer("uid")}, nullable=True)
_TOOL = Record({"name": Text(), "is_limited": Boolean(), "allow": _LIST, "deny": _LIST})


def _asks(_params: Params) -> dict[str, Ask]:
    return {"stat": Stat(paths=_PATHS, privilege=Privilege.ROOT)}


def _parse(answers: Answers, _params: Params) -> Fact:
    answer = answers["stat"]
    if (obstacle := obstacle_of(answer)) is not None:
        return obstacle
    looked = stat.parse(answer)
    tools: list[Value] = []
    for name, (programs, allow, deny) in _TOOLS.items():
        if programs[0] not in looked.absent:
            lists = _list(allow[0], looked), _list(deny[0], looked)
            tools.append(_tool(name, *lists, looked, is_own=_is_own(programs[0], looked)))
    if not tools:
        return FactAbsent(proof="does not exist: /usr/bin/crontab, /usr/bin/at")
    return FactRead(value={"tools": tuple(tools)}, assurance=Assurance.CONFIGURED)


def _is_own(program: str, looked: stat.Looked) -> bool:
    """Whether the program lends nobody the right to write to the spool: then root alone has jobs."""
    found = looked.found.get(program)
    return found is not None and not int(str(found["mode"]), 8) & 0o6000


def _tool(name: str, allow: Value, deny: Value, looked: stat.Looked, *, is_own: bool) -> Value:
    return {
        "name": name,
        "is_limited": is_own or _limited(name, allow, deny, looked),
        "allow": allow,
        "deny": deny,
    }


def _list(path: str, looked: stat.Looked) -> Value:
    if path in looked.found:
        return {name: looked.found[path][name] for name in ("mode", "uid")}
    if path in looked.absent:
        return None
    return Missing(Obstacle.DENIED if path in looked.denied else Obstacle.UNPARSABLE, path)


def _limited(name: str, allow: Value, deny: Value, looked: stat.Looked) -> Value:
    if isinstance(allow, Mapping):
        return True
    if isinstance(allow, Missing):
        return allow
    if isinstance(deny, Mapping):
        return False
    if isinstance(deny, Missing):
        return deny
    return name == "at" or any(path in looked.found for path in _CRONIE)


ACCESS = FactKind(
    id="cron.access",
    title="Who may use cron and at",
    shape=Record({"tools": ListOf(_TOOL)}),
    asks=_asks,
    parse=_parse,
    version=2,
)
