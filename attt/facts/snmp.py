"""Fact `snmp.agent`: the SNMP agent of this host and who may ask it what.

`is_reachable` (from other hosts), `has_communities` (SNMP 1 or 2c is taken), `communities` (passwords in clear text of SNMP 1 and 2c; the words
themselves are never kept): `name` ("rocommunity from 10.0.0.5", numbered where two are alike), `is_default`
(a word that every scanner tries), `is_writable`, `is_limited` (to named sources); `users` of SNMP 3:
`name`, `level` (noauth, auth, priv: the least that it may come with), `is_writable`. Absent where no
agent is there. Source: snmpd.conf(5), snmpd(8).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from attt.facts import daemon_files, daemons, networks, tar
from attt.facts.daemons import Daemon, Process, Seen
from attt.facts.kind import Answers, FactKind, Params, text_of
from attt.facts.redact import KNOWN_COMMUNITIES
from attt.model.answer import Obstacle
from attt.model.ask import Ask, Privilege, ReadFile, ReadTree
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_DAEMON = Daemon(
    programs=("/usr/sbin/snmpd", "/usr/local/sbin/snmpd"),
    processes=frozenset({"snmpd"}),
    units=("snmpd.service",),
    ports=frozenset({"161/udp", "161/tcp"}),
)
_FILES = {
    "main": "/etc/snmp/snmpd.conf",
    "local": "/etc/snmp/snmpd.local.conf",
    "shared": "/usr/share/snmp/snmpd.conf",
    "kept": "/var/lib/snmp/snmpd.conf",  # the agent's own, which it reads like the others
    "kept_rhel": "/var/lib/net-snmp/snmpd.conf",
}
_COM2SEC_WORDS = 3
_TREE = "/etc/snmp/snmpd.conf.d"
_COMMUNITY = Record(
    {"name": Text(), "is_default": Boolean(), "is_writable": Boolean(), "is_limited": Boolean()}
)
_USER = Record(
    {"name": Text(), "level": Text(choices=("noauth", "auth", "priv")), "is_writable": Boolean()}
)
_SHAPE = Record(
    {
        "is_reachable": Boolean(),
        "has_communities": Boolean(),
        "communities": ListOf(_COMMUNITY),
        "users": ListOf(_USER),
    }
)
_LEVELS = {"noauth": "noauth", "auth": "auth", "authnopriv": "auth", "priv": "priv"}
_LEVELS |= {"authpriv": "priv", "noauthnopriv": "noauth"}


def _asks(_params: Params) -> dict[str, Ask]:
    root = Privilege.ROOT
    return {
        **daemons.asks(_DAEMON),
        "changed": daemon_files.CHANGED,
        **{n: ReadFile(path=p, privilege=root, redact="snmp") for n, p in _FILES.items()},
        "tree": ReadTree(path=_TREE, glob="*.conf", privilege=root, redact="snmp"),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    seen = daemons.look(_DAEMON, answers)
    if not isinstance(seen, Seen):
        return seen
    lines = _late(seen.processes, answers) or _lines(seen.processes, answers)
    gap = seen.gaps[0] if seen.gaps else lines if isinstance(lines, Missing) else None
    known = [] if isinstance(lines, Missing) else lines
    communities = tuple(_numbered(_communities(known)))
    return FactRead(
        value={
            "is_reachable": seen.gaps[0] if seen.gaps else seen.is_reachable("snmpd"),
            "has_communities": gap or bool(communities),
            "communities": gap or communities,
            "users": gap or tuple(_users(known)),
        },
        assurance=Assurance.CONFIGURED,
    )


def _late(processes: tuple[Process, ...], answers: Answers) -> Missing | None:
    read = (*(path for path in _FILES.values() if "/lib/" not in path), f"{_TREE}/")
    units, changed = answers["daemon_units"], answers["changed"]
    return daemon_files.late("snmpd.service", units, changed, read) if processes else None


def _lines(processes: tuple[Process, ...], answers: Answers) -> list[list[str]] | Missing:
    """The directives of every file that the agent reads, as words."""
    for process in processes:
        if "-C" in process.words or daemons.word_after(process, "-c") is not None:
            return Missing(Obstacle.IN_CONTEXT, "snmpd runs on another file than its own")
    for name in (*_FILES, "tree"):
        if (obstacle := answers[name].obstacle) is not None:
            return Missing(obstacle, answers[name].detail or "snmpd.conf")
    texts = [text_of(answers[name]) for name in _FILES if answers[name].exists]
    found = [words for text in texts for words in _words(text)]
    for words in found:
        if words[0] == "includedir" and words[1:] == [_TREE]:
            continue
        if words[0] in {"includedir", "includefile"}:
            return Missing(Obstacle.UNSUPPORTED, f"snmpd also reads {' '.join(words[1:])[:60]}")
    if ["includedir", _TREE] in found and answers["tree"].exists:
        for member in tar.members(answers["tree"].stdout):
            found += _words(member.content.decode("utf-8", errors="replace"))
    return found


def _words(text: str) -> Iterator[list[str]]:
    for raw in text.splitlines():
        words = re.sub(r"(?:^|\s)#.*", "", raw).split()
        if words:
            yield [words[0].lower(), *words[1:]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One line that takes a community from a source."""

    word: str
    community: str
    source: str
    is_writable: bool


def _communities(lines: list[list[str]]) -> Iterator[dict[str, Value]]:
    """The sources of all lines together may be everybody."""
    found = list(_community_lines(lines))
    are_all = networks.is_one_for_everybody(one.source for one in found)
    for one in found:
        is_any = one.source.lower() == "default"
        yield {
            "name": f"{one.word} from {'anywhere' if is_any else one.source[:60]}",
            "is_default": one.community.strip("\"'").lower().encode() in KNOWN_COMMUNITIES,
            "is_writable": one.is_writable,
            "is_limited": not is_any and not (are_all and networks.network(one.source)),
        }


def _community_lines(lines: list[list[str]]) -> Iterator[_Line]:
    writable = _writable_names(lines)
    for word, *rest in lines:
        if re.fullmatch(r"r[ow]community6?", word) and rest:
            said, source, writes = rest[0], rest[1:2], word.startswith("rw")
        elif word == "authcommunity" and len(rest) > 1:
            said, source, writes = rest[1], rest[2:3], "write" in rest[0].lower().split(",")
        elif word in {"com2sec", "com2sec6"}:
            plain = rest[2:] if rest[:1] == ["-Cn"] else rest
            if len(plain) < _COM2SEC_WORDS:
                continue
            said, source, writes = plain[2], plain[1:2], plain[0] in writable
        else:
            continue
        where = source[0] if source else "default"
        yield _Line(word=word, community=said, source=where, is_writable=writes)


def _writable_names(lines: list[list[str]]) -> set[str]:
    """Security names whose group has an access line with a view for writing."""
    groups = {rest[2]: rest[0] for word, *rest in lines if word == "group" and len(rest) > 2}
    writers = {rest[0] for word, *rest in lines if word == "access" and len(rest) > 6
               and rest[6].lower() != "none"}  # fmt: skip
    return {name for name, group in groups.items() if group in writers}


def _numbered(found: Iterator[dict[str, Value]]) -> Iterator[dict[str, Value]]:
    counts: dict[str, int] = {}
    for one in found:
        name = str(one["name"])
        counts[name] = counts.get(name, 0) + 1
        yield one if counts[name] == 1 else {**one, "name": f"{name} ({counts[name]})"}


def _users(lines: list[list[str]]) -> Iterator[dict[str, Value]]:
    for word, *rest in lines:
        if word not in {"rouser", "rwuser", "authuser"}:
            continue
        writes = word == "rwuser" or (
            word == "authuser" and "write" in "".join(rest[:1]).lower().split(",")
        )
        named = rest[1:] if word == "authuser" else rest
        plain = named[2:] if named[:1] == ["-s"] else named
        if plain:
            level = plain[1].lower() if len(plain) > 1 else "auth"
            yield {
                "name": plain[0],
                "level": _LEVELS.get(level, "auth"),
                "is_writable": writes,
            }


SNMP = FactKind(
    id="snmp.agent",
    title="SNMP agent",
    shape=_SHAPE,
    asks=_asks,
    parse=_parse,
    version=2,
)
