"""Logging in to real hosts: passwords, prompts, jump hosts, the lock-out guard, old hosts, and doctor."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lab.asking import ask_all, pins_of, plan_of, surroundings, target_of
from lab.host import LabHost
from lab.session import Lab

from attt.collect.dialect.posix import sudo_argv
from attt.collect.transport.ssh import SshTransport
from attt.model import ask as asks
from attt.model.ask import Command, Privilege
from attt.model.inventory import Host, Secret
from attt.model.run import Failure, HostEvidence
from attt.plan.sudoers import sudoers

ROOT = Path(__file__).resolve().parents[2]
ECHO = Command(argv=("echo", "hello"))
PASSWORD = "Mật khẩu-1!"
REFERENCE = Secret(scheme="env", name="PW")


@pytest.fixture(scope="module")
def two(lab: Lab) -> Iterator[tuple[LabHost, LabHost]]:
    """A jump host and a host behind it, each with accounts of its own."""
    hosts = (lab.host("debian-12", name="cong"), lab.host("debian-13", name="trong"))
    try:
        for host in hosts:
            host.user("audit")
            host.user("pw", password=PASSWORD, sudo=None)
        yield hosts
    finally:
        for host in hosts:
            host.stop()


def by_password(host: LabHost, folder: Path, password: str = PASSWORD) -> HostEvidence:
    """Log in with a password alone."""
    target = target_of(host, "pw", key=None, password=REFERENCE)
    return SshTransport(surroundings({"PW": password}), pins_of(folder, host)).gather(
        target, [ECHO]
    )


def sshd(host: LabHost, text: str) -> None:
    """Give sshd these settings before all others."""
    host.write("/etc/ssh/sshd_config.d/01-test.conf", text)
    host.run("systemctl reload ssh; sleep 0.4")


METHODS = {
    "password": "PasswordAuthentication yes\nKbdInteractiveAuthentication no\n",
    "keyboard-interactive": "PasswordAuthentication no\nKbdInteractiveAuthentication yes\n",
    "both": "PasswordAuthentication yes\nKbdInteractiveAuthentication yes\n",
}


@pytest.mark.parametrize("method", METHODS)
def test_a_password_logs_in_by_whatever_the_host_offers(
    two: tuple[LabHost, LabHost], tmp_path: Path, method: str
) -> None:
    """A right one lets in; a wrong one is one failure in the host's own log, not two."""
    host, _ = two
    sshd(host, METHODS[method])
    tries = "journalctl --no-pager -o cat | grep -c 'pam_unix(sshd:auth): authentication failure'"
    before = int(host.run(tries, check=False).stdout)
    right = by_password(host, tmp_path)
    wrong = by_password(host, tmp_path, "wrong")
    after = int(host.run(tries, check=False).stdout)
    sshd(host, "")

    assert b"hello\n" == right.answers[asks.key(ECHO)].stdout
    assert Failure.AUTHENTICATION is wrong.failure
    assert 1 == after - before


def test_a_key_and_a_password_where_the_host_wants_both(
    two: tuple[LabHost, LabHost], tmp_path: Path
) -> None:
    """AuthenticationMethods publickey,password: each is given once, in that order."""
    host, _ = two
    sshd(host, "AuthenticationMethods publickey,password\n")
    target = target_of(host, "pw", password=REFERENCE)
    around = surroundings({"PW": PASSWORD})
    evidence = SshTransport(around, pins_of(tmp_path, host)).gather(target, [ECHO])
    sshd(host, "")

    assert None is evidence.failure


OLD = {
    "host-key": ("HostKeyAlgorithms ssh-rsa\n", "no acceptable host key"),
    "key-exchange": ("KexAlgorithms diffie-hellman-group1-sha1\n", "no acceptable kex algorithm"),
}


@pytest.mark.parametrize("name", OLD)
def test_a_host_of_old_algorithms_says_which(
    two: tuple[LabHost, LabHost], tmp_path: Path, name: str
) -> None:
    """No credential is sent; what is outdated and which server it is stand in the reason."""
    host, _ = two
    text, said = OLD[name]
    sshd(host, text)
    evidence = by_password(host, tmp_path)
    sshd(host, "")

    assert Failure.ALGORITHMS is evidence.failure
    assert said in evidence.detail
    assert "SSH-2.0-OpenSSH" in evidence.detail


def behind(two: tuple[LabHost, LabHost], **connect: object) -> tuple[Host, dict[str, Host]]:
    """The inner host, reached through the other one with a password of its own."""
    outer, inner = two
    jump = target_of(outer, "pw", key=None, password=REFERENCE)
    target = target_of(inner, "audit", via="jump", **connect)
    # Seen from the jump host, the inner one is behind this machine: its own loopback will do.
    return target, {"jump": replace(jump, id="jump", name="cổng vào")}


def logins(host: LabHost) -> int:
    """How many logins the host has let in so far."""
    return int(host.run("journalctl --no-pager -o cat | grep -c '^Accepted '", check=False).stdout)


def test_hosts_behind_a_jump_host_share_one_login_there(
    two: tuple[LabHost, LabHost], tmp_path: Path
) -> None:
    """Two hosts at once, the jump host's own account and pin: one login there, one a host behind."""
    outer, _ = two
    pins = pins_of(tmp_path, outer)
    pins.path.write_text(pins.path.read_text() + f"127.0.0.1 {outer.host_key()}\n")
    _, jumps = behind(two)
    inner = replace(
        target_of(outer, "audit", via="jump"), addresses=("127.0.0.1",), id="a", name="a"
    )
    pins = type(pins)(pins.path)
    transport = SshTransport(surroundings({"PW": PASSWORD}), pins, jumps=jumps)
    before = logins(outer)
    found = in_parallel(transport, [inner, replace(inner, id="b"), replace(inner, id="c")])

    assert [None] * 3 == [evidence.failure for evidence in found]
    assert 3 + 1 == logins(outer) - before


def in_parallel(
    transport: SshTransport, hosts: list[Host], *further: Command
) -> list[HostEvidence]:
    """Gather from all at once."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    with ThreadPoolExecutor(len(hosts)) as pool:
        slow = Command(argv=("sleep", "1"))
        return list(pool.map(lambda host: transport.gather(host, [ECHO, slow, *further]), hosts))


def test_a_jump_host_that_refuses_is_asked_once(
    two: tuple[LabHost, LabHost], tmp_path: Path
) -> None:
    """Its wrong password is tried once, whatever the number of hosts behind; the reason names it."""
    outer, inner = two
    target, jumps = behind(two)
    tries = "journalctl --no-pager -o cat | grep -c 'pam_unix(sshd:auth): authentication failure'"
    before = int(outer.run(tries, check=False).stdout)
    transport = SshTransport(surroundings({"PW": "no"}), pins_of(tmp_path, outer, inner),
                             jumps=jumps)  # fmt: skip
    found = in_parallel(transport, [replace(target, id=str(n)) for n in range(5)])
    after = int(outer.run(tries, check=False).stdout)

    assert {Failure.JUMP_HOST} == {evidence.failure for evidence in found}
    assert {True} == {e.detail.startswith("cổng vào: authentication") for e in found}
    assert 1 == after - before


def test_a_jump_host_that_passes_nothing_on_says_so(
    two: tuple[LabHost, LabHost], tmp_path: Path
) -> None:
    """AllowTcpForwarding no on the jump host is named, with the setting to change."""
    outer, inner = two
    sshd(outer, "AllowTcpForwarding no\n")
    target, jumps = behind(two)
    pins = pins_of(tmp_path, outer, inner)
    found = SshTransport(surroundings({"PW": PASSWORD}), pins, jumps=jumps).gather(target, [ECHO])
    sshd(outer, "")

    assert Failure.JUMP_HOST is found.failure
    assert "AllowTcpForwarding" in found.detail


def test_an_account_that_hosts_refuse_is_left_alone(
    two: tuple[LabHost, LabHost], tmp_path: Path
) -> None:
    """Nine hosts at once (sshd drops the tenth by itself): two tries in all, the rest say why not."""
    host, _ = two
    tries = "journalctl --no-pager -o cat | grep -c 'pam_unix(sshd:auth): authentication failure'"
    before = int(host.run(tries, check=False).stdout)
    target = target_of(host, "pw", key=None, password=REFERENCE)
    pins = pins_of(tmp_path, host)
    transport = SshTransport(surroundings({"PW": "wrong"}), pins, refusals=2)
    found = in_parallel(transport, [replace(target, id=str(n)) for n in range(9)])
    after = int(host.run(tries, check=False).stdout)
    failures = [evidence.failure for evidence in found]

    assert (2, 7) == (failures.count(Failure.AUTHENTICATION), failures.count(Failure.LOCKED))
    assert 2 == after - before
    assert {"pw, env:PW"} == {e.detail for e in found if e.failure is Failure.LOCKED}


def test_a_sudo_password_that_hosts_refuse_is_left_alone(
    two: tuple[LabHost, LabHost], tmp_path: Path
) -> None:
    """Eight hosts at once with a wrong one: two tries in all; the rest is read without root, and says so."""
    host, _ = two
    host.user("sudoer", password=PASSWORD, sudo="password")
    target = target_of(host, "sudoer", sudo_password=REFERENCE)
    root = Command(argv=("/usr/bin/id",), privilege=Privilege.ROOT)
    transport = SshTransport(surroundings({"PW": "wrong"}), pins_of(tmp_path, host), refusals=2)
    found = in_parallel(transport, [replace(target, id=str(n)) for n in range(8)], root)
    tries = "journalctl --no-pager -o cat | grep -c 'pam_unix(sudo:auth): authentication failure'"
    details = [evidence.answers[asks.key(root)].detail for evidence in found]

    assert 2 == int(host.run(tries, check=False).stdout)
    assert 6 == sum("was not tried here" in detail for detail in details)
    assert [None] * 8 == [evidence.failure for evidence in found]


@pytest.mark.parametrize("release", ["debian-12", "debian-13"])
def test_the_printed_sudoers_lines_bring_what_root_brings(
    lab: Lab, tmp_path: Path, release: str
) -> None:
    """Visudo accepts them, doctor finds nothing missing, and each fact and verdict is root's own."""
    host = lab.host(release)
    try:
        host.user("root")
        plan = plan_of(target_of(host, "exact"))
        argvs = dict.fromkeys(argv for ask in plan.privileged for argv in sudo_argv(ask))
        host.user("exact", sudo=sudoers(("exact",), list(argvs)))
        checked = host.run("visudo -c -f /etc/sudoers.d/exact", check=False)
        ask_all(host, tmp_path, "exact")  # so that both have logged in, whoever asks
        as_root, as_exact = ask_all(host, tmp_path, "root"), ask_all(host, tmp_path, "exact")
    finally:
        host.stop()

    assert 0 == checked.exit, checked.stderr
    assert as_root.missed == as_exact.missed
    assert as_root.verdicts == as_exact.verdicts


def attt(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user would."""
    return subprocess.run(
        [sys.executable, "-m", "attt", "--lang", "en", *words],
        cwd=folder, capture_output=True, text=True, check=False, timeout=120,
        stdin=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


INVENTORY = """systems: [{{code: A, name: A, level: 3, owner: o, operator: o, hosts: [good, less, none, new, shut, odd]}}]
organisations: [{{id: o, name: O, role: owner}}]
connect: {{user: exact, key: "file:{key}", timeout_s: 5}}
hosts:
  - {{id: good, addresses: ["{one}"]}}
  - {{id: less, addresses: ["{one}"], connect: {{user: less}}}}
  - {{id: none, addresses: ["{one}"], connect: {{user: nobody-here}}}}
  - {{id: new, addresses: ["{two}"]}}
  - {{id: shut, addresses: ["{one}"], connect: {{port: 1}}}}
  - {{id: odd, addresses: ["{one}"], connect: {{user: audit, key: "file:{folder}/no key"}}}}
"""


def test_doctor_names_each_hosts_trouble_and_the_next_command(
    two: tuple[LabHost, LabHost], tmp_path: Path
) -> None:
    """All hosts at once; a good one is well, each other says what is wrong and what to type."""
    host, other = two
    text = INVENTORY.format(key=host.identity, one=host.address, two=other.address, folder=tmp_path)
    (tmp_path / "i.yaml").write_text(text)
    (tmp_path / "state").mkdir(mode=0o700)
    (tmp_path / "state/known_hosts").write_text(f"{host.address} {host.host_key()}\n")
    host.run("nft insert rule inet filter input tcp dport 1 reject with tcp reset")
    lines = attt(tmp_path, "plan", "i.yaml", "--host", "good", "--sudoers").stdout
    host.user("exact", sudo=lines)
    host.user("less", sudo="less ALL=(root) NOPASSWD: /usr/bin/true")
    before = host.snapshot()
    said = attt(tmp_path, "doctor", "i.yaml", "--json")
    document = json.loads(said.stdout)
    found = {
        h["id"]: [(c["what"], c["next"]) for c in h["checks"] if not c["well"]]
        for h in document["hosts"]
    }
    shown = attt(tmp_path, "doctor", "i.yaml")

    assert (4, 4) == (said.returncode, shown.returncode)
    assert "Traceback" not in said.stderr + shown.stderr
    assert [] == found["good"]
    assert "sudo would refuse" in found["less"][0][0]
    assert "attt plan i.yaml --host less --sudoers" in found["less"][0][1]
    assert f"ssh-copy-id -i {host.identity}.pub nobody-here@{host.address}" in found["none"][0][1]
    assert f"attt keys enrol {other.address}" in found["new"][0][1]
    assert "systemctl enable --now ssh" in found["shut"][0][1]
    assert f"chmod 600 '{tmp_path}/no key'" in found["odd"][0][1]
    assert "1 of 6 hosts are ready" in shown.stdout
    writes = ("/var/log/*", "/var/log/**", "/var/lib/**", "/home/*/.cache", "/home/*/.cache/*")
    assert () == before.changed(host.snapshot(), but=writes)
    assert not (tmp_path / "state/attt.db").exists()


def test_doctor_sees_a_clock_that_is_wrong(two: tuple[LabHost, LabHost], tmp_path: Path) -> None:
    """A host an hour behind is named with its difference; nothing else is wrong with it."""
    host, _ = two
    host.write("/usr/bin/date.slow", "#!/bin/sh\necho $(($(/usr/bin/date.true +%s) - 3600))\n",
               mode="0755")  # fmt: skip
    host.run("mv /usr/bin/date /usr/bin/date.true; mv /usr/bin/date.slow /usr/bin/date")
    text = (
        "systems: [{code: A, name: A, level: 1, owner: o, operator: o, hosts: [h]}]\n"
        "organisations: [{id: o, name: O, role: owner}]\n"
        f'connect: {{user: audit, key: "file:{host.identity}"}}\n'
        f'hosts: [{{id: h, addresses: ["{host.address}"]}}]\n'
    )
    (tmp_path / "i.yaml").write_text(text)
    (tmp_path / "state").mkdir(mode=0o700)
    (tmp_path / "state/known_hosts").write_text(f"{host.address} {host.host_key()}\n")
    said = attt(tmp_path, "doctor", "i.yaml")
    host.run("mv /usr/bin/date.true /usr/bin/date")

    assert re.search(r"its clock differs from this machine's by -3[56]\d\d s", said.stdout)
    assert 1 == said.stdout.count("[!!]") - said.stdout.count("lines marked [!!]")
