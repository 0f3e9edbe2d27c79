"""Booting and ending one container: processes, network, cgroup. Nothing of it outlives this program.

The container lives in namespaces without names, which end with their first process: a shell that the
kernel ends when this program is gone, however it went (setpriv --pdeathsig, unshare --kill-child).
"""

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from lab import cgroup
from lab.slot import Slot, claim

BOOT_S = 60


class Machine:
    """A container from its first process to its last."""

    def __init__(self, root: Path, *, name: str, log: Path) -> None:
        """Boot; returns when sshd answers and systemd has started all units."""
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("boot lab hosts from the main thread: they end with their parent")
        self.slot: Slot = claim()
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._leader = 0
        try:
            self._boot(root, name)
        except BaseException:
            self.stop()
            raise

    @property
    def file_system(self) -> Path:
        """The host's root as this machine sees it: never follow links from there."""
        return Path(f"/proc/{self._leader}/root")

    def enter(self) -> tuple[str, ...]:
        """The words that start a program inside."""
        parts = ("-m", "-u", "-i", "-n", "-p", "-C", "-r", "-w")
        return ("nsenter", f"--target={self._leader}", *parts)

    def stop(self) -> None:
        """End every process, then remove the interface and the cgroup."""
        process, self._process = self._process, None
        if process is None:
            self.slot.release()
            return
        if self._leader:
            _kill(self._leader)
        else:
            process.kill()
        _ended(process)
        _until(self.slot.free, 10, "its processes to end")
        self.slot.release()

    def _boot(self, root: Path, name: str) -> None:
        self._process = process = _start(root, name, self.slot, self._log)
        _until(self._has_shell, 10, "its shell")
        shell = _children(process.pid)[0]
        cgroup.create(self.slot.name, shell)
        _connect(self.slot, shell)
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        process.stdin.close()
        _until(self._has_leader, BOOT_S, "its first process")
        _until(self._answers, BOOT_S, "sshd")
        wait = [*self.enter(), "systemctl", "is-system-running", "--wait"]
        subprocess.run(wait, capture_output=True, check=False, timeout=BOOT_S)

    def _has_shell(self) -> bool:
        return _children(self._running()) != ()

    def _running(self) -> int:
        """The number of our own first process; tells what it said where it has ended."""
        assert self._process is not None
        if self._process.poll() is not None:
            raise RuntimeError(f"the host did not boot:\n{self._log.read_text()[-2000:]}")
        return self._process.pid

    def _has_leader(self) -> bool:
        self._leader = next(filter(_is_first, _below(self._running())), 0)
        return self._leader != 0

    def _answers(self) -> bool:
        try:
            with socket.create_connection((self.slot.address(2), 22), timeout=1) as connection:
                return connection.recv(4) == b"SSH-"
        except OSError:
            return False


def _start(root: Path, name: str, slot: Slot, log: Path) -> subprocess.Popen[bytes]:
    unit = [] if Path("/run/systemd/system").is_dir() else ["--keep-unit"]
    nspawn = [
        "systemd-nspawn",
        "--quiet",
        f"--directory={root}",
        "--volatile=overlay",
        "--register=no",
        *unit,
        "--network-namespace-path=/proc/self/ns/net",
        "--capability=CAP_NET_ADMIN",
        f"--machine={slot.name}",
        f"--hostname={name}",
        "--resolv-conf=off",
        "--timezone=off",
        "--link-journal=no",
        "--settings=no",
        "--console=pipe",
        "-b",
    ]
    # The shell waits until its network stands and its cgroup is its own; it stays as process 1.
    wait = ["sh", "-c", 'read -r go && "$@" </dev/null; exit $?', "sh", *nspawn]
    apart = ["unshare", "--net", "--pid", "--fork", "--kill-child=KILL", "--mount-proc"]
    words = ["setpriv", "--pdeathsig", "KILL", *apart, *wait]
    with log.open("wb") as out:
        return subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=out, stderr=out, start_new_session=True
        )


def _connect(slot: Slot, pid: int) -> None:
    """A veth pair: `.1` and `::1` here, `.2` and `::2` on interface host0 inside."""
    peer = ("peer", "name", "host0", "netns", str(pid))
    _ip("link", "add", slot.interface, "type", "veth", *peer)
    inside = ("nsenter", f"--target={pid}", "--net")
    for enter, interface, last in (((), slot.interface, 1), (inside, "host0", 2)):
        _ip("addr", "add", f"{slot.address(last)}/24", "dev", interface, enter=enter)
        address6 = f"{slot.address6(last)}/64"
        _ip("-6", "addr", "add", address6, "dev", interface, "nodad", enter=enter)
        _ip("link", "set", interface, "up", enter=enter)
    _ip("link", "set", "lo", "up", enter=inside)


def _ip(*words: str, enter: tuple[str, ...] = ()) -> None:
    subprocess.run([*enter, "ip", *words], check=True, capture_output=True, text=True)


def _children(pid: int) -> tuple[int, ...]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ()
    return tuple(int(word) for word in text.split())


def _below(pid: int) -> Iterator[int]:
    for child in _children(pid):
        yield child
        yield from _below(child)


def _is_first(pid: int) -> bool:
    """Whether a process is number 1 of a container's PID namespace, and already systemd."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        program = Path(f"/proc/{pid}/comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return False
    numbers = next(line.split()[1:] for line in status.splitlines() if line.startswith("NSpid"))
    return len(numbers) > 2 and numbers[-1] == "1" and program == "systemd"


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _ended(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None and not process.stdin.closed:
        process.stdin.close()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=10)


def _until(true: Callable[[], object], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"the lab host kept us waiting for {what} for {seconds} s")
        time.sleep(0.02)
