"""Two runs as sides of a comparison, and runs of one inventory as a trend."""

from pathlib import Path

from attt.cli.concluding import covered
from attt.cli.past import judged_again, past_audit
from attt.cli.previous import NONE, previous_audit
from attt.errors import UsageError
from attt.message import Message
from attt.model.audit import Audited
from attt.model.inventory import Inventory
from attt.model.rulebook import Rulebook
from attt.model.run import Run
from attt.report.view_diff import Side
from attt.store.store import Store


def sides(store: Store, then: str | None, now: str, book: Rulebook) -> tuple[Side, Side]:
    """The two runs; without `then` the one before `now` that is most like it."""
    later = past_audit(store, now, book)
    earlier = previous_audit(store, later.run, book, wanted=then)
    if earlier is None or then == NONE:
        raise UsageError(
            Message("There is no other run to hold {run} against", run=later.run.id),
            hint=Message("Name two runs: attt runs diff THEN NOW; see: attt runs list"),
        )
    return _side(store, earlier, book), _side(store, later, book)


def _side(store: Store, audited: Audited, book: Rulebook) -> Side:
    again = judged_again(store, audited.run.id, book, standard=None, as_of=None)
    return Side(audited=audited, again=again, is_covered=covered(audited))


def host_of(store: Store, wanted: str) -> str:
    """The id of a host by its id or name, by the newest inventory that holds it."""
    for inventory in store.inventories():
        if (found := _id_in(inventory, wanted)) is not None:
            return found
    raise UsageError(
        Message("No run holds a host {host!r}", host=wanted),
        hint=Message("See the hosts of a run with: attt runs show RUN"),
    )


def _id_in(inventory: Inventory, wanted: str) -> str | None:
    if wanted in inventory.hosts:
        return wanted
    return next((h.id for h in inventory.hosts.values() if h.name == wanted), None)


def source_of(runs: tuple[Run, ...], wanted: str | None) -> str:
    """The inventory asked for (a part of its name is enough), else that of the newest audit."""
    sources = dict.fromkeys(run.inventory_source for run in runs if not run.is_check)
    if wanted is not None and Path(wanted).exists():
        wanted = str(Path(wanted).resolve())
    fitting = [source for source in sources if wanted is None or wanted in source]
    if not fitting:
        raise UsageError(
            Message("No audit of such an inventory is kept"),
            hint=Message("See: attt runs list"),
        )
    return wanted if wanted is not None and wanted in fitting else fitting[0]
