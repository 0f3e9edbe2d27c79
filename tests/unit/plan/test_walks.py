"""What goes over whole file systems is named in the plan, and can be left out of it."""

from attt.facts.registry import FACTS
from attt.facts.walk import WALK
from attt.model.fact import FactKey
from attt.model.inventory import Connect, Host, Inventory, System
from attt.model.rule import Comparison, Fix, Operator, Path, Rule, Severity
from attt.model.words import Words
from attt.plan.hosts import HostPlan, is_walk, plan_hosts

WORDS = Words(vi="a", en="b")


def rule(name: str, fact: str) -> Rule:
    return Rule(
        id=name,
        title=WORDS,
        severity=Severity.LOW,
        needs={"it": FactKey(fact)},
        expect=(Comparison(id="x", path=Path("it"), operator=Operator.ABSENT, wanted=False),),
        why=WORDS,
        fix=Fix(text=WORDS),
    )


def planned(*facts: str, with_walks: bool = True) -> HostPlan:
    host = Host(id="h", name="h", addresses=("10.0.0.1",), zone=None, connect=Connect())
    system = System(code="S", name="S", level=3, owner="", operator="", hosts=("h",))
    inventory = Inventory(
        organisations={}, zones={}, hosts={"h": host}, systems={"S": system}, dossiers={}
    )
    rules = {fact: rule(fact, fact) for fact in facts}
    uses = {"S": tuple((fact, ()) for fact in facts)}
    return plan_hosts(inventory, rules, FACTS, uses, with_walks=with_walks)[0]


def test_four_facts_share_one_walk() -> None:
    """However many rules ask about files, the file systems of a host are gone over once."""
    facts = ("files.suid", "files.unowned", "files.world_writable", "files.system")
    walks = [ask for ask in planned(*facts).asks if is_walk(ask)]

    assert [WALK] == walks


def test_without_walks_only_cheap_asks_are_left() -> None:
    """The walk alone is left out; its facts are still owed, so that they come out as missed."""
    plan = planned("files.suid", "mounts.mounts", with_walks=False)

    assert [] == [ask for ask in plan.asks if is_walk(ask)]
    assert (FactKey("files.suid"), FactKey("mounts.mounts")) == plan.facts
    assert set(FACTS["mounts.mounts"].asks({}).values()) == set(plan.asks)
