"""Fact `packages.origins`: installed packages that do not come from the distribution itself.

`foreign`: `name`, `version`, `release` (name and version in one text, as tables of dates read it),
`source` (apt's word for the archive, or rpm's vendor) and `is_local`: no archive that the host
knows offers it (apt), or nobody signed it (rpm). apt is asked by its own patterns, with caches in
memory alone; where its lists are of no archive that calls itself the distribution's own, nobody
can tell one from the other and the fact is missed.
Sources: apt-patterns(7), apt(8), rpm(8), os-release(5).
"""

import re
from collections.abc import Iterator, Mapping

from attt.facts import packages
from attt.facts.kind import Answers, FactKind, Params, Unparsable, missed, obstacle_of, text_of
from attt.model.answer import Obstacle
from attt.model.ask import MIB, Ask, Command, ReadFile
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Value

_OWN = '?origin("^(Debian|Ubuntu|Freexian)")'
_CONTROL, _CANARY = "dpkg", "base-files"
"""Always printed, so that an apt too old for patterns is noticed; and never foreign where apt can
tell what is."""
_PATTERN = (
    f"?or(?exact-name({_CONTROL}),?narrow(?installed,?origin(.),?not({_OWN})),"
    f"?and(?installed,?not({_OWN})))"
)
_ROW = re.compile(r"([^\s/]+)/(\S+) (\S+) (\S+) \[([^]]*)\]")
_MARK = re.compile(r"pgdg|sury\.org|nodesource|\+maria~|~ppa|ppa\d", re.IGNORECASE)
_SIGNED = "%|DSAHEADER?{s}:{%|RSAHEADER?{s}:{%|SIGPGP?{s}:{%|SIGGPG?{s}:{n}|}|}|}|"
_RPM = (
    rf"%{{NAME}}\t%|EPOCH?{{%{{EPOCH}}:}}:{{}}|%{{VERSION}}-%{{RELEASE}}\t%{{VENDOR}}\t{_SIGNED}\n"
)
_VENDORS = {
    "rhel": "Red Hat",
    "rocky": "Rocky",
    "almalinux": "AlmaLinux",
    "centos": "CentOS",
    "ol": "Oracle",
    "fedora": "Fedora",
    "amzn": "Amazon",
    "sles": "SUSE",
    "opensuse-leap": "SUSE",
}
_PACKAGE = Record(
    {
        "name": Text(),
        "version": Text(),
        "release": Text(),
        "source": Text(),
        "is_local": Boolean(),
    }
)
SHAPE = Record({"foreign": ListOf(_PACKAGE)})


def _asks(_params: Params) -> dict[str, Ask]:
    caches = ("-o", "Dir::Cache::pkgcache=", "-o", "Dir::Cache::srcpkgcache=")
    return {
        "system": ReadFile(path="/etc/os-release"),
        "dpkg": packages.INSTALLED.asks({})["dpkg"],
        "apt": Command(
            argv=("apt", *caches, "list", _PATTERN),
            timeout_s=40,
            platforms=("debian", "ubuntu"),
        ),
        "rpm": Command(
            argv=("rpm", "-qa", "--qf", _RPM),
            timeout_s=30,
            cap_bytes=2 * MIB,
            platforms=packages.RPM_PLATFORMS,
        ),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    if answers["rpm"].obstacle is None:
        return _of_rpm(answers)
    if answers["rpm"].obstacle not in {Obstacle.UNSUPPORTED, Obstacle.NO_TOOL}:
        return missed(answers["rpm"].obstacle or Obstacle.FAILED, "rpm")
    if (obstacle := obstacle_of(answers["apt"], answers["dpkg"])) is not None:
        return obstacle
    return _of_apt(text_of(answers["apt"]), _installed(text_of(answers["dpkg"])))


def _installed(text: str) -> dict[tuple[str, str], str]:
    rows = (line.split("\t") for line in text.split("\n") if line[:2] in {"ii", "hi"})
    return {(row[1], row[3]): row[2] for row in rows if len(row) == 5}


def _of_apt(text: str, installed: Mapping[tuple[str, str], str]) -> Fact:
    rows = [_ROW.fullmatch(line) for line in text.split("\n") if "/" in line]
    if any(row is None for row in rows):
        raise Unparsable("a line of apt can't be read")
    found = {(row[1], row[4]): row for row in rows if row is not None}
    names = {name for name, _ in found}
    if _CONTROL not in names:
        return missed(Obstacle.UNSUPPORTED, "this apt does not know patterns")
    if _CANARY in names:
        return missed(Obstacle.IN_CONTEXT, "no package list of the distribution's own archive")
    foreign = [
        _record(row[1], version, row[2].replace(",now", ""), is_local="local" in row[5])
        for key, row in found.items()
        if row[1] != _CONTROL and (version := installed.get(key)) is not None
    ]
    foreign += [
        _record(name, version, "", is_local=False)
        for (name, arch), version in installed.items()
        if (name, arch) not in found and _MARK.search(version)
    ]
    return _read(foreign)


def _of_rpm(answers: Answers) -> Fact:
    system = answers["system"]
    word = re.search(r'(?m)^ID="?([\w.-]+)"?$', text_of(system)) if system.exists else None
    vendor = _VENDORS.get(word[1]) if word else None
    if vendor is None:
        return missed(Obstacle.UNSUPPORTED, "whose packages are the system's own")
    rows = list(_rows(text_of(answers["rpm"])))
    if not any(name == "bash" and vendor in by for name, _, by, _ in rows):
        return missed(Obstacle.IN_CONTEXT, f"bash is not of {vendor}")
    return _read(
        [
            _record(name, version, by, is_local=signed == "n")
            for name, version, by, signed in rows
            if vendor not in by and name != "gpg-pubkey"
        ]
    )


def _rows(text: str) -> Iterator[tuple[str, str, str, str]]:
    for line in text.split("\n"):
        if line:
            parts = line.split("\t")
            if len(parts) != 4:
                raise Unparsable("a line of rpm can't be read")
            yield parts[0], parts[1], parts[2], parts[3]


def _record(name: str, version: str, source: str, *, is_local: bool) -> dict[str, Value]:
    return {
        "name": name,
        "version": version,
        "release": f"{name} {version}",
        "source": source,
        "is_local": is_local,
    }


def _read(foreign: list[dict[str, Value]]) -> FactRead:
    ordered = sorted(foreign, key=lambda one: str(one["release"]))
    return FactRead(value={"foreign": tuple(ordered)}, assurance=Assurance.RESOLVED)


ORIGINS = FactKind(
    id="packages.origins",
    title="Packages from outside the distribution",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
)
