"""The POSIX dialect: asks become one sh program, its marked output becomes answers again.

The program (posix.sh beside this file) is constant but for a random word and the list of asks,
and every value in that list is quoted by one function. It runs under dash, bash, busybox ash.
"""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import assert_never

from attt.model.ask import Ask, Command, Privilege, ReadFile, ReadTree, Stat, key

TAG = "#attt:"
_EATEN = "attt: a start-up file of this account read from standard input"
_NOT_OURS = "attt: a start-up file of this account ran another shell in place of the command"
EXEC = (
    "/bin/sh -c 'unset p P; IFS= read -r p; P=$(cat); "
    f'case $p in "{TAG}"*) p=${{p#"{TAG}"}}; eval "$P" </dev/null;; *) echo "{_EATEN}" >&2; exit 97;; esac\''
)
"""The constant command line. Line 1 of stdin is a tag and the sudo password, if any; the rest the program.

The tag shows that nothing read from stdin before us. A shell that is given stdin in place of the
command takes the line for a comment, so that a password is never run, and leaves at the next one.
"""

_FILE_TIMEOUT_S = 10
# The first line falls away where the program starts its privileged half (posix.sh). The next two end
# a csh, in which "$?name" is 0 where name is not set, and the last two every other shell.
_FIRST_LINES = f"""unset attt_only
test "$?attt_is_sh" = 0 && echo "{_NOT_OURS}"
test "$?attt_is_sh" = 0 && exit 96
test -n "$P" || echo "{_NOT_OURS}"
test -n "$P" || exit 96
"""
_RESERVED_BYTES = 256 * 1024
_MOST_BYTES = 64 * 1024 * 1024
_MOST_S = 900
BATCH_S = 15
"""Seconds that a batch may take; what did not end in it is put again with limits of its own."""
PACKS = {Privilege.NONE: "f", Privilege.ROOT: "g"}
"""The index of the archive of small files, by the privilege of the asks that it answers."""
_PROCESSES = "/proc/1/comm"
OPEN_TO_ALL: Mapping[tuple[str, ...], str] = {
    ("/bin/cat", _PROCESSES): _PROCESSES,
    ("/bin/ps",): _PROCESSES,
    ("/usr/bin/pgrep",): _PROCESSES,
    ("/usr/bin/last",): "/var/log/wtmp",
    ("/usr/bin/lastlog",): "/var/log/lastlog",
    ("/usr/bin/lslogins",): "/var/log/wtmp",
}
"""First words of commands that root is needed for only where the file named can't be read.

A host whose /proc is mounted with hidepid shows others' processes to root alone, and without a word.
"""
PACK_BYTES = 4 * 1024 * 1024
_BATCH = 32
_SMALL_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program for one host: `text` for stdin after the password line, and how to read the reply.

    `keys` names the asks. `cap_bytes` is the most that an honest host can send on stdout, and
    `timeout_s` the longest that it may take, however slowly each of its answers comes; `frame_s` and
    `frame_bytes` are the same between two marks.
    """

    text: str
    nonce: str
    asks: tuple[Ask, ...]
    keys: tuple[str, ...]
    cap_bytes: int
    timeout_s: int
    frame_s: int
    frame_bytes: int

    def stdin(self, password: str = "") -> bytes:
        """All that is sent: the password line, then the program."""
        return f"{TAG}{password}\n{self.text}".encode()


def timeout_of(ask: Ask) -> int:
    """Seconds that an ask may take on the host."""
    return ask.timeout_s if isinstance(ask, (Command, Stat)) else _FILE_TIMEOUT_S


def cap_of(ask: Ask) -> int:
    """Bytes that an ask may answer with."""
    return _RESERVED_BYTES if isinstance(ask, Stat) else ask.cap_bytes


def compile_program(asks: Sequence[Ask], *, nonce: str) -> Program:
    """One program that puts every ask; `nonce` is a random word of letters and digits."""
    if not re.fullmatch(r"[0-9A-Za-z]{16,64}", nonce):
        raise ValueError(nonce)
    shared = _shared(tuple(asks))
    text = shared.text.replace("@NONCE@", nonce, 1)  # the first is ours, before any ask
    return replace(shared, text=_FIRST_LINES + text, nonce=nonce)


_SHARED: dict[int, Program] = {}
_SHARED_AT_MOST = 64


def _shared(asks: tuple[Ask, ...]) -> Program:
    """All but the random word: hosts of the same systems are asked the very same tuple."""
    kept = _SHARED.get(id(asks))
    if kept is None or kept.asks is not asks:
        if len(_SHARED) >= _SHARED_AT_MOST:
            _SHARED.clear()
        caps, times = [cap_of(a) for a in asks], [timeout_of(a) for a in asks]
        batches = BATCH_S * (2 + len(asks) // _BATCH)
        kept = _SHARED[id(asks)] = Program(
            text=_body(asks),
            nonce="",
            asks=asks,
            keys=tuple(key(ask) for ask in asks),
            cap_bytes=min(
                _MOST_BYTES, _RESERVED_BYTES + 2 * PACK_BYTES + sum(caps) + 200 * len(caps)
            ),
            timeout_s=min(_MOST_S, 30 + batches + sum(times) + 2 * len(times)),
            frame_s=max((BATCH_S if _is_small(a) else timeout_of(a) for a in asks), default=0),
            frame_bytes=_RESERVED_BYTES + max(PACK_BYTES, *caps),
        )
    return kept


def _body(asks: tuple[Ask, ...]) -> str:
    plain = {i: a for i, a in enumerate(asks) if a.privilege is Privilege.NONE}
    root = {i: a for i, a in enumerate(asks) if a.privilege is Privilege.ROOT}
    marks = {
        "@LIB@": shlex.quote(_script("posix_lib.sh")),
        "@BATCH_S@": str(BATCH_S),
        "@PLAIN@": _section(plain, "plain", PACKS[Privilege.NONE]),
        "@ROOT@": _section(root, "plain", PACKS[Privilege.ROOT]),
        "@SUDO@": _section(root, "sudo", PACKS[Privilege.ROOT]),
        "@NONE@": "\n".join(f"\t{_guarded(i, a, 'none')}" for i, a in root.items()),
    }
    return re.sub("|".join(marks), lambda m: marks[m[0]], _script("posix.sh"))


@cache
def _script(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _section(asks: Mapping[int, Ask], mode: str, pack: str) -> str:
    """Lines for asks of one privilege: an archive of small files, batches, and what goes alone."""
    files = [f"{i}:{a.path}" for i, a in asks.items() if isinstance(a, ReadFile) and _is_packed(a)]
    small = {i: a for i, a in asks.items() if _is_small(a)}
    lines = [f"\tpack {pack} {shlex.join(files)}"] if len(files) > 1 else []
    lines += [f"\tbatch {shlex.quote(text)}" for text in _batches(small, mode)]
    lines += [f"\t{_guarded(i, a, mode)}" for i, a in asks.items() if i not in small]
    return "\n".join(lines)


def _is_packed(ask: ReadFile) -> bool:
    """Files that the kernel makes up have no size by which an archive could hold them."""
    return not ask.platforms and not ask.path.startswith(("/proc/", "/sys/", "/dev/"))


def _is_small(ask: Ask) -> bool:
    """Whether an ask may share its limits with others: it says little, and is as patient as most."""
    return timeout_of(ask) == _FILE_TIMEOUT_S and cap_of(ask) <= _SMALL_BYTES


def _batches(asks: Mapping[int, Ask], mode: str) -> Iterator[str]:
    """Lines of shell, so many together that what they take is well within a batch's limits."""
    lines = [f"want {i} && {{ {_guarded(i, a, mode)}; }}\n" for i, a in asks.items()]
    for first in range(0, len(lines), _BATCH):
        yield "".join(lines[first : first + _BATCH])


def _guarded(index: int, ask: Ask, mode: str) -> str:
    line = _line(index, ask, mode)
    if not ask.platforms:
        return line
    words = shlex.join(ask.platforms)
    return f"if on {words}; then {line}; else skip {index} unsupported; fi"


def _line(index: int, ask: Ask, mode: str) -> str:
    match ask:
        case Command():
            if ask.privilege is Privilege.ROOT and (probe := _probe(ask)):
                words = ["open", f"{index}", f"{ask.timeout_s}", f"{ask.cap_bytes + 1}", probe]
                return shlex.join([*words, *ask.argv])
            if mode == "none":
                return f"skip {index} no_privilege"
            argv = ("sudo", "-n", "--", *ask.argv) if mode == "sudo" else ask.argv
            return shlex.join(
                ["cmd", f"{index}", f"{ask.timeout_s}", f"{ask.cap_bytes + 1}", *argv]
            )
        case ReadFile():
            words = ["file", f"{index}", f"{_FILE_TIMEOUT_S}", f"{ask.cap_bytes + 1}", ask.path]
        case ReadTree():
            cap = f"{ask.cap_bytes + 1}"
            words = ["tree", f"{index}", f"{_FILE_TIMEOUT_S}", cap, ask.path, ask.glob]
        case Stat():
            return shlex.join(["stats", f"{index}", f"{ask.timeout_s}", ask.privilege, *ask.paths])
        case _:
            assert_never(ask)
    return shlex.join([*words, ask.privilege])


def _probe(ask: Command) -> str | None:
    found = (probe for words, probe in OPEN_TO_ALL.items() if ask.argv[: len(words)] == words)
    return next(found, None)


def sudo_argv(ask: Ask) -> tuple[tuple[str, ...], ...]:
    """The exact commands that `sudo -n` runs for a privileged ask, as sudoers must name them."""
    match ask:
        case Command():
            return (ask.argv,)
        case ReadFile():
            return (("/usr/bin/cat", ask.path),)
        case ReadTree():
            return (("/usr/bin/tar", "-chf", "-", "-C", ask.path, "."),)
        case Stat():
            form = "%a|%f|%u|%U|%g|%G|%s|%Y|%n"
            return tuple(("/usr/bin/stat", "-L", "-c", form, path) for path in ask.paths)
        case _:
            assert_never(ask)
