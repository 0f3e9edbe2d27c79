"""What start-up files of shells set for everybody, in the many ways in which people write it."""

import pytest

from attt.facts.profile_script import Session
from attt.model.value import Missing


def _read(*texts: str) -> Session:
    session = Session()
    for text in texts:
        session.read(text)
    return session


@pytest.mark.parametrize(
    "text",
    [
        "TMOUT=900\nreadonly TMOUT\nexport TMOUT\n",
        "readonly TMOUT=900 ; export TMOUT\n",
        "declare -xr TMOUT=900\n",
        "typeset -xr TMOUT='900'\n",
        "export TMOUT=900; readonly TMOUT # fifteen minutes\n",
        "readonly TMOUT=$((15 * 60))\n",
        'if [ -z "$TMOUT" ]; then\n  TMOUT=900\n  readonly TMOUT\nfi\n',
        '[ -n "$PS1" ] && TMOUT=900\nreadonly TMOUT\n',
        "case $- in\n  *i*) TMOUT=900; readonly TMOUT ;;\nesac\n",
        "TMOUT=900\nreadonly TMOUT\nTMOUT=0\nunset TMOUT\n",
        "TMOUT=900 && readonly TMOUT && export TMOUT\n",
        '[ -z "${PS1-}" ] && return\nreadonly TMOUT=900\n',
        "if ! readonly -p | grep -q TMOUT; then\n  declare -xr TMOUT=900\nfi\n",
        "f() {\n  return 1\n}\nreadonly TMOUT=900\n",
    ],
)
def test_a_time_out_that_nobody_can_undo(text: str) -> None:
    """However it is written: 900 seconds, and fixed; what comes later can't change it."""
    session = _read(text)

    assert (900, True) == (session.seconds, session.is_fixed)


@pytest.mark.parametrize(
    ("text", "seconds", "is_fixed"),
    [
        ("TMOUT=900\nexport TMOUT\n", 900, False),
        ("# TMOUT=900\n", None, False),
        ("TMOUT=900\nunset TMOUT\n", None, False),
        ("readonly TMOUT=0\n", None, True),
        ("echo TMOUT=900\n", None, False),
        ("MY_TMOUT=900\nreadonly MY_TMOUT\n", None, False),
        ("TMOUT=900\nTMOUT=600\n", 600, False),
        ("return\nreadonly TMOUT=900\n", None, False),
    ],
)
def test_a_time_out_that_is_none_or_loose(text: str, seconds: int | None, is_fixed: bool) -> None:  # noqa: FBT001
    """Comments, other names, 0 and what is unset again do not count."""
    session = _read(text)

    assert (seconds, is_fixed) == (session.seconds, session.is_fixed)


@pytest.mark.parametrize(
    "text",
    [
        '[ "$(id -u)" -ge 1000 ] && TMOUT=900\n',
        'if [ "$USER" != root ]; then\n  TMOUT=900\nfi\n',
        "TMOUT=$LIMIT\n",
        "if false; then\n  readonly TMOUT=900\nfi\n",
        'if [ -n "$SSH_TTY" ]; then\n  readonly TMOUT=900\nfi\n',
        '[ "$(id -u)" = 0 ] && return\nreadonly TMOUT=900\n',
        "[ -f /etc/no-time-out ] && return 0\nTMOUT=900\n",
        "limit() {\n  readonly TMOUT=900\n}\n",
        "function limit {\n  readonly TMOUT=900\n}\n",
        'TMOUT=900\nif [ "$TERM" = xterm ]; then\n  unset TMOUT\nfi\n',
    ],
)
def test_a_time_out_for_some_is_not_told(text: str) -> None:
    """Where it depends on who logs in, nothing is said for everybody."""
    assert isinstance(_read(text).seconds, Missing)


@pytest.mark.parametrize(
    ("texts", "umask"),
    [
        (("",), 0o022),
        (("umask 027\n",), 0o027),
        (("umask 022\n", "umask 077\n"), 0o077),
        (("if [ $UID -gt 199 ]; then\n  umask 002\nelse\n  umask 027\nfi\n",), 0o002),
        (("if true; then umask 077; fi\n",), 0o022),
        (("umask 002\n", "umask 027 # all\n"), 0o027),
        (("umask u=rwx\numask -S\n",), 0o022),
        (("umask u=rwx,g=rx,o=\n",), 0o027),
        (("umask 027\n", "umask a=rwx\n"), 0),
        (("umask 027\n", "umask g+w\n"), 0),
    ],
)
def test_the_loosest_umask_counts(texts: tuple[str, ...], umask: int) -> None:
    """What stands under a condition may hold or not; what stands alone replaces all before it."""
    assert umask == _read(*texts).umask(0o022)
