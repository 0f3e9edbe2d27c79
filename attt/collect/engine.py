"""Many hosts at once: limits, events, and a stop that keeps what is done."""

import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from attt.collect.transport.interface import Transport
from attt.model.ask import Ask
from attt.model.inventory import Host, TransportKind
from attt.model.run import Failure, HostEvidence

_WAKE_S = 0.2

Job = tuple[Host, Sequence[Ask]]
"""A host and everything that it is to be asked."""


class CollectObserver(Protocol):
    """Told what happens; it may show it, and nothing else depends on it."""

    def host_started(self, host: Host) -> None:
        """A connection to `host` is about to be made."""
        ...

    def host_done(self, host: Host, evidence: HostEvidence) -> None:
        """All that could be learnt from `host` is here."""
        ...


class Runner(Protocol):
    """Runs jobs and gives their evidence in the order in which they end."""

    def run(
        self, jobs: Sequence[Job], gather: Callable[[Job], HostEvidence]
    ) -> Iterator[HostEvidence]:
        """Every job's evidence, each once."""
        ...


class SerialRunner:
    """One job after the other, in order."""

    def run(
        self, jobs: Sequence[Job], gather: Callable[[Job], HostEvidence]
    ) -> Iterator[HostEvidence]:
        """Every job's evidence, in the order of the jobs."""
        yield from map(gather, jobs)


@dataclass(frozen=True, slots=True)
class ThreadRunner:
    """Up to `width` jobs at once. Threads serve: nearly all the time is the network's.

    Not more than `width` finished jobs wait to be taken: evidence is large, and hosts can be faster
    than judging.
    """

    width: int

    def run(
        self, jobs: Sequence[Job], gather: Callable[[Job], HostEvidence]
    ) -> Iterator[HostEvidence]:
        """Every job's evidence, as it comes. A bug in a job surfaces here."""
        todo: queue.SimpleQueue[Job] = queue.SimpleQueue()
        done: queue.Queue[HostEvidence | BaseException] = queue.Queue(self.width)
        for job in jobs:
            todo.put(job)

        def work() -> None:
            while True:
                try:
                    job = todo.get_nowait()
                except queue.Empty:
                    return
                try:
                    done.put(gather(job))
                except BaseException as bug:  # noqa: BLE001 - handed over and raised below
                    done.put(bug)

        for _ in range(min(self.width, len(jobs))):
            threading.Thread(target=work, daemon=True).start()
        for _ in jobs:
            evidence = _next(done)
            if isinstance(evidence, BaseException):
                raise evidence
            yield evidence


def _next(done: "queue.Queue[HostEvidence | BaseException]") -> HostEvidence | BaseException:
    """The next result; wakes now and then, so that Ctrl-C is heard whichever thread got the signal."""
    while True:
        try:
            return done.get(timeout=_WAKE_S)
        except queue.Empty:
            continue


def collect(
    jobs: Sequence[Job],
    transports: Mapping[TransportKind, Transport],
    *,
    runner: Runner,
    observer: CollectObserver,
    now: Callable[[], str],
    is_cancelled: Callable[[], bool],
) -> Iterator[HostEvidence]:
    """Evidence of every host, as it comes; a host that can't be logged into says so."""

    def gather(job: Job) -> HostEvidence:
        host, asks = job
        if is_cancelled():
            return _not_asked(host, now(), Failure.INTERRUPTED)
        transport = transports.get(host.connect.transport)
        if transport is None:
            return _not_asked(host, now(), Failure.NOT_SUPPORTED)
        observer.host_started(host)
        evidence = transport.gather(host, asks)
        observer.host_done(host, evidence)
        return evidence

    yield from runner.run(jobs, gather)


def _not_asked(host: Host, now: str, failure: Failure) -> HostEvidence:
    address = host.addresses[0] if host.addresses else ""
    return HostEvidence(
        host=host.id, address=address, observed_at=now, failure=failure, detail=host.reason or ""
    )
