"""Which hosts have a piece of software: matching, comparing, counting; the reply to a warning letter.

A package matches by its own name or by that of its source, so that `openssl` finds libssl3 too;
upper and lower case are one, and `*`, `?` and `[` make a pattern of the name. A host that could not
be read is never counted as one that does not have it.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase

from attt.model.answer import Obstacle
from attt.model.fact import Fact, FactAbsent, FactMissed, FactRead
from attt.model.value import Missing, Value

SOFTWARE = "attt.software/1"

Order = Callable[[str, str, str], int | None]
"""(scheme, first, second) → -1, 0, 1, or None where they can't be compared."""

_PATTERN = re.compile(r"[*?\[]")
_EPOCH = re.compile(r"\d+:", re.ASCII)
_NOT_REALLY = re.compile(r"(\d+:)?.*\+really", re.ASCII)  # Debian's way back to an older version
_SIMILAR = 12


class Relation(StrEnum):
    """How an installed version stands to the one that was asked about."""

    OLDER = "older"
    SAME = "same"
    NEWER = "newer"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A host as it was declared last, and what is known of its packages; without a fact, nothing."""

    host: str
    name: str
    addresses: tuple[str, ...]
    systems: tuple[str, ...]  # codes
    fact: Fact | None = None
    observed_at: str | None = None
    run: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """An installed package that matches."""

    name: str
    version: str
    arch: str | None
    source: str | None
    relation: Relation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Software:
    """The answer. `found` holds hosts with it; `without` those that surely lack it; `unread` the rest."""

    name: str
    version: str | None
    found: tuple[tuple[Seen, tuple[Package, ...]], ...]
    without: tuple[Seen, ...]
    unread: tuple[tuple[Seen, Obstacle, str], ...]
    similar: tuple[str, ...] = field(default=())

    def hosts_with(self, relation: Relation) -> int:
        """On how many hosts some matching package stands so to the version."""
        return sum(any(p.relation is relation for p in packages) for _, packages in self.found)


def software(hosts: Iterable[Seen], name: str, version: str | None, order: Order) -> Software:
    """Sort hosts by whether they have the software `name`."""
    matches = _matcher(name)
    found: list[tuple[Seen, tuple[Package, ...]]] = []
    without: list[Seen] = []
    unread: list[tuple[Seen, Obstacle, str]] = []
    similar: set[str] = set()
    for seen in hosts:
        manager, entries, why = _packages(seen.fact)
        packages = tuple(
            _package(entry, manager, version, order) for entry in entries if matches(entry)
        )
        similar.update(_like(entries, name))
        if packages:
            found.append((seen, packages))
        elif why is not None:
            unread.append((seen, *why))
        else:
            without.append(seen)
    return Software(
        name=name,
        version=version,
        found=tuple(found),
        without=tuple(without),
        unread=tuple(unread),
        similar=() if found else tuple(sorted(similar)[:_SIMILAR]),
    )


_Entry = Mapping[str, Value]


def _packages(fact: Fact | None) -> tuple[str, list[_Entry], tuple[Obstacle, str] | None]:
    """The manager, the packages, and why the list is not known or not whole."""
    match fact:
        case FactRead(value=Mapping() as value):
            manager, listed = value.get("manager"), value.get("entries")
            parts = listed if isinstance(listed, tuple) else ()
            lacks = [part for part in (*parts, manager, listed) if isinstance(part, Missing)]
            entries = [part for part in parts if isinstance(part, Mapping)]
            why = (lacks[0].obstacle, lacks[0].detail) if lacks else None
            return str(manager), entries, why
        case FactMissed():
            return "", [], (fact.obstacle, fact.detail)
        case FactAbsent():
            return "", [], (Obstacle.NO_TOOL, fact.proof)
        case _:
            return "", [], (Obstacle.NOT_COLLECTED, "")


def _matcher(name: str) -> Callable[[_Entry], bool]:
    wanted = name.casefold()
    is_pattern = bool(_PATTERN.search(wanted))

    def matches(entry: _Entry) -> bool:
        names = (_text(entry, "name").casefold(), _text(entry, "source").casefold())
        if is_pattern:
            return any(each and fnmatchcase(each, wanted) for each in names)
        return wanted in names

    return matches


def _like(entries: Iterable[_Entry], name: str) -> set[str]:
    wanted = name.casefold().strip("*?")
    names = (_text(entry, "name") for entry in entries)
    return {each for each in names if wanted and wanted in each.casefold()}


def _text(entry: _Entry, key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else ""


def _package(entry: _Entry, manager: str, wanted: str | None, order: Order) -> Package:
    version = _text(entry, "version")
    return Package(
        name=_text(entry, "name"),
        version=version,
        arch=_text(entry, "arch") or None,
        source=_text(entry, "source") or None,
        relation=None if wanted is None else relation(manager, version, wanted, order),
    )


def relation(manager: str, installed: str, wanted: str, order: Order) -> Relation:
    """How `installed` stands to `wanted`, in the order of the host's own package manager.

    A letter names the version of the maker, a package that of the distribution: what `wanted`
    does not say (the epoch before a colon, the revision after the last hyphen) is not compared,
    and of 5.6.1+really5.4.5 only the latter half is what runs.
    """
    if not _EPOCH.match(wanted):
        installed = _EPOCH.sub("", installed, count=1)
    if "-" not in wanted:
        installed = installed.rpartition("-")[0] or installed
    if "+really" not in wanted:
        installed = _NOT_REALLY.sub(lambda found: found[1] or "", installed, count=1)
    match order(manager, installed, wanted):
        case None:
            return Relation.NOT_COMPARABLE
        case 0:
            return Relation.SAME
        case found:
            return Relation.OLDER if found < 0 else Relation.NEWER


def software_document(answer: Software, attt: str) -> dict[str, object]:
    """The JSON document of `attt find software`; `attt` is this program's version."""
    return {
        "schema": SOFTWARE,
        "attt": attt,
        "name": answer.name,
        "version": answer.version,
        "hosts": [
            {**_host(seen), "packages": [_plain(package) for package in packages]}
            for seen, packages in answer.found
        ],
        "without": [_host(seen) for seen in answer.without],
        "not_known": [
            {**_host(seen), "reason": why.value, "detail": detail}
            for seen, why, detail in answer.unread
        ],
        "similar": list(answer.similar),
    }


def _host(seen: Seen) -> dict[str, object]:
    return {
        "host": seen.host,
        "name": seen.name,
        "addresses": list(seen.addresses),
        "systems": list(seen.systems),
        "observed_at": seen.observed_at,
        "run": seen.run,
    }


def _plain(package: Package) -> dict[str, object]:
    names: Sequence[str] = ("name", "version", "arch", "source")
    compared = package.relation.value if package.relation else None
    return {**{name: getattr(package, name) for name in names}, "compared": compared}
