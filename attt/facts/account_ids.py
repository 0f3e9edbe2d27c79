"""Facts `accounts.ids` and `accounts.homes`: whose numbers and homes are whose.

`accounts.ids` lists what two or more share, each as `number: name, name`: `shared_uids` (0 left
out: a second root is another matter) and `shared_gids`, and the names that stand twice:
`repeated_accounts`, `repeated_groups`. Source: passwd(5), group(5).

`accounts.homes` has `homes`, a list of records for root and people who may log in: `name`, `path`, `mode`, `is_own`
(it belongs to the account itself). Homes that do not exist are left out; one that is neither /root
nor stands in /home leaves a missing element.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from attt.facts import listing, stat
from attt.facts.kind import Answers, FactKind, Params, Unparsable, obstacle_of, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import MIB, Ask, Command, Privilege, ReadFile, Stat
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, ListOf, Mode, Record, Text
from attt.model.value import Missing, Value

_PASSWD = ReadFile(path="/etc/passwd", cap_bytes=1 * MIB, redact="passwd")
_NO_SHELLS = frozenset({"nologin", "false", "true", "sync", "halt", "shutdown", "null"})
_ID = re.compile(r"[0-9]{1,10}")
_TOP = ("/home", "/root", "/nonexistent")
_IDS = ("shared_uids", "shared_gids", "repeated_accounts", "repeated_groups")
_HOME = Record({"name": Text(), "path": Text(), "mode": Mode(), "is_own": Boolean()})


def _ask_ids(_params: Params) -> dict[str, Ask]:
    return {
        "passwd": _PASSWD,
        "group": ReadFile(path="/etc/group", cap_bytes=1 * MIB, redact="passwd"),
    }


def _parse_ids(answers: Answers, _params: Params) -> Fact:
    if (obstacle := obstacle_of(answers["passwd"], answers["group"])) is not None:
        return obstacle
    accounts, groups = _rows(answers["passwd"], 7), _rows(answers["group"], 4)
    if not accounts or not groups:
        raise Unparsable("/etc/passwd or /etc/group is empty")
    return FactRead(
        value={
            "shared_uids": _shared((row[2], row[0]) for row in accounts if int(row[2])),
            "shared_gids": _shared((row[2], row[0]) for row in groups),
            "repeated_accounts": _repeated(row[0] for row in accounts),
            "repeated_groups": _repeated(row[0] for row in groups),
        },
        assurance=Assurance.CONFIGURED,
    )


def _rows(answer: Answer, width: int) -> list[list[str]]:
    """The parts of each line. Raises Unparsable for one that C libraries may read otherwise."""
    lines = [line for line in text_of(answer).split("\n") if line.strip() and line[0] != "#"]
    rows = [line.split(":") for line in lines]
    if not all(len(row) >= width and _ID.fullmatch(row[2]) for row in rows):
        raise Unparsable("/etc/passwd or /etc/group has a line of another kind (NIS, or a mistake)")
    return rows


def _shared(pairs: Iterable[tuple[str, str]]) -> Value:
    found: dict[int, list[str]] = {}
    for number, name in pairs:
        found.setdefault(int(number), []).append(name)
    return tuple(
        f"{number}: {', '.join(sorted(set(names)))}"
        for number, names in sorted(found.items())
        if len(set(names)) > 1
    )


def _repeated(names: Iterable[str]) -> Value:
    return tuple(sorted(name for name, count in Counter(names).items() if count > 1))


def _ask_homes(_params: Params) -> dict[str, Ask]:
    return {
        "passwd": _PASSWD,
        "defs": ReadFile(path="/etc/login.defs"),
        "inside": Command(
            argv=("/bin/ls", "-lnAL", "/home"), privilege=Privilege.ROOT, statuses=(0, 1, 2)
        ),
        "top": Stat(paths=_TOP, privilege=Privilege.ROOT),
    }


def _parse_homes(answers: Answers, _params: Params) -> Fact:
    if (obstacle := obstacle_of(answers["passwd"], answers["top"])) is not None:
        return obstacle
    looked = stat.parse(answers["top"])
    inside = _inside(answers["inside"], looked)
    homes = [_home(row, inside, looked) for row in _people(answers)]
    return FactRead(
        value={"homes": tuple(home for home in homes if home is not None)},
        assurance=Assurance.RUNNING,
    )


def _people(answers: Answers) -> list[list[str]]:
    text = text_of(answers["defs"]) if answers["defs"].obstacle is None else ""
    found = dict(re.findall(r"(?m)^\s*(UID_MIN|UID_MAX)[ \t]+([0-9]{1,10})\s*$", text))
    people = range(int(found.get("UID_MIN", 1000)), int(found.get("UID_MAX", 60_000)) + 1)
    rows = _rows(answers["passwd"], 7)
    mine = [row for row in rows if row[2] == "0" or int(row[2]) in people]
    return [row for row in mine if row[6].strip().rsplit("/", 1)[-1] not in _NO_SHELLS]


def _inside(answer: Answer, looked: stat.Looked) -> Mapping[str, Mapping[str, Value]] | Missing:
    if "/home" in looked.absent:
        return {}
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "/home")
    listed = listing.parse(text_of(answer), "/home" if answer.status == 0 else "").get("/home")
    if listed is None:
        return Missing(Obstacle.DENIED, "/home")
    return {str(one["path"]): one for one in listed if isinstance(one, Mapping)}


def _home(
    row: list[str], inside: Mapping[str, Mapping[str, Value]] | Missing, looked: stat.Looked
) -> Value:
    """One home as a record; None where there is none."""
    path = row[5].rstrip("/") or "/"
    if path in looked.found:
        found: Mapping[str, Value] = looked.found[path]
    elif path in looked.absent:
        return None
    elif not re.fullmatch(r"/home/[^/]+", path):
        return Missing(Obstacle.UNSUPPORTED, f"a home in another place: {path[:60]}")
    elif isinstance(inside, Missing):
        return inside
    elif path not in inside:
        return None
    else:
        found = inside[path]
    return {
        "name": row[0],
        "path": path,
        "mode": found["mode"],
        "is_own": found["uid"] == int(row[2]),
    }


IDS = FactKind(
    id="accounts.ids",
    title="Numbers and names that accounts or groups share",
    shape=Record(dict.fromkeys(_IDS, ListOf(Text()))),
    asks=_ask_ids,
    parse=_parse_ids,
)
HOMES = FactKind(
    id="accounts.homes",
    title="Homes of root and people, and who may look into them",
    shape=Record({"homes": ListOf(_HOME)}),
    asks=_ask_homes,
    parse=_parse_homes,
)
