"""The kinds of deeds that audit rules should record, and whether given rules record them.

Of a call that a processor does not have (arm64 knows unlinkat alone) no rule is asked. Sources:
auditctl(8), syscalls(2).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from attt.facts import audit_lines

_NOT_ON_ARM = frozenset({"unlink", "rename", "chmod", "chown", "lchown", "open", "creat"})
_OWNERS = ("chown", "fchown", "lchown", "fchownat")
_MARKS = ("setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr")
_OPENING = ("open", "openat", "creat", "truncate", "ftruncate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One kind of deed: every call of it must be recorded, for each of the filters in `with_`."""

    calls: tuple[str, ...]
    with_: tuple[dict[str, str], ...] = ({},)
    places: tuple[str, ...] = field(default=())


TOPICS = {
    "deletions": Topic(calls=("unlink", "unlinkat", "rename", "renameat")),
    "permissions": Topic(calls=("chmod", "fchmod", "fchmodat", *_OWNERS, *_MARKS)),
    "denied": Topic(
        calls=_OPENING,
        with_=({"exit!": "-EACCES", "success": "0"}, {"exit!": "-EPERM", "success": "0"}),
    ),
    "mounts": Topic(calls=("mount",)),
    "time": Topic(calls=("adjtimex", "settimeofday", "clock_settime"), with_=({"a0": "0x0"},)),
    "network": Topic(calls=("sethostname", "setdomainname"), places=("/etc/hosts",)),
    "modules": Topic(calls=("init_module", "finit_module", "delete_module")),
}


def recorded(lines: Sequence[str], needed: set[str], *, is_arm: bool) -> dict[str, bool]:
    """Whether these rules record each topic, for each width of calls in `needed`."""
    return {
        name: _is_recorded(topic, lines, needed, is_arm=is_arm) for name, topic in TOPICS.items()
    }


def _is_recorded(topic: Topic, lines: Sequence[str], needed: set[str], *, is_arm: bool) -> bool:
    wanted = [one for one in topic.calls if not (is_arm and one in _NOT_ON_ARM)]
    if audit_lines.is_muted(lines, frozenset(wanted)):
        return False
    watched = [place for line in lines for place in audit_lines.changed_places(line)]
    return all(
        _covers(lines, call, also, needed) for call in wanted for also in topic.with_
    ) and all(audit_lines.covers(path, watched, needed) for path in topic.places)


def _covers(lines: Sequence[str], call: str, also: dict[str, str], needed: set[str]) -> bool:
    widths = {w for line in lines for w in audit_lines.widths_of_call(line, call, also)}
    return "" in widths or needed <= widths
