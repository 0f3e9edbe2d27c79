"""The exact sudoers lines that a plan needs: fixed arguments, no wildcards (sudoers(5))."""

import re
from collections.abc import Sequence

_SPECIAL = re.compile(r"([,:=#])")
_GLOB = re.compile(r"([*?\[\]!])")


def sudoers(users: Sequence[str], argvs: Sequence[Sequence[str]], comment: str = "") -> str:
    """A sudoers fragment that lets `users` run each argv as root, and nothing else."""
    head = f"# {comment}\n" if comment else ""
    lines = [f"{user} ALL=(root) NOPASSWD: {_command(argv)}\n" for user in users for argv in argvs]
    return head + "".join(lines)


def password_sudoers(users: Sequence[str], comment: str = "") -> str:
    """What accounts with a sudo password need: to try it, and one shell that runs as root."""
    head = f"# {comment}\n" if comment else ""
    return head + "".join(f"{user} ALL=(root) /usr/bin/true, /bin/sh\n" for user in users)


def _command(argv: Sequence[str]) -> str:
    """Words that are fixed; a program alone must say so, or sudo takes any arguments for it."""
    return " ".join(_word(word) for word in (argv if len(argv) > 1 else (*argv, "")))


def _word(word: str) -> str:
    """A word as sudoers reads it: its own special characters and glob signs are escaped.

    A backslash is one for the file's own reader and again for fnmatch(3), which compares arguments.
    """
    if not word:
        return '""'
    word = word.replace("\\", "\\" * 4)
    return _GLOB.sub(r"\\\1", _SPECIAL.sub(r"\\\1", word)).replace(" ", "\\ ")
