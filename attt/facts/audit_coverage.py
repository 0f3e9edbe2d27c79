"""Fact `audit.coverage`: what people do that the rules in force record, now and after a restart.

`deletions`, `permissions`, `denied` (files that may not be opened), `mounts`, `time`, `network`
(names of the host), `modules` (kernel modules): whether every such deed of a person is recorded.
`kept`: the topics recorded now, `programs` among them, each with `is_kept`: the files that are
loaded at boot record it too. `places`: files and folders outside the system's own that are
watched, with `is_read` and `is_changed` (reading, writing is recorded). `is_locked`: no rule can be
changed until a restart. `lost`: events that the kernel dropped since it started; `backlog`: how
many it holds back for auditd. `starts_early`, `boot_backlog`: what the kernel was started with
(audit=1, audit_backlog_limit; null: not told). Absent in a container, as `audit.rules`.
Sources: auditctl(8), augenrules(8), kernel-parameters.txt.
"""

import re
from collections.abc import Callable

from attt.facts import audit_lines, audit_topics, tar
from attt.facts.audit_daemon import ASKS as AUDIT_ASKS
from attt.facts.audit_daemon import read
from attt.facts.kind import Answers, FactKind, Params, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, ReadFile, ReadTree
from attt.model.fact import Fact
from attt.model.shape import Boolean, Integer, ListOf, Record, Text
from attt.model.value import Missing, Value

_OWN = (
    *("bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "proc", "root", "run"),
    *("sbin", "snap", "sys", "tmp", "usr"),
)
_SYSTEM = re.compile(
    rf"/(?:(?:{'|'.join(_OWN)})(?:/.*)?|var/(?:cache|lock|log|run|spool|tmp)(?:/.*)?|var/lib/"
    r"(?:AccountsService|apt|aide|audit|dpkg|rpm|rsyslog|selinux|sudo|systemd)(?:/.*)?|var|var/lib)?"
)
_PLACE = Record({"path": Text(), "is_read": Boolean(), "is_changed": Boolean()})
_KEPT = Record({"name": Text(), "is_kept": Boolean()})
SHAPE = Record(
    {
        **{name: Boolean() for name in audit_topics.TOPICS},
        "kept": ListOf(_KEPT),
        "places": ListOf(_PLACE),
        "is_locked": Boolean(),
        "lost": Integer("events"),
        "backlog": Integer("events"),
        "starts_early": Boolean(),
        "boot_backlog": Integer("events", nullable=True),
    },
    volatile=frozenset({"lost"}),
)
ASKS: dict[str, Ask] = {
    **{name: AUDIT_ASKS[name] for name in ("container", "program", "status", "rules", "machine")},
    "main": ReadFile(path="/etc/audit/audit.rules", privilege=Privilege.ROOT),
    "tree": ReadTree(path="/etc/audit/rules.d", glob="*.rules", privilege=Privilege.ROOT),
    "boot": Command(argv=("cat", "/proc/cmdline")),
}


def _asks(_params: Params) -> dict[str, Ask]:
    return ASKS


def _parse(answers: Answers, _params: Params) -> Fact:
    return read(answers, none=_NONE | _boot(answers["boot"]), value=_value)


_NONE: dict[str, Value] = {
    **dict.fromkeys((*audit_topics.TOPICS, "is_locked"), False),
    "kept": (),
    "places": (),
    "lost": 0,
    "backlog": 0,
}


def _value(answers: Answers) -> Value:
    lines = audit_lines.loaded(answers["rules"])
    status = answers["status"]
    return {
        **_of_rules(lines, answers),
        "is_locked": _told(status, "enabled", lambda number: number == 2),
        "lost": _told(status, "lost", int),
        "backlog": _told(status, "backlog_limit", int),
        **_boot(answers["boot"]),
    }


def _of_rules(lines: list[str] | Missing, answers: Answers) -> dict[str, Value]:
    if isinstance(lines, Missing):
        return dict.fromkeys((*audit_topics.TOPICS, "kept", "places"), lines)
    now = _topics(lines, answers["machine"])
    return {
        **{name: now[name] for name in audit_topics.TOPICS},
        "kept": _kept(now, answers),
        "places": _places(lines, answers["machine"]),
    }


def _topics(lines: list[str], machine: Answer) -> dict[str, Value]:
    """A rule that is wanted of one processor alone is a doubt where the processor is not known."""
    needed = audit_lines.widths_needed(machine)
    is_arm = machine.obstacle is None and text_of(machine).startswith(("aarch64", "riscv64"))
    found = {
        **audit_topics.recorded(lines, needed, is_arm=is_arm),
        "programs": audit_lines.records_programs(lines, needed),
    }
    if machine.obstacle is None:
        return {**found}
    gap = Missing(machine.obstacle, machine.detail or "uname -m")
    return {name: is_recorded or gap for name, is_recorded in found.items()}


def _kept(now: dict[str, Value], answers: Answers) -> Value:
    """The program augenrules makes audit.rules anew from the folder; without a folder the file itself is loaded."""
    main, tree = answers["main"], answers["tree"]
    for answer in (answers["machine"], main, tree):
        if answer.obstacle is not None:
            return Missing(answer.obstacle, answer.detail or "/etc/audit")
    parts = sorted(tar.members(tree.stdout), key=lambda one: one.name) if tree.exists else []
    text = "\n".join(one.content.decode("utf-8", errors="replace") for one in parts)
    by_main = _topics(audit_lines.written(text_of(main)), answers["machine"])
    by_tree = _topics(audit_lines.written(text), answers["machine"]) if parts else by_main
    return tuple(
        {"name": name, "is_kept": _is_kept(by_tree=by_tree[name], by_main=by_main[name])}
        for name, is_recorded in now.items()
        if is_recorded is True
    )


def _is_kept(*, by_tree: Value, by_main: Value) -> Value:
    if by_tree is not False or by_main is False:
        return by_tree
    gap = "in audit.rules and not in rules.d: which of them is loaded at boot is not known"
    return Missing(Obstacle.CONTRADICTED, gap)


def _places(lines: list[str], machine: Answer) -> Value:
    if machine.obstacle is not None:
        return Missing(machine.obstacle, machine.detail or "uname -m")
    needed = audit_lines.widths_needed(machine)
    read_, changed = (
        [p for line in lines for p in audit_lines.watched_places(line, wanted)]
        for wanted in ({"r"}, {"w", "a"})
    )
    paths = sorted({path for path, _ in (*read_, *changed) if not _SYSTEM.fullmatch(path)})
    return tuple(
        {
            "path": path,
            "is_read": audit_lines.covers(path, read_, needed),
            "is_changed": audit_lines.covers(path, changed, needed),
        }
        for path in paths
    )


def _told(status: Answer, name: str, value: Callable[[int], bool | int]) -> Value:
    found = re.search(rf"(?m)^{name} (\d{{1,15}})$", text_of(status))
    if status.obstacle is not None or found is None:
        return Missing(status.obstacle or Obstacle.UNPARSABLE, status.detail or "auditctl -s")
    return value(int(found[1]))


def _boot(answer: Answer) -> dict[str, Value]:
    if answer.obstacle is not None:
        gap = Missing(answer.obstacle, answer.detail or "/proc/cmdline")
        return {"starts_early": gap, "boot_backlog": gap}
    words = text_of(answer).split()
    told = dict(word.split("=", 1) for word in words if re.fullmatch(r"audit\w*=\w+", word))
    backlog = told.get("audit_backlog_limit", "")
    return {
        "starts_early": told.get("audit", "") in {"1", "on"},
        "boot_backlog": int(backlog) if re.fullmatch(r"\d{1,9}", backlog) else None,
    }


COVERAGE = FactKind(
    id="audit.coverage",
    title="What the kernel's audit records",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
)
