"""Fact `packages.history`: whether the host writes down which packages come and go.

`is_logged`: dpkg's `log` setting, or the log that dnf, yum or zypper always write. `logs`: those
of the usual files that are there, each with `path`, `mode`, `uid` and `modified`: the last change
that was written. Their rotated parts are not looked at.
Sources: dpkg.cfg(5), apt.conf(5), dnf(8), zypper(8).
"""

import re

from attt.facts import stat, tar
from attt.facts.kind import Answers, FactKind, Params, Unparsable, missed, text_of
from attt.model.answer import Obstacle
from attt.model.ask import Ask, Privilege, ReadFile, ReadTree, Stat
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, Instant, Integer, ListOf, Mode, Record, Text
from attt.model.value import Missing, Value

_DPKG = ("/var/log/dpkg.log", "/var/log/apt/history.log")
_OTHERS = (
    *("/var/log/dnf.rpm.log", "/var/log/dnf.log", "/var/log/dnf5.log", "/var/log/yum.log"),
    "/var/log/zypp/history",
)
_TOOLS = ("/usr/bin/dpkg", "/usr/bin/rpm")
_LOG = re.compile(r"(?m)^[ \t]*log[ \t=]+(/\S+)[ \t]*$")

_FILE = Record(
    {"path": Text(), "mode": Mode(), "uid": Integer("uid"), "modified": Instant(nullable=True)},
    volatile=frozenset({"modified"}),
)
SHAPE = Record({"is_logged": Boolean(), "logs": ListOf(_FILE)})


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        "files": Stat(paths=(*_TOOLS, *_DPKG, *_OTHERS)),
        "config": ReadFile(path="/etc/dpkg/dpkg.cfg", privilege=Privilege.ROOT),
        "configs": ReadTree(path="/etc/dpkg/dpkg.cfg.d", privilege=Privilege.ROOT),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    if (obstacle := answers["files"].obstacle) is not None:
        return missed(obstacle, answers["files"].detail)
    looked = stat.parse(answers["files"])
    paths = _DPKG if _TOOLS[0] in looked.found and _etc_dpkg(answers) else _OTHERS
    if not {*_TOOLS} & looked.found.keys():
        return missed(Obstacle.UNSUPPORTED, "neither dpkg nor rpm")
    logs = [
        {name: looked.found[path][name] for name in ("path", "mode", "uid", "modified")}
        for path in paths
        if path in looked.found
    ]
    gaps = [Missing(Obstacle.DENIED, path) for path in paths if path in looked.denied]
    is_logged = _is_told(answers) if paths is _DPKG else bool(logs) or (gaps[0] if gaps else False)
    value: Value = {"is_logged": is_logged, "logs": (*logs, *gaps)}
    return FactRead(value=value, assurance=Assurance.CONFIGURED)


def _etc_dpkg(answers: Answers) -> bool:
    """Hosts of rpm may have the program dpkg as a tool, without its settings."""
    return answers["config"].exists or answers["configs"].exists


def _is_told(answers: Answers) -> Value:
    for name in ("config", "configs"):
        if answers[name].obstacle is not None:
            return Missing(answers[name].obstacle or Obstacle.FAILED, "/etc/dpkg/dpkg.cfg")
    texts: list[str] = []
    if answers["configs"].exists:
        try:
            files = tar.members(answers["configs"].stdout)
        except Unparsable as error:
            return Missing(Obstacle.UNPARSABLE, str(error))
        texts += [file.content.decode("utf-8", errors="replace") for file in files]
    texts += [text_of(answers["config"])] if answers["config"].exists else []  # dpkg reads it last
    named = [path for text in texts for path in _LOG.findall(text)]
    return named[-1:] not in ([], ["/dev/null"])


HISTORY = FactKind(
    id="packages.history",
    title="Log of installed and removed packages",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
)
