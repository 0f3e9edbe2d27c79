"""What lint says of weak prose, dead clauses and thresholds that fall as the level rises."""

import pytest

from attt.rulebook.lint import lint


def said(packs, **standards):
    return [str(one.message) for one in lint(packs.load(packs.write(**standards)), packs.facts)]


PROSE = [
    ({"why": {"vi": "Dò mật khẩu.", "en": "Guessing."}}, "why has only"),
    ({"fix": {"vi": "Sửa tệp rồi kiểm chứng.", "en": "Edit the file."}}, "verify it (en)"),
    ({"fix": {"vi": "Sửa tệp.", "en": "Edit the file."}}, "verify it (vi, en)"),
    ({"title": {"vi": "Gioi han so lan thu mat khau", "en": "Tries"}}, "no Vietnamese letters"),
    ({"title": {"vi": "Đặt MaxAuthTries cho đúng", "en": "MaxAuthTries"}}, "names a setting"),
    ({"title": {"vi": "Đặt max_tries", "en": "Tries are limited"}}, "names a setting, 'max_tries'"),
]


@pytest.mark.parametrize(("change", "message"), PROSE)
def test_weak_prose_is_told(packs, change, message):
    """What a person could not act on, or would not read as Vietnamese."""
    packs.rule |= change

    assert any(message in one for one in said(packs, standards=[]))


def test_labels_are_in_both_languages(packs):
    """A label that is prose in one language only."""
    label = {"vi": "how often one may try", "en": "how often one may try"}
    packs.rule["expect"][0]["label"] = label

    assert 2 == len([one for one in said(packs, standards=[]) if "label of max" in one])


def test_a_clause_that_a_stricter_one_covers_is_dead(packs):
    """Two limits on one value: one of them never decides."""
    packs.rule["expect"].append({"id": "more", "fact": "f.tries", "at_most": 9})

    assert any(
        "'more' adds nothing" in one or "'more' failing" in one for one in said(packs, standards=[])
    )


def test_a_clause_that_no_example_shows_failing_is_told(packs):
    """Examples name what fails; a clause in none of them may never fail."""
    packs.rule["expect"].append({"id": "kind", "fact": "f.kind", "is": "file"})

    assert any("no example shows 'kind' failing" in one for one in said(packs, standards=[]))


@pytest.mark.parametrize(
    ("stricter", "is_told"), [("lower", True), ("higher", False), ("none", False)]
)
def test_a_threshold_that_loosens_as_the_level_rises_is_told(packs, stricter, is_told):
    """Level 3 allows more than level 1: a slip, unless the rule says that way is stricter."""
    packs.rule["params"]["max"]["stricter"] = stricter
    use = {"rule": "one-rule", "with": {"max": {"1": 3, "3": 5}}}
    packs.standard["requirements"][0]["served_by"] = [{"any_of": [use], "coverage": "full"}]
    found = [one for one in said(packs) if "asks less at level 3 than at 1" in one]

    assert is_told == bool(found)
