"""`attt rules new` and what it refuses."""

import pytest

from attt.cli.starting_rules import start_rule
from attt.errors import UsageError
from attt.facts.registry import FACTS
from attt.prove import prove
from attt.rulebook.load import load

INI = ("path=/etc/app.ini", "section=a=b", "key=debug")


def test_a_pack_is_begun_with_its_first_rule(tmp_path):
    """From an empty folder: pack.yaml, and a rule that proves."""
    folder = tmp_path / "Phần mềm 1"
    path = start_rule("app-debug-off", folder, "file.ini", INI)
    book = load([folder], FACTS)

    assert folder / "rules" / "app-debug-off.yaml" == path
    assert dict(book.rules["app-debug-off"].needs["found"].params)["section"] == "a=b"
    assert prove(book.rules["app-debug-off"]).is_proven


def test_what_is_there_stays(tmp_path):
    """Neither a rule nor a pack.yaml is written over."""
    start_rule("one", tmp_path, "sshd.settings", ())
    (tmp_path / "pack.yaml").write_text('id: mine\nversion: 2.0.0\nneeds_attt: ">=0.1"\n')
    start_rule("two", tmp_path, "sshd.settings", ())

    assert ["mine"] == [pack.id for pack in load([tmp_path], FACTS).packs]
    with pytest.raises(UsageError, match="is there already"):
        start_rule("one", tmp_path, "sshd.settings", ())


@pytest.mark.parametrize(
    ("rule", "fact", "given", "said"),
    [
        ("App", "file.ini", INI, "can't be the id of a rule"),
        ("../x", "file.ini", INI, "can't be the id of a rule"),
        ("app", "file.yaml", INI, "There is no fact 'file.yaml'"),
        ("app", "file.ini", INI[:2], "takes other parameters"),
        ("app", "file.ini", (*INI, "more=1"), "takes other parameters"),
        ("app", "sshd.settings", ("x=1",), "takes other parameters"),
        ("app", "file.ini", ("path=app.ini", "section=a", "key=b"), "not an absolute path"),
    ],
)
def test_what_could_not_become_a_rule_is_refused(tmp_path, rule, fact, given, said):
    """Nothing is written then."""
    with pytest.raises(UsageError) as refused:
        start_rule(rule, tmp_path / "p", fact, given)

    assert said in str(refused.value.message)
    assert not (tmp_path / "p").exists()


def test_a_fact_that_does_not_exist_is_answered_with_generic_ones(tmp_path):
    """The nearest names first, so that an officer sees what may serve."""
    with pytest.raises(UsageError) as refused:
        start_rule("app", tmp_path, "file.inifile", ())

    assert "'file.ini'" in str(refused.value.hint)
    assert "may serve: file.ini(path, section, key)" in str(refused.value.hint)
