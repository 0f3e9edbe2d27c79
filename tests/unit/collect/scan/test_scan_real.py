"""Real nmap against this machine's loopback and a network namespace that the test makes."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from attt.collect.scan import Nmap, Observer, Output, Quiet, scan
from attt.errors import MissingProgram
from attt.model.run import ScanEvidence
from attt.model.scan import ScanTarget

NOW = "2026-11-22T00:00:00Z"
NMAP = shutil.which("nmap")
needs_nmap = pytest.mark.skipif(NMAP is None, reason="needs the program nmap")


def target(address: str, ports: str = "T:1-65535") -> ScanTarget:
    return ScanTarget(
        address=address, host="h", zone="z", vantage="here", approval="1/KH", ports=ports
    )


class Log(Quiet):
    """An observer that remembers."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int]] = []

    def on_batch_started(self, targets: Sequence[ScanTarget]) -> None:
        """Remember."""
        self.seen.append(("started", len(targets)))

    def on_batch_done(self, evidence: Sequence[ScanEvidence]) -> None:
        """Remember."""
        self.seen.append(("done", len(evidence)))


class Looking(Nmap):
    """The real nmap, whose second look says nothing: listeners here never answer, and that is slow."""

    def ask(self, addresses: Sequence[str], ports: str) -> Output:
        """Say that it could not be done."""
        return Output(status=1)


def look(*targets: ScanTarget, observer: Observer | None = None) -> dict[str, ScanEvidence]:
    found = list(scan(targets, observer=observer or Quiet(), clock=lambda: NOW, scanner=Looking()))
    assert len(found) == len(targets)
    return {evidence.address: evidence for evidence in found}


def open_ports(evidence: ScanEvidence) -> set[int]:
    assert evidence.failure is None, evidence.detail
    return {seen.endpoint.port for seen in evidence.ports}


@pytest.fixture
def listeners() -> Iterator[dict[str, int]]:
    """A listener on an ephemeral port of each loopback address that this machine has."""
    with ExitStack() as stack:
        ports = {}
        for address, family in (("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6)):
            listener = stack.enter_context(socket.socket(family))
            try:
                listener.bind((address, 0))
            except OSError:
                continue
            listener.listen()
            ports[address] = listener.getsockname()[1]
        yield ports


@needs_nmap
def test_scan_finds_listeners_on_loopback(listeners: dict[str, int]) -> None:
    """Both families, every port: what listens is seen, one call a family."""
    log = Log()
    found = look(*(target(address) for address in listeners), observer=log)

    assert all(port in open_ports(found[address]) for address, port in listeners.items())
    assert {"T:1-65535"} == {evidence.ports_asked for evidence in found.values()}
    assert all(evidence.is_up for evidence in found.values())
    assert [("started", 1), ("done", 1)] * len(listeners) == log.seen


@needs_nmap
def test_scan_sees_a_listener_go() -> None:
    """The same port is open while somebody listens and not after."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        before = open_ports(look(target("127.0.0.1", f"T:{port}"))["127.0.0.1"])
    after = look(target("127.0.0.1", f"T:{port}"))["127.0.0.1"]

    assert {port} == before
    assert set() == open_ports(after)
    assert after.is_up


@needs_nmap
def test_scan_by_connecting_finds_the_same(listeners: dict[str, int]) -> None:
    """Without the right to raw packets the connect scan sees what the SYN scan sees."""
    scanner = Looking()
    scanner._method = ("-sT", "--unprivileged")
    targets = [target(address, f"T:{port}") for address, port in listeners.items()]
    found = scan(targets, observer=Quiet(), clock=lambda: NOW, scanner=scanner)

    assert sorted(listeners.values()) == sorted(p for e in found for p in open_ports(e))


class Lan:
    """A namespace behind a veth pair: 10.213.N.0/24 and fd77:213:N::/64, .1 is this side."""

    def __init__(self, number: int) -> None:
        self.name = f"attt-scan-{number}"
        self.v4, self.v6 = f"10.213.{number}.", f"fd77:213:{number:x}::"
        self._here, self._there = f"as{number}a", f"as{number}b"

    def up(self) -> None:
        """Make it, both families."""
        run("ip", "netns", "add", self.name)
        run("ip", "link", "add", self._here, "type", "veth", "peer", "name", self._there)
        run("ip", "link", "set", self._there, "netns", self.name)
        for side, device, last in (((), self._here, 1), (("-n", self.name), self._there, 2)):
            run("ip", *side, "addr", "add", f"{self.v4}{last}/24", "dev", device)
            run("ip", *side, "-6", "addr", "add", f"{self.v6}{last}/64", "dev", device, "nodad")
            run("ip", *side, "link", "set", device, "up")
        run("ip", "-n", self.name, "link", "set", "lo", "up")

    def down(self) -> None:
        """Take it away, however far it came."""
        subprocess.run(("ip", "link", "del", self._here), check=False, capture_output=True)
        subprocess.run(("ip", "netns", "del", self.name), check=False, capture_output=True)

    def drop(self, port: int) -> None:
        """Throw away what comes in for a TCP port: by nftables, or else by a routing rule."""
        if shutil.which("nft"):
            rules = (
                "table inet t { chain c { type filter hook input priority 0; "
                f"tcp dport {port} drop; }}; }}"
            )
            run("ip", "netns", "exec", self.name, "nft", rules)
            return
        side = ("-n", self.name)
        run("ip", *side, "rule", "add", "pref", "100", "lookup", "local")
        run("ip", *side, "rule", "del", "pref", "0")
        match = ("iif", self._there, "ipproto", "tcp", "dport", str(port), "blackhole")
        run("ip", *side, "rule", "add", "pref", "10", *match)


def run(*argv: str) -> None:
    subprocess.run(argv, check=True, capture_output=True)


LISTEN = """
import socket, sys
kept = [socket.create_server(("::", int(p)), family=socket.AF_INET6, dualstack_ipv6=True)
        for p in sys.argv[1:]]
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def lan() -> Iterator[Lan]:
    """A network of the test's own, with listeners on ports 22, 80 and 8443 of its address .2."""
    if os.geteuid() != 0 or not shutil.which("ip") or not NMAP:
        pytest.skip("needs root, iproute2 and nmap to make a network of its own")
    made = Lan(20 + os.getpid() % 200)
    try:
        try:
            made.up()
        except subprocess.CalledProcessError as error:
            pytest.skip(f"no network namespace can be made here: {error.stderr!r}")
        argv = ("ip", "netns", "exec", made.name, sys.executable, "-c", LISTEN, "22", "80", "8443")
        with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as listening:
            assert listening.stdout is not None
            assert listening.stdout.readline() == b"ready\n"
            yield made
            listening.communicate()
    finally:
        made.down()


def test_scan_of_a_network_tells_open_from_dropped(lan: Lan) -> None:
    """What listens is seen in both families; what is dropped is not; a missing machine is missed."""
    lan.drop(8443)
    asked = "T:20-25,80,443,8443"
    live, gone, live6 = f"{lan.v4}2", f"{lan.v4}9", f"{lan.v6}2"
    found = look(target(gone, asked), target(live, asked), target(live6, asked))

    assert {22, 80} == open_ports(found[live])
    assert {22, 80} <= open_ports(found[live6])
    assert found[gone].failure == "unreachable"
    assert not found[gone].is_up


def test_scan_of_a_dropped_port_alone_is_silence(lan: Lan) -> None:
    """Nothing answers a connect scan: no ports, not up, but looked at."""
    lan.drop(8443)
    scanner = Looking()
    scanner._method = ("-sT", "--unprivileged")
    asked = [target(f"{lan.v4}2", "T:8443")]
    (evidence,) = scan(asked, observer=Quiet(), clock=lambda: NOW, scanner=scanner)

    assert set() == open_ports(evidence)
    assert not evidence.is_up


def test_scan_without_route_misses_only_what_has_none(lan: Lan) -> None:
    """An address that this machine has no route to is missed; its neighbours in the call are seen."""
    live, lost = f"{lan.v4}2", lan.v4.replace("10.213", "10.214") + "9"
    run("ip", "route", "add", "unreachable", f"{lost}/32")
    try:
        found = look(target(live, "T:22,23"), target(lost, "T:22,23"))
    finally:
        run("ip", "route", "del", "unreachable", f"{lost}/32")

    assert {22} == open_ports(found[live])
    assert found[lost].failure in ("failed", "unreachable")


SCRIPT = """
import signal, sys
# A shell that put the tests into the background made SIGINT ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
from attt.collect.scan import Nmap, Quiet, scan
from attt.model.scan import ScanTarget
one = ScanTarget(address="127.0.0.1", host="h", zone="z", vantage="v", approval="a", ports="T:1")
try:
    list(scan([one], observer=Quiet(), clock=str, scanner=Nmap(sys.argv[1])))
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def test_scan_interrupted_leaves_no_process(tmp_path: Path) -> None:
    """Ctrl-C ends nmap and what it started, and is not swallowed."""
    fake, pids = tmp_path / "slow", tmp_path / "pids"
    fake.write_text(
        f"#!/bin/sh\nsleep 60 & echo $! $$ > {pids}.part\nmv {pids}.part {pids}\nwait\n"
    )
    fake.chmod(0o700)
    argv = (sys.executable, "-c", SCRIPT, str(fake))
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as scanning:
        wait_for(pids.exists)
        scanning.send_signal(signal.SIGINT)
        said, _ = scanning.communicate(timeout=20)
    started = [int(pid) for pid in pids.read_text().split()]

    assert said == "interrupted\n"
    assert wait_for(lambda: not any(is_running(pid) for pid in started))


def wait_for(is_true) -> bool:
    deadline = time.monotonic() + 20
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return True


def is_running(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("content", [None, "#!/bin/sh\necho something else\n"])
def test_scan_without_nmap_names_the_package(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No nmap, or something else of that name: the user is told what to install."""
    if content is not None:
        (tmp_path / "nmap").write_text(content)
        (tmp_path / "nmap").chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(MissingProgram) as caught:
        list(scan([target("127.0.0.1")], observer=Quiet(), clock=str))

    assert "nmap" in str(caught.value.hint)
