"""What the store knows of the packages of every host that a run ever declared."""

from collections.abc import Iterator

from attt.facts.learn import learn
from attt.facts.registry import FACTS
from attt.model import ask as asks
from attt.model import digest
from attt.model.fact import FactKey
from attt.model.inventory import Host, Inventory
from attt.report.view_software import Seen
from attt.store.newest import LastAnswers
from attt.store.store import Store

PACKAGES = FactKey("packages.installed")


def packages_seen(store: Store) -> Iterator[Seen]:
    """Each declared host once, as its newest inventory has it, with what it answered last."""
    wanted = {asks.key(ask) for ask in FACTS[PACKAGES.id].asks({}).values()}
    last = {each.host: each for each in store.last_answers(wanted)}
    known: set[str] = set()
    for inventory in store.inventories():
        for host in inventory.hosts.values():
            names = (host.id, *host.was)
            if host.id not in known:
                yield _seen(host, inventory, [last[n] for n in names if n in last])
            known.update(names)


def _seen(host: Host, inventory: Inventory, kept: list[LastAnswers]) -> Seen:
    systems = tuple(system.code for system in inventory.systems_of(host.id))
    seen = Seen(host=host.id, name=host.name, addresses=host.addresses, systems=systems)
    if not kept:
        return seen
    newest = max(kept, key=lambda each: each.observed_at)
    digests = {key: digest.digest(answer) for key, answer in newest.answers.items()}
    fact = learn([PACKAGES], newest.answers, digests, FACTS)[PACKAGES]
    return Seen(
        host=host.id,
        name=host.name,
        addresses=host.addresses,
        systems=systems,
        fact=fact,
        observed_at=newest.observed_at,
        run=newest.run,
    )
