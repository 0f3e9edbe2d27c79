"""Items that a plain `where` leaves out are left out quickly, and in no other way than before."""

from hypothesis import given
from hypothesis import strategies as st

from attt.evaluate.judge import judge
from attt.model.answer import Obstacle
from attt.model.fact import Assurance, FactKey, FactRead
from attt.model.rule import Comparison, Each, Fix, Group, Operator, Path, Quantifier, Rule, Severity
from attt.model.subject import host
from attt.model.value import Missing
from attt.model.words import Words

WORDS = Words(vi="v", en="e")
GAP = Missing(Obstacle.DENIED)
ITEMS = st.lists(
    st.one_of(
        st.just(GAP),
        st.fixed_dictionaries(
            {
                "name": st.one_of(st.sampled_from(["a", "b", "c"]), st.none(), st.just(GAP)),
                "is_good": st.one_of(st.booleans(), st.just(GAP)),
            }
        ),
    ),
    max_size=6,
)


def rule(quantifier, where):
    return Rule(
        id="r", title=WORDS, severity=Severity.LOW, needs={"f": FactKey("packages.installed")},
        expect=(Each(
            path=Path("f"), item="name", quantifier=quantifier, where=where,
            parts=(Comparison(id="x", path=Path("", ("is_good",)), operator=Operator.IS, wanted=True),),
        ),),
        why=WORDS, fix=Fix(text=WORDS),
    )  # fmt: skip


@given(items=ITEMS, wanted=st.lists(st.sampled_from(["a", "b"]), max_size=2).map(tuple),
       quantifier=st.sampled_from(Quantifier))  # fmt: skip
def test_the_quick_way_says_what_the_long_way_says(items, wanted, quantifier):
    """A `where` inside a group of one takes the long way; the finding is the same."""
    plain = Comparison(id="w", path=Path("", ("name",)), operator=Operator.IS_ONE_OF, wanted=wanted)
    slow = Group(quantifier=Quantifier.ALL, parts=(plain,))
    facts = {"f": FactRead(value=tuple(items), assurance=Assurance.RUNNING)}
    found = [
        judge(rule(quantifier, where), {}, facts, subject=host("h"), as_of="2026-11-22T00:00:00Z")
        for where in (plain, slow)
    ]

    assert found[0] == found[1]
