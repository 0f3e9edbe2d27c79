"""What a shell's start-up files set for everybody: the time-out of a silent shell, and the umask.

A sketch of the shell's grammar (sh(1)): enough to tell statements, what they stand under, and whose
condition it is. Statements are taken in the order in which they stand.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import dropwhile

from attt.model.answer import Obstacle
from attt.model.value import Missing, Value

_OPENERS = frozenset({"if", "case", "for", "while", "until", "select", "{", "("})
_CLOSERS = frozenset({"fi", "esac", "done", "}", ")"})
_PREFIXES = frozenset({"then", "else", "do", "elif", "!", "builtin", "command", "time"})
_DEEPEST = 32  # conditions kept for a statement, and characters of each: a host may send anything
_LONGEST = 300
_OF_SOMEBODY = re.compile(r"\b(?:UID|EUID|USER|LOGNAME|whoami|SUDO_USER|HOME|groups|id)\b")
_PRODUCT = re.compile(r"\$\(\(\s*(\d{1,6})\s*\*\s*(\d{1,6})\s*\)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One simple command: its words, and the conditions that it stands under, outermost first."""

    words: tuple[str, ...]
    under: tuple[str, ...] = ()

    @property
    def is_of_somebody(self) -> bool:
        """Whether it runs for some accounts and not for others."""
        return any(_OF_SOMEBODY.search(condition) for condition in self.under)


def statements(text: str) -> Iterator[Statement]:
    """The simple commands of a file, in their order; what the sketch does not know is passed over."""
    open_: list[str] = []
    reckoned = _PRODUCT.sub(lambda found: str(int(found[1]) * int(found[2])), text)
    for line in reckoned.replace("\\\n", " ").split("\n"):
        under_line: tuple[str, ...] = ()
        for part, joint in _parts(re.sub(r"(^|\s)#.*", "", line)):
            words = part.split()
            if words and words[0] == "elif" and open_:
                open_[-1] = f"{open_[-1]} {part}"[:_LONGEST]
            words = list(dropwhile(_PREFIXES.__contains__, words))
            if words and (words[0] in _OPENERS or re.search(r"\(\)\s*\{?$", part)):
                open_ = [*open_[-_DEEPEST:], part[:_LONGEST]]
                words = words[1:] if words[0] in {"{", "("} else []
            elif words and words[0] in _CLOSERS:
                del open_[-1:]
                words = []
            if "case" in [one.split(" ", 1)[0] for one in open_] and ")" in part.split("=", 1)[0]:
                words = part.split(")", 1)[1].split()
            if words:
                yield Statement(words=tuple(words), under=(*open_, *under_line))
            kept = (*under_line[-_DEEPEST:], part[:_LONGEST])
            under_line = kept if joint in {"&&", "||"} else ()


def _parts(line: str) -> Iterator[tuple[str, str]]:
    """Each command of a line and the sign behind it."""
    pieces = re.split(r"(&&|\|\||;;|;)", line)
    for at in range(0, len(pieces), 2):
        if pieces[at].strip():
            yield pieces[at].strip(), pieces[at + 1] if at + 1 < len(pieces) else ""


@dataclass(slots=True)
class Session:
    """What the statements read so far leave: `seconds` (null: never), whether it can be changed."""

    seconds: Value = None
    is_fixed: bool = False
    umasks: list[int] = field(default_factory=list)

    def read(self, text: str) -> None:
        """Takes in one more file."""
        for one in statements(text):
            if one.words[0] == "umask":
                self._umask(one)
            elif not self.is_fixed:
                self._time(one)

    def _umask(self, one: Statement) -> None:
        said = [word.strip("\"'") for word in one.words[1:] if not word.startswith("-")]
        if not said or not re.fullmatch(r"[0-7]{1,4}", said[0]):
            return
        if not one.under:
            self.umasks.clear()
        self.umasks.append(int(said[0], 8) if one.under else int(said[0], 8) | _ALONE)

    def _time(self, one: Statement) -> None:
        first, rest = one.words[0], one.words[1:]
        if first.startswith("TMOUT=") and not rest:
            self._set(first, one)
        elif first == "unset" and "TMOUT" in rest and not one.is_of_somebody:
            self.seconds = None
        elif first in {"readonly", "export", "declare", "typeset"}:
            named = [word for word in rest if word == "TMOUT" or word.startswith("TMOUT=")]
            flags = "".join(word for word in rest if word.startswith("-"))
            for word in named:
                if "=" in word:
                    self._set(word, one)
            is_fixing = first == "readonly" or (first in {"declare", "typeset"} and "r" in flags)
            if named and is_fixing and not one.is_of_somebody:
                self.is_fixed = True

    def _set(self, word: str, one: Statement) -> None:
        if one.is_of_somebody:
            self.seconds = Missing(Obstacle.IN_CONTEXT, "TMOUT is set for some accounts only")
            return
        text = word.partition("=")[2].strip("\"'")
        if re.fullmatch(r"[0-9]{0,9}", text):
            self.seconds = int(text or "0") or None
        else:
            self.seconds = Missing(Obstacle.OUT_OF_TYPE, f"TMOUT is no number: {text[:20]}")

    def umask(self, before: int) -> int:
        """The loosest that may be in force, where `before` held when the files were begun."""
        known = [one & ~_ALONE for one in self.umasks]
        if not any(one & _ALONE for one in self.umasks):
            known.append(before)
        loosest = 0o777
        for one in known:
            loosest &= one
        return loosest


_ALONE = 0o10000  # marks a umask that stands under no condition
