import re
from dataclasses import replace

import pytest

from attt.model.inventory import SystemOrigin
from attt.report.html import render
from attt.report.options import Options
from attt.report.view_leader import leader

ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+|[0-9a-f]+:[0-9a-f]*::")


@pytest.mark.parametrize("systems", [1, 2, 12, 42])
@pytest.mark.parametrize("documents", [True, False])
def test_relations_hold(make, systems, documents):
    """Total >= filed >= appraised >= approved; full + partly + none = approved; hosts add up."""
    view = leader(make(systems, 5, documents=documents), Options())
    c, s = view.count, view.seen

    assert c.total >= c.filed >= c.submitted >= c.appraised >= c.approved
    assert c.approved == c.full + c.partly + c.none
    assert s.declared == s.audited + s.partly + s.unreachable + s.waiting
    assert s.unreachable >= s.not_supported


def test_rows_add_up_to_the_total(make):
    """The rows of the table by level, those without a dossier with them, sum to its last row."""
    rows = leader(make(42, 2), Options()).rows
    totals = [int(r.cells[0]) for r in rows]
    approved = [int(r.cells[1]) for r in rows if r.cells[1] != "-"]

    assert ["level", "level", "level", "none", "total"] == [r.kind for r in rows]
    assert sum(totals[:-1]) == totals[-1]
    assert sum(approved[:-1]) == approved[-1]


def test_only_provincial_systems_in_operation_count(make):
    """Central, trial and state-secret systems are in no rate."""
    audited = make(12, 2)
    systems = audited.inventory.systems
    expected = sum(s.origin is SystemOrigin.PROVINCE for s in systems.values())
    secret = {code: replace(s, state_secret=code == "TTHC") for code, s in systems.items()}
    hidden = replace(audited, inventory=replace(audited.inventory, systems=secret))

    assert expected == leader(audited, Options()).count.total
    assert expected - 1 == leader(hidden, Options()).count.total


def test_too_little_seen_is_no_conclusion(make):
    """With too little assessed the sheet prints KL3 and no rate of what is met."""
    poor, rich = (leader(make(1, 6, 60, documents=d), Options()) for d in (False, True))

    assert (False, True) == (poor.is_enough, rich.is_enough)
    assert "Chưa đủ căn cứ để kết luận" in " ".join(poor.conclusions)
    assert "đã đáp ứng đầy đủ" not in " ".join(poor.conclusions)
    assert "đã đáp ứng đầy đủ" in " ".join(rich.conclusions)


def test_at_most_five_matters(make):
    """The matters put to the leader are at most five, numbered, the critical one first."""
    view = leader(make(42, 5), Options())

    assert [1, 2, 3, 4, 5] == [t.number for t in view.tasks]
    assert "Không cung cấp dịch vụ quản trị không mã hóa" in view.tasks[0].text
    assert view.tasks_heading.startswith("NĂM VIỆC")


@pytest.mark.parametrize("hostile", [True, False])
def test_the_sheet_tells_no_address_host_or_version(make, hostile):
    """No address, host name, account or software version is on the leader's page."""
    audited = make(12, 5, hostile=hostile)
    page = render("leader", audited, Options(place="Tỉnh Mẫu"))
    body = page.split("<body>")[1]

    assert not ADDRESS.search(body)
    assert "may-chu-" not in body
    assert "script>alert" not in body
    assert "Debian" not in body


def test_an_interrupted_run_says_so(make):
    """A run that did not come to its end is told as such in section 5."""
    audited = make(2, 3)
    cut = replace(audited, run=replace(audited.run, finished_at=None), hosts=audited.hosts[:1])
    view = leader(cut, Options())

    assert "Đợt kiểm tra chưa hoàn thành." in view.left_out
    assert view.seen.waiting == 5


def test_an_inventory_without_systems_still_gives_a_sheet(make):
    """Nothing to tell is told, without a division by nothing."""
    audited = make(1, 1)
    bare = replace(audited, systems=(), hosts=(), inventory=replace(audited.inventory, systems={}))

    assert "0/0" in leader(bare, Options()).conclusions[0]
