"""Part I of a system's report: who it belongs to and who runs it."""

from dataclasses import replace

from attt.report.scope import scopes
from attt.report.view_general import identity


def operators(audited, *others):
    """What the report says of the operators when `others` run the system too."""
    inventory = audited.inventory
    code, system = next(iter(inventory.systems.items()))
    more = replace(system, co_operators=others)
    changed = replace(inventory, systems={**inventory.systems, code: more})
    facts = identity(scopes(replace(audited, inventory=changed))[0])
    return next(fact.text for fact in facts if fact.label == "Đơn vị vận hành")


def test_all_operators_are_named_and_the_one_that_leads(make):
    """One operator stands alone; of several the first leads."""
    audited = make()
    alone = operators(audited)
    other = next(o for o in audited.inventory.organisations.values() if o.name != alone)

    assert "(chủ trì)" not in alone
    assert f"{alone} (chủ trì); {other.name}" == operators(audited, other.id)
