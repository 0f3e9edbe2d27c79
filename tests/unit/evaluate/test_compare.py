"""The operators of rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attt.evaluate.compare import OPERATORS
from attt.evaluate.truth import Truth, not_
from attt.model.answer import Obstacle
from attt.model.rule import Operator
from attt.model.shape import Version
from attt.model.value import Missing

NOW = "2026-11-22T00:00:00Z"
GAP = Missing(Obstacle.DENIED)
T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN

scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
values = st.recursive(
    scalars
    | st.just(GAP)
    | st.sampled_from(["0644", "10.0.0.1", NOW, "1.0-1", "45d", "::/0", "("]),
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=5,
)


def compare(operator, found, wanted, shape=None):
    return OPERATORS[Operator(operator)](found, wanted, as_of=NOW, shape=shape)


CASES = [
    ("is", "no", "no", T),
    ("is", "yes", "no", F),
    ("is", 1, True, U),
    ("is", "1", 1, U),
    ("is", None, None, T),
    ("is", None, "no", F),
    ("is", "no", None, F),
    ("is", ("a", "b"), ("a", "b"), T),
    ("is", ("b", "a"), ("a", "b"), F),
    ("is", ("a", GAP), ("a", "b"), U),
    ("is", {"a": 1}, "a", U),
    ("is_not", None, "no", T),
    ("is_not", None, None, F),
    ("is_not", "no", None, T),
    ("is_not", "no", "no", F),
    ("is_not", 5, "no", U),
    ("is_one_of", "no", ("no", "prohibit-password"), T),
    ("is_one_of", "yes", ("no", "prohibit-password"), F),
    ("is_one_of", "no", (), F),
    ("is_one_of", None, ("no",), F),
    ("is_one_of", 4, ("no",), U),
    ("is_one_of", "no", "no", U),
    ("at_least", 14, 14, T),
    ("at_least", 13, 14, F),
    ("at_least", "14", 14, U),
    ("at_least", True, 1, U),
    ("at_least", None, 14, F),
    ("at_most", 4, 4, T),
    ("at_most", 5, 4, F),
    ("at_most", None, 4, F),
    ("mode_within", "0640", "0644", T),
    ("mode_within", "0604", "0640", F),
    ("mode_within", "4755", "0755", F),
    ("mode_within", "0000", "0000", T),
    ("mode_within", 640, "0644", U),
    ("mode_within", "0648", "0644", U),
    ("mode_within", None, "0644", F),
    ("older_than", "2026-08-23T23:59:59Z", "90d", T),
    ("older_than", "2026-08-24T00:00:00Z", "90d", F),
    ("older_than", "2027-01-01T00:00:00Z", "0d", F),
    ("older_than", "yesterday", "90d", U),
    ("older_than", NOW, "90 days", U),
    ("older_than", None, "90d", F),
    ("newer_than", "2026-11-21T00:00:01Z", "1d", T),
    ("newer_than", "2026-11-21T00:00:00Z", "1d", F),
    ("newer_than", "2026-11-22T23:00:00Z", "1d", T),
    ("newer_than", "2026-11-23T00:00:01Z", "1d", U),
    ("newer_than", None, "1d", F),
    ("version_at_least", "1.0-1", "1.0", T),
    ("version_at_least", "0.9", "1.0", F),
    ("version_at_least", "1.0", "1.0-1", U),
    ("version_at_least", "a b", "1.0", U),
    ("version_at_least", None, "1.0", F),
    ("within", "10.1.2.3", "10.0.0.0/8", T),
    ("within", "11.1.2.3", "10.0.0.0/8", F),
    ("within", "10.0.0.0/7", "10.0.0.0/8", F),
    ("within", "10.2.0.0/16", ("192.168.0.0/16", "10.0.0.0/8"), T),
    ("within", "2001:db8::1", ("10.0.0.0/8", "2001:db8::/32"), T),
    ("within", "2001:db8::1", "10.0.0.0/8", F),
    ("within", "::ffff:127.0.0.1", "127.0.0.0/8", T),
    ("within", "fe80::1%eth0", "fe80::/10", T),
    ("within", "0.0.0.0", "127.0.0.0/8", F),
    ("within", "*", "0.0.0.0/0", U),
    ("within", "10.0.0.1", ("what", "10.0.0.0/8"), T),
    ("within", "10.0.0.1", ("what", "11.0.0.0/8"), U),
    ("within", None, "0.0.0.0/0", F),
    ("matches", "abc", "a.c", T),
    ("matches", "xabc", "a.c", F),
    ("matches", "abc", "(", U),
    ("matches", "abc", "(?=a)abc", U),
    ("matches", "\ud800", ".*", U),
    ("matches", None, ".*", F),
    ("contains", ("a", "b"), "a", T),
    ("contains", ("a", "b"), "c", F),
    ("contains", ("a", GAP), "a", T),
    ("contains", ("a", GAP), "c", U),
    ("contains", (), "c", F),
    ("contains", (1, 2), "c", U),
    ("contains", "abc", "b", T),
    ("contains", None, "b", F),
    ("subset_of", ("a",), ("a", "b"), T),
    ("subset_of", ("a", "c"), ("a", "b"), F),
    ("subset_of", (), ("a",), T),
    ("subset_of", (GAP,), ("a",), U),
    ("subset_of", (GAP, "c"), ("a",), F),
    ("subset_of", (None,), ("a",), F),
    ("subset_of", None, ("a",), F),
    ("subset_of", "a", ("a",), U),
    ("in_date", "app 1", "2100-01-01", T),
    ("in_date", "app 1", "2000-01-01", F),
    ("in_date", "app 1", GAP, U),
    ("in_date", "app 1", "soon", U),
    ("in_date", None, "2100-01-01", F),
    ("in_date", GAP, "2100-01-01", U),
    ("in_date", 1, "2100-01-01", U),
    ("absent", None, True, T),
    ("absent", "x", True, F),
    ("absent", "x", False, T),
    ("absent", None, False, F),
    ("absent", "x", "yes", U),
]


@pytest.mark.parametrize(("operator", "found", "wanted", "expected"), CASES)
def test_an_operator_says(operator, found, wanted, expected):
    """Each operator holds, fails or does not know exactly where its words say so."""
    assert expected == compare(operator, found, wanted)


def test_every_operator_has_a_function_and_a_case():
    """No operator is without meaning or without test."""
    assert set(Operator) == set(OPERATORS) == {Operator(case[0]) for case in CASES}


@given(st.sampled_from(Operator), values, values)
def test_operators_are_total(operator, found, wanted):
    """No pair of values makes an operator raise."""
    assert compare(operator, found, wanted) in Truth


@given(st.sampled_from(Operator), values)
def test_what_was_missed_is_never_known(operator, wanted):
    """A missed value is unknown to every operator, absence included."""
    assert compare(operator, GAP, wanted) == U


@given(st.sampled_from(sorted(set(Operator) - {"is", "is_not", "absent"})), scalars)
def test_null_never_passes(operator, wanted):
    """What is proved not set fails every operator that asks for a value, and is never unknown."""
    assert compare(operator, None, wanted) == F


@given(values, values)
def test_is_not_is_the_opposite_of_is(found, wanted):
    """Two values are the same, or they are not, or nobody knows."""
    assert compare("is_not", found, wanted) == not_(compare("is", found, wanted))


@given(st.integers(0, 0o7777), st.integers(0, 0o7777))
def test_mode_within_is_the_subset_of_bits(found, wanted):
    """A mode is within another where it sets no bit that the other does not set."""
    expected = T if found | wanted == wanted else F

    assert expected == compare("mode_within", f"{found:04o}", f"{wanted:04o}")


def test_the_scheme_of_the_shape_settles_what_the_two_orders_disagree_on():
    """A release that is not named counts for dpkg and does not for rpm."""
    assert compare("version_at_least", "1.0", "1.0-1", Version("rpm")) == T
    assert compare("version_at_least", "1.0", "1.0-1", Version("dpkg")) == F


def test_a_pattern_that_hangs_other_matchers_answers_at_once():
    """Matching is linear in what the host says."""
    assert compare("matches", "a" * 50_000 + "b", "(a*)*c") == F
