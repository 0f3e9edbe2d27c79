"""What the text of sshd's files alone can tell: which keywords stand where.

Values come from `sshd -T`, which resolves the files; this reads only what `sshd -T` hides: which
keywords somebody wrote, and which of them a Match block changes for some connections
(sshd_config(5)).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

_LINE = re.compile(r"\s*\"?([A-Za-z0-9]+)\"?(?:\s*=\s*|\s+|$)(.*)")
_SEEN_FILE = re.compile(
    r"(/usr/etc/ssh/|/etc/ssh/)?sshd_config\.d/(?:\*|[A-Za-z0-9_][^/*?\[]*)\.conf"
)
_VENDOR = "/usr/etc/ssh/"
_SEEN_POLICY = "/etc/crypto-policies/back-ends/opensshserver.config"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Keywords in lower case.

    `everywhere` stand outside Match blocks; `in_match` maps each keyword inside one to the values
    given there; `unseen` names Include lines whose files were not read, or stand in a block.
    """

    everywhere: frozenset[str] = frozenset()
    in_match: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unseen: tuple[str, ...] = ()


def read(texts: Iterable[str], *, has_vendor: bool = False) -> Written:
    """What stands in all files together; a Match block ends with its file.

    `has_vendor`: the vendor's files below /usr/etc are among the texts.
    """
    everywhere: set[str] = set()
    in_match: dict[str, tuple[str, ...]] = {}
    unseen: list[str] = []
    for text in texts:
        within = False
        for keyword, value in lines(text):
            if keyword == "match":
                within = True
            elif keyword == "include":
                unseen += _unseen(value, within=within, has_vendor=has_vendor)
            elif within:
                in_match[keyword] = (*in_match.get(keyword, ()), value)
            else:
                everywhere.add(keyword)
    return Written(everywhere=frozenset(everywhere), in_match=in_match, unseen=tuple(unseen))


@lru_cache(maxsize=64)  # several facts of a host read the same files, which are often alike
def lines(text: str) -> tuple[tuple[str, str], ...]:
    """Each keyword in lower case with the rest of its line; comments fall away."""
    found = map(_LINE.match, [line.partition("#")[0] for line in text.split("\n")])
    return tuple([(row[1].lower(), row[2].strip().strip('"')) for row in found if row])


def _unseen(value: str, *, within: bool, has_vendor: bool) -> list[str]:
    paths = value.replace('"', " ").split()
    return [path for path in paths if within or not _is_seen(path, has_vendor=has_vendor)]


def _is_seen(path: str, *, has_vendor: bool) -> bool:
    """Only what lies in the folder itself and has no leading dot was read: `*` does not match those."""
    found = _SEEN_FILE.fullmatch(path)
    return path == _SEEN_POLICY or (found is not None and (has_vendor or found[1] != _VENDOR))


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLine:
    """How a running sshd was started: its other configuration file and its -o settings."""

    config: str | None = None
    settings: tuple[tuple[str, str], ...] = ()


_WITH_VALUE = "bCcEfghkopu"


def command_line(words: list[str]) -> CommandLine:
    """Reads the options of sshd(8) after its path; quotes are lost in a process list."""
    config = None
    settings: dict[str, str] = {}
    at = 0
    while at < len(words):
        option, value, at = _option(words, at)
        if option == "f":
            config = value
        elif option == "o" and (found := _LINE.match(value)):
            text = found[2] or (words[at] if at < len(words) else "")
            settings.setdefault(found[1].lower(), text.strip('"'))
    return CommandLine(config=config, settings=tuple(sorted(settings.items())))


def _option(words: list[str], at: int) -> tuple[str, str, int]:
    word = words[at]
    if not word.startswith("-"):
        return "", "", at + 1
    for n, letter in enumerate(word[1:], start=2):
        if letter in _WITH_VALUE:
            if word[n:]:
                return letter, word[n:], at + 1
            return letter, words[at + 1] if at + 1 < len(words) else "", at + 2
    return "", "", at + 1
