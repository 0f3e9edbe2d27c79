"""Which rules, with which parameters, a standard asks for at a level."""

from dataclasses import replace

from attt.evaluate.uses import uses
from attt.model.level import Level
from attt.model.rule import Parameter
from attt.model.standard import Coverage, RuleUse, Service, Way


def test_what_is_asked_alike_is_asked_once(make):
    """The rule's defaults are overlaid with the standard's, by level, and equal pairs are one."""
    book = make.rulebook()
    a = replace(
        book.rules["a"], params={"max": Parameter("integer", 4), "all": Parameter("boolean", True)}
    )
    book = replace(book, rules={**book.rules, "a": a})
    strict = RuleUse(rule="a", params={"max": {Level(3): 3}})
    same = RuleUse(rule="a", params={"max": {Level(3): 4}})
    services = tuple(
        Service(
            any_of=(Way(rules=(use, RuleUse(rule="b"))),), coverage=Coverage.FULL, levels=levels
        )
        for use, levels in (
            (strict, ()),
            (same, ()),
            (RuleUse(rule="a"), (Level(3),)),
            (RuleUse(rule="c"), (Level(5),)),
        )
    )

    assert uses(Level(3), make.standard(*services), book) == (
        ("a", (("all", True), ("max", 3))),
        ("b", ()),
        ("a", (("all", True), ("max", 4))),
    )
    assert uses(Level(1), make.standard(*services), book) == ()
