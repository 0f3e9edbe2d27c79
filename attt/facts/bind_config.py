"""The settings that `named-checkconf -p` prints, as a tree of statements: named.conf(5)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from attt.facts.kind import Unparsable

_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|[{};]|[^\s{};"]+')
_DEPTH = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement: its words, and what its block holds (None where it has no block)."""

    words: tuple[str, ...]
    inside: "tuple[Statement, ...] | None" = None

    @property
    def name(self) -> str:
        """Its first word."""
        return self.words[0] if self.words else ""


def parse(text: str) -> tuple[Statement, ...]:
    """All statements of the listing. Raises Unparsable."""
    words = iter(_WORD.findall(text))
    return tuple(_statements(words, 0))


def _statements(words: Iterator[str], depth: int) -> Iterator[Statement]:
    if depth > _DEPTH:
        raise Unparsable("the settings of named are nested too deeply")
    said: list[str] = []
    inside: tuple[Statement, ...] | None = None
    for word in words:
        match word:
            case ";":
                if said or inside is not None:
                    yield Statement(words=tuple(said), inside=inside)
                said, inside = [], None
            case "{":
                inside = tuple(_statements(words, depth + 1))
            case "}":
                if depth == 0 or said:
                    raise Unparsable("a block of named's settings can't be read")
                return
            case _:
                said.append(word.strip('"') if word.startswith('"') else word)
    if depth or said:
        raise Unparsable("the settings of named end early")


def last(statements: Sequence[Statement], name: str) -> Statement | None:
    """The last statement of that name."""
    return next((one for one in reversed(statements) if one.name == name), None)


def acls(statements: Sequence[Statement]) -> Mapping[str, tuple[Statement, ...]]:
    """The named address lists."""
    return {
        one.words[1]: one.inside
        for one in statements
        if one.name == "acl" and len(one.words) > 1 and one.inside is not None
    }


def is_for_all(
    elements: Sequence[Statement], known: Mapping[str, tuple[Statement, ...]], depth: int = 0
) -> bool:
    """Whether an address match list takes everybody; the first element that fits decides."""
    for one in elements:
        word = one.name
        if word.startswith("!") and word[1:] in {"any", "0.0.0.0/0"}:
            return False
        if word in {"any", "0.0.0.0/0", "::/0", "0/0"}:
            return True
        if word == "none":
            return False
        nested = known.get(word) if one.inside is None else one.inside
        if (
            nested is not None
            and word != "!"
            and depth < 8
            and is_for_all(nested, known, depth + 1)
        ):
            return True
    return False
