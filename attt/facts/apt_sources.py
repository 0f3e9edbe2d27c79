"""The package sources in apt's own files: one line a source, or deb822 (sources.list(5))."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ONE_LINE = re.compile(r"^(deb|deb-src)\s+(?:\[([^]]*)\]\s*)?(\S+)\s+(\S+)(.*)$")
_OPTION = re.compile(r"([\w-]+)[+-]?=(\S*)")
_UNSAFE = ("trusted", "allow-insecure", "allow-downgrade-to-insecure", "allow-weak")
_YES = frozenset({"yes", "true", "1", "on", "with", "enable"})
_NO = frozenset({"no", "false", "0", "off", "without", "disable"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One place packages come from; `address` without the account that may stand in it."""

    address: str
    suite: str
    is_signed: bool

    @property
    def transport(self) -> str:
        """The word before the colon, such as https, http, file, cdrom."""
        return self.address.partition(":")[0].lower()


def without_account(address: str) -> str:
    """An address without user and password."""
    return re.sub(r"(?<=://)[^/\s@]+@", "", address)


def one_line(text: str) -> Iterator[Source]:
    """The sources of a `.list` file."""
    for line in text.splitlines():
        if found := _ONE_LINE.match(line.split("#", 1)[0].strip()):
            options = {name.lower(): value for name, value in _OPTION.findall(found[2] or "")}
            yield _source(found[3], found[4], options)


def deb822(text: str) -> Iterator[Source]:
    """The sources of a `.sources` file: every address with every suite."""
    for stanza in re.split(r"\n[ \t]*\n", text.replace("\r", "")):
        fields = _fields(stanza)
        if "uris" not in fields or fields.get("enabled", "yes").lower() in _NO:
            continue
        for address in fields["uris"].split():
            for suite in fields.get("suites", "").split() or [""]:
                yield _source(address, suite, fields)


def _fields(stanza: str) -> dict[str, str]:
    lines = [line for line in stanza.splitlines() if not line.startswith("#")]
    folded = re.sub(r"\n[ \t]+", " ", "\n".join(lines))
    pairs = (line.partition(":") for line in folded.splitlines() if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _source(address: str, suite: str, options: dict[str, str]) -> Source:
    is_open = any(options.get(name, "").lower() in _YES for name in _UNSAFE)
    return Source(address=without_account(address), suite=suite, is_signed=not is_open)
