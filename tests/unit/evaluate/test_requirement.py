"""The outcome of a requirement: the table of the design, row by row, and its laws."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attt.evaluate.requirement import assess
from attt.model.level import Level
from attt.model.measure import Attestation, Measure, MeasureKind, PlanAnswer, PlanLine
from attt.model.outcome import Means, Outcome, RequirementResult
from attt.model.standard import RuleUse, Service, Way
from attt.model.subject import Subject, SubjectKind

TODAY = date(2026, 11, 22)


def host(name):
    return Subject(SubjectKind.HOST, name)


def endpoint(address):
    return Subject(SubjectKind.ENDPOINT, f"mgmt>{address}:0/")


def attestation(**more):
    base = {
        "id": "att-1",
        "requirements": ("R.1",),
        "document": "QĐ",
        "number": "1/QĐ",
        "date": "2026-01-01",
        "until": "2026-11-22",
        "system": "S1",
    }
    return Attestation(**{**base, **more})


def measure(**more):
    base = {
        "id": "m-1",
        "kind": MeasureKind.EQUIVALENT,
        "reason": "r",
        "approver": "Giám đốc",
        "document": "2/QĐ",
        "from_": "2026-01-01",
        "until": "2026-11-22",
        "requirement": "R.1",
    }
    return Measure(**{**base, **more})


def assessed(
    make,
    standard,
    verdicts,
    *,
    system=None,
    inventory=None,
    items=(None,),
    given=None,
    shared=None,
    as_of=TODAY,
):
    """The one result of a system whose findings are {(subject id, rule): verdict}."""
    names = sorted({name for name, _ in verdicts if ">" not in name and name.startswith("h")})
    system = system or make.system(*names)
    inventory = inventory or make.inventory(*names)

    def finding(subject, rule, params):
        verdict = verdicts.get((subject.id, rule))
        return make.finding(rule, subject, verdict, items) if verdict else None

    (result,) = assess(
        system,
        standard,
        rulebook=make.rulebook(),
        inventory=inventory,
        subjects=given if given is not None else [host(n) for n in names],
        finding=finding,
        as_of=as_of,
        inherited=lambda code, requirement: shared,
    ).requirements
    return result


def said(result):
    return result.outcome.value, result.reason, result.means.value


TABLE = [
    ("full", "host", "pp", (), ("met", "", "machine")),
    ("full", "host", "pn", (), ("met", "", "machine")),
    ("full", "host", "pf", (), ("partly_met", "some_failed", "machine")),
    ("full", "host", "pu", (), ("partly_met", "unknown", "machine")),
    ("full", "host", "ff", (), ("not_met", "failed", "machine")),
    ("full", "host", "fu", (), ("not_met", "failed", "machine")),
    ("full", "host", "uu", (), ("not_assessed", "unknown", "none")),
    ("full", "host", "nu", (), ("not_assessed", "unknown", "machine")),
    ("full", "host", "nn", (), ("not_applicable", "all_not_applicable", "machine")),
    ("full", "host", "m", (), ("not_assessed", "unknown", "none")),
    ("full", "host document", "pp", (), ("met", "", "machine")),
    ("full", "host document", "uu", ("valid",), ("partly_met", "unknown", "document")),
    ("full", "host document", "ff", ("valid",), ("not_met", "failed", "both")),
    ("partial", "host", "pp", (), ("partly_met", "partial", "machine")),
    ("partial", "host document", "pp", (), ("partly_met", "document_missing", "machine")),
    ("partial", "host document", "pp", ("lapsed",), ("partly_met", "document_lapsed", "machine")),
    ("partial", "host document", "pp", ("valid",), ("met", "", "both")),
    ("partial", "host document", "pp", ("future",), ("partly_met", "document_missing", "machine")),
    ("partial", "host document", "pf", ("valid",), ("partly_met", "some_failed", "both")),
    ("partial", "host document", "pu", ("valid",), ("partly_met", "unknown", "both")),
    ("partial", "host document", "nn", (), ("not_assessed", "document_missing", "machine")),
    ("partial", "host document", "nn", ("valid",), ("met", "", "both")),
    ("partial", "host", "nn", (), ("not_assessed", "partial", "machine")),
    ("full", "host", "", (), ("not_assessed", "no_subjects", "none")),
    (None, "document", "p", ("valid",), ("met", "", "document")),
    (None, "document", "p", (), ("not_assessed", "document_missing", "none")),
    (None, "document", "p", ("lapsed",), ("not_assessed", "document_lapsed", "none")),
    (None, "host", "p", (), ("not_assessed", "no_rule", "none")),
]
VERDICTS = {"p": "pass", "f": "fail", "u": "unknown", "n": "not_applicable", "m": "manual"}
PAPERS = {
    "valid": attestation(),
    "lapsed": attestation(id="att-2", until="2026-11-21"),
    "future": attestation(id="att-3", date="2026-11-23", until="2027-11-23"),
}


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_the_table_of_outcomes(make, row):
    """Every row of design part 5 that verdicts and documents decide."""
    coverage, evidence, verdicts, papers, expected = row
    services = (make.service("a", coverage=coverage),) if coverage else ()
    names = [f"h{n}" for n in range(len(verdicts))]
    inventory = make.inventory(*names, attestations=tuple(PAPERS[p] for p in papers))
    result = assessed(
        make,
        make.standard(*services, evidence=evidence.split()),
        {(name, "a"): VERDICTS[v] for name, v in zip(names, verdicts, strict=True)},
        inventory=inventory,
    )

    assert expected == said(result)


def test_the_plan_may_leave_a_requirement_out_with_a_reason_only(make):
    """Without a reason, or after its day, the plan's line leaves nothing out."""
    standard, found = make.standard(make.service("a")), {("h1", "a"): "fail"}

    def with_line(**more):
        line = PlanLine(requirement="R.1", answer=PlanAnswer.NOT_APPLICABLE, **more)
        return assessed(make, standard, found, system=make.system("h1", plan=(line,)))

    out = with_line(reason="không có phân hệ này")
    assert (out.outcome, out.plan_reason) == (Outcome.NOT_APPLICABLE, "không có phân hệ này")
    assert with_line(reason=" ").outcome is Outcome.NOT_MET
    assert with_line(reason="r", until="2026-11-21").outcome is Outcome.NOT_MET


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "compensated"),
        ({"requirement": None, "rule": "a", "host": "h1"}, "compensated"),
        ({"zone": "z", "system": "S1"}, "compensated"),
        ({"item": "x"}, "compensated"),
        ({"item": "y"}, "not_met"),
        ({"host": "h2"}, "not_met"),
        ({"zone": "dmz"}, "not_met"),
        ({"system": "S2"}, "not_met"),
        ({"rule": "b"}, "not_met"),
        ({"requirement": None}, "not_met"),
        ({"until": "2026-11-21"}, "not_met"),
        ({"from_": "2026-11-23", "until": "2027-01-01"}, "not_met"),
        ({"kind": MeasureKind.ROADMAP}, "not_met"),
        ({"kind": MeasureKind.RISK_ACCEPTED}, "not_met"),
    ],
)
def test_what_an_equivalent_measure_covers(make, more, expected):
    """Only an equivalent measure in force whose scope holds the failure compensates it."""
    inventory = make.inventory("h1", measures=(measure(**more),))
    result = assessed(
        make,
        make.standard(make.service("a")),
        {("h1", "a"): "fail"},
        inventory=inventory,
        items=("x",),
    )

    assert result.outcome.value == expected
    assert result.subjects[0].verdict.value == "fail"
    assert (result.subjects[0].measure is not None) == (expected == "compensated")


def test_a_roadmap_is_listed_and_changes_nothing(make):
    """A roadmap leaves the outcome not met, and shows."""
    inventory = make.inventory("h1", measures=(measure(kind=MeasureKind.ROADMAP),))
    result = assessed(
        make, make.standard(make.service("a")), {("h1", "a"): "fail"}, inventory=inventory
    )

    assert (result.outcome, result.measures) == (Outcome.NOT_MET, ("m-1",))


def test_one_item_left_uncovered_is_not_compensated(make):
    """Every failing item needs a measure; several measures may cover them together."""
    standard, found = make.standard(make.service("a")), {("h1", "a"): "fail"}
    one, two = measure(item="x"), measure(id="m-2", item="y")

    def outcome(*measures):
        inventory = make.inventory("h1", measures=measures)
        return assessed(make, standard, found, inventory=inventory, items=("x", "y")).outcome

    assert (outcome(one), outcome(one, two)) == (Outcome.NOT_MET, Outcome.COMPENSATED)


def test_compensated_still_needs_what_full_coverage_would(make):
    """A covered failure beside an unknown, or without the document of a partial service, is a part."""
    inventory = make.inventory("h1", "h2", measures=(measure(),))
    found = {("h1", "a"): "fail", ("h2", "a"): "unknown"}
    unsure = assessed(make, make.standard(make.service("a")), found, inventory=inventory)
    partial = assessed(
        make,
        make.standard(make.service("a", coverage="partial")),
        {**found, ("h2", "a"): "pass"},
        inventory=inventory,
    )

    assert said(unsure)[:2] == ("partly_met", "unknown")
    assert said(partial)[:2] == ("partly_met", "partial")


def shared_result(outcome):
    return RequirementResult(
        requirement="R.1",
        system="DC",
        level=Level(3),
        clause="5.1",
        outcome=Outcome(outcome),
        means=Means.MACHINE,
    )


@pytest.mark.parametrize(
    ("shared", "own", "is_planned", "expected"),
    [
        ("met", "unknown", True, "inherited"),
        ("compensated", None, True, "inherited"),
        ("met", "unknown", False, "not_assessed"),
        ("met", "fail", True, "not_met"),
        ("met", "pass", True, "met"),
        ("partly_met", "unknown", True, "not_assessed"),
        ("not_assessed", "unknown", True, "not_assessed"),
        ("inherited", "unknown", True, "not_assessed"),
    ],
)
def test_what_is_inherited_from_shared_infrastructure(make, shared, own, is_planned, expected):
    """Only what the plan inherits, the infrastructure meets, and no own failure speaks against."""
    line = PlanLine(requirement="R.1", answer=PlanAnswer.INHERITED)
    system = make.system("h1", inherits_from="DC", plan=(line,) if is_planned else ())
    result = assessed(
        make,
        make.standard(make.service("a")),
        {("h1", "a"): own} if own else {},
        system=system,
        inventory=make.inventory("h1"),
        shared=shared_result(shared),
    )

    assert result.outcome.value == expected
    assert result.inherited_from == ("DC" if expected == "inherited" else None)


def test_a_providers_document_counts_for_its_systems_only(make):
    """A provider under contract shows the requirement; another system's provider does not."""
    inventory = make.inventory("h1", attestations=(attestation(system=None, provider="vnpt"),))
    standard = make.standard(evidence=("document",))
    mine, other = (
        assessed(make, standard, {}, system=make.system("h1", provider=p), inventory=inventory)
        for p in ("vnpt", "fpt")
    )

    assert (mine.outcome, mine.reason, mine.inherited_from) == (
        Outcome.INHERITED,
        "provider",
        "vnpt",
    )
    assert (other.outcome, other.documents) == (Outcome.NOT_ASSESSED, ())


@pytest.mark.parametrize(
    ("scope", "counts"),
    [
        ({"system": "S2"}, False),
        ({"system": None, "organisation": "own"}, True),
        ({"system": None, "organisation": "op"}, True),
        ({"system": None, "organisation": "other"}, False),
        ({"system": None}, False),
        ({"requirements": ("R.2",)}, False),
    ],
)
def test_whose_document_it_is(make, scope, counts):
    """A document counts for its system, or for the systems of the owner or operator that it names."""
    inventory = make.inventory(attestations=(attestation(**scope),))
    result = assessed(make, make.standard(evidence=("document",)), {}, inventory=inventory)

    assert (result.outcome is Outcome.MET) == counts


def test_the_best_way_counts_for_each_host(make):
    """One way is enough, host by host; ways that don't apply are out unless no other is left."""
    standard = make.standard(make.service("a+b", "c"))
    result = assessed(
        make,
        standard,
        {
            ("h1", "a"): "pass",
            ("h1", "b"): "fail",
            ("h1", "c"): "pass",
            ("h2", "a"): "pass",
            ("h2", "b"): "not_applicable",
            ("h2", "c"): "fail",
            ("h3", "a"): "not_applicable",
            ("h3", "b"): "not_applicable",
            ("h3", "c"): "fail",
            ("h4", "a"): "fail",
            ("h4", "b"): "pass",
            ("h4", "c"): "unknown",
        },
    )

    assert [(s.subject, s.verdict.value, s.rules) for s in result.subjects] == [
        ("host:h1", "pass", ("c",)),
        ("host:h2", "pass", ("a", "b")),
        ("host:h3", "fail", ("c",)),
        ("host:h4", "unknown", ("c",)),
    ]


def test_several_services_must_all_hold(make):
    """Services are joined: a failure in one is a failure of the requirement, and one partial is partial."""
    standard = make.standard(make.service("a"), make.service("b", coverage="partial"))
    result = assessed(make, standard, {("h1", "a"): "pass", ("h1", "b"): "fail"})
    good = assessed(make, standard, {("h1", "a"): "pass", ("h1", "b"): "pass"})

    assert (result.outcome, result.subjects[0].failing) == (Outcome.NOT_MET, ("b",))
    assert (good.outcome, good.partial) == (Outcome.PARTLY_MET, True)


def test_a_service_of_other_levels_is_no_service(make):
    """What serves levels 4-5 says nothing at level 3."""
    standard = make.standard(make.service("a", levels=(Level(4), Level(5))))

    assert said(assessed(make, standard, {("h1", "a"): "pass"}))[:2] == ("not_assessed", "no_rule")


def test_a_host_that_was_left_out_is_unknown(make):
    """A host of the system that nobody passed in keeps the requirement from being met."""
    result = assessed(
        make,
        make.standard(make.service("a")),
        {("h1", "a"): "pass"},
        system=make.system("h1", "h2"),
        inventory=make.inventory("h1", "h2"),
    )

    assert result.outcome is Outcome.PARTLY_MET
    assert [(s.subject, s.unknown) for s in result.subjects] == [
        ("host:h1", ()),
        ("host:h2", ("a",)),
    ]


def test_an_address_that_was_not_scanned_is_unknown(make):
    """Rules over endpoints need every declared address to be seen."""
    standard = make.standard(make.service("e"))
    seen = endpoint("10.0.0.1")
    found = {("h1", "a"): "pass", ("h2", "a"): "pass", (seen.id, "e"): "pass"}
    result = assessed(make, standard, found, given=[host("h1"), host("h2"), seen])

    assert result.outcome is Outcome.PARTLY_MET
    assert [s.subject for s in result.subjects] == ["endpoint:10.0.0.2", f"endpoint:{seen.id}"]


def test_a_way_over_host_and_endpoint_is_judged_as_one(make):
    """A way that passes on the host and was not seen from outside does not beat one that fails."""
    standard = make.standard(make.service("a", "b+e"))
    result = assessed(make, standard, {("h1", "a"): "fail", ("h1", "b"): "pass"})

    assert result.outcome is Outcome.PARTLY_MET
    assert [s.verdict.value for s in result.subjects] == ["unknown", "pass"]


def test_parameters_of_the_systems_own_level_are_asked_for(make):
    """The finding asked for is the one judged with the parameters of this level."""
    asked = []
    service = Service(
        any_of=(Way(rules=(RuleUse(rule="a"),)),), coverage=make.service("a").coverage
    )
    assess(
        make.system("h1"),
        make.standard(service),
        rulebook=make.rulebook(),
        inventory=make.inventory("h1"),
        subjects=[host("h1")],
        finding=lambda *key: asked.append(key),
        as_of=TODAY,
        inherited=lambda code, requirement: None,
    )

    assert asked == [(host("h1"), "a", ())]


words = st.sampled_from(["pass", "fail", "unknown", "not_applicable", "manual", None])
tables = st.dictionaries(
    st.tuples(st.sampled_from(["h1", "h2", "h3"]), st.sampled_from("abc")), words, max_size=9
)
shapes = st.lists(
    st.tuples(
        st.lists(st.sampled_from(["a", "b", "a+b", "b+c"]), min_size=1, max_size=2),
        st.sampled_from(["full", "partial"]),
    ),
    min_size=1,
    max_size=2,
)


def standard_of(make, shape):
    return make.standard(
        *(make.service(*ways, coverage=c) for ways, c in shape), evidence=("host", "document")
    )


def on(make, shape, table, hosts, **more):
    """The result of the hosts given, all of the system's."""
    return assessed(
        make,
        standard_of(make, shape),
        table,
        system=make.system(*hosts),
        inventory=make.inventory("h1", "h2", "h3", **more),
        given=[host(name) for name in hosts],
    )


ALL = ("h1", "h2", "h3")
laws = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)


@laws
@given(shapes, tables, st.booleans())
def test_an_unknown_verdict_never_yields_met(make, shape, table, is_documented):
    """Met means that nothing in scope is unknown, whatever papers there are."""
    papers = (attestation(),) if is_documented else ()
    result = on(make, shape, table, ALL, attestations=papers, measures=(measure(),))
    unknown = any(s.unknown or s.verdict.value == "unknown" for s in result.subjects)

    assert not unknown or result.outcome not in (Outcome.MET, Outcome.COMPENSATED)


@laws
@given(shapes, tables)
def test_a_failure_without_measure_never_yields_met(make, shape, table):
    """Papers alone don't outweigh a failure."""
    result = on(make, shape, table, ALL, attestations=(attestation(),))
    failing = any(s.failing for s in result.subjects)

    assert not failing or result.outcome in (Outcome.PARTLY_MET, Outcome.NOT_MET)


@laws
@given(shapes, tables)
def test_adding_a_host_never_changes_another(make, shape, table):
    """What one host says does not depend on which others there are."""
    few = {s.subject: s for s in on(make, shape, table, ("h1", "h2")).subjects}
    many = {s.subject: s for s in on(make, shape, table, ALL).subjects}

    assert few == {name: many[name] for name in few}


@laws
@given(shapes, tables, st.permutations(ALL))
def test_the_order_of_subjects_is_irrelevant(make, shape, table, order):
    """The same hosts in another order give the same result, to the byte."""
    assert on(make, shape, table, ALL) == on(make, shape, table, tuple(order))


@laws
@given(shapes, tables, st.lists(st.sampled_from(["h1", "h2", None]), max_size=2))
def test_measures_never_alter_verdicts(make, shape, table, hosts):
    """With or without measures every subject keeps its verdict, and no outcome gets worse."""
    measures = tuple(measure(id=f"m-{n}", host=name) for n, name in enumerate(hosts))
    bare = on(make, shape, table, ALL)
    covered = on(make, shape, table, ALL, measures=measures)

    assert [(s.subject, s.verdict) for s in bare.subjects] == [
        (s.subject, s.verdict) for s in covered.subjects
    ]
    assert covered.outcome is bare.outcome or covered.outcome in (
        Outcome.COMPENSATED,
        Outcome.PARTLY_MET,
    )
