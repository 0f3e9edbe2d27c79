"""What the rules that serve a requirement say of each subject: the best way of each service."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from attt.evaluate.measures import Spot, answering, covering
from attt.evaluate.units import Unit
from attt.evaluate.uses import Use, use_of
from attt.model.finding import Finding, Verdict
from attt.model.level import Level
from attt.model.measure import Measure
from attt.model.outcome import SubjectVerdict
from attt.model.rulebook import Rulebook
from attt.model.standard import Service
from attt.model.subject import Subject, SubjectKind
from attt.model.value import Value

Find = Callable[[Subject, str, tuple[tuple[str, Value], ...]], Finding | None]
"""The finding of a subject, rule and settled parameters; None where it was not judged."""

Judged = Mapping[Subject, Mapping[Use, Finding | None]]
_BEST_FIRST = (Verdict.PASS, Verdict.UNKNOWN, Verdict.FAIL, Verdict.NOT_APPLICABLE)


def together(verdicts: Iterable[Verdict]) -> Verdict:
    """Several verdicts that must all be good: fail, then unknown, then pass; else not applicable.

    A manual verdict has not been given yet, so it is unknown here.
    """
    seen = set(verdicts)
    if Verdict.FAIL in seen:
        return Verdict.FAIL
    if seen & {Verdict.UNKNOWN, Verdict.MANUAL}:
        return Verdict.UNKNOWN
    return Verdict.PASS if Verdict.PASS in seen else Verdict.NOT_APPLICABLE


Ways = tuple[tuple[tuple[Use, SubjectKind], ...], ...]
"""What each way of a service asks of which kind of subject."""


def ways_of(service: Service, level: Level, rulebook: Rulebook) -> Ways:
    """The ways of a service at a level, made ready once for all units."""
    return tuple(
        tuple((use_of(one, level, rulebook), rulebook.rules[one.rule].subject) for one in way.rules)
        for way in service.any_of
    )


def judged(services: Sequence[Ways], unit: Unit, find: Find) -> Judged:
    """The findings in a unit that count for a requirement, by subject and use.

    Of each service the best way counts, chosen for the unit as a whole: one that passes, else one
    that is unknown, else one that fails; ways that don't apply are out unless no other is left.
    """
    found: dict[Subject, dict[Use, Finding | None]] = {}
    for service in services:
        for subject, use, finding in _best([_way(way, unit, find) for way in service]):
            found.setdefault(subject, {})[use] = finding
    return found


_Way = list[tuple[Subject, Use, Finding | None]]


def _best(ways: list[_Way]) -> _Way:
    ways = [way for way in ways if way]
    if len(ways) < 2:  # noqa: PLR2004 - with one way there is nothing to choose
        return ways[0] if ways else []
    return min(ways, key=lambda way: _BEST_FIRST.index(_verdict(f for _, _, f in way)))


def _way(way: tuple[tuple[Use, SubjectKind], ...], unit: Unit, find: Find) -> _Way:
    return [
        (subject, use, None if subject in unit.unseen else find(subject, *use))
        for use, kind in way
        for subject in unit.subjects.get(kind, ())
    ]


def _verdict(findings: Iterable[Finding | None]) -> Verdict:
    return together(f.verdict if f else Verdict.UNKNOWN for f in findings)


def verdict_of(
    findings: Mapping[Use, Finding | None], measures: Sequence[Measure], spot: Spot
) -> SubjectVerdict:
    """All that is known of a subject, which is not named, as one line.

    The measure shows only where it covers all failures.
    """
    by_verdict: dict[Verdict, list[Use]] = {}
    for use, finding in findings.items():
        by_verdict.setdefault(_verdict([finding]), []).append(use)
    failed = [f for f in findings.values() if f and f.verdict is Verdict.FAIL]
    covers = [covering(measures, finding, spot) for finding in failed]
    covered = covers[0] if covers and all(covers) else None
    return SubjectVerdict(
        subject="",
        verdict=_verdict(findings.values()),
        rules=_rules(findings),
        failing=_rules(by_verdict.get(Verdict.FAIL, ())),
        unknown=_rules(by_verdict.get(Verdict.UNKNOWN, ())),
        measure=covered.id if covered else None,
        covers=tuple(_covers(failed, measures, spot)),
        params=tuple(findings),
    )


def _covers(
    failed: Sequence[Finding], measures: Sequence[Measure], spot: Spot
) -> Iterator[tuple[str, str]]:
    """The failing rules with the measure that answers for them, whatever parameters they failed with."""
    answers: dict[str, list[Measure | None]] = {}
    for finding in failed:
        answers.setdefault(finding.rule, []).append(answering(measures, finding, spot))
    for rule, found in answers.items():
        if found[0] is not None and all(found):
            yield rule, found[0].id


def _rules(used: Iterable[Use]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(rule for rule, _ in used))
