"""What a shell's start-up files set for everybody: the time-out of a silent shell, and the umask.

A sketch of the shell's grammar (sh(1)): enough to tell statements, what they stand under, and whose
condition it is. Statements are taken in the order in which they stand.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import dropwhile

from attt.facts.profile_condition import is_for_all, is_of_somebody
from attt.model.answer import Obstacle
from attt.model.value import Missing, Value

_OPENERS = frozenset({"if", "case", "for", "while", "until", "select", "function", "{", "("})
_CLOSERS = frozenset({"fi", "esac", "done", "}", ")"})
_PREFIXES = frozenset({"then", "else", "do", "elif", "!", "builtin", "command", "time"})
_DEEPEST = 32  # conditions kept for a statement, and characters of each: a host may send anything
_LONGEST = 300
_FUNCTION = re.compile(r"\(\)\s*\{?$|^function\s")
_COMMENT = re.compile(r"(^|\s)#.*")
_JOINT = re.compile(r"(&&|\|\||;;|;)")
_PRODUCT = re.compile(r"\$\(\(\s*(\d{1,6})\s*\*\s*(\d{1,6})\s*\)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One simple command: its words, and the conditions that it stands under, outermost first."""

    words: tuple[str, ...]
    under: tuple[str, ...] = ()

    @property
    def is_for_all(self) -> bool:
        """Whether it is known to run in everybody's interactive shell."""
        return is_for_all(self.under)

    @property
    def is_in_function(self) -> bool:
        """Whether it only runs where a function is called."""
        return any(_FUNCTION.search(condition) for condition in self.under)


@lru_cache(maxsize=64)  # the shells of a host read the same files, which are alike across a fleet
def statements(text: str) -> tuple[Statement, ...]:
    """The simple commands of a file, in their order; what the sketch does not know is passed over."""
    return tuple(_statements(text))


def _statements(text: str) -> Iterator[Statement]:
    open_: list[str] = []
    reckoned = _PRODUCT.sub(lambda found: str(int(found[1]) * int(found[2])), text)
    for line in reckoned.replace("\\\n", " ").split("\n"):
        under_line: tuple[str, ...] = ()
        for part, joint in _parts(_COMMENT.sub("", line) if "#" in line else line):
            words = part.split()
            if words and words[0] == "elif" and open_:
                open_[-1] = f"{open_[-1]} {part}"[:_LONGEST]
            words = list(dropwhile(_PREFIXES.__contains__, words))
            if words and (words[0] in _OPENERS or _FUNCTION.search(part)):
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
    pieces = _JOINT.split(line)
    for at in range(0, len(pieces), 2):
        if pieces[at].strip():
            yield pieces[at].strip(), pieces[at + 1] if at + 1 < len(pieces) else ""


@dataclass(slots=True)
class Session:
    """What the statements read so far leave: `seconds` (null: never), whether it can be changed."""

    seconds: Value = None
    is_fixed: bool | Missing = False
    umasks: list[int] = field(default_factory=list)

    def read(self, text: str) -> None:
        """Takes in one more file, up to where it is left."""
        left: tuple[str, ...] = ()  # a condition under which the file was left before
        for said in statements(text):
            one = replace(said, under=(*said.under, *left)) if left else said
            if one.words[0] in {"return", "exit"} and not one.is_in_function:
                if not one.under:
                    return
                left = one.under if not one.is_for_all else left
            elif one.words[0] == "umask":
                self._umask(one)
            elif self.is_fixed is not True:
                self._time(one)

    def _umask(self, one: Statement) -> None:
        said = [word.strip("\"'") for word in one.words[1:] if not word.startswith("-")]
        mask = _mask(said[0]) if said else None
        if mask is None:
            return
        if not one.under:
            self.umasks.clear()
        self.umasks.append(mask if one.under else mask | _ALONE)

    def _time(self, one: Statement) -> None:
        first, rest = one.words[0], one.words[1:]
        if first.startswith("TMOUT=") and not rest:
            self._set(first, one)
        elif first == "unset" and "TMOUT" in rest:
            self.seconds = None if one.is_for_all or self.seconds is None else _FOR_SOME
        elif first in {"readonly", "export", "declare", "typeset"}:
            named = [word for word in rest if word == "TMOUT" or word.startswith("TMOUT=")]
            flags = "".join(word for word in rest if word.startswith("-"))
            for word in named:
                if "=" in word:
                    self._set(word, one)
            if named and (
                first == "readonly" or (first in {"declare", "typeset"} and "r" in flags)
            ):
                self._fix(one)

    def _fix(self, one: Statement) -> None:
        if one.is_for_all:
            self.is_fixed = True
        elif not is_of_somebody(one.under):
            self.is_fixed = _FOR_SOME

    def _set(self, word: str, one: Statement) -> None:
        if not one.is_for_all:
            self.seconds = _FOR_SOME
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
_FOR_SOME = Missing(Obstacle.IN_CONTEXT, "TMOUT is set under a condition that may not always hold")
_LETTERS = {"r": 4, "w": 2, "x": 1}


def _mask(text: str) -> int | None:
    """A umask in octal digits, or as the rights that it leaves to all three (`u=rwx,g=rx,o=`).

    Of any other change by letters the loosest is taken that it may lead to: none at all, unless it
    only touches the owner's own rights.
    """
    if re.fullmatch(r"[0-7]{1,4}", text):
        return int(text, 8)
    if re.fullmatch(r"u[-+=][rwx]*", text) or not re.fullmatch(r"[ugoa,=+rwxX-]+", text):
        return None
    left = dict(re.findall(r"(?:^|,)([ugo])=([rwx]*)(?=,|$)", text))
    if len(left) != 3 or text.count(",") != 2:
        return 0
    bits = [sum(_LETTERS[letter] for letter in set(left[who])) for who in "ugo"]
    return 0o777 & ~(bits[0] << 6 | bits[1] << 3 | bits[2])
