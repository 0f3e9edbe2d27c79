"""What journald.conf and its drop-ins say: the later of two same settings counts.

A drop-in in /etc hides one of the same name in /run or /usr/lib; all of them come after the main
file, in the order of their names (journald.conf(5), systemd's configuration directories).
"""

import re

from attt.facts import tar
from attt.facts.kind import Answers, text_of
from attt.model.answer import Obstacle
from attt.model.ask import Ask, Command, Privilege, ReadFile, ReadTree, Stat
from attt.model.value import Missing

_MAIN = {"journald_etc": "/etc/systemd/journald.conf"}
_VENDOR = {"journald_lib": "/usr/lib/systemd/journald.conf"}
_TREES = {
    "journald_lib_d": "/usr/lib/systemd/journald.conf.d",
    "journald_run_d": "/run/systemd/journald.conf.d",
    "journald_etc_d": "/etc/systemd/journald.conf.d",
}
_HIDING = ("/run/systemd/journald.conf.d", "/etc/systemd/journald.conf.d")
PLACE = "/var/log/journal"
_SPAN = re.compile(r"(\d{1,12})\s*([A-Za-z]*)")
_SECONDS = {
    **dict.fromkeys(("", "s", "sec", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hr", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86_400),
    **dict.fromkeys(("w", "week", "weeks"), 604_800),
    **dict.fromkeys(("M", "month", "months"), 2_629_800),
    **dict.fromkeys(("y", "year", "years"), 31_557_600),
}
_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40, "P": 2**50}

ASKS: dict[str, Ask] = {
    **{
        name: ReadFile(path=path, privilege=Privilege.ROOT)
        for name, path in (_MAIN | _VENDOR).items()
    },
    **{
        name: ReadTree(path=path, glob="*.conf", privilege=Privilege.ROOT)
        for name, path in _TREES.items()
    },
    "journal_place": Stat(paths=(PLACE,)),
    "journald_masks": Command(
        argv=("find", *_HIDING, "-maxdepth", "1", "-lname", "/dev/null"), statuses=(0, 1)
    ),
}


def settings(answers: Answers) -> dict[str, str] | Missing:
    """The settings of section Journal, by name as it is written."""
    for name in (*_MAIN, *_VENDOR, *_TREES):
        if (obstacle := answers[name].obstacle) is not None:
            return Missing(obstacle, answers[name].detail or name)
    main = next((n for n in (*_MAIN, *_VENDOR) if answers[n].exists), None)
    texts = [text_of(answers[main])] if main else []
    dropped: dict[str, str] = {}
    masks = answers["journald_masks"]
    if masks.obstacle is not None and any(answers[name].exists for name in _TREES):
        return Missing(masks.obstacle, masks.detail or "journald's drop-ins")
    masked = text_of(masks).splitlines() if masks.obstacle is None else []
    for name, folder in _TREES.items():
        if answers[name].exists:
            for member in tar.members(answers[name].stdout):
                dropped[member.name] = member.content.decode("utf-8", errors="replace")
        # A link to /dev/null hides the file of its name in the folders before.
        for mask in masked:
            if mask.rpartition("/")[0] == folder:
                dropped.pop(mask.rpartition("/")[2], None)
    texts += [dropped[name] for name in sorted(dropped)]
    found = _compiled_in(texts[:1])
    for text in texts:
        found.update(re.findall(r"(?m)^[ \t]*([A-Za-z]+)[ \t]*=[ \t]*(.*?)[ \t]*$", text))
    return found


def _compiled_in(main: list[str]) -> dict[str, str]:
    """The main file as it is shipped names what is compiled in behind a `#`."""
    return dict(re.findall(r"(?m)^#(ForwardToSyslog)=(\w+)[ \t]*$", main[0])) if main else {}


def is_persistent(storage: str, answers: Answers) -> bool | Missing:
    """Whether the journal outlives a restart; with `auto` it does where its folder is there."""
    if storage in {"persistent", "volatile", "none"}:
        return storage == "persistent"
    place = answers["journal_place"]
    if place.obstacle is not None:
        return Missing(place.obstacle, PLACE)
    line = text_of(place).strip()
    if line.startswith("denied|") or not line:
        return Missing(Obstacle.DENIED if line else Obstacle.UNPARSABLE, PLACE)
    return not line.startswith("absent|")


def seconds(text: str) -> int | None:
    """A time span of systemd.time(7) such as `1month 2weeks`; 0 has no end; None: can't be read."""
    if text.strip() == "infinity":
        return 0
    parts = _SPAN.findall(text)
    if not parts or re.sub(r"[\s\d]", "", text) != "".join(unit for _, unit in parts):
        return None
    if any(unit not in _SECONDS for _, unit in parts):
        return None
    return sum(int(number) * _SECONDS[unit] for number, unit in parts)


def mebibytes(text: str) -> int | None:
    """A size such as `500M` in whole MiB; None where it can't be read (a percentage too)."""
    found = re.fullmatch(r"(\d{1,15}(?:\.\d{1,6})?)\s*([KMGTP]?)B?", text.strip())
    return int(float(found[1]) * _UNITS[found[2]]) // 2**20 if found else None
