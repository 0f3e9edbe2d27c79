"""The exact sudoers lines that a plan needs: fixed arguments, no wildcards (sudoers(5))."""

import re
from collections.abc import Sequence

_SPECIAL = re.compile(r"([,:=\\])")
_GLOB = re.compile(r"([*?\[\]!])")


def sudoers(users: Sequence[str], argvs: Sequence[Sequence[str]], comment: str = "") -> str:
    """A sudoers fragment that lets `users` run each argv as root, and nothing else."""
    head = f"# {comment}\n" if comment else ""
    lines = [
        f"{user} ALL=(root) NOPASSWD: {' '.join(_word(word) for word in argv)}\n"
        for user in users
        for argv in argvs
    ]
    return head + "".join(lines)


def password_sudoers(users: Sequence[str], comment: str = "") -> str:
    """What accounts with a sudo password need: to try it, and one shell that runs as root."""
    head = f"# {comment}\n" if comment else ""
    return head + "".join(f"{user} ALL=(root) /usr/bin/true, /bin/sh\n" for user in users)


def _word(word: str) -> str:
    """A word as sudoers reads it: its own special characters and glob signs are escaped."""
    if not word:
        return '""'
    return _GLOB.sub(r"\\\1", _SPECIAL.sub(r"\\\1", word)).replace(" ", "\\ ")
