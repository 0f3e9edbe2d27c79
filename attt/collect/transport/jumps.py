"""Jump hosts: logged into once for all hosts behind them, and asked once where they fail."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from attt.collect.transport.link import Link
from attt.collect.transport.refused import Refused

LogIn = Callable[[contextlib.ExitStack], Link]
"""Makes a link that is logged in; what it opens closes with the stack. Raises Refused."""


@dataclass(slots=True)
class _Jump:
    lock: threading.Lock = field(default_factory=threading.Lock)
    link: Link | None = None
    held: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    users: int = 0
    refused: Refused | None = None


@dataclass(slots=True)
class Jumps:
    """The jump hosts of a run by id. Safe to use from several threads.

    The hosts behind one wait while the first of them logs in; then they share its connection, which
    is closed when nobody uses it any more. A jump host that failed is not tried again.
    """

    _known: dict[str, _Jump] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextlib.contextmanager
    def use(self, jump_id: str, log_in: LogIn) -> Iterator[Link]:
        """A connection that is logged in. Raises Refused, the same for everybody."""
        with self._lock:
            jump = self._known.setdefault(jump_id, _Jump())
        link, held = _taken(jump, log_in)
        try:
            yield link
        finally:
            _given_back(jump, held)


def _taken(jump: _Jump, log_in: LogIn) -> tuple[Link, contextlib.ExitStack]:
    with jump.lock:
        if jump.refused is not None:
            raise Refused(jump.refused.failure, jump.refused.detail)
        if jump.link is None or not jump.link.is_active():
            jump.held.close()  # it broke: those who still use it have lost it already
            held = contextlib.ExitStack()
            try:
                jump.link = log_in(held)
            except Refused as refused:
                held.close()
                jump.refused = refused
                raise
            jump.held, jump.users = held, 0
        jump.users += 1
        return jump.link, jump.held


def _given_back(jump: _Jump, held: contextlib.ExitStack) -> None:
    with jump.lock:
        if jump.held is not held:
            return
        jump.users -= 1
        if not jump.users:
            jump.link = None
            held.close()
