"""Fact `logs.capacity`: how much is written, how far back it reaches, and how long the space lasts.

`stores`: what keeps logs on this host (`files`: /var/log; `journal`; `audit`), each with `mib` (what
it holds now), `oldest` (the last change of its oldest file: it reaches back at least as far) and
`days`: for how many days of such volume its own bound and the free space suffice. `days` is missing
where the logs are younger than a week: nobody can tell then what a month will bring. `disks`: the
file systems under them with `used_percent` and `free_mib`. Only names, sizes and times are read.
Sources: find(1), df(1), auditd.conf(5), journald.conf(5).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from attt.facts import journald
from attt.facts.instants import SECONDS_A_DAY, of_epoch
from attt.facts.kind import Answers, FactKind, Params, missed, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, ReadFile
from attt.model.fact import Assurance, Fact, FactAbsent, FactRead
from attt.model.shape import Instant, Integer, ListOf, Record, Text
from attt.model.value import Missing, Value

_FOLDERS = ("/var/log", "/var/log/audit", "/var/log/journal")
_FORM = r"%T@ %b %p\n"
_BLOCK = 512
_MIB = 2**20
_LEAST_DAYS = 7
_SYSTEM = re.compile(r"/var/log/(?:syslog|messages|auth\.log|secure|daemon\.log)(?:[-.][^/]*)?")
_AUDIT = re.compile(r"/var/log/audit/audit\.log(?:\.\d+)?")
_JOURNAL = re.compile(r"/var/log/journal/[^/]+/system[^/]*\.journal~?")
_ROW = re.compile(r"(\d{1,12})(?:\.\d+)? (\d{1,15}) (/.*)")
_SHARE, _JOURNAL_MOST_MIB = 10, 4096
_DAYS_MOST = 36_500

_STORE = Record(
    {
        "name": Text(choices=("files", "journal", "audit")),
        "mib": Integer("MiB"),
        "oldest": Instant(),
        "days": Integer("days"),
    },
    volatile=frozenset({"mib", "oldest", "days"}),
)
_DISK = Record(
    {"path": Text(), "used_percent": Integer("%"), "free_mib": Integer("MiB")},
    volatile=frozenset({"used_percent", "free_mib"}),
)
SHAPE = Record({"stores": ListOf(_STORE), "disks": ListOf(_DISK)})
ASKS: dict[str, Ask] = {
    "files": Command(
        argv=("/usr/bin/find", *_FOLDERS, "-xdev", "-type", "f", "-printf", _FORM),
        privilege=Privilege.ROOT,
        statuses=(0, 1),
        timeout_s=30,
        cap_bytes=2 * _MIB,
    ),
    "disks": Command(argv=("df", "-Pk", *_FOLDERS), statuses=(0, 1)),
    "auditd": ReadFile(path="/etc/audit/auditd.conf", privilege=Privilege.ROOT),
    **journald.ASKS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Disk:
    path: str
    total_kib: int
    used_percent: int
    free_kib: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What lies in one store: bytes on the disk, and the times of its oldest and newest file."""

    size: int
    oldest: int
    newest: int


def _asks(_params: Params) -> dict[str, Ask]:
    return ASKS


def _parse(answers: Answers, _params: Params) -> Fact:
    listed = answers["files"]
    if listed.obstacle is not None:
        return missed(listed.obstacle, listed.detail or "/var/log")
    said = listed.stderr.decode("utf-8", errors="replace").splitlines()
    if any(line.endswith("'/var/log': No such file or directory") for line in said):
        return FactAbsent(proof="does not exist: /var/log")
    if any("No such file" not in line for line in said):
        return missed(Obstacle.DENIED, "a part of /var/log can't be listed")
    rows = {
        found[3]: (int(found[1]), int(found[2]) * _BLOCK)
        for line in text_of(listed).splitlines()
        if (found := _ROW.fullmatch(line))
    }
    disks = _disks(answers["disks"])
    return FactRead(
        value={"stores": _stores(rows, disks, answers), "disks": _told(disks)},
        assurance=Assurance.RUNNING,
    )


def _stores(
    rows: Mapping[str, tuple[int, int]], disks: dict[str, _Disk] | Missing, answers: Answers
) -> Value:
    bounds = {
        "files": None,
        "journal": _journal_bound(answers, disks),
        "audit": _audit_bound(answers["auditd"]),
    }
    places = {"files": _FOLDERS[0], "audit": _FOLDERS[1], "journal": _FOLDERS[2]}
    return tuple(
        {
            "name": name,
            "mib": held.size // _MIB,
            "oldest": of_epoch(held.oldest) or Missing(Obstacle.OUT_OF_TYPE, "a time of find"),
            "days": _days(held, bounds[name], disks, places[name]),
        }
        for name, held in _held(rows).items()
    )


def _held(rows: Mapping[str, tuple[int, int]]) -> dict[str, _Held]:
    audit = {p: row for p, row in rows.items() if p.startswith("/var/log/audit/")}
    journal = {p: row for p, row in rows.items() if p.startswith("/var/log/journal/")}
    files = {p: row for p, row in rows.items() if p not in audit and p not in journal}
    found = {}
    for name, mine, kind in (
        ("files", files, _SYSTEM),
        ("journal", journal, _JOURNAL),
        ("audit", audit, _AUDIT),
    ):
        times = [time for path, (time, _) in mine.items() if kind.fullmatch(path)]
        if times:
            size = sum(bytes_ for _, bytes_ in mine.values())
            found[name] = _Held(size=size, oldest=min(times), newest=max(times))
    return found


def _days(
    held: _Held, bound: int | Missing | None, disks: dict[str, _Disk] | Missing, place: str
) -> Value:
    if isinstance(bound, Missing):
        return bound
    if isinstance(disks, Missing):
        return disks
    span = held.newest - held.oldest
    if span < _LEAST_DAYS * SECONDS_A_DAY:
        return Missing(Obstacle.IN_CONTEXT, "the logs are too young to tell how much is written")
    if place not in disks or held.size == 0:
        return Missing(Obstacle.IN_CONTEXT, f"the space under {place}")
    room = held.size + disks[place].free_kib * 1024
    room = room if bound is None else min(room, bound)
    return min(room * span // held.size // SECONDS_A_DAY, _DAYS_MOST)


def _audit_bound(answer: Answer) -> int | Missing | None:
    """Bytes after which auditd throws the oldest file away; None where it never does."""
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "auditd.conf")
    told = dict(re.findall(r"(?mi)^[ \t]*(\w+)[ \t]*=[ \t]*(\S+)", text_of(answer)))
    if told.get("max_log_file_action", "rotate").lower() != "rotate":
        return None
    size, count = told.get("max_log_file", "8"), told.get("num_logs", "5")
    if not re.fullmatch(r"\d{1,9}", size) or not re.fullmatch(r"\d{1,9}", count):
        return Missing(Obstacle.OUT_OF_TYPE, "max_log_file, num_logs")
    return int(size) * max(int(count), 1) * _MIB


def _journal_bound(answers: Answers, disks: dict[str, _Disk] | Missing) -> int | Missing | None:
    said = journald.settings(answers)
    if isinstance(said, Missing):
        return said
    written = said.get("SystemMaxUse", "")
    if (size := journald.mebibytes(written)) is not None:
        return size * _MIB
    if written or isinstance(disks, Missing) or _FOLDERS[2] not in disks:
        return Missing(Obstacle.IN_CONTEXT, "how much the journal may hold")
    share = disks[_FOLDERS[2]].total_kib // _SHARE * 1024
    return min(share, _JOURNAL_MOST_MIB * _MIB)


def _disks(answer: Answer) -> dict[str, _Disk] | Missing:
    """By the folder that was asked for: df answers in that order and leaves out what is not there."""
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "df")
    lacking = re.findall(r"df: '?(/[\w/]+)'?: No such file", answer.stderr.decode(errors="replace"))
    asked = [path for path in _FOLDERS if path not in lacking]
    rows = [line.split(None, 5) for line in text_of(answer).splitlines()[1:]]
    if len(rows) != len(asked) or not all(_is_row(row) for row in rows):
        return Missing(Obstacle.UNPARSABLE, "df")
    return {
        path: _Disk(
            path=row[5],
            total_kib=int(row[1]),
            used_percent=int(row[4].rstrip("%")),
            free_kib=int(row[3]),
        )
        for path, row in zip(asked, rows, strict=True)
    }


def _is_row(row: list[str]) -> bool:
    return (
        len(row) == 6
        and all(re.fullmatch(r"\d{1,15}", part) for part in row[1:4])
        and bool(re.fullmatch(r"\d{1,3}%", row[4]))
    )


def _told(disks: dict[str, _Disk] | Missing) -> Value:
    if isinstance(disks, Missing):
        return disks
    by_path = {one.path: one for one in disks.values()}
    return tuple(
        {"path": path, "used_percent": one.used_percent, "free_mib": one.free_kib // 1024}
        for path, one in sorted(by_path.items())
    )


CAPACITY = FactKind(
    id="logs.capacity",
    title="How much room the logs have",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
)
