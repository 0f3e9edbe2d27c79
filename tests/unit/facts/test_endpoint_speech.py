"""What open ports said, as facts: TLS, certificates, SSH and services."""

import datetime as dt
from collections.abc import Mapping, Sequence

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from attt.facts.endpoint import endpoint_facts
from attt.model.answer import Obstacle
from attt.model.fact import Fact, FactKey, FactMissed, FactRead
from attt.model.inventory import Exposure, PortRange, Zone
from attt.model.run import Greeting, PortSeen, PortState, ScanEvidence, Speech
from attt.model.subject import Endpoint
from attt.model.value import Missing, Value
from attt.store.codec import plain, rebuild

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
POSTGRES = Exposure(from_="v", services=(PortRange(protocol="tcp", first=5432, last=5432),))
ZONE = Zone(id="z", name="Z", cidrs=("192.0.2.0/24",), expose=(POSTGRES,))


def evidence(speeches: Mapping[int, Speech | None]) -> ScanEvidence:
    ports = tuple(
        PortSeen(
            endpoint=Endpoint(vantage="v", address="192.0.2.1", protocol="tcp", port=port),
            state=PortState.OPEN,
            speech=speech,
        )
        for port, speech in speeches.items()
    )
    return ScanEvidence(
        address="192.0.2.1", vantage="v", observed_at="2026-11-22T00:00:00Z", is_up=True,
        ports=ports,
    )  # fmt: skip


def learnt(
    kind: str, speeches: Mapping[int, Speech | None], names: Sequence[str] = ("web1",)
) -> Fact:
    return endpoint_facts(evidence(speeches), ZONE, "", names)[FactKey(f"endpoint.{kind}")]


def ports_of(fact: Fact) -> tuple[Value, ...]:
    assert isinstance(fact, FactRead), fact
    assert isinstance(fact.value, Mapping)
    ports = fact.value["ports"]
    assert isinstance(ports, tuple)
    return ports


def one_of(fact: Fact) -> Mapping[str, Value]:
    (port,) = ports_of(fact)
    assert isinstance(port, Mapping), port
    return port


Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


def pem(
    names: Sequence[str] = ("web1.example.vn",),
    *,
    days: int = 100,
    key: Key | None = None,
    issuer: str = "An authority",
    begin: int = -300,
) -> str:
    """A certificate that ends `days` after the scan."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    common = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "cn.example.vn")])
    other = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)])
    made = (
        x509.CertificateBuilder()
        .subject_name(common)
        .issuer_name(other)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW + dt.timedelta(days=begin))
        .not_valid_after(NOW + dt.timedelta(days=days))
    )
    if names:
        alternative = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        made = made.add_extension(alternative, critical=False)
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return made.sign(key, algorithm).public_bytes(serialization.Encoding.PEM).decode()


def web(certificate: str, greeting: Greeting | None = None, tunnel: str = "ssl") -> Speech:
    suite = {"name": "TLS_AKE_WITH_AES_128_GCM_SHA256", "kex_info": "ecdh_x25519"}
    scripts: dict[str, Value] = {
        "ssl-cert": {"pem": certificate},
        "ssl-enum-ciphers": {"TLSv1.3": {"ciphers": (suite,)}, "least strength": "A"},
    }
    return Speech(service="http", tunnel=tunnel, scripts=scripts, greeting=greeting)


def certificate(
    text: str, greeting: Greeting | None = None, names: Sequence[str] = ("web1",)
) -> Mapping[str, Value]:
    found = one_of(learnt("tls", {443: web(text, greeting)}, names))["certificate"]
    assert isinstance(found, Mapping), found
    return found


def test_endpoint_tls_tells_versions_suites_and_groups() -> None:
    """Versions without suites are not offered; the smallest Diffie-Hellman group counts."""
    scripts: dict[str, Value] = {
        "sslv2": "SSLv2 supported",
        "ssl-enum-ciphers": {
            "TLSv1.1": {"ciphers": ()},
            "TLSv1.2": {
                "ciphers": (
                    {"name": "TLS_DHE_RSA_WITH_AES_128_CBC_SHA", "kex_info": "dh 2048"},
                    {"name": "TLS_DHE_RSA_WITH_AES_256_CBC_SHA", "kex_info": "dh 1024"},
                )
            },
        },
    }
    port = one_of(learnt("tls", {25: Speech(service="smtp", scripts=scripts)}))

    assert (("SSLv2", "TLSv1.2"), 1024, True) == (
        port["versions"],
        port["dh_bits"],
        port["is_starttls"],
    )
    assert isinstance(port["certificate"], Missing)


def test_endpoint_tls_that_tells_no_suites_is_missing_not_empty() -> None:
    """TLS is spoken, but the enumeration did not end: no versions is no proof of no old ones."""
    port = one_of(learnt("tls", {443: Speech(tunnel="ssl")}))

    assert all(isinstance(port[name], Missing) for name in ("versions", "suites", "dh_bits"))


@pytest.mark.parametrize(("days", "left"), [(100, 100), (0, 0), (-1, -1)])
def test_endpoint_certificate_days_count_from_the_scan(days: int, left: int) -> None:
    """Days left are whole days from the time of the scan, negative after the end."""
    assert left == certificate(pem(days=days))["days_left"]


@pytest.mark.parametrize(
    ("key", "kind", "bits", "signed"),
    [
        (rsa.generate_private_key(65537, 1024), "rsa", 1024, "sha256"),
        (ec.generate_private_key(ec.SECP384R1()), "ec", 384, "sha256"),
        (ed25519.Ed25519PrivateKey.generate(), "ed25519", 255, None),
    ],
)
def test_endpoint_certificate_key(key: Key, kind: str, bits: int, signed: str | None) -> None:
    """Kind, bits, and the hash of the signature, which Edwards curves have none of."""
    found = certificate(pem(key=key))

    assert (kind, bits, signed) == (
        found["key_type"],
        found["key_bits"],
        found["signature_hash"],
    )


@pytest.mark.parametrize(
    ("theirs", "mine", "asked", "expected"),
    [
        (["web1.example.vn"], ["web1"], "", True),
        (["web1.example.vn"], ["WEB1.example.vn"], "", True),
        (["*.example.vn"], ["web1.example.vn"], "", True),
        (["*.example.vn"], ["a.b.example.vn"], "a.b.example.vn", False),
        (["*.vn"], ["web1.example.vn"], "web1.example.vn", False),
        (["web2.example.vn"], ["web1.example.vn"], "web1.example.vn", False),
        (["web2.example.vn"], ["web1.example.vn"], "", None),
        (["web2.example.vn"], ["web1"], "", None),
        ([], ["cn.example.vn"], "", True),
    ],
)
def test_endpoint_certificate_names_the_host(
    theirs: list[str], mine: list[str], asked: str, expected: object
) -> None:
    """A mismatch is proved only by asking with the host's own full name; else it is not known."""
    text = pem(theirs)
    found = certificate(text, Greeting(name=asked, code=20, leaf=text), mine)["names_host"]

    assert expected == (None if isinstance(found, Missing) else found)


@pytest.mark.parametrize(
    ("code", "expected"), [(0, True), (18, False), (20, None), (19, None), (10, None), (None, None)]
)
def test_endpoint_certificate_trust_is_openssls(code: int | None, expected: object) -> None:
    """Only OpenSSL's yes is a yes; an authority that is not known here is not known, no fault."""
    found = certificate(pem(), Greeting(code=code))["is_trusted"]

    assert expected == (None if isinstance(found, Missing) else found)


def test_endpoint_certificate_self_signed_is_not_trusted_without_a_handshake() -> None:
    """After STARTTLS only the certificate is seen: its own signature proves that it signs itself."""
    itself = certificate(pem(issuer="cn.example.vn"))
    issued = certificate(pem())

    assert (True, False) == (itself["is_self_signed"], itself["is_trusted"])
    assert issued["is_self_signed"] is False
    assert isinstance(issued["is_trusted"], Missing)


def test_endpoint_certificate_of_thousands_of_names_is_shown_in_part() -> None:
    """All names count for the comparison; a few are kept, and the list says that it is not whole."""
    names = [f"site-{n}.example.vn" for n in range(3000)]
    found = certificate(pem([*names, "web1.example.vn"]))

    assert isinstance(found["names"], tuple)
    assert 51 == len(found["names"])
    assert isinstance(found["names"][-1], Missing)
    assert found["names_host"] is True


@given(st.text(max_size=300))
def test_endpoint_law_garbage_is_a_missing_certificate(text: str) -> None:
    """Whatever stands in the place of a certificate, the port and its suites are still told."""
    port = one_of(learnt("tls", {443: web(text)}))

    assert ("TLSv1.3",) == port["versions"]
    assert isinstance(port["certificate"], Missing)


_TREE: st.SearchStrategy[Value] = st.recursive(
    st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.sampled_from(["ciphers", "name", "pem", "TLSv1.2", "scheme"]), inner)
    ),
    max_leaves=8,
)


@given(
    tables=st.dictionaries(
        st.sampled_from(["ssl-cert", "ssl-enum-ciphers", "ssh2-enum-algos", "http-auth"]), _TREE
    ),
    service=st.sampled_from(["", "ssh", "http", "tcpwrapped"]),
)
def test_endpoint_law_no_table_is_a_bug(tables: dict[str, Value], service: str) -> None:
    """Scripts may report any table at all: every fact is read, and fits its shape."""
    facts = endpoint_facts(evidence({443: Speech(service=service, scripts=tables)}), ZONE)

    assert all(isinstance(fact, FactRead) for fact in facts.values()), facts


ALGORITHMS: dict[str, Value] = {
    "kex_algorithms": ("curve25519-sha256", "kex-strict-s-v00@openssh.com"),
    "server_host_key_algorithms": ("ssh-ed25519",),
    "encryption_algorithms_client_to_server": ("aes256-ctr",),
    "encryption_algorithms_server_to_client": ("aes256-cbc",),
    "mac_algorithms": (),
}


def test_endpoint_ssh_lists_both_directions_and_misses_what_is_not_told() -> None:
    """Ciphers that differ by direction are all there; a list without names is missing, not empty."""
    speech = Speech(service="ssh", scripts={"ssh2-enum-algos": ALGORITHMS})
    port = one_of(learnt("ssh", {2222: speech}))

    assert ("aes256-ctr", "aes256-cbc") == port["ciphers"]
    assert ("curve25519-sha256",) == port["key_exchanges"]
    assert isinstance(port["macs"], Missing)
    assert port["has_version_1"] is False


@pytest.mark.parametrize(
    ("speech", "expected"),
    [
        (Speech(service="telnet"), ("telnet", "none", False, True)),
        (Speech(service="ftp", scripts={"ssl-cert": {}}), ("ftp", "starttls", False, True)),
        (Speech(service="http", tunnel="ssl"), ("http", "tls", False, True)),
        (Speech(service="ssh"), ("ssh", "ssh", False, True)),
        (Speech(service="postgresql"), ("postgresql", "none", True, True)),
        (Speech(service="http", product="Elasticsearch REST API"), ("http", "none", True, True)),
        (Speech(service="tcpwrapped"), ("tcpwrapped", "none", False, False)),
        (Speech(tunnel="ssl"), (None, "tls", None, False)),
    ],
)
def test_endpoint_services(speech: Speech, expected: tuple[object, ...]) -> None:
    """Protocol, encryption, whether it is a database, and whether it was recognised at all."""
    port = one_of(learnt("services", {5432: speech}))
    database = port["is_database"]

    assert expected == (
        port["service"],
        port["encryption"],
        None if isinstance(database, Missing) else database,
        port["is_recognised"],
    )
    assert port["is_allowed"] is True


def test_endpoint_service_that_nobody_recognises_is_not_known() -> None:
    """A port that talks a language of its own could be anything: missing, neither safe nor not."""
    port = one_of(learnt("services", {7777: Speech()}))

    assert isinstance(port["service"], Missing)
    assert isinstance(port["is_database"], Missing)
    assert (False, False) == (port["is_recognised"], port["is_allowed"])


def test_endpoint_basic_authentication_is_seen() -> None:
    """A page that asks for a password by HTTP Basic says so."""
    speech = Speech(service="http", scripts={"http-auth": ({"scheme": "BASIC"},)})

    assert one_of(learnt("services", {80: speech}))["has_basic_auth"] is True


def test_endpoint_old_runs_have_no_speech() -> None:
    """A run from before ports were asked: TLS and SSH are missed, services are told by number only."""
    tls, ssh = learnt("tls", {443: None}), learnt("ssh", {443: None})

    assert isinstance(tls, FactMissed)
    assert isinstance(ssh, FactMissed)
    assert Obstacle.NOT_COLLECTED is tls.obstacle
    assert isinstance(one_of(learnt("services", {443: None}))["service"], Missing)


def test_endpoint_one_deaf_port_leaves_the_others() -> None:
    """A port that could not be heard is a gap in the list; nobody can say that there is no TLS."""
    deaf = Speech(obstacle=Obstacle.TIMED_OUT, detail="slow")
    alone = learnt("tls", {80: deaf})
    both = learnt("tls", {80: deaf, 443: web(pem())})

    assert isinstance(alone, FactRead)
    assert isinstance(alone.value, Mapping)
    assert isinstance(alone.value["has_tls"], Missing)
    assert [True, False] == [isinstance(port, Missing) for port in ports_of(both)]


def test_endpoint_speech_comes_back_from_the_store_as_it_went() -> None:
    """What ports said is kept as JSON and read back the same, so that it can be judged again."""
    greeting = Greeting(name="a.example.vn", code=0, leaf="PEM")
    seen = evidence({443: web(pem(), greeting), 22: None, 23: Speech(obstacle=Obstacle.CUT)})

    assert seen == rebuild(ScanEvidence, plain(seen))
