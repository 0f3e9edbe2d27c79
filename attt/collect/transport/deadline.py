"""A deadline where paramiko has none."""

import contextlib
import threading
from collections.abc import Iterator

import paramiko


@contextlib.contextmanager
def within(channel: paramiko.Channel, timeout_s: float) -> Iterator[None]:
    """Cut the connection where what is done inside takes longer: it then ends with an error.

    Paramiko waits for the reply to an exec request without end.
    """
    cut = threading.Timer(timeout_s, channel.get_transport().close)
    cut.daemon = True
    cut.start()
    try:
        yield
    finally:
        cut.cancel()
