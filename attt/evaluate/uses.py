"""Which rules, with which parameters, a standard asks for at a level."""

from collections.abc import Iterator

from attt.evaluate.judge import settle
from attt.model.level import Level
from attt.model.rulebook import Rulebook
from attt.model.standard import Requirement, RuleUse, Service, Standard
from attt.model.value import Value

Use = tuple[str, tuple[tuple[str, Value], ...]]
"""A rule's id and every parameter that it is judged with, sorted by name."""


def uses(level: Level, standard: Standard, rulebook: Rulebook) -> tuple[Use, ...]:
    """Each distinct (rule, parameters) that `standard` asks for at `level`, in the standard's order.

    The parameters are the rule's defaults overlaid with the standard's, so that two requirements
    that ask the same are judged once.
    """
    return tuple(dict.fromkeys(_all(level, standard, rulebook)))


def _all(level: Level, standard: Standard, rulebook: Rulebook) -> Iterator[Use]:
    for requirement in standard.at(level):
        for service in services(requirement, level):
            for way in service.any_of:
                yield from (use_of(one, level, rulebook) for one in way.rules)


def services(requirement: Requirement, level: Level) -> tuple[Service, ...]:
    """What serves a requirement at a level."""
    return requirement.served_at(level)


def use_of(rule_use: RuleUse, level: Level, rulebook: Rulebook) -> Use:
    """One use of a rule at a level, with its parameters settled."""
    rule = rulebook.rules[rule_use.rule]
    return rule_use.rule, tuple(settle(rule, rule_use.at(level)).items())
