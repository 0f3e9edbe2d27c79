"""One real sshd that answers on every loopback address of the benchmark's own namespace."""

import getpass
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PORT = 2222

_CONFIG = """Port {port}
ListenAddress 0.0.0.0
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
StrictModes no
UsePAM no
UseDNS no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 1000
LogLevel ERROR
{force}
"""
# Reads the program to its end, takes the random word out of it, and sends the recorded reply.
_REPLAY = """#!/bin/sh
IFS= read -r password
while IFS= read -r line; do case $line in N=*) n=${{line#N=}}; break ;; esac; done
cat >/dev/null
set -- $SSH_CONNECTION
salt=$(printf '%s' "$3" | cksum); salt=${{salt%% *}}
sed -e "s/@N@/$n/g" -e "s/@SALT@/$salt/g" {folder}/stdout &
sed -e "s/@N@/$n/g" -e "s/@SALT@/$salt/g" {folder}/stderr >&2
wait
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running sshd: who may log in with which key, and the host key that it shows."""

    user: str
    key: Path
    host_key: str  # "ssh-ed25519 AAAA…"
    port: int = PORT


def addresses(count: int) -> list[str]:
    """That many loopback addresses, none of them 127.0.0.1."""
    return [f"127.77.{n // 250}.{n % 250 + 1}" for n in range(count)]


@contextmanager
def sshd(
    folder: Path, *, replies: tuple[bytes, bytes] | None = None, port: int = PORT
) -> Iterator[Server]:
    """A real sshd; with `replies` (stdout, stderr) every login gets those, else a real shell."""
    folder.mkdir()
    for name in ("host_key", "client_key"):
        _quiet(
            "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "bench", "-f", f"{folder}/{name}"
        )
    shutil.copy(folder / "client_key.pub", folder / "authorized_keys")
    force = ""
    if replies is not None:
        force = f"ForceCommand {folder}/replay"
        (folder / "stdout").write_bytes(replies[0])
        (folder / "stderr").write_bytes(replies[1])
        (folder / "replay").write_text(_REPLAY.format(folder=folder))
        (folder / "replay").chmod(0o755)
    config = folder / "sshd_config"
    config.write_text(_CONFIG.format(port=port, folder=folder, force=force))
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    program = shutil.which("sshd", path="/usr/sbin:/usr/bin:/sbin") or "/usr/sbin/sshd"
    with (folder / "sshd.log").open("w") as log:
        server = subprocess.Popen([program, "-D", "-e", "-f", str(config)], stderr=log)
    try:
        _wait_for(port, folder / "sshd.log")
        words = (folder / "host_key.pub").read_text().split()
        yield Server(user=getpass.getuser(), key=folder / "client_key",
                     host_key=" ".join(words[:2]), port=port)  # fmt: skip
    finally:
        server.terminate()
        server.wait(10)


def _quiet(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)


def _wait_for(port: int, log: Path) -> None:
    import socket  # noqa: PLC0415

    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"sshd did not start: {log.read_text()}")
