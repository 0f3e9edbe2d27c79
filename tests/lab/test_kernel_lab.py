"""Kernel, network, mounts and files of a hardened host, broken in one way at a time."""

import subprocess

import pytest
from test_check_lab import check, verdicts

OFF = ("accept_redirects", "send_redirects", "accept_source_route", "forwarding")
HARDEN = """
set -e
printf '* hard core 0\n' >/etc/security/limits.d/60-core.conf
mount -o remount,nodev,nosuid,noexec /dev/shm
mount -o remount,nodev,nosuid,noexec /tmp
mount --bind /var/tmp /var/tmp
mount -o remount,bind,nodev,nosuid,noexec /var/tmp
"""
HARDENED = {
    *("file-boot-protected", "file-no-unowned", "file-no-world-writable", "file-sticky-folders"),
    *("file-suid-known", "file-system-files-protected", "kernel-address-randomisation"),
    *("kernel-core-dumps", "kernel-unprivileged-bpf", "kernel-unused-filesystems"),
    *("mount-shared-memory", "mount-temporary-folders", "network-broadcast-ignored"),
    *("network-forwarding-off", "network-martians-logged", "network-redirects-not-sent"),
    *("network-redirects-refused", "network-reverse-path", "network-router-advertisements"),
    *("network-source-routing", "network-syn-cookies"),
}
BREAKS = {
    "redirects": (
        "net:net/ipv4/conf/host0/accept_redirects=1",
        "net:net/ipv4/conf/host0/accept_redirects=0",
        {"network-redirects-refused"},
    ),
    "redirects-ipv6": (
        "net:net/ipv6/conf/host0/accept_redirects=1",
        "net:net/ipv6/conf/host0/accept_redirects=0",
        {"network-redirects-refused"},
    ),
    "writable-in-etc": (
        "touch /etc/app.conf; chmod 0666 /etc/app.conf",
        "rm /etc/app.conf",
        {"file-no-world-writable", "file-system-files-protected"},
    ),
    "program-of-a-person": (
        "useradd clerk; install -o clerk -m 0755 /usr/bin/true /usr/local/bin/tool",
        "rm /usr/local/bin/tool; userdel clerk",
        {"file-system-files-protected"},
    ),
    "open-folder": ("mkdir -m 0777 /srv/in", "rmdir /srv/in", {"file-sticky-folders"}),
    "core-dumps": (
        "echo '* - core unlimited' >/etc/security/limits.d/99-debug.conf",
        "rm /etc/security/limits.d/99-debug.conf",
        {"kernel-core-dumps"},
    ),
    "new-suid": (
        "install -m 4755 /usr/bin/find /usr/local/bin/helper",
        "rm /usr/local/bin/helper",
        {"file-suid-known"},
    ),
    "no-owner": ("touch /srv/a; chown 4242 /srv/a", "rm /srv/a", {"file-no-unowned"}),
    "shm-exec": (
        "mount -o remount,exec /dev/shm",
        "mount -o remount,noexec /dev/shm",
        {"mount-shared-memory"},
    ),
}


RULES = tuple(word for rule in sorted(HARDENED) for word in ("--rule", rule))


def of_network(host, *assignments):
    """Set network settings from outside: inside, /proc/sys is read-only."""
    target = host._machine.enter()[1]
    for path, _, value in (one.partition("=") for one in assignments):
        words = ["nsenter", target, "-n", "sh", "-c", f"echo {value} >/proc/sys/{path}"]
        subprocess.run(words, check=True)


def act(host, what):
    """Do one thing to the host, inside it or in its network namespace."""
    if what.startswith("net:"):
        of_network(host, what.removeprefix("net:"))
    else:
        host.run(what)


@pytest.fixture
def hardened(host):
    """A fresh host whose kernel, network, mounts and files a good admin has been at."""
    host.user("root")
    host.run(HARDEN)
    for place in ("all", "default", "host0"):
        of_network(host, *(f"net/ipv4/conf/{place}/{name}=0" for name in OFF))
        of_network(
            host, *(f"net/ipv6/conf/{place}/{name}=0" for name in ("accept_redirects", "accept_ra"))
        )
        of_network(host, f"net/ipv4/conf/{place}/rp_filter=1")
        of_network(host, f"net/ipv4/conf/{place}/log_martians=1")
    return host


def test_each_break_turns_exactly_its_findings(hardened, tmp_path):
    """Hardened, everything passes; each single break fails exactly what concerns it."""
    before = verdicts(check(hardened, tmp_path, *RULES)[1])
    turned = {}
    for name, (breaking, mending, _) in BREAKS.items():
        act(hardened, breaking)
        after = verdicts(check(hardened, tmp_path, *RULES)[1])
        act(hardened, mending)
        turned[name] = {rule: after[rule] for rule in after if after[rule] != before[rule]}

    assert {} == {rule: before[rule] for rule in HARDENED if before[rule] != "pass"}
    assert {name: dict.fromkeys(rules, "fail") for name, (_, _, rules) in BREAKS.items()} == turned


def test_without_the_walk_nothing_is_said_of_files(debian, tmp_path):
    """With --no-walk the rules that need the walk are unknown, and the others are judged."""
    debian.user("root")
    found = verdicts(check(debian, tmp_path, "--no-walk")[1])

    assert ("unknown", "pass") == (found["file-suid-known"], found["kernel-address-randomisation"])
