import io
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest
from pypdf import PdfReader

from attt.errors import MissingProgram
from attt.model.inventory import Organisation, Role
from attt.report.html import render
from attt.report.options import Options
from attt.report.pdf import ReportError, families, one_page, pages, pdf

LONG = "Ủy ban nhân dân tỉnh Mẫu và các cơ quan chuyên môn trực thuộc có tên gọi rất dài " * 3


def read(made: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(made))


def words(made: bytes) -> list[str]:
    """The text of each page as poppler reads it back, as a reader's copy and paste would."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler-utils) is not here")
    ran = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=made, capture_output=True, check=True
    )
    return ran.stdout.decode().split("\f")


def swollen(make):
    """Every name at its longest, every level in use, every kind of matter to put."""
    audited = make(60, 6, 120)
    names = {
        k: Organisation(id=k, name=LONG, role=o.role, parent=LONG)
        for k, o in audited.inventory.organisations.items()
    }
    systems = {
        code: replace(s, level=1 + n % 5, owner="ubnd")
        for n, (code, s) in enumerate(audited.inventory.systems.items())
    }
    rules = {
        k: replace(r, title=replace(r.title, vi=r.title.vi + " và " * 20))
        for k, r in audited.rulebook.rules.items()
    }
    assert Role.OWNER in {o.role for o in names.values()}
    return replace(
        audited,
        inventory=replace(audited.inventory, organisations=names, systems=systems),
        rulebook=replace(audited.rulebook, rules=rules),
        run=replace(audited.run, id="đợt kiểm tra " * 9, finished_at=None),
    )


@pytest.mark.parametrize("case", ["one", "grown", "many", "swollen"])
@pytest.mark.parametrize("has_past", [True, False])
def test_the_leaders_sheet_is_one_page(make, earlier, case, has_past):
    """One system, forty-two, or sixty with every name at its longest: always one A4 page."""
    audited = {
        "one": lambda: make(1, 9),
        "grown": lambda: make(12, 9, 120, rules_each=40, documents=True),
        "many": lambda: make(42, 5, 120),
        "swollen": lambda: swollen(make),
    }[case]()
    before = earlier(audited) if has_past else None
    o = Options(
        place=LONG if case == "swollen" else "Tỉnh Mẫu",
        period="Quý IV năm 2026",
        circulation="LƯU HÀNH NỘI BỘ",
    )
    made = pdf(render("leader", audited, o, paper=True, before=before))
    sheets = read(made).pages

    assert len(sheets) == 1
    assert (595, 842) == (round(sheets[0].mediabox.width), round(sheets[0].mediabox.height))
    assert "SỐ LIỆU NÀY CHƯA BAO GỒM" in words(made)[0]
    assert "LÃNH ĐẠO ĐƠN VỊ" in words(made)[0]


def test_a_sheet_over_a_page_is_set_closer():
    """The first setting that is one page is taken; where none is, the closest."""
    asked = []

    def html(tighter, least=2):
        asked.append(tighter)
        return "<p style='break-after: page'>x</p>" * (1 + (tighter < least)) + "<p>y</p>"

    closest = one_page(lambda n: html(n, 9))
    made = one_page(lambda n: html(n).replace("break-after", "orphans") if n > 1 else html(n))

    assert [0, 1, 2, 3, 0, 1, 2] == asked
    assert 1 == pages(made) == len(read(made).pages)
    assert pages(closest) == len(read(closest).pages) > 1


def test_ninety_rules_on_twenty_hosts_stay_readable(make, earlier):
    """A grown rulebook gives a bounded paper that tells topics, the worst hosts and the changes."""
    audited = make(1, 20, 120, rules_each=90, documents=True)
    made = pdf(render("system", audited, Options(), paper=True, before=earlier(audited)))
    text = " ".join(" ".join(words(made)).split())

    assert pages(made) < 50
    assert "Nhóm nội dung" in text
    assert "Máy chủ có nhiều nội dung chưa đạt nhất" in text
    assert "So với đợt kiểm tra ngày 20/08/2026" in text
    assert "lệnh khắc phục của từng máy chủ nêu tại phiếu theo máy chủ" in text


def test_the_system_report_as_paper(make):
    """Vietnamese reads back, the first page has no number, the title alone is metadata."""
    made = pdf(render("system", make(1, 9, 30, hostile=True), Options(), paper=True))
    paper = read(made)
    first, second = words(made)[:2]

    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in first
    assert "Độc lập - Tự do - Hạnh phúc" in first
    assert "Đơn vị vận hành: Trung tâm Chuyển đổi số." in first
    assert "2" in map(str.strip, second.splitlines())
    assert "1" not in map(str.strip, first.splitlines())
    assert {"/Title"} == set(paper.metadata or {})
    assert {} == dict(paper.attachments)


def test_vietnamese_letters_come_from_one_font(make):
    """No letter is borrowed from another family: that reads badly and copies as garbage."""
    page = render("leader", make(1, 3), Options(), paper=True)

    assert 1 == len(families(pdf(page)))


def test_the_same_page_gives_the_same_bytes(make):
    """Setting the same HTML twice gives the same PDF."""
    page = render("leader", make(1, 3), Options(), paper=True)

    assert pdf(page) == pdf(page)


def test_three_thousand_rows_stay_bounded(make):
    """Three thousand findings make a paper of bounded length."""
    made = pdf(render("system", make(1, 500, 120), Options(), paper=True))

    assert len(read(made).pages) < 60


CHILD = (sys.executable, "-I", "-c")


def test_missing_pango_names_the_packages():
    """Where Pango can't be loaded the error names Debian's packages."""
    with pytest.raises(MissingProgram) as error:
        pdf("", child=(*CHILD, "import sys; sys.stderr.write('no libpango-1.0-0'); sys.exit(69)"))

    assert "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation" in str(
        error.value
    )


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("import time; time.sleep(60)", "longer than"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "limits"),
        ("raise MemoryError", "limits"),
        ("print('not a paper')", "failed"),
        ("import sys; sys.exit(77)", "outside attt"),
    ],
)
def test_a_paper_that_goes_wrong_costs_itself(program, words):
    """A child that hangs, dies, runs out of memory or says nonsense is an error with a hint."""
    with pytest.raises(ReportError, match=words) as error:
        pdf("", wall_s=1, child=(*CHILD, program))

    assert error.value.hint is not None


def test_the_child_has_limits():
    """The real child dies of its CPU limit instead of running on."""
    from attt.report import pdf_child  # noqa: PLC0415  # its path, not its code

    rows = "<tr><td>x</td></tr>" * 30000
    with pytest.raises(ReportError, match="limits"):
        pdf(
            f"<table>{rows}</table>",
            child=(sys.executable, "-I", pdf_child.__file__ or "", "2", "3072"),
        )
