"""The text of Apache httpd's files as a tree of directives and sections, resolved as httpd does.

Include and IncludeOptional, Define and ${NAME}, envvars, IfModule, IfDefine and IfFile are
followed; what attt can't decide (IfVersion, macros, a name without value, a file that was not
read) is Unparsable. Source: https://httpd.apache.org/docs/2.4/mod/core.html, configuring.html
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from attt.facts.kind import Unparsable
from attt.facts.nginx_text import included
from attt.facts.web_host import Host

_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"?|\'((?:[^\'\\]|\\.)*)\'?|(\S+)')
_OPEN = re.compile(r"<([A-Za-z]+)(?:\s+(.*?))?\s*>\s*", re.DOTALL)
_CLOSE = re.compile(r"</([A-Za-z]+)\s*>\s*")
_NAME = re.compile(r"\$\{([^}]*)\}")
_EXPORT = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(\S*)\s*")
_JOINED = re.compile(r"\\\r?\n")
_ACTING = frozenset(
    {"define", "undefine", "loadmodule", "serverroot", "include", "includeoptional", "use"}
)
_DEEPEST = 40
_MOST = 200_000
BUILT_IN = frozenset(
    {
        *("core", "so", "http_core", "log_config", "logio", "version", "unixd", "watchdog"),
    }
)


@dataclass(frozen=True, slots=True)
class Directive:
    """`name` in lower case with its words; `inside` where it is a section."""

    name: str
    words: tuple[str, ...]
    inside: tuple["Directive", ...] | None = None


@dataclass(slots=True)
class Reading:
    """What the files said so far: the folder they count from, names, modules and files seen."""

    host: Host
    root: str
    names: dict[str, str] = field(default_factory=dict)
    modules: set[str] = field(default_factory=set)
    seen: dict[str, None] = field(default_factory=dict)
    left: int = _MOST


def whole(main: str, reading: Reading) -> tuple[Directive, ...]:
    """All directives from `main` on, in order, sections in place. Raises Unparsable."""
    return tuple(_file(main, reading, 0))


def environment(text: str) -> dict[str, str]:
    """The names that Debian's envvars exports, as for the plain instance (SUFFIX is empty)."""
    found: dict[str, str] = {"SUFFIX": ""}
    for line in text.splitlines():
        if (row := _EXPORT.fullmatch(line)) and not line.strip().startswith("#"):
            value = re.sub(r"\$\{?SUFFIX\}?", "", row[2].strip("\"'"))
            if "$" not in value and row[1] != "SUFFIX":
                found[row[1]] = value
    return found


@lru_cache(maxsize=2048)  # most lines are those of the distribution
def words(text: str) -> tuple[str, ...]:
    """The words of a line; quotes fall away, a backslash keeps what stands behind it."""
    if '"' not in text and "'" not in text:
        return tuple(text.split())
    found = []
    for match in _WORD.finditer(text):
        quoted = match[1] if match[1] is not None else match[2]
        found.append(match[3] if quoted is None else re.sub(r"\\([\"'\\])", r"\1", quoted))
    return tuple(found)


def _file(path: str, reading: Reading, depth: int) -> Iterator[Directive]:
    text = reading.host.text(path)
    if text is None or depth > _DEEPEST:
        raise Unparsable(f"a file that attt could not read: {path[:80]}")
    reading.seen[path] = None
    lines = iter((_JOINED.sub("", text) if "\\" in text else text).split("\n"))
    yield from _until(None, lines, reading, depth)


def _until(
    end: str | None, lines: Iterator[str], reading: Reading, depth: int, *, off: bool = False
) -> Iterator[Directive]:
    """The directives up to the end of a section; with `off` they are only passed over."""
    for raw in lines:
        line = raw.strip()
        reading.left -= 1
        if reading.left < 0 or depth > _DEEPEST:
            raise Unparsable("Apache's files go on without end")
        if not line or line.startswith("#"):
            continue
        if line[0] != "<":
            if not off:
                yield from _directive(line, reading, depth)
            continue
        if close := _CLOSE.fullmatch(line):
            if close[1].lower() != end:
                raise Unparsable("a section of Apache's files ends without a start")
            return
        if opened := _OPEN.fullmatch(line):
            name, rest = opened[1].lower(), opened[2] or ""
            yield from _section(name, rest, lines, reading, depth, off=off)
        else:
            raise Unparsable("a section of Apache's files can't be read")
    if end is not None:
        raise Unparsable("a section of Apache's files has no end")


def _section(
    name: str, rest: str, lines: Iterator[str], reading: Reading, depth: int, *, off: bool
) -> Iterator[Directive]:
    if off:
        yield from _until(name, lines, reading, depth + 1, off=True)
        return
    if name in {"ifmodule", "ifdefine", "iffile", "ifdirective", "ifsection"}:
        holds = _holds(name, _named(rest, reading).strip("\"' "), reading)
        yield from _until(name, lines, reading, depth + 1, off=not holds)
        return
    if name in {"ifversion", "macro"}:
        raise Unparsable(f"a section that attt can't decide: {name}")
    inside = tuple(_until(name, lines, reading, depth + 1))
    yield Directive(name, words(_named(rest, reading)), inside)


def _holds(name: str, text: str, reading: Reading) -> bool:
    is_not, text = text.startswith("!"), text.lstrip("!")
    match name:
        case "ifmodule":
            return is_not != (module(text) in reading.modules | BUILT_IN)
        case "ifdefine":
            return is_not != (text in reading.names)
        case "iffile" if text.startswith("/etc/"):
            return is_not != (text in reading.host.entries)
        case _:
            raise Unparsable(f"a section that attt can't decide: {name}")


def module(text: str) -> str:
    """The short name of a module: `mod_ssl.c`, `ssl_module` and `ssl` are one."""
    return text.removesuffix(".c").removeprefix("mod_").removesuffix("_module")


def _directive(line: str, reading: Reading, depth: int) -> Iterator[Directive]:
    name, rest = _split(line)
    said = words(_named(rest, reading))
    if name not in _ACTING:
        yield Directive(name, said)
        return
    match name:
        case "define" if said:
            reading.names[said[0]] = said[1] if len(said) > 1 else ""
        case "undefine" if said:
            reading.names.pop(said[0], None)
        case "loadmodule" if said:
            reading.modules.add(module(said[0]))
        case "serverroot" if said:
            reading.root = said[0].rstrip("/")
        case "include" | "includeoptional" if said:
            for path in _included(said[0], reading, is_needed=name == "include"):
                yield from _file(path, reading, depth + 1)
        case "use":
            raise Unparsable("a macro of Apache's files")
        case _:
            yield Directive(name, said)


@lru_cache(maxsize=2048)
def _split(line: str) -> tuple[str, str]:
    """A directive's name in lower case, and the rest of its line."""
    name, _, rest = line.partition(" ") if " " in line else line.partition("\t")
    if "\t" in name:
        name, _, more = name.partition("\t")
        rest = f"{more} {rest}"
    return name.lower(), rest


def _named(text: str, reading: Reading) -> str:
    """With names in place of ${NAME}; one without value stays, as httpd leaves it."""
    return _NAME.sub(lambda m: reading.names.get(m[1], m[0]), text) if "${" in text else text


def _included(word: str, reading: Reading, *, is_needed: bool) -> Sequence[str]:
    path = word if word.startswith("/") else f"{reading.root}/{word}"
    if "${" in path:
        raise Unparsable(f"a file whose name attt can't tell: {path[:80]}")
    entry = reading.host.entries.get(path.rstrip("/"))
    if entry is not None and entry.kind == "d":
        path = f"{path.rstrip('/')}/*"
    if re.search(r"[*?\[]", path):
        reading.seen[path.rsplit("/", 1)[0]] = None
        return included(path, reading.host)
    return [path] if is_needed or entry is not None else included(path, reading.host)


def named(inside: Sequence[Directive], name: str) -> list[Directive]:
    """The directives of a name that stand right here."""
    return [one for one in inside if one.name == name]


def last(inside: Sequence[Directive], name: str) -> tuple[str, ...] | None:
    """The words of the last directive of a name right here; None where there is none."""
    found = named(inside, name)
    return found[-1].words if found else None


def value(name: str, *places: Sequence[Directive]) -> tuple[str, ...] | None:
    """The words of a directive in the first of some places that has it, innermost first."""
    return next((found for place in places if (found := last(place, name)) is not None), None)
