"""What `doctor` looks at on hosts: reach, key, login, rights, tools and clock. Nothing is changed."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from attt.cli.doctor_next import next_command
from attt.cli.language import language, t
from attt.collect.dialect.posix import sudo_argv
from attt.model import ask as asks
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Stat
from attt.model.inventory import TransportKind
from attt.model.run import HostEvidence, PrivilegeHad
from attt.plan.hosts import HostPlan
from attt.report import reasons, words
from attt.report.taint import one_line

_CLOCK = Command(argv=("date", "-u", "+%s"))
_ANY = tuple(range(256))
# The tools that the program itself stands on, and the package that brings each.
_TOOLS = {"cat": "coreutils", "head": "coreutils", "stat": "coreutils", "timeout": "coreutils",
          "tar": "tar"}  # fmt: skip
_TOOL_ASKS = {Command(argv=(name, "--version"), statuses=_ANY): name for name in _TOOLS}
_SKEW_S = 60
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: whether it is well, what was seen, and what to type if not (not empty)."""

    is_well: bool
    what: str
    mend: str = ""

    def __post_init__(self) -> None:
        if not (self.is_well or self.mend):
            raise ValueError(self.what)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One host's evidence, and the controller's clock when it was done (RFC 3339 UTC)."""

    evidence: HostEvidence
    done_at: str


def trial(plan: HostPlan) -> tuple[Ask, ...]:
    """What `doctor` asks one host: harmless questions, and whether sudo would run each planned command."""
    rights = tuple(_may(argv) for argv in _wanted(plan))
    return (_CLOCK, *_TOOL_ASKS, *rights, *_there(plan))


def _wanted(plan: HostPlan) -> tuple[tuple[str, ...], ...]:
    """The exact commands that sudo has to run: none for root, or with a password for all of it."""
    if plan.host.connect.user == "root" or plan.host.connect.sudo_password:
        return ()
    return tuple(dict.fromkeys(argv for ask in plan.privileged for argv in sudo_argv(ask)))


def _may(argv: Sequence[str]) -> Command:
    """`sudo -l COMMAND` (sudo(8)): whether it would run. It runs nothing."""
    return Command(argv=("sudo", "-n", "-l", "--", *argv), statuses=(0, 1), cap_bytes=4096)


def _there(plan: HostPlan) -> tuple[Stat, ...]:
    programs = {a.argv[0] for a in plan.asks if isinstance(a, Command) and a.argv[0][0] == "/"}
    programs |= {argv[0] for argv in _wanted(plan)}
    return (Stat(paths=tuple(sorted(programs))),) if programs else ()


def checks(plan: HostPlan, looked: Looked, inventory: Path) -> Iterator[Check]:
    """All that was seen of one host; every line that is not well says what to type."""
    host, evidence = plan.host, looked.evidence
    name = f"{host.name} ({evidence.address})" if evidence.address else host.name
    if host.connect.transport is TransportKind.NONE:
        yield Check(True, t("{name}: declared as not to be logged into", name=name))
        return
    if evidence.failure is not None:
        why = reasons.FAILURES[evidence.failure].why.text(language())
        said = f" ({one_line(evidence.detail)})" if evidence.detail else ""
        yield Check(False, f"{name}: {why}{said}",
                    next_command(host, evidence.failure, evidence.address, inventory))  # fmt: skip
        return
    yield Check(True, t("{name}: {platform}; logged in, rights: {rights}", name=name,
                        platform=one_line(evidence.platform.name),
                        rights=words.PRIVILEGES[evidence.privilege].text(language())))  # fmt: skip
    yield from _rights(plan, evidence, name, inventory)
    yield from _tools(evidence, name)
    yield from _missing(plan, evidence, name)
    yield from _clock(looked, name)


def _answer(evidence: HostEvidence, ask: Ask) -> Answer:
    return evidence.answers.get(asks.key(ask), Answer(obstacle=Obstacle.LOST))


def _rights(plan: HostPlan, evidence: HostEvidence, name: str, inventory: Path) -> Iterator[Check]:
    command = (
        f"attt plan {shlex.quote(str(inventory))} --host {shlex.quote(plan.host.id)} --sudoers"
    )
    mend = t("Type: {command} and put its lines into /etc/sudoers.d/attt on the host with visudo",
             command=command)  # fmt: skip
    if not plan.privileged or evidence.privilege in (PrivilegeHad.ROOT, PrivilegeHad.SUDO_PASSWORD):
        return
    if evidence.privilege is PrivilegeHad.NONE:
        yield Check(False, t("{name}: neither root nor sudo, for {count} questions that need it",
                             name=name, count=len(plan.privileged)), mend)  # fmt: skip
        return
    there = _programs(plan, evidence)
    refused = [
        " ".join(argv)
        for argv in _wanted(plan)
        if there.get(argv[0]) is not False and _answer(evidence, _may(argv)).status != 0
    ]
    if refused:
        shown = "; ".join(refused[:_SHOWN]) + ("; …" if len(refused) > _SHOWN else "")
        yield Check(False, t("{name}: sudo would refuse {count} of the planned commands: {commands}",
                             name=name, count=len(refused), commands=shown), mend)  # fmt: skip


def _programs(plan: HostPlan, evidence: HostEvidence) -> Mapping[str, bool]:
    """Which planned programs are there, by path; one that could not be looked at is left out."""
    found: dict[str, bool] = {}
    for ask in _there(plan):
        for line in _answer(evidence, ask).stdout.decode(errors="replace").splitlines():
            words_ = line.split("|")
            if words_[0] == "absent":
                found[words_[1]] = False
            elif words_[0] != "denied":
                found[words_[-1]] = True
    return found


def _tools(evidence: HostEvidence, name: str) -> Iterator[Check]:
    gone = [
        tool for ask, tool in _TOOL_ASKS.items()
        if _answer(evidence, ask).obstacle is Obstacle.NO_TOOL
    ]  # fmt: skip
    if gone:
        packages = " ".join(sorted({_TOOLS[tool] for tool in gone}))
        yield Check(False, t("{name}: missing: {tools}", name=name, tools=", ".join(gone)),
                    t("On the host: {command}", command=f"apt-get install {packages}"))  # fmt: skip


def _missing(plan: HostPlan, evidence: HostEvidence, name: str) -> Iterator[Check]:
    """Programs that are not there tell something too: that is no fault of the host."""
    gone = [path for path, is_there in _programs(plan, evidence).items() if not is_there]
    if gone:
        yield Check(True, t("{name}: not installed, so not asked: {programs}", name=name,
                            programs=", ".join(gone)))  # fmt: skip


def _clock(looked: Looked, name: str) -> Iterator[Check]:
    """Certificates and logs are worth nothing where clocks differ; so are ages in findings."""
    text = _answer(looked.evidence, _CLOCK).stdout.decode(errors="replace").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 12):  # noqa: PLR2004 - year 5138
        yield Check(False, t("{name}: its clock could not be read", name=name),
                    t("On the host: {command}", command="date"))  # fmt: skip
        return
    there = int(text)
    first, last = (datetime.fromisoformat(moment).timestamp()
                   for moment in (looked.evidence.observed_at, looked.done_at))  # fmt: skip
    skew = int(there - last) if there > last else int(min(0, there - first))
    if abs(skew) > _SKEW_S:
        yield Check(False, t("{name}: its clock differs from this machine's by {seconds} s",
                             name=name, seconds=f"{skew:+}"),
                    t("On the host: {command}", command="timedatectl; chronyc makestep"))  # fmt: skip
