"""Values against shapes: the quick test and the words agree with the plain definition."""

from hypothesis import given
from hypothesis import strategies as st

from attt.facts.shapes import misfit
from attt.model.answer import Obstacle
from attt.model.shape import Boolean, Integer, ListOf, Mode, Record, Text
from attt.model.value import Missing

nullable = st.booleans()
plain = st.one_of(
    st.builds(Text, choices=st.sampled_from([(), ("a", "b")]), nullable=nullable),
    st.builds(Integer, nullable=nullable),
    st.builds(Boolean, nullable=nullable),
    st.builds(Mode, nullable=nullable),
)
shapes = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.builds(ListOf, inner, nullable=nullable),
        st.builds(
            lambda fields, can_be_null: Record(fields, nullable=can_be_null),
            st.dictionaries(st.sampled_from("xyz"), inner, max_size=2),
            nullable,
        ),
    ),
    max_leaves=4,
)
values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-2, 2),
        st.sampled_from(["a", "c", "0644", "644"]),
        st.just(Missing(Obstacle.DENIED)),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2).map(tuple),
        st.dictionaries(st.sampled_from("xyz"), inner, max_size=2),
    ),
    max_leaves=4,
)


def fits(value, shape):
    """The definition, slow and plain."""
    if isinstance(value, Missing):
        return True
    if value is None:
        return shape.nullable
    match shape:
        case ListOf():
            return isinstance(value, tuple) and all(fits(one, shape.of) for one in value)
        case Record():
            return (
                isinstance(value, dict)
                and value.keys() == shape.fields.keys()
                and all(fits(one, shape.fields[name]) for name, one in value.items())
            )
        case Text():
            return isinstance(value, str) and (not shape.choices or value in shape.choices)
        case Integer():
            return isinstance(value, int) and not isinstance(value, bool)
        case Boolean():
            return isinstance(value, bool)
        case Mode():
            return isinstance(value, str) and len(value) == 4 and set(value) <= set("01234567")


@given(values, shapes)
def test_a_value_fits_as_its_shape_says(value, shape):
    """No words for what fits, and words for what does not."""
    assert fits(value, shape) == (misfit(value, shape) == "")


def test_the_words_name_the_place():
    """A misfit deep inside a list of records says where it is."""
    shape = Record({"users": ListOf(Record({"uid": Integer()}))})

    assert misfit({"users": ({"uid": 0}, {"uid": "0"})}, shape) == "users[1].uid: '0'"
