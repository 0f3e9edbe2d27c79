"""A real sshd on loopback, and a server that means harm; started and ended by the tests."""

import contextlib
import getpass
import os
import re
import secrets
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

import paramiko
import pytest

from attt.collect.transport import pump
from attt.collect.transport.interface import Surroundings
from attt.collect.transport.pins import HostKey, Pins
from attt.collect.transport.ssh import SshTransport
from attt.model.ask import Command
from attt.model.inventory import Connect, Host, Secret, TransportKind

FIRST = Command(argv=("echo", "1"), timeout_s=1, cap_bytes=1000)
SECOND = Command(argv=("echo", "2"), timeout_s=1, cap_bytes=1000)


class Sshd:
    """One sshd of OpenSSH on a free port of 127.0.0.1 and ::1."""

    def __init__(self, folder: Path, extra: str = "") -> None:
        self.folder = folder
        self.extra = extra
        self.user = getpass.getuser()
        self.identity = folder / "id"
        self.port = _free_port()
        for name in ("id", "host"):
            keygen(folder / name)
        self.start()

    def start(self) -> None:
        """Start it; ready when its port answers."""
        authorized = self.folder / "authorized"
        authorized.write_text((self.folder / "id.pub").read_text())
        config = self.folder / "config"
        config.write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nListenAddress ::1\n"
            f"HostKey {self.folder}/host\nAuthorizedKeysFile {authorized}\nPidFile none\n"
            f"StrictModes no\nUsePAM no\nPasswordAuthentication no\n{self.extra}\n"
        )
        sshd = shutil.which("sshd", path="/usr/sbin:/usr/bin")
        self.process = subprocess.Popen(
            [sshd, "-D", "-e", "-f", config], stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        pytest.fail("sshd did not start")

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait()

    def new_host_key(self) -> None:
        """The same address with another key."""
        self.stop()
        for name in ("host", "host.pub"):
            (self.folder / name).unlink()
        keygen(self.folder / "host")
        self.start()


def keygen(path: Path) -> None:
    """A fresh ed25519 key."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def sshd(tmp_path):
    """A running sshd that lets this test's key in."""
    if not shutil.which("sshd", path="/usr/sbin:/usr/bin"):
        pytest.skip("openssh-server is not installed")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    server = Sshd(tmp_path)
    yield server
    server.stop()


class Mean(paramiko.ServerInterface):
    """Lets everybody in, then does as its test says with the program that it is sent."""

    def __init__(self, act, *, opens=True, executes=True):
        self.act = act
        self.opens = opens
        self.executes = executes

    def get_allowed_auths(self, username):
        """What clients may try."""
        return "password"

    def check_auth_password(self, username, password):
        """Any password will do."""
        return paramiko.AUTH_SUCCESSFUL

    def check_channel_request(self, kind, chanid):
        """A session, unless this server never answers."""
        while not self.opens:
            time.sleep(0.1)
        return paramiko.OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel, command):
        """Start the mischief beside the connection's own thread."""
        if self.executes == "never":
            time.sleep(30)
        if self.executes:
            threading.Thread(target=self._run, args=(channel,), daemon=True).start()
        return bool(self.executes)

    def _run(self, channel):
        with contextlib.suppress(OSError, EOFError, paramiko.SSHException):
            program = b""
            while channel.in_window_size > 64 and (part := channel.recv(65536)):
                program += part
            if found := re.search(rb"(?m)^N=(\w+)$", program):
                self.act(channel, found[1])


class Server:
    """One listening socket; each connection is served in a thread of its own."""

    def __init__(self, serve):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open = []
        self.serve = serve
        self.is_stopped = False
        self.lock = threading.Lock()
        self.accepting = threading.Thread(target=self._accept, daemon=True)
        self.accepting.start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                plain, _ = self.listener.accept()
                with self.lock:
                    if self.is_stopped:
                        plain.close()
                        return
                    self.open.append(plain)
                threading.Thread(target=self._one, args=(plain,), daemon=True).start()

    def _one(self, plain):
        with contextlib.suppress(OSError, EOFError, paramiko.SSHException):
            self.serve(plain)

    def stop(self):
        """Close everything that is open, a connection that comes at the last moment too."""
        with self.lock:
            self.is_stopped = True
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.accepting.join(timeout=5)
        for one in (self.listener, *self.open):
            one.close()


@pytest.fixture
def attack(tmp_path, monkeypatch):
    """Gather from a hostile server: what came of it, and how long it took."""
    monkeypatch.setattr(pump, "_SLACK_S", 1)
    monkeypatch.setattr(pump, "_BEGIN_S", 1)
    key = paramiko.RSAKey.generate(2048)
    servers = []

    def run(act=None, *, raw=None, server=None, window=2**21, **more):
        def serve(plain):
            link = paramiko.Transport(plain, default_window_size=window)
            servers.append(link)
            link.add_server_key(key)
            mean = server or Mean(act, **more)
            mean.link = link
            link.start_server(server=mean)

        listening = Server(raw or serve)
        servers.append(listening)
        pins = Pins(tmp_path / "state" / "known_hosts")
        pins.enrol("127.0.0.1", listening.port, HostKey(algorithm="ssh-rsa", blob=key.asbytes()))
        around = Surroundings(
            now=lambda: "2026-11-22T00:00:00Z",
            nonce=lambda: secrets.token_hex(16),
            resolve=lambda secret: Open(),
        )
        connect = Connect(
            transport=TransportKind.SSH, user="u", port=listening.port, timeout_s=2,
            password=Secret(scheme="env", name="X"),
        )  # fmt: skip
        host = Host(id="h", name="h", addresses=("127.0.0.1",), zone=None, connect=connect)
        started = time.monotonic()
        evidence = SshTransport(around, pins).gather(host, (FIRST, SECOND))
        return evidence, time.monotonic() - started

    yield run
    for one in servers:
        one.stop() if isinstance(one, Server) else one.close()


class Open:
    """A revealed secret."""

    def reveal(self):
        """The password."""
        return "x"


@pytest.fixture
def agent(monkeypatch, tmp_path):
    """A real ssh-agent of our own; gives a function that adds a key to it."""
    socket_path = tmp_path / "agent"
    process = subprocess.Popen(
        ["ssh-agent", "-D", "-a", socket_path], stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    )
    monkeypatch.setenv("SSH_AUTH_SOCK", str(socket_path))
    while not socket_path.exists():
        assert process.poll() is None
        time.sleep(0.02)
    yield lambda key: subprocess.run(["ssh-add", "-q", key], check=True, capture_output=True)
    process.terminate()
    process.wait()
