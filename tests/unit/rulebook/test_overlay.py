"""serves.yaml: a pack's rules in another pack's standard, which stays as it is."""

import pytest
import yaml

from attt.errors import InputError

ENTRY = {"any_of": [{"rule": "one-rule", "with": {"max": {"1-5": 2}}}], "coverage": "partial"}


def loaded(packs, *overlays):
    """The standard of the pack, with a serves.yaml of these overlays."""
    folder = packs.write()
    text = yaml.safe_dump({"serves": list(overlays)}, default_flow_style=False)
    (folder / "serves.yaml").write_text(text, encoding="utf-8")
    return packs.load(folder).standards["std-1"].requirements[0]


def test_entries_are_added_to_those_that_are_there(packs):
    """All that served it still must hold, and the new entry besides."""
    plain = packs.load(packs.write()).standards["std-1"].requirements[0]
    served = loaded(packs, {"standard": "std-1", "requirements": {"C.ONE": [ENTRY]}})

    assert plain.served_by == served.served_by[:-1]
    assert {"max": dict.fromkeys(range(1, 6), 2)} == served.served_by[-1].any_of[0].rules[0].params


def test_what_is_set_holds_at_its_levels_and_the_rest_stays(packs):
    """The office's value replaces the standard's at the levels that it names, everywhere."""
    setting = {"rule": "one-rule", "with": {"max": {"3": 1}}}
    served = loaded(packs, {"standard": "std-1", "set": [setting]})
    first = served.served_by[0].any_of[0].rules[0].params["max"]
    last = served.served_by[1].any_of[0].rules[0].params["max"]

    assert ({1: 6, 2: 6, 3: 1}, {3: 1}) == (first, last)


@pytest.mark.parametrize(
    ("overlay", "said"),
    [
        ({"standard": "std-9", "requirements": {"C.ONE": [ENTRY]}}, "no standard 'std-9'"),
        ({"standard": "std-1", "requirements": {"C.TWO": [ENTRY]}}, "no requirement 'C.TWO'"),
        ({"standard": "std-1", "set": [{"rule": "other"}]}, "no rule 'other'"),
        (
            {"standard": "std-1", "set": [{"rule": "one-rule", "with": {"min": {"3": 1}}}]},
            "no parameter 'min'",
        ),
        (
            {"standard": "std-1", "set": [{"rule": "one-rule", "with": {"max": {"3": "x"}}}]},
            "must be of type integer",
        ),
        ({"standard": "std-1"}, "Nothing is added"),
    ],
)
def test_names_that_point_nowhere_are_refused(packs, overlay, said):
    """A typing error never becomes a rule that nobody asks."""
    with pytest.raises(InputError) as refused:
        loaded(packs, overlay)

    assert said in str(refused.value.message)
