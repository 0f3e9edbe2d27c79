"""One thing broken on a hardened host, and set right again."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lab.command import Findings, check, findings
from lab.hardened import NOT_SHOWN
from lab.host import LabHost

Act = str | tuple[str, int]
"""A command inside the host, or a network setting from outside: `ipv4/conf/host0/rp_filter`, 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """What is done, how it is undone, and the rules that must turn from pass to fail or to unknown."""

    act: Act
    undo: Act
    fails: frozenset[str]
    unknown: frozenset[str] = frozenset()


def broken(act: Act, undo: Act, *fails: str, unknown: Collection[str] = ()) -> Break:
    """A row of a table of breaks."""
    return Break(act=act, undo=undo, fails=frozenset(fails), unknown=frozenset(unknown))


@contextmanager
def breaking(host: LabHost, this: Break) -> Iterator[None]:
    """The host, broken in one way for a while."""
    try:
        _do(host, this.act)
        yield
    finally:
        _do(host, this.undo)


def turned(
    host: LabHost, this: Break, before: Findings, folder: Path, *words: str
) -> Mapping[str, str]:
    """By rule: `was -> is` of each finding that moved while the host was broken.

    `words` are those of `attt check` with which `before` was found.
    """
    with breaking(host, this):
        now = findings(check(host, folder, *words)[1])
    keys = [*before, *(key for key in now if key not in before)]
    gone = ("gone", "")
    return {
        key[0]: f"{before.get(key, gone)[0]} -> {now.get(key, gone)[0]}"
        for key in keys
        if now.get(key, gone) != before.get(key, gone)
        and (key[0] not in NOT_SHOWN or now.get(key, gone)[0] != before.get(key, gone)[0])
    }


def expected(this: Break) -> Mapping[str, str]:
    """What `turned` gives where exactly these findings turn."""
    return {
        **dict.fromkeys(this.fails, "pass -> fail"),
        **dict.fromkeys(this.unknown, "pass -> unknown"),
    }


def _do(host: LabHost, act: Act) -> None:
    if isinstance(act, tuple):
        host.network(*act)
    else:
        host.run(act)
