"""Collecting from real hosts: rights, login shells, hostile commands, and nothing written there."""

import secrets
from pathlib import Path

import pytest

from attt.collect.dialect.posix import sudo_argv
from attt.collect.transport.interface import Surroundings
from attt.collect.transport.pins import Pins
from attt.collect.transport.ssh import SshTransport
from attt.inventory.secrets import resolve
from attt.model import ask as asks
from attt.model.answer import Obstacle
from attt.model.ask import Command, Privilege, ReadFile, ReadTree, Stat
from attt.model.inventory import Connect, Host, Secret, TransportKind
from attt.model.run import Failure, PrivilegeHad
from attt.plan.sudoers import sudoers

SSHD = Command(argv=("/usr/sbin/sshd", "-T"), privilege=Privilege.ROOT)
SHADOW = ReadFile(path="/etc/shadow", privilege=Privilege.ROOT)
PASSWD = ReadFile(path="/etc/passwd")
KEYS = Stat(paths=("/root/.ssh/authorized_keys",), privilege=Privilege.ROOT)
TREE = ReadTree(path="/etc/sudoers.d", privilege=Privilege.ROOT)
ALL = (PASSWD, SSHD, SHADOW, KEYS, TREE)
PASSWORD = "Mật khẩu-1!"
# What a login itself writes, and what the host's own services write meanwhile.
LOGIN_WRITES = ("/var/log/*", "/var/log/**", "/var/lib/sudo/*", "/var/lib/sudo/**", "/var/lib/systemd/*",
                "/var/lib/chrony/*", "/var/lib/private/*", "/tmp/systemd-private-*", "/var/tmp/systemd-private-*",
                "/home/*/.cache", "/home/*/.cache/*", "/var/lib/lastlog", "/var/lib/lastlog/*",
                "/var/lib/wtmpdb", "/var/lib/wtmpdb/*")  # fmt: skip


class Open:
    """A revealed secret of the tests."""

    def __init__(self, text):
        self._text = text

    def reveal(self):
        """The password itself."""
        return self._text


def around(password=""):
    """Surroundings in which every referenced secret is `password`."""
    return Surroundings(
        now=lambda: "2026-11-22T00:00:00Z",
        nonce=lambda: secrets.token_hex(16),
        resolve=lambda secret: (
            Open(password)
            if secret.scheme == "env"
            else resolve(secret, environ={}, home=Path.home())
        ),
    )


def gather(host, tmp_path, wanted=ALL, *, user="audit", password="", address=None):
    """Log in for real, with the host's true key enrolled beforehand."""
    pins = tmp_path / "known_hosts"
    address = address or host.address
    pins.write_text(f"{address} {host.host_key()}\n")
    connect = Connect(
        transport=TransportKind.SSH, user=user, key=Secret(scheme="file", name=str(host.identity)),
        sudo_password=Secret(scheme="env", name="X") if password else None, timeout_s=10,
    )  # fmt: skip
    target = Host(id="h", name="h", addresses=(address,), zone=None, connect=connect)
    evidence = SshTransport(around(password), Pins(pins)).gather(target, wanted)
    return evidence, {ask: evidence.answers.get(asks.key(ask)) for ask in wanted}


def obstacles(answers):
    """Which obstacle each ask met."""
    return [answer.obstacle for answer in answers.values()]


def test_root_and_sudo_bring_the_same(host, tmp_path):
    """Root, sudo without a password and sudo with one bring the very same answers."""
    host.user("root")
    host.user("secret", password=PASSWORD, sudo="password")
    _, as_root = gather(host, tmp_path, user="root")
    sudo, as_sudo = gather(host, tmp_path)
    with_password, as_password = gather(host, tmp_path, user="secret", password=PASSWORD)

    assert [None] * 5 == obstacles(as_root)
    assert PrivilegeHad.SUDO is sudo.privilege
    assert PrivilegeHad.SUDO_PASSWORD is with_password.privilege
    for ask in (PASSWD, SSHD, SHADOW, TREE):
        assert as_root[ask].stdout == as_sudo[ask].stdout == as_password[ask].stdout


def test_the_printed_sudoers_lines_are_enough_and_no_more(host, tmp_path):
    """With exactly the lines of `plan --sudoers` every ask is answered, and another is refused."""
    argvs = [argv for ask in ALL if ask.privilege is Privilege.ROOT for argv in sudo_argv(ask)]
    host.user("exact", sudo=sudoers(("exact",), argvs))
    other = ReadFile(path="/etc/gshadow", privilege=Privilege.ROOT)

    evidence, answers = gather(host, tmp_path, (*ALL, other), user="exact")

    assert PrivilegeHad.SUDO is evidence.privilege
    assert [None] * 5 + [Obstacle.NO_PRIVILEGE] == obstacles(answers)


def test_a_wrong_sudo_password_is_tried_once(host, tmp_path):
    """One failed try in the host's own log, privileged asks without rights, the rest answered."""
    host.user("locked", password=PASSWORD, sudo="password")
    host.run("systemctl is-active rsyslog >/dev/null || systemctl start rsyslog")

    evidence, answers = gather(host, tmp_path, user="locked", password="wrong")

    assert PrivilegeHad.NONE is evidence.privilege
    assert None is answers[PASSWD].obstacle
    assert Obstacle.NO_PRIVILEGE is answers[SSHD].obstacle
    log = host.run("cat /var/log/auth.log; journalctl -t sudo --no-pager 2>/dev/null", check=False)
    failures = {line for line in log.stdout.splitlines() if "incorrect password attempt" in line}
    assert all("1 incorrect password attempt" in line for line in failures)
    assert failures


def test_without_sudo_rights_the_rest_is_answered(host, tmp_path):
    """No sudo at all: what anybody may read is read, the rest says why not."""
    host.user("plain", sudo=None)

    evidence, answers = gather(host, tmp_path, user="plain")

    assert PrivilegeHad.NONE is evidence.privilege
    assert None is answers[PASSWD].obstacle
    assert Obstacle.NO_PRIVILEGE is answers[SSHD].obstacle
    assert Obstacle.DENIED is answers[SHADOW].obstacle


def test_over_ipv6(host, tmp_path):
    """The same host over its IPv6 address."""
    evidence, answers = gather(host, tmp_path, address=host.address6)

    assert (None, host.address6) == (evidence.failure, evidence.address)
    assert [None] * 5 == obstacles(answers)


def test_nothing_is_written_on_the_host(host, tmp_path):
    """The whole file system before and after is the same but for what a login itself writes."""
    gather(host, tmp_path)
    before = host.snapshot()

    gather(host, tmp_path)

    assert () == before.changed(host.snapshot(), but=LOGIN_WRITES)


@pytest.mark.parametrize("shell", ["/bin/sh", "/bin/bash", "/usr/sbin/nologin", "/bin/false"])
def test_login_shells(debian, tmp_path, shell):
    """A POSIX login shell works; one that lets nobody in is a failure with a word."""
    name = "u" + shell.replace("/", "")[-6:]
    debian.user(name, shell=shell)

    evidence, _ = gather(debian, tmp_path, user=name)

    expected = Failure.NO_SHELL if shell.endswith(("nologin", "false")) else None
    assert expected is evidence.failure


def test_a_noisy_profile_changes_nothing(debian, tmp_path):
    """A profile that prints on both streams does not disturb the answers."""
    debian.user("noisy")
    debian.write("/home/noisy/.bashrc", "echo hello; echo trouble >&2; cat /etc/hostname\n")

    evidence, answers = gather(debian, tmp_path, user="noisy")

    assert None is evidence.failure
    assert [None] * 5 == obstacles(answers)


def test_hostile_commands_cost_their_own_deadline(debian, tmp_path):
    """Hanging, endless, binary, grandchild-holding: each its own; the next ask is answered."""
    for name, script in {
        "hang": "sleep 100",
        "endless": "yes",
        "binary": "head -c 5000 /dev/urandom",
        "holder": "sleep 100 & echo started",
    }.items():
        debian.write(f"/usr/local/bin/attt-{name}", f"#!/bin/sh\n{script}\n", mode="0755")
    debian.user("victim")
    names = ("hang", "endless", "binary", "holder")
    wanted = [Command(argv=(f"attt-{n}",), timeout_s=2, cap_bytes=10_000) for n in names]

    _, answers = gather(debian, tmp_path, [*wanted, PASSWD], user="victim")

    expected = [Obstacle.TIMED_OUT, Obstacle.CUT, None, Obstacle.TIMED_OUT, None]
    assert expected == obstacles(answers)


def test_a_host_lost_half_way_keeps_what_was_whole(lab, tmp_path):
    """The host ends while it is being read: the ask under way is lost, the reason is told."""
    host = lab.host("debian-12")
    host.user("audit")
    try:
        kill = Command(argv=("sh", "-c", "sudo -n pkill -KILL -x sshd; sleep 20"), timeout_s=25)

        _, answers = gather(host, tmp_path, (PASSWD, kill, SSHD))

        assert None is answers[PASSWD].obstacle
        assert [Obstacle.LOST] * 2 == obstacles(answers)[1:]
    finally:
        host.stop()
