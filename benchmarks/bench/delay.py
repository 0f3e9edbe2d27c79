"""A TCP proxy that holds every byte back for half a round trip in each direction.

`python delay.py LISTEN_PORT TARGET_PORT ONE_WAY_MS` serves until it is ended.
"""

import asyncio
import contextlib
import socket
import sys


async def _carry(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, one_way_s: float
) -> None:
    """Bytes from one side to the other, each late by the same time; order and pace are kept."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def deliver() -> None:
        while True:
            due, data = await queue.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            if not data:
                break
            writer.write(data)
        if writer.can_write_eof():
            writer.write_eof()

    sender = asyncio.create_task(deliver())
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            queue.put_nowait((loop.time() + one_way_s, data))
    queue.put_nowait((loop.time() + one_way_s, b""))
    with contextlib.suppress(OSError):
        await sender


async def _serve(listen: int, target: int, one_way_s: float) -> None:
    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", target)
        for one in (writer, there_writer):
            one.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.gather(
            _carry(reader, there_writer, one_way_s), _carry(there_reader, writer, one_way_s)
        )
        writer.close()
        there_writer.close()

    server = await asyncio.start_server(meet, "0.0.0.0", listen)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]) / 1000))
