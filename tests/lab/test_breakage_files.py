"""The files of tests/lab/breakages/: each can be run, mends as its rule says, and none is lacking."""

import yaml
from lab import cases
from lab.fixes import foreign
from lab.judged import RULES

CASES, WRONG = cases.read()
REASONS = yaml.safe_load(cases.NOT_IN_LAB.read_text(encoding="utf-8"))


def test_every_breakage_file_can_be_run():
    """A file that says too little or too much is named, with what is wrong with it."""
    assert () == WRONG


def test_a_file_that_nobody_could_run_says_why(tmp_path):
    """An unknown key, a root that is none, nothing to break and no mend: each is told."""
    (tmp_path / "a-rule.yaml").write_text("releases: [debian-9]\nbreaks: x\nmoves: []\n")
    (tmp_path / "b-rule.yaml").write_text("- x\n")

    found, wrong = cases.read(tmp_path)

    assert () == found
    assert "b-rule.yaml: not a mapping" == wrong[1]
    said = ("unknown key 'breaks'", "moves is not a dict", "no lab root 'debian-9'", "no mend")
    assert [] == [part for part in (*said, "nothing is broken") if part not in wrong[0]]


def test_every_rule_is_broken_in_the_lab_or_has_a_reason():
    """Each host rule has a breakage or says why no lab host shows it, and none has both."""
    broken = {case.rule for case in CASES}

    assert RULES.keys() == broken | REASONS.keys()
    assert set() == broken & REASONS.keys()


def test_what_moves_with_a_rule_is_a_rule_and_has_a_reason():
    """A name that is misspelt would never be seen to move."""
    named = {(case.rule, rule): why for case in CASES for rule, why in case.moves.items()}

    assert [] == [pair for pair, why in named.items() if pair[1] not in RULES or not why]


def test_a_mend_is_the_fix_of_its_rule():
    """Each line stands in the fix, but for what is filled in; or the fix says to edit by hand."""
    lines = {case.rule: list(foreign(case, RULES[case.rule])) for case in CASES}

    assert {} == {rule: found for rule, found in lines.items() if found}
