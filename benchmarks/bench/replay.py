"""An audit of N hosts without a network: `python replay.py N KIB FOLDER`, run as a process of its own.

Everything but the connection is attt's own: frames are decoded, facts parsed, rules judged, runs kept.
"""

import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from attt.audit import Means, audit
from attt.cli import workshop
from attt.collect.dialect.posix import compile_program
from attt.collect.engine import ThreadRunner
from attt.collect.transport.posix_host import with_reply
from attt.collect.transport.pump import Ended, Streams
from attt.model.ask import Ask
from attt.model.inventory import Host, TransportKind
from attt.model.run import HostEvidence
from attt.store.store import Store
from bench.evidence import Template, template
from bench.office import inventory
from bench.planned import STANDARD, planned
from bench.server import Server, addresses


@dataclass(frozen=True, slots=True)
class Replay:
    """A transport that answers each host from the template, salted by its address."""

    template: Template

    def gather(self, host: Host, asks: Sequence[Ask]) -> HostEvidence:
        """The evidence that this host would have sent."""
        program = compile_program(asks, nonce="0123456789abcdef")
        stdout, stderr = self.template.filled(program.nonce, host.addresses[0].replace(".", ""))
        streams = Streams(stdout=stdout, stderr=stderr, ended=Ended.DONE)
        empty = HostEvidence(host=host.id, address=host.addresses[0], observed_at=workshop.now())
        return with_reply(empty, program, streams)


class Quiet:
    """Shows nothing."""

    def __getattr__(self, _name: str) -> object:
        return lambda *_args, **_words: None


def main() -> None:
    """Audit N hosts into a store of their own; what the process cost is measured outside."""
    count, size, folder = int(sys.argv[1]), int(sys.argv[2]) * 1024, Path(sys.argv[3])
    nobody = Server(user="root", key=Path("/dev/null"), host_key="")
    file = folder / "inventory.yaml"
    file.write_text(inventory(addresses(count), nobody))
    made = planned(file)
    transport = Replay(template(made.asks, size))
    stop = threading.Event()
    with Store.open(folder / "attt.db") as store:
        means = Means(
            transports={TransportKind.SSH: transport}, runner=ThreadRunner(4), archive=store,
            observer=Quiet(), scan_observer=Quiet(), now=workshop.now, stop=stop.set,
            is_stopped=stop.is_set,
        )  # fmt: skip
        run = workshop.new_run(made.inventory, made.rulebook, STANDARD)
        audited = audit(run, made.inventory, made.rulebook, made.plan, means)
    unread = sum(line.failure is not None for line in audited.in_short.hosts)
    print(len(audited.hosts), "hosts,", unread, "unread")
    sys.exit(1 if unread or len(audited.hosts) != count else 0)


if __name__ == "__main__":
    main()
