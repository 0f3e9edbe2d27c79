"""Looking at a host's key without logging in, for `attt keys`."""

import contextlib

from attt.collect.transport.connection import dial, exchange
from attt.collect.transport.pins import HostKey
from attt.collect.transport.refused import Refused
from attt.model.run import Failure

_MOST_BYTES = 1024 * 1024


def offered_key(address: str, port: int, timeout_s: float = 20) -> HostKey | tuple[Failure, str]:
    """The key that an address shows first, or why none was seen. No credential is sent."""
    try:
        link = dial(address, port, timeout_s, most_bytes=_MOST_BYTES)
    except Refused as refused:
        return refused.failure, refused.detail
    with contextlib.closing(link):
        try:
            return exchange(link, (), timeout_s)
        except Refused as refused:
            return refused.failure, refused.detail
