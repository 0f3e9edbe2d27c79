"""Fact `kernel.boot_settings`: whether settings that run now are those that a restart brings.

`settings` is a list of records: `name` (as sysctl(8) writes it), `running` and `at_boot`, the value
that the files of sysctl.d(5), ufw where it starts at boot, or the kernel's command line give it,
null where none does; `agrees` says whether a restart brings what runs. A value that nothing sets
must be the kernel's own: any other was typed in, and agrees with nothing. Null is where there is
nothing to compare; missing where the kernel's own value is not known, or where whoever runs a
container may set it. Which file wins is told by systemd itself (`systemd-analyze cat-config
sysctl.d`); an exact name beats a pattern, the last line of several counts, and a name with a dash
and no value is left out of patterns. What other programs set after the start, such as Docker, is
not in these files; where an own script calls sysctl, nobody knows. Single interfaces are not looked at: network services give them their values.
"""

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from attt.facts import boot_defaults, firewall_kept, procsys
from attt.facts.audit_daemon import ASKS as AUDIT_ASKS
from attt.facts.kind import Answers, FactKind, Params, missed, text_of
from attt.facts.units import units
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, ReadFile
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

NAMES = boot_defaults.NAMES
_FORWARDS, _RELEASE = "net/ipv4/conf/all/forwarding", "kernel/osrelease"
_FOLLOWS = "net/ipv4/conf/all/accept_redirects"
_LINE = re.compile(r"-?[ \t]*([\w./*?\[\]-]+)[ \t]*=[ \t]*(.*?)[ \t]*", re.ASCII)
_LEFT_OUT = re.compile(r"-[ \t]*([\w./-]+)", re.ASCII)
_GLOB = re.compile(r"[*?\[]")
_UNIT = "systemd-sysctl.service"
_OWN_WAYS = (
    *("/etc/rc.local", "/etc/rc.d/rc.local", "/etc/network", "/etc/NetworkManager/dispatcher.d"),
    *("/etc/networkd-dispatcher", "/etc/systemd/system", "/etc/tuned", "/etc/crontab"),
    *("/etc/cron.d", "/var/spool/cron"),
)
_CALL = r"^[^#]*(/proc/sys/|(^|[^_[:alnum:]])sysctl([[:space:]]|\]|$))"


def _asks(_params: Params) -> dict[str, Ask]:
    paths = (procsys.ROOT + name for name in (*NAMES, _FORWARDS, _RELEASE))
    return {
        "running": Command(
            argv=("/bin/grep", "-H", ".", *paths), privilege=Privilege.ROOT, statuses=(0, 1, 2)
        ),
        "files": Command(argv=(*procsys.CAT_CONFIG, "sysctl.d"), privilege=Privilege.ROOT),
        "unit": Command(argv=("systemctl", "show", "--property=LoadState", _UNIT)),
        "built": boot_defaults.ASK,
        "boot": Command(argv=("cat", "/proc/cmdline")),
        "container": AUDIT_ASKS["container"],
        # By the names of files alone: what is in them may be secret.
        "own_ways": Command(
            argv=("/bin/grep", "-rlIE", "-e", _CALL, "--", *_OWN_WAYS),
            privilege=Privilege.ROOT,
            statuses=(0, 1, 2),
        ),
        "keepers": firewall_kept.ASKS["keepers"],
        "ufw_conf": firewall_kept.ASKS["ufw_conf"],
        "ufw_default": ReadFile(path="/etc/default/ufw"),
        "ufw_sysctl": ReadFile(path="/etc/ufw/sysctl.conf", privilege=Privilege.ROOT),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    read = procsys.read(answers["running"])
    if not read.printed:
        gap = read.obstacle or Missing(Obstacle.FAILED, procsys.ROOT)
        return missed(gap.obstacle, gap.detail)
    boot = _Boot(answers, read)
    settings = tuple(_setting(name, read.text(name), boot) for name in NAMES)
    return FactRead(value={"settings": settings}, assurance=Assurance.CONFIGURED)


@dataclass(slots=True)
class _Files:
    """Assignments by path below /proc/sys: exact ones, patterns in their order, what these spare."""

    exact: dict[str, str] = field(default_factory=dict)
    patterns: list[tuple[str, str]] = field(default_factory=list)
    spared: set[str] = field(default_factory=set)

    def of(self, name: str) -> str | None:
        if name in self.exact:
            return self.exact[name]
        if name in self.spared:
            return None
        fitting = [value for pattern, value in self.patterns if fnmatchcase(name, pattern)]
        return fitting[-1] if fitting else None


class _Boot:
    """What brings settings at the next start, and what the kernel has where nothing does."""

    def __init__(self, answers: Answers, read: procsys.Values) -> None:
        self._answers = answers
        self._files = _kept(answers)
        self._ufw = _ufw(answers)
        self._line = boot_defaults.of_command_line(answers["boot"])
        self._forwards = read.text(_FORWARDS)
        release = read.text(_RELEASE)
        self._release = release if isinstance(release, str) else ""

    def of(self, name: str, running: str) -> str | Missing | None:
        """The value that something sets. Of two that both may be last, the one that runs is not sure."""
        if isinstance(self._files, Missing):
            return self._files
        if isinstance(self._ufw, Missing):
            return self._ufw
        of_files, of_ufw = self._files.of(name), self._ufw.of(name)
        if of_ufw is not None and of_files is None and of_ufw.split() != running.split():
            inside = _container(self._answers["container"])
            if inside is not False:  # where ufw may not be let write
                return (
                    inside if isinstance(inside, Missing) else Missing(Obstacle.IN_CONTEXT, "ufw")
                )
        if of_ufw is None or of_files is None or of_files.split() == of_ufw.split():
            return of_files if of_ufw is None else of_ufw
        if of_files.split() == running.split():
            return Missing(Obstacle.CONTRADICTED, "sysctl.d and ufw set different values")
        return of_ufw

    def own(self, name: str, running: str) -> bool | Missing | None:
        """Whether a value that no file sets is the kernel's own: null where nothing can be lost."""
        inside = _container(self._answers["container"])
        if inside is not False and not name.startswith("net/"):
            return inside if isinstance(inside, Missing) else None
        known = boot_defaults.possible(name, self._release, self._answers["built"])
        if isinstance(known, Missing):
            return known
        if running == known[0] or (name == _FOLLOWS and running == "0" and self._forwards == "1"):
            return None
        if inside is not False:
            whose = "whoever runs this container may set it"
            return inside if isinstance(inside, Missing) else Missing(Obstacle.IN_CONTEXT, whose)
        if running in known:
            return Missing(Obstacle.UNSUPPORTED, "no file sets it; the kernel's own value varies")
        return _elsewhere(self._answers["own_ways"]) or False

    def of_line(self, name: str) -> str | Missing | None:
        """What the kernel's command line sets; a container was not started by it."""
        inside = _container(self._answers["container"])
        if inside is True:
            return None
        if isinstance(self._line, Missing):
            return self._line
        value = self._line.get(name)
        return inside if isinstance(inside, Missing) and value is not None else value


def _container(answer: Answer) -> bool | Missing:
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "systemd-detect-virt")
    said = text_of(answer).strip()
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,30}", said):
        return Missing(Obstacle.UNPARSABLE, "systemd-detect-virt")
    return said != "none"


def _elsewhere(answer: Answer) -> Missing | None:
    """Why somebody's own script, service or profile of tuned may set it at boot."""
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or _OWN_WAYS[0])
    files = [line for line in text_of(answer).split("\n") if line.startswith("/")]
    return Missing(Obstacle.IN_CONTEXT, f"{files[0][:60]} may set it") if files else None


def _kept(answers: Answers) -> _Files | Missing:
    """What systemd applies at boot, in a container too, where it may write there at all."""
    for name in ("files", "unit"):
        if (obstacle := answers[name].obstacle) is not None:
            return Missing(obstacle, answers[name].detail or "systemd-analyze")
    is_off = "LoadState=masked" in text_of(answers["unit"]).split("\n")
    return _Files() if is_off else _files(text_of(answers["files"]))


def _ufw(answers: Answers) -> _Files | Missing:
    """What ufw sets as it starts at boot."""
    found = units(answers["keepers"])
    if isinstance(found, Missing):
        return found
    for name in ("ufw_conf", "ufw_default", "ufw_sysctl"):
        if (obstacle := answers[name].obstacle) is not None:
            return Missing(obstacle, answers[name].detail or "ufw")
    unit = found.get("ufw.service")
    is_on = re.findall(r"(?mi)^[ \t]*ENABLED[ \t]*=[ \t]*[\"']?(\w+)", text_of(answers["ufw_conf"]))
    if unit is None or not unit.is_enabled or not is_on or is_on[-1].lower() != "yes":
        return _Files()
    place = re.findall(r"(?m)^[ \t]*IPT_SYSCTL=[\"']?([^\s\"']*)", text_of(answers["ufw_default"]))
    if place and place[-1] not in {"", "/etc/ufw/sysctl.conf"}:
        return Missing(Obstacle.UNSUPPORTED, f"ufw sets what is in {place[-1][:60]}")
    return _files(text_of(answers["ufw_sysctl"])) if place and place[-1] else _Files()


def _files(text: str) -> _Files:
    files = _Files()
    for line in map(str.strip, text.split("\n")):
        match = _LINE.fullmatch(line)
        if match is None:
            if alone := _LEFT_OUT.fullmatch(line):
                files.spared.add(_path(alone[1]))
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


def _setting(name: str, running: str | Missing | None, boot: _Boot) -> Value:
    at_boot = boot.of(name, running if isinstance(running, str) else "")
    at_boot = boot.of_line(name) if at_boot is None else at_boot
    return {
        "name": name.replace("/", "."),
        "running": running,
        "at_boot": at_boot,
        "agrees": _agrees(name, running, at_boot, boot),
    }


def _agrees(
    name: str, running: str | Missing | None, at_boot: str | Missing | None, boot: _Boot
) -> Value:
    if running is None:
        return None
    for one in (running, at_boot):
        if isinstance(one, Missing):
            return one
    if at_boot is None:
        return boot.own(name, str(running))
    return str(running).split() == str(at_boot).split()


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
    version=2,
)
