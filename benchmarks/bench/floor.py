"""The floor: bare paramiko, one connection and one exec a host, the same bytes, nothing done with them.

`python floor.py PORT USER KEY HOST_KEY PROGRAM THREADS ADDRESS…` prints the bytes that came.
"""

import select
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import paramiko

EXEC = "/bin/sh -c 'unset p P; IFS= read -r p; P=$(cat); eval \"$P\" </dev/null'"


def ask(  # noqa: PLR0917 - all that one login takes
    address: str, port: int, user: str, key: paramiko.PKey, host_key: str, program: bytes
) -> int:
    """Bytes on both streams of one host."""
    plain = socket.create_connection((address, port), timeout=30)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    link = paramiko.Transport(plain)
    try:
        link.start_client(timeout=30)
        shown = link.get_remote_server_key()
        if f"{shown.get_name()} {shown.get_base64()}" != host_key:
            raise SystemExit("another host key")
        link.auth_publickey(user, key)
        channel = link.open_session(timeout=30)
        channel.exec_command(EXEC)
        channel.sendall(program)
        channel.shutdown_write()
        return _drain(channel)
    finally:
        link.close()


def _drain(channel: paramiko.Channel) -> int:
    poll, total = select.poll(), 0
    poll.register(channel.fileno(), select.POLLIN)
    while True:
        over = channel.eof_received or channel.closed
        came = 0
        while channel.recv_ready():
            came += len(channel.recv(65536))
        while channel.recv_stderr_ready():
            came += len(channel.recv_stderr(65536))
        total += came
        if not came:
            if over:
                return total
            poll.poll(200)


def main() -> None:
    """Ask every address, THREADS at once."""
    port, user, key_file, host_key, program, threads, *addresses = sys.argv[1:]
    key = paramiko.Ed25519Key.from_private_key_file(key_file)
    text = Path(program).read_bytes()
    with ThreadPoolExecutor(int(threads)) as pool:
        got = pool.map(lambda a: ask(a, int(port), user, key, host_key, text), addresses)
        print(sum(got))


if __name__ == "__main__":
    main()
