"""What a host's answer lacks never makes a rule pass that fails on the whole."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recorded import Case, cases

from attt.evaluate.judge import judge, settle
from attt.facts.registry import FACTS
from attt.model.answer import Answer, Obstacle
from attt.model.finding import Verdict
from attt.model.rule import Rule
from attt.model.subject import SubjectKind, host
from attt.rulebook.load import load

_NOW = "2026-11-22T17:00:00Z"
_OBSTACLES = (Obstacle.CUT, Obstacle.DENIED, Obstacle.TIMED_OUT, Obstacle.NO_TOOL, Obstacle.LOST)


@cache
def _rules() -> Mapping[str, tuple[Rule, ...]]:
    """Rules that need one fact alone, by it."""
    book = load([Path(__file__).parents[2] / "rules"], FACTS)
    mine: dict[str, tuple[Rule, ...]] = {}
    for rule in book.rules.values():
        if rule.subject is SubjectKind.HOST and len(rule.needs) == 1:
            (key,) = rule.needs.values()
            mine[str(key)] = (*mine.get(str(key), ()), rule)
    return mine


def _verdict(rule: Rule, case: Case, answers: Mapping[str, Answer] | None = None) -> Verdict:
    (alias,) = rule.needs
    facts = {alias: case.fact(answers)}
    return judge(rule, settle(rule, {}), facts, subject=host("h"), as_of=_NOW).verdict


@cache
def _failing() -> tuple[tuple[Case, tuple[Rule, ...]], ...]:
    """Each recorded case on which some rule fails, with those rules."""
    found = [
        (case, tuple(r for r in rules if _verdict(r, case) is Verdict.FAIL))
        for case in cases()
        if (rules := _rules().get(str(case.key)))
    ]
    return tuple((case, rules) for case, rules in found if rules)


def test_many_cases_have_a_rule_that_fails_on_them() -> None:
    """The law below is about something: hundreds of pairs of a host's answers and a rule."""
    assert 150 < sum(len(rules) for _, rules in _failing())


def _without(case: Case) -> Iterator[tuple[str, Mapping[str, Answer]]]:
    for name, answer in case.answers.items():
        half = answer.stdout[: len(answer.stdout) // 2]
        cut = replace(answer, stdout=half, obstacle=Obstacle.CUT, status=None)
        yield name, {**case.answers, name: cut}
        yield name, {**case.answers, name: Answer(obstacle=Obstacle.DENIED)}


@pytest.mark.parametrize("fact", sorted(FACTS))
def test_an_answer_cut_or_denied_hides_no_failure(fact: str) -> None:
    """Each answer in turn, cut in half or denied: what failed still fails, or is not known."""
    better = [
        f"{case} without {name}: {rule.id}"
        for case, rules in _failing()
        if case.key.id == fact
        for name, answers in _without(case)
        for rule in rules
        if _verdict(rule, case, answers) not in {Verdict.FAIL, Verdict.UNKNOWN}
    ]

    assert [] == better


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_set_of_gaps_turns_a_failure_into_a_pass(data: st.DataObject) -> None:
    """Several answers at once, cut anywhere, for whatever reason."""
    case, rules = data.draw(st.sampled_from(_failing()))
    names = data.draw(st.sets(st.sampled_from(sorted(case.answers)), min_size=1))
    answers = dict(case.answers)
    for name in sorted(names):
        end = data.draw(st.integers(0, len(answers[name].stdout)))
        obstacle = data.draw(st.sampled_from(_OBSTACLES))
        answers[name] = replace(
            answers[name], stdout=answers[name].stdout[:end], obstacle=obstacle, status=None
        )
    said = {_verdict(rule, case, answers) for rule in rules}

    assert Verdict.PASS not in said
