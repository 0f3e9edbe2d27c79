"""A real sshd on loopback, started and ended by the tests."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest


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
