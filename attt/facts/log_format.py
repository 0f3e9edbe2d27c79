"""Fact `logs.format`: whether lines of the logs say when they were written, to the year and zone.

`files`: the files to which rsyslogd writes logins and the system's messages, each with `template`
(the name of its format, in lower case; "" is rsyslogd's own) and `is_full`: time with year and zone, and the
host's name; missing for a format of the host's own that has neither of the usual times.
`journal`: the journal is kept on disk; it holds every field by itself.
Sources: the rsyslog manual (templates, omfile), systemd.journal-fields(7).
"""

import re

from attt.facts import journald, rsyslog, tar
from attt.facts.kind import Answers, FactKind, Params, missed, text_of
from attt.facts.log_service import ASKS as LOG_ASKS
from attt.facts.log_service import config_of, services_of
from attt.facts.rsyslog_rules import Config, reached
from attt.model.answer import Obstacle
from attt.model.ask import Ask
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_FULL = frozenset(
    {
        *("rsyslog_fileformat", "rsyslog_forwardformat", "rsyslog_syslogprotocol23format", ""),
        "rsyslog_stdjsonfmt",
    }
)
_SHORT = frozenset(
    {
        *("rsyslog_traditionalfileformat", "rsyslog_traditionalforwardformat"),
        *("rsyslog_sysklogdfileformat", "rsyslog_stdusrmsgfmt"),
    }
)
_DEFAULT = re.compile(r'(?i)load\s*=\s*"builtin:omfile"[^)]*?\btemplate\s*=\s*"([^"]+)"')
_TEMPLATE = re.compile(
    r'(?is)\btemplate\s*\(\s*name\s*=\s*"([^"]+)"(.*?)\)\s*(?:\{(.*?)\}\s*$|\{([^}]*)\}|$|(?=\n))'
)
_LEGACY = re.compile(r'(?im)^[ \t]*\$template[ \t]+([\w.-]+)[ \t]*,[ \t]*"((?:[^"\\]|\\.)*)"')
_PRECISE = re.compile(r"(?i)rfc3339|rfc-3339")
_TIME = re.compile(r"(?i)timestamp|timereported|timegenerated|\$now|\$year|\bjsonmesg")
_FILE = Record({"path": Text(), "template": Text(), "is_full": Boolean()})
SHAPE = Record({"files": ListOf(_FILE), "journal": Boolean()})
_NAMES = ("units", "processes", "config", "tree", *journald.ASKS)


def _asks(_params: Params) -> dict[str, Ask]:
    return {name: LOG_ASKS[name] for name in _NAMES}


def _parse(answers: Answers, _params: Params) -> Fact:
    services = services_of(answers)
    if isinstance(services, Missing):
        return missed(services.obstacle, services.detail)
    runs = {name for name, (is_running, _) in services.items() if is_running}
    files: Value = ()
    if "rsyslog" in runs:
        files = _files(answers)
    elif "syslog-ng" in runs:
        files = Missing(Obstacle.UNSUPPORTED, "syslog-ng's settings are not read")
    return FactRead(
        value={"files": files, "journal": _journal(answers) if "journald" in runs else False},
        assurance=Assurance.CONFIGURED,
    )


def _journal(answers: Answers) -> Value:
    said = journald.settings(answers)
    if isinstance(said, Missing):
        return said
    return journald.is_persistent(said.get("Storage", "auto").lower(), answers)


def _files(answers: Answers) -> Value:
    config = config_of(answers)
    if isinstance(config, Missing):
        return config
    text = _text(answers)
    default = config.settings.get("actionfiledefaulttemplate") or _last(_DEFAULT.findall(text))
    own = {name.lower(): body for name, body in _LEGACY.findall(text)}
    own |= {found[1].lower(): found[0] for found in _TEMPLATE.finditer(text)}
    named = _named(config)
    found: dict[str, Value] = {}
    for one in rsyslog.files(config):
        if one.is_meant and one.path not in found:
            template = (named.get(one.path) or default or "").lower()
            found[one.path] = {
                "path": one.path,
                "template": template,
                "is_full": _is_full(template, own),
            }
    gap = Missing(Obstacle.IN_CONTEXT, "a file that attt does not read")
    return (*found.values(), gap) if config.unseen else tuple(found.values())


def _text(answers: Answers) -> str:
    texts = [text_of(answers["config"])]
    if answers["tree"].exists:
        members = tar.members(answers["tree"].stdout)
        texts += [one.content.decode("utf-8", errors="replace") for one in members]
    lines = "\n".join(texts).splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("#"))


def _last(found: list[str]) -> str:
    return found[-1] if found else ""


def _named(config: Config) -> dict[str, str]:
    """The format that an action names for its own file."""
    found = {}
    for step in reached(config):
        if step.params.get("file"):
            found[step.params["file"]] = step.params.get("template", "")
        elif step.text.lstrip("-").startswith("/"):
            path, _, template = step.text.strip().removeprefix("-").partition(";")
            found[path.strip()] = template.strip()
    return found


def _is_full(template: str, own: dict[str, str]) -> Value:
    if template in own:
        body = own[template]
        if _PRECISE.search(body):
            return True
        if _TIME.search(body):
            return Missing(Obstacle.IN_CONTEXT, f"a format of this host's own: {template[:40]}")
        return False
    if template in _FULL:
        return True
    if template in _SHORT:
        return False
    return Missing(Obstacle.IN_CONTEXT, f"an unknown format: {template[:40]}")


FORMAT = FactKind(
    id="logs.format",
    title="What each line of the logs says",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
)
