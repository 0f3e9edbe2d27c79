"""Rules that `attt rules new` starts."""

import pytest

from attt.facts.registry import FACTS
from attt.model.subject import SubjectKind
from attt.prove import prove
from attt.rulebook.fresh import fresh
from attt.rulebook.lint import lint_rule
from attt.rulebook.load import load

GIVEN = {
    "path": "/etc/app.ini",
    "section": "s",
    "key": "k",
    "pattern": "x.*",
    "port": "80/tcp",
    "name": "net.ipv4.ip_forward",
}


@pytest.mark.parametrize(
    "fact", [name for name, kind in FACTS.items() if kind.subject is SubjectKind.HOST]
)
def test_a_started_rule_loads_and_proves(fact, tmp_path):
    """Whatever the fact, the file has no error and its examples kill every mutant."""
    params = {name: GIVEN[name] for name in FACTS[fact].params}
    (tmp_path / "pack.yaml").write_text('id: p\nversion: 1.0.0\nneeds_attt: ">=0.1"\n')
    (tmp_path / "my-rule.yaml").write_text(fresh("my-rule", FACTS[fact], params), encoding="utf-8")
    rule = load([tmp_path], FACTS).rules["my-rule"]
    errors = [str(one.message) for one in lint_rule(rule, FACTS) if one.severity == "error"]

    assert [] == errors
    assert prove(rule).is_proven
