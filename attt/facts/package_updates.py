"""Fact `packages.updates`: which packages the lists on the host hold in a newer version.

Nothing is fetched, refreshed or written: apt plans an upgrade from its own lists, with its caches
in memory alone and without the log of its plans. `pending`: `name`, `installed`, `candidate`,
`origins` (such as "Debian-Security:12/stable-security") and `is_security`; held packages are among
them; one that can't be upgraded leaves a missing element, and so do lists without a security
archive. `refreshed`: when the lists were last fetched, null where there are none. `is_latest`:
whether nothing newer was published since; no host can tell without its network, so this is always
missing, and what rests on it is never more than unknown. Missed on hosts without apt, where the
same question would write a cache.
Sources: apt-get(8), apt.conf(5).
"""

import re

from attt.facts import stat
from attt.facts.kind import Answers, FactKind, Params, Unparsable, missed, obstacle_of, text_of
from attt.model.answer import Obstacle
from attt.model.ask import Ask, Command, Stat
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, Instant, ListOf, Record, Text
from attt.model.value import Missing, Value

_LISTS = "/var/lib/apt/lists"
_STAMPS = (
    "/var/lib/apt/periodic/update-success-stamp",
    "/var/lib/apt/periodic/update-stamp",
    _LISTS,
)
_INSTALL = re.compile(r"Inst (\S+) (?:\[([^]]*)\] )?\(([^ )]+) ?([^)\[]*)(?:\[[^]]*\])?\)")
_SECURITY = re.compile(
    r"security|/[\w.-]+-apps-security|UbuntuESM|:[^/]*/[\w-]*-infra", re.IGNORECASE
)

_UPDATE = Record(
    {
        "name": Text(),
        "installed": Text(),
        "candidate": Text(),
        "origins": ListOf(Text()),
        "is_security": Boolean(),
    }
)
SHAPE = Record(
    {"pending": ListOf(_UPDATE), "refreshed": Instant(nullable=True), "is_latest": Boolean()},
    volatile=frozenset({"refreshed"}),
)


def _asks(_params: Params) -> dict[str, Ask]:
    options = (
        *("-o", "Debug::NoLocking=1", "-o", "Dir::Cache::pkgcache=", "-o"),
        *("Dir::Cache::srcpkgcache=", "-o", "Dir::Log::Planner=", "-o", "Dir::Log::Solver="),
        *("-o", "APT::Get::Show-User-Simulation-Note=0"),
        *("-o", "APT::Get::Always-Include-Phased-Updates=1", "--ignore-hold"),
    )
    return {
        "plan": Command(
            argv=("apt-get", "-s", "-q", *options, "dist-upgrade"),
            timeout_s=40,
            platforms=("debian", "ubuntu"),
        ),
        "stamps": Stat(paths=_STAMPS),
        "lists": Command(argv=("ls", "-1", _LISTS)),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    needed = (answers[name] for name in ("plan", "stamps", "lists"))
    if (obstacle := obstacle_of(*needed)) is not None:
        return obstacle
    if not re.search(r"(?m)_Packages(?:\.\w+)?$", text_of(answers["lists"])):
        return _read(
            (Missing(Obstacle.FAILED, "no package lists: apt-get update never ran"),), None
        )
    times = [str(one["modified"]) for one in stat.parse(answers["stamps"]).found.values()]
    if not times:
        return missed(Obstacle.FAILED, "nobody can tell when the package lists were fetched")
    return _read((*_pending(_plan(answers)), *_unseen(answers)), max(times))


def _read(pending: tuple[Value, ...], refreshed: Value) -> FactRead:
    later = Missing(Obstacle.IN_CONTEXT, "what was published since: not on the host")
    value: Value = {"pending": pending, "refreshed": refreshed, "is_latest": later}
    return FactRead(value=value, assurance=Assurance.RESOLVED)


def _unseen(answers: Answers) -> list[Value]:
    """Gaps: packages that apt keeps back, and a host whose lists are of no security archive."""
    kept = re.search(
        r"(?m)^The following packages have been kept back:\n((?: .*\n)+)", _plan(answers)
    )
    names = kept[1].split() if kept else []
    gaps: list[Value] = [Missing(Obstacle.IN_CONTEXT, f"kept back: {name[:60]}") for name in names]
    if not re.search(r"(?mi)security.*_Packages", text_of(answers["lists"])):
        gaps.append(Missing(Obstacle.IN_CONTEXT, "no list of a security archive is on the host"))
    return gaps


def _plan(answers: Answers) -> str:
    return text_of(answers["plan"])


def _pending(text: str) -> list[Value]:
    """The packages that are installed and would be upgraded; new ones that they need are not old."""
    if not re.search(r"(?m)^\d+ upgraded, \d+ newly installed", text):
        raise Unparsable("the plan of apt-get can't be read")
    found: list[Value] = []
    for line in text.splitlines():
        if not line.startswith("Inst "):
            continue
        row = _INSTALL.match(line)
        if row is None:
            raise Unparsable("a line of apt-get can't be read")
        if row[2]:
            origins = tuple(one.strip() for one in row[4].split(",") if one.strip())
            is_security = any(_SECURITY.search(one) for one in origins)
            found.append(
                {
                    "name": row[1],
                    "installed": row[2],
                    "candidate": row[3],
                    "origins": origins,
                    "is_security": is_security,
                }
            )
    return found


UPDATES = FactKind(
    id="packages.updates",
    title="Updates that wait",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
)
