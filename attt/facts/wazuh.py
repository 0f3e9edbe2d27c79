"""Fact `wazuh.agent`: what the Wazuh agent of this host watches, and whether its manager hears it.

`is_connected`: the agent's own state file says so; `servers`: the managers named; `watches_files`:
its integrity check is on and looks at folders; `reads_logins`: it reads the file or the journal
where logins are. Absent where it is not installed. What a manager sets for a group of agents is
read in its place on the agent, agent.conf, but for blocks meant for other systems.
Sources: the Wazuh documentation on ossec.conf (localfile, syscheck), agent.conf and
wazuh-agentd.state.
"""

import re

from attt.facts.kind import Answers, FactKind, Params, missed, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Privilege, ReadFile, Stat
from attt.model.fact import Assurance, Fact, FactAbsent, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_HOME = "/var/ossec"
_PROGRAMS = tuple(f"{_HOME}/bin/{name}" for name in ("wazuh-agentd", "ossec-agentd"))
_LOGINS = re.compile(r"journald|/var/log/(?:auth\.log|secure|messages|syslog)|/var/log/\*.*")
_ELSEWHERE = re.compile(
    r'<agent_config(?![^>]*\bos="Linux")\s[^>]*\w[^>]*>.*?</agent_config>', re.DOTALL
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)

SHAPE = Record(
    {
        "is_connected": Boolean(),
        "servers": ListOf(Text()),
        **{name: Boolean() for name in ("watches_files", "reads_logins")},
    }
)
ASKS: dict[str, Ask] = {
    "programs": Stat(paths=_PROGRAMS, privilege=Privilege.ROOT),
    **{
        name: ReadFile(path=f"{_HOME}/{path}", privilege=Privilege.ROOT, redact="settings")
        for name, path in (
            ("config", "etc/ossec.conf"),
            ("shared", "etc/shared/agent.conf"),
            ("state", "var/run/wazuh-agentd.state"),
        )
    },
}


def _asks(_params: Params) -> dict[str, Ask]:
    return ASKS


def _parse(answers: Answers, _params: Params) -> Fact:
    programs = answers["programs"]
    if programs.obstacle is not None:
        return missed(programs.obstacle, programs.detail)
    lines = text_of(programs).splitlines()
    if len(lines) == len(_PROGRAMS) and all(line.startswith("absent|") for line in lines):
        return FactAbsent(proof=f"none of these exists: {', '.join(_PROGRAMS)}")
    for name in ("config", "shared"):
        if (obstacle := answers[name].obstacle) is not None:
            return missed(obstacle, answers[name].detail or name)
    shared = _ELSEWHERE.sub("", text_of(answers["shared"]))
    text = _COMMENT.sub("", f"{text_of(answers['config'])}\n{shared}")
    return FactRead(
        value={
            "is_connected": _connected(answers["state"]),
            "servers": tuple(_inside("address", "".join(_inside("client", text)))),
            "watches_files": _watches(_inside("syscheck", text)),
            "reads_logins": _reads(_inside("localfile", text)),
        },
        assurance=Assurance.CONFIGURED,
    )


def _inside(tag: str, text: str) -> list[str]:
    found = re.findall(rf"<{tag}(?:\s[^>]*)?>(.*?)</{tag}>", text, re.DOTALL)
    return [one.strip() for one in found]


def _is_off(sections: list[str], tag: str) -> bool:
    said = [value.lower() for section in sections for value in _inside(tag, section)]
    return bool(said) and said[-1] == "yes"


def _watches(sections: list[str]) -> bool:
    """Folders are watched unless the check is switched off, which the last word on it decides."""
    folders = [one for section in sections for one in _inside("directories", section)]
    return bool(folders) and not _is_off(sections, "disabled")


def _reads(sections: list[str]) -> bool:
    places = (one for section in sections for one in _inside("location", section))
    return any(_LOGINS.fullmatch(place) for place in places)


def _connected(state: Answer) -> Value:
    if state.obstacle is not None:
        return Missing(state.obstacle, state.detail or "wazuh-agentd.state")
    if not state.exists:
        return False  # made when the agent first reaches its manager
    found = re.search(r"(?m)^status='(\w+)'", text_of(state))
    if found is None:
        return Missing(Obstacle.UNPARSABLE, "wazuh-agentd.state")
    return found[1] == "connected"


AGENT = FactKind(
    id="wazuh.agent",
    title="The Wazuh agent",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
)
