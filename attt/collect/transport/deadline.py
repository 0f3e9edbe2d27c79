"""A deadline where paramiko has none."""

import contextlib
import heapq
import itertools
import threading
import time
from collections.abc import Callable, Iterator

import paramiko

_Due = tuple[float, int, list[Callable[[], object]]]
"""When, in seconds of the monotonic clock; a number that settles a tie; what then has to be done."""


class _Watch:
    """One thread that ends what is overdue: a thread for each deadline would cost more than a login."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._dues: list[_Due] = []
        self._numbers = itertools.count()
        self._is_on = False

    def add(self, timeout_s: float, act: Callable[[], object]) -> list[Callable[[], object]]:
        """Call `act` after so many seconds, unless the list that comes back is emptied before."""
        acts = [act]
        due = (time.monotonic() + timeout_s, next(self._numbers), acts)
        with self._changed:
            heapq.heappush(self._dues, due)
            if not self._is_on:
                self._is_on = True
                threading.Thread(target=self._watch, name="deadlines", daemon=True).start()
            elif self._dues[0] is due:
                self._changed.notify()
        return acts

    def _watch(self) -> None:
        while True:
            with self._changed:
                while not self._dues or self._dues[0][0] > time.monotonic():
                    wait_s = self._dues[0][0] - time.monotonic() if self._dues else None
                    self._changed.wait(wait_s)
                _, _, acts = heapq.heappop(self._dues)
            for act in list(acts):
                # Closing waits for the connection's own thread: the others' deadlines must not.
                threading.Thread(target=act, daemon=True).start()


_WATCH = _Watch()


@contextlib.contextmanager
def within(channel: paramiko.Channel, timeout_s: float) -> Iterator[None]:
    """Cut the connection where what is done inside takes longer: it then ends with an error.

    Paramiko waits for the reply to an exec request without end.
    """
    acts = _WATCH.add(timeout_s, channel.get_transport().close)
    try:
        yield
    finally:
        acts.clear()
