"""How long a program's streams are waited for."""

import pytest

from attt.collect.dialect.posix import compile_program
from attt.collect.transport.pump import Ended, pump
from attt.model.ask import Command

PROGRAM = compile_program([Command(argv=("echo", "hello"), timeout_s=10)], nonce="n" * 16)
MARK = f"\n{PROGRAM.nonce} h <\n".encode()


class Clock:
    """A clock that the chunks wind on."""

    def __init__(self):
        self.at = 0.0

    def __call__(self):
        return self.at

    def chunks(self, *steps):
        """Each chunk after its seconds; empty ones come a fifth of a second apart."""
        for seconds, data in steps:
            left = seconds
            while data is None and left > 0:
                self.at += 0.2
                left -= 0.2
                yield "out", b""
            if data is not None:
                self.at += seconds
                yield "out", data


def ended(*steps):
    """How reading these chunks comes to its end."""
    clock = Clock()
    return pump(clock.chunks(*steps), PROGRAM, lambda: False, clock).ended


@pytest.mark.parametrize(
    ("steps", "how"),
    [
        ([(50, None), (0, MARK)], Ended.DONE),
        ([(70, None), (0, MARK)], Ended.TIMED_OUT),
        ([(0, MARK), (15, None)], Ended.DONE),
        ([(0, MARK), (25, None)], Ended.TIMED_OUT),
    ],
)
def test_a_host_may_begin_late_and_must_then_go_on(steps, how):
    """Until its first mark a host has a minute, then each answer has the time of its ask and a bit."""
    assert how == ended(*steps)


def test_what_attt_did_not_listen_to_counts_against_no_host():
    """Where this machine was too busy to listen for minutes, what waits to be read is still read."""
    assert Ended.DONE == ended((500, b""), (0, MARK), (500, b""), (500, b"end"))


def test_a_drop_now_and_then_keeps_nobody_waiting():
    """Bytes without a mark do not buy time, however evenly they come."""
    assert Ended.TIMED_OUT == ended(*[(0.5, b"x")] * 200)
