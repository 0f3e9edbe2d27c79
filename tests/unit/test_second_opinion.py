"""docs/second-opinion.md and what writes it: every difference has its reason, and none is invented."""

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from attt.facts.registry import FACTS
from attt.rulebook.load import load

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts"


def script(name: str) -> ModuleType:
    """A module of scripts/, which is no package."""
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


PAGE = script("opinion_page")
READERS = script("opinion_readers")

XCCDF = """<Benchmark xmlns="http://checklists.nist.gov/xccdf/1.2"><TestResult>
<rule-result idref="xccdf_org.ssgproject.content_rule_one"><result>pass</result></rule-result>
<rule-result idref="xccdf_org.ssgproject.content_rule_two"><result>fail</result></rule-result>
<rule-result idref="xccdf_org.ssgproject.content_rule_three"><result>notapplicable</result></rule-result>
</TestResult></Benchmark>"""
REPORT = """suggestion[]=SSH-7408|Consider hardening SSH configuration|LogLevel (set INFO to VERBOSE)|-|
warning[]=AUTH-9204|Multiple users with UID 0 found in passwd file|-|-|
tests_executed=SSH-7408|AUTH-9204|FILE-7524|AUTH-9208|
tests_skipped=BOOT-5122|
"""
LOG = """2026-11-22 18:15:36 Performing test ID FILE-7524 (Perform file permissions check)
2026-11-22 18:15:36 Outcome: permissions of file /etc/crontab are not matching expected value (644 != 600)
2026-11-22 18:15:36 Performing test ID AUTH-9208 (Check non-unique accounts)
"""
STREAM = (
    '<x:Group id="g" selected="false">'
    '<x:Rule id="xccdf_org.ssgproject.content_rule_one" selected="false">'
    '<x:Rule id="xccdf_org.ssgproject.content_rule_two" selected="true">'
)


@pytest.fixture(scope="module")
def data():
    return PAGE.mapped()


@pytest.fixture(scope="module")
def text():
    return PAGE.PAGE.read_text(encoding="utf-8")


def test_the_page_is_what_the_script_writes_of_its_findings(data, text):
    """Reading the page and writing it again gives the same page: nobody edited it, nothing is stale."""
    assert PAGE.render(data, PAGE.read(text, data)) == text


def test_no_difference_stands_without_a_reason(data, text):
    """Every cell in which the three differ is explained once, and nothing else is."""
    assert [] == list(PAGE.complaints(data, PAGE.read(text, data)))


def test_a_difference_that_nobody_explained_is_named(data, text):
    """Without its explanations a topic that differs is complained of, host by host."""
    at, topic = next((n, one) for n, one in enumerate(data.topics) if one.whys)
    bare = (*data.topics[:at], replace(topic, whys=()), *data.topics[at + 1 :])
    said = list(PAGE.complaints(replace(data, topics=bare), PAGE.read(text, data)))

    assert sum(len(why.hosts) for why in topic.whys) == len(said)


def test_a_reason_for_what_was_not_found_is_named(data, text):
    """An explanation is of certain verdicts: where these have changed, it stands no more."""
    found = PAGE.read(text, data)
    topic = next(one for one in data.topics if one.whys)
    host = topic.whys[0].hosts[0]
    agreed = {**found.verdicts[topic.title], host: ("pass", "pass", "pass")}
    later = replace(found, verdicts={**found.verdicts, topic.title: agreed})

    assert 1 == len(list(PAGE.complaints(data, later)))


def test_topics_name_rules_that_exist_and_another_tool(data):
    """At least 60 topics; each names rules of the rulebook, and tests of SSG or Lynis."""
    rules = load([ROOT / "rules"], FACTS).rules
    strange = [name for one in data.topics for name in one.rules if name not in rules]
    alone = [one.title for one in data.topics if not one.rules or not (one.ssg or one.lynis)]

    assert ([], []) == (strange, alone)
    assert len({one.title for one in data.topics}) == len(data.topics) >= 60


def test_every_reason_has_its_words_and_its_kind(data):
    """No explanation is empty, and each is of one of the kinds that the page counts."""
    whys = [why for one in data.topics for why in one.whys]

    assert [] == [why for why in whys if not why.because or why.who not in PAGE.WHO]


def test_results_of_openscap_are_read():
    """Pass and fail are verdicts; a rule that did not apply says nothing."""
    assert {"one": "pass", "two": "fail", "three": "-"} == READERS.read_xccdf(XCCDF)


@pytest.mark.parametrize(
    ("reference", "verdict"),
    [
        ("SSH-7408 LogLevel", "fail"),
        ("SSH-7408 X11Forwarding", "pass"),
        ("AUTH-9204", "fail"),
        ("AUTH-9208", "pass"),
        ("FILE-7524 /etc/crontab", "fail"),
        ("FILE-7524 /etc/passwd", "pass"),
        ("BOOT-5122", "-"),
    ],
)
def test_a_report_of_lynis_is_read(reference, verdict):
    """A remark counts against the host, in the report or in the log; a test that did not run is silent."""
    assert verdict == READERS.LynisReport(REPORT, LOG).says(reference)


def test_every_rule_of_the_content_is_selected():
    """Whatever the profiles select; or these rules alone."""
    assert 3 == READERS.every_rule(STREAM).count('selected="true"')
    assert STREAM.replace("false", "true", 1) == READERS.only(STREAM, {"two"})


def test_the_worst_counts():
    """Of several rules: fail, then unknown, then pass; nothing at all is silence."""
    assert "fail" == READERS.worst(["pass", "fail", "unknown"])
    assert "unknown" == READERS.worst(["pass", "unknown"])
    assert "pass" == READERS.worst(["not_applicable", "pass"])
    assert "-" == READERS.worst([])
