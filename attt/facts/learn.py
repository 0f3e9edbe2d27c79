"""From answers to facts: every parser is run here, and nothing that it does can stop the rest."""

from collections.abc import Iterable, Mapping

from attt.facts.kind import FactKind, Unparsable
from attt.facts.shapes import misfit
from attt.model import ask as asks
from attt.model.answer import Answer, Obstacle
from attt.model.fact import Fact, FactAbsent, FactKey, FactMissed, FactRead

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
    named = _asked(key, kind)
    mine = {name: answers.get(ask_key, NOT_COLLECTED) for name, ask_key in named.items()}
    read_from = tuple(sorted({digests[k] for k in named.values() if k in digests}))
    try:
        fact = _parsed(kind, mine, dict(key.params))
    except guarded as bug:
        said = f"a bug in attt: {kind.id} met {type(bug).__name__}"
        fact = FactMissed(obstacle=Obstacle.UNPARSABLE, detail=said)
    return _of_answers(fact, read_from)


def _of_answers(fact: Fact, answers: tuple[str, ...]) -> Fact:
    """As dataclasses.replace, which takes five times as long."""
    match fact:
        case FactRead():
            return FactRead(
                value=fact.value,
                assurance=fact.assurance,
                origin=fact.origin,
                origins=fact.origins,
                answers=answers,
            )
        case FactMissed():
            return FactMissed(obstacle=fact.obstacle, detail=fact.detail, answers=answers)
        case FactAbsent():
            return FactAbsent(proof=fact.proof, answers=answers)


_ASKED: dict[FactKey, tuple[FactKind, Mapping[str, str]]] = {}
_ASKED_AT_MOST = 4096


def _asked(key: FactKey, kind: FactKind) -> Mapping[str, str]:
    """The keys of a fact's asks by their names, worked out once for each fact."""
    kept = _ASKED.get(key)
    if kept is None or kept[0] is not kind:
        if len(_ASKED) >= _ASKED_AT_MOST:
            _ASKED.clear()
        named = {name: asks.key(ask) for name, ask in kind.asks(dict(key.params)).items()}
        kept = _ASKED[key] = (kind, named)
    return kept[1]


def _parsed(kind: FactKind, answers: Mapping[str, Answer], params: Mapping[str, str]) -> Fact:
    try:
        fact = kind.parse(answers, params)
    except Unparsable as error:
        return FactMissed(obstacle=Obstacle.UNPARSABLE, detail=str(error))
    if isinstance(fact, FactRead) and (detail := misfit(fact.value, kind.shape)):
        return FactMissed(obstacle=Obstacle.OUT_OF_TYPE, detail=detail)
    return fact
