"""What a standard's file may say beside rules: why a host can't show it, and how long to move on."""

import pytest

from attt.errors import InputError
from attt.model.level import Level
from attt.rulebook.standard.lint import lint_standard

WHY = {"vi": "Chỉ có trên giấy", "en": "It is on paper only"}


def requirement(packs, **change):
    """The first requirement of the standard, changed; None takes a key away."""
    one = packs.standard["requirements"][0]
    one.update(change)
    for key in [key for key, value in change.items() if value is None]:
        del one[key]
    return one


def complaints(packs):
    found = lint_standard(packs.load(packs.write()).standards["std-1"])
    return [(c.severity, c.message.text("en")) for c in found]


def test_a_requirement_that_every_level_serves_is_right(packs):
    """Nothing is said of a requirement that a rule looks at wherever it has a clause."""
    assert [] == complaints(packs)


@pytest.mark.parametrize("kind", ["host", "scan"])
def test_what_could_be_seen_and_nothing_looks_at_is_said(packs, kind):
    """The levels at which no rule looks are named, those served left out."""
    one = requirement(packs, evidence=[kind, "document"])
    one["served_by"] = one["served_by"][1:]

    assert [
        ("warning", "C.ONE: a host or a scan could show it, and no rule looks at level 3")
    ] == complaints(packs)


def test_a_reason_answers_for_what_nothing_looks_at(packs):
    """With host_cannot the cell is not empty: the file says why, and what document shows it."""
    requirement(packs, served_by=None, host_cannot=WHY)
    book = packs.load(packs.write())
    one = book.standards["std-1"].requirements[0]

    assert [] == complaints(packs)
    assert ("Chỉ có trên giấy", False) == (one.host_cannot.vi, one.is_open_at(Level(3)))


def test_a_document_alone_owes_no_rule_and_no_reason(packs):
    """Evidence that is only a document is right without either, and a reason there is idle."""
    requirement(packs, served_by=None, evidence=["document"])
    right = complaints(packs)
    requirement(packs, host_cannot=WHY)

    assert [] == right
    assert [
        ("warning", "C.ONE: host_cannot stands beside evidence that is only a document")
    ] == complaints(packs)


def moving(**change):
    return {
        "to": "std-2", "from": "2026-07-01", "until": "2027-06-30", "because": "law",
        "basis": {"vi": "khoản 1", "en": "Article 1"}, **change,
    }  # fmt: skip


def write_two(packs):
    second = {**packs.standard, "id": "std-2"}
    second.pop("transition", None)
    return packs.write(standards=[packs.standard, second])


def test_a_transition_is_read_as_written(packs):
    """Its days and its article are data of the file."""
    packs.standard["transition"] = moving()
    terms = packs.load(write_two(packs)).standards["std-1"].transition

    assert ("std-2", "2026-07-01", "2027-06-30", "Article 1") == (
        terms.to, terms.from_, terms.until, terms.basis.en,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"to": "std-9"}, "no other standard 'std-9'"),
        ({"to": "std-1"}, "no other standard 'std-1'"),
        ({"until": "2026-06-30"}, "ends before it begins"),
        ({"until": "2027-02-30"}, "is not a date"),
    ],
)
def test_a_transition_that_leads_nowhere_is_refused(packs, change, said):
    """To a standard that is not at hand, to itself, or over before it begins: refused with its place."""
    packs.standard["transition"] = moving(**change)
    with pytest.raises(InputError) as refused:
        packs.load(write_two(packs))

    assert said in refused.value.message.text("en") + str(refused.value.place)
    assert refused.value.place.line
