"""Fact `intrusion.fail2ban`: whether fail2ban runs, and which of its jails are in force.

`is_running` (its server answers), `is_enabled` (starts with the host), `jails` (names). Absent
where it is neither installed nor running. Sources: fail2ban-client(1), jail.conf(5).
"""

import re

from attt.facts.kind import Answers, FactKind, Params, missed, text_of
from attt.facts.units import units
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, Stat
from attt.model.fact import Assurance, Fact, FactAbsent, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_PROGRAMS = ("/usr/bin/fail2ban-client", "/usr/local/bin/fail2ban-client", "/etc/fail2ban")
_SILENT = re.compile(r"Failed to access socket path|Unable to contact server|Is fail2ban running")
SHAPE = Record({"is_running": Boolean(), "is_enabled": Boolean(), "jails": ListOf(Text())})
ASKS: dict[str, Ask] = {
    "programs": Stat(paths=_PROGRAMS),
    "units": Command(
        argv=(
            *("systemctl", "show", "-p", "Id,LoadState,ActiveState,UnitFileState"),
            "fail2ban.service",
        )
    ),
    "status": Command(
        argv=(_PROGRAMS[0], "status"), privilege=Privilege.ROOT, statuses=(0, 1, 255)
    ),
}


def _asks(_params: Params) -> dict[str, Ask]:
    return ASKS


def _parse(answers: Answers, _params: Params) -> Fact:
    programs = answers["programs"]
    if programs.obstacle is not None:
        return missed(programs.obstacle, programs.detail)
    lines = text_of(programs).splitlines()
    known = units(answers["units"])
    unit = None if isinstance(known, Missing) else known.get("fail2ban.service")
    is_gone = len(lines) == len(_PROGRAMS) and all(line.startswith("absent|") for line in lines)
    if is_gone and isinstance(known, Missing) and known.obstacle is not Obstacle.NO_TOOL:
        return missed(known.obstacle, known.detail)
    if is_gone and not (unit and unit.is_loaded):
        return FactAbsent(proof=f"none of these exists: {', '.join(_PROGRAMS)}")
    is_running, jails = _jails(answers["status"])
    enabled: Value = known if isinstance(known, Missing) else bool(unit and unit.is_enabled)
    return FactRead(
        value={"is_running": is_running, "is_enabled": enabled, "jails": jails},
        assurance=Assurance.RUNNING,
    )


def _jails(answer: Answer) -> tuple[Value, Value]:
    if answer.obstacle is not None:
        gap = Missing(answer.obstacle, answer.detail or "fail2ban-client status")
        return gap, gap
    text = text_of(answer)
    if found := re.search(r"(?m)^`- Jail list:[ \t]*(.*)$", text):
        return True, tuple(sorted(re.findall(r"[^\s,]+", found[1])))
    if answer.status != 0 and _SILENT.search(text + answer.stderr.decode(errors="replace")):
        return False, ()
    gap = Missing(Obstacle.UNPARSABLE, "fail2ban-client status")
    return gap, gap


FAIL2BAN = FactKind(
    id="intrusion.fail2ban",
    title="fail2ban and its jails",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
)
