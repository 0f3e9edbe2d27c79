"""One rule, one subject: the verdict and what explains it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attt.evaluate.judge import judge, prepare, ready
from attt.model.answer import Obstacle
from attt.model.fact import Assurance, FactAbsent, FactKey, FactMissed, Origin
from attt.model.finding import Compared, Reason, Verdict
from attt.model.rule import Each, Group, Parameter, Path, Present, Quantifier, Reference
from attt.model.value import Missing

GAP = Missing(Obstacle.DENIED, "no read")
ABSENT = FactAbsent(proof="no sshd anywhere", answers=("d2",))


def run(make, rule, fact, params=None):
    facts = {} if fact is None else {"f": fact}
    return judge(rule, params or {}, facts, subject=make.host_subject, as_of=make.now)


def group(quantifier, *parts):
    return Group(quantifier=Quantifier(quantifier), parts=parts)


def each(quantifier, *parts, where=None, item="name", path=("list",)):
    return Each(
        path=Path("f", path),
        item=item,
        quantifier=Quantifier(quantifier),
        parts=parts,
        where=where,
        id="each",
    )


def test_a_failure_says_what_was_found_and_what_was_wanted(make):
    """Found and wanted keep their own types, and the facts' assurance, origin and evidence show."""
    rule = make.rule(
        make.compare("max", "f.tries", "at_most", Reference("max")),
        params={"max": Parameter("integer", 4)},
    )
    finding = run(make, rule, make.read({"tries": 6}, origins={"tries": Origin.DEFAULT}))

    assert finding.verdict is Verdict.FAIL
    assert finding.failing == (Compared(id="max", operator="at_most", found=6, wanted=4),)
    assert finding.params == (("max", 4),)
    assert (finding.assurance, finding.origin, finding.evidence) == (
        Assurance.RESOLVED,
        Origin.DEFAULT,
        ("d1",),
    )


def test_parameters_overlay_the_defaults(make):
    """The same fact is judged by the parameters given, and the finding says which."""
    rule = make.rule(
        make.compare("max", "f.tries", "at_most", Reference("max")),
        params={"max": Parameter("integer", 4)},
    )
    finding = run(make, rule, make.read({"tries": 6}), {"max": 6})

    assert (finding.verdict, finding.params, finding.checked) == (Verdict.PASS, (("max", 6),), 1)


@pytest.mark.parametrize("params", [{"min": 1}, {"max": "4"}, {"max": True}, {"max": None}])
def test_a_parameter_that_the_rule_does_not_have_is_a_bug(make, params):
    """Unknown names and wrong types are never judged with."""
    rule = make.rule(params={"max": Parameter("integer", 4)})
    with pytest.raises(ValueError, match="no parameter"):
        run(make, rule, None, params)


def test_what_was_not_collected_is_unknown(make):
    """A fact that nobody gave, a fact missed, a field missing or cut: unknown, with the reason."""
    rule = make.rule(make.compare("x", "f.a", "is", "b"))
    missed = FactMissed(obstacle=Obstacle.TIMED_OUT, detail="10 s")

    assert run(make, rule, None).reason == Reason(code="not_collected")
    assert run(make, rule, missed).reason == Reason(code="timed_out", detail="10 s")
    assert run(make, rule, make.read({"a": GAP})).reason == Reason(code="denied", detail="no read")
    assert run(make, rule, make.read({})).reason == Reason(code="not_collected", detail="f.a")
    assert run(make, rule, make.read({"a": 5})).reason.code == "out_of_type"
    assert run(make, rule, make.read("text")).verdict is Verdict.UNKNOWN


def test_a_proved_absence_fails_what_asks_for_a_value(make):
    """Without `applies`, an absent fact is not set: it fails, and says so."""
    finding = run(make, make.rule(make.compare("x", "f.a.b", "is", "c")), ABSENT)

    assert finding.verdict is Verdict.FAIL
    assert finding.failing[0].found is None
    assert (
        run(make, make.rule(make.compare("x", "f", "absent", True)), ABSENT).verdict is Verdict.PASS
    )


def test_not_applicable_only_from_a_proof(make):
    """Absence proved: not applicable, with the proof. Missed: unknown. There: judged."""
    rule = make.rule(make.compare("x", "f.a", "is", "b"), applies=Present(alias="f"))
    missed = FactMissed(obstacle=Obstacle.NO_TOOL)
    gone = run(make, rule, ABSENT)

    assert gone.verdict is Verdict.NOT_APPLICABLE
    assert gone.reason == Reason(code="absent", detail="no sshd anywhere")
    assert gone.evidence == ("d2",)
    assert run(make, rule, missed).reason == Reason(code="no_tool")
    assert run(make, rule, make.read({"a": "b"})).verdict is Verdict.PASS


def test_a_condition_that_is_false_is_named(make):
    """Where the fact is there and `applies` is false, the reason says what was found."""
    rule = make.rule(
        make.compare("x", "f.a", "is", "b"), applies=make.compare("kind", "f.kind", "is", "server")
    )
    finding = run(make, rule, make.read({"a": "b", "kind": "desktop"}))

    assert finding.reason == Reason(code="condition", detail='kind: "desktop" (is "server")')


def test_a_failure_beats_an_unknown_and_both_are_named(make):
    """What failed and what could not be judged stand side by side."""
    rule = make.rule(make.compare("x", "f.a", "is", 1), make.compare("y", "f.b", "is", 1))
    finding = run(make, rule, make.read({"a": GAP, "b": 2}))

    assert (finding.verdict, finding.reason, finding.unknown) == (
        Verdict.FAIL,
        None,
        (("x", None),),
    )
    assert [one.id for one in finding.failing] == ["y"]


def test_alternatives_show_as_failing_only_where_none_holds(make):
    """In `any`, one that holds silences the others; one unknown keeps them from failing."""
    rule = make.rule(
        group("any", make.compare("x", "f.a", "is", 1), make.compare("y", "f.b", "is", 1))
    )
    one, neither, maybe = (run(make, rule, make.read({"a": 2, "b": b})) for b in (1, 2, GAP))

    assert (one.verdict, one.failing) == (Verdict.PASS, ())
    assert [c.id for c in neither.failing] == ["x", "y"]
    assert (maybe.verdict, maybe.failing, maybe.unknown) == (Verdict.UNKNOWN, (), (("y", None),))


def test_none_shows_what_held_and_should_not(make):
    """In `none`, what held is the failure, and its operator says "not"."""
    rule = make.rule(group("none", make.compare("x", "f.a", "contains", "telnet")))
    bad, good = (run(make, rule, make.read({"a": a})) for a in (("ssh", "telnet"), ("ssh",)))

    assert [(c.operator, c.wanted) for c in bad.failing] == [("not contains", "telnet")]
    assert [(c.id, c.operator) for c in good.passing] == [("x", "not contains")]


def test_each_item_is_named(make):
    """Items that fail are named by their field; those that `where` leaves out are not judged."""
    rule = make.rule(
        each(
            "all",
            make.compare("mode", ".mode", "mode_within", "0644"),
            where=make.compare("kind", ".kind", "is", "file"),
        )
    )
    items = (
        {"name": "/a", "kind": "file", "mode": "0666"},
        {"name": "/b", "kind": "file", "mode": "0600"},
        {"name": "/c", "kind": "dir", "mode": "0777"},
        {"name": "/d", "kind": GAP, "mode": "0600"},
        {"name": "/e", "kind": "file", "mode": GAP},
    )
    finding = run(make, rule, make.read({"list": items}))

    assert [(c.id, c.item) for c in finding.failing] == [("mode", "/a")]
    assert finding.unknown == (("kind", "/d"), ("mode", "/e"))


@pytest.mark.parametrize(
    ("quantifier", "items", "expected"),
    [
        ("all", (), "pass"),
        ("none", (), "pass"),
        ("any", (), "fail"),
        ("all", ("a", "a"), "pass"),
        ("all", ("a", "b"), "fail"),
        ("all", ("a", GAP), "unknown"),
        ("all", ("b", GAP), "fail"),
        ("any", ("b", "a"), "pass"),
        ("any", ("b", GAP), "unknown"),
        ("any", ("a", GAP), "pass"),
        ("none", ("b", "b"), "pass"),
        ("none", ("b", "a"), "fail"),
        ("none", ("b", GAP), "unknown"),
        ("all", None, "fail"),
        ("none", None, "fail"),
        ("all", "text", "unknown"),
        ("all", GAP, "unknown"),
    ],
)
def test_quantifiers_over_items(make, quantifier, items, expected):
    """A gap in a list makes `all` and `none` unknown at best; a list proved not set fails."""
    rule = make.rule(each(quantifier, make.compare("x", ".", "is", "a"), item="."))
    finding = run(make, rule, make.read({"list": items}))

    assert finding.verdict.value == expected
    assert bool(finding.failing) == (expected == "fail")
    assert bool(finding.unknown) == (expected == "unknown") or expected == "fail"


def test_lists_in_lists_are_named_by_both(make):
    """An item inside an item carries both names."""
    inner = Each(
        path=Path("", ("ports",)),
        item=".",
        quantifier=Quantifier.NONE,
        parts=(make.compare("telnet", ".", "is", 23),),
    )
    rule = make.rule(each("all", inner))
    finding = run(make, rule, make.read({"list": ({"name": "eth0", "ports": (22, 23)},)}))

    assert [(c.id, c.item, c.found) for c in finding.failing] == [("telnet", "eth0 / 23", 23)]


def test_a_part_inside_none_can_be_about_several_things(make):
    """`none` over a list means that no item meets all parts together."""
    rule = make.rule(
        each("none", make.compare("p", ".port", "is", 23), make.compare("o", ".open", "is", True))
    )
    one = {"name": "a", "port": 23, "open": False}
    both = {"name": "b", "port": 23, "open": True}

    assert run(make, rule, make.read({"list": (one,)})).verdict is Verdict.PASS
    assert run(make, rule, make.read({"list": (one, both)})).failing[0].item == "b"


def test_at_most_twenty_passing_are_kept_and_all_are_counted(make):
    """A long list that passes stays short in the finding."""
    rule = make.rule(each("all", make.compare("x", ".", "at_least", 0), item="."))
    finding = run(make, rule, make.read({"list": tuple(range(50))}))

    assert (len(finding.passing), finding.checked) == (20, 50)


def test_the_weakest_fact_decides_the_assurance(make):
    """A rule over two facts is as sure as the less sure of them."""
    rule = make.rule(
        make.compare("x", "f.a", "is", 1),
        make.compare("y", "g.a", "is", 1),
        needs={"f": FactKey("x.y"), "g": FactKey("x.z")},
    )
    facts = {
        "f": make.read({"a": 1}, assurance=Assurance.RUNNING, origin=Origin.DEFAULT),
        "g": make.read({"a": 1}, assurance=Assurance.CONFIGURED, answers=("d0", "d1")),
    }
    finding = judge(rule, {}, facts, subject=make.host_subject, as_of=make.now)

    assert (finding.assurance, finding.origin) == (Assurance.CONFIGURED, Origin.UNKNOWN)
    assert finding.evidence == ("d0", "d1")


def test_a_rule_is_compiled_once(make):
    """The same rule object is made ready once for its parameters; true and 1 are two."""
    rule = make.rule(
        make.compare("x", "f.a", "is", Reference("one")), params={"one": Parameter("integer", 1)}
    )

    assert ready(rule, {}) is ready(rule, {})
    assert ready(rule, {"one": 1}) is not ready(rule, {"one": 2})
    assert prepare(rule, {}) is not ready(rule, {})
    with pytest.raises(ValueError, match="no parameter"):
        ready(rule, {"one": True})


leaf = st.sampled_from([1, 2, GAP, None, "odd"])
items = st.none() | st.just(GAP) | st.lists(leaf, max_size=4).map(tuple)
conditions = st.deferred(
    lambda: st.builds(
        lambda q, parts: group(q, *parts),
        st.sampled_from(["all", "any", "none"]),
        st.lists(part, min_size=1, max_size=3),
    )
)
part = st.deferred(lambda: st.sampled_from("abc") | conditions | st.sampled_from([*Quantifier]))


def made(make, one):
    match one:
        case Quantifier():
            return each(one.value, make.compare("i", ".", "is", 1), item=".")
        case str():
            return make.compare(one, f"f.{one}", "is", 1)
        case _:
            return Group(quantifier=one.quantifier, parts=tuple(made(make, p) for p in one.parts))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(conditions, st.fixed_dictionaries({"a": leaf, "b": leaf, "c": leaf, "list": items}))
def test_what_is_shown_is_what_made_the_verdict(make, condition, value):
    """Fail shows a failure, unknown an unknown and a reason, pass neither; and it is repeatable."""
    rule = make.rule(made(make, condition))
    finding = run(make, rule, make.read(value))

    assert bool(finding.failing) == (finding.verdict is Verdict.FAIL)
    assert (finding.reason is not None) == (finding.verdict is Verdict.UNKNOWN)
    assert finding.verdict is not Verdict.PASS or not finding.unknown
    assert finding == run(make, rule, make.read(value))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    conditions,
    st.fixed_dictionaries({"a": leaf, "b": leaf, "c": leaf, "list": items}),
    st.fixed_dictionaries({name: st.sampled_from([1, 2]) for name in "abc"}),
)
def test_learning_more_never_overturns_a_verdict(make, condition, value, learnt):
    """A verdict reached without a missed part stays the same whatever that part turns out to be."""
    rule = make.rule(made(make, condition))
    before = run(make, rule, make.read(value)).verdict
    full = {k: learnt[k] if v is GAP and k in learnt else v for k, v in value.items()}

    assert before in (Verdict.UNKNOWN, run(make, rule, make.read(full)).verdict)
