"""The lab keeps its own promises: real hosts, honest snapshots, nothing left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from lab import cgroup
from lab.host import LabHost
from lab.session import Lab
from lab.snapshot import LOGIN_WRITES

LAB = Path(__file__).parent


def _alive(machine: str) -> list[str]:
    """Command lines of processes that mention a machine's name."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if f"--machine={machine} " in line:
            found.append(line)
    return found


def _interfaces() -> set[str]:
    return {path.name for path in Path("/sys/class/net").iterdir()}


def _leftovers() -> set[str]:
    """Mounts of the lab's roots, and folders that systemd-nspawn makes under /tmp."""
    mounts = Path("/proc/self/mounts").read_text().splitlines()
    return {
        *(line for line in mounts if "nspawn" in line or "attt-lab" in line),
        *(str(path) for path in Path("/tmp").glob("nspawn*")),
    }


def _cgroups(name: str) -> list[Path]:
    return [tree / name for tree in cgroup.hierarchies() if (tree / name).exists()]


def test_a_host_boots_its_own_release(host: LabHost) -> None:
    """Systemd started every unit of the release that was asked for."""
    state = host.run("systemctl is-system-running").stdout.strip()
    version = host.run(". /etc/os-release; echo $ID-$VERSION_ID").stdout.strip()

    assert ("running", host.name) == (state, version)


def test_the_key_opens_a_host_over_both_families(host: LabHost) -> None:
    """The system's ssh client logs in with the lab's key, and finds the host key that is inside."""
    said = [
        host.ssh("audit", "id -un; sudo -n id -u", address=address)
        for address in (host.address, host.address6)
    ]

    assert [(s.returncode, s.stdout, s.stderr) for s in said] == [(0, "audit\n0\n", "")] * 2


def test_a_wrong_account_stays_outside(host: LabHost) -> None:
    """A host opens for those accounts only that a test made."""
    said = host.ssh("root", "true")

    assert said.returncode == 255


def test_a_sudo_password_is_asked_for(host: LabHost) -> None:
    """An account made with a sudo password needs it, and it works."""
    host.user("clerk", password="mat-khau-thu", sudo="password")
    without = host.ssh("clerk", "sudo -n true")
    given = host.ssh("clerk", "echo mat-khau-thu | sudo -S -p '' id -u")

    assert (without.returncode, given.stdout) == (1, "0\n")


def test_what_is_broken_shows_inside(host: LabHost) -> None:
    """A second account with uid 0 is there for everybody who reads the password database."""
    before = host.run("getent passwd 0").stdout
    host.write("/etc/passwd", host.run("cat /etc/passwd").stdout + "second:x:0:0::/root:/bin/sh\n")
    after = host.run("getent passwd second", check=False).stdout

    assert (before.split(":")[0], after.split(":")[0]) == ("root", "second")


def test_a_firewall_and_a_clock_stand(host: LabHost) -> None:
    """A fresh host drops by default and is synchronised, so that a test can break either."""
    rules = host.run("nft list ruleset").stdout
    clock = host.run("chronyc -n tracking").stdout

    assert "hook input priority filter; policy drop;" in rules
    assert any(
        line.split(":")[1].strip() == "Normal" for line in clock.splitlines() if "Leap" in line
    )


def test_a_login_changes_only_what_logins_write(host: LabHost) -> None:
    """A login with sudo leaves logs and login records, and not one other file."""
    before = host.snapshot()
    host.ssh("audit", "sudo -n id")
    after = host.snapshot()

    assert before.changed(after, but=LOGIN_WRITES) == ()


@pytest.mark.parametrize(
    "act",
    [
        "echo x >>/etc/motd",
        "chmod 0604 /etc/motd",
        "chown daemon /etc/motd",
        "touch -d '2001-01-01' /etc/motd",
        "rm /etc/motd",
        "sed -i -e y/a/b/ /etc/motd && touch -r /etc/issue /etc/motd",
        "ln -sf /etc/issue /etc/motd",
    ],
)
def test_a_snapshot_sees_every_kind_of_change(lab: Lab, act: str, debian: LabHost) -> None:
    """Content, mode, owner, time, absence and kind of a file are all in a snapshot."""
    debian.run("rm -f /etc/motd; echo banana >/etc/motd; touch -r /etc/issue /etc/motd")
    before = debian.snapshot()
    debian.run(act)
    after = debian.snapshot()

    assert "/etc/motd" in before.changed(after)


def test_a_snapshot_covers_folders_that_people_write_to(debian: LabHost) -> None:
    """A new file anywhere but in the run-time trees is seen."""
    places = ("/etc", "/usr/bin", "/var/tmp", "/home", "/root", "/tmp", "/opt")
    before = debian.snapshot()
    for place in places:
        debian.write(f"{place}/new", "x")
    changed = before.changed(debian.snapshot())

    assert [f"{place}/new" in changed for place in places] == [True] * len(places)


def test_hosts_do_not_touch_each_other(lab: Lab) -> None:
    """Two hosts of one release have keys of their own, and the end of one is nothing to the other."""
    one, two = lab.host("debian-12", name="one"), lab.host("debian-12", name="two")
    two.user("audit")
    keys = {one.host_key(), two.host_key()}
    one.stop()
    said = two.ssh("audit", "hostname")
    two.stop()

    assert (len(keys), said.stdout) == (2, "two\n")


def test_stop_leaves_nothing(lab: Lab) -> None:
    """Processes, interface, cgroup, mounts and temporary folders are gone once a host has stopped."""
    before = _leftovers()
    host = lab.host("debian-12")
    slot = host._machine.slot
    running = (_alive(slot.name) != [], slot.interface in _interfaces(), _cgroups(slot.name) != [])
    host.stop()

    assert running == (True, True, True)
    assert (_alive(slot.name), _cgroups(slot.name)) == ([], [])
    assert slot.interface not in _interfaces()
    assert set() == _leftovers() - before


SCRIPT = """
import pathlib, sys
from lab.session import Lab
lab = Lab(pathlib.Path(sys.argv[1]))
host = lab.host("debian-12")
print(host._machine.slot.name, host._machine.slot.interface, flush=True)
sys.stdin.read()
"""


def test_a_killed_session_leaves_no_process_and_no_interface(lab: Lab, tmp_path: Path) -> None:
    """A session killed outright ends its host, and the next one takes its place and tidies up."""
    words = [sys.executable, "-c", SCRIPT, str(tmp_path)]
    pipe = subprocess.PIPE
    environment = {**os.environ, "PYTHONPATH": str(LAB)}
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True, env=environment) as session:
        assert session.stdout is not None
        name, interface = session.stdout.readline().split()
        running = _alive(name) != [] and interface in _interfaces()
        session.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while (_alive(name) or interface in _interfaces()) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert (running, _alive(name), interface in _interfaces()) == (True, [], False)
