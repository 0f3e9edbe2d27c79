"""Fact `packages.sources`: where packages come from, and whether their signatures are checked.

`manager` (apt, dnf, zypper), `sources`: those that are switched on, each with `name` (address and
suite, or the repository's id), `address`, `transport` (https, http, file, cdrom, …; "unverified"
where nobody looks at the certificate of an https server) and `is_signed`: false where an option lets packages in that nobody signed. `unsafe`: settings that
switch the check off for all sources, by name. Absent where no manager's files are there; missed
where they are of another one.
Sources: sources.list(5), apt-secure(8), dnf.conf(5), zypper(8).
"""

import re
from collections.abc import Iterator

from attt.facts import apt_config, apt_sources, rpm_sources, stat, tar
from attt.facts.kind import Answers, FactKind, Params, missed, shared, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Privilege, ReadFile, ReadTree, Stat
from attt.model.fact import Assurance, Fact, FactAbsent, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_APT_UNSAFE = (
    "APT::Get::AllowUnauthenticated",
    "Acquire::AllowInsecureRepositories",
    "Acquire::AllowDowngradeToInsecureRepositories",
    "Acquire::AllowWeakRepositories",
)
_APT_PLACES = {
    "Dir::Etc::sourcelist": {"sources.list", "/etc/apt/sources.list"},
    "Dir::Etc::sourceparts": {"sources.list.d", "/etc/apt/sources.list.d"},
}
_PLACES = ("/etc/apt", "/etc/yum.repos.d", "/etc/zypp/repos.d")
_OTHERS = ("/etc/apk", "/etc/pacman.conf", "/etc/portage", "/etc/opkg", "/etc/xbps.d", "/nix/store")

_SOURCE = Record({"name": Text(), "address": Text(), "transport": Text(), "is_signed": Boolean()})
SHAPE = Record(
    {
        "manager": Text(choices=("apt", "dnf", "zypper")),
        "sources": ListOf(_SOURCE),
        "unsafe": ListOf(Text()),
    }
)


def _asks(_params: Params) -> dict[str, Ask]:
    hide = "settings"
    return {
        "places": Stat(paths=(*_PLACES, *_OTHERS)),
        "list": ReadFile(path="/etc/apt/sources.list", privilege=Privilege.ROOT, redact=hide),
        "lists": ReadTree(path="/etc/apt/sources.list.d", privilege=Privilege.ROOT, redact=hide),
        "apt": apt_config.DUMP,
        "dnf": ReadFile(path="/etc/dnf/dnf.conf", redact=hide),
        "yum": ReadFile(path="/etc/yum.conf", redact=hide),
        "repos": ReadTree(path="/etc/yum.repos.d", glob="*.repo", redact=hide),
        "zypp": ReadFile(path="/etc/zypp/zypp.conf", redact=hide),
        "zypp_repos": ReadTree(path="/etc/zypp/repos.d", glob="*.repo", redact=hide),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    places = answers["places"]
    if places.obstacle is not None:
        return missed(places.obstacle, places.detail)
    lines = text_of(places).splitlines()
    absent = {line.partition("|")[2] for line in lines if line.startswith("absent|")}
    if "/etc/apt" not in absent and answers["apt"].obstacle is not Obstacle.NO_TOOL:
        return _apt(answers)
    if "/etc/zypp/repos.d" not in absent:
        return _repositories("zypper", answers["zypp"], answers["zypp_repos"])
    if "/etc/yum.repos.d" not in absent:
        main = answers["dnf"] if answers["dnf"].exists else answers["yum"]
        return _repositories("dnf", main, answers["repos"])
    if "/etc/apt" not in absent:
        return _apt(answers)
    if others := sorted(set(_OTHERS) & stat.parse(places).found.keys()):
        return missed(Obstacle.UNSUPPORTED, f"a package manager that is not read: {others[0]}")
    return FactAbsent(proof=f"does not exist: {', '.join(_PLACES)}")


def _read(manager: str, sources: list[Value], unsafe: list[Value]) -> FactRead:
    value: Value = {"manager": manager, "sources": tuple(sources), "unsafe": tuple(unsafe)}
    return FactRead(value=value, assurance=Assurance.RESOLVED)


def _apt(answers: Answers) -> FactRead:
    sources: list[Value] = []
    for name in ("list", "lists"):
        if (obstacle := answers[name].obstacle) is not None:
            sources.append(Missing(obstacle, answers[name].detail or name))
        elif answers[name].exists:
            found = _apt_file(answers[name]) if name == "list" else _apt_tree(answers[name])
            sources += [_record(one) for one in found]
    settings = apt_config.read(answers["apt"])
    if isinstance(settings, Missing):
        return _read("apt", sources, [settings])
    sources += _elsewhere(settings)
    return _read("apt", sources, [name for name in _APT_UNSAFE if settings.is_on(name)])


def _elsewhere(settings: apt_config.Settings) -> Iterator[Value]:
    """A gap for each place that apt is told to read sources from and that was not asked."""
    for name, places in _APT_PLACES.items():
        if (place := settings.text(name)) and place.rstrip("/") not in places:
            yield Missing(Obstacle.IN_CONTEXT, f"sources from elsewhere: {name} {place[:60]}")


def _apt_file(answer: Answer) -> Iterator[apt_sources.Source]:
    return apt_sources.one_line(text_of(answer))


def _apt_tree(answer: Answer) -> Iterator[apt_sources.Source]:
    for member in tar.members(answer.stdout):
        text = member.content.decode("utf-8", errors="replace")
        if re.fullmatch(r"[\w.-]+\.list", member.name):
            yield from apt_sources.one_line(text)
        elif re.fullmatch(r"[\w.-]+\.sources", member.name):
            yield from apt_sources.deb822(text)


def _record(one: apt_sources.Source) -> Value:
    transport = one.transport if ":" in one.address else "unknown"
    name = f"{one.address} {one.suite}"
    return {
        "name": name,
        "address": one.address,
        "transport": transport,
        "is_signed": one.is_signed,
    }


def _repositories(manager: str, main: Answer, repos: Answer) -> Fact:
    for answer in (main, repos):
        if answer.obstacle is not None:
            return missed(answer.obstacle, answer.detail)
    return _read(manager, *rpm_sources.read(manager, main, repos))


SOURCES = FactKind(
    id="packages.sources",
    title="Package sources and their signatures",
    shape=SHAPE,
    asks=_asks,
    parse=shared(_asks, _parse),
    version=3,
)
