"""The settings that `named-checkconf -p` prints, as a tree of statements: named.conf(5)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from attt.facts import networks
from attt.facts.kind import Unparsable
from attt.facts.networks import Range

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


def is_for_all(elements: Sequence[Statement], known: Mapping[str, tuple[Statement, ...]]) -> bool:
    """Whether an address match list takes everybody of IPv4 or of IPv6, or nearly so."""
    return any(
        networks.hold_everybody(_taken(elements, known, version, {}), version)
        for version in networks.BITS
    )


def _taken(
    elements: Sequence[Statement],
    known: Mapping[str, tuple[Statement, ...]],
    version: int,
    told: dict[str, list[Range]],
) -> list[Range]:
    """Whom a list takes: the first element that fits an address decides.

    A list inside counts where it takes an address; what it refuses goes on to the next element.
    `told` holds the named lists that are done; one that names itself adds nothing.
    """
    taken: list[Range] = []
    refused: list[Range] = []
    for one in elements:
        word = "".join(one.words)
        is_not, word = word.startswith("!"), word.removeprefix("!")
        if one.inside is not None:
            fits = _taken(one.inside, known, version, told)
        elif word in known:
            fits = _named(word, known, version, told)
        else:
            fits, is_not = _fitting(word, version), is_not != (word == "none")
        if is_not:
            refused += networks.without(fits, networks.joined(taken))
        else:
            taken += networks.without(fits, networks.joined(refused)) if refused else fits
    return networks.joined(taken)


def _named(
    word: str,
    known: Mapping[str, tuple[Statement, ...]],
    version: int,
    told: dict[str, list[Range]],
) -> list[Range]:
    if word not in told:
        told[word] = []
        told[word] = _taken(known[word], known, version, told)
    return told[word]


def _fitting(word: str, version: int) -> list[Range]:
    """The addresses that a word means; a key, a country and the host's own networks hold few."""
    if word in {"any", "none"}:
        return [(0, (1 << networks.BITS[version]) - 1)]
    found = networks.network(word)
    return networks.ranges([found], version) if found else []
