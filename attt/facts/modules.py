"""Fact `kernel.modules`: parts of the kernel that attackers reach for, and whether one can have them.

`modules` is a list of records: `name` (underscores), `is_there` (loaded, built in, or registered
with the running kernel) and `can_load` (a module file is there and nothing of modprobe.d(5) stops
it). An `install` line whose command does nothing stops a module, and so does a `blacklist` line:
the kernel asks for modules by alias, and modprobe(8) passes blacklisted ones over. Both come from
`modprobe --showconfig`, which resolves the folders itself. A kernel without /proc/modules, or with
kernel.modules_disabled, loads none. Where no files lie here for the kernel that runs, as in a
container, `can_load` is not known, for it is the host that loads.
"""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase

from attt.facts.kind import Answers, FactKind, Params, obstacle_of, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import KIB, MIB, Ask, Command, Privilege, ReadFile
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

FILESYSTEMS = ("cramfs", "freevxfs", "hfs", "hfsplus", "jffs2", "udf", "squashfs")
PROTOCOLS = (
    "dccp",
    "sctp",
    "rds",
    "tipc",
    "ax25",
    "netrom",
    "rose",
    "x25",
    "can",
    "atm",
    "appletalk",
)
DEVICES = ("usb_storage", "uas", "firewire_core", "thunderbolt")
NAMES = (*FILESYSTEMS, *PROTOCOLS, *DEVICES)

_SHOWN_AS = {"freevxfs": "vxfs", "appletalk": "ddp", "can": "can_raw"}
"""Names under which the running kernel shows some of them."""
_END = "# End of configuration files."
_NOTHING = re.compile(r"(?:/usr)?/s?bin/(?:false|true|nologin)(?: [^;|&`$<>()]*)?")
_INSMOD = re.compile(r"insmod \S*?/([\w-]+)\.ko(?:\.\w+)?(?: .*)?")
_NOT_FOUND = re.compile(r"Module (\S+) not found in directory (\S+)")


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        "loaded": ReadFile(path="/proc/modules", cap_bytes=1 * MIB),
        "filesystems": ReadFile(path="/proc/filesystems"),
        "protocols": ReadFile(path="/proc/net/protocols"),
        "disabled": ReadFile(path="/proc/sys/kernel/modules_disabled"),
        "release": ReadFile(path="/proc/sys/kernel/osrelease"),
        "trees": Command(argv=("ls", "/lib/modules"), statuses=(0, 1, 2)),
        "config": Command(
            argv=("/sbin/modprobe", "--showconfig"),
            privilege=Privilege.ROOT,
            cap_bytes=256 * KIB,
        ),
        "files": Command(
            argv=("/sbin/modprobe", "-a", "--ignore-install", "--show-depends", *NAMES),
            privilege=Privilege.ROOT,
            statuses=(0, 1),
        ),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    if (obstacle := obstacle_of(answers["loaded"])) is not None:
        return obstacle
    there = _there(answers)
    loadable = _loadable(answers)
    modules = tuple(
        {"name": name, "is_there": _is_there(name, there, answers), "can_load": loadable[name]}
        for name in NAMES
    )
    return FactRead(value={"modules": modules}, assurance=Assurance.RUNNING)


def _there(answers: Answers) -> frozenset[str]:
    """Names that the running kernel shows: modules, file systems, protocols, built-in ones."""
    found: set[str] = set()
    for name in ("loaded", "protocols"):
        found |= {line.split()[0] for line in _lines(answers[name])}
    found |= {line.split()[-1] for line in _lines(answers["filesystems"])}
    found |= _builtin(_lines(answers["files"]))
    return frozenset(_plain(name.lower()) for name in found)


def _is_there(name: str, there: frozenset[str], answers: Answers) -> Value:
    """Not there only where all that would show it was read."""
    if _SHOWN_AS.get(name, name) in there:
        return True
    shows = ["filesystems"] if name in FILESYSTEMS else ["protocols"]
    if answers["loaded"].exists:
        shows.append("files")
    gaps = (answers[one] for one in shows if answers[one].obstacle is not None)
    gap = next(gaps, None)
    return False if gap is None else Missing(gap.obstacle or Obstacle.FAILED, gap.detail or name)


def _loadable(answers: Answers) -> dict[str, Value]:
    loaded, disabled = answers["loaded"], answers["disabled"]
    if not loaded.exists:
        return dict.fromkeys(NAMES, False)
    files, stopped = _files(answers), _stopped(answers["config"])
    found = {name: _can_load(name, files, stopped) for name in NAMES}
    if disabled.obstacle is not None:
        gap = Missing(disabled.obstacle, disabled.detail or "kernel.modules_disabled")
        return {name: value if value is False else gap for name, value in found.items()}
    is_closed = disabled.exists and text_of(disabled).strip() == "1"
    return dict.fromkeys(NAMES, False) if is_closed else found


def _can_load(
    name: str, files: Mapping[str, bool] | Missing, stopped: frozenset[str] | Missing
) -> Value:
    if isinstance(files, Missing):
        return files
    if name not in files:
        return Missing(Obstacle.UNPARSABLE, name)
    if not files[name]:
        return False
    return stopped if isinstance(stopped, Missing) else name not in stopped


def _files(answers: Answers) -> dict[str, bool] | Missing:
    """Whether a module file is there for the kernel that runs, by module."""
    answer = answers["files"]
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "modprobe")
    if not _has_tree(answers):
        return Missing(Obstacle.UNSUPPORTED, "no modules of the running kernel are here")
    lines = text_of(answer).split("\n")
    found = {_plain(m[1]): True for line in lines if (m := _INSMOD.fullmatch(line.strip()))}
    found |= {_plain(name): False for name in _builtin(lines)}
    said = answer.stderr.decode("utf-8", errors="replace")
    return {**{_plain(m[1]): False for m in _NOT_FOUND.finditer(said)}, **found}


def _builtin(lines: list[str]) -> set[str]:
    """Names that modprobe says are built into the kernel that runs."""
    return {m[1] for line in lines if (m := re.fullmatch(r"builtin (\S+)", line.strip()))}


def _has_tree(answers: Answers) -> bool:
    trees, release = answers["trees"], answers["release"]
    if trees.obstacle is not None or release.obstacle is not None:
        return False
    return text_of(release).strip() in text_of(trees).split()


def _stopped(answer: Answer) -> frozenset[str] | Missing:
    """Modules that modprobe.d stops. The configuration is whole once its end mark has come."""
    text = text_of(answer)
    own, mark, _ = text.partition(_END)
    if not mark and answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "modprobe --showconfig")
    rows = [line.split() for line in own.split("\n")]
    installs = [(_plain(row[1]), " ".join(row[2:])) for row in rows if row[:1] == ["install"]]
    blacklisted = {_plain(row[1]) for row in rows if row[:1] == ["blacklist"] and len(row) == 2}
    return frozenset(name for name in NAMES if _is_stopped(name, blacklisted, installs))


def _is_stopped(name: str, blacklisted: set[str], installs: list[tuple[str, str]]) -> bool:
    """The first install line that fits counts; what stands behind a harmless program may load it."""
    command = next((does for pattern, does in installs if fnmatchcase(name, pattern)), None)
    is_nothing = command is not None and _NOTHING.fullmatch(command) is not None
    return is_nothing or name in blacklisted


def _lines(answer: Answer) -> list[str]:
    text = text_of(answer) if answer.obstacle is None and answer.exists else ""
    return [line for line in text.split("\n") if line.strip()]


def _plain(name: str) -> str:
    return name.replace("-", "_")


MODULES = FactKind(
    id="kernel.modules",
    title="Kernel modules that are rarely needed, and whether they can be loaded",
    shape=Record(
        {"modules": ListOf(Record({"name": Text(), "is_there": Boolean(), "can_load": Boolean()}))}
    ),
    asks=_asks,
    parse=_parse,
)
