"""The nmap program: found once, checked by python-nmap, run so that it never outlives us.

python-nmap's own `scan` keeps its child to itself: an interrupt would leave nmap scanning. So
attt starts nmap itself, in a process group of its own, and leaves the reading of the XML to
python-nmap (`read.py`).
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Protocol

import nmap as python_nmap

from attt.errors import MissingProgram
from attt.message import Message
from attt.model.scan import literal

HOST_TIMEOUT_S = 900
_GRACE_S = 60  # start-up and the writing of the XML, after the last host had its time
_CAP_BYTES = 64 * 1024 * 1024
_STDERR_CAP_BYTES = 64 * 1024
_OPTIONS = (
    "-n",  # no names are looked up
    "-Pn",  # an address that drops pings is looked at all the same
    "-T4",
    "--min-hostgroup=64",  # all addresses of a call at once
)
# Without a least rate a silent address takes 20 ms a port, one after another.
_CAREFUL = ("--min-rate=1000", "--max-retries=2")
_HASTY = ("--min-rate=4000", "--max-retries=1")  # 64 silent addresses in 50 s instead of 180

ASK_TIMEOUT_S = 180
_SCRIPTS = "ssl-cert,ssl-enum-ciphers,sslv2,ssh2-enum-algos,sshv1,http-auth"
_ASK = (
    "-sV",
    "--version-intensity=2",  # a silent service costs 40 s; nmap's own 7 would cost minutes
    f"--script={_SCRIPTS}",
    "--script-timeout=60s",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What one run of nmap left: its XML, its complaints and how it ended.

    `status` is None where it was ended at its deadline; `is_cut` says that the XML is not whole.
    """

    xml: bytes = b""
    stderr: str = ""
    status: int | None = 0
    is_cut: bool = False


class Scanner(Protocol):
    """Looks at the TCP ports of a few literal addresses of one family, and reports raw output."""

    def look(self, addresses: Sequence[str], ports: str, *, is_hasty: bool = False) -> Output:
        """Scan `addresses` for `ports` (nmap's port text) and wait for the end.

        `is_hasty`: faster and with fewer tries, for addresses that seem to answer nothing.
        """
        ...

    def ask(self, addresses: Sequence[str], ports: str) -> Output:
        """Ask those of `ports` that are open what they speak, and wait for the end."""
        ...


class Nmap:
    """The installed nmap. SYN scan where raw packets are allowed, else connect scan.

    Raises MissingProgram where there is no nmap, or something else of that name.
    """

    def __init__(self, program: str | None = None) -> None:
        self._program = program or _find()
        self._method = ("-sS",) if _has_raw_packets() else ("-sT", "--unprivileged")

    def look(self, addresses: Sequence[str], ports: str, *, is_hasty: bool = False) -> Output:
        """Scan `addresses` for `ports`; an interrupt ends nmap and goes on upwards."""
        return run(self.argv(addresses, ports, is_hasty=is_hasty), HOST_TIMEOUT_S + _GRACE_S)

    def ask(self, addresses: Sequence[str], ports: str) -> Output:
        """Ask the open ones of `ports`; an interrupt ends nmap and goes on upwards."""
        return run(self.argv(addresses, ports, is_asked=True), ASK_TIMEOUT_S + _GRACE_S)

    def argv(
        self,
        addresses: Sequence[str],
        ports: str,
        *,
        is_hasty: bool = False,
        is_asked: bool = False,
    ) -> tuple[str, ...]:
        """The exact command; every option is fixed here, every target is a checked literal.

        `is_asked`: open ports are asked what they speak. Raises ValueError for anything that is no literal, or for two families: a bug upstream.
        """
        checked = [literal(address) for address in addresses]
        versions = {address.version for address in checked if address is not None}
        if None in checked or len(versions) != 1:
            raise ValueError(f"not literals of one family: {addresses!r}")
        family = ("-6",) if versions == {6} else ()
        limit = ASK_TIMEOUT_S if is_asked else HOST_TIMEOUT_S
        how = (
            *(*family, *self._method, *_OPTIONS),
            *(_HASTY if is_hasty else _CAREFUL),
            *(_ASK if is_asked else ()),
            f"--host-timeout={limit}s",
        )
        targets = tuple(str(address) for address in checked)
        return (self._program, *how, "-p", ports, "-oX", "-", *targets)


def _find() -> str:
    program = shutil.which("nmap")
    hint = Message(
        "Install the package {package}, or leave the scan out with --no-scan.", package="nmap"
    )
    if program is None:
        raise MissingProgram(Message("The program nmap is not installed."), hint=hint)
    try:
        python_nmap.PortScanner(nmap_search_path=(program,))
    except python_nmap.PortScannerError as error:
        message = Message("{path} is not a working nmap.", path=program)
        raise MissingProgram(message, hint=hint) from error
    return program


def _has_raw_packets() -> bool:
    """Root without CAP_NET_RAW (many containers) can't send them, so it is tried."""
    try:
        socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP).close()
    except OSError:
        return False
    return True


def run(argv: Sequence[str], timeout_s: float) -> Output:
    """Run one program to its end or its deadline; whatever happens, its group is gone after.

    Output goes through files, so that much of it can neither block nor fill our memory.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        status = _wait(argv, timeout_s, out, err)
        xml = _head(out, _CAP_BYTES + 1)
        stderr = _head(err, _STDERR_CAP_BYTES).decode("utf-8", errors="replace")
    is_cut = len(xml) > _CAP_BYTES
    return Output(xml=xml[:_CAP_BYTES], stderr=stderr, status=status, is_cut=is_cut)


def _wait(argv: Sequence[str], timeout_s: float, out: IO[bytes], err: IO[bytes]) -> int | None:
    # A clean environment: NMAPDIR, NMAP_PRIVILEGED and the like change what nmap does.
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
    process = subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=err,
        env=environment,
        process_group=0,
    )
    try:
        return process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the program and what it started; reaped already, its group is looked for no more."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _head(file: IO[bytes], length: int) -> bytes:
    file.seek(0)
    return file.read(length)
