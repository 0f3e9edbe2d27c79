"""What can be said of a rule before any host is asked."""

import pytest

from attt.model.subject import SubjectKind
from attt.rulebook.lint import lint


def complaints(packs):
    return [
        (one.severity, str(one.message), str(one.hint))
        for one in lint(packs.load(packs.write(standards=[])), packs.facts)
    ]


def test_a_good_rule_has_no_complaint(packs):
    """Nothing is said where nothing is wrong."""
    assert complaints(packs) == []


def expecting(*conditions, **more):
    return {"expect": list(conditions), "params": {}, "examples": [], **more}


def fact(path, **operator):
    return {"id": "a", "fact": path, **operator}


EACH = {
    "each": "f.list",
    "item": "name",
    "id": "e",
    "all": [{"id": "m", "fact": ".mode", "mode_within": "0644"}],
}
BAD = [
    (expecting(fact("g.tries", at_most=4)), "'g' is not among its needs"),
    (expecting(fact("f.trees", at_most=4)), "has no 'trees'", "Did you mean 'tries'"),
    (expecting(fact("f.tries.x", at_most=4)), "has no 'x'"),
    (expecting(fact(".tries", at_most=4)), "outside 'each'"),
    (expecting(fact("f.kind", at_least=4)), "'at_least' can't compare f.kind"),
    (expecting(fact("f.list", contains="a")), "'contains' can't compare f.list"),
    (expecting(fact("f", **{"is": "a"})), "can't compare f"),
    (expecting(fact("f.mode", mode_within=644)), "wants 644"),
    (expecting(fact("f.mode", mode_within="644")), "wants 644"),
    (expecting(fact("f.kind", **{"is": "link"})), "wants link"),
    (expecting(fact("f.kind", is_one_of=["file", "link"])), "wants file, link"),
    (expecting(fact("f.kind", is_one_of=[])), "which can't be"),
    (expecting(fact("f.tries", **{"is": "4"})), "wants 4"),
    (expecting(fact("f.at", older_than="90 days")), "wants 90 days"),
    (expecting(fact("f.kind", matches="(")), "wants ("),
    (expecting(fact("f.address", within="10.0.0.0/33")), "wants 10.0.0.0/33"),
    (expecting(fact("f.version", version_at_least=1)), "wants 1"),
    (expecting(fact("f.words", contains=5)), "wants 5"),
    (expecting(fact("f.words", subset_of="a")), "wants a"),
    (expecting(fact("f.on", absent="yes")), "wants yes"),
    (expecting(fact("f.tries", at_most="$max")), "no parameter 'max'"),
    (expecting({**EACH, "each": "f.tries"}), "is no list"),
    (expecting({**EACH, "item": "nam"}), "not named by 'nam'", "Did you mean 'name'"),
    (expecting({**EACH, "item": "."}), "not named by '.'"),
    (expecting({**EACH, "where": {"fact": ".kind", "is": "file"}}), "has no 'kind'"),
    (expecting(EACH, {**EACH, "id": "g"}), "'m' names two expectations"),
    (
        {
            "params": {
                "max": {"type": "integer", "default": 4},
                "min": {"type": "text", "default": "a"},
            }
        },
        "'min' is never used",
    ),
    ({"needs": {"f": "x.y", "g": "x.y"}}, "'g' is needed and never looked at"),
    ({"title": {"vi": "Same", "en": "Same"}}, "title is not said in both languages"),
    ({"title": {"vi": "V" * 76, "en": "e"}}, "the title has 76 characters"),
    ({"examples": []}, "no example shows pass"),
    ({"examples": []}, "no example shows not_applicable"),
    ({"examples": [{"given": {"f": {"trees": 4}}, "verdict": "pass"}]}, "trees?"),
    ({"examples": [{"given": {"f": {"tries": "4"}}, "verdict": "pass"}]}, "tries: value: '4'"),
    ({"examples": [{"given": {"f": {"list": [{"mode": "9"}]}}, "verdict": "pass"}]}, "can't be"),
    ({"examples": [{"given": {"g": {}}, "verdict": "pass"}]}, "'g' is not among its needs"),
    ({"examples": [{"given": {}, "verdict": "fail", "failing": ["mix"]}]}, "names 'mix'", "'max'"),
]


@pytest.mark.parametrize("case", BAD, ids=lambda case: case[1])
def test_what_is_wrong_is_said(packs, case):
    """Each mistake has its complaint, and the nearest good word where there is one."""
    change, *said = case
    packs.rule.update(change)
    found = complaints(packs)

    assert any(all(text in message + hint for text in said) for _, message, hint in found), found


def test_each_is_looked_into(packs):
    """Paths, operators and wanted values inside a list are checked against its items."""
    packs.rule.update(expecting(EACH, examples=packs.rule["examples"][:0]))
    good = [text for _, text, _ in complaints(packs) if "no example" not in text]
    packs.rule.update(expecting({**EACH, "all": [{"id": "m", "fact": ".mode", "at_most": 4}]}))
    bad = [text for _, text, _ in complaints(packs) if "no example" not in text]

    assert good == []
    assert any("'at_most' can't compare .mode" in text for text in bad)


def test_a_fact_of_another_kind_of_subject_is_said(packs):
    """A rule for endpoints can't see a fact of hosts."""
    packs.rule["subject"] = SubjectKind.ENDPOINT.value

    assert any("learnt of a host" in text for _, text, _ in complaints(packs))


def test_null_can_always_be_asked_for(packs):
    """`is: null` holds for what is proved not set, absence of the whole fact included."""
    packs.rule.update(expecting(fact("f.kind", **{"is": None}), examples=[]))

    assert not [text for _, text, _ in complaints(packs) if "wants" in text]
