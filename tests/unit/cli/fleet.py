"""Thirty hosts that are one real sshd: it answers on every address of 127.0.0.0/8."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

HOSTS = 30
RULES = ("file-account-database", "file-cron")

SSHD = """\
Port {port}
ListenAddress 0.0.0.0
HostKey {folder}/host
PidFile none
AuthorizedKeysFile {folder}/client.pub
StrictModes no
UsePAM no
PermitRootLogin yes
MaxStartups 500
{penalties}
"""
HEAD = """\
organisations: [{id: ubnd, name: UBND, role: owner}]
hosts:
"""
HOST = "  - {{id: h-{n:02}, addresses: [127.0.1.{n}]}}\n"
DOWN = "  - {id: h-down, addresses: [127.0.1.99], connect: {port: 9}}\n"
TAIL = """\
systems:
  - {{code: A, name: A, level: 3, owner: ubnd, operator: ubnd, hosts: [{hosts}]}}
connect: {{user: {user}, port: {port}, key: "file:{folder}/client"}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """A folder to start attt in, whose `i.yaml` has thirty hosts and one that is down."""

    folder: Path
    server: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End the server; who is logged in is ended by the end of the connection."""
        self.server.terminate()
        self.server.wait()


def fleet(folder: Path) -> Fleet:
    """Start the server and write the inventory, the pins and the settings."""
    ground = folder / "sshd"
    here = folder / "here"
    for each in (ground, here, here / "state"):
        each.mkdir(mode=0o700)
    for name in ("host", "client"):
        words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", ground / name]
        subprocess.run(words, check=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    _write_office(here, ground, port)
    return Fleet(folder=here, server=_serve(ground, port))


def _write_office(here: Path, ground: Path, port: int) -> None:
    ids = [f"h-{n:02}" for n in range(1, HOSTS + 1)]
    hosts = "".join(HOST.format(n=n) for n in range(1, HOSTS + 1))
    tail = TAIL.format(
        hosts=", ".join(["h-down", *ids]), user=getpass.getuser(), port=port, folder=ground
    )
    (here / "i.yaml").write_text(HEAD + DOWN + hosts + tail)
    (here / "attt.toml").write_text("concurrency = 3\n")
    key = (ground / "host.pub").read_text().split()
    pins = here / "state" / "known_hosts"
    pins.write_text(
        "".join(f"[127.0.1.{n}]:{port} {key[0]} {key[1]}\n" for n in range(1, HOSTS + 1))
    )
    pins.chmod(0o600)


def _serve(ground: Path, port: int) -> subprocess.Popen[bytes]:
    program = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    assert program is not None, "the tests need openssh-server"
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    # OpenSSH 9.8 learnt to punish an address whose logins break off, as those of a killed attt do.
    for penalties in ("PerSourcePenalties no", ""):
        config = ground / "config"
        config.write_text(SSHD.format(port=port, folder=ground, penalties=penalties))
        tried = subprocess.run([program, "-t", "-f", config], capture_output=True, check=False)
        if tried.returncode == 0:
            break
    server = subprocess.Popen([program, "-D", "-e", "-f", config], stderr=subprocess.DEVNULL)
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.02)
        else:
            return server
    server.kill()
    raise TimeoutError
