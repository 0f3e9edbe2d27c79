"""Plain data of files as Values, and the records of examples as facts."""

from collections.abc import Mapping

from attt.model.answer import Obstacle
from attt.model.fact import Assurance, Fact, FactAbsent, FactMissed, FactRead
from attt.model.value import Missing, Value

MISSED, ABSENT = "_missed", "_absent"


def value(raw: object) -> Value:
    """JSON-shaped data as a Value: lists become tuples, `{_missed: obstacle}` becomes Missing.

    Raises ValueError for an obstacle that does not exist or data that is not JSON-shaped.
    """
    match raw:
        case None | bool() | int() | str() | Missing():
            return raw
        case list() | tuple():
            return tuple(value(one) for one in raw)
        case Mapping():
            if set(raw) == {MISSED}:
                return Missing(Obstacle(raw[MISSED]))
            return {str(name): value(one) for name, one in raw.items()}
        case _:
            message = f"not a value: {raw!r}"
            raise ValueError(message)


def fact(given: Value) -> Fact:
    """What an example gives for an alias, as the fact that a host would have yielded."""
    found = value(given)
    if isinstance(found, Missing):
        return FactMissed(obstacle=found.obstacle, detail=found.detail)
    if isinstance(found, Mapping) and found.get(ABSENT) is True and len(found) == 1:
        return FactAbsent(proof="example")
    return FactRead(value=found, assurance=Assurance.RUNNING)
