"""Fact `endpoint.tls`: the TLS of each port of an address, whether at once or after STARTTLS.

`ports` is a list of records: `name` ("443/tcp"), `port`, `service` (null where not recognised),
`is_starttls`, `versions` ("SSLv2", "SSLv3", "TLSv1.0" … "TLSv1.3"), `suites` (names of IANA as
nmap writes them, of all versions), `dh_bits` (the smallest finite-field Diffie-Hellman group, null
where none is used) and `certificate` (see `attt/facts/endpoint_certificate.py`). `has_tls`: some
port speaks TLS. A port that did not say what it speaks is a missing element.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from attt.facts.endpoint_certificate import CERTIFICATE, certificate_of
from attt.facts.endpoint_open import heard, is_tls, name_of, no_asks, only_scanned
from attt.facts.kind import FactKind
from attt.model.answer import Obstacle
from attt.model.run import PortSeen, ScanEvidence, Speech
from attt.model.shape import Boolean, Integer, ListOf, Record, Text
from attt.model.subject import SubjectKind
from attt.model.value import Missing, Value

_VERSION = re.compile(r"(SSLv3|TLSv1\.[0-9])")
_DH = re.compile(r"dh ([0-9]{2,5})")
_PORT = Record(
    {
        "name": Text(),
        "port": Integer(unit="port"),
        "service": Text(nullable=True),
        "is_starttls": Boolean(),
        "versions": ListOf(Text()),
        "suites": ListOf(Text()),
        "dh_bits": Integer(unit="bits", nullable=True),
        "certificate": CERTIFICATE,
    }
)


def tls_of(evidence: ScanEvidence, names: Sequence[str]) -> Value:
    """The value of the fact; `names` are what the inventory calls the hosts of the address."""
    told = [_port(seen, speech, evidence, names) for seen, speech in heard(evidence)]
    ports = tuple(port for port in told if port is not None)
    gaps = [port for port in ports if isinstance(port, Missing)]
    has_tls: Value = len(gaps) < len(ports) or (gaps[0] if gaps else False)
    return {"has_tls": has_tls, "ports": ports}


def _port(
    seen: PortSeen, speech: Speech | Missing, evidence: ScanEvidence, names: Sequence[str]
) -> Mapping[str, Value] | Missing | None:
    if isinstance(speech, Missing):
        return speech
    if not is_tls(speech):
        return None
    return {
        "name": name_of(seen),
        "port": seen.endpoint.port,
        "service": speech.service or None,
        "is_starttls": speech.tunnel != "ssl",
        **_offers(speech.scripts),
        "certificate": _certificate(speech, evidence, names),
    }


def _offers(scripts: Mapping[str, Value]) -> dict[str, Value]:
    table = scripts.get("ssl-enum-ciphers")
    found = dict(_versions(table)) if isinstance(table, Mapping) else {}
    if not found:
        why = Missing(Obstacle.UNPARSABLE, "the port did not tell its versions and suites")
        return {"versions": why, "suites": why, "dh_bits": why}
    suites = [suite for each in found.values() for suite in each]
    names = tuple(sorted({name for name, _ in suites}))
    groups = [int(sized[1]) for _, kex in suites if (sized := _DH.fullmatch(kex))]
    old = ("SSLv2",) if "sslv2" in scripts else ()
    return {
        "versions": (*old, *sorted(found)),
        "suites": names,
        "dh_bits": min(groups, default=None),
    }


def _versions(table: Mapping[str, Value]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each version with its suites and their key exchanges; one without suites is not offered."""
    for version, told in table.items():
        suites = told.get("ciphers") if isinstance(told, Mapping) else None
        if _VERSION.fullmatch(version) and isinstance(suites, tuple):
            named = [s for s in suites if isinstance(s, Mapping) and isinstance(s.get("name"), str)]
            if named:
                yield version, [(str(s["name"]), str(s.get("kex_info", ""))) for s in named]


def _certificate(speech: Speech, evidence: ScanEvidence, names: Sequence[str]) -> Value:
    """What a visitor who asks by name is shown, else what the port shows to anybody."""
    greeting = speech.greeting
    table = speech.scripts.get("ssl-cert")
    pem = table.get("pem", "") if isinstance(table, Mapping) else ""
    if greeting is not None and greeting.leaf and (greeting.name or not pem):
        pem = greeting.leaf
    if not isinstance(pem, str) or not pem:
        return Missing(Obstacle.NOT_COLLECTED, "the port showed no certificate")
    return certificate_of(pem, greeting, names, evidence.address, evidence.observed_at)


TLS = FactKind(
    id="endpoint.tls",
    title="TLS versions, suites and certificates of an address",
    shape=Record({"has_tls": Boolean(), "ports": ListOf(_PORT)}),
    asks=no_asks,
    parse=only_scanned,
    subject=SubjectKind.ENDPOINT,
)
