"""Kleene's logic."""

from hypothesis import given
from hypothesis import strategies as st

from attt.evaluate.truth import Truth, all_, any_, none_, not_

truths = st.lists(st.sampled_from(Truth))


@given(truths)
def test_all_and_any_are_duals(parts):
    """All of them holding is none of their opposites holding."""
    assert all_(parts) == none_([not_(part) for part in parts])


@given(truths, truths)
def test_parts_can_be_grouped_and_reordered(one, two):
    """Neither grouping nor order changes the truth of a whole."""
    assert all_([*one, *two]) == all_([all_(two), all_(one)])
    assert any_([*one, *two]) == any_([any_(two), any_(one)])


@given(truths)
def test_an_unknown_part_never_makes_a_whole_true_by_all(parts):
    """An unknown among all never yields true."""
    assert all_([*parts, Truth.UNKNOWN]) != Truth.TRUE


@given(truths, st.sampled_from([Truth.TRUE, Truth.FALSE]))
def test_learning_more_never_overturns_what_was_known(parts, learnt):
    """When an unknown becomes known, a whole that was known already stays as it was."""
    for whole in (all_, any_, none_):
        before = whole([*parts, Truth.UNKNOWN])
        after = whole([*parts, learnt])

        assert before in (Truth.UNKNOWN, after)


def test_nothing_at_all_is_all_and_not_any():
    """An empty whole holds for all and none, and not for any."""
    assert (all_([]), any_([]), none_([])) == (Truth.TRUE, Truth.FALSE, Truth.TRUE)
