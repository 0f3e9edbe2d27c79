"""Fact `packages.updates`: which packages the lists on the host hold in a newer version.

Nothing is fetched, refreshed or written: apt plans an upgrade from its own lists, with its caches
in memory alone and without the log of its plans. `pending`: `name`, `installed`, `candidate`,
`origins` (such as "Debian-Security:12/stable-security") and `is_security`; held packages are among
them; one that can't be upgraded leaves a missing element, and so do lists without a security
archive of the release, and a pin that may keep such updates away. `refreshed`: when the lists were
last fetched, or when the newest list of a security archive was made where that is earlier; null
where there are none. `is_latest`: whether nothing newer was published since; no host can tell
without its network, so this is always missing, and what rests on it is never more than unknown.
On hosts of rpm only `refreshed` is known (package_caches.py); elsewhere the fact is missed.
Sources: apt-get(8), apt.conf(5), apt_preferences(5).
"""

import re

from attt.facts import package_caches, stat, tar
from attt.facts.instants import of_epoch
from attt.facts.kind import Answers, FactKind, Params, Unparsable, missed, obstacle_of, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, ReadFile, ReadTree, Stat
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
_NAME = re.compile(r"[\w-]+|[\w.-]+\.pref").fullmatch
_ALIASES = frozenset({"stable", "oldstable", "oldoldstable", "testing"})
_USUAL = 500  # the priority of a source that nobody pinned

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
        "published": Command(
            argv=(
                "find",
                _LISTS,
                "-maxdepth",
                "1",
                "-name",
                "*ecurity*Release",
                "-printf",
                "%T@ %f\\n",
            ),
            platforms=("debian", "ubuntu"),
        ),
        "system": ReadFile(path="/etc/os-release"),
        "pins": ReadFile(path="/etc/apt/preferences"),
        "pins_tree": ReadTree(path="/etc/apt/preferences.d"),
        "caches": package_caches.ASK,
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    caches = answers["caches"]
    if answers["plan"].obstacle is Obstacle.UNSUPPORTED and caches.obstacle is None:
        return _read((package_caches.pending(caches),), package_caches.refreshed(caches))
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
    gaps = (*_unseen(answers), *_pinned(answers))
    return _read((*_pending(_plan(answers)), *gaps), min([max(times), *_published(answers)]))


def _published(answers: Answers) -> list[str]:
    """When the newest list of a security archive was made: others may be fetched without it."""
    answer = answers["published"]
    if answer.obstacle is not None:
        return []
    seconds = re.findall(r"(?m)^(\d{1,12})\.\d+ \S", text_of(answer))
    newest = of_epoch(max(map(int, seconds), default=-1))
    return [newest] if newest else []


def _pinned(answers: Answers) -> list[Value]:
    """Gaps for pins that may keep security updates out of apt's plan: apt_preferences(5)."""
    texts = [_of(answers["pins"])]
    if answers["pins_tree"].obstacle is None and answers["pins_tree"].exists:
        files = tar.members(answers["pins_tree"].stdout)
        texts += [m.content.decode("utf-8", errors="replace") for m in files if _NAME(m.name)]
    stanzas = [one for text in texts for one in re.split(r"\n[ \t]*\n", text.replace("\r", ""))]
    return [
        Missing(Obstacle.IN_CONTEXT, f"pinned: {found['package'][:60]}")
        for found in (
            {k.lower(): v for k, v in re.findall(r"(?m)^([\w-]+)[ \t]*:[ \t]*(.*?)[ \t]*$", one)}
            for one in stanzas
        )
        if {"package", "pin", "pin-priority"} <= found.keys() and _holds(found)
    ]


def _holds(pin: dict[str, str]) -> bool:
    said = re.match(r"-?\d{1,6}", pin["pin-priority"])
    low = pin["pin-priority"].lower() == "never" or (said is not None and int(said[0]) < _USUAL)
    return pin["pin"].lower().startswith("version") or (low and "security" in pin["pin"].lower())


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
    if not _has_security(answers):
        gaps.append(Missing(Obstacle.IN_CONTEXT, "no list of a security archive is on the host"))
    return gaps


def _has_security(answers: Answers) -> bool:
    """Whether a list is of a security archive, and of this release where its name tells one."""
    lists = text_of(answers["lists"])
    if not re.search(r"(?mi)security.*_Packages", lists):
        return False
    suites = set(re.findall(r"_dists_([A-Za-z0-9.]+)-security_\S*_Packages", lists))
    names = set(re.findall(r'(?m)^\w*_CODENAME="?(\w+)"?$', _of(answers["system"])))
    return not suites or not names or bool(suites & (names | _ALIASES))


def _of(answer: Answer) -> str:
    return text_of(answer) if answer.obstacle is None and answer.exists else ""


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
    version=3,
)
