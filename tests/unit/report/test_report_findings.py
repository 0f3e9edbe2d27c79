import csv
import io
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attt.model.finding import Verdict
from attt.report import findings_xlsx
from attt.report.findings_csv import plain, write_csv
from attt.report.findings_xlsx import write_xlsx
from attt.report.view_findings import COLUMNS, rows
from attt.report.view_host import shared
from attt.report.view_lists import requirement_rows, uncovered

HEADINGS = [term.vi for term in COLUMNS.values()]
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")', "＝1")


def as_csv(audited, language="vi", before=None):
    file = io.StringIO(newline="")
    write_csv(file, audited, shared(audited, before), language)
    return file.getvalue()


def as_book(audited, language="vi", before=None):
    file = io.BytesIO()
    write_xlsx(file, audited, shared(audited, before), language)
    return file.getvalue()


def read(made):
    return openpyxl.load_workbook(io.BytesIO(made))


def records(text):
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def expected_rows(audited):
    return sum(max(1, len(f.failing)) for f in audited.findings)


def test_a_row_an_item(make):
    """Every item of every finding has a row, with who asks, by which clause, and what to do."""
    audited = make(2, 9)
    listed = records(as_csv(audited))
    failing = [r for r in listed if r["Kết quả"].startswith("Chưa đạt")]

    assert expected_rows(audited) == len(listed)
    assert HEADINGS == list(listed[0])
    assert {"TTHC", "HT01"} == {r["Hệ thống"] for r in listed}
    assert {"3", "2"} == {r["Cấp độ"] for r in listed}
    assert all(r["Mục tiêu chuẩn"] and r["Mã yêu cầu"] for r in listed)
    assert all(r["Hiện trạng"] and r["Mức yêu cầu"] for r in failing)
    assert all(r["Việc cần làm trước tiên"] for r in failing)
    assert {"20/11/2026 10:00", "20/11/2026 10:30"} == {r["Thời điểm thu thập"] for r in listed}


def test_a_host_of_two_systems_has_one_row_for_both(make):
    """The systems, levels and clauses that ask stand side by side, the clauses by their level."""
    audited = make(2, 2)
    first, second = audited.inventory.systems.values()
    both = replace(second, hosts=first.hosts, level=first.level)
    inventory = replace(audited.inventory, systems={first.code: first, second.code: both})
    results = (audited.systems[0], replace(audited.systems[1], level=first.level))
    joint = replace(audited, inventory=inventory, systems=results, scans=())
    listed = [r for r in records(as_csv(joint)) if r["Máy chủ"] == "may-chu-000"]

    assert {"TTHC; HT01"} == {r["Hệ thống"] for r in listed[:6]}
    assert {"3"} == {r["Cấp độ"] for r in listed[:6]}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_workbook_reads_back(make, earlier, language):
    """Three sheets with frozen headings and filters; dates are dates, counts are numbers."""
    audited = make(1, 9)
    book = read(as_book(audited, language, earlier(audited)))
    findings, requirements, left_out = book.worksheets
    cells = [[c.value for c in row] for row in findings.iter_rows()]
    observed = findings.cell(2, len(HEADINGS))

    assert [t.text(language) for t in COLUMNS.values()] == cells[0]
    assert expected_rows(audited) == len(cells) - 1
    assert len(list(requirement_rows(audited))) == requirements.max_row - 1
    assert len(list(uncovered(audited))) == left_out.max_row - 1
    for page in book.worksheets:
        assert "A2" == page.freeze_panes
        assert page.auto_filter.ref.startswith("A1:")
        assert page.column_dimensions["A"].width
    assert isinstance(observed.value, datetime)
    assert (
        "dd/mm/yyyy hh:mm" if language == "vi" else "yyyy-mm-dd hh:mm"
    ) == observed.number_format
    assert isinstance(requirements["J2"].value, int)


def test_what_is_not_covered_is_listed(make):
    """Hosts nobody got into, facts not learnt, addresses not scanned, requirements not assessed."""
    audited = make(1, 9)
    listed = list(uncovered(audited))
    kinds = {row.kind for row in listed}

    assert {
        "Máy chủ chưa kiểm tra được",
        "Số liệu chưa thu thập được",
        "Địa chỉ chưa dò quét",
        "Yêu cầu chưa đánh giá",
    } <= kinds
    assert all(row.why and row.next for row in listed)


@pytest.mark.parametrize("formula", FORMULAS)
def test_nothing_is_run_as_a_formula(make, formula):
    """A host whose words begin like a formula gives text in both kinds of list."""
    audited = make(1, 3)
    record = audited.hosts[1]
    findings = tuple(
        replace(f, failing=tuple(replace(c, item=formula, found=formula) for c in f.failing))
        for f in record.findings
    )
    hostile = replace(audited, hosts=(replace(record, findings=findings, name=formula),))
    book = read(as_book(hostile))
    listed = records(as_csv(hostile))

    assert any(f.verdict is Verdict.FAIL for f in record.findings)
    assert {"s", "n", "d"} >= {c.data_type for p in book for row in p.iter_rows() for c in row}
    assert [] == [
        cell
        for row in listed
        for cell in row.values()
        if cell.startswith(("=", "+", "-", "@", "\t"))
    ]


@given(st.text())
def test_a_csv_cell_is_one_line_and_no_formula(text):
    """Whatever a host says: one line, nothing that steers, nothing that a spreadsheet runs."""
    cell = plain(text)

    assert "\n" not in cell
    assert "\r" not in cell
    assert "\t" not in cell
    assert not cell.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


def test_hostile_words_stay_in_their_cells(make, evil):
    """Control and bidirectional characters are spelt out in both lists."""
    audited = make(1, 2, hostile=True)
    text = as_csv(audited)
    cells = [c.value for p in read(as_book(audited)) for row in p.iter_rows() for c in row]

    assert "⟨U+202E⟩" in text
    assert any("⟨U+202E⟩" in c for c in cells if isinstance(c, str))
    assert "\u202e" not in text
    assert not any("\u202e" in c or "\x1b" in c for c in cells if isinstance(c, str))
    assert evil not in text


def test_the_same_audit_gives_the_same_bytes(make):
    """Writing twice changes nothing, so that a report written again is the same file."""
    audited = make(1, 3)

    assert as_book(audited) == as_book(audited)
    assert as_csv(audited) == as_csv(audited)


def test_a_long_list_goes_on_in_another_sheet(make, monkeypatch):
    """Past a sheet's rows the list goes on in one more, with its heading."""
    audited = make(1, 9)
    monkeypatch.setattr(findings_xlsx, "SHEET_ROWS", 40)
    book = read(as_book(audited))
    pages = [p for p in book if p.title.startswith("Danh sách")]

    assert expected_rows(audited) == sum(p.max_row - 1 for p in pages)
    assert len(pages) > 1
    assert {HEADINGS[0]} == {p["A1"].value for p in pages}


def test_thousands_of_rows(make):
    """Ten thousand rows are made one by one and all arrive."""
    audited = make(4, 30, rules_each=90)
    text = as_csv(audited)

    assert expected_rows(audited) == sum(1 for _ in rows(audited, shared(audited)))
    assert expected_rows(audited) == text.count("\r\n") - 1 > 5000
