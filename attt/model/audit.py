"""A finished (or interrupted) audit as one value: what summaries, JSON and reports are made from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from attt.model.finding import Finding
from attt.model.inventory import Inventory
from attt.model.outcome import SystemResult
from attt.model.overview import Overview, overview_of
from attt.model.rulebook import Rulebook
from attt.model.run import HostRecord, Run, ScanRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """The run, what it was held against, and all that came of it. `as_of` is RFC 3339 UTC.

    `hosts` and `scans` may be read from the store each time that they are gone through; `in_short` says what
    all records come to, and is at hand.
    """

    run: Run
    inventory: Inventory
    rulebook: Rulebook
    hosts: Sequence[HostRecord]
    scans: Sequence[ScanRecord]
    systems: tuple[SystemResult, ...]
    as_of: str
    overview: Overview | None = None

    @property
    def in_short(self) -> Overview:
        """The overview, made now where it was not kept."""
        return self.overview or overview_of(self.hosts, self.scans)

    @property
    def findings(self) -> Iterator[Finding]:
        """Every finding, of hosts first."""
        for host in self.hosts:
            yield from host.findings
        for scan in self.scans:
            yield from scan.findings
