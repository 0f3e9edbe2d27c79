"""SSH servers that let attt in and then mean harm; each listens on a port of 127.0.0.1."""

import contextlib
import logging
import re
import socket
import threading
import time
from collections.abc import Callable

import hostile_words as words
import paramiko

Act = Callable[["Visit"], None]
logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)


class Visit:
    """One login of attt's: the channel that its program came by, and the word of its marks."""

    def __init__(self, channel: paramiko.Channel, program: bytes) -> None:
        self.channel = channel
        self.program = program
        found = re.search(rb"(?m)^N=(\w+)$", program)
        self.nonce = found[1] if found else b"0" * 32

    def frame(self, index: bytes, content: bytes = b"", status: bytes = b"0") -> bytes:
        """A whole frame, as an honest host sends it."""
        return framed(self.nonce, index, content, status)

    def send(self, data: bytes) -> None:
        """On stdout."""
        self.channel.sendall(data)

    def hold(self) -> None:
        """Keep the connection as it is, for as long as anybody waits."""
        while self.channel.get_transport().is_active():
            time.sleep(0.2)


def framed(nonce: bytes, index: bytes, content: bytes, status: bytes) -> bytes:
    """A frame under a word of one's own choosing."""
    return b"\n%s %s <\n%s\n%s %s > %s\n" % (nonce, index, content, nonce, index, status)


class HostileServer:
    """One listening socket with a host key of its own; `act` is done to every visitor."""

    def __init__(self, act: Act, *, reads: bool = True) -> None:
        self.act = act
        self.reads = reads
        self.key = paramiko.ECDSAKey.generate()
        self.words = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._links: list[paramiko.Transport] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def pin(self) -> str:
        """The line that enrols this server's key."""
        return f"[127.0.0.1]:{self.port} {self.key.get_name()} {self.key.get_base64()}\n"

    def stop(self) -> None:
        """Close everything that is open."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(timeout=5)
        for link in self._links:
            link.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                plain, _ = self._listener.accept()
                link = paramiko.Transport(plain, default_window_size=2**15 if self.reads else 64)
                self._links.append(link)
                link.local_version = "SSH-2.0-" + "".join(c for c in words.HTML if c.isprintable())
                link.add_server_key(self.key)
                with contextlib.suppress(paramiko.SSHException, EOFError, OSError):
                    link.start_server(event=threading.Event(), server=_Session(self))


class _Session(paramiko.ServerInterface):
    def __init__(self, server: HostileServer) -> None:
        self.server = server

    def get_allowed_auths(self, username: str) -> str:
        return "publickey"

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return paramiko.AUTH_SUCCESSFUL

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        threading.Thread(target=self._visit, args=(channel,), daemon=True).start()
        return True

    def _visit(self, channel: paramiko.Channel) -> None:
        with contextlib.suppress(OSError, EOFError, paramiko.SSHException):
            program = b""
            while self.server.reads and (part := channel.recv(65536)):
                program += part
            self.server.act(Visit(channel, program))
