"""Progress while an audit runs: a bar on a terminal, nothing in a pipe."""

import sys
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from attt.cli.console import err, note, safe
from attt.cli.language import language, t
from attt.model.inventory import Host
from attt.model.run import HostEvidence, ScanEvidence
from attt.model.scan import ScanTarget
from attt.report.reasons import FAILURES


class ScreenObserver:
    """Hears what collecting and scanning do, and shows it on stderr."""

    def __init__(
        self, hosts: int, addresses: int, *, is_quiet: bool = False, says_failures: bool = True
    ) -> None:
        self._is_shown = sys.stderr.isatty() and not is_quiet
        self._says_failures = says_failures and not is_quiet
        self._lock = threading.Condition()
        self._under_way = 0
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=err(),
            transient=True,
            disable=not self._is_shown,
        )
        self._hosts = self._bar.add_task(t("Reading hosts"), total=hosts)
        self._addresses = self._bar.add_task(t("Scanning addresses"), total=addresses)
        self._bar.update(self._addresses, visible=addresses > 0)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def host_started(self, host: Host) -> None:  # noqa: ARG002 - collecting tells more
        """A host is being read."""
        with self._lock:
            self._under_way += 1

    def host_done(self, host: Host, evidence: HostEvidence) -> None:
        """A host is done; what went wrong is said at once."""
        with self._lock:
            self._under_way -= 1
            self._lock.notify_all()
            self._bar.advance(self._hosts)
            if evidence.is_new_key:
                self._note(
                    t(
                        "The key of {host} is trusted on first use: {key}. "
                        "Compare it with the machine's own before you rely on it.",
                        host=host.name,
                        key=evidence.host_key,
                    )
                )
            if evidence.failure is not None and self._says_failures:
                self._note(f"{host.name}: {FAILURES[evidence.failure].why.text(language())}")

    def wait_for_hosts(self, timeout_s: float) -> None:
        """Wait until no host is being read any more, at most so long."""
        with self._lock:
            self._lock.wait_for(lambda: not self._under_way, timeout_s)

    def on_batch_started(self, targets: Sequence[ScanTarget]) -> None:
        """Nmap begins with a batch of addresses."""

    def on_ports_found(self, targets: Sequence[ScanTarget], ports: int) -> None:
        """Open ports are about to be asked what they speak, which takes the longest."""
        with self._lock:
            said = t("Scanning addresses: asking {ports} ports of {count}", ports=ports,
                     count=len(targets))  # fmt: skip
            self._bar.update(self._addresses, description=said)

    def on_batch_done(self, evidence: Sequence[ScanEvidence]) -> None:
        """Nmap is done with a batch."""
        with self._lock:
            self._bar.update(self._addresses, description=t("Scanning addresses"))
            self._bar.advance(self._addresses, len(evidence))

    def _note(self, text: str) -> None:
        if self._is_shown:
            self._bar.console.print(safe(text))
        else:
            note(text)
