"""A fact that others build on is parsed once for a host, and anew for each other one."""

import pytest

from attt.facts.kind import Unparsable, missed, shared
from attt.model.answer import Answer, Obstacle
from attt.model.ask import ReadFile

_ASKS = {"file": ReadFile(path="/etc/a")}


def _counted(parse=lambda answers, params: missed(Obstacle.FAILED, answers["file"].detail)):
    seen = []

    def counting(answers, params):
        seen.append(dict(answers))
        return parse(answers, params)

    return seen, shared(lambda _params: _ASKS, counting)


def test_the_same_answers_are_parsed_once():
    """Other answers beside those that the fact asks for make no difference, and are not handed on."""
    seen, parse = _counted()
    answer = Answer(detail="x")
    first = parse({"file": answer}, {})
    again = parse({"other": Answer(), "file": Answer(detail="x")}, {})

    assert [{"file": answer}] == seen
    assert first is again


@pytest.mark.parametrize(
    "other", [Answer(stdout=b"x"), Answer(status=1), Answer(obstacle=Obstacle.DENIED)]
)
def test_another_answer_is_parsed_anew(other):
    """Whatever of an answer differs counts."""
    seen, parse = _counted()
    parse({"file": Answer()}, {})
    parse({"file": other}, {})

    assert [{"file": Answer()}, {"file": other}] == seen


def test_what_cannot_be_read_is_raised_each_time():
    """An exception is never kept in the place of a fact."""

    def refuse(_answers, _params):
        raise Unparsable("no")

    seen, parse = _counted(refuse)
    for _ in range(2):
        with pytest.raises(Unparsable):
            parse({"file": Answer()}, {})

    assert 2 == len(seen)
