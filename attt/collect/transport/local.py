"""The machine that attt runs on, asked by the very program that an SSH host gets."""

import contextlib
import os
import selectors
import signal
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from attt.collect.dialect.posix import EXEC, compile_program
from attt.collect.transport.interface import Surroundings
from attt.collect.transport.posix_host import with_reply
from attt.collect.transport.pump import Chunk, pump
from attt.errors import AtttError
from attt.model.ask import Ask
from attt.model.inventory import Host
from attt.model.run import Failure, HostEvidence

_WAIT_S = 0.2
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/"}


@dataclass(frozen=True, slots=True)
class LocalTransport:
    """Gathers from this machine; with a sudo password where the inventory refers to one."""

    around: Surroundings

    def gather(self, host: Host, asks: Sequence[Ask]) -> HostEvidence:
        """Run the program once with /bin/sh; nothing is written and no network is used."""
        address = host.addresses[0] if host.addresses else "127.0.0.1"
        evidence = HostEvidence(host=host.id, address=address, observed_at=self.around.now())
        password = ""
        if host.connect.sudo_password:
            try:
                password = self.around.resolve(host.connect.sudo_password).reveal()
            except AtttError as error:
                return replace(evidence, failure=Failure.CREDENTIAL, detail=str(error.message))
        program = compile_program(asks, nonce=self.around.nonce())
        # The constant EXEC is what a login shell would be given; here /bin/sh takes that part.
        process = subprocess.Popen(
            ["/bin/sh", "-c", EXEC],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_ENVIRONMENT,
            start_new_session=True,
            bufsize=0,
        )
        try:
            chunks = _chunks(process, program.stdin(password))
            streams = pump(chunks, program, self.around.cancelled.is_set)
        finally:
            _end(process)
        return with_reply(evidence, program, streams)


def _chunks(process: subprocess.Popen[bytes], to_send: bytes) -> Iterator[Chunk]:
    """Feed stdin and read both streams without ever blocking on one of them."""
    stdin, stdout, stderr = process.stdin, process.stdout, process.stderr
    if stdin is None or stdout is None or stderr is None:
        raise TypeError
    with selectors.DefaultSelector() as selector:
        for stream, name in ((stdout, "out"), (stderr, "err")):
            selector.register(stream, selectors.EVENT_READ, name)
        os.set_blocking(stdin.fileno(), False)
        selector.register(stdin, selectors.EVENT_WRITE, "in")
        reading = 2
        while reading:
            ready = selector.select(_WAIT_S)
            if not ready:
                yield "out", b""
            for key, _ in ready:
                if key.data == "in":
                    to_send = _feed(selector, stdin, to_send)
                elif data := os.read(key.fd, 65536):
                    yield key.data, data
                else:
                    selector.unregister(key.fileobj)
                    reading -= 1


def _feed(selector: selectors.BaseSelector, stdin: IO[bytes], to_send: bytes) -> bytes:
    try:
        to_send = to_send[os.write(stdin.fileno(), to_send[:4096]) :]
    except BrokenPipeError:
        to_send = b""
    if not to_send:
        selector.unregister(stdin)
        stdin.close()
    return to_send


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program and all that it started, and close our ends.

    `timeout` makes process groups of its own, so it is the session that counts: it began with us.
    """
    for pid in (process.pid, *_of_session(process.pid)):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream:
            stream.close()
    process.wait()


def _of_session(leader: int) -> list[int]:
    """The processes whose session `leader` began, by /proc/PID/stat (proc(5), sixth field)."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            after_name = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
            if int(after_name[3]) == leader:
                found.append(int(folder.name))
    return found
