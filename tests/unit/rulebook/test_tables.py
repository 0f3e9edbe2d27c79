"""Tables of dates: loaded, looked up in, and never a pass for what they don't know."""

import pytest
import yaml

from attt.errors import InputError
from attt.evaluate.judge import judge
from attt.model.fact import Assurance, FactRead
from attt.model.finding import Verdict
from attt.model.subject import host

TABLE = {
    "id": "ends",
    "as_of": "2026-11-22",
    "sources": {"maker": "maker.example/support"},
    "rows": [
        {"product": "app 1.0", "until": "2024-06-30", "source": "maker"},
        {"product": "app 2", "match": r"app 2\..*", "until": "2027-01-31", "source": "maker"},
        {"product": "app", "match": "app .*", "until": "2020-01-01", "source": "maker"},
    ],
}
EXPECT = [
    {
        "each": "f.words",
        "item": ".",
        "id": "e",
        "all": [{"id": "a", "fact": ".", "in_date": "ends"}],
    }
]


def loaded(packs, table=TABLE, expect=EXPECT):
    """The rulebook of a pack with a table and one rule that names it."""
    packs.rule |= {"expect": expect, "params": {}, "examples": []}
    folder = packs.write(standards=[])
    (folder / "tables").mkdir()
    (folder / "tables" / "ends.yaml").write_text(yaml.safe_dump(table), encoding="utf-8")
    return packs.load(folder)


def judged(book, *words, as_of="2026-11-22T00:00:00Z"):
    """What the rule says of a host with these products."""
    fact = FactRead(value={"words": words}, assurance=Assurance.RUNNING)
    (rule,) = book.rules.values()
    return judge(rule, {}, {"f": fact}, subject=host("h"), as_of=as_of)


@pytest.mark.parametrize(
    ("product", "as_of", "verdict"),
    [
        ("app 1.0", "2024-06-30T16:59:59Z", Verdict.PASS),
        ("app 1.0", "2024-06-30T17:00:00Z", Verdict.FAIL),
        ("app 2.7", "2026-11-22T00:00:00Z", Verdict.PASS),
        ("app 3", "2026-11-22T00:00:00Z", Verdict.FAIL),
        ("my app 2.7", "2026-11-22T00:00:00Z", Verdict.UNKNOWN),
        ("app 1x0", "2019-01-01T00:00:00Z", Verdict.PASS),
        ("", "2026-11-22T00:00:00Z", Verdict.UNKNOWN),
    ],
)
def test_the_first_row_that_is_the_whole_text_holds_to_the_end_of_its_day(
    packs, product, as_of, verdict
):
    """A day of Vietnam counts whole; what no row knows is unknown."""
    finding = judged(loaded(packs), product, as_of=as_of)

    assert verdict == finding.verdict


def test_a_finding_keeps_the_day_and_not_the_table(packs):
    """The failure names the product and the last day of its support."""
    (failing,) = judged(loaded(packs), "app 1.0").failing

    assert ("app 1.0", "2024-06-30") == (failing.found, failing.wanted)


def test_an_unlisted_product_says_so(packs):
    """The reason is the table's, not the host's."""
    finding = judged(loaded(packs), "other 1")

    assert ("unlisted", "ends: other 1") == (finding.reason.code, finding.reason.detail)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rows": [{"product": "a", "until": "2026-02-30", "source": "maker"}]}, "is no date"),
        ({"rows": [TABLE["rows"][0], dict(TABLE["rows"][0])]}, "stands in the table twice"),
        ({"rows": [{**TABLE["rows"][0], "source": "rumour"}]}, "There is no source 'rumour'"),
        ({"rows": [{**TABLE["rows"][0], "match": "("}]}, "is no pattern"),
        ({"id": "others"}, "There is no table 'ends'"),
    ],
)
def test_a_table_that_could_mislead_is_refused(packs, change, said):
    """Impossible days, doubled products, unnamed sources, broken patterns and unknown tables."""
    with pytest.raises(InputError) as refused:
        loaded(packs, {**TABLE, **change})

    assert said in str(refused.value.message)


def test_a_table_is_part_of_the_digest(packs, tmp_path):
    """Another day is another rulebook."""
    first = loaded(packs)
    table = {**TABLE, "rows": [{**TABLE["rows"][0], "until": "2030-01-01"}]}
    path = next(tmp_path.rglob("ends.yaml"))
    path.write_text(yaml.safe_dump(table), encoding="utf-8")

    assert first.digest != packs.load(path.parents[1]).digest


def test_what_only_the_office_knows_is_unknown_until_it_is_set(packs):
    """A parameter without default never lets anything pass, and can be set."""
    params = {"known": {"type": "list", "stricter": "subset"}}
    expect = [{"id": "a", "fact": "f.words", "subset_of": "$known"}]
    packs.rule |= {"expect": expect, "params": params, "examples": []}
    (rule,) = packs.load(packs.write(standards=[])).rules.values()
    fact = FactRead(value={"words": ()}, assurance=Assurance.RUNNING)
    said = [
        judge(rule, given, {"f": fact}, subject=host("h"), as_of="2026-11-22T00:00:00Z")
        for given in ({}, {"known": None}, {"known": ("x",)})
    ]

    assert ["unknown", "unknown", "pass"] == [one.verdict.value for one in said]
    assert "unset" == said[0].reason.code
