"""One booted host, as a test sees it."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.machine import Machine
from lab.snapshot import Photographer, Snapshot

ENVIRONMENT = ("LANG=C.UTF-8", "HOME=/root", "PATH=/usr/sbin:/usr/bin:/sbin:/bin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a command inside the host said."""

    exit: int
    stdout: str
    stderr: str


class LabHost:
    """A real Debian that runs now; everything done to it is gone when it stops."""

    def __init__(self, machine: Machine, *, name: str, identity: Path, folder: Path) -> None:
        self.name = name
        self.address = machine.slot.address(2)
        self.address6 = machine.slot.address6(2)
        self.port = 22
        self.identity = identity
        self._machine = machine
        self._folder = folder
        self._photographer = Photographer(machine.file_system)

    def run(
        self,
        command: str | Sequence[str],
        *,
        input: str | bytes = b"",  # noqa: A002 - the word that subprocess uses
        check: bool = True,
        timeout_s: float = 30,
    ) -> Said:
        """Run words, or one text through sh, as root inside; a failure raises unless `check` is off."""
        words = ["sh", "-c", command] if isinstance(command, str) else list(command)
        given = input.encode() if isinstance(input, str) else input
        enter = [*self._machine.enter(), "env", "-i", *ENVIRONMENT, *words]
        done = subprocess.run(
            enter, input=given, capture_output=True, check=False, timeout=timeout_s
        )
        stdout, stderr = (text.decode(errors="replace") for text in (done.stdout, done.stderr))
        if check and done.returncode != 0:
            raise RuntimeError(f"{words} on {self.name}: exit {done.returncode}\n{stdout}{stderr}")
        return Said(exit=done.returncode, stdout=stdout, stderr=stderr)

    def write(self, path: str, text: str | bytes, *, mode: str | None = None) -> None:
        """Write a file inside, with its folders; the mode (`0600`) stays as it is unless given."""
        script = 'mkdir -p "$(dirname "$1")"; cat >"$1"'
        self.run(["sh", "-c", script, "sh", path], input=text)
        if mode is not None:
            self.run(["chmod", mode, path])

    def user(
        self,
        name: str,
        *,
        password: str | None = None,
        sudo: str | None = "nopasswd",
        authorized_key: Path | None = None,
        shell: str = "/bin/bash",
    ) -> None:
        """Make an account that the lab's key (or another public key) opens; `root` is there already.

        Args:
            name: the account.
            password: without one the account has none that could match.
            sudo: `nopasswd`, `password`, exact sudoers lines, or None for no sudo at all.
            authorized_key: a public key file; the lab's own by default.
            shell: the login shell.
        """
        if name != "root":
            self.run(["useradd", "--create-home", "--shell", shell, name])
        if password is not None:
            self.run(["chpasswd"], input=f"{name}:{password}\n")
        if sudo is not None and name != "root":
            self.write(f"/etc/sudoers.d/{name}", _sudoers(name, sudo), mode="0440")
            self.run(["visudo", "-cq"])
        key = authorized_key or self.identity.with_suffix(".pub")
        self._authorize(name, key.read_text())

    def host_key(self, kind: str = "ed25519") -> str:
        """The public host key as the host itself has it: `ssh-ed25519 AAAA…`."""
        line = self.run(["cat", f"/etc/ssh/ssh_host_{kind}_key.pub"]).stdout
        return " ".join(line.split()[:2])

    def ssh(
        self, user: str, command: str, *, address: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Log in with the system's own ssh client, with the key that the host really has."""
        address = address or self.address
        known = self._folder / f"known-hosts-{self._machine.slot.number}"
        known.write_text(f"{address} {self.host_key()}\n")
        options = (
            f"UserKnownHostsFile={known}",
            "GlobalKnownHostsFile=/dev/null",
            "StrictHostKeyChecking=yes",
            "IdentitiesOnly=yes",
            "BatchMode=yes",
            "ConnectTimeout=10",
        )
        words = ["ssh", "-F", "none", "-i", str(self.identity), "-p", str(self.port)]
        words += [word for option in options for word in ("-o", option)]
        return subprocess.run(
            [*words, f"{user}@{address}", command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )

    def enter(self) -> tuple[str, ...]:
        """The words that start a program inside, before the program's own."""
        return self._machine.enter()

    def network(self, name: str, value: int) -> None:
        """Set `ipv4/conf/all/rp_filter` or the like from outside: inside, /proc/sys is read-only."""
        target = self._machine.enter()[1]
        script = ["sh", "-c", 'echo "$2" >"/proc/sys/net/$1"', "sh", name, str(value)]
        subprocess.run(["nsenter", target, "-n", *script], check=True, capture_output=True)

    def snapshot(self) -> Snapshot:
        """The whole file system now, without /dev, /proc, /run and /sys."""
        return self._photographer.take()

    def stop(self) -> None:
        """End the host and all that belongs to it; a second time does nothing."""
        self._machine.stop()

    def _authorize(self, name: str, key: str) -> None:
        home = self.run(["getent", "passwd", name]).stdout.split(":")[5]
        self.run(["install", "-d", "-m", "0700", "-o", name, f"{home}/.ssh"])
        self.write(f"{home}/.ssh/authorized_keys", key, mode="0600")
        self.run(["chown", name, f"{home}/.ssh/authorized_keys"])


def _sudoers(name: str, sudo: str) -> str:
    match sudo:
        case "nopasswd":
            return f"{name} ALL=(ALL:ALL) NOPASSWD: ALL\n"
        case "password":
            return f"{name} ALL=(ALL:ALL) ALL\n"
        case _:
            return sudo.rstrip("\n") + "\n"
