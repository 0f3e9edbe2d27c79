"""Fact `audit.store`: how auditd writes its log, what it does when room runs out, and where it sends.

`names_accounts`: names stand beside numbers (log_format); `host_named`: every record says of which
host (name_format); `admin_action`, `low_action`, `error_action`: what it does at
admin_space_left, space_left and an error of the disk, in lower case; `warns_first`: space_left is
the larger of the two; `sent_by`: what takes records away from auditd: `remote` (audisp-remote),
`auditbeat` and `syslog` (this host's own log service, which may send them on), each with `is_sent`:
on, and not to this host itself. An agent that may read the log, and whose settings are not read,
leaves a missing element. Absent in a container.
Sources: auditd.conf(5), audisp-remote.conf(5), auditd-plugins(5).
"""

import re

from attt.facts import tar
from attt.facts.audit_daemon import ASKS as AUDIT_ASKS
from attt.facts.audit_daemon import read
from attt.facts.kind import Answers, FactKind, Params, text_of
from attt.facts.log_forwards import AGENTS, own_names
from attt.facts.log_forwards import ASKS as OWN_ASKS
from attt.facts.log_service import ASKS as LOG_ASKS
from attt.facts.rsyslog import Forward
from attt.facts.units import units
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Privilege, ReadFile, ReadTree
from attt.model.fact import Fact
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_PAIR = re.compile(r"(?mi)^[ \t]*(\w+)[ \t]*=[ \t]*(\S+)")
_TREES = {"plugins": "/etc/audit/plugins.d", "plugins_old": "/etc/audisp/plugins.d"}
_REMOTE = {
    "remote": "/etc/audit/audisp-remote.conf",
    "remote_old": "/etc/audisp/audisp-remote.conf",
}
_OWN = ("own", "own6", "hostname", "hosts")
SHAPE = Record(
    {
        "names_accounts": Boolean(),
        "host_named": Boolean(),
        "admin_action": Text(nullable=True),
        "low_action": Text(nullable=True),
        "error_action": Text(nullable=True),
        "warns_first": Boolean(),
        "sent_by": ListOf(Record({"name": Text(), "is_sent": Boolean()})),
    }
)
ASKS: dict[str, Ask] = {
    **{name: AUDIT_ASKS[name] for name in ("container", "program", "config")},
    **{
        name: ReadTree(path=path, glob="*.conf", privilege=Privilege.ROOT)
        for name, path in _TREES.items()
    },
    **{name: ReadFile(path=path, privilege=Privilege.ROOT) for name, path in _REMOTE.items()},
    **{name: OWN_ASKS[name] for name in _OWN},
    "units": LOG_ASKS["units"],
}


def _asks(_params: Params) -> dict[str, Ask]:
    return ASKS


def _parse(answers: Answers, _params: Params) -> Fact:
    return read(answers, none=_NONE, value=_value)


_NONE: Value = {
    **dict.fromkeys(("names_accounts", "host_named", "warns_first"), False),
    **dict.fromkeys(("admin_action", "low_action", "error_action")),
    "sent_by": (),
}


def _value(answers: Answers) -> Value:
    config = answers["config"]
    if config.obstacle is not None:
        gap = Missing(config.obstacle, config.detail or "auditd.conf")
        return {**dict.fromkeys(SHAPE.fields, gap), "sent_by": _sent_by(answers)}
    told = {name.lower(): value.lower() for name, value in _PAIR.findall(text_of(config))}
    return {
        "names_accounts": told.get("log_format", "raw") == "enriched",
        "host_named": told.get("name_format", "none") != "none",
        "admin_action": told.get("admin_space_left_action", "suspend"),
        "low_action": told.get("space_left_action", "syslog"),
        "error_action": told.get("disk_error_action", "suspend"),
        "warns_first": _warns_first(told),
        "sent_by": _sent_by(answers),
    }


def _warns_first(told: dict[str, str]) -> Value:
    low, last = told.get("space_left", "75"), told.get("admin_space_left", "50")
    if not re.fullmatch(r"\d{1,9}%?", low) or not re.fullmatch(r"\d{1,9}%?", last):
        return Missing(Obstacle.OUT_OF_TYPE, "space_left, admin_space_left")
    if low.endswith("%") != last.endswith("%"):
        return Missing(Obstacle.IN_CONTEXT, "one is a share, the other a size")
    return int(low.rstrip("%")) > int(last.rstrip("%"))


def _sent_by(answers: Answers) -> Value:
    for name in (*_TREES, *_REMOTE):
        if (obstacle := answers[name].obstacle) is not None:
            return Missing(obstacle, answers[name].detail or name)
    plugins = {
        member.name: dict(_PAIR.findall(member.content.decode("utf-8", errors="replace")))
        for name in _TREES
        if answers[name].exists
        for member in tar.members(answers[name].stdout)
    }
    active = [one for one in plugins.values() if one.get("active", "no").lower() == "yes"]
    paths = [one.get("path", "").rpartition("/")[2] for one in active]
    sent: list[Value] = []
    if "audisp-remote" in paths:
        sent.append({"name": "remote", "is_sent": _is_elsewhere(answers)})
    if {"audisp-syslog", "builtin_syslog"} & set(paths):
        sent.append({"name": "syslog", "is_sent": True})
    return (*sent, *_agents(answers["units"]))


def _agents(answer: Answer) -> list[Value]:
    known = units(answer)
    if isinstance(known, Missing):
        return [] if known.obstacle is Obstacle.NO_TOOL else [known]
    active = [name for name in AGENTS if (u := known.get(f"{name}.service")) and u.is_active]
    return [
        {"name": name, "is_sent": True}
        if name == "auditbeat"
        else Missing(Obstacle.UNSUPPORTED, f"may be sent by {name}, whose settings are not read")
        for name in sorted(active)
    ]


def _is_elsewhere(answers: Answers) -> Value:
    config = next((answers[name] for name in _REMOTE if answers[name].exists), Answer())
    server = dict(_PAIR.findall(text_of(config))).get("remote_server", "")
    if not server:
        return False
    target = Forward(target=server, port=60, protocol="", is_encrypted=False, covers_logins=None)
    if target.is_own(own_names(answers)):
        return False
    gap = next((answers[name] for name in _OWN if answers[name].obstacle), None)
    return True if gap is None else Missing(gap.obstacle or Obstacle.FAILED, gap.detail)


STORE = FactKind(
    id="audit.store",
    title="How the audit's log is kept and sent",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
)
