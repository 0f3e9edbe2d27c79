"""Fact `system.kernel`: whether the kernel that runs is the newest one that is installed.

`running` is its release (uname -r), `installed` those of the images in /boot, `is_newest`: none of
the same flavour is newer, and where Debian rebuilds an image under its old release, the one in
memory is the one on disk. `wants_restart`: the system's own mark for it (/run/reboot-required).
Absent where neither kernels nor their modules are installed: a container, or a host whose kernel
comes from outside.
Sources: uname(1), Debian's linux-image packages, update-notifier's reboot-required.
"""

import re

from attt.facts import packages, stat
from attt.facts.kind import Answers, FactKind, Params, missed, obstacle_of, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, Stat
from attt.model.fact import Assurance, Fact, FactAbsent, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_MARKS = ("/run/reboot-required", "/var/run/reboot-required")
_IMAGE = re.compile(r"(?m)^(?:vmlinuz|vmlinux|Image)-(\d[\w.+~-]{1,80})$")
_FLAVOUR = re.compile(r"[-.+][A-Za-z][A-Za-z0-9_+-]*$")
_BUILT = re.compile(r"\bDebian (\d\S{0,60})")
_END, _WORD, _NUMBER = 1, 2, 3  # in this order; "rc" and "~" stand before the end

SHAPE = Record(
    {
        "running": Text(),
        "installed": ListOf(Text()),
        "is_newest": Boolean(),
        "wants_restart": Boolean(),
    }
)


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        "release": Command(argv=("uname", "-r")),
        "built": Command(argv=("uname", "-v")),
        "boot": Command(argv=("/bin/ls", "-1", "/boot"), privilege=Privilege.ROOT),
        "modules": Command(argv=("ls", "-1", "/lib/modules"), statuses=(0, 2)),
        "marks": Stat(paths=_MARKS),
        "dpkg": packages.INSTALLED.asks({})["dpkg"],
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    if (obstacle := obstacle_of(answers["release"], answers["boot"])) is not None:
        return obstacle
    running = text_of(answers["release"]).strip()
    images = _IMAGE.findall(text_of(answers["boot"]))
    installed = sorted(one for one in images if "rescue" not in one)
    if not installed:
        return _without_image(answers["modules"])
    value: Value = {
        "running": running,
        "installed": tuple(installed),
        "is_newest": _is_newest(running, installed, answers),
        "wants_restart": _wants_restart(answers["marks"]),
    }
    return FactRead(value=value, assurance=Assurance.RUNNING)


def _without_image(modules: Answer) -> Fact:
    if modules.obstacle is not None:
        return missed(modules.obstacle, modules.detail or "/lib/modules")
    if text_of(modules).strip() or b"denied" in modules.stderr:
        return missed(Obstacle.IN_CONTEXT, "kernels are not in /boot: perhaps it is not mounted")
    return FactAbsent(proof="no kernel in /boot and no modules in /lib/modules")


def _is_newest(running: str, installed: list[str], answers: Answers) -> Value:
    flavour = _flavour(running)
    rivals = [one for one in installed if _flavour(one) == flavour]
    if any(_order(one, running) > 0 for one in rivals):
        return False
    if running not in installed:
        return Missing(Obstacle.IN_CONTEXT, f"{running[:60]} is none of the installed kernels")
    return _is_same_build(running, answers)


def _is_same_build(running: str, answers: Answers) -> Value:
    """Debian tells in uname -v of which build of the package the kernel in memory is."""
    built = answers["built"]
    memory = _BUILT.search(text_of(built)) if built.obstacle is None else None
    if memory is None:
        return Missing(built.obstacle, "uname -v") if built.obstacle else True
    if answers["dpkg"].obstacle is not None:
        return Missing(answers["dpkg"].obstacle, "the version of the kernel's package")
    rows = (line.split("\t") for line in text_of(answers["dpkg"]).split("\n"))
    names = {f"linux-image-{running}", f"linux-image-{running}-unsigned"}
    versions = {row[2] for row in rows if len(row) == 5 and row[1] in names and row[0][1] == "i"}
    return memory[1] in versions if versions else True


def _flavour(release: str) -> str:
    found = _FLAVOUR.search(release)
    return found[0] if found else ""


def _order(first: str, second: str) -> int:
    one, two = _key(first), _key(second)
    return (one > two) - (one < two)


def _key(release: str) -> tuple[tuple[int, int, str], ...]:
    """Numbers after words after the end, as rpm orders releases; candidates before the end."""
    plain = release[: len(release) - len(_flavour(release))]
    parts: list[tuple[int, int, str]] = []
    for run in re.findall(r"\d+|[A-Za-z]+|~", plain):
        if run.isdigit():
            parts.append((_NUMBER, int(run[:18]), ""))
        else:
            parts.append((0 if run in {"rc", "~"} else _WORD, 0, run))
    return (*parts, (_END, 0, ""))


def _wants_restart(marks: Answer) -> Value:
    if marks.obstacle is not None:
        return Missing(marks.obstacle, marks.detail or _MARKS[0])
    looked = stat.parse(marks)
    if looked.found:
        return True
    return Missing(Obstacle.DENIED, _MARKS[0]) if looked.denied else False


KERNEL = FactKind(
    id="system.kernel",
    title="Running and installed kernels",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
)
