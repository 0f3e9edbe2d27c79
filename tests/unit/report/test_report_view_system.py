from dataclasses import replace

import pytest

from attt.errors import UsageError
from attt.model.finding import Verdict
from attt.report.options import Options
from attt.report.view_system import called, system


def test_every_failing_host_is_named(make):
    """On screen each host that fails a rule stands in that rule's rows."""
    audited = make(1, 60)
    view = system(audited, Options())
    for rule in view.rules:
        named = {h for row in rule.found for h in row.hosts.split(", ")}
        failing = {
            r.name
            for r in audited.hosts
            for f in r.findings
            if f.rule == rule.rule and f.verdict is Verdict.FAIL
        }

        assert failing <= named
        assert rule.subjects == (
            rule.passed + rule.failed + rule.unknown + rule.manual + rule.not_applicable
        )


def test_paper_is_bounded_and_says_what_is_left(make):
    """On paper a row names 12 hosts and says how many others there are."""
    view = system(make(1, 500), Options(), paper=True)
    rows = [row for rule in view.rules for row in rule.found if row.count > 12]

    assert rows
    assert all("máy chủ khác (xem bản HTML)" in row.hosts for row in rows)
    assert all(row.hosts.count(",") < 13 for row in rows)


def test_a_rule_with_many_rows_is_cut_on_paper_alone(make):
    """Past ten rows a rule's table says how many rows are left; the screen has all."""
    audited = make(1, 9, hostile=True)
    host = audited.hosts[1]
    found = host.findings[0]
    compared = replace(found.failing[0], item=None) if found.failing else None
    failing = next(f for f in host.findings if f.failing)
    many = tuple(replace(failing.failing[0], item=f"tệp {n}") for n in range(3000))
    findings = tuple(
        replace(f, failing=many) if f.rule == failing.rule else f for f in host.findings
    )
    swollen = replace(
        audited, hosts=(audited.hosts[0], replace(host, findings=findings), *audited.hosts[2:])
    )
    paper, screen = (system(swollen, Options(), paper=p) for p in (True, False))
    left = [r.found_left for r in paper.rules if r.rule == failing.rule]

    assert compared is None or compared.item is None
    assert [len(r.found) - 10 for r in screen.rules if r.rule == failing.rule] == left
    assert left[0] >= 2990


def test_one_system_must_be_named_among_several(make):
    """Without a code, or with a wrong one, an audit of several systems is a usage error."""
    audited = make(3, 2)

    assert system(audited, Options(), code="HT01").name == "Hệ thống dùng chung số 1"
    for code in (None, "XYZ"):
        with pytest.raises(UsageError, match="system report"):
            system(audited, Options(), code=code)


def test_conclusions_follow_what_was_seen(make):
    """KL3 where too little was seen, KL2 where something lacks; never "đã đáp ứng" by default."""
    poor, rich = (system(make(1, 9, 60, documents=d), Options()) for d in (False, True))

    assert poor.conclusions[0].startswith("Chưa đủ căn cứ để kết luận")
    assert "chưa đáp ứng đầy đủ yêu cầu" in rich.conclusions[0]


def test_every_requirement_stands_in_one_annex(make):
    """Annex I and annex II together hold every requirement of the level, once."""
    audited = make(1, 9, 60)
    view = system(audited, Options())
    count = sum(len(g.rows) for g in view.detailed) + sum(u.count for u in view.unassessed)

    assert len(audited.systems[0].requirements) == count


def test_groups_are_in_the_decrees_order(make):
    """The summary follows the standard's groups, sections first, and its total is last."""
    labels = [r.label for r in system(make(1, 3, 60), Options()).summary]

    assert [
        "A. Yêu cầu về quản lý",
        "1. Chính sách",
        "2. Tổ chức",
        "3. Vận hành",
        "B. Yêu cầu về kỹ thuật",
        "1. Mạng",
        "2. Máy chủ",
        "3. Ứng dụng",
        "4. Dữ liệu",
        "Tổng cộng",
    ] == labels


def test_unverified_clauses_are_marked(make):
    """A clause that nobody checked bears (*), and their number is told."""
    view = system(make(1, 3, 30), Options())

    assert view.unverified.startswith("36/37 yêu cầu")
    assert {True, False} == {r.clauses.endswith("(*)") for r in view.rules}


def test_a_system_without_hosts(make):
    """A rented system has a report too: nothing by machine, and it says why."""
    view = system(make(5, 2), Options(), code="HT04")

    assert view.rules == ()
    assert view.tally.machine == 0
    assert view.unassessed


def test_hosts_without_a_record_are_told(make):
    """A declared host that the run never came to is in the limits, with a next step."""
    audited = make(1, 4)
    cut = replace(audited, hosts=audited.hosts[:1])
    limits = system(cut, Options()).limits

    assert any("may-chu-003" in limit.what and limit.next for limit in limits)


@pytest.mark.parametrize(
    ("name", "inside"),
    [("Hệ thống một cửa", "hệ thống một cửa"), ("Cổng thông tin", "hệ thống Cổng thông tin")],
)
def test_a_name_in_a_sentence(name, inside):
    """The word for a system is said once."""
    assert inside == called(name)
