"""A parser that trips costs one fact, not the run."""

import pytest

from attt.facts.kind import FactKind
from attt.facts.learn import learn
from attt.model.answer import Obstacle
from attt.model.fact import FactKey, FactMissed
from attt.model.shape import Record


def broken(error):
    """A fact whose parser raises."""

    def parse(answers, params):
        raise error

    return FactKind(id="x.y", title="", shape=Record({}), asks=lambda _: {}, parse=parse)


@pytest.mark.parametrize("error", [KeyError("a"), ValueError("b"), TypeError("c"), IndexError("d")])
def test_a_parsers_bug_is_an_unknown_that_says_so(error):
    """The fact is missed as unparsable and names the bug; with surface_bugs it is raised."""
    key = FactKey("x.y")
    fact = learn([key], {}, {}, {"x.y": broken(error)})[key]
    with pytest.raises(type(error)):
        learn([key], {}, {}, {"x.y": broken(error)}, surface_bugs=True)

    assert isinstance(fact, FactMissed)
    assert Obstacle.UNPARSABLE is fact.obstacle
    assert "bug in attt" in fact.detail
