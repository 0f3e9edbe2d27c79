"""Packs of files → one rulebook, or one error with its place and the mend."""

import time

import pytest

from attt.errors import InputError
from attt.model.answer import Obstacle
from attt.model.fact import FactKey
from attt.model.level import Level
from attt.model.rule import (
    Comparison,
    Each,
    Group,
    Operator,
    Parameter,
    Path,
    Present,
    Quantifier,
    Reference,
)
from attt.model.value import Missing
from attt.rulebook.load import serves


def test_a_rule_is_read_as_its_file_says(packs):
    """Every part of a rule file is in the model, with the place of the file."""
    rule = packs.load().rules["one-rule"]

    assert rule.applies == Present(alias="f")
    assert rule.params == {"max": Parameter("integer", 4, "lower")}
    assert rule.expect == (
        Comparison(
            id="max", path=Path("f", ("tries",)), operator=Operator.AT_MOST, wanted=Reference("max")
        ),
    )
    assert (rule.pack, rule.place.line, rule.examples[1].failing) == ("test", 1, ("max",))
    assert rule.examples[3].given == {"f": Missing(Obstacle.DENIED)}


def test_lists_groups_and_generic_facts_are_read(packs):
    """Nested conditions, `where`, `is: null` and facts with parameters keep their meaning."""
    packs.rule["needs"]["ini"] = {"fact": "x.ini", "with": {"path": "/etc/a", "key": "k"}}
    packs.rule["expect"] = [
        {
            "each": "f.list",
            "item": "name",
            "id": "modes",
            "where": {"fact": ".name", "matches": "/.*"},
            "none": [{"id": "m", "fact": ".mode", "mode_within": "0644"}],
        },
        {"any": [{"id": "n", "fact": "f.tries", "is": None}, {"present": "ini"}]},
        {
            "each": "f.words",
            "item": ".",
            "all": [{"id": "w", "fact": ".", "is_one_of": ["no", "yes"]}],
        },
    ]
    rule = packs.load().rules["one-rule"]

    assert rule.needs["ini"] == FactKey("x.ini", (("key", "k"), ("path", "/etc/a")))
    assert rule.expect[0] == Each(
        path=Path("f", ("list",)),
        item="name",
        quantifier=Quantifier.NONE,
        parts=(
            Comparison(
                id="m", path=Path("", ("mode",)), operator=Operator.MODE_WITHIN, wanted="0644"
            ),
        ),
        where=Comparison(
            id=".name", path=Path("", ("name",)), operator=Operator.MATCHES, wanted="/.*"
        ),
        id="modes",
    )
    assert rule.expect[1] == Group(
        quantifier=Quantifier.ANY,
        parts=(
            Comparison(id="n", path=Path("f", ("tries",)), operator=Operator.IS, wanted=None),
            Present(alias="ini"),
        ),
    )
    assert rule.expect[2].parts[0].path == Path("", ())
    assert rule.expect[2].parts[0].wanted == ("no", "yes")


def test_a_standard_is_read_as_its_file_says(packs):
    """Clauses and parameters stand by level, written out; ranges are spread."""
    standard = packs.load().standards["std-1"]
    (requirement,) = standard.requirements
    first, second = requirement.served_by[0].any_of

    assert requirement.clauses == {Level(1): "3.1", Level(3): "5.1 a)"}
    assert first.rules[0].params == {"max": {1: 6, 2: 6, 3: 3}}
    assert [use.rule for use in second.rules] == ["one-rule", "one-rule"]
    assert second.rules[1].at(Level(5)) == {"max": 2}
    assert [one.levels for one in requirement.served_by] == [(3, 4, 5), (1,)]
    assert (standard.section_of, standard.in_force_from) == ({"g": "s"}, "2026-01-01")
    assert requirement.place.line > 1


def test_the_digest_is_over_content(packs):
    """Where a pack lies, comments and layout don't matter; a changed word does."""
    first = packs.load(packs.write(name="here")).digest
    folder = packs.write(name="there")
    path = folder / "topic" / "one-rule.yaml"
    path.write_text("# a comment\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    moved = packs.load(folder).digest
    packs.rule["params"]["max"]["default"] = 5
    changed = packs.load(packs.write(name="changed")).digest

    assert len(first) == 64
    assert (first == moved, first == changed) == (True, False)


def test_a_rule_of_an_office_stands_beside_the_packaged_ones(packs):
    """Two packs make one rulebook, and a standard of one may name rules of the other."""
    shipped = packs.write(name="shipped", standards=[])
    packs.standard["requirements"][0]["served_by"][0]["any_of"].append({"rule": "own-rule"})
    own = packs.write(
        name="own",
        pack={"id": "own", "version": "0.1.0", "needs_attt": ">=0.1,<9"},
        rules=[{**packs.rule, "id": "own-rule"}],
    )
    book = packs.load(shipped, own)

    assert {rule.pack for rule in book.rules.values()} == {"test", "own"}
    assert [pack.id for pack in book.packs] == ["test", "own"]


def test_an_id_that_stands_twice_names_both_places(packs):
    """Two packs with a rule of the same id are refused."""
    one = packs.write(name="one")
    two = packs.write(
        name="two", pack={"id": "two", "version": "1.0.0", "needs_attt": ">=0.1"}, standards=[]
    )
    with pytest.raises(InputError, match="one-rule") as caught:
        packs.load(one, two)

    assert str(caught.value.place) == f"{two / 'topic' / 'one-rule.yaml'}:1:5"
    assert f"{one / 'topic' / 'one-rule.yaml'}:1:5" in str(caught.value)


def breaking(path, value):
    """A change of one key of the rule, as a test parameter."""

    def change(data):
        *way, last = path
        for part in way:
            data = data[part]
        if value is KeyError:
            del data[last]
        else:
            data[last] = value

    return change


EXPECT = ("expect", 0)
BROKEN_RULES = [
    (breaking(("id",), "other-id"), "another name"),
    (breaking(("severty",), "high"), "Did you mean 'severity'"),
    (breaking(("severity",), "hihg"), "Did you mean 'high'"),
    (breaking(("title", "vi"), KeyError), "vi is missing"),
    (breaking(("needs", "f"), "x.z"), "Did you mean 'x.y'"),
    (
        breaking(("needs", "f"), {"fact": "x.ini", "with": {"path": "/a"}}),
        "Its parameters: path, key",
    ),
    (breaking(("needs", "f"), {"fact": "x.y", "with": {"path": "/a"}}), "It takes none"),
    (breaking(("needs", "f"), {"fct": "x.y"}), "Did you mean 'fact'"),
    (breaking(("needs", "SSH"), "x.y"), "'SSH' is not a name"),
    (breaking(("needs",), {}), "Nothing stands here"),
    (breaking(EXPECT, {"id": "a"}), "Write exactly one of: each, fact, present"),
    (breaking(EXPECT, {"id": "a", "fact": "f.tries"}), "exactly one of: absent"),
    (breaking(EXPECT, {"id": "a", "fact": "f.tries", "is": 1, "is_not": 2}), "exclude each other"),
    (
        breaking(EXPECT, {"id": "a", "fact": "f.tries", "is": 1, "item": "x"}),
        "'item' does not belong",
    ),
    (breaking(EXPECT, {"id": "a", "fact": "f.tries", "is_": 1}), "'is_'"),
    (breaking(EXPECT, {"id": "a", "fact": "f..tries", "is": 1}), "not a path"),
    (breaking(EXPECT, {"id": "a", "fact": "f.tries", "is": {"a": 1}}), "can't be compared"),
    (breaking(EXPECT, {"each": "f.list", "all": [{"present": "f"}]}), "exactly one of: item"),
    (
        breaking(EXPECT, {"all": [{"present": "f"}], "any": [{"present": "f"}]}),
        "exclude each other",
    ),
    (breaking(EXPECT, {"all": []}), "Nothing stands here"),
    (breaking(("expect",), []), "Nothing stands here"),
    (breaking(("params", "max", "default"), "4"), "not of type integer"),
    (breaking(("params", "max", "type"), "number"), "wrong form"),
    (breaking(("examples", 0, "with"), {"min": 4}), "no parameter 'min'"),
    (breaking(("examples", 0, "with"), {"max": True}), "must be of type integer"),
    (breaking(("examples", 3, "given"), {"f": {"_missed": "lazy"}}), "After _missed"),
    (breaking(("examples", 0, "verdict"), "ok"), "not a choice"),
    (breaking(("fix", "risk"), "danger"), "not a choice"),
]


@pytest.mark.parametrize(("change", "said"), BROKEN_RULES)
def test_a_rule_that_is_wrong_is_refused_at_its_place(packs, change, said):
    """One message with file, line, column and the mend."""
    name = packs.rule["id"]
    change(packs.rule)
    folder = packs.write(rules=[])
    packs.put(folder / "topic" / f"{name}.yaml", packs.rule)
    with pytest.raises(InputError) as caught:
        packs.load(folder)

    assert said in str(caught.value)
    assert (caught.value.place.line > 0, caught.value.hint is not None) == (True, True)


REQUIREMENT = ("requirements", 0)
WITH = (*REQUIREMENT, "served_by", 0, "any_of", 0)
BROKEN_STANDARDS = [
    (breaking((*REQUIREMENT, "group", "nd331"), "h"), "no group 'h'"),
    (breaking((*REQUIREMENT, "chapter"), "D"), "no chapter 'D'"),
    (breaking(("groups", 0, "section"), "t"), "no section 't'"),
    (breaking((*WITH, "rule"), "one-role"), "Did you mean 'one-rule'"),
    (breaking((*WITH, "with"), {"maxx": {"1-5": 3}}), "Did you mean 'max'"),
    (breaking((*WITH, "with"), {"max": {"1-5": "3"}}), "must be of type integer"),
    (breaking((*WITH, "with"), {"max": {"1-6": 3}}), "names no levels"),
    (breaking((*WITH, "with"), {"max": {"5-1": 3}}), "names no levels"),
    (breaking((*WITH, "rules"), ["one-rule"]), "exclude each other"),
    (breaking((*REQUIREMENT, "clauses"), {6: "8.1"}), "wrong form"),
    (breaking((*REQUIREMENT, "clauses"), {}), "Nothing stands here"),
    (breaking((*REQUIREMENT, "served_by", 0, "coverage"), "most"), "not a choice"),
    (breaking((*REQUIREMENT, "evidence"), []), "Nothing stands here"),
    (breaking(("in_force", "from"), "01/01/2026"), "2026-01-01"),
]


@pytest.mark.parametrize(("change", "said"), BROKEN_STANDARDS)
def test_a_standard_that_is_wrong_is_refused_at_its_place(packs, change, said):
    """References to what is not there are errors where they stand."""
    change(packs.standard)
    with pytest.raises(InputError) as caught:
        packs.load()

    assert said in str(caught.value)
    assert caught.value.place.file.endswith("std-1.yaml")
    assert caught.value.place.line > 0


def test_a_requirement_that_stands_twice_is_refused(packs):
    """Requirement ids are what history refers to, so each stands once."""
    packs.standard["requirements"] *= 2
    with pytest.raises(InputError, match="stands here twice"):
        packs.load()


def test_a_pack_for_another_attt_is_refused(packs):
    """A pack says which attt it was made for."""
    with pytest.raises(InputError, match="needs attt >=99"):
        packs.load(packs.write(pack={"id": "test", "version": "1.0.0", "needs_attt": ">=99"}))


def test_a_rule_that_would_be_overlooked_is_refused(packs):
    """A file that ends in .yml is not silently left out."""
    folder = packs.write()
    packs.put(folder / "topic" / "two.yml", packs.rule)
    with pytest.raises(InputError, match=r"must end in \.yaml"):
        packs.load(folder)


@pytest.mark.parametrize(
    ("needs", "version", "expected"),
    [
        (">=0.1", "0.1.0", True),
        (">=0.10", "0.9.9", False),
        (">=0.1,<2", "2.0", False),
        ("==1", "1.0.0", True),
        (">1.0", "1.0.0", False),
        ("<=1.2", "1.2.1", False),
    ],
)
def test_which_attt_a_pack_needs(needs, version, expected):
    """Versions are compared number by number."""
    assert expected == serves(needs, version)


def test_five_hundred_rules_load_fast(packs):
    """A large rulebook is ready before a user notices (the limit is generous for slow machines)."""
    rules = [{**packs.rule, "id": f"rule-{n}"} for n in range(500)]
    folder = packs.write(rules=rules, standards=[])
    before = time.process_time()
    book = packs.load(folder)

    assert len(book.rules) == 500
    assert time.process_time() - before < 5
