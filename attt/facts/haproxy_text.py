"""HAProxy's configuration as sections of lines, and what holds in a proxy with its defaults.

Source: https://docs.haproxy.org/ (configuration manual, chapters 2 and 4)
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from attt.facts.kind import Unparsable

_SECTIONS = frozenset(
    {
        *("global", "defaults", "frontend", "backend", "listen", "peers", "userlist", "resolvers"),
        *("mailers", "program", "http-errors", "ring", "log-forward", "log-profile", "cache"),
        *("fcgi-app", "crt-store", "traces", "acme", "dynamic-update"),
    }
)
_PROXIES = frozenset({"frontend", "backend", "listen"})
_WORD = re.compile(r"""(?:\\.|"(?:[^"\\]|\\.)*"|'[^']*'|[^\s\\"'#])+|(?P<comment>#)|\s+""")
_BARE = re.compile(r"""\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'""")
_UNIT_S = {"us": 1e-6, "ms": 1e-3, "": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}

Line = tuple[str, ...]


@dataclass(slots=True)
class Section:
    """`kind` (global, defaults, frontend, …), its name, its lines, and the defaults that it takes."""

    kind: str
    name: str
    lines: list[Line] = field(default_factory=list)
    defaults: "Section | None" = None

    @property
    def is_proxy(self) -> bool:
        """Whether it takes or passes on connections."""
        return self.kind in _PROXIES

    def own(self, *names: str) -> list[Line]:
        """Its own lines that begin with these words."""
        return [line for line in self.lines if line[: len(names)] == names]

    def held(self, *names: str) -> list[Line]:
        """Its own lines that begin with these words, or where it has none those of its defaults."""
        if found := self.own(*names):
            return found
        return self.defaults.held(*names) if self.defaults else []

    def has_option(self, *names: str) -> bool:
        """Whether one of some options is on; the section's own word wins."""
        for line in reversed(self.lines):
            if line[:1] == ("option",) and line[1:2] and line[1] in names:
                return True
            if line[:2] == ("no", "option") and line[2:3] and line[2] in names:
                return False
        return self.defaults.has_option(*names) if self.defaults else False


def sections(texts: Sequence[str]) -> list[Section]:
    """The sections of all files, in the order in which they are given. Raises Unparsable."""
    found: list[Section] = []
    last: Section | None = None
    named: dict[str, Section] = {}
    for line in (line for text in texts for line in _lines(text)):
        if line[0].startswith("."):
            raise Unparsable("conditional blocks of HAProxy's files")
        if line[0] in _SECTIONS:
            one = Section(kind=line[0], name=line[1] if len(line) > 1 else "")
            source = line[line.index("from") + 1 :][:1] if "from" in line else ()
            if one.is_proxy or one.kind == "defaults":
                one.defaults = named.get(source[0]) if source else (last if one.is_proxy else None)
            if one.kind == "defaults":
                last, named[one.name] = one, one
            found.append(one)
        elif not found:
            raise Unparsable("a line of HAProxy's files stands before any section")
        else:
            found[-1].lines.append(line)
    return found


def _lines(text: str) -> Iterator[Line]:
    for raw in text.split("\n"):
        if line := _words(raw.strip()):
            yield line


def _words(text: str) -> Line:
    found = []
    at = 0
    while at < len(text):
        word = _WORD.match(text, at)
        if word is None:
            raise Unparsable("a line of HAProxy's files can't be read")
        if word["comment"]:
            break
        at = word.end()
        if not word[0].isspace():
            found.append(_BARE.sub(lambda m: m[1] or m[2] or m[3] or "", word[0]))
    return tuple(found)


def seconds(text: str) -> int | None:
    """A time in whole seconds, rounded up; milliseconds where no unit is said."""
    found = re.fullmatch(r"([0-9]{1,12})(us|ms|s|m|h|d|)", text)
    if found is None:
        return None
    return -(-int(int(found[1]) * _UNIT_S[found[2]] * 1_000_000) // 1_000_000)
