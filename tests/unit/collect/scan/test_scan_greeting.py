"""Handshakes of our own with real TLS on loopback, and with things that only pretend."""

import datetime as dt
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from attt.collect.scan.greeting import greet


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "web1.example.vn")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("web1.example.vn")]), False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "pair.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@contextmanager
def serving(handle: Callable[[socket.socket], None]) -> Iterator[int]:
    """A listener on loopback that gives each connection to `handle`."""
    listener = socket.create_server(("127.0.0.1", 0))

    def one(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(10)
            handle(connection)

    def loop() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=one, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=loop, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


def tls(pair: Path, heard: list[str | None]) -> Callable[[socket.socket], None]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    context.sni_callback = lambda _socket, name, _context: heard.append(name)

    def handle(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as wrapped:
            wrapped.recv(10)

    return handle


def test_scan_greeting_of_a_self_signed_server(pair: Path) -> None:
    """The certificate is had, OpenSSL's verdict is 18, and the name was asked for."""
    heard: list[str | None] = []
    with serving(tls(pair, heard)) as port:
        greeting = greet("127.0.0.1", port, "web1.example.vn")

    assert 18 == greeting.code
    assert pair.read_text().startswith(greeting.leaf)
    assert ["web1.example.vn"] * 2 == heard


def test_scan_greeting_of_a_trusted_server(pair: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate among those that this machine trusts verifies: code 0."""
    monkeypatch.setenv("SSL_CERT_FILE", str(pair))
    with serving(tls(pair, [])) as port:
        greeting = greet("127.0.0.1", port, "")

    assert 0 == greeting.code


def _garbage(connection: socket.socket) -> None:
    connection.sendall(b"\x00\x1b[2J<script>\xff" * 100)


def _nothing(connection: socket.socket) -> None:
    connection.recv(1000)


@pytest.mark.parametrize("handle", [_garbage, _nothing])
def test_scan_greeting_of_what_is_no_tls(handle: Callable[[socket.socket], None]) -> None:
    """Garbage or a closed door: no verdict, no certificate, some words."""
    with serving(handle) as port:
        greeting = greet("127.0.0.1", port, "")

    assert (None, "") == (greeting.code, greeting.leaf)
    assert greeting.detail


def test_scan_greeting_of_a_drip_ends_at_its_limit() -> None:
    """A record that comes byte by byte without end costs one handshake's limit and no more."""

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"\x16\x03\x03\x40\x00")
        while True:
            connection.sendall(b"\x02")
            time.sleep(0.2)

    begun = time.monotonic()
    with serving(drip) as port:
        greeting = greet("127.0.0.1", port, "")

    assert greeting.code is None
    assert time.monotonic() - begun < 8
