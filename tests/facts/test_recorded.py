"""Every recorded answer of a real host is read as the case says."""

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recorded import Case, cases, told

from attt.facts.redact import REDACTORS
from attt.facts.registry import FACTS
from attt.model.answer import Answer, Obstacle
from attt.model.fact import Fact, FactAbsent, FactMissed, FactRead


@pytest.mark.parametrize("case", cases(), ids=str)
def test_a_recorded_answer_is_read_as_its_case_says(case: Case) -> None:
    """What a real host said gives exactly the value, the obstacle or the proof in the case."""
    assert case.expect == told(case.fact())


def test_a_platform_is_written_as_os_release_tells_it() -> None:
    """A recorded case names its platform by ID and VERSION_ID, and not one by two names."""
    known = "debian|ubuntu|rhel|centos|rocky|almalinux|ol|sles|opensuse-leap|alpine|arch|busybox"
    pattern = re.compile(rf"(?:{known})(?:-[0-9]+(?:\.[0-9]+)?)?")
    wrong = [str(c) for c in cases() if c.platform and not pattern.fullmatch(c.platform)]

    assert [] == wrong


@pytest.mark.parametrize("case", cases(), ids=str)
def test_redacting_changes_nothing_that_is_read(case: Case) -> None:
    """A fact reads a redacted answer exactly as it reads the raw one, and redacting twice is once."""
    named = FACTS[case.key.id].asks(dict(case.key.params))
    redacted = {
        name: replace(answer, stdout=REDACTORS[named[name].redact or "none"](answer.stdout))
        if named[name].redact
        else answer
        for name, answer in case.answers.items()
    }

    assert case.fact() == case.fact(redacted)


@pytest.mark.parametrize("case", cases(), ids=str)
def test_losing_one_answer_never_gives_another_value(case: Case) -> None:
    """Without one of the answers a fact may say less, never something else."""
    whole = told(case.fact())
    for name in case.answers:
        lost = {**case.answers, name: Answer(obstacle=Obstacle.LOST)}
        fact = case.fact(lost)

        assert not isinstance(fact, FactAbsent) or whole == told(fact)
        if isinstance(fact, FactRead) and "value" in whole:
            assert [] == _contradictions(whole["value"], told(fact)["value"], name)


def _contradictions(whole: object, partial: object, lost: str, at: str = "") -> list[str]:
    if isinstance(partial, dict) and "_missed" in partial:
        return []
    if isinstance(whole, dict) and isinstance(partial, dict) and "_missed" not in whole:
        parts = [
            _contradictions(whole[name], partial[name], lost, f"{at}.{name}") for name in partial
        ]
        return [text for part in parts for text in part]
    if isinstance(whole, list) and isinstance(partial, list):
        return _of_lists(whole, partial, lost, at)
    return [] if whole == partial or _may_differ(lost, at) else [f"{at}: {whole} != {partial}"]


def _of_lists(whole: list[object], partial: list[object], lost: str, at: str) -> list[str]:
    if len(whole) != len(partial) or whole == partial:
        gaps = any(isinstance(part, dict) and "_missed" in part for part in partial)
        return [] if whole == partial or gaps or _may_differ(lost, at) else [f"{at}: shorter"]
    parts = [
        _contradictions(one, other, lost, at) for one, other in zip(whole, partial, strict=True)
    ]
    return [text for part in parts for text in part]


def _may_differ(lost: str, at: str) -> bool:
    """Names of who wrote the rules, and sources of a clock, are for people; no rule rests on them."""
    people = {".kernel_synchronised", ".managers", ".backends", ".sources"}
    in_system = lost == "defs" and at.endswith((".is_system", ".is_person"))
    return at in people or in_system


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
@pytest.mark.parametrize("fact", sorted(FACTS))
def test_no_bytes_of_a_host_stop_a_parser(fact: str, data: st.DataObject) -> None:
    """Whatever a host sends in place of an answer, a fact comes of it, never an exception."""
    mine = [case for case in cases() if case.key.id == fact]
    if not mine:
        return
    case = data.draw(st.sampled_from(mine))
    name = data.draw(st.sampled_from(sorted(case.answers)))
    answer = case.answers[name]
    stdout = data.draw(st.one_of(st.binary(max_size=300), _mangled(answer.stdout)))
    status = data.draw(st.sampled_from([0, 1, 2, 255, None]))
    fact_read: Fact = case.fact(
        {**case.answers, name: replace(answer, stdout=stdout, status=status)}
    )

    assert isinstance(fact_read, FactRead | FactMissed | FactAbsent)


@st.composite
def _mangled(draw: st.DrawFn, whole: bytes) -> bytes:
    start = draw(st.integers(0, len(whole)))
    end = draw(st.integers(start, min(len(whole), start + 64)))
    return whole[:start] + draw(st.binary(max_size=32)) + whole[end:]
