"""Fact `kernel.boot_settings`: whether settings that run now are those that a restart brings.

`settings` is a list of records: `name` (as sysctl(8) writes it), `running` and `at_boot`, the value
that the files of sysctl.d(5) give it, null where none does; `agrees` says whether both are the
same, null where there is nothing to compare. Which file wins is told by systemd itself
(`systemd-analyze cat-config sysctl.d`); an exact name beats a pattern, the last line of several
counts. What other programs set after the start, such as ufw or Docker, is not in these files.
"""

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from attt.facts import procsys
from attt.facts.kind import Answers, FactKind, Params, missed, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

NAMES = (
    *(f"kernel/{name}" for name in ("randomize_va_space", "kptr_restrict", "dmesg_restrict")),
    *(f"kernel/{name}" for name in ("yama/ptrace_scope", "unprivileged_bpf_disabled", "sysrq")),
    *("fs/suid_dumpable", "fs/protected_hardlinks", "fs/protected_symlinks"),
    *("net/ipv4/tcp_syncookies", "net/ipv4/icmp_echo_ignore_broadcasts"),
    *(f"net/ipv4/conf/all/{n}" for n in ("accept_redirects", "send_redirects", "rp_filter")),
    *(f"net/ipv4/conf/all/{n}" for n in ("accept_source_route", "log_martians")),
    *(f"net/ipv6/conf/all/{n}" for n in ("accept_redirects", "accept_source_route")),
)
_LINE = re.compile(r"-?[ \t]*([\w./*?\[\]-]+)[ \t]*=[ \t]*(.*?)[ \t]*", re.ASCII)
_GLOB = re.compile(r"[*?\[]")


def _asks(_params: Params) -> dict[str, Ask]:
    paths = (procsys.ROOT + name for name in NAMES)
    return {
        "running": Command(argv=("grep", "-H", ".", *paths), statuses=(0, 1, 2)),
        "files": Command(argv=(*procsys.CAT_CONFIG, "sysctl.d"), privilege=Privilege.ROOT),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    read = procsys.read(answers["running"])
    if not read.printed:
        gap = read.obstacle or Missing(Obstacle.FAILED, procsys.ROOT)
        return missed(gap.obstacle, gap.detail)
    files = _files(answers["files"])
    settings = tuple(_setting(name, read.text(name), files) for name in NAMES)
    return FactRead(value={"settings": settings}, assurance=Assurance.CONFIGURED)


@dataclass(slots=True)
class _Files:
    """Assignments by path below /proc/sys: exact ones, and patterns in their order."""

    exact: dict[str, str] = field(default_factory=dict)
    patterns: list[tuple[str, str]] = field(default_factory=list)

    def of(self, name: str) -> str | None:
        if name in self.exact:
            return self.exact[name]
        fitting = [value for pattern, value in self.patterns if fnmatchcase(name, pattern)]
        return fitting[-1] if fitting else None


def _files(answer: Answer) -> _Files | Missing:
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "systemd-analyze")
    files = _Files()
    for line in text_of(answer).split("\n"):
        match = _LINE.fullmatch(line.strip())
        if match is None:
            continue
        path = _path(match[1])
        if _GLOB.search(path):
            files.patterns.append((path, match[2]))
        else:
            files.exact[path] = match[2]
    return files


def _path(name: str) -> str:
    """sysctl.d(5): the first separator says whether dots or slashes part the name."""
    first = re.search(r"[./]", name)
    if first is None or first[0] == "/":
        return name
    return name.translate(str.maketrans("./", "/."))


def _setting(name: str, running: str | Missing | None, files: _Files | Missing) -> Value:
    at_boot = files if isinstance(files, Missing) else files.of(name)
    agrees: Value
    if running is None or at_boot is None:
        agrees = None
    elif isinstance(running, Missing) or isinstance(at_boot, Missing):
        agrees = running if isinstance(running, Missing) else at_boot
    else:
        agrees = running.split() == at_boot.split()
    return {
        "name": name.replace("/", "."),
        "running": running,
        "at_boot": at_boot,
        "agrees": agrees,
    }


BOOT_SETTINGS = FactKind(
    id="kernel.boot_settings",
    title="Whether kernel settings that run now are those that a restart brings",
    shape=Record(
        {
            "settings": ListOf(
                Record(
                    {
                        "name": Text(),
                        "running": Text(nullable=True),
                        "at_boot": Text(nullable=True),
                        "agrees": Boolean(nullable=True),
                    }
                )
            )
        }
    ),
    asks=_asks,
    parse=_parse,
)
