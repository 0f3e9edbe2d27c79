"""Likely mistakes in an inventory that can be loaded: each with its place and mend, none an error."""

from datetime import date

from attt.errors import Place
from attt.inventory.likely.measures import of_measures
from attt.inventory.likely.networks import of_networks
from attt.inventory.likely.papers import of_papers
from attt.inventory.likely.systems import of_systems
from attt.inventory.likely.warning import Warning_
from attt.model.inventory import Inventory


def warnings(inventory: Inventory, today: date) -> tuple[Warning_, ...]:
    """All warnings about an inventory, in the order of its files; `today` is the local day."""
    found = [
        *of_networks(inventory),
        *of_systems(inventory),
        *of_papers(inventory, today),
        *of_measures(inventory, today),
    ]
    return tuple(sorted(found, key=lambda w: w.place or Place("")))
