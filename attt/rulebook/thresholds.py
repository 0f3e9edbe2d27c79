"""Standards that ask less at a higher level than at a lower one, by what a rule calls stricter."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from attt.message import Message
from attt.model.rule import Parameter, Rule
from attt.model.standard import RuleUse, Standard
from attt.model.value import Value
from attt.rulebook.complaint import Complaint

_SPAN = re.compile(r"(\d{1,9})([smhd])", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def loosened(standard: Standard, rules: Mapping[str, Rule]) -> Iterator[Complaint]:
    """Every threshold that gets weaker as the level rises: a slip, or it needs `stricter: none`."""
    for requirement in standard.requirements:
        uses = (use for one in requirement.served_by for way in one.any_of for use in way.rules)
        for use in uses:
            for name, low, high in _drops(use, rules.get(use.rule), tuple(requirement.clauses)):
                yield Complaint(
                    place=requirement.place,
                    message=Message(
                        "{requirement}: '{name}' of {rule} asks less at level {high} than at {low}",
                        requirement=requirement.id,
                        name=name,
                        rule=use.rule,
                        high=high,
                        low=low,
                    ),
                    hint=Message("Ask at least as much at a higher level."),
                    severity="warning",
                )


def _drops(
    use: RuleUse, rule: Rule | None, levels: tuple[int, ...]
) -> Iterator[tuple[str, int, int]]:
    if rule is None:
        return
    for name, by_level in use.params.items():
        parameter = rule.params.get(name)
        if parameter is None:
            continue
        values = {level: by_level.get(level, parameter.default) for level in sorted(levels)}  # type: ignore[call-overload]
        pairs = list(values.items())
        for (low, first), (high, second) in pairwise(pairs):
            if _is_looser(parameter, first, second):
                yield name, low, high


def _is_looser(parameter: Parameter, first: Value, second: Value) -> bool:
    """Whether the second is less strict than the first."""
    match parameter.stricter:
        case "higher" | "lower":
            one, two = _number(first), _number(second)
            if one is None or two is None:
                return False
            return two < one if parameter.stricter == "higher" else two > one
        case "subset" | "superset":
            if not isinstance(first, tuple) or not isinstance(second, tuple):
                return False
            one_set, two_set = frozenset(map(str, first)), frozenset(map(str, second))
            return one_set < two_set if parameter.stricter == "subset" else two_set < one_set
        case _:
            return False


def _number(value: Value) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    return int(found[1]) * _SECONDS[found[2]] if found else None
