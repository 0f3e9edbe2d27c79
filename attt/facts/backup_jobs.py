"""Fact `backup.jobs`: what makes backups on this host by itself, by cron and systemd's timers.

`jobs`: `name` (the timer, or the file of cron with its line), `kind` (timer, cron), `programs`,
`databases` (kinds that it takes out whole: postgresql, mysql, mongodb), `is_active` (the timer is
on, cron runs, the file is one that cron takes), `is_copy` (more than a dump beside the data),
`is_encrypted`, `has_failed` (the last run; for timers alone) and `last_run` (null: never, or cron,
which does not tell). What a job runs is told by the words of its lines and of its scripts in
/usr/local; only known names of programs and paths leave the host. An agent that a backup server
drives, and a script named like a backup that was not read, are missing elements: their schedule is
not on this host, or not to be seen. Snapshots that a hypervisor takes are not seen at all.
Sources: crontab(5), cron(8), run-parts(8), anacron(8), systemctl(1), grep(1).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from attt.facts import backup_timers as timers
from attt.facts import backup_words as words
from attt.facts.cron_jobs import ASKS as CRON_ASKS
from attt.facts.cron_jobs import PARTS, Cron
from attt.facts.kind import Answers, FactKind, Params, missed, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, Instant, ListOf, Record, Text
from attt.model.value import Missing, Value

_TABLES = ("/etc/crontab", "/etc/anacrontab", "/etc/cron.d", "/var/spool/cron")
_SCRIPTS = ("/usr/local/bin", "/usr/local/sbin")
_NAMES = "|".join(sorted(words.PROGRAMS | words.VERBS, key=lambda one: (-len(one), one)))
_VERB = "|".join(sorted(words.VERBS))
_WORDS = f"(/[A-Za-z0-9_.+-]+)+|({_NAMES})([[:space:]]+({_VERB}))?($|[^A-Za-z0-9_./-])"
_PATTERN = f"^[[:space:]]*@reboot|(^|[[:space:]])#|(^|[^A-Za-z0-9_=:@./-])({_WORDS})"
_GREP = ("/usr/bin/grep", "-RnIoE", "-e", _PATTERN, "--")
_ROW = re.compile(r"(/[^:]{1,4096}):(\d{1,9}):(.*)")
_SILENT = re.compile(
    r"No such file or directory|recursive directory loop|Is a directory|binary file matches"
)

JOB = Record(
    {
        "name": Text(),
        "kind": Text(choices=("timer", "cron")),
        "programs": ListOf(Text()),
        "databases": ListOf(Text()),
        "is_active": Boolean(),
        "is_copy": Boolean(),
        "is_encrypted": Boolean(),
        "has_failed": Boolean(),
        "last_run": Instant(nullable=True),
    },
    volatile=frozenset({"last_run"}),
)


@dataclass(slots=True)
class _File:
    """The words of one file by line, comments left out; paths in their order."""

    lines: dict[int, list[str]] = field(default_factory=dict)

    @property
    def all(self) -> list[str]:
        return [word for line in self.lines.values() for word in line]


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        "words": Command(
            argv=(*_GREP, *_TABLES, *PARTS, *_SCRIPTS),
            privilege=Privilege.ROOT,
            timeout_s=20,
            cap_bytes=2 * 2**20,
            statuses=(0, 1, 2),
        ),
        **CRON_ASKS,
        "timers": timers.ASK,
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    answer = answers["words"]
    if answer.obstacle is not None:
        return missed(answer.obstacle, answer.detail or "the jobs of cron")
    files = _files(text_of(answer))
    known = {name: one for name, one in files.items() if name.startswith(_SCRIPTS)}
    jobs: list[Value] = [*_of_cron(files, known, answers)]
    jobs += timers.jobs(answers["timers"], {name: one.all for name, one in known.items()})
    jobs += [*_agents(answers["processes"]), *_unread(answer)]
    return FactRead(value={"jobs": tuple(jobs)}, assurance=Assurance.CONFIGURED)


def _files(text: str) -> dict[str, _File]:
    found: dict[str, _File] = {}
    ended: set[tuple[str, str]] = set()
    for line in text.splitlines():
        row = _ROW.fullmatch(line)
        if row is None:
            continue
        path, number, word = row[1], row[2], row[3]
        if "#" in word:
            ended.add((path, number))
        if (path, number) not in ended:
            clean = word.strip(" \t\"'`;|&()<>,!$\\*%?{}[]")
            file = found.get(path)
            if file is None:
                file = found[path] = _File()
            file.lines.setdefault(int(number), []).extend(clean.split())
    return found


def _of_cron(files: dict[str, _File], known: dict[str, _File], answers: Answers) -> Iterator[Value]:
    cron = Cron(answers)
    for path, file in sorted(files.items()):
        if path.startswith(_SCRIPTS):
            continue
        is_part = path.startswith(PARTS)
        for number, line in [(0, file.all)] if is_part else sorted(file.lines.items()):
            name = path if is_part else f"{path}:{number}"
            job = _job(name, [path, *line] if is_part else line, known)
            if isinstance(job, dict):
                is_once = not is_part and "@reboot" in line
                job["is_active"] = False if is_once else cron.takes(path)
            if job is not None:
                yield job


def _job(name: str, line: list[str], known: dict[str, _File]) -> dict[str, Value] | Missing | None:
    paths = [word for word in line if word.startswith("/")]
    whole = {*line, *(word for path in paths if path in known for word in known[path].all)}
    if found := words.programs(whole):
        return timers.record(name, "cron", found)
    if unread := words.unread_script(paths, {*known, name}):
        return Missing(Obstacle.UNSUPPORTED, f"a script that was not read: {unread[:100]}")
    return None


def _agents(answer: Answer) -> Iterator[Missing]:
    if answer.obstacle is not None:
        yield Missing(answer.obstacle, answer.detail or "agents of backup servers")
        return
    names = {line.strip().rsplit("/", 1)[-1] for line in text_of(answer).splitlines()}
    for title in sorted({words.AGENTS[name] for name in names & words.AGENTS.keys()}):
        yield Missing(
            Obstacle.IN_CONTEXT, f"{title} runs here; its schedule stands on the backup server"
        )


def _unread(answer: Answer) -> Iterator[Missing]:
    """What grep could not look into; folders that a host does not have are nothing."""
    said = answer.stderr.decode("utf-8", errors="replace").splitlines()
    if odd := [line for line in said if not _SILENT.search(line)]:
        yield Missing(Obstacle.DENIED, odd[0][:100])
    elif answer.status == 2 and not said:
        yield Missing(Obstacle.FAILED, "the jobs of cron")


JOBS = FactKind(
    id="backup.jobs",
    title="Backups that run by themselves",
    shape=Record({"jobs": ListOf(JOB)}),
    asks=_asks,
    parse=_parse,
)
