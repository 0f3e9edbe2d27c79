"""A run judged under another edition lacks the answers that it never asked for."""

import pytest

from attt import assets
from attt.evaluate.judge import judge
from attt.evaluate.uses import Use, uses
from attt.facts.learn import learn
from attt.facts.registry import FACTS
from attt.model.fact import FactAbsent
from attt.model.finding import Verdict
from attt.model.level import LEVELS
from attt.model.subject import SubjectKind, host
from attt.rulebook.load import load

BOOK = load([assets.folder("rules")], FACTS)
USES = sorted(
    {
        use
        for standard in BOOK.standards.values()
        for level in LEVELS
        for use in uses(level, standard, BOOK)
        if BOOK.rules[use[0]].subject is SubjectKind.HOST
    },
    key=str,
)


@pytest.mark.parametrize("use", USES, ids=lambda use: use[0])
def test_what_was_never_asked_for_is_unknown(use: Use) -> None:
    """Without any answer no fact is proved absent, and no rule passes, fails or does not apply."""
    rule_id, params = use
    rule = BOOK.rules[rule_id]
    facts = learn(rule.needs.values(), {}, {}, FACTS, surface_bugs=True)
    finding = judge(
        rule,
        dict(params),
        {alias: facts[key] for alias, key in rule.needs.items()},
        subject=host("may"),
        as_of="2026-11-22T00:00:00Z",
    )

    assert not any(isinstance(fact, FactAbsent) for fact in facts.values())
    assert Verdict.UNKNOWN is finding.verdict
