"""Rules prove themselves: examples must hold, and notice every mutant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attt.model.answer import Obstacle
from attt.model.fact import FactKey
from attt.model.finding import Verdict
from attt.model.rule import (
    Comparison,
    Each,
    Example,
    Fix,
    Group,
    Operator,
    Parameter,
    Path,
    Present,
    Quantifier,
    Reference,
    Rule,
    Severity,
)
from attt.model.rulebook import Rulebook
from attt.model.value import Missing
from attt.model.words import Words
from attt.prove import prove, prove_all
from attt.rulebook.mutants import mutants

WORDS = Words(vi="chữ", en="words")


def at_most(wanted):
    return Comparison(id="max", path=Path("f", ("n",)), operator=Operator.AT_MOST, wanted=wanted)


def example(given, verdict, **more):
    return Example(given=given, verdict=Verdict(verdict), **more)


def rule(*examples, **more):
    base = {
        "id": "r",
        "title": WORDS,
        "severity": Severity.HIGH,
        "needs": {"f": FactKey("x.y")},
        "why": WORDS,
        "fix": Fix(text=WORDS),
        "applies": Present(alias="f"),
        "params": {"max": Parameter("integer", 4)},
        "expect": (at_most(Reference("max")),),
        "examples": examples,
    }
    return Rule(**{**base, **more})


def said(proof):
    return [str(one.what) for one in proof.survivors]


GOOD = (
    example({"f": {"n": 4}}, "pass"),
    example({"f": {"n": 5}}, "fail", failing=("max",)),
    example({"f": {"n": Missing(Obstacle.DENIED)}}, "unknown"),
    example({"f": {"_missed": "denied"}}, "unknown"),
    example({"f": {"_absent": True}}, "not_applicable"),
)


def test_a_rule_with_both_sides_of_its_threshold_is_proven():
    """Examples at the threshold, beyond it, unknown and absent kill every mutant."""
    proof = prove(rule(*GOOD))

    assert (proof.is_proven, proof.examples, proof.survivors) == (True, 5, ())
    assert proof.mutants == 6


def test_an_example_that_does_not_hold_is_named():
    """The verdict owed and the one given stand side by side, and the ids that did not fail."""
    wrong = example({"f": {"n": 9}}, "fail", failing=("min",))
    proof = prove(rule(*GOOD, example({"f": {"n": 9}}, "pass"), wrong))

    assert [(b.number, b.owed, b.verdict, b.absent) for b in proof.broken] == [
        (6, Verdict.PASS, Verdict.FAIL, ()),
        (7, Verdict.FAIL, Verdict.FAIL, ("min",)),
    ]
    assert (proof.is_proven, proof.mutants) == (False, 0)


@pytest.mark.parametrize(
    ("left_out", "survivor"),
    [
        (0, "default of 'max' changed to 3"),
        (1, "default of 'max' changed to 5"),
        (1, "'max' holds for any value"),
        (4, "'applies' dropped"),
    ],
)
def test_a_missing_example_lets_a_mutant_live(left_out, survivor):
    """Each kind of example is there for a mutant that only it notices."""
    examples = (*GOOD[:left_out], *GOOD[left_out + 1 :])

    assert survivor in said(prove(rule(*examples)))


def test_a_rule_without_examples_proves_nothing():
    """No examples: every mutant lives, and the rule is not proven."""
    proof = prove(rule())

    assert (len(proof.survivors), proof.is_proven) == (proof.mutants, False)


def test_a_literal_threshold_needs_both_sides():
    """A number in the rule is loosened by one."""
    literal = rule(*GOOD[:1], example({"f": {"n": 9}}, "fail"), expect=(at_most(4),), params={})

    assert "'max' wants 5" in said(prove(literal))


def each(quantifier="all", **more):
    mode = Comparison(
        id="mode", path=Path("", ("mode",)), operator=Operator.MODE_WITHIN, wanted="0640"
    )
    base = {
        "path": Path("f", ("list",)),
        "item": "name",
        "quantifier": Quantifier(quantifier),
        "parts": (mode,),
        "id": "modes",
    }
    return Each(**{**base, **more})


def files(*modes):
    return {
        "f": {
            "list": tuple({"name": str(n), "kind": k, "mode": m} for n, (k, m) in enumerate(modes))
        }
    }


def test_lists_need_examples_with_several_items():
    """`where`, the quantifier and each set of bits are mutated; a group's id counts as failing."""
    kind = Comparison(id="kind", path=Path("", ("kind",)), operator=Operator.IS, wanted="file")
    more = {"applies": None, "params": {}, "expect": (each(where=kind),)}
    weak = prove(
        rule(
            example(files(("file", "0600")), "pass"),
            example(files(("file", "0777")), "fail"),
            **more,
        )
    )
    strong = prove(
        rule(
            example(files(("file", "0600"), ("dir", "0777")), "pass"),
            example(files(("file", "0600"), ("file", "0604")), "fail", failing=("modes",)),
            example(files(("file", "0660")), "fail", failing=("mode",)),
            **more,
        )
    )

    assert set(said(weak)) == {
        "'where' of 'modes' dropped",
        "'modes' made 'any'",
        "'mode' wants 0670",
        "'mode' wants 0647",
    }
    assert strong.is_proven


def test_alternatives_are_dropped_one_by_one():
    """In `any`, every part needs an example in which it alone holds."""
    on = [
        Comparison(id=name, path=Path("f", (name,)), operator=Operator.IS, wanted=True)
        for name in "ab"
    ]
    more = {
        "applies": None,
        "params": {},
        "expect": (Group(quantifier=Quantifier.ANY, parts=tuple(on)),),
    }
    only_a = example({"f": {"a": True, "b": False}}, "pass")
    only_b = example({"f": {"a": False, "b": True}}, "pass")
    neither = example({"f": {"a": False, "b": False}}, "fail", failing=("a", "b"))

    assert "'b' dropped" in said(
        prove(rule(only_a, example({"f": {"a": False, "b": False}}, "fail"), **more))
    )
    assert prove(rule(only_a, only_b, neither, **more)).is_proven


def test_lists_are_widened_by_what_the_examples_show():
    """A list that would take in what an example shows as wrong must be noticed."""
    one_of = Comparison(
        id="root",
        path=Path("f", ("root",)),
        operator=Operator.IS_ONE_OF,
        wanted=Reference("allowed"),
    )
    made = rule(
        example({"f": {"root": "no"}}, "pass"),
        example({"f": {"root": "yes"}}, "fail", params={"allowed": ("no",)}),
        applies=None,
        expect=(one_of,),
        params={"allowed": Parameter("list", ("no", "prohibit-password"))},
    )

    assert said(prove(made)) == ["default of 'allowed' changed to [no, prohibit-password, yes]"]


def test_all_rules_are_proved_in_order():
    """Every rule of a rulebook has its proof."""
    book = Rulebook(
        rules={"a": rule(*GOOD, id="a"), "b": rule(id="b")}, standards={}, packs=(), digest=""
    )

    assert [(p.rule, p.is_proven) for p in prove_all(book)] == [("a", True), ("b", False)]


leaf = st.builds(
    lambda name, n: Comparison(
        id=name, path=Path("f", (name,)), operator=Operator.AT_LEAST, wanted=n
    ),
    st.sampled_from("abc"),
    st.integers(0, 3),
)
trees = st.recursive(
    leaf,
    lambda inner: st.builds(
        lambda q, parts: Group(quantifier=q, parts=tuple(parts)),
        st.sampled_from(Quantifier),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=6,
)


@given(st.lists(trees, min_size=1, max_size=2))
def test_every_mutant_differs_from_its_rule_and_can_be_judged(expect):
    """No mutant is the rule itself, none breaks the machinery."""
    made = rule(
        example({"f": {"a": 1, "b": 2, "c": Missing(Obstacle.CUT)}}, "unknown"),
        expect=tuple(expect),
        params={},
    )
    tried = list(mutants(made))

    assert tried
    assert all(one.rule != made for one in tried)
    assert prove(made).rule == "r"
