"""Batches, halves and failures: every target gets exactly one answer."""

from collections.abc import Callable, Sequence
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attt.collect.scan import Observer, Output, Quiet, scan
from attt.model.run import ScanEvidence
from attt.model.scan import ScanTarget

NOW = "2026-11-22T00:00:00Z"


def target(address: str, ports: str = "T:22-23") -> ScanTarget:
    return ScanTarget(
        address=address, host=f"h-{address}", zone="z", vantage="v", approval="1/KH", ports=ports
    )


def xml_of(addresses: Sequence[str]) -> bytes:
    hosts = "".join(
        f'<host><status state="up" reason="user-set"/><address addr="{a}" '
        f'addrtype="ipv{6 if ":" in a else 4}"/><ports>'
        '<port protocol="tcp" portid="22"><state state="open" reason="syn-ack"/></port>'
        '<port protocol="tcp" portid="23"><state state="closed" reason="reset"/></port>'
        "</ports></host>"
        for a in addresses
    )
    return (
        '<nmaprun args="nmap"><scaninfo protocol="tcp" numservices="2" services="22-23"/>'
        f'{hosts}<runstats><finished exit="success"/><hosts/></runstats></nmaprun>'
    ).encode()


class Fake:
    """A scanner that answers by a function, and remembers its calls."""

    def __init__(self, answer: Callable[[Sequence[str]], Output]) -> None:
        self.calls: list[tuple[tuple[str, ...], str]] = []
        self.asked: list[tuple[tuple[str, ...], str]] = []
        self.hasty: list[str] = []
        self._answer = answer

    def look(self, addresses: Sequence[str], ports: str, *, is_hasty: bool = False) -> Output:
        """Answer as told."""
        self.calls.append((tuple(addresses), ports))
        self.hasty += [*addresses] if is_hasty else []
        return self._answer(addresses)

    def ask(self, addresses: Sequence[str], ports: str) -> Output:
        """Say nothing on any open port."""
        self.asked.append((tuple(addresses), ports))
        return good(addresses)


def good(addresses: Sequence[str]) -> Output:
    return Output(xml=xml_of(addresses))


def look(
    targets: Sequence[ScanTarget], scanner: Fake, observer: Observer | None = None
) -> list[ScanEvidence]:
    observer = observer or Quiet()
    return list(scan(targets, observer=observer, clock=lambda: NOW, scanner=scanner))


def test_scan_evidence_says_all_of_its_target() -> None:
    """Where from, when, of which host, what was asked, what is open, and the XML of it alone."""
    (evidence,) = look([target("10.0.0.1")], Fake(good))

    (port,) = evidence.ports
    assert ("v", "10.0.0.1", "tcp", 22) == (
        port.endpoint.vantage,
        port.endpoint.address,
        port.endpoint.protocol,
        port.endpoint.port,
    )
    assert (None, True, "T:22-23", NOW) == (
        evidence.failure,
        evidence.is_up,
        evidence.ports_asked,
        evidence.observed_at,
    )
    assert ("h-10.0.0.1", "z") == (evidence.host, evidence.zone)
    assert b"10.0.0.1" in evidence.raw


def test_scan_batches_are_of_one_family_and_one_port_text() -> None:
    """130 IPv4 addresses, one IPv6 and one with other ports: calls of 64, 64, 2, 1 and 1."""
    targets = [target(f"10.0.0.{n}") for n in range(130)]
    mixed = [target("fd00::1"), *targets, target("10.0.1.1", "T:1-100")]
    scanner = Fake(good)
    found = look(mixed, scanner)

    assert [1, 1, 2, 64, 64] == sorted(len(call[0]) for call in scanner.calls)
    assert {t.address for t in mixed} == {evidence.address for evidence in found}
    assert len(mixed) == len(found)


def test_scan_observer_hears_of_each_batch_before_and_after() -> None:
    """Progress: started, ports found, then done, all before the next batch starts."""
    heard: list[tuple[str, int]] = []

    class Log(Quiet):
        def on_batch_started(self, targets: Sequence[ScanTarget]) -> None:
            heard.append(("started", len(targets)))

        def on_ports_found(self, targets: Sequence[ScanTarget], ports: int) -> None:
            heard.append(("ports", ports))

        def on_batch_done(self, evidence: Sequence[ScanEvidence]) -> None:
            heard.append(("done", len(evidence)))

    look([target(f"10.0.0.{n}") for n in range(65)], Fake(good), Log())

    first = [("started", 64), ("ports", 64), ("done", 64)]
    assert [*first, ("started", 1), ("ports", 1), ("done", 1)] == heard


def test_scan_one_bad_address_costs_only_itself() -> None:
    """Nmap gives up on a whole call for one address; halving finds it and saves the others."""
    bad = "10.0.0.37"

    def answer(addresses: Sequence[str]) -> Output:
        if bad in addresses:
            return Output(stderr=f"failed to determine route to {bad}\nQUITTING!\n", status=1)
        return good(addresses)

    found = {e.address: e for e in look([target(f"10.0.0.{n}") for n in range(64)], Fake(answer))}

    assert [bad] == [address for address, evidence in found.items() if evidence.failure]
    assert "failed" == found[bad].failure
    assert "determine route" in found[bad].detail
    assert 64 == len(found)


@pytest.mark.parametrize(
    ("output", "failure"),
    [
        (Output(xml=xml_of(["10.0.0.1"]), status=1), "failed"),
        (Output(xml=xml_of(["10.0.0.1"]), status=-9), "failed"),
        (Output(xml=xml_of(["10.0.0.1"]), status=None), "timed_out"),
        (Output(xml=xml_of(["10.0.0.1"]), is_cut=True), "cut"),
        (Output(xml=xml_of(["10.0.0.1"])[:-20]), "unparsable"),
        (Output(xml=b""), "unparsable"),
        (Output(xml=xml_of([])), "unreachable"),
        (Output(xml=xml_of(["10.0.0.2"])), "unreachable"),
        (
            Output(
                xml=xml_of(["10.0.0.1"]),
                stderr="sendto in send_ip_packet_sd: sendto(5, …) => Operation not permitted\n",
            ),
            "failed",
        ),
        (
            Output(xml=xml_of(["10.0.0.1"]), stderr="Strange read error from 10.0.0.1 (99 - 'x')"),
            "failed",
        ),
        (
            Output(xml=xml_of(["10.0.0.1"]).replace(b"<host>", b'<host timedout="true">')),
            "timed_out",
        ),
        (
            Output(xml=xml_of(["10.0.0.1"]).replace(b'portid="23"', b'portid="24"/><x y=""')),
            "unparsable",
        ),
        (
            Output(xml=xml_of(["10.0.0.1"]).replace(b'numservices="2"', b'numservices="3"')),
            "unparsable",
        ),
    ],
)
def test_scan_failure_is_evidence_without_ports(output: Output, failure: str) -> None:
    """Whatever goes wrong is said; no port and no "up" comes from a call that can't be trusted."""
    (evidence,) = look([target("10.0.0.1")], Fake(lambda _: output))

    assert (failure, (), False) == (evidence.failure, evidence.ports, evidence.is_up)
    assert evidence.detail
    assert "T:22-23" == evidence.ports_asked


def test_scan_that_hangs_is_not_tried_again() -> None:
    """A batch that does not end costs one deadline, not one for each half."""
    scanner = Fake(lambda _: Output(status=None))
    found = look([target(f"10.0.0.{n}") for n in range(64)], scanner)

    assert 1 == len(scanner.calls)
    assert {"timed_out"} == {evidence.failure for evidence in found}


@pytest.mark.parametrize(
    "stderr",
    [
        "",
        "\n",
        "Warning: 10.0.0.1 giving up on port because retransmission cap hit (2).\n",
        "RTTVAR has grown to over 2.3 seconds, decreasing to 2.0\n",
        "adjust_timeouts2: packet supposedly had rtt of -88 microseconds.  Ignoring time.\n",
    ],
)
def test_scan_known_remarks_of_nmap_are_harmless(stderr: str) -> None:
    """Remarks about timing do not void a scan."""
    (evidence,) = look([target("10.0.0.1")], Fake(lambda a: Output(xml=xml_of(a), stderr=stderr)))

    assert evidence.failure is None


def test_scan_drops_what_was_not_asked() -> None:
    """An address that nmap reports beyond the targets is in no evidence."""
    scanner = Fake(lambda a: Output(xml=xml_of([*a, "10.0.0.99"])))
    found = look([target("10.0.0.1"), target("10.0.0.2")], scanner)

    assert ["10.0.0.1", "10.0.0.2"] == [evidence.address for evidence in found]
    assert not any(b"10.0.0.99" in evidence.raw for evidence in found)


@pytest.mark.parametrize("address", ["-iL x", "web1", "10.0.0.0/8", "FD00::1", "fe80::1%lo", ""])
def test_scan_of_no_literal_sends_nothing_at_all(address: str) -> None:
    """A bad target stops the scan before the first packet to any other."""
    scanner = Fake(good)

    with pytest.raises(ValueError, match="not a canonical literal"):
        look([target("10.0.0.1"), target(address)], scanner)

    assert [] == scanner.calls


def test_scan_of_nothing_needs_no_nmap() -> None:
    """Without targets nothing is looked for, not even nmap."""
    assert [] == list(scan([], observer=Quiet(), clock=lambda: NOW))


def test_scan_interrupt_is_not_swallowed() -> None:
    """Ctrl-C in the second batch: the first is with the caller already, the interrupt goes up."""

    def answer(addresses: Sequence[str]) -> Output:
        if "10.0.0.64" in addresses:
            raise KeyboardInterrupt
        return good(addresses)

    targets = [target(f"10.0.0.{n}") for n in range(65)]
    finding = scan(targets, observer=Quiet(), clock=str, scanner=Fake(answer))
    found = list(islice(finding, 64))
    with pytest.raises(KeyboardInterrupt):
        next(finding)

    assert 64 == len(found)


@given(
    hosts=st.sets(st.integers(min_value=0, max_value=255), max_size=40),
    bad=st.sets(st.integers(min_value=0, max_value=255), max_size=10),
    silent=st.sets(st.integers(min_value=0, max_value=255), max_size=10),
)
def test_scan_law_one_evidence_a_target(hosts: set[int], bad: set[int], silent: set[int]) -> None:
    """Whatever fails or is left out, each target has one evidence, and only the good have ports."""
    spoilt = {f"10.0.0.{n}" for n in bad}
    missing = {f"10.0.0.{n}" for n in silent}

    def answer(addresses: Sequence[str]) -> Output:
        if spoilt & set(addresses):
            return Output(status=1, stderr="QUITTING!")
        return good([a for a in addresses if a not in missing])

    targets = [target(f"10.0.0.{n}") for n in sorted(hosts)]
    found = look(targets, Fake(answer))

    assert [t.address for t in targets] == [evidence.address for evidence in found]
    expected = {t.address for t in targets} - spoilt - missing
    assert expected == {e.address for e in found if e.failure is None and e.ports}


MANY = "T:1-1000"


def silent_xml(addresses: Sequence[str]) -> bytes:
    """What nmap reports of addresses that let every packet go unanswered."""
    return (
        xml_of(addresses)
        .replace(b'state="open" reason="syn-ack"', b'state="filtered" reason="no-response"')
        .replace(b'state="closed" reason="reset"', b'state="filtered" reason="no-response"')
    )


def test_scan_hurries_over_addresses_that_answer_no_knock() -> None:
    """Of three addresses one is silent: it alone is scanned in haste, and still is not up."""
    quiet = "10.0.0.2"

    def answer(addresses: Sequence[str]) -> Output:
        loud = [a for a in addresses if a != quiet]
        xml = xml_of(loud) if loud else silent_xml(addresses)
        if loud and quiet in addresses:
            host = silent_xml([quiet]).split(b"<host>")[1].split(b"</host>")[0]
            xml = xml.replace(b"<runstats>", b"<host>" + host + b"</host><runstats>")
        return Output(xml=xml)

    scanner = Fake(answer)
    found = look([target(f"10.0.0.{n}", MANY) for n in (1, 2, 3)], scanner)

    assert [quiet] == scanner.hasty
    assert [True, False, True] == [evidence.is_up for evidence in found]
    assert [None] * 3 == [evidence.failure for evidence in found]


def test_scan_of_a_few_ports_does_not_knock() -> None:
    """Where few ports are looked at, one call is all."""
    scanner = Fake(good)
    look([target("10.0.0.1")], scanner)

    assert [(("10.0.0.1",), "T:22-23")] == scanner.calls


def test_scan_looks_again_with_care_where_haste_wakes_somebody() -> None:
    """Silent at the knock, but a port answers in haste: the careful scan has the last word."""
    said: list[int] = []

    def answer(addresses: Sequence[str]) -> Output:
        said.append(len(said))
        return Output(xml=silent_xml(addresses)) if len(said) == 1 else good(addresses)

    scanner = Fake(answer)
    (evidence,) = look([target("10.0.0.1", MANY)], scanner)

    assert ["10.0.0.1"] == scanner.hasty
    assert 3 == len(scanner.calls)
    assert evidence.is_up


def test_scan_asks_open_ports_alone() -> None:
    """Only what is open is asked, in one call for a batch; a failed address is not asked at all."""

    def answer(addresses: Sequence[str]) -> Output:
        return good([a for a in addresses if a != "10.0.0.2"])

    scanner = Fake(answer)
    found = look([target(f"10.0.0.{n}") for n in (1, 2, 3)], scanner)

    assert [(("10.0.0.1", "10.0.0.3"), "T:22")] == scanner.asked
    assert ["unreachable"] == [e.failure for e in found if e.failure]
    assert all(p.speech is not None for e in found for p in e.ports)
