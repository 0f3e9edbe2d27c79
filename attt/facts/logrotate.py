"""How long logrotate keeps a file: logrotate.conf(5), resolved in the order that it is read.

The first entry that names a file counts. `include` brings the files of a folder in the order of
their names, with the global options as they stand there.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from attt.facts.kind import Unparsable

_TABOO = (
    *(".rpmsave", ".rpmorig", ".rpmnew", "~", ",v", ".swp", ".cfsaved", ".disabled", ".bak"),
    *(".dpkg-old", ".dpkg-dist", ".dpkg-new", ".dpkg-bak", ".dpkg-del", ".dpkg-tmp", ".ucf-old"),
    *(".ucf-dist", ".ucf-new", ".rhn-cfg-tmp-*", ".cfgen", ".new", ".old", ".orig"),
)
_PERIODS = {"hourly": 24, "daily": 1, "weekly": 7, "monthly": 30, "yearly": 365, "annually": 365}
_SCRIPTS = {"prerotate", "postrotate", "firstaction", "lastaction", "preremove"}
FOLDERS = frozenset({"/etc/logrotate.d"})
"""Folders whose files are all given."""
_WORD = re.compile(r'"([^"\n]*)"|(\S+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """What holds for some files; `period` None is rotation by size alone (logrotate's default)."""

    patterns: tuple[str, ...] = ()
    period: str | None = None
    count: int = 0
    max_age: int | None = None
    has_max_size: bool = False

    def names(self, path: str) -> bool:
        """Whether one of its patterns names the file; a star does not reach over a slash."""
        return any(
            fnmatchcase(path, pattern) and path.count("/") == pattern.count("/")
            for pattern in self.patterns
        )

    @property
    def days_least(self) -> int | None:
        """Days that rotated logs are kept for sure; None for ever. One rotation a day at most."""
        if self.count < 0:
            return self.max_age
        hourly = self.period == "hourly"
        early = self.period is None or self.has_max_size
        kept = self.count if early and not hourly else _days(self.count, self.period)
        return kept if self.max_age is None else min(kept, self.max_age)

    @property
    def days_most(self) -> int | None:
        """Days that rotated logs are kept at most; None where nothing bounds them."""
        if self.count == 0:
            return 0
        if self.count < 0 or self.period is None:
            return self.max_age
        kept = _days(self.count, self.period)
        return kept if self.max_age is None else min(kept, self.max_age)


def _days(count: int, period: str | None) -> int:
    match period:
        case "hourly":
            return count // 24
        case "monthly":
            return count * 365 // 12
        case _:
            return count * _PERIODS.get(period or "daily", 1)


def entries(main: str, files: Mapping[str, str]) -> list[Rotation]:
    """All entries in the order read; `files` are the texts of /etc/logrotate.d by path.

    Raises Unparsable where a file is included that is not among them.
    """
    found: list[Rotation] = []
    _read(main.splitlines(), Rotation(), files, found, 0)
    return found


def _read(
    lines: list[str],
    options: Rotation,
    files: Mapping[str, str],
    found: list[Rotation],
    depth: int,
) -> Rotation:
    if depth > 3:
        raise Unparsable("logrotate's files include each other")
    rows = iter(lines)
    pending: list[str] = []
    for row in rows:
        line = row.split("#", 1)[0].strip() if row.lstrip().startswith("#") else row.strip()
        if not line:
            continue
        head, brace, rest = line.partition("{")
        if line.startswith(("/", '"', "~")) or brace or pending:
            pending += [a or b for a, b in _WORD.findall(head)]
            if brace:
                body = replace(options, patterns=tuple(pending))
                inside = [] if "}" in rest else _until_brace(rows)
                found.append(_body([rest, *inside], body))
                pending = []
            continue
        word, value = (*re.split(r"[\s=]+", line, maxsplit=1), "")[:2]
        if word == "include":
            for name in _included(value.strip().strip("\"'"), files):
                options = _read(files[name].splitlines(), options, files, found, depth + 1)
        elif word in _SCRIPTS:
            _skip_script(rows)
        else:
            options = _option(word, value.strip(), options)
    return options


def _included(value: str, files: Mapping[str, str]) -> list[str]:
    inside = [name for name in sorted(files) if name.rpartition("/")[0] == value.rstrip("/")]
    if not inside and value not in files and value.rstrip("/") not in FOLDERS:
        raise Unparsable(f"logrotate reads files that attt does not: {value[:60]}")
    return [n for n in inside if not n.endswith(_TABOO)] or [n for n in files if n == value]


def _until_brace(rows: Iterator[str]) -> Iterator[str]:
    for row in rows:
        if row.split()[:1] and row.split()[0] in _SCRIPTS:
            _skip_script(rows)
        elif row.strip().startswith("}"):
            return
        else:
            yield row


def _skip_script(rows: Iterator[str]) -> None:
    for row in rows:
        if row.strip() == "endscript":
            return


def _body(lines: list[str], options: Rotation) -> Rotation:
    for line in lines:
        words = line.strip().rstrip("}").split(None, 1)
        if words and not words[0].startswith("#"):
            options = _option(words[0], words[1] if len(words) > 1 else "", options)
    return options


def _option(word: str, value: str, options: Rotation) -> Rotation:
    word, _, glued = word.partition("=")
    value = (value or glued).lstrip("= ").split("#")[0].strip()
    if word in _PERIODS:
        return replace(options, period=word)
    match word:
        case "rotate" if re.fullmatch(r"-?\d{1,6}", value):
            return replace(options, count=int(value))
        case "maxage" if re.fullmatch(r"\d{1,6}", value):
            return replace(options, max_age=int(value) or None)
        case "size":
            return replace(options, period=None)
        case "maxsize":
            return replace(options, has_max_size=True)
        case _:
            return options
