"""The second look: what a bad port costs, and what it does not."""

from collections.abc import Callable, Iterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from attt.collect.scan.asking import BATCH_LIMIT_S, PORTS_ASKED, ask
from attt.collect.scan.hearing import hear
from attt.collect.scan.nmap import ASK_TIMEOUT_S, Output
from attt.model.answer import Obstacle
from attt.model.run import Greeting, PortSeen, PortState, ScanEvidence
from attt.model.subject import Endpoint

Answer = Callable[[Sequence[str], Sequence[int]], Output]


def xml_of(
    addresses: Sequence[str], ports: Sequence[int], *, late: Sequence[str] = (), more: str = ""
) -> bytes:
    """Nmap's second XML: each port says telnet, and `late` addresses ran out of time."""
    one = "".join(
        f'<port protocol="tcp" portid="{p}"><state state="open" reason="syn-ack"/>'
        f'<service name="telnet" method="probed" {more}/></port>'
        for p in ports
    )
    hosts = "".join(
        f"<host{' timedout=' + chr(34) + 'true' + chr(34) if a in late else ''}>"
        f'<address addr="{a}" addrtype="ipv4"/><ports>{one}</ports></host>'
        for a in addresses
    )
    end = '<runstats><finished exit="success"/><hosts/></runstats>'
    return f"<nmaprun>{hosts}{end}</nmaprun>".encode()


class Fake:
    """A scanner that answers the second look by a function, and remembers."""

    def __init__(self, answer: Answer) -> None:
        self.calls: list[tuple[tuple[str, ...], tuple[int, ...]]] = []
        self._answer = answer

    def look(self, addresses: Sequence[str], ports: str, *, is_hasty: bool = False) -> Output:
        """Never asked for here."""
        raise AssertionError((addresses, ports, is_hasty))

    def ask(self, addresses: Sequence[str], ports: str) -> Output:
        """Answer as told."""
        wanted = tuple(int(port) for port in ports.removeprefix("T:").split(","))
        self.calls.append((tuple(addresses), wanted))
        return self._answer(addresses, wanted)


def still() -> float:
    """A clock that stands."""
    return 0.0


def good(addresses: Sequence[str], ports: Sequence[int]) -> Output:
    return Output(xml=xml_of(addresses, ports))


def test_asking_is_one_call_for_a_batch() -> None:
    """All addresses, the ports of all of them, once; each port has its speech."""
    scanner = Fake(good)
    speeches = ask({"10.0.0.1": (22,), "10.0.0.2": (22, 80)}, scanner, still)

    assert [(("10.0.0.1", "10.0.0.2"), (22, 80))] == scanner.calls
    assert {("10.0.0.1", 22), ("10.0.0.2", 22), ("10.0.0.2", 80)} == set(speeches)
    assert {"telnet"} == {speech.service for speech in speeches.values()}


def test_asking_nothing_sends_nothing() -> None:
    """Where no port is open, nmap is not started."""
    scanner = Fake(good)

    assert {} == ask({"10.0.0.1": ()}, scanner, still)
    assert [] == scanner.calls


@given(
    bad=st.tuples(st.integers(1, 4), st.sampled_from([22, 80, 443])),
    how=st.sampled_from(["unreadable", "late", "status", "complaint", "deadline"]),
)
def test_asking_law_a_bad_port_costs_only_itself(bad: tuple[int, int], how: str) -> None:
    """Whatever a port does to nmap, every other port of every address is heard."""
    guilty, port = f"10.0.0.{bad[0]}", bad[1]

    def answer(addresses: Sequence[str], ports: Sequence[int]) -> Output:
        if guilty not in addresses or port not in ports:
            return good(addresses, ports)
        return {
            "unreadable": Output(xml=xml_of(addresses, ports, more='product="&#x1b;"')),
            "late": Output(xml=xml_of(addresses, ports, late=(guilty,))),
            "status": Output(status=-11),
            "complaint": Output(xml=xml_of(addresses, ports), stderr="sendto: not permitted"),
            "deadline": Output(status=None),
        }[how]

    asked = {f"10.0.0.{n}": (22, 80, 443) for n in range(1, 5)}
    speeches = ask(asked, Fake(answer), still)

    assert {(guilty, port)} == {key for key, speech in speeches.items() if speech.obstacle}
    assert 12 == len(speeches)


def test_asking_ends_with_its_batch() -> None:
    """Every call runs to its limit: after the batch's own limit nothing more is sent."""
    spent = [0.0]

    def answer(addresses: Sequence[str], ports: Sequence[int]) -> Output:
        spent[0] += ASK_TIMEOUT_S
        return Output(status=None)

    scanner = Fake(answer)
    asked = {f"10.0.0.{n}": (22, 80) for n in range(64)}
    speeches = ask(asked, scanner, lambda: spent[0])

    assert len(scanner.calls) <= BATCH_LIMIT_S / ASK_TIMEOUT_S + 1
    assert 128 == len(speeches)
    assert all(speech.obstacle is not None for speech in speeches.values())


def test_asking_a_trap_of_many_open_ports_stops_at_a_number() -> None:
    """An address that opens every port is asked a few; of the rest it is said that they were not."""
    many = tuple(range(1, 1001))
    scanner = Fake(good)
    speeches = ask({"10.0.0.1": many}, scanner, still)

    assert [PORTS_ASKED] == [len(ports) for _, ports in scanner.calls]
    assert 1000 - PORTS_ASKED == sum(s.obstacle is Obstacle.CUT for s in speeches.values())


def test_asking_misses_a_port_that_closed_meanwhile() -> None:
    """A port that is not open any more says nothing, and that is not silence of its service."""
    scanner = Fake(lambda addresses, _: Output(xml=xml_of(addresses, [22])))
    speeches = ask({"10.0.0.1": (22, 80)}, scanner, still)

    assert speeches["10.0.0.1", 22].obstacle is None
    assert Obstacle.FAILED is speeches["10.0.0.1", 80].obstacle


def evidence(ports: Sequence[PortSeen]) -> ScanEvidence:
    return ScanEvidence(
        address="10.0.0.1", vantage="v", observed_at="2026-11-22T00:00:00Z", is_up=True,
        ports=tuple(ports),
    )  # fmt: skip


def port(number: int, state: PortState = PortState.OPEN, protocol: str = "tcp") -> PortSeen:
    endpoint = Endpoint(vantage="v", address="10.0.0.1", protocol=protocol, port=number)
    return PortSeen(endpoint=endpoint, state=state)


def test_hearing_shakes_hands_only_inside_tls() -> None:
    """A port in TLS gets our own handshake by the host's name; others get none."""
    xml = xml_of(["10.0.0.1"], [22, 443])
    head, tail = xml.split(b'portid="443"')
    inside = head + b'portid="443"' + tail.replace(b'name="telnet"', b'name="http" tunnel="ssl"')
    shaken: list[tuple[str, int, str]] = []

    def greet(address: str, number: int, name: str) -> Greeting:
        shaken.append((address, number, name))
        return Greeting(name=name, code=0, leaf="PEM")

    seen = evidence([port(22), port(443), port(53, PortState.OPEN_FILTERED, "udp")])
    scanner = Fake(lambda *_: Output(xml=inside))
    names = {"10.0.0.1": "web1.example.vn"}
    (heard,) = hear([seen], names, scanner, greet, still)
    greetings = {p.endpoint.port: p.speech and p.speech.greeting for p in heard.ports}

    assert [("10.0.0.1", 443, "web1.example.vn")] == shaken
    assert {22: None, 443: Greeting(name="web1.example.vn", code=0, leaf="PEM"), 53: None} == (
        greetings
    )


def flood() -> Iterator[str]:
    """A script table without end."""
    yield '<table key="TLSv1.2"><table key="ciphers">'
    yield from ("<table><elem key='name'>X</elem></table>" for _ in range(3000))
    yield "</table></table>"


def test_asking_does_not_keep_what_floods() -> None:
    """A port whose scripts say more than is kept is missed whole; its neighbour is heard."""
    script = f'<script id="ssl-enum-ciphers" output="">{"".join(flood())}</script></port>'.encode()
    xml = xml_of(["10.0.0.1"], [22, 443])
    head, tail = xml.rsplit(b"</port>", 1)
    scanner = Fake(lambda *_: Output(xml=head + script + tail))
    speeches = ask({"10.0.0.1": (22, 443)}, scanner, still)

    assert Obstacle.CUT is speeches["10.0.0.1", 443].obstacle
    assert "telnet" == speeches["10.0.0.1", 22].service
