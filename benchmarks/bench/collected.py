"""Collecting all facts of a real Debian against the same commands run bare there in one shell."""

import shlex
import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from attt.collect.dialect.posix import EXEC, compile_program
from attt.facts.registry import FACTS
from attt.model import ask as asks
from attt.model.ask import Ask, Command, ReadFile, ReadTree, Stat
from attt.model.subject import SubjectKind
from bench.figures import Figure

_TESTS = Path(__file__).resolve().parents[2] / "tests" / "lab"
sys.path.insert(0, str(_TESTS))

if TYPE_CHECKING:
    from lab.host import LabHost

RELEASE = "debian-12"
MOST = 1.5
_MADE_UP = ("/proc/", "/sys/")


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """Controller nothing: the host's own CPU, user and system, as a ratio."""
    from lab.session import Lab  # noqa: PLC0415 - needs root; judging does not

    wanted = list(_all_asks())
    attt = EXEC, compile_program(wanted, nonce="0" * 32).stdin()
    bare = '/bin/sh -c "$(cat)"', _bare(wanted).encode()
    lab = Lab(folder)
    try:
        host = lab.host(RELEASE)
        host.user("root")
        _cost(lab.key, host, *bare)  # what the disk brings is in memory from here on
        pairs = [
            (_cost(lab.key, host, *attt), _cost(lab.key, host, *bare))
            for _ in range(3 if is_quick else 9)
        ]
    finally:
        lab.stop()
    ratio = statistics.median(one / other for one, other in pairs)
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    note = f"{len(wanted)} asks of a Debian 12 as root: attt {ours:.2f} s of the host's CPU, bare {theirs:.2f} s"
    return [
        Figure(name="collecting_cpu_over_bare", value=ratio, unit="times", limit=MOST, note=note)
    ]


def _all_asks() -> Iterator[Ask]:
    """Every ask of every fact that needs no parameter, each once."""
    kinds = [k for k in FACTS.values() if k.subject is SubjectKind.HOST and not k.params]
    found = {asks.key(ask): ask for kind in kinds for ask in kind.asks({}).values()}
    yield from found.values()


def _bare(wanted: Iterable[Ask]) -> str:
    """A shell script that says the same without marks, limits or time-outs."""
    lines = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin; LC_ALL=C; export PATH LC_ALL; set -f"]
    files = [a.path for a in wanted if isinstance(a, ReadFile) and not a.path.startswith(_MADE_UP)]
    lines.append(
        f'set --; for f in {shlex.join(files)}; do [ -f "$f" ] && [ -r "$f" ] && set -- "$@" "$f"; done; '
        'tar -chPf - "$@"'
    )
    lines += [line for ask in wanted if (line := _line(ask))]
    return "\n".join(lines)


def _line(ask: Ask) -> str:
    match ask:
        case Command():
            if ask.platforms and "debian" not in ask.platforms:
                return ""
            return f"command -v {shlex.quote(ask.argv[0])} >/dev/null && {shlex.join(ask.argv)}"
        case ReadFile():
            path = shlex.quote(ask.path)
            return f"[ -f {path} ] && cat {path}" if ask.path.startswith(_MADE_UP) else ""
        case ReadTree():
            folder = shlex.quote(ask.path)
            take = f'set +f; set -- {ask.glob}; set -f; [ -e "$1" ] && tar -chf - "$@"'
            return f"[ -d {folder} ] && (cd {folder} && {take})"
        case Stat():
            return shlex.join(["stat", "-L", "-c", "%a|%f|%u|%U|%g|%G|%s|%Y|%n", *ask.paths])
        case _:
            assert_never(ask)


def _cost(key: Path, host: "LabHost", command: str, stdin: bytes) -> float:
    """Seconds of CPU on the host, of the shell and all that it started."""
    words = ["ssh", "-i", str(key), "-o", "StrictHostKeyChecking=no", "-o", "LogLevel=ERROR",
             "-o", "UserKnownHostsFile=/dev/null", f"root@{host.address}"]  # fmt: skip
    script = f"cat >/run/in; ( exec </run/in; {command} >/dev/null 2>&1; times ) | tail -n 1"
    done = subprocess.run([*words, script], input=stdin, capture_output=True, check=True)
    user, system = (_seconds(word) for word in done.stdout.decode().split())
    return user + system


def _seconds(word: str) -> float:
    """As the shell's `times` says it: 0m0.194s."""
    minutes, _, rest = word.removesuffix("s").partition("m")
    return int(minutes) * 60 + float(rest)
