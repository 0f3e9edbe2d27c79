"""A finished (or interrupted) audit as one value: what summaries, JSON and reports are made from."""

from dataclasses import dataclass

from attt.model.finding import Finding
from attt.model.inventory import Inventory
from attt.model.outcome import SystemResult
from attt.model.rulebook import Rulebook
from attt.model.run import HostRecord, Run, ScanRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """The run, what it was held against, and all that came of it. `as_of` is RFC 3339 UTC."""

    run: Run
    inventory: Inventory
    rulebook: Rulebook
    hosts: tuple[HostRecord, ...]
    scans: tuple[ScanRecord, ...]
    systems: tuple[SystemResult, ...]
    as_of: str

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, of hosts first."""
        of_hosts = (f for record in self.hosts for f in record.findings)
        return (*of_hosts, *(f for record in self.scans for f in record.findings))
