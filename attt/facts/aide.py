"""Fact `integrity.aide`: whether AIDE has a state to compare with, and compares by itself.

`has_database` (what files are compared with) and `database` (its last change; null: none);
`is_scheduled`: a timer in force, or a line of cron, runs it; `reported`: when it last wrote its
report (null: never), for those who start it in a way of their own. Absent where AIDE is not
installed. Sources: aide(1), aide.conf(5), dailyaidecheck(8), crontab(5).
"""

import re
from collections.abc import Iterable, Iterator

from attt.facts import agents, stat
from attt.facts.cron_jobs import ASKS as CRON_ASKS
from attt.facts.cron_jobs import Cron
from attt.facts.kind import Answers, FactKind, Params, missed, text_of
from attt.facts.timers import is_on
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, ReadFile, Stat
from attt.model.fact import Assurance, Fact, FactAbsent, FactRead
from attt.model.shape import Boolean, Instant, Record
from attt.model.value import Missing, Value

_PROGRAMS = ("/usr/bin/aide", "/usr/sbin/aide", "/usr/local/bin/aide")
_CONFIGS = {"config": "/etc/aide/aide.conf", "config_rpm": "/etc/aide.conf"}
_DATABASES = tuple(f"/var/lib/aide/aide.db{end}" for end in ("", ".gz"))
_REPORTS = ("/var/log/aide/aide.log", "/var/log/aide/aide.report.log", "/var/log/aide.log")
_CRONS = tuple(f"/etc/cron.{part}" for part in ("d", "hourly", "daily", "weekly"))
_SPOOLS = ("/var/spool/cron/crontabs/root", "/var/spool/cron/root", "/var/spool/cron/tabs/root")
_TIMER = re.compile(
    r"(?:.*[-_.@])?(?:daily)?aide(?:[-_.@]?(?:check|init|scan|update))?(?:[-_@].*)?\.timer"
)
# Under systemd Debian's own script leaves the work to its timer.
_LEFT_TO_TIMER = "/etc/cron.daily/dailyaidecheck:"
_RUN = re.compile(r"(?:^|[\s/;&|(:'\"])aide(?:\.wrapper|check|-check)?(?:[\s;&|)'\"]|$)")
_COMPARES = re.compile(r"\s(?:--check|--update|--compare|-[A-Za-z]*[CuE])(?:\s|$|;)")
_OTHER_DEEDS = re.compile(
    r"\s(?:--init|--dry-init|--config-check|--version|--help|-i|-v|-D)(?:\s|$|;)"
)

SHAPE = Record(
    {
        "has_database": Boolean(),
        "database": Instant(nullable=True),
        "is_scheduled": Boolean(),
        "reported": Instant(nullable=True),
    },
    volatile=frozenset({"database", "reported"}),
)
ASKS: dict[str, Ask] = {
    "programs": Stat(paths=_PROGRAMS),
    **{name: ReadFile(path=path, privilege=Privilege.ROOT) for name, path in _CONFIGS.items()},
    "databases": Stat(paths=_DATABASES, privilege=Privilege.ROOT),
    "reports": Stat(paths=_REPORTS, privilege=Privilege.ROOT),
    "timers": agents.ASKS["timers"],
    **CRON_ASKS,
    "crons": Command(
        argv=("/usr/bin/grep", "-rsE", "^[^#]*aide", "/etc/crontab", *_CRONS, *_SPOOLS),
        privilege=Privilege.ROOT,
        statuses=(0, 1, 2),
        redact="settings",
    ),
}


def _asks(_params: Params) -> dict[str, Ask]:
    return ASKS


def _parse(answers: Answers, _params: Params) -> Fact:
    programs = answers["programs"]
    if programs.obstacle is not None:
        return missed(programs.obstacle, programs.detail)
    if set(stat.parse(programs).absent) == set(_PROGRAMS):
        return FactAbsent(proof=f"none of these exists: {', '.join(_PROGRAMS)}")
    database = _database(answers)
    has: Value = database if isinstance(database, Missing) else database is not None
    return FactRead(
        value={
            "has_database": has,
            "database": database,
            "is_scheduled": _scheduled(answers["timers"], answers["crons"], Cron(answers)),
            "reported": _newest(answers["reports"], _REPORTS),
        },
        assurance=Assurance.CONFIGURED,
    )


def _database(answers: Answers) -> Value:
    """The database named last in the settings, where it is one of the usual ones."""
    for name in _CONFIGS:
        if (obstacle := answers[name].obstacle) is not None:
            return Missing(obstacle, answers[name].detail or name)
    text = next((text_of(answers[n]) for n in _CONFIGS if answers[n].exists), "")
    defines = dict(re.findall(r"(?m)^[ \t]*@@define[ \t]+(\w+)[ \t]+(\S+)", text))
    named = re.findall(r"(?m)^[ \t]*database(?:_in)?[ \t]*=[ \t]*(?:file:)?(\S+)", text)
    path = named[-1] if named else ""
    for name, value in defines.items():
        path = path.replace(f"@@{{{name}}}", value)
    if path and path not in _DATABASES:
        return Missing(Obstacle.IN_CONTEXT, f"a database elsewhere: {path[:80]}")
    return _newest(answers["databases"], (path,) if path else _DATABASES)


def _newest(answer: Answer, paths: tuple[str, ...]) -> Value:
    """The last change of those that are there and not empty; null where none is."""
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or paths[0])
    looked = stat.parse(answer)
    if denied := [path for path in looked.denied if path in paths]:
        return Missing(Obstacle.DENIED, denied[0])
    found = [looked.found[p] for p in paths if p in looked.found and looked.found[p]["size"]]
    return max((str(one["modified"]) for one in found), default=None)


def _scheduled(timers: Answer, crons: Answer, cron: Cron) -> Value:
    active = [name for name, runs in _active(timers).items() if runs]
    if any(_TIMER.fullmatch(name) for name in active):
        return True
    lines = [] if crons.obstacle is not None else text_of(crons).splitlines()
    by_systemd = timers.obstacle is not Obstacle.NO_TOOL
    mine = [one for one in lines if not (by_systemd and one.startswith(_LEFT_TO_TIMER))]
    taken = [cron.takes(path) for path in dict.fromkeys(_paths(mine))]
    if True in taken:
        return True
    for answer in (timers, crons):
        if answer.obstacle is not None:
            return Missing(answer.obstacle, answer.detail or "what is run at times")
    if gap := next((one for one in taken if isinstance(one, Missing)), None):
        return gap
    said = crons.stderr.decode("utf-8", errors="replace")
    return Missing(Obstacle.DENIED, "crontabs") if "ermission denied" in said else False


def _paths(lines: Iterable[str]) -> Iterator[str]:
    """The files of cron that have AIDE compare; making a database alone compares nothing."""
    for line in lines:
        path, _, text = line.partition(":")
        if _RUN.search(text) and (_COMPARES.search(text) or not _OTHER_DEEDS.search(text)):
            yield path


def _active(answer: Answer) -> dict[str, bool]:
    """Timers by their own names and by those of the services that they start."""
    found = {}
    for block in text_of(answer).split("\n\n") if answer.obstacle is None else ():
        told = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
        runs = is_on(told)
        found[told.get("Id", "")] = runs
        found[told.get("Unit", "").removesuffix(".service") + ".timer"] = runs
    return found


AIDE = FactKind(
    id="integrity.aide",
    title="AIDE, which compares files with a known state",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
)
