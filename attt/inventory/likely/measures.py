"""Measures that lapsed, run too long, cover nothing, or were approved by who asked for them."""

from collections.abc import Iterator
from datetime import date

from attt.inventory.likely.papers import lapsing
from attt.inventory.likely.systems import folded
from attt.inventory.likely.warning import Warning_
from attt.message import Message
from attt.model.inventory import Inventory
from attt.model.measure import Measure, MeasureKind

LONGEST_ROADMAP_DAYS = 180


def of_measures(inventory: Inventory, today: date) -> Iterator[Warning_]:
    """All warnings about measures."""
    for measure in inventory.measures:
        id_, until = measure.id, date.fromisoformat(measure.until)
        said = (
            Message("Measure '{id}' lapsed on {until}", id=id_, until=until),
            Message("Measure '{id}' lapses on {until}", id=id_, until=until),
        )
        yield from lapsing(measure, said, today, "measure")
        yield from _length(measure)
        yield from _aim(measure, inventory)
        yield from _approver(measure)


def _length(measure: Measure) -> Iterator[Warning_]:
    first, last = date.fromisoformat(measure.from_), date.fromisoformat(measure.until)
    days = (last - first).days + 1
    if measure.kind is MeasureKind.ROADMAP and days > LONGEST_ROADMAP_DAYS:
        yield Warning_(
            code="roadmap-too-long",
            message=Message("Roadmap '{id}' runs for {days} days", id=measure.id, days=days),
            hint=Message(
                "Check 'from' and 'until', or plan steps of at most {limit} days.",
                limit=LONGEST_ROADMAP_DAYS,
            ),
            place=measure.place,
        )


def _aim(measure: Measure, inventory: Inventory) -> Iterator[Warning_]:
    if measure.rule is None and measure.requirement is None:
        yield Warning_(
            code="measure-without-aim",
            message=Message(
                "Measure '{id}' names no rule or requirement: it covers nothing", id=measure.id
            ),
            hint=Message("Add 'rule:' or 'requirement:' to say what it is about."),
            place=measure.place,
        )
    elif not _meets_a_host(measure, inventory):
        yield Warning_(
            code="measure-without-hosts",
            message=Message(
                "Measure '{id}': no host of a system is in its scope, so it covers nothing",
                id=measure.id,
            ),
            hint=Message("Check 'system', 'zone' and 'host' against each other."),
            place=measure.place,
        )


def _meets_a_host(measure: Measure, inventory: Inventory) -> bool:
    """Whether some host of some system lies in all parts of the scope; a whole system always does."""
    if measure.host is None and measure.zone is None:
        return True
    codes = inventory.systems if measure.system is None else (measure.system,)
    hosts = (inventory.hosts[id_] for code in codes for id_ in inventory.systems[code].hosts)
    return any(
        measure.host in (None, host.id) and measure.zone in (None, host.zone) for host in hosts
    )


def _approver(measure: Measure) -> Iterator[Warning_]:
    if measure.requester and folded(measure.requester) == folded(measure.approver):
        yield Warning_(
            code="requester-approves",
            message=Message(
                "Measure '{id}' was approved by who asked for it: {approver}",
                id=measure.id,
                approver=measure.approver,
            ),
            hint=Message("Let somebody else approve it, and name the title here."),
            place=measure.place,
        )
