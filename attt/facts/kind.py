"""What a fact is made of: a few asks and one pure parser to a typed value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, wraps

from attt.message import Message
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask
from attt.model.fact import Fact, FactMissed
from attt.model.shape import Shape
from attt.model.subject import SubjectKind

Params = Mapping[str, str]
Answers = Mapping[str, Answer]
"""Answers by the names that the fact gave its asks; never incomplete, a lack is an obstacle."""


class Unparsable(ValueError):  # noqa: N818 - it is caught at once and becomes a value
    """A parser met what it can't read; the fact is missed, with these words as the detail."""


def _takes_any(_params: Params) -> Message | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactKind:
    """One fact. `version` rises whenever `parse` can give another value for the same answers.

    `asks(params)` names the asks; `parse(answers, params)` is pure and total but for Unparsable.
    `params` names the parameters of a generic fact; a fact without any is asked once a host.
    `refuse(params)` says what is wrong with their values, before any host is asked.
    """

    id: str
    title: str
    shape: Shape
    asks: Callable[[Params], Mapping[str, Ask]]
    parse: Callable[[Answers, Params], Fact]
    params: tuple[str, ...] = ()
    refuse: Callable[[Params], Message | None] = _takes_any
    version: int = 1
    subject: SubjectKind = SubjectKind.HOST


Parse = Callable[[Answers, Params], Fact]
_HOSTS_KEPT = 4  # a host's facts are learnt one after the other, so that one would nearly do


def shared(
    asks: Callable[[Params], Mapping[str, Ask]], parse: Parse, *, kept: int = _HOSTS_KEPT
) -> Parse:
    """`parse` of a fact without parameters that others build on: once for all facts of a host.

    `kept` is higher for facts that are read from files alone, which are alike across a fleet.
    Nobody may change the value that it gives.
    """
    names = tuple(asks({}))

    @lru_cache(maxsize=kept)
    def parsed(answers: tuple[Answer, ...]) -> Fact:
        return parse(dict(zip(names, answers, strict=True)), {})

    @wraps(parse)
    def once(answers: Answers, _params: Params) -> Fact:
        return parsed(tuple([answers[name] for name in names]))

    return once


def obstacle_of(*answers: Answer) -> FactMissed | None:
    """The first obstacle among answers that a fact can't do without, as a missed fact."""
    for answer in answers:
        if answer.obstacle is not None:
            return FactMissed(obstacle=answer.obstacle, detail=answer.detail)
    return None


def text_of(answer: Answer) -> str:
    """Its stdout as text; bytes that are not UTF-8 become U+FFFD, so nothing is lost silently."""
    return answer.stdout.decode("utf-8", errors="replace")


def missed(obstacle: Obstacle, detail: str = "") -> FactMissed:
    """A missed fact, said briefly."""
    return FactMissed(obstacle=obstacle, detail=detail)
