"""Rules prove themselves: their examples must hold, and must notice every mutant."""

from dataclasses import dataclass

from attt.errors import Place
from attt.evaluate.judge import judge
from attt.message import Message
from attt.model.finding import Finding, Verdict
from attt.model.rule import Example, Rule
from attt.model.rulebook import Rulebook
from attt.model.subject import Subject
from attt.rulebook.mutants import mutants
from attt.rulebook.values import fact
from attt.rulebook.walk import groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """An example that the rule does not keep: `number` counts from 1; `absent` are ids of
    expectations that the example says fail, and that did not.
    """

    number: int
    place: Place | None
    owed: Verdict
    verdict: Verdict
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Survivor:
    """A change of the rule that no example notices."""

    place: Place | None
    what: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What proving one rule showed; `examples` and `mutants` are how many were tried."""

    rule: str
    examples: int
    mutants: int
    broken: tuple[Broken, ...] = ()
    survivors: tuple[Survivor, ...] = ()

    @property
    def is_proven(self) -> bool:
        """Whether there are examples, all hold, and no mutant survives."""
        return self.examples > 0 and not self.broken and not self.survivors


def prove(rule: Rule) -> Proof:
    """Run the examples of a rule, then every mutant against them.

    A rule whose own examples don't hold is not mutated: nothing could be told from it.
    """
    broken = _broken(rule)
    if broken:
        return Proof(rule=rule.id, examples=len(rule.examples), mutants=0, broken=broken)
    tried = tuple(mutants(rule))
    survivors = tuple(
        Survivor(place=rule.place, what=one.what) for one in tried if not _broken(one.rule)
    )
    return Proof(rule=rule.id, examples=len(rule.examples), mutants=len(tried), survivors=survivors)


def prove_all(rulebook: Rulebook) -> tuple[Proof, ...]:
    """Every rule proved, in the order of the rulebook."""
    return tuple(prove(rule) for rule in rulebook.rules.values())


def _broken(rule: Rule) -> tuple[Broken, ...]:
    members = groups(rule)
    found = (
        _check(number, example, try_example(rule, example), members)
        for number, example in enumerate(rule.examples, 1)
    )
    return tuple(one for one in found if one is not None)


def try_example(rule: Rule, example: Example) -> Finding:
    """What the rule says of an example's facts; an alias that it does not give was not collected."""
    return judge(
        rule,
        example.params,
        {alias: fact(given) for alias, given in example.given.items()},
        subject=Subject(rule.subject, "example"),
        as_of=example.observed_at,
    )


def _check(
    number: int, example: Example, finding: Finding, members: dict[str, set[str]]
) -> Broken | None:
    failed = {compared.id for compared in finding.failing}
    absent = tuple(
        owed
        for owed in example.failing or ()
        if owed not in failed and not members.get(owed, set()) & failed
    )
    if finding.verdict is example.verdict and not absent:
        return None
    return Broken(
        number=number,
        place=example.place,
        owed=example.verdict,
        verdict=finding.verdict,
        absent=absent,
    )
