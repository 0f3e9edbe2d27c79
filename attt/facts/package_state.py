"""Fact `packages.state`: packages that are not whole, and those that updates pass by.

`broken`: `name` and `state` of packages whose installation stopped half-way (dpkg's half-installed,
unpacked, half-configured, or in need of a reinstallation; with rpm, one that stands twice for the
same architecture though only one can be there). `held`: `name` and `by`, of packages that somebody
told the package manager to keep as they are: dpkg's hold, dnf's versionlock and excludes, zypper's
locks.
Sources: dpkg-query(1), dpkg(1), dnf-versionlock, dnf.conf(5), zypper(8).
"""

import re
from collections import Counter
from collections.abc import Iterator

from attt.facts import package_sources, packages
from attt.facts.kind import Answers, FactKind, Params, Unparsable, missed, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, ReadFile
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import ListOf, Record, Text
from attt.model.value import Missing, Value

_STATES = {"H": "half installed", "U": "unpacked", "F": "half configured"}
_MANY = re.compile(r"kernel.*|gpg-pubkey|installonlypkg.*")  # several of these may be installed
_LOCKS = {
    "lock_dnf": "/etc/dnf/plugins/versionlock.list",
    "lock_dnf5": "/etc/dnf/versionlock.toml",
    "lock_yum": "/etc/yum/pluginconf.d/versionlock.list",
    "lock_zypp": "/etc/zypp/locks",
}
_NAME = re.compile(
    r'(?m)^[ \t]*(?:name[ \t]*=[ \t]*"([^"\n]+)"|solvable_name:[ \t]*(\S+)|([\w*?.:+~^-]+))[ \t]*$'
)
SHAPE = Record(
    {
        "broken": ListOf(Record({"name": Text(), "state": Text()})),
        "held": ListOf(Record({"name": Text(), "by": Text()})),
    }
)


def _asks(_params: Params) -> dict[str, Ask]:
    listed, sources = packages.INSTALLED.asks({}), package_sources.SOURCES.asks({})
    return {
        "dpkg": listed["dpkg"],
        "rpm": listed["rpm"],
        "dnf": sources["dnf"],
        "yum": sources["yum"],
        **{name: ReadFile(path=path) for name, path in _LOCKS.items()},
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    rpm = answers["rpm"]
    if rpm.obstacle is None and text_of(rpm).strip():
        return _read(list(_twice(text_of(rpm))), list(_locked(answers)))
    if rpm.obstacle not in {None, Obstacle.UNSUPPORTED, Obstacle.NO_TOOL}:
        return missed(rpm.obstacle or Obstacle.FAILED, "rpm")
    dpkg = answers["dpkg"]
    if dpkg.obstacle is not None:
        return missed(dpkg.obstacle, dpkg.detail or "dpkg-query")
    return _of_dpkg(text_of(dpkg))


def _of_dpkg(text: str) -> Fact:
    broken: list[Value] = []
    held: list[Value] = []
    rows = [line.split("\t") for line in text.split("\n") if line]
    if not rows or any(len(row) != 5 or len(row[0]) != 3 for row in rows):
        raise Unparsable("a line of dpkg-query can't be read")
    for status, name, *_ in rows:
        if status[2] == "R":
            broken.append({"name": name, "state": "to be installed again"})
        elif status[1] in _STATES:
            broken.append({"name": name, "state": _STATES[status[1]]})
        if status[0] == "h" and status[1] not in "nc":
            held.append({"name": name, "by": "dpkg"})
    return _read(broken, held)


def _read(broken: list[Value], held: list[Value]) -> FactRead:
    value: Value = {"broken": tuple(broken), "held": tuple(held)}
    return FactRead(value=value, assurance=Assurance.CONFIGURED)


def _twice(text: str) -> Iterator[Value]:
    rows = (line.split("\t") for line in text.split("\n") if line)
    seen = Counter((row[0], row[2]) for row in rows if len(row) == 4)
    for (name, _arch), count in seen.items():
        if count > 1 and not _MANY.fullmatch(name):
            yield {"name": name, "state": "installed twice"}


def _locked(answers: Answers) -> Iterator[Value]:
    for name, path in _LOCKS.items():
        answer = answers[name]
        if answer.obstacle is not None:
            yield Missing(answer.obstacle, path)
        elif answer.exists:
            for found in _NAME.findall(text_of(answer)):
                yield {"name": "".join(found), "by": path}
    for name in ("dnf", "yum"):
        yield from _excluded(answers[name])


def _excluded(answer: Answer) -> Iterator[Value]:
    if answer.obstacle is not None:
        yield Missing(answer.obstacle, "the excludes of dnf")
    elif answer.exists:
        for line in re.findall(r"(?m)^[ \t]*exclude(?:pkgs)?[ \t]*=(.*)$", text_of(answer)):
            for name in re.split(r"[\s,]+", line.strip()):
                if name:
                    yield {"name": name, "by": "exclude"}


STATE = FactKind(
    id="packages.state",
    title="Packages that are broken or held back",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
)
