"""The POSIX dialect: asks become one sh program, its marked output becomes answers again.

The program (posix.sh beside this file) is constant but for a random word and the list of asks,
and every value in that list is quoted by one function. It runs under dash, bash, busybox ash.
"""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import assert_never

from attt.model.ask import Ask, Command, Privilege, ReadFile, ReadTree, Stat

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program for one host: `text` for stdin after the password line, and how to read the reply."""

    text: str
    nonce: str
    asks: tuple[Ask, ...]

    @property
    def cap_bytes(self) -> int:
        """The most that an honest host can send on stdout; more is hostile."""
        return min(_MOST_BYTES, _RESERVED_BYTES + sum(cap_of(ask) + 200 for ask in self.asks))

    @property
    def timeout_s(self) -> int:
        """The longest that a host may take, however slowly each of its answers comes."""
        return min(_MOST_S, 30 + sum(timeout_of(ask) + 2 for ask in self.asks))

    @property
    def frame_bytes(self) -> int:
        """The most between two marks: one answer, and what the shells around it may say."""
        return _RESERVED_BYTES + max((cap_of(ask) for ask in self.asks), default=0)

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
    text = _body(tuple(asks)).replace("@NONCE@", nonce, 1)  # the first is ours, before any ask
    return Program(text=_FIRST_LINES + text, nonce=nonce, asks=tuple(asks))


@lru_cache(maxsize=64)
def _body(asks: tuple[Ask, ...]) -> str:
    """The program but for its random word: hosts of the same systems share it."""
    plain = {i: a for i, a in enumerate(asks) if a.privilege is Privilege.NONE}
    root = {i: a for i, a in enumerate(asks) if a.privilege is Privilege.ROOT}
    marks = {
        "@PLAIN@": _lines(plain, "plain"),
        "@ROOT@": _lines(root, "plain"),
        "@SUDO@": _lines(root, "sudo"),
        "@NONE@": _lines(root, "none"),
    }
    return re.sub(r"@(?:PLAIN|ROOT|SUDO|NONE)@", lambda m: marks[m[0]], _template())


@cache
def _template() -> str:
    return (Path(__file__).parent / "posix.sh").read_text(encoding="utf-8")


def _lines(asks: Mapping[int, Ask], mode: str) -> str:
    return "\n".join(_guarded(index, ask, mode) for index, ask in asks.items())


def _guarded(index: int, ask: Ask, mode: str) -> str:
    line = _line(index, ask, mode)
    if not ask.platforms:
        return f"\t{line}"
    words = shlex.join(ask.platforms)
    return f"\tif on {words}; then {line}; else skip {index} unsupported; fi"


def _line(index: int, ask: Ask, mode: str) -> str:
    match ask:
        case Command():
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
