"""Whether a condition in a shell's start-up file holds for every person's interactive shell.

Only tests of what kind of shell reads the file are known to: its prompt, its options, its version,
its terminal, and whether the time-out was set before. Of any other condition nothing is said.
"""

import re
from collections.abc import Iterable

_OF_SOMEBODY = re.compile(r"\b(?:UID|EUID|USER|LOGNAME|whoami|SUDO_USER|HOME|groups|id)\b")
_VARIABLE = re.compile(
    r"\$\{?#?(?:PS1|-|TMOUT|BASH|SHELL|(?:BASH|ZSH|KSH)_VERSION)(?::?[-+][^}\s]*)?(?:\}|\b|(?<=-))"
)
_PUNCTUATION = re.compile(r"""[\[\]"'();|!&]+""")
_WORD = re.compile(
    r"-[zntaop]|[0-9]|==?|!=|=~|x|\*?i\*?|\*|[12]?>+(?:/dev/null|1)?|/dev/null|"
    r"(?:/usr)?/bin/(?:ba|da|z|k)?sh|if|then|elif|else|case|in|test|true|:|"
    r"TMOUT(?:\+?=[0-9]*)?|(?:\+i|-[irxgq]+)|readonly|export|declare|typeset|grep|\{"
)


def is_of_somebody(conditions: Iterable[str]) -> bool:
    """Whether one of them asks who logs in."""
    return any(_OF_SOMEBODY.search(one) for one in conditions)


def is_for_all(conditions: Iterable[str]) -> bool:
    """Whether each of them is known to hold for everybody's interactive shell."""
    return all(_is_harmless(one) for one in conditions)


def _is_harmless(condition: str) -> bool:
    bare = _PUNCTUATION.sub(" ", _VARIABLE.sub(" ", condition))
    return all(_WORD.fullmatch(word) for word in bare.split())
