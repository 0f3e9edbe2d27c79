"""What every transport is: asks in, evidence out, whatever happens on the way."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from attt.model.ask import Ask
from attt.model.inventory import Host, Secret
from attt.model.run import HostEvidence


class Transport(Protocol):
    """Gathers answers from one host. Never raises for what a host or a network does."""

    def gather(self, host: Host, asks: Sequence[Ask]) -> HostEvidence:
        """Put every ask to `host` over one connection; a failure is a value in the evidence."""
        ...


class Revealed(Protocol):
    """A secret in the open for a moment; its repr shows nothing."""

    def reveal(self) -> str:
        """The secret itself."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What transports need from outside: the clock, randomness, secrets and the wish to stop.

    `now` gives RFC 3339 UTC text; `nonce` a fresh random word; `resolve` a referenced secret, or
    raises InputError; `cancelled` is set when the user wants to stop.
    """

    now: Callable[[], str]
    nonce: Callable[[], str]
    resolve: Callable[[Secret], Revealed]
    cancelled: threading.Event = field(default_factory=threading.Event)
