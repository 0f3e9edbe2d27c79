"""`attt runs diff` and `attt runs trend`, over real audits of this machine."""

import jsonschema
import pytest


@pytest.fixture
def twice(run, here, own_pack):
    """Three runs: the same twice, then one after a file and one after the rule changed."""
    watched = here / "watched"
    watched.write_text("x")
    watched.chmod(0o600)
    rule = own_pack(here) / "own-rule.yaml"
    text = rule.read_text().replace("root", '"0600"').replace("user", "mode")
    text = text.replace("mode: x", 'mode: "0777"')
    rule.write_text(text.replace("/etc/passwd", str(watched)))
    (here / "attt.toml").write_text('packs = ["own"]\n')
    said = []

    def check():
        said.append(run("check", "local", "--standard", "own-1", "--save"))
        assert said[-1].code in (0, 1), said[-1].err
        return run("runs", "list", "--json").document[0]["run"]

    return watched, rule, check


def test_the_host_or_the_rule_is_named(twice, run, schema):
    """A file that was opened, then a rule that asks for another mode: each is told from the other."""
    watched, rule, check = twice
    first, second = check(), check()
    watched.chmod(0o644)
    third = check()
    rule.write_text(rule.read_text().replace("0600", "0644"))
    fourth = check()
    same = run("runs", "diff", first, second, "--json").document
    host = run("runs", "diff", second, third, "--json").document
    rules = run("runs", "diff", third, fourth, "--json").document
    newest = run("runs", "diff")
    for document in (same, host, rules):
        jsonschema.validate(document, schema("diff"))

    assert ([], 1) == (same["changes"], same["same"])
    assert [("own-rule", "pass", "fail", "host")] == changes(host)
    assert [("own-rule", "fail", "pass", "rules")] == changes(rules)
    assert (False, True) == (host["other_rulebook"], rules["other_rulebook"])
    assert "the rules changed, the host did not" in newest.out
    assert f"From run {third} to run {fourth}" in newest.out


def changes(document):
    return [(c["rule"], c["then"], c["now"], c["cause"]) for c in document["changes"]]


def test_since_when_a_verdict_stands(twice, run):
    """`runs trend --host` has one row a verdict and time, on the screen and as JSON."""
    watched, _, check = twice
    first, second = check(), check()
    watched.chmod(0o644)
    third = check()
    rows = run("runs", "trend", "--host", "local", "--json").document
    said = run("runs", "trend", "--host", "local")

    assert [("pass", first, second, 2), ("fail", third, third, 1)] == [
        (row["verdict"], row["since_run"], row["until_run"], row["runs"]) for row in rows
    ]
    assert "Verdicts on local over time" in said.out


def test_audits_of_one_inventory_under_each_other(run, demo):
    """How many hosts were read comes before what was found; a narrowed run says so."""
    words = ("audit", demo, "--no-scan", "--no-reports")
    run(*words, "--rule", "file-cron")
    run(*words, "--rule", "file-cron", "--rule", "file-account-database")
    rows = run("runs", "trend", "--json").document
    said = run("runs", "trend")
    unknown = run("runs", "trend", "nothing-like-it")

    assert [(1, 1), (1, 1)] == [(row["read"], row["declared"]) for row in rows]
    assert [1, 2] == [len(row["only_rules"]) for row in rows]
    assert "only some rules" in said.out
    assert 2 == unknown.code


def test_one_run_has_nothing_to_be_held_against(twice, run):
    """The error says how to name two."""
    _, _, check = twice
    check()
    said = run("runs", "diff")

    assert 2 == said.code
    assert "attt runs diff THEN NOW" in said.err


def test_a_host_that_nobody_declared(twice, run):
    """A mistyped host is no empty history."""
    _, _, check = twice
    check()
    said = run("runs", "trend", "--host", "nobody")

    assert (2, "") == (said.code, said.out)
