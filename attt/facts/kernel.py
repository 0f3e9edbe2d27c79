"""Fact `kernel.sysctls`: settings of the running kernel that harden it, read from /proc/sys.

Whole numbers as the kernel prints them (Documentation/admin-guide/sysctl); null where this kernel
has no such setting, which is told by the file not being there while others are. Settings of the
network have a fact of their own. In a container these are the values of the host's kernel.
"""

from attt.facts import procsys
from attt.facts.kind import Answers, FactKind, Params
from attt.facts.procsys import Values
from attt.model.answer import Obstacle
from attt.model.ask import Ask, Command, Privilege
from attt.model.fact import Assurance, Fact, FactMissed, FactRead
from attt.model.shape import Integer, Record
from attt.model.value import Missing, Value

_OPEN = {
    "randomize_va_space": "kernel/randomize_va_space",
    "kptr_restrict": "kernel/kptr_restrict",
    "dmesg_restrict": "kernel/dmesg_restrict",
    "ptrace_scope": "kernel/yama/ptrace_scope",
    "perf_event_paranoid": "kernel/perf_event_paranoid",
    "unprivileged_bpf_disabled": "kernel/unprivileged_bpf_disabled",
    "sysrq": "kernel/sysrq",
    "kexec_load_disabled": "kernel/kexec_load_disabled",
    "modules_disabled": "kernel/modules_disabled",
}
_GUARDED = {
    "protected_hardlinks": "fs/protected_hardlinks",
    "protected_symlinks": "fs/protected_symlinks",
    "protected_fifos": "fs/protected_fifos",
    "protected_regular": "fs/protected_regular",
}
"""The kernel lets root alone read these (mode 0600)."""


def asks(_params: Params) -> dict[str, Ask]:
    """Two greps over exact paths: what everybody may read, and what root may."""
    return {
        "open": _grep("grep", tuple(_OPEN.values()), Privilege.NONE),
        "guarded": _grep("/bin/grep", tuple(_GUARDED.values()), Privilege.ROOT),
    }


def _grep(program: str, paths: tuple[str, ...], privilege: Privilege) -> Command:
    whole = (procsys.ROOT + path for path in paths)
    return Command(argv=(program, "-H", ".", *whole), privilege=privilege, statuses=(0, 1, 2))


def _parse(answers: Answers, _params: Params) -> Fact:
    read, guarded = procsys.read(answers["open"]), procsys.read(answers["guarded"])
    if not read.printed and not guarded.printed:
        gap = read.obstacle or Missing(Obstacle.FAILED, "/proc/sys can't be read")
        return FactMissed(obstacle=gap.obstacle, detail=gap.detail)
    value: dict[str, Value] = {
        **_numbers(read, _OPEN),
        **_numbers(guarded, _GUARDED),
    }
    return FactRead(value=value, assurance=Assurance.RUNNING)


def _numbers(read: Values, paths: dict[str, str]) -> dict[str, Value]:
    """Each setting; nothing is called absent by a grep that found nothing at all."""
    found = {name: read.number(path) for name, path in paths.items()}
    if read.printed:
        return dict(found)
    gap = read.obstacle or Missing(Obstacle.FAILED, "/proc/sys can't be read")
    return dict.fromkeys(paths, gap)


SYSCTLS = FactKind(
    id="kernel.sysctls",
    title="Hardening settings of the running kernel",
    shape=Record({name: Integer(nullable=True) for name in (*_OPEN, *_GUARDED)}),
    asks=asks,
    parse=_parse,
)
