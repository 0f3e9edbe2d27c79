from dataclasses import replace

import pytest

from attt.model.measure import PlanAnswer
from attt.model.outcome import Outcome
from attt.model.standard import Strength
from attt.report.scope import scopes
from attt.report.tally import by_group, is_fulfilled, lines, tally


@pytest.mark.parametrize("documents", [True, False])
@pytest.mark.parametrize("systems", [1, 12])
def test_counts_add_up(make, systems, documents):
    """Total = full + lacking + n/a + not assessed; assessed = machine + document + otherwise."""
    audited = make(systems, 5, 40, documents=documents)
    measures = {m.id: m for m in audited.inventory.measures}
    for about in scopes(audited):
        t = tally(lines(about), measures)
        groups = by_group(about, measures).values()

        assert t.total == t.full + t.lacking + t.not_applicable + t.not_assessed
        assert t.assessed == t.machine + t.document + t.otherwise
        assert t.total == sum(g.total for g in groups)
        assert t.lacking >= max(t.partly, t.roadmap)
        assert t.total >= t.unverified


def test_only_musts_count(make):
    """What a standard merely suggests is outside the count of musts, and not lost."""
    about = scopes(make(1, 3, 40))[0]
    musts, suggested = lines(about), lines(about, Strength.SUGGESTED)

    assert suggested
    assert len(about.result.requirements) == len(musts) + len(suggested)


def test_not_assessed_is_never_met(make):
    """A requirement that was not assessed, or partly met, is not among the fully met."""
    one = scopes(make())[0].result.requirements[0]
    full = {o for o in Outcome if is_fulfilled(replace(one, outcome=o, measures=()), {})}

    assert {Outcome.MET, Outcome.INHERITED} == full


def test_an_equivalent_measure_counts_once_the_plan_names_it(make):
    """Compensated counts as fully met only where the approved plan names the measure."""
    one = replace(scopes(make())[0].result.requirements[0], outcome=Outcome.COMPENSATED)

    assert not is_fulfilled(one, {})
    assert is_fulfilled(replace(one, plan=PlanAnswer.EQUIVALENT), {})
