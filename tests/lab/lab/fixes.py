"""Whether a mend does what the rule's fix says: its lines stand there, but for what is filled in."""

import re
from collections.abc import Iterator

from attt.model.rule import Rule
from lab.cases import Case

_FILLED_IN = re.compile(r"[A-Z][A-Z_0-9]{2,}")
_QUOTED = re.compile(r"\"[^\"]*\"|(?<=[\s=(])'[^'\n]*'")
_EDGES = "()[],;.:"


def foreign(case: Case, rule: Rule) -> Iterator[str]:
    """The lines of a mend that the rule's fix (en) does not have; an edit by hand has none.

    What stands in quotes is filled in too.
    """
    if case.is_by_hand:
        return
    told = [_word(word) for word in _QUOTED.sub("Q", rule.fix.text.en).split()]
    for line in case.mend.splitlines():
        words = [word.strip(_EDGES) for word in _QUOTED.sub("Q", line).split()]
        if (
            words
            and words[0] != "cd"
            and not any(_starts_here(told, at, words) for at in range(len(told)))
        ):
            yield line


def _word(word: str) -> re.Pattern[str]:
    """A word of a fix; what is in upper case there may be anything."""
    pieces = _FILLED_IN.split(word.strip(_EDGES))
    return re.compile(".+".join(map(re.escape, pieces)))


def _starts_here(told: list[re.Pattern[str]], at: int, words: list[str]) -> bool:
    part = told[at : at + len(words)]
    return len(part) == len(words) and all(
        wanted.fullmatch(word) for wanted, word in zip(part, words, strict=True)
    )
