"""A server that means harm costs its own deadline and nothing else: no trust, no hang, no exception."""

import time

import pytest

from attt.model import ask as asks
from attt.model.answer import Obstacle
from attt.model.ask import Command
from attt.model.run import Failure

FIRST = Command(argv=("echo", "1"), timeout_s=1, cap_bytes=1000)
SECOND = Command(argv=("echo", "2"), timeout_s=1, cap_bytes=1000)
WITHIN_S = 8


def frame(nonce, index, content=b"", status=b"0"):
    """One whole frame, as an honest host sends it."""
    return b"\n%s %s <\n%s\n%s %s > %s\n" % (nonce, index, content, nonce, index, status)


def obstacles(evidence):
    """Which obstacle each ask met."""
    return [evidence.answers[asks.key(ask)].obstacle for ask in (FIRST, SECOND)]


def test_one_byte_at_a_time(attack):
    """A host that never finishes an answer is stopped; what was whole is kept."""

    def act(channel, nonce):
        channel.sendall(frame(nonce, b"h") + frame(nonce, b"0", b"1\n") + b"\n%s 1 <\n" % nonce)
        while True:
            channel.send(b"x")
            time.sleep(0.05)

    evidence, took = attack(act)

    assert [None, Obstacle.TIMED_OUT] == obstacles(evidence)
    assert took < WITHIN_S


@pytest.mark.parametrize("stream", ["send", "send_stderr"])
def test_a_stream_without_end(attack, stream):
    """Neither stream can fill memory or hold the audit up."""

    def act(channel, nonce):
        channel.sendall(frame(nonce, b"h"))
        while True:
            getattr(channel, stream)(b"x" * 30_000)

    evidence, took = attack(act)

    assert [True, True] == [found is not None for found in obstacles(evidence)]
    assert took < WITHIN_S


def test_no_end_after_the_last_answer(attack):
    """All answers came, but the channel is never closed: they are kept, and waiting has an end."""

    def act(channel, nonce):
        channel.sendall(b"".join(frame(nonce, index) for index in (b"h", b"0", b"1", b"z")))
        time.sleep(30)

    evidence, took = attack(act)

    assert [None, None] == obstacles(evidence)
    assert took < WITHIN_S


@pytest.mark.parametrize("status", [b"9" * 5000, b"-1", b"0x10", b"\xff", b"", b"ok"])
def test_a_status_that_is_none(attack, status):
    """What is no exit status makes no answer."""

    def act(channel, nonce):
        channel.sendall(frame(nonce, b"h") + frame(nonce, b"0", b"1\n", status))
        channel.sendall(frame(nonce, b"1", b"2\n"))
        channel.close()

    evidence, _ = attack(act)

    assert obstacles(evidence)[0] in {Obstacle.LOST, Obstacle.FAILED}


def test_another_nonce_is_content(attack):
    """Frames under a guessed word are no frames at all."""

    def act(channel, nonce):
        guessed = b"0" * len(nonce)
        channel.sendall(b"".join(frame(guessed, index) for index in (b"h", b"0", b"1", b"z")))
        channel.close()

    evidence, _ = attack(act)

    assert Failure.NO_SHELL is evidence.failure


def test_a_frame_said_twice_counts_once(attack):
    """The first answer stands; a later one under the same index changes nothing."""

    def act(channel, nonce):
        channel.sendall(frame(nonce, b"h") + frame(nonce, b"0", b"first"))
        channel.sendall(frame(nonce, b"0", b"second") + frame(nonce, b"1"))
        channel.close()

    evidence, _ = attack(act)

    assert b"first" == evidence.answers[asks.key(FIRST)].stdout


def test_a_connection_dropped_within_a_frame(attack):
    """The answer under way is lost, the whole one before it stays."""

    def act(channel, nonce):
        channel.sendall(frame(nonce, b"h") + frame(nonce, b"0", b"1\n") + b"\n%s 1 <\nhalf" % nonce)
        time.sleep(0.3)
        channel.transport.sock.close()

    evidence, took = attack(act)

    assert [None, Obstacle.LOST] == obstacles(evidence)
    assert took < WITHIN_S


@pytest.mark.parametrize(
    "more", [{"executes": False}, {"executes": "never"}, {"opens": False}], ids=str
)
def test_a_server_that_runs_nothing(attack, more):
    """Refusing the program, or never answering, is a failure with an end."""
    evidence, took = attack(lambda channel, nonce: None, **more)

    assert evidence.failure in {Failure.LOST, Failure.NO_SHELL, Failure.SLOW}
    assert took < WITHIN_S


def _forever(plain, part, pause_s=0.0):
    while True:
        plain.sendall(part)
        time.sleep(pause_s)


_BAD_NAMES = b"\0\0\0\x04\xff\xfe\xff\xfe"


def _packet(payload):
    padding = 8 - (len(payload) + 5) % 8 + 8
    return (len(payload) + padding + 1).to_bytes(4) + bytes([padding]) + payload + b"\0" * padding


RAW = {
    "lines": lambda plain: _forever(plain, b"welcome\r\n" * 100),
    "one-line": lambda plain: _forever(plain, b"x" * 65536),
    "slow": lambda plain: _forever(plain, b"x", 0.2),
    "silent": lambda plain: time.sleep(30),
    "no-key-exchange": lambda plain: (plain.sendall(b"SSH-2.0-x\r\n"), time.sleep(30)),
    "noise": lambda plain: (plain.sendall(b"SSH-2.0-x\r\n"), _forever(plain, b"\xff" * 4096)),
    "huge-packet": lambda plain: (
        plain.sendall(b"SSH-2.0-x\r\n\x7f\xff\xff\xff\x04\x14"),
        _forever(plain, b"\0" * 65536),
    ),
    "bad-kexinit": lambda plain: (
        plain.sendall(b"SSH-2.0-x\r\n\0\0\0\x0c\x04\x14" + b"\xff" * 10),
        time.sleep(30),
    ),
    "names-not-text": lambda plain: (
        plain.sendall(
            b"SSH-2.0-x\r\n" + _packet(b"\x14" + b"\0" * 16 + _BAD_NAMES * 10 + b"\0" * 5)
        ),
        time.sleep(30),
    ),
    "short-kexinit": lambda plain: (
        plain.sendall(b"SSH-2.0-x\r\n" + _packet(b"\x14" + b"\0" * 3)),
        time.sleep(30),
    ),
    "closed": lambda plain: plain.close(),
}


@pytest.mark.parametrize("raw", RAW)
def test_what_is_no_honest_greeting(attack, raw):
    """Floods, drips, silence and noise before any key: a failure within the time allowed."""
    evidence, took = attack(raw=RAW[raw])

    words = {Failure.NOT_SSH, Failure.LOST, Failure.TIMED_OUT, Failure.ALGORITHMS}
    assert evidence.failure in words
    assert took < WITHIN_S


def test_a_host_that_takes_nothing_is_left(attack, monkeypatch):
    """A window that never opens ends the sending at its deadline."""
    monkeypatch.setattr("attt.collect.transport.ssh._SEND_TIMEOUT_S", 1)
    evidence, took = attack(lambda channel, nonce: None, window=64)

    assert Failure.LOST is evidence.failure
    assert took < WITHIN_S
