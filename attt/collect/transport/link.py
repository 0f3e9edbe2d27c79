"""A paramiko connection that a hostile server can't make grow or spin.

Paramiko takes three numbers from the peer as they are: the length of a packet (up to 4 GiB are
gathered in memory), the count of extensions and the count of prompts (each read in a loop of up to
2^32 turns). Here each has an end, and so has the sum of all bytes that a connection may bring.
"""

import socket
import threading
from collections.abc import Callable, Sequence
from typing import Any

import paramiko
from paramiko.auth_handler import AuthHandler

_PACKET_BYTES = 512 * 1024  # RFC 4253 asks for 35,000; OpenSSH refuses more than 256 KiB
_EXTENSIONS = 64
_PROMPTS = 16

Prompts = Sequence[tuple[str, bool]]
"""What a server asks: the text, and whether the answer may be seen on a screen."""


class Line:
    """A socket, or a channel of a jump host, that ends when more comes than an honest host sends."""

    def __init__(self, inner: socket.socket | paramiko.Channel, most_bytes: int | None) -> None:
        self._inner = inner
        self._left = most_bytes

    def recv(self, size: int) -> bytes:
        """At most `size` bytes. Raises OSError where a packet or the whole is too long."""
        if size > _PACKET_BYTES:
            raise OSError(0, "the host announced a packet that is too long")
        data: bytes = self._inner.recv(size)
        if self._left is not None:
            self._left -= len(data)
            if self._left < 0:
                raise OSError(0, "the host sent more than it was asked for")
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class Link(paramiko.Transport):
    """A connection over a Line."""

    def __init__(
        self, inner: socket.socket | paramiko.Channel, most_bytes: int | None = None
    ) -> None:
        super().__init__(Line(inner, most_bytes))  # type: ignore[arg-type]

    def _parse_ext_info(self, msg: paramiko.Message) -> None:
        if paramiko.Message(msg.get_remainder()).get_int() > _EXTENSIONS:
            raise paramiko.SSHException("too many extensions")
        super()._parse_ext_info(msg)  # type: ignore[misc]

    def ask_prompts(self, user: str, answer: Callable[[Prompts], list[str]]) -> list[str]:
        """Keyboard-interactive login (RFC 4256). Gives the methods still wanted, as paramiko does."""
        over = threading.Event()
        handler = _Prompted(self)
        self.auth_handler = handler
        handler.auth_interactive(user, lambda _title, _words, prompts: answer(prompts), over, "")
        further: list[str] = handler.wait_for_response(over)
        return further


class _Prompted(AuthHandler):
    def _parse_userauth_info_request(self, m: paramiko.Message) -> None:
        ahead = paramiko.Message(m.get_remainder())
        for _ in ("title", "instructions", "language"):
            ahead.get_binary()
        if ahead.get_int() > _PROMPTS:
            raise paramiko.SSHException("too many prompts")
        super()._parse_userauth_info_request(m)  # type: ignore[misc]
