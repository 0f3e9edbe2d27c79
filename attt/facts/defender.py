"""Fact `malware.defender`: what Microsoft Defender for Endpoint on Linux says of itself.

`is_healthy`, `is_licensed` (taken into the office's tenant), `is_real_time`, `updates_itself`,
`is_current` (its definitions are up to date), `watches_behaviour`, `is_passive` (it blocks nothing).
Absent where mdatp is not installed. Source: "Investigate agent health issues" of the maker's
documentation, values of `mdatp health`.
"""

import re

from attt.facts.kind import Answers, FactKind, Params, missed, text_of
from attt.model.answer import Obstacle
from attt.model.ask import Ask, Command, Stat
from attt.model.fact import Assurance, Fact, FactAbsent, FactRead
from attt.model.shape import Boolean, Record
from attt.model.value import Missing, Value

_PROGRAMS = ("/usr/bin/mdatp", "/opt/microsoft/mdatp/sbin/wdavdaemon")
_GOOD = {
    "is_healthy": ("healthy", {"true"}),
    "is_licensed": ("licensed", {"true"}),
    "is_real_time": ("real_time_protection_enabled", {"true"}),
    "updates_itself": ("automatic_definition_update_enabled", {"true"}),
    "is_current": ("definitions_status", {"up_to_date"}),
    "watches_behaviour": ("behavior_monitoring", {"enabled"}),
    "is_passive": ("passive_mode_enabled", {"true"}),
}
_LINE = re.compile(r'(?m)^(\w+)[ \t]*:[ \t]*"?([\w.-]+)"?(?:[ \t]*\[[^]\n]*\])*[ \t]*$')
SHAPE = Record({name: Boolean() for name in _GOOD})


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        "program": Stat(paths=_PROGRAMS),
        "health": Command(argv=("mdatp", "health"), timeout_s=20),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    program, health = answers["program"], answers["health"]
    if program.obstacle is not None:
        return missed(program.obstacle, program.detail)
    lines = text_of(program).splitlines()
    if len(lines) == len(_PROGRAMS) and all(line.startswith("absent|") for line in lines):
        return FactAbsent(proof=f"none of these exists: {', '.join(_PROGRAMS)}")
    if health.obstacle is not None:
        return missed(health.obstacle, health.detail or "mdatp health")
    told = dict(_LINE.findall(text_of(health)))
    return FactRead(
        value={name: _of(told, word, good) for name, (word, good) in _GOOD.items()},
        assurance=Assurance.RUNNING,
    )


def _of(told: dict[str, str], word: str, good: set[str]) -> Value:
    if word not in told:
        return Missing(Obstacle.UNPARSABLE, f"mdatp health does not tell {word}")
    return told[word].lower() in good


DEFENDER = FactKind(
    id="malware.defender",
    title="Microsoft Defender on this host",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
)
