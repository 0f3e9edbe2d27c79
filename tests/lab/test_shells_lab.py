"""Hosts of every kind: whatever shell, profile, locale or file system, the findings stay what they are."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from lab.asking import Asked, ask_all
from lab.host import LabHost
from lab.session import Lab

from attt.model.run import Failure, PrivilegeHad

SHELLS = {
    "dash": "/bin/dash",
    "bash": "/bin/bash",
    "ash": "/opt/ash",
    "zsh": "/usr/bin/zsh",
    "fish": "/usr/bin/fish",
    "tcsh": "/usr/bin/tcsh",
}
READS = {"bash": ".bashrc", "zsh": ".zshenv", "fish": ".config/fish/config.fish", "tcsh": ".cshrc"}
PASSWORD = "x;touch /tmp/it-was-run"
OURS = "attt: a start-up file of this account"


@pytest.fixture(scope="module", params=["debian-12", "debian-13"])
def plain(
    lab: Lab, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[tuple[LabHost, Asked]]:
    """A host with an account a shell, and what asking it everything brings from a usual one."""
    host = lab.host(request.param)
    folder = tmp_path_factory.mktemp("plain")
    try:
        host.write("/opt/ash", '#!/bin/sh\nexec busybox ash "$@"\n', mode="0755")
        host.user("root")
        for name, path in SHELLS.items():
            host.user(f"u{name}", shell=path)
        host.user("secret", shell="/bin/bash", password=PASSWORD, sudo="password")
        yield host, ask_all(host, folder, "ubash")
    finally:
        host.stop()


@contextmanager
def changed(host: LabHost, act: str, undo: str) -> Iterator[None]:
    """A host in another state for a while."""
    host.run(act)
    try:
        yield
    finally:
        host.run(undo)


# What these tests do is there to be seen: our own logins, a program taken away, a disk filled.
TRULY = {
    ("account-inactive-disabled", "pass"),
    ("log-capacity", "fail"),
    ("log-disk-space", "fail"),
    ("package-files-intact", "fail"),
}


def moved(before: Asked, after: Asked) -> dict[str, str | None]:
    """The verdicts that are no longer what they were, but for those that really changed."""
    return {
        rule: after.verdicts.get(rule)
        for rule, verdict in before.verdicts.items()
        if after.verdicts.get(rule) != verdict and (rule, after.verdicts.get(rule)) not in TRULY
    }


@pytest.mark.parametrize("shell", SHELLS)
def test_a_login_shell_changes_no_finding(
    plain: tuple[LabHost, Asked], tmp_path: Path, shell: str
) -> None:
    """As the audit account's shell with sudo, and as root's own."""
    host, before = plain
    as_user = ask_all(host, tmp_path, f"u{shell}")
    with changed(host, f"usermod -s {SHELLS[shell]} root", "usermod -s /bin/bash root"):
        as_root = ask_all(host, tmp_path, "root")

    assert PrivilegeHad.SUDO is as_user.evidence.privilege
    assert PrivilegeHad.ROOT is as_root.evidence.privilege
    assert {} == moved(before, as_user)
    assert {} == moved(before, as_root)
    assert before.missed == as_user.missed == as_root.missed


NOISE = {
    "bash": "echo Welcome; echo trouble >&2; stty erase ^H; cat /etc/hostname\n",
    "zsh": "echo Welcome; echo trouble >&2; stty erase ^H; printf 'no end of line'\n",
    "fish": "echo Welcome; echo trouble 1>&2; stty erase ^H; exit 0\n",
    "tcsh": "echo Welcome; sh -c 'echo trouble >&2'; stty erase ^H; exit\n",
}


@pytest.mark.parametrize("shell", NOISE)
def test_a_noisy_profile_changes_no_finding(
    plain: tuple[LabHost, Asked], tmp_path: Path, shell: str
) -> None:
    """Words on both streams, errors of stty where there is no terminal, an early end of the file."""
    host, before = plain
    with profile(host, shell, NOISE[shell]):
        after = ask_all(host, tmp_path, f"u{shell}")

    assert {} == moved(before, after)


@contextmanager
def profile(host: LabHost, shell: str, text: str, user: str | None = None) -> Iterator[None]:
    """A start-up file that the shell reads even where it is given a command."""
    user = user or f"u{shell}"
    path = f"/home/{user}/{READS[shell]}"
    host.write(path, text)
    with changed(host, f"chown -R {user} /home/{user}", f"rm {path}"):
        yield


# What a start-up file does, for which shells, and what is said of it.
BROKEN = {
    "reads-a-line": ("read x\n", ("bash", "zsh", "fish"), f"{OURS} read from standard input"),
    "reads-a-line-as-csh": ('set x = "$<"\n', ("tcsh",), f"{OURS} read from standard input"),
    "reads-three-bytes": ("head -c 3 >/dev/null\n", READS, f"{OURS} read from standard input"),
    "reads-everything": ("cat >/dev/null\n", READS, f"{OURS} read from standard input"),
    "becomes-sh": ("exec sh\n", READS, f"{OURS} ran another shell"),
    "becomes-bash": ("exec bash --norc\n", READS, f"{OURS} ran another shell"),
    "becomes-csh": ("exec tcsh -f\n", READS, f"{OURS} ran another shell"),
    "leaves": ("exit 0\n", ("bash", "zsh"), "the login ended with status 0 and said nothing"),
    "leaves-with-a-word": ("echo bye; exit 3\n", ("bash", "zsh"), "exit 3: bye"),
}


@pytest.mark.parametrize(
    ("shell", "how"), [(shell, how) for how in BROKEN for shell in BROKEN[how][1]]
)
def test_a_profile_in_the_way_is_named(
    debian: LabHost, tmp_path: Path, shell: str, how: str
) -> None:
    """Nothing of the program is run by another shell or in part; the reason says what to look for."""
    if debian.run(["id", f"u{shell}"], check=False).exit:
        debian.user(f"u{shell}", shell=SHELLS[shell])
    with profile(debian, shell, BROKEN[how][0]):
        asked = ask_all(debian, tmp_path, f"u{shell}")

    assert Failure.NO_SHELL is asked.evidence.failure
    assert BROKEN[how][2] in asked.evidence.detail
    assert {} == asked.verdicts


@pytest.mark.parametrize("text", ["exec zsh", "exec fish", "exec tcsh", "exec sh", "cat", "read x"])
def test_a_sudo_password_is_never_run_shown_or_tried_in_part(
    plain: tuple[LabHost, Asked], tmp_path: Path, text: str
) -> None:
    """A shell that is given the password line runs nothing of it; no word of ours repeats it."""
    host, _ = plain
    before = host.run("journalctl -t sudo --no-pager | grep -c incorrect", check=False).stdout
    with profile(host, "bash", text + "\n", "secret"):
        asked = ask_all(host, tmp_path, "secret", password=PASSWORD)
    after = host.run("journalctl -t sudo --no-pager | grep -c incorrect", check=False).stdout

    assert Failure.NO_SHELL is asked.evidence.failure
    assert "it-was-run" not in repr(asked)
    assert 0 != host.run("ls /tmp/it-was-run", check=False).exit
    assert before == after


# sshd is asked whether it runs with what its files say now: the change is made to look older.
LONG_AGO = "touch -d '-1 hour' ssh/sshd_config.d ssh/sshd_config.d/*"
# What the host is like, how that is undone, and what findings may turn to: nothing for most.
ODD: Mapping[str, tuple[str, str, set[str]]] = {
    "no-timeout": ("mv /usr/bin/timeout /root/", "mv /root/timeout /usr/bin/", set()),
    "no-stat": (
        "mv /usr/bin/stat /root/", "mv /root/stat /usr/bin/", {"unknown"},
    ),
    "another-locale": (
        "cp /etc/environment /root/e; printf 'LC_ALL=vi_VN.TCVN\\nLANG=POSIX\\n' >>/etc/environment",
        "cp /root/e /etc/environment", set(),
    ),
    "latin-1-names": (
        ("cd /etc; for f in sudoers.d/x ssh/sshd_config.d/x cron.d/x; do mkdir -p ${f%/*}; "
        "printf '# \\351\\n' >$(printf \"$f\\351\"); done; "
        "printf '# \\351\\n' >ssh/sshd_config.d/$(printf 'caf\\351').conf; "
        "chmod 0440 sudoers.d/x*; " + LONG_AGO),
        ("cd /etc; rm sudoers.d/x* ssh/sshd_config.d/x* cron.d/x* ssh/sshd_config.d/caf*; "
        "touch -d '-1 hour' ssh/sshd_config.d"), set(),
    ),
    "full-disk": (
        ("for d in /tmp /var/tmp; do mount -t tmpfs -o size=4k none $d; done; "
        "mount -t tmpfs -o size=4k,mode=0755 none /var/log; umask 077; "
        "for d in /tmp /var/tmp /var/log; do head -c 9k /dev/zero >$d/full 2>/dev/null; done; true"),
        "umount /tmp /var/tmp /var/log", set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_an_odd_host_is_read_like_any_other(
    plain: tuple[LabHost, Asked], tmp_path: Path, name: str
) -> None:
    """The same findings but for what can't be told there, which is unknown."""
    host, before = plain
    act, undo, allowed = ODD[name]
    with changed(host, act, undo):
        after = ask_all(host, tmp_path, "ubash")
    turned = moved(before, after)

    assert set(turned.values()) <= allowed, turned


@contextmanager
def apart(host: LabHost, how: str) -> Iterator[None]:
    """The host's sshd in namespaces of its own, in place of the one that systemd started."""
    host.run("systemctl stop ssh.socket; systemctl stop ssh; mkdir -p /run/sshd")
    said = host.run(f"setsid unshare {how} >/dev/null 2>&1 </dev/null & echo $!; sleep 0.7")
    try:
        yield
    finally:
        host.run(f"kill -KILL {said.stdout.strip()}; sleep 0.3; systemctl start ssh")


def test_a_read_only_root_is_read_like_any_other(
    plain: tuple[LabHost, Asked], tmp_path: Path
) -> None:
    """Nothing that is asked wants to write, so nothing is found otherwise."""
    host, before = plain
    with apart(host, "-m sh -c 'mount -o remount,bind,ro / && exec /usr/sbin/sshd -D'"):
        after = ask_all(host, tmp_path, "ubash")

    assert {} == moved(before, after)
    assert before.missed == after.missed


@pytest.mark.parametrize("user", ["root", "ubash"])
def test_a_container_without_systemd(
    plain: tuple[LabHost, Asked], tmp_path: Path, user: str
) -> None:
    """Process 1 is sshd, no service runs beside it: what asks for one fails or is unknown, never passes."""
    host, before = plain
    start = "mount -t tmpfs none /run; mkdir -p /run/sshd; mount -t proc proc /proc"
    with apart(host, f"-m -p -f --kill-child sh -c '{start}; exec /usr/sbin/sshd -D'"):
        after = ask_all(host, tmp_path, user)
    turned = moved(before, after)

    assert None is after.evidence.failure
    assert "fail" == turned.pop("time-service-running")
    turned.pop("service-no-legacy", None)  # the service that the host runs does not run in there
    assert "pass" not in turned.values(), turned
