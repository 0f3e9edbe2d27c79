"""A rule that is asked twice of one host is told apart, and any other keeps its plain title."""

from dataclasses import replace

import pytest

from attt import assets
from attt.facts.registry import FACTS
from attt.model.finding import Finding, Verdict
from attt.model.subject import host as subject
from attt.report.variants import Variants
from attt.report.view_findings import rows
from attt.report.view_host import host, shared
from attt.rulebook.load import load

RULE = "session-timeout"


@pytest.fixture(scope="module")
def book():
    return load([assets.folder("rules")], FACTS)


def finding(minutes, on="h", rule=RULE):
    params = (("max_minutes", minutes),) if minutes else ()
    return Finding(rule=rule, subject=subject(on), verdict=Verdict.PASS, params=params)


def test_two_bounds_are_two_titles(book):
    """5 and 15 minutes at one level: each title says which, in both languages."""
    strict, mild = finding(5), finding(15)
    variants = Variants((strict, mild), book.rules)

    assert "A session that nobody uses ends by itself (minutes without a command until it ends (TMOUT): at most 5)" == variants.title(strict, "en")  # fmt: skip
    assert variants.title(mild, "vi").endswith("(TMOUT): tối đa 15)")


@pytest.mark.parametrize("other", [finding(15), finding(5, on="other"), finding(None, rule="file-cron")])  # fmt: skip
def test_one_bound_needs_no_word(book, other):
    """The same bound again, another host or another rule are nothing to be told apart from."""
    one = finding(15)

    assert book.rules[RULE].title.vi == Variants((one, other), book.rules).title(one)


def test_the_default_said_and_unsaid_is_one_bound(book):
    """A standard that writes the default out asks no other question."""
    said, unsaid = finding(15), finding(None)

    assert book.rules[RULE].title.vi == Variants((said, unsaid), book.rules).title(said)


def test_pages_and_lists_tell_them_apart(make, book):
    """The host's page and the list of findings have no two rows of one title on one host."""
    audited = make(1, 2)
    record = replace(audited.hosts[0], findings=(finding(5), finding(15)))
    known = replace(audited.rulebook, rules={**audited.rulebook.rules, RULE: book.rules[RULE]})
    audited = replace(audited, hosts=(record,), scans=(), rulebook=known)
    common = shared(audited)
    titles = [f.title for f in host(audited, record.host, common=common).passed]

    assert 2 == len(set(titles)) == len(titles)
    assert set(titles) == {row.title for row in rows(audited, common)}
