"""A TLS handshake of our own: does the chain that a server shows lead to an authority trusted here?

nmap keeps the server's own certificate alone, so the chain is judged by OpenSSL, live, against the
authorities that this machine trusts (SSL_CERT_FILE and SSL_CERT_DIR name others). Two handshakes:
one for the certificate, whatever it is worth, one for the verdict. Nothing else is sent.
"""

import socket
import ssl
from collections.abc import Callable
from time import monotonic

from attt.model.run import Greeting

_LIMIT_S = 5.0  # of one handshake, however slowly the other side drips
_CAP_BYTES = 256 * 1024
_DETAIL = 200


def greet(address: str, port: int, name: str) -> Greeting:
    """Shake hands twice with a literal address; `name` ("" none) is asked for by SNI."""
    try:
        leaf = _shake(address, port, name, _context(ssl.CERT_NONE))
    except (OSError, ValueError) as error:
        return Greeting(name=name, detail=_said(error))
    pem = ssl.DER_cert_to_PEM_cert(leaf) if leaf else ""
    try:
        _shake(address, port, name, _context(ssl.CERT_REQUIRED))
    except ssl.SSLCertVerificationError as error:
        return Greeting(name=name, code=error.verify_code, detail=_said(error), leaf=pem)
    except (OSError, ValueError) as error:
        return Greeting(name=name, detail=_said(error), leaf=pem)
    return Greeting(name=name, code=0, leaf=pem)


def _said(error: Exception) -> str:
    text = getattr(error, "verify_message", "") or str(error)
    return str(text)[:_DETAIL]


def _context(mode: ssl.VerifyMode) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = mode
    # Newer Pythons refuse what many an office's own authority leaves out (RFC 5280 strictness).
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def _shake(address: str, port: int, name: str, context: ssl.SSLContext) -> bytes:
    """The server's certificate (DER) after a whole handshake. Raises OSError (ssl.SSLError is one)."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_hostname=name or None)
    deadline = monotonic() + _LIMIT_S
    with socket.create_connection((address, port), timeout=_LIMIT_S) as wire:
        try:
            _drive(tls.do_handshake, wire, incoming, outgoing, deadline)
        finally:
            wire.settimeout(0.5)
            _send(wire, outgoing.read())
    return tls.getpeercert(binary_form=True) or b""


def _drive(
    step: Callable[[], None],
    wire: socket.socket,
    incoming: ssl.MemoryBIO,
    outgoing: ssl.MemoryBIO,
    deadline: float,
) -> None:
    left = _CAP_BYTES
    while True:
        try:
            step()
        except ssl.SSLWantReadError:
            wire.settimeout(max(deadline - monotonic(), 0.001))
            wire.sendall(outgoing.read())
            wire.settimeout(max(deadline - monotonic(), 0.001))
            got = wire.recv(16 * 1024)
            left -= len(got)
            if not got or left < 0 or monotonic() > deadline:
                raise TimeoutError("the handshake did not come to its end") from None
            incoming.write(got)
        else:
            return


def _send(wire: socket.socket, rest: bytes) -> None:
    """The last words of a handshake (or of its refusal), so that the server need not wait."""
    try:
        wire.sendall(rest)
    except OSError:
        return
