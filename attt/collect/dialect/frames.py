"""A host's reply to a program, read back: every byte is taken as hostile."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import NamedTuple

from attt.collect.dialect.archive import written
from attt.collect.dialect.posix import PACKS, Program, cap_of
from attt.facts.kind import Unparsable
from attt.facts.tar import files, members
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, ReadFile, ReadTree, Stat
from attt.model.run import Platform, PrivilegeHad

_STDERR_HEAD = 4096
_TIMED_OUT = {124, 137, 143}
_SKIPS = {
    "denied": Obstacle.DENIED,
    "tool": Obstacle.NO_TOOL,
    "unsupported": Obstacle.UNSUPPORTED,
    "no_privilege": Obstacle.NO_PRIVILEGE,
}
_ENDS = {
    word.encode(): word
    for word in (
        *map(str, range(256)),
        *_SKIPS,
        "absent",
        "empty",
        "odd",
        "packed",
        "refused",
        "end",
    )
}
"""What an end mark of ours may say."""
_SUDO_SAYS_NO = re.compile(
    rb"^sudo: |^Sorry, user |may not run sudo|is not in the sudoers file", re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a host's two streams hold. `is_shell` says whether our program ran at all.

    `is_whole` says whether it ran to its end; `sudo_said` is sudo's refusal of the password.
    """

    is_shell: bool
    is_whole: bool
    platform: Platform
    privilege: PrivilegeHad
    answers: tuple[Answer, ...]
    sudo_said: str = ""


class _Frame(NamedTuple):
    content: bytes
    status: str | None


def decode(program: Program, stdout: bytes, stderr: bytes) -> Reply:
    """The reply to `program`; an ask without a whole frame is answered by an obstacle."""
    out, err = _frames(program.nonce, stdout), _frames(program.nonce, stderr)
    said = (
        err["s"].content.decode(errors="replace").strip() if _status(out, "s") == "refused" else ""
    )
    nested = err.get("r", _Frame(b"", None)).content[:_STDERR_HEAD]
    packs = {privilege: _packed(out.get(name)) for privilege, name in PACKS.items()}
    answers = (
        _answer(ask, *_last(out, err, str(i)), nested if "r" in out else b"", packs)
        for i, ask in enumerate(program.asks)
    )
    return Reply(
        is_shell="h" in out,
        is_whole=_status(out, "z") == "end",
        platform=_platform(out["h"].content) if "h" in out else Platform(),
        privilege=_privilege(out),
        answers=tuple(answers),
        sudo_said=said,
    )


def _frames(nonce: str, stream: bytes) -> dict[str, _Frame]:
    """Frames by index; a begun frame without an end has no status and holds what came."""
    regular = _regular(nonce, stream)
    return _irregular(nonce, stream) if regular is None else regular


def _regular(nonce: str, stream: bytes) -> dict[str, _Frame] | None:
    """As `_irregular`, where each begin is followed by its own end; else None. What honest hosts send."""
    pieces = stream.split(b"\n%s " % nonce.encode())
    marks = iter(pieces)
    next(marks)  # what came before any mark
    frames: dict[str, _Frame] = {}
    for begin, end in zip(marks, marks, strict=False):
        index, is_begun, content = begin.partition(b" <\n")
        again, _, rest = end.partition(b" > ")
        status, is_ended, _ = rest.partition(b"\n")
        name = index.decode("ascii", "replace")
        if not (is_begun and is_ended and again == index and status in _ENDS) or name in frames:
            return None
        frames[name] = _Frame(content, _ENDS[status])
    return frames if len(pieces) % 2 else None


def _irregular(nonce: str, stream: bytes) -> dict[str, _Frame]:
    mark = re.compile(rb"\n%s ([0-9a-z]{1,10}) (?:(<)|> ([0-9a-z_]{1,20}))(?=\n)" % nonce.encode())
    begun: dict[bytes, int] = {}
    frames: dict[str, _Frame] = {}
    # An empty answer's end mark begins right after its begin mark, with the newline of both.
    for found in mark.finditer(stream):
        index, is_begin, status = found.groups()
        if is_begin:
            begun.setdefault(index, found.end() + 1)
        elif index in begun and (name := index.decode()) not in frames:
            content = stream[begun[index] : max(begun[index], found.start())]
            frames[name] = _Frame(content, status.decode())
    for index, start in begun.items():
        if (name := index.decode()) not in frames:
            frames[name] = _Frame(stream[start:], None)
    return frames


def _status(frames: dict[str, _Frame], index: str) -> str | None:
    return frames[index].status if index in frames else None


def _last(
    out: Mapping[str, _Frame], err: Mapping[str, _Frame], index: str
) -> tuple[_Frame | None, _Frame | None]:
    """Both frames of an ask: those of its second try, where it needed one."""
    name = f"{index}r" if f"{index}r" in out else index
    return out.get(name), err.get(name)


def _packed(frame: _Frame | None) -> Mapping[str, bytes]:
    """Small files by path, from the archive in which they came."""
    if frame is None or frame.status != "0":
        return {}
    try:
        return {f"/{one.name}": one.content for one in files(frame.content)}
    except Unparsable:
        return {}


_Packs = Mapping[Privilege, Mapping[str, bytes]]


def _answer(
    ask: Ask, out: _Frame | None, err: _Frame | None, nested: bytes, packs: _Packs
) -> Answer:
    if out is None:
        if nested:
            return Answer(obstacle=Obstacle.NO_PRIVILEGE, detail=_head(nested))
        return Answer(obstacle=Obstacle.LOST)
    if out.status is None:
        return Answer(stdout=out.content[: cap_of(ask)], obstacle=Obstacle.LOST)
    if out.status == "packed" and isinstance(ask, ReadFile):
        content = packs[ask.privilege].get(ask.path)
        lost = Answer(obstacle=Obstacle.CUT, detail="the archive of small files is not whole")
        return lost if content is None else _ran(ask, content, 0, b"")
    if not out.status.isdigit():
        return _skipped(out.status)
    stderr = err.content[:_STDERR_HEAD] if err else b""
    return _ran(ask, out.content, int(out.status), stderr)


_ABSENT = Answer(exists=False)


def _skipped(word: str) -> Answer:
    """The answer where the program saw without running anything how it stands."""
    if word == "absent":
        return _ABSENT
    if word == "empty":
        return Answer(stdout=_EMPTY_TAR, status=0)
    if word in _SKIPS:
        return Answer(obstacle=_SKIPS[word])
    return Answer(obstacle=Obstacle.FAILED, detail="not a regular file")


def _ran(ask: Ask, content: bytes, status: int, stderr: bytes) -> Answer:
    cap = cap_of(ask)
    if len(content) > cap:
        return Answer(
            stdout=content[:cap],
            status=status,
            stderr=stderr,
            obstacle=Obstacle.CUT,
            detail=f"> {cap} bytes",
        )
    obstacle = _obstacle(ask, status, stderr)
    if isinstance(ask, ReadTree) and obstacle is None:
        content = _only(content, ask.glob)
    detail = _head(stderr) if obstacle else ""
    return Answer(stdout=content, status=status, stderr=stderr, obstacle=obstacle, detail=detail)


def _obstacle(ask: Ask, status: int, stderr: bytes) -> Obstacle | None:
    if status in _TIMED_OUT:
        return Obstacle.TIMED_OUT
    if ask.privilege == "root" and status == 1 and _SUDO_SAYS_NO.search(stderr):
        return Obstacle.NO_PRIVILEGE
    match ask:
        case Command():
            return None if status in ask.statuses else Obstacle.FAILED
        case ReadFile() | ReadTree():
            return None if status == 0 else Obstacle.FAILED
        case Stat():
            return None if status in (0, 1) else Obstacle.FAILED


def _head(text: bytes) -> str:
    return text.decode(errors="replace").strip().split("\n")[0][:200]


def _privilege(out: dict[str, _Frame]) -> PrivilegeHad:
    word = out["m"].content.strip().decode(errors="replace") if "m" in out else ""
    words = {
        "root": PrivilegeHad.ROOT,
        "sudo": PrivilegeHad.SUDO,
        "nopasswd": PrivilegeHad.SUDO,
        "password": PrivilegeHad.SUDO_PASSWORD,
    }
    return words.get(word, PrivilegeHad.NONE)


def _platform(header: bytes) -> Platform:
    pairs = {}
    kernel = machine = ""
    for line in header.decode(errors="replace").splitlines():
        if line.startswith("uname "):
            words = line.split()
            kernel, machine = " ".join(words[1:3])[:100], " ".join(words[3:])[:40]
        name, equals, value = line.partition("=")
        if equals and name not in pairs:
            pairs[name] = value.strip().strip("\"'")[:200]
    return Platform(
        id=pairs.get("ID", ""),
        version=pairs.get("VERSION_ID", ""),
        name=pairs.get("PRETTY_NAME", ""),
        like=tuple(pairs.get("ID_LIKE", "").split()),
        kernel=kernel,
        machine=machine,
    )


_EMPTY_TAR = written({})


def _only(archive: bytes, glob: str) -> bytes:
    """The archive's regular files directly in the folder that match, made canonical.

    Anything that can't be read as tar is passed on as it is, for the parser to call unparsable.
    """
    try:
        found = members(archive)
    except Unparsable:
        return archive
    return written({one.name: one.content for one in found if fnmatchcase(one.name, glob)})
