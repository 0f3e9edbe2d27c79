"""A server's certificate (X.509, RFC 5280) as typed values.

`subject` and `issuer` as RFC 4514 text, `names` (DNS names and addresses that it is for; at most
50), `not_before` and `not_after`, `days_left` (whole days from the scan to its end, negative
after), `is_begun`, `key_type` (rsa, ec, ed25519, ed448, dsa, other), `key_bits`, `signature_hash`
("sha256"; null where the scheme has none), `is_self_signed`, `is_trusted` (the chain that the
server showed leads to an authority that the scanning machine trusts; missing where the chain was
not seen or its authority is not known there), `names_host` (it is for a name or the address that
the inventory gives the host; missing where the inventory gives no full name to compare).
"""

import ipaddress
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.x509.oid import NameOID

from attt.facts.learn import BUGS
from attt.model.answer import Obstacle
from attt.model.run import Greeting
from attt.model.scan import dns_name
from attt.model.shape import Boolean, Instant, Integer, ListOf, Record, Text
from attt.model.value import Missing, Value

CERTIFICATE = Record(
    {
        "subject": Text(),
        "issuer": Text(),
        "names": ListOf(Text()),
        "not_before": Instant(),
        "not_after": Instant(),
        "days_left": Integer(unit="days"),
        "is_begun": Boolean(),
        "key_type": Text(choices=("rsa", "ec", "ed25519", "ed448", "dsa", "other")),
        "key_bits": Integer(unit="bits"),
        "signature_hash": Text(nullable=True),
        "is_self_signed": Boolean(),
        "is_trusted": Boolean(),
        "names_host": Boolean(),
    },
    volatile=frozenset({"days_left"}),
)
_SHOWN = 50
_TEXT = 300
_FAULTS = (*BUGS, UnsupportedAlgorithm)
_ITSELF = 18  # X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT
_REVOKED = 23
_NOT_KNOWN_HERE = (2, 19, 20, 21, 27)  # the authority's certificate is not among the trusted ones


def certificate_of(
    pem: str, greeting: Greeting | None, names: Sequence[str], address: str, observed_at: str
) -> Value:
    """The certificate as a record of `CERTIFICATE`, missing where it can't be read.

    `names` are what the inventory calls the host; `observed_at` is RFC 3339 UTC.
    """
    try:
        found = x509.load_pem_x509_certificate(pem.encode("ascii"))
        begin, end = found.not_valid_before_utc, found.not_valid_after_utc
    except _FAULTS:
        return Missing(Obstacle.UNPARSABLE, "the certificate can't be read")
    seen = datetime.fromisoformat(observed_at).astimezone(UTC)
    its_names = _told(lambda: _names(found))
    itself = _told(lambda: _is_self_signed(found))
    asked = greeting.name if greeting is not None and greeting.leaf else ""
    return {
        "subject": _told(lambda: found.subject.rfc4514_string()[:_TEXT]),
        "issuer": _told(lambda: found.issuer.rfc4514_string()[:_TEXT]),
        "names": _shown(its_names),
        "not_before": f"{begin:%Y-%m-%dT%H:%M:%SZ}",
        "not_after": f"{end:%Y-%m-%dT%H:%M:%SZ}",
        "days_left": (end - seen).days,
        "is_begun": begin <= seen,
        "key_type": _told(lambda: _key(found)[0]),
        "key_bits": _told(lambda: _key(found)[1]),
        "signature_hash": _told(lambda: _hash(found)),
        "is_self_signed": itself,
        "is_trusted": _is_trusted(greeting, itself),
        "names_host": _names_host(its_names, names, address, asked),
    }


def _told(read: Callable[[], Value]) -> Value:
    """One part of the certificate; what can't be read of it is missing, the rest stands."""
    try:
        return read()
    except _FAULTS:
        return Missing(Obstacle.UNPARSABLE, "this part of the certificate can't be read")


def _names(found: x509.Certificate) -> tuple[str, ...]:
    """Alternative names; the common name only where there are none (RFC 6125, 6.4.4)."""
    try:
        value = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        common = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return tuple(str(one.value) for one in common)
    addresses = (str(one) for one in value.get_values_for_type(x509.IPAddress))
    return (*value.get_values_for_type(x509.DNSName), *addresses)


def _shown(names: Value) -> Value:
    if not isinstance(names, tuple):
        return names
    shown = tuple(str(name)[:_TEXT] for name in names[:_SHOWN])
    more = Missing(Obstacle.CUT, f"and {len(names) - _SHOWN} more")
    return (*shown, more) if len(names) > _SHOWN else shown


def _key(found: x509.Certificate) -> tuple[str, int | Missing]:
    match found.public_key():
        case rsa.RSAPublicKey() as key:
            return "rsa", key.key_size
        case ec.EllipticCurvePublicKey() as curve:
            return "ec", curve.curve.key_size
        case dsa.DSAPublicKey() as old:
            return "dsa", old.key_size
        case ed25519.Ed25519PublicKey():
            return "ed25519", 255
        case ed448.Ed448PublicKey():
            return "ed448", 448
        case _:
            return "other", Missing(Obstacle.UNPARSABLE, "a kind of key that is not known")


def _hash(found: x509.Certificate) -> str | None:
    """Its name such as "sha256"; null for Ed25519 and Ed448, which sign the whole."""
    algorithm = found.signature_hash_algorithm
    return None if algorithm is None else algorithm.name


def _is_self_signed(found: x509.Certificate) -> bool:
    if found.issuer != found.subject:
        return False
    try:
        found.verify_directly_issued_by(found)
    except InvalidSignature:
        return False
    return True


def _is_trusted(greeting: Greeting | None, is_self_signed: Value) -> Value:
    code = None if greeting is None else greeting.code
    if code == 0:
        return True
    if code in (_ITSELF, _REVOKED) or is_self_signed is True:
        return False
    if code in _NOT_KNOWN_HERE:
        said = "the chain leads to no authority that the scanning machine knows"
        return Missing(Obstacle.NOT_COLLECTED, said)
    if greeting is None or code is None:
        return Missing(Obstacle.NOT_COLLECTED, "only the server's own certificate was seen")
    return Missing(Obstacle.FAILED, f"the chain does not verify: {greeting.detail}")


def _names_host(its_names: Value, names: Sequence[str], address: str, asked: str) -> Value:
    """Whether it is for the host. A short name is met by a certificate's first label alone.

    A server that hosts several sites shows another certificate to whoever asks by name, so only
    one that was asked by the very name that the inventory gives proves a mismatch.
    """
    if not isinstance(its_names, tuple):
        return its_names
    mine = {name.lower().rstrip(".") for name in names}
    full = {name for name in map(dns_name, names) if name}
    theirs = [str(name).lower().rstrip(".") for name in its_names]
    if any(_is_for(name, mine, full, address) for name in theirs):
        return True
    if asked in full and asked:
        return False
    said = "the inventory gives no full DNS name that the port could be asked by"
    return Missing(Obstacle.NOT_COLLECTED, said)


def _is_for(name: str, mine: set[str], full: set[str], address: str) -> bool:
    """One name of the certificate; a star stands for exactly one label (RFC 6125, 6.4.3)."""
    first, _, parent = name.partition(".")
    if first == "*":
        return any(one.partition(".")[2] == parent != "" for one in full)
    return name in mine or (bool(parent) and first in mine) or _is_same(name, address)


def _is_same(name: str, address: str) -> bool:
    try:
        return ipaddress.ip_address(name) == ipaddress.ip_address(address)
    except ValueError:
        return False
