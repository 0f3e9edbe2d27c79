"""From answers to facts: every parser is run here, and nothing that it does can stop the rest."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from attt.facts.kind import FactKind, Unparsable
from attt.facts.shapes import misfit
from attt.model import ask as asks
from attt.model.answer import Answer, Obstacle
from attt.model.fact import Fact, FactKey, FactMissed, FactRead

BUGS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
NOT_COLLECTED = Answer(obstacle=Obstacle.NOT_COLLECTED)


def learn(
    keys: Iterable[FactKey],
    answers: Mapping[str, Answer],
    digests: Mapping[str, str],
    registry: Mapping[str, FactKind],
    *,
    surface_bugs: bool = False,
) -> dict[FactKey, Fact]:
    """Every fact of `keys`, parsed from answers by ask key; `digests` names each answer's digest.

    A parser that trips over what a host sent costs that one fact of that one host, never the
    run; with `surface_bugs`, as in tests, its exception goes on.
    """
    guarded = () if surface_bugs else BUGS
    return {key: _learn_one(key, answers, digests, registry[key.id], guarded) for key in keys}


def _learn_one(
    key: FactKey,
    answers: Mapping[str, Answer],
    digests: Mapping[str, str],
    kind: FactKind,
    guarded: tuple[type[Exception], ...],
) -> Fact:
    params = dict(key.params)
    named = kind.asks(params)
    ask_keys = [asks.key(ask) for ask in named.values()]
    mine = {
        name: answers.get(ask_key, NOT_COLLECTED)
        for name, ask_key in zip(named, ask_keys, strict=True)
    }
    try:
        fact = _parsed(kind, mine, params)
    except guarded as bug:
        said = f"a bug in attt: {kind.id} met {type(bug).__name__}"
        fact = FactMissed(obstacle=Obstacle.UNPARSABLE, detail=said)
    return replace(fact, answers=tuple(sorted({digests[k] for k in ask_keys if k in digests})))


def _parsed(kind: FactKind, answers: Mapping[str, Answer], params: Mapping[str, str]) -> Fact:
    try:
        fact = kind.parse(answers, params)
    except Unparsable as error:
        return FactMissed(obstacle=Obstacle.UNPARSABLE, detail=str(error))
    if isinstance(fact, FactRead) and (detail := misfit(fact.value, kind.shape)):
        return FactMissed(obstacle=Obstacle.OUT_OF_TYPE, detail=detail)
    return fact
