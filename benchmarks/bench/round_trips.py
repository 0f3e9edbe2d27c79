"""Round trips of one host over a slow line: attt's own SSH transport against bare paramiko."""

import secrets
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import paramiko

from attt.collect.dialect.posix import compile_program
from attt.collect.transport.interface import Surroundings
from attt.collect.transport.pins import Pins
from attt.collect.transport.ssh import SshTransport
from attt.inventory.secrets import resolve
from attt.model.ask import Ask
from attt.model.inventory import Host
from bench import evidence, floor
from bench.against_floor import SIZE
from bench.figures import Figure
from bench.office import office
from bench.planned import planned
from bench.server import Server, sshd

ROUND_TRIP_MS = 100
MOST_MORE = 1.0
_PROXY_PORT = 2223
_DELAY = Path(__file__).with_name("delay.py")


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """How many round trips attt needs more than bare paramiko for the same bytes."""
    rounds = 3 if is_quick else 9
    nobody = Server(user="root", key=Path("/dev/null"), host_key="ssh-ed25519 AAAA")
    made = planned(office(folder / "probe", ["127.0.0.1"], nobody, threads=1) / "inventory.yaml")
    replies = evidence.template(made.asks, SIZE)
    with sshd(folder / "sshd", replies=(replies.stdout, replies.stderr)) as server, _proxy():
        slow = Server(user=server.user, key=server.key, host_key=server.host_key, port=_PROXY_PORT)
        here = office(folder / "office", ["127.0.0.1"], slow, threads=1)
        host = planned(here / "inventory.yaml").plan.hosts[0].host
        ours = _ours(here, host, made.asks)
        bare = _bare(slow, made.asks, len(replies.stdout))
        took = [(_timed(bare), _timed(ours)) for _ in range(rounds)]
    quick, own = (statistics.median(one) for one in zip(*took, strict=True))
    more = (own - quick) / (ROUND_TRIP_MS / 1000)
    note = f"bare {quick:.2f} s, attt {own:.2f} s at {ROUND_TRIP_MS} ms a round trip"
    return [
        Figure(name="round_trips_more_than_bare", value=more, unit="round trips", limit=MOST_MORE,
               note=note)
    ]  # fmt: skip


def _timed(work: Callable[[], None]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


def _bare(server: Server, asks: tuple[Ask, ...], least: int) -> Callable[[], None]:
    key = paramiko.Ed25519Key.from_private_key_file(str(server.key))

    def work() -> None:
        program = compile_program(asks, nonce=secrets.token_hex(16)).stdin()
        got = floor.ask("127.0.0.1", server.port, server.user, key, server.host_key, program)
        if got < least:
            raise RuntimeError(f"the floor got only {got} bytes")

    return work


def _ours(folder: Path, host: Host, asks: tuple[Ask, ...]) -> Callable[[], None]:
    around = Surroundings(
        now=lambda: datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        nonce=lambda: secrets.token_hex(16),
        resolve=lambda secret: resolve(secret, environ={}, home=Path("/")),
        cancelled=threading.Event(),
    )
    transport = SshTransport(around, Pins(folder / "state" / "known_hosts"))

    def work() -> None:
        evidence = transport.gather(host, asks)
        if evidence.failure is not None:
            raise RuntimeError(f"{evidence.failure}: {evidence.detail}")

    return work


@contextmanager
def _proxy() -> Iterator[None]:
    words = [sys.executable, str(_DELAY), str(_PROXY_PORT), "2222", str(ROUND_TRIP_MS / 2)]
    proxy = subprocess.Popen(words)
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", _PROXY_PORT), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield
    finally:
        proxy.terminate()
        proxy.wait(10)
