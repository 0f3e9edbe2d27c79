"""The text of nginx's files as a tree of directives, with what they include in its place.

Reads words, quotes, comments, blocks and the raw blocks of Lua (whose braces are counted); what
nginx itself would refuse, and a file that is included but was not read, is Unparsable.
Source: nginx's own lexer (ngx_conf_file.c), https://nginx.org/en/docs/beginners_guide.html
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from attt.facts.kind import Unparsable
from attt.facts.web_host import ROOTS, Host

_TOKEN = re.compile(
    r"(?P<space>\s+|#[^\n]*)|(?P<mark>[;{}])"
    r'|"(?P<double>(?:[^"\\]|\\[\s\S])*)"|\'(?P<single>(?:[^\'\\]|\\[\s\S])*)\''
    r"|(?P<word>(?:\\[\s\S]|\$\{|[^\s;{\\])+)"
)
_ESCAPED = re.compile(r"\\([\"'\\])")
_DEEPEST = 40
_MOST = 200_000


@dataclass(frozen=True, slots=True)
class Directive:
    """`name` with its words, and the directives of its block; None where it has no block."""

    name: str
    words: tuple[str, ...]
    block: tuple["Directive", ...] | None = None


def parse(text: str) -> tuple[Directive, ...]:
    """The directives of one file, nothing included yet. Raises Unparsable."""
    stack: list[tuple[list[str], list[Directive]]] = [([], [])]
    words: list[str] = []
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise Unparsable("a word of nginx's files can't be read")
        at = token.end()
        match token.lastgroup:
            case "mark":
                at = _mark(token[0], words, stack, text, at)
                words = []
            case "space":
                continue
            case kind:
                words.append(token[0] if kind == "word" else _ESCAPED.sub(r"\1", token[kind or 0]))
    if len(stack) != 1 or words:
        raise Unparsable("a block of nginx's files has no end")
    return tuple(stack[0][1])


def _mark(
    mark: str,
    words: list[str],
    stack: list[tuple[list[str], list[Directive]]],
    text: str,
    at: int,
) -> int:
    if mark == "}":
        if words or len(stack) == 1:
            raise Unparsable("a brace of nginx's files stands alone")
        head, inner = stack.pop()
        stack[-1][1].append(Directive(head[0], tuple(head[1:]), tuple(inner)))
    elif not words:
        raise Unparsable("a directive of nginx's files has no name")
    elif mark == ";":
        stack[-1][1].append(Directive(words[0], tuple(words[1:])))
    elif words[0].endswith("_by_lua_block"):
        stack[-1][1].append(Directive(words[0], tuple(words[1:]), ()))
        return _end_of_raw(text, at)
    elif len(stack) > _DEEPEST:
        raise Unparsable("too many blocks within blocks")
    else:
        stack.append((words, []))
    return at


def _end_of_raw(text: str, at: int) -> int:
    depth = 1
    for mark in re.compile(r"[{}]").finditer(text, at):
        depth += 1 if mark[0] == "{" else -1
        if depth == 0:
            return mark.end()
    raise Unparsable("a block of Lua has no end")


def whole(main: str, host: Host) -> tuple[tuple[Directive, ...], tuple[str, ...]]:
    """All directives from `main` on, and the files and folders that they stand in.

    A file that was not read, or a folder where attt does not look, is Unparsable.
    """
    reader = _Reader(main.rsplit("/", 1)[0], host)
    return tuple(reader.file(main, 0)), tuple(dict.fromkeys(reader.seen))


class _Reader:
    def __init__(self, folder: str, host: Host) -> None:
        self.seen: list[str] = []
        self._folder = folder
        self._host = host
        self._left = _MOST

    def file(self, path: str, depth: int) -> Iterator[Directive]:
        text = self._host.text(path)
        if text is None or depth > _DEEPEST:
            raise Unparsable(f"a file that attt could not read: {path[:80]}")
        self.seen.append(path)
        yield from self._resolved(parse(text), depth)

    def _resolved(self, directives: tuple[Directive, ...], depth: int) -> Iterator[Directive]:
        for one in directives:
            self._left -= 1
            if self._left < 0:
                raise Unparsable("nginx's files include each other without end")
            if one.name == "include" and len(one.words) == 1:
                for path in self._included(one.words[0]):
                    yield from self.file(path, depth + 1)
            elif one.block is not None:
                inner = tuple(self._resolved(one.block, depth + 1))
                yield Directive(one.name, one.words, inner)
            else:
                yield one

    def _included(self, word: str) -> list[str]:
        path = word if word.startswith("/") else f"{self._folder}/{word}"
        if not re.search(r"[*?\[]", path):
            return [path]
        self.seen.append(path.rsplit("/", 1)[0])
        return included(path, self._host)


_BELOW_ROOTS = tuple(f"{root}/" for root in ROOTS)


def included(path: str, host: Host) -> list[str]:
    """The files that a shell's pattern names, in the order in which they are read."""
    if not path.startswith(_BELOW_ROOTS):
        raise Unparsable(f"a folder that attt does not look at: {path[:80]}")
    pattern = glob(path)
    files = (one for one, entry in host.entries.items() if entry.kind == "f")
    return sorted(one for one in files if pattern.fullmatch(one))


@lru_cache(maxsize=256)
def glob(path: str) -> re.Pattern[str]:
    """A shell's pattern as a regular expression: stars do not cross a slash, nor hidden names."""
    parts = []
    for part in re.findall(r"\*+|\?|\[[^\]]*\]|[^*?\[]+|\[", path):
        if part[0] == "*":
            parts.append("[^/]*")
        elif part == "?":
            parts.append("[^/]")
        elif part[0] == "[" and len(part) > 1:
            inner = part[1:-1].replace("\\", "")
            parts.append(f"[{'^' if inner[:1] in '!^' else ''}{re.escape(inner.lstrip('!^'))}]")
        else:
            parts.append(re.escape(part))
    return re.compile("".join(parts).replace(r"/[^/]*", r"/(?!\.)[^/]*").replace(r"\-", "-"))


Scope = tuple[tuple[Directive, ...], ...]
"""The blocks around a place, outermost first; the inner ones win."""


def nearest(scope: Scope, *names: str) -> tuple[Directive, ...]:
    """The directives of these names in the innermost block that has any."""
    for block in reversed(scope):
        if found := tuple(one for one in block if one.name in names):
            return found
    return ()


def blocks(scope: Sequence[Directive], *names: str) -> list[Directive]:
    """The blocks of these names that stand right here."""
    return [one for one in scope if one.block is not None and one.name in names]
