"""The lab of one test session: makes hosts, keeps its client key, ends whatever still runs."""

import subprocess
from pathlib import Path

from lab import roots
from lab.host import LabHost
from lab.machine import Machine


class Lab:
    """Boots hosts on demand; a test may take a fresh one, half a second each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hosts: list[LabHost] = []
        self.key = folder / "client"
        words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "attt-lab"]
        subprocess.run([*words, "-f", str(self.key)], check=True, capture_output=True)

    def host(self, release: str, *, name: str | None = None) -> LabHost:
        """Boot one of roots.SUITES; it has no account that can log in until a test makes one."""
        log = self._folder / f"boot-{len(self._hosts)}.log"
        name = name or release
        machine = Machine(roots.root(release), name=name, log=log)
        host = LabHost(machine, name=name, identity=self.key, folder=self._folder)
        self._hosts.append(host)
        host.run(f"echo {name} >/etc/hostname; echo 127.0.1.1 {name} >>/etc/hosts")
        return host

    def stop(self) -> None:
        """End every host of this session."""
        for host in self._hosts:
            host.stop()
