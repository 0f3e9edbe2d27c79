"""Fact `logs.retention`: how long the settings let this host keep its logs.

`files`: the files to which rsyslogd writes logins and the system's messages, each with the days
that logrotate keeps them: `days` (missing where rotation by size makes it depend on how much is
written), `days_least` and `days_most` (missing where size alone decides); null is for ever.
`journal`: `is_persistent`, `max_days` (null: no bound of time) and `max_mib` (its explicit bound of
size, SystemMaxUse; null where files are kept beside it and it has none, missing where it is the
only store: how many days a tenth of a file system holds depends on what is written). How old the
logs are is never asked: a young host has young logs. Sources: logrotate(8), journald.conf(5), the rsyslog manual.
"""

from attt.facts import journald, logrotate, rsyslog, tar
from attt.facts.kind import Answers, FactKind, Params, Unparsable, missed, text_of
from attt.facts.log_forwards import UNREAD
from attt.facts.log_service import ASKS as LOG_ASKS
from attt.facts.log_service import config_of, services_of
from attt.model.answer import Obstacle
from attt.model.ask import Ask, Privilege, ReadFile, ReadTree
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, Integer, ListOf, Record, Text
from attt.model.value import Missing, Value

_TREE = "/etc/logrotate.d"
_DAY = 86_400
FILE = Record(
    {
        "path": Text(),
        "days": Integer("days", nullable=True),
        "days_least": Integer("days", nullable=True),
        "days_most": Integer("days", nullable=True),
    }
)
_JOURNAL = Record(
    {
        "is_persistent": Boolean(),
        "max_days": Integer("days", nullable=True),
        "max_mib": Integer("MiB", nullable=True),
    }
)
SHAPE = Record({"files": ListOf(FILE), "has_files": Boolean(), "journal": _JOURNAL})
_NAMES = ("units", "processes", "config", "tree", *journald.ASKS)

ROTATE_ASKS: dict[str, Ask] = {
    "rotate": ReadFile(path="/etc/logrotate.conf", privilege=Privilege.ROOT),
    "rotate_vendor": ReadFile(path="/usr/etc/logrotate.conf"),
    "rotate_tree": ReadTree(path=_TREE, privilege=Privilege.ROOT),
}


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        **{name: LOG_ASKS[name] for name in _NAMES},
        **ROTATE_ASKS,
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    services = services_of(answers)
    if isinstance(services, Missing):
        return missed(services.obstacle, services.detail)
    is_running, is_enabled = services.get("rsyslog", (False, False))
    files: Value = ()
    if is_running or is_enabled is not False:
        files = _files(answers)
    elif others := sorted(n for n in UNREAD if services.get(n, (False, False))[0]):
        files = Missing(Obstacle.UNSUPPORTED, f"{others[0]}'s settings are not read")
    has_files = files if isinstance(files, Missing) else bool(files)
    runs_journal = services.get("journald", (False, False))[0]
    return FactRead(
        value={
            "files": files,
            "has_files": has_files,
            "journal": _journal(answers, is_alone=has_files is False)
            if runs_journal
            else _NO_JOURNAL,
        },
        assurance=Assurance.CONFIGURED,
    )


_NO_JOURNAL: Value = {"is_persistent": False, "max_days": None, "max_mib": None}


def _files(answers: Answers) -> Value:
    config = config_of(answers)
    if isinstance(config, Missing):
        return config
    told = entries(answers)
    found: dict[str, Value] = {}
    for one in rsyslog.files(config):
        if one.is_meant and one.path not in found:
            found[one.path] = kept(one.path, told)
    gap = Missing(Obstacle.IN_CONTEXT, "a file that attt does not read")
    return (*found.values(), gap) if config.unseen else tuple(found.values())


def entries(answers: Answers) -> list[logrotate.Rotation] | Missing:
    """All that logrotate is told, in the order read."""
    for name in ("rotate", "rotate_vendor", "rotate_tree"):
        if (obstacle := answers[name].obstacle) is not None:
            return Missing(obstacle, answers[name].detail or "logrotate")
    main = next((n for n in ("rotate", "rotate_vendor") if answers[n].exists), None)
    if main is None:
        return []
    files = {}
    if answers["rotate_tree"].exists:
        files = {
            f"{_TREE}/{one.name}": one.content.decode("utf-8", errors="replace")
            for one in tar.members(answers["rotate_tree"].stdout)
        }
    try:
        return logrotate.entries(text_of(answers[main]), files)
    except Unparsable as error:
        return Missing(Obstacle.UNSUPPORTED, str(error))


def kept(path: str, told: list[logrotate.Rotation] | Missing) -> Value:
    """The record of one file: for how long logrotate keeps what is written to it."""
    if "%" in path or "?" in path:
        gap = Missing(Obstacle.IN_CONTEXT, "the file's name comes of a template")
        return {"path": path, "days": gap, "days_least": gap, "days_most": gap}
    if isinstance(told, Missing):
        return {"path": path, "days": told, "days_least": told, "days_most": told}
    rotation = next((one for one in told if one.names(path)), None)
    if rotation is None:
        return {"path": path, "days": None, "days_least": None, "days_most": None}
    least, most = rotation.days_least, rotation.days_most
    is_unbounded = most is None and least is not None
    gap = Missing(
        Obstacle.IN_CONTEXT, "rotation by size: how many days, depends on what is written"
    )
    return {
        "path": path,
        "days": least if least == most else gap,
        "days_least": least,
        "days_most": gap if is_unbounded else most,
    }


def _journal(answers: Answers, *, is_alone: bool) -> Value:
    said = journald.settings(answers)
    if isinstance(said, Missing):
        return said
    span = said.get("MaxRetentionSec", "0") or "0"
    seconds = journald.seconds(span)
    unread = Missing(Obstacle.OUT_OF_TYPE, f"MaxRetentionSec={span[:40]}")
    return {
        "is_persistent": journald.is_persistent(said.get("Storage", "auto").lower(), answers),
        "max_days": unread if seconds is None else seconds // _DAY if seconds else None,
        "max_mib": _size(said.get("SystemMaxUse", ""), is_alone=is_alone),
    }


def _size(text: str, *, is_alone: bool) -> Value:
    if (size := journald.mebibytes(text)) is not None:
        return size
    gap = Missing(Obstacle.IN_CONTEXT, "the journal keeps a share of its file system")
    return gap if is_alone else None


RETENTION = FactKind(
    id="logs.retention",
    title="How long logs are kept",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
    version=2,
)
