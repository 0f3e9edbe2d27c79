"""SSH to a real sshd: keys are judged before credentials go out, and every failure is a value."""

import os
import secrets
import socket
import subprocess
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from attt.collect.transport import pump
from attt.collect.transport.interface import Surroundings
from attt.collect.transport.pins import Match, Pins
from attt.collect.transport.ssh import SshTransport
from attt.inventory.secrets import resolve
from attt.model import ask as asks
from attt.model.ask import Command
from attt.model.inventory import Connect, Host, Secret, TransportKind
from attt.model.run import Failure

ECHO = Command(argv=("echo", "hello"))


def around(**changes):
    """Surroundings with a fixed clock, and the secrets that the program itself would find."""
    plain = Surroundings(
        now=lambda: "2026-11-22T00:00:00Z",
        nonce=lambda: secrets.token_hex(16),
        resolve=lambda secret: resolve(secret, environ=os.environ, home=Path.home()),
    )
    return replace(plain, **changes)


def host_of(sshd, **changes):
    """The inventory's view of a running sshd."""
    connect = Connect(
        transport=TransportKind.SSH, user=sshd.user, port=sshd.port, timeout_s=5,
        key=Secret(scheme="file", name=str(sshd.identity)),
    )  # fmt: skip
    addresses = changes.pop("addresses", ("127.0.0.1",))
    return Host(
        id="h", name="h", addresses=addresses, zone=None, connect=replace(connect, **changes)
    )


@pytest.fixture
def pins(tmp_path):
    """An empty file of enrolled keys."""
    return Pins(tmp_path / "state" / "known_hosts")


def test_an_unknown_host_key_is_refused(sshd, pins):
    """Nothing is asked of a host whose key nobody enrolled, and the fingerprint is told."""
    evidence = SshTransport(around(), pins).gather(host_of(sshd), [ECHO])

    assert Failure.HOST_KEY_UNKNOWN is evidence.failure
    assert evidence.detail.startswith("SHA256:")
    assert not evidence.answers


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_host_with_an_enrolled_key_answers(sshd, pins, address):
    """Over IPv4 and IPv6, with a key file, on another port than 22."""
    trusting = SshTransport(around(), pins, trust_new=True)
    host = host_of(sshd, addresses=(address,))
    first = trusting.gather(host, [ECHO])

    second = SshTransport(around(), pins).gather(host, [ECHO])

    assert (True, False) == (first.is_new_key, second.is_new_key)
    assert b"hello\n" == second.answers[asks.key(ECHO)].stdout


def test_a_changed_host_key_gets_no_credential(sshd, pins):
    """Even where new keys are trusted, a changed one is not, and no login is tried."""
    trusting = SshTransport(around(), pins, trust_new=True)
    trusting.gather(host_of(sshd), [ECHO])
    sshd.new_host_key()

    evidence = trusting.gather(host_of(sshd), [ECHO])

    assert Failure.HOST_KEY_CHANGED is evidence.failure
    assert not evidence.answers


def test_a_refused_key_is_an_authentication_failure(sshd, pins):
    """A key that the host does not know is tried once, and the reason is told."""
    (sshd.folder / "authorized").write_text("")

    evidence = SshTransport(around(), pins, trust_new=True).gather(host_of(sshd), [ECHO])

    assert Failure.AUTHENTICATION is evidence.failure


def test_the_second_address_is_tried_where_the_first_is_closed(sshd, pins):
    """A host with several addresses is reached by the first that answers."""
    host = host_of(sshd, addresses=("127.0.0.2", "127.0.0.1"))

    evidence = SshTransport(around(), pins, trust_new=True).gather(host, [ECHO])

    assert (None, "127.0.0.1") == (evidence.failure, evidence.address)


def test_a_closed_port_is_refused(sshd, pins):
    """A closed port has its own word."""
    evidence = SshTransport(around(), pins).gather(host_of(sshd, port=1), [ECHO])

    assert Failure.REFUSED is evidence.failure


def test_a_key_that_others_can_read_is_refused(sshd, pins):
    """As OpenSSH does: a private key open to others is not used, and the mend is told."""
    sshd.identity.chmod(0o644)

    evidence = SshTransport(around(), pins, trust_new=True).gather(host_of(sshd), [ECHO])

    assert Failure.CREDENTIAL is evidence.failure
    assert "chmod 600" in evidence.detail


def test_a_key_can_come_from_the_environment(sshd, pins, monkeypatch):
    """`env:NAME` holds the private key itself."""
    monkeypatch.setenv("ATTT_TEST_KEY", sshd.identity.read_text())
    key = Secret(scheme="env", name="ATTT_TEST_KEY")

    evidence = SshTransport(around(), pins, trust_new=True).gather(host_of(sshd, key=key), [ECHO])

    assert None is evidence.failure


def test_a_host_is_reached_through_its_jump_host(sshd, pins):
    """The target is dialled from the jump host; both keys are judged, both logins are real."""
    jump = replace(host_of(sshd), id="jump", name="jump")
    target = host_of(sshd, addresses=("::1",), via="jump")
    transport = SshTransport(around(), pins, trust_new=True, jumps={"jump": jump})

    evidence = transport.gather(target, [ECHO])

    assert (None, "::1") == (evidence.failure, evidence.address)
    assert b"hello\n" == evidence.answers[asks.key(ECHO)].stdout
    assert pins.of("127.0.0.1", sshd.port) == pins.of("::1", sshd.port)


def test_a_jump_host_with_an_unknown_key_is_not_used(sshd, pins):
    """The jump host's own key must be enrolled; the failure is the jump host's, and names it."""
    jump = replace(host_of(sshd), id="jump", name="cổng vào")
    target = host_of(sshd, addresses=("::1",), via="jump")

    evidence = SshTransport(around(), pins, jumps={"jump": jump}).gather(target, [ECHO])

    assert Failure.JUMP_HOST is evidence.failure
    assert evidence.detail.startswith("cổng vào: host_key_unknown: SHA256:")


@pytest.mark.parametrize("name", ["none", "config"])
def test_a_key_that_can_not_be_read_is_a_credential_failure(sshd, pins, name):
    """A missing key file, or a file that is no key, says so, and nothing is sent."""
    key = Secret(scheme="file", name=str(sshd.folder / name))

    evidence = SshTransport(around(), pins, trust_new=True).gather(host_of(sshd, key=key), [ECHO])

    assert Failure.CREDENTIAL is evidence.failure
    assert name in evidence.detail


def test_without_an_agent_the_agent_is_a_credential_failure(sshd, pins, monkeypatch):
    """`agent` without ssh-agent says what is missing."""
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    key = Secret(scheme="agent")

    evidence = SshTransport(around(), pins, trust_new=True).gather(host_of(sshd, key=key), [ECHO])

    assert Failure.CREDENTIAL is evidence.failure


def serve_once(reply):
    """A TCP server on loopback that sends `reply` to one client and closes; gives its port."""
    server = socket.create_server(("127.0.0.1", 0))

    def run():
        with server:
            client, _ = server.accept()
            with client:
                client.sendall(reply)
                client.settimeout(3)
                try:
                    client.recv(1024)
                except OSError:
                    return

    threading.Thread(target=run, daemon=True).start()
    return server.getsockname()[1]


@pytest.mark.parametrize("reply", [b"HTTP/1.0 400 Bad Request\r\n\r\n", b"", b"\x00" * 300])
def test_what_is_not_ssh_says_so(sshd, pins, reply):
    """Another service on the port is a failure with a word, not an exception."""
    evidence = SshTransport(around(), pins).gather(host_of(sshd, port=serve_once(reply)), [ECHO])

    assert evidence.failure in (Failure.NOT_SSH, Failure.LOST)


def test_a_login_that_runs_no_shell_says_so(sshd, pins):
    """A host whose login ends in something that is no POSIX shell is a failure with its words."""
    sshd.stop()
    sshd.extra = "ForceCommand echo This account is currently not available."
    sshd.start()

    evidence = SshTransport(around(), pins, trust_new=True).gather(host_of(sshd), [ECHO])

    assert Failure.NO_SHELL is evidence.failure
    assert "not available" in evidence.detail


def test_a_stop_ends_a_host_under_way(sshd, pins):
    """The user's wish to stop ends a host that is being read, within seconds."""
    stop = threading.Event()
    threading.Timer(0.7, stop.set).start()
    slow = Command(argv=("sleep", "60"), timeout_s=60)

    evidence = SshTransport(around(cancelled=stop), pins, trust_new=True).gather(
        host_of(sshd), [slow]
    )

    assert Failure.INTERRUPTED is evidence.failure


def test_pins_are_the_owners_alone_and_openssh_reads_them(sshd, pins):
    """The file of enrolled keys is 0600, and another Pins reads the same keys from it."""
    SshTransport(around(), pins, trust_new=True).gather(host_of(sshd), [ECHO])

    again = Pins(pins.path)

    assert 0o600 == pins.path.stat().st_mode & 0o777
    key = again.of("127.0.0.1", sshd.port)[0]
    assert Match.SAME is again.match("127.0.0.1", sshd.port, key)


def test_a_forgotten_pin_is_unknown(sshd, pins):
    """After `forget` the host has to be enrolled anew."""
    SshTransport(around(), pins, trust_new=True).gather(host_of(sshd), [ECHO])

    assert 1 == pins.forget("127.0.0.1", sshd.port)
    assert () == Pins(pins.path).of("127.0.0.1", sshd.port)


def test_ssh_agent_lets_in(sshd, pins, agent):
    """A key that only the agent holds logs in."""
    agent(sshd.identity)
    host = host_of(sshd, key=Secret(scheme="agent"))

    evidence = SshTransport(around(), pins, trust_new=True).gather(host, [ECHO])

    assert None is evidence.failure
    assert b"hello\n" == evidence.answers[asks.key(ECHO)].stdout


def test_an_empty_agent_says_so(sshd, pins, agent):
    """An agent without keys is a credential failure that says what is missing."""
    host = host_of(sshd, key=Secret(scheme="agent"))

    evidence = SshTransport(around(), pins, trust_new=True).gather(host, [ECHO])

    assert (Failure.CREDENTIAL, "ssh-agent holds no key") == (evidence.failure, evidence.detail)


@pytest.fixture
def locked(sshd, monkeypatch):
    """The key of the server, locked with a passphrase that `env:PHRASE` leads to."""
    change = ["ssh-keygen", "-q", "-p", "-f", sshd.identity, "-N", "câu mật khẩu"]
    subprocess.run(change, check=True, capture_output=True)
    monkeypatch.setenv("PHRASE", "câu mật khẩu")
    return host_of(sshd, passphrase=Secret(scheme="env", name="PHRASE"))


def test_a_key_with_a_passphrase_says_to_use_an_agent(sshd, pins, locked):
    """A locked key file can't be used as it is; the reason names the ways out."""
    evidence = SshTransport(around(), pins, trust_new=True).gather(host_of(sshd), [ECHO])

    assert Failure.CREDENTIAL is evidence.failure
    assert "ssh-agent" in evidence.detail


def test_a_passphrase_comes_from_its_reference(sshd, pins, locked):
    """A locked key opens with the passphrase that the inventory refers to."""
    evidence = SshTransport(around(), pins, trust_new=True).gather(locked, [ECHO])

    assert None is evidence.failure


def test_a_wrong_passphrase_says_so_and_is_not_shown(sshd, pins, locked, monkeypatch):
    """The reason names the key, never the passphrase; nothing is sent to the host."""
    monkeypatch.setenv("PHRASE", "canary-passphrase")

    evidence = SshTransport(around(), pins, trust_new=True).gather(locked, [ECHO])

    assert Failure.CREDENTIAL is evidence.failure
    assert "passphrase" in evidence.detail
    assert "canary" not in evidence.detail


def certified(sshd, principal):
    """Let in only those whose key a certificate authority signed, and sign this key."""
    make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", sshd.folder / "ca"]
    subprocess.run(make, check=True)
    sign = ["ssh-keygen", "-q", "-s", sshd.folder / "ca", "-I", "attt", "-n", principal,
            f"{sshd.identity}.pub"]  # fmt: skip
    subprocess.run(sign, check=True, capture_output=True)
    sshd.stop()
    sshd.extra = f"TrustedUserCAKeys {sshd.folder}/ca.pub"
    sshd.start()
    (sshd.folder / "authorized").write_text("")


def test_a_certificate_beside_the_key_is_shown(sshd, pins):
    """KEY-cert.pub, where it is there, lets in on a host that knows only the authority."""
    certified(sshd, sshd.user)

    evidence = SshTransport(around(), pins, trust_new=True).gather(host_of(sshd), [ECHO])

    assert None is evidence.failure


def test_a_broken_certificate_says_so(sshd, pins):
    """A file of that name that is no certificate of the key is named."""
    sshd.identity.with_name("id-cert.pub").write_text("nonsense\n")

    evidence = SshTransport(around(), pins, trust_new=True).gather(host_of(sshd), [ECHO])

    assert Failure.CREDENTIAL is evidence.failure
    assert "id-cert.pub" in evidence.detail


def test_a_password_goes_to_enrolled_keys_alone(sshd, pins, monkeypatch):
    """Where new keys are trusted on first use, nobody with a password is: its key must be enrolled."""
    monkeypatch.setenv("ATTT_TEST_PASSWORD", "x")
    secret = Secret(scheme="env", name="ATTT_TEST_PASSWORD")
    trusting = SshTransport(around(), pins, trust_new=True)

    found = [
        trusting.gather(host_of(sshd, **{field: secret}), [ECHO])
        for field in ("password", "sudo_password")
    ]

    assert [Failure.HOST_KEY_UNKNOWN] * 2 == [evidence.failure for evidence in found]
    assert () == pins.of("127.0.0.1", sshd.port)


def test_the_users_own_ssh_settings_are_not_read(sshd, pins, tmp_path, monkeypatch):
    """~/.ssh/config can't send attt elsewhere, run a program or give it a key."""
    (tmp_path / ".ssh").mkdir()
    ran = tmp_path / "ran"
    (tmp_path / ".ssh/config").write_text(
        f"Host *\n ProxyCommand touch {ran}\n HostName 192.0.2.1\n"
    )
    monkeypatch.setenv("HOME", str(tmp_path))

    evidence = SshTransport(around(), pins, trust_new=True).gather(host_of(sshd), [ECHO])

    assert None is evidence.failure
    assert not ran.exists()


def test_nagle_is_off_for_a_host_and_for_its_jump_host(sshd, pins, monkeypatch):
    """Small packets leave at once on every socket that is opened."""
    opened = []
    connect = socket.create_connection

    def watched(*args, **kwargs):
        opened.append(connect(*args, **kwargs))
        return opened[-1]

    monkeypatch.setattr(socket, "create_connection", watched)
    quick = []

    class Watching(SshTransport):
        def _ask(self, *args):
            quick.extend(s.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for s in opened)
            return super()._ask(*args)

    jump = replace(host_of(sshd), id="jump", name="jump")
    Watching(around(), pins, trust_new=True, jumps={"jump": jump}).gather(
        host_of(sshd, addresses=("::1",), via="jump"), [ECHO]
    )

    assert [True] == [flag != 0 for flag in quick]


def test_a_login_that_begins_nothing_in_time_is_slow(sshd, pins, monkeypatch):
    """A host under load, or a start-up file that waits, is not said to have no shell."""
    monkeypatch.setattr(pump, "_SLACK_S", 0)
    monkeypatch.setattr(pump, "_BEGIN_S", 1)
    sshd.stop()
    sshd.extra = "ForceCommand sleep 5"
    sshd.start()

    quick = replace(ECHO, timeout_s=1)
    evidence = SshTransport(around(), pins, trust_new=True).gather(host_of(sshd), [quick])

    assert (Failure.SLOW, "nothing ran in time") == (evidence.failure, evidence.detail)
