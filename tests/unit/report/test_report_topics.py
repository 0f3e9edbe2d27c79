from attt import assets
from attt.facts.registry import FACTS
from attt.report.options import Options
from attt.report.topics import OTHER, TOPICS, topic
from attt.report.view_system import system
from attt.report.view_topics import by_topic, topic_rows
from attt.rulebook.load import load


def test_every_packaged_rule_has_a_topic():
    """No rule of ours ends among the others, where nobody would look for it."""
    rules = load([assets.folder("rules")], FACTS).rules.values()

    assert [] == [r.id for r in rules if topic(r) is OTHER]


def test_topics_are_told_apart():
    """No two topics have one name in a language."""
    assert len(TOPICS) == len({t.vi for t in TOPICS}) == len({t.en for t in TOPICS})


def test_the_table_by_topic_adds_up(make):
    """Each rule is in one row and one column; the last row is the sum of the others."""
    rules = system(make(1, 20, rules_each=90), Options()).rules
    rows = topic_rows(rules)
    *parts, total = rows

    assert sorted(r.number for t in by_topic(rules) for r in t.rules) == list(
        range(1, len(rules) + 1)
    )
    for row in rows:
        assert row.total == row.held + sum(row.failing) + row.unknown
    assert total.is_total
    assert total.total == sum(r.total for r in parts) == len(rules)
    assert total.failing == tuple(map(sum, zip(*(r.failing for r in parts), strict=True)))


def test_the_worst_hosts(make):
    """At most five, the gravest failures first; a system of one host has no worst one."""
    worst = system(make(1, 20, rules_each=90), Options()).worst

    assert 5 == len(worst)
    assert sorted((w.counts for w in worst), key=lambda c: [-n for n in c]) == [
        w.counts for w in worst
    ]
    assert all(w.counts[-1] == sum(w.counts[:-1]) for w in worst)
    assert () == system(make(1, 1), Options()).worst
