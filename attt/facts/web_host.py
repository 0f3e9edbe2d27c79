"""Which web servers and proxies a host has, how they run, and the files that they read.

One listing and one reading serve nginx, Apache httpd and HAProxy. `nginx -T` and `apachectl -t`
are not asked: the first makes the pid file, log files and folders that are not there and looks
names up, the second makes its run folder. So attt reads the files and resolves them as the
programs do. A file that is newer than the running processes is not what runs.
Sources: ps(1), find(1), grep(1), nginx(8), apache2(8), haproxy(1).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from attt.facts.kind import Answers, missed, text_of
from attt.facts.stat import parse as parse_stat
from attt.model.answer import Answer, Obstacle
from attt.model.ask import MIB, Ask, Command, Privilege, ReadFile, Stat
from attt.model.fact import FactAbsent, FactMissed
from attt.model.value import Missing, Value

ROOTS = ("/etc/nginx", "/usr/share/nginx/modules", "/etc/apache2", "/etc/httpd", "/etc/haproxy")
_KEYS = ("/etc/ssl/private", "/etc/pki/tls/private", "/etc/letsencrypt/live", "/etc/pki/nginx")
_CERTBOT = tuple(f"/etc/letsencrypt/options-ssl-{name}.conf" for name in ("nginx", "apache"))
_RUN = ("/run/apache2/apache2.pid", "/run/httpd/httpd.pid", "/run/httpd.pid")
_NOW = "/proc/self/stat"
_NAMES = (
    *("nginx", "openresty", "angie", "tengine", "apache2", "httpd", "httpd-prefork"),
    *("httpd-worker", "httpd-event", "httpd2", "haproxy", "hapee-lb"),
)
_WATCHING = "ps"  # this one's own process tells which processes are the host's
_WATCHER = re.compile(r"(?:/usr)?/bin/ps -C nginx\b")
_ENTRY = re.compile(r"([0-9]{1,12})[.0-9]* ([0-7]{1,5}) (\d+) (\d+) (\d+) ([a-z]) (/.*)", re.DOTALL)
_PROCESS = re.compile(r"\s*(\d+|-)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)")
_BUILD = r"[-.]?(?:bin|debug|real|master|worker|perl|ssl|quic|mainline|stable|v?\d[\d.]*)"
_SLACK_S = 3  # between the two commands that tell the time and the processes
PLAIN = ("--all", "--full", "--no-legend", "--no-pager", "--plain")

ASKS: dict[str, Ask] = {
    "names": Command(argv=("/bin/ps", "-e", "-o", "comm="), privilege=Privilege.ROOT),
    "files": Command(argv=("systemctl", "list-unit-files", "--type=service,socket", *PLAIN)),
    "processes": Command(
        argv=(
            *("/usr/bin/ps", "-C", ",".join((*_NAMES, _WATCHING))),
            *("-o", "pidns=,pid=,ppid=,etimes=,euser:64=,args="),
        ),
        privilege=Privilege.ROOT,
        statuses=(0, 1),
        redact="web",
    ),
    "listed": Command(
        argv=(
            *("/usr/bin/find", "-L", *ROOTS, *_CERTBOT, *_KEYS, *_RUN, _NOW),
            *("-maxdepth", "5"),
            *("(", "-name", "logs", "-o", "-name", "run", "-o", "-name", "state", ")"),
            *("-prune", "-o", "-printf", r"%T@ %m %U %G %s %y %p\0"),
        ),
        privilege=Privilege.ROOT,
        statuses=(0, 1),
    ),
    "texts": Command(
        argv=(
            *("/usr/bin/grep", "-RIHZs", "--devices=skip"),
            *("--exclude-dir=logs", "--exclude-dir=run", "--exclude-dir=state"),
            *("--exclude-dir=sites-available", "--exclude-dir=mods-available"),
            *("--exclude=*.key", "--exclude=*.pem", "--exclude=*.crt", "--exclude=*htpasswd*"),
            *("--exclude=magic", "^", *ROOTS, *_CERTBOT),
        ),
        privilege=Privilege.ROOT,
        statuses=(0, 1, 2),
        cap_bytes=2 * MIB,
        redact="web",
    ),
    "policy": ReadFile(path="/etc/crypto-policies/state/current"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process of the host: its age in seconds, the user that it runs as and its words."""

    pid: int
    parent: int
    age_s: int
    user: str
    words: str
    is_ours: bool  # in no container


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file or folder: when it was changed (seconds since 1970), mode, owner, size and kind."""

    modified_s: int
    mode: str
    uid: int
    gid: int
    size: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A server that a host may have: where its program lies, its processes and its units."""

    name: str
    paths: tuple[str, ...]
    elsewhere: tuple[str, ...]
    commands: frozenset[str]
    units: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What the asks told: processes of this program, entries and texts of files by path."""

    processes: tuple[Process, ...]
    in_containers: bool
    entries: Mapping[str, Entry]
    texts: Mapping[str, str]
    now_s: int
    policy: str | None  # RHEL's crypto policy; "" where it could not be read

    def text(self, path: str) -> str | None:
        """The text of a file; None where it was not read."""
        if path in self.texts:
            return self.texts[path]
        entry = self.entries.get(path)
        return "" if entry and entry.kind == "f" and entry.size == 0 else None


def asks_of(program: Program) -> dict[str, Ask]:
    """The asks that every fact of a web server needs."""
    return {**ASKS, "binaries": Stat(paths=(*program.paths, *program.elsewhere))}


def absent(program: Program, answers: Answers) -> FactAbsent | FactMissed | None:
    """That the program is proved not to serve here, or that it is there in a way we can't read."""
    names, binaries = answers["names"], answers["binaries"]
    for answer in (names, binaries):
        if answer.obstacle is not None:
            return missed(answer.obstacle, answer.detail or program.name)
    running = {line.strip().rsplit("/", 1)[-1] for line in text_of(names).splitlines()}
    if not running - {""}:
        return missed(Obstacle.UNPARSABLE, "ps lists no process")
    looked = parse_stat(binaries)
    if len(looked.absent) + len(looked.found) < len(program.paths + program.elsewhere):
        return missed(Obstacle.DENIED, f"where the program of {program.name} may lie")
    if running & program.commands:
        return None
    by_another = next((name for name in sorted(running) if _is_alike(name, program)), None)
    if by_another or any(path in looked.found for path in program.elsewhere):
        return missed(Obstacle.UNSUPPORTED, f"{program.name} in a place or by a name of its own")
    if not any(path in looked.found for path in program.paths):
        if answers["files"].obstacle is None and _starts(program, answers["files"]):
            return missed(Obstacle.UNSUPPORTED, f"{program.name} starts from a place of its own")
        return FactAbsent(proof=f"no program {', '.join(program.paths)} and no such process")
    return _off(program, answers["files"])


def _off(program: Program, answer: Answer) -> FactAbsent | None:
    """Installed, but neither running nor started at boot."""
    if answer.obstacle is not None:
        return None
    if not text_of(answer).strip() or _starts(program, answer):
        return None
    return FactAbsent(proof=f"{program.name} does not run and no unit of it starts at boot")


def _starts(program: Program, answer: Answer) -> bool:
    """Whether systemd starts a unit of it at boot."""
    rows = [line.split() for line in text_of(answer).splitlines()]
    states = {row[0]: row[1] for row in rows if len(row) > 1}
    return any(states.get(unit, "").startswith("enabled") for unit in program.units)


def _is_alike(name: str, program: Program) -> bool:
    """A build of somebody else: nginx-debug, httpd.bin, haproxy-2.8, haproxy-ssl; no exporter."""
    builds = "|".join(sorted(map(re.escape, program.commands)))
    return bool(re.fullmatch(rf"(?:{builds})(?:{_BUILD})", name))


def look(program: Program, answers: Answers) -> Host | FactMissed:
    """The program's processes, and every file that it may read."""
    for name in ("processes", "listed", "texts"):
        if answers[name].obstacle is not None:
            return missed(answers[name].obstacle or Obstacle.FAILED, answers[name].detail)
    entries = _entries(text_of(answers["listed"]))
    now = entries.get(_NOW)
    listed = [p for line in text_of(answers["processes"]).splitlines() if (p := _process(line))]
    own = {ns for _, ns, process in listed if _WATCHER.match(process.words)}
    if now is None or len(own) != 1:
        return missed(Obstacle.UNPARSABLE, "the processes and files of web servers")
    mine = [
        _marked(process, is_ours=ns in own)
        for command, ns, process in listed
        if command in program.commands or process.words.startswith(f"{program.name}: ")
    ]
    return Host(
        processes=tuple(process for process in mine if process.is_ours),
        in_containers=any(not process.is_ours for process in mine),
        entries=entries,
        texts=_texts(answers["texts"]),
        now_s=now.modified_s,
        policy=_policy(answers["policy"]),
    )


def _policy(answer: Answer) -> str | None:
    if answer.obstacle is not None:
        return ""
    return text_of(answer).strip() if answer.exists else None


def _marked(process: Process, *, is_ours: bool) -> Process:
    return Process(
        pid=process.pid,
        parent=process.parent,
        age_s=process.age_s,
        user=process.user,
        words=process.words,
        is_ours=is_ours,
    )


def _process(line: str) -> tuple[str, str, Process] | None:
    found = _PROCESS.fullmatch(line)
    if found is None:
        return None
    words = found[6].strip()
    first = words.split(" ", 1)[0]
    process = Process(
        pid=int(found[2]),
        parent=int(found[3]),
        age_s=int(found[4]),
        user=found[5],
        words=words,
        is_ours=False,
    )
    return first.rstrip(":").rsplit("/", 1)[-1], found[1], process


def _entries(text: str) -> dict[str, Entry]:
    found = {}
    for record in text.split("\0"):
        if row := _ENTRY.fullmatch(record):
            found[row[7]] = Entry(
                modified_s=int(row[1]),
                mode=f"{int(row[2], 8) & 0o7777:04o}",
                uid=int(row[3]),
                gid=int(row[4]),
                size=int(row[5]),
                kind=row[6],
            )
    return found


def _texts(answer: Answer) -> dict[str, str]:
    lines: dict[str, list[str]] = {}
    for line in text_of(answer).split("\n"):
        path, mark, rest = line.partition("\0")
        if mark:
            lines.setdefault(path, []).append(rest)
    return {path: "\n".join(rest) + "\n" for path, rest in lines.items()}


def stale(host: Host, paths: Sequence[str], started_s: int) -> FactMissed | None:
    """Why the files may not be what runs; None where all are older than the start."""
    for path in paths:
        entry = host.entries.get(path)
        if entry is not None and entry.modified_s > started_s + _SLACK_S:
            what = f"it runs without the last change of {path[:80]}"
            return missed(Obstacle.CONTRADICTED, what)
    return None


def file_of(host: Host, path: str) -> Value:
    """Mode and owner of a file as a record, or why they are not known."""
    entry = host.entries.get(path)
    if entry is None:
        return Missing(Obstacle.NOT_COLLECTED, f"a file that attt does not look at: {path[:80]}")
    return {"path": path, "mode": entry.mode, "uid": entry.uid, "gid": entry.gid}
