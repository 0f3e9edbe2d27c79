"""Fact `kernel.core_dumps`: what becomes of the memory of a program that crashes.

`suid_dumpable` and `handler` are what the running kernel does (core(5)): `file`, `nothing` (a pipe
to a program that does nothing), `systemd` (systemd-coredump(8)), or `program` (another one, such
as apport). `storage` is systemd-coredump's own setting, null unless it is the handler. `hard_limit`
is the size that limits.conf(5) allows everybody at most in KiB, null where it sets none, the last
of several winning as in pam_limits(8); it is null, too, where a way to log in does not run pam_limits,
or reads another file with it. `exceptions` are accounts and groups to which it allows more.
`services_limit` is the soft limit in bytes that systemd gives services that have none of their own
(systemd-system.conf(5), DefaultLimitCORE).
"""

import re
from dataclasses import dataclass, field

from attt.facts import pam_stack, procsys, tar
from attt.facts.kind import Answers, FactKind, Params, Unparsable, missed, obstacle_of, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, ReadFile, ReadTree
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Integer, ListOf, Record, Text
from attt.model.value import Missing, Value

_PATTERN, _DUMPABLE = "kernel/core_pattern", "fs/suid_dumpable"
_NOTHING = re.compile(r"\|\s*(?:/usr)?/s?bin/(?:false|true)(?:\s.*)?")
_SYSTEMD = re.compile(r"\|\s*(?:/usr)?/lib/systemd/systemd-coredump(?:\s.*)?")
_NO_LIMIT = {"unlimited", "infinity", "-1"}
_MANY = 2**31
_LOGINS = ("sshd", "login", "gdm-password", "lightdm", "sddm")  # su and sudo inherit


def _asks(_params: Params) -> dict[str, Ask]:
    paths = tuple(procsys.ROOT + path for path in (_PATTERN, _DUMPABLE))
    return {
        "kernel": Command(argv=("grep", "-H", ".", *paths), statuses=(0, 1, 2)),
        "storage": Command(
            argv=(*procsys.CAT_CONFIG, "systemd/coredump.conf"), privilege=Privilege.ROOT
        ),
        "services": Command(argv=("systemctl", "show", "--property=DefaultLimitCORESoft")),
        "limits": ReadFile(path="/etc/security/limits.conf", privilege=Privilege.ROOT),
        "more_limits": ReadTree(
            path="/etc/security/limits.d", glob="*.conf", privilege=Privilege.ROOT
        ),
        **pam_stack.ASKS,
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    read = procsys.read(answers["kernel"])
    if not read.printed:
        gap = read.obstacle or Missing(Obstacle.FAILED, procsys.ROOT)
        return missed(gap.obstacle, gap.detail)
    handler = _handler(read.text(_PATTERN))
    limits = _limits(answers)
    hard_limit: Value = limits if isinstance(limits, Missing) else limits.everybody
    if isinstance(hard_limit, int):
        hard_limit = _reached(answers, hard_limit)
    return FactRead(
        value={
            "suid_dumpable": read.number(_DUMPABLE),
            "handler": handler,
            "storage": _storage(handler, answers["storage"]),
            "services_limit": _services(answers["services"]),
            "hard_limit": hard_limit,
            "exceptions": limits if isinstance(limits, Missing) else tuple(sorted(limits.others)),
        },
        assurance=Assurance.RUNNING,
    )


def _handler(pattern: str | Missing | None) -> Value:
    if isinstance(pattern, Missing):
        return pattern
    if not pattern or not pattern.startswith("|"):
        return "file"
    if _NOTHING.fullmatch(pattern):
        return "nothing"
    return "systemd" if _SYSTEMD.fullmatch(pattern) else "program"


def _storage(handler: Value, answer: Answer) -> Value:
    """The last Storage= of the resolved files; systemd's default is external (coredump.conf(5))."""
    if isinstance(handler, Missing) or handler != "systemd":
        return handler if isinstance(handler, Missing) else None
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "systemd-analyze")
    said = re.findall(r"(?m)^[ \t]*Storage[ \t]*=[ \t]*(\w*)[ \t]*$", text_of(answer))
    word = said[-1].lower() if said else ""
    return word or "external"


def _services(answer: Answer) -> Value:
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "systemctl")
    found = re.fullmatch(r"DefaultLimitCORESoft=(\w+)", text_of(answer).strip(), re.ASCII)
    size = _size(found[1]) if found else None
    return Missing(Obstacle.UNPARSABLE, "DefaultLimitCORESoft") if size is None else size


@dataclass(slots=True)
class _Limits:
    """What the lines read so far allow: everybody, and accounts or groups of their own."""

    everybody: int | None = None
    others: set[str] = field(default_factory=set)

    def take(self, line: str) -> None:
        words = line.partition("#")[0].split()
        if len(words) != 4 or words[1] not in {"hard", "-"} or words[2] != "core":
            return
        size = _size(words[3])
        if size is None:
            return
        if words[0] == "*":
            self.everybody = size
        elif size:
            self.others.add(words[0])
        else:
            self.others.discard(words[0])


def _size(word: str) -> int | None:
    if word in _NO_LIMIT:
        return _MANY
    return min(int(word), _MANY) if re.fullmatch(r"[0-9]{1,20}", word) else None


def _limits(answers: Answers) -> _Limits | Missing:
    """limits.conf first, then the files of limits.d in the order of their names."""
    for name in ("limits", "more_limits"):
        if (obstacle := answers[name].obstacle) is not None:
            return Missing(obstacle, answers[name].detail or "limits.conf")
    texts = [text_of(answers["limits"])] if answers["limits"].exists else []
    try:
        members = tar.members(answers["more_limits"].stdout)
    except Unparsable as error:
        return Missing(Obstacle.UNPARSABLE, str(error))
    ordered = sorted(members, key=lambda member: member.name)
    texts += [member.content.decode("utf-8", errors="replace") for member in ordered]
    limits = _Limits()
    for line in "\n".join(texts).split("\n"):
        limits.take(line)
    return limits


def _reached(answers: Answers, limit: int) -> Value:
    """The limit where every service that opens sessions here sets it, null where one does not."""
    if (gap := obstacle_of(*(answers[name] for name in pam_stack.ASKS))) is not None:
        return Missing(gap.obstacle, gap.detail or "/etc/pam.d")
    try:
        services = pam_stack.read(answers)
        stacks = [services.stack(n, "session") for n in _LOGINS if services.has(n)]
    except Unparsable as error:
        return Missing(Obstacle.UNPARSABLE, str(error))
    if not stacks:
        return Missing(Obstacle.IN_CONTEXT, "no service of PAM opens sessions: is PAM used at all?")
    fates = {_of_stack(stack) for stack in stacks}
    if None in fates:
        return None
    return (
        limit if fates == {True} else Missing(Obstacle.IN_CONTEXT, "pam_limits may be passed over")
    )


def _of_stack(stack: tuple[pam_stack.Line, ...]) -> bool | None:
    """Whether pam_limits runs with its own files: None where it does not, False where it may not."""
    lines = [n for n, line in enumerate(stack) if line.module == "pam_limits"]
    plain = [n for n in lines if stack[n].option("conf") is None]
    if not plain:
        return None
    return not any(_may_leave(stack, at, plain[0]) for at in range(plain[0]))


def _may_leave(stack: tuple[pam_stack.Line, ...], at: int, before: int) -> bool:
    """Whether a line that does not fail may end the stack, or jump over the one at `before`."""
    line = stack[at]
    if line.module in {"pam_deny", "pam_selinux"}:
        return False
    done = line.action("success")
    if done.isdigit():
        return at + int(done) >= before
    return done == "done"


CORE_DUMPS = FactKind(
    id="kernel.core_dumps",
    title="What becomes of the memory of a program that crashes",
    shape=Record(
        {
            "suid_dumpable": Integer(nullable=True),
            "handler": Text(choices=("file", "nothing", "systemd", "program")),
            "storage": Text(nullable=True),
            "services_limit": Integer("bytes"),
            "hard_limit": Integer("KiB", nullable=True),
            "exceptions": ListOf(Text()),
        }
    ),
    asks=_asks,
    parse=_parse,
    version=2,
)
