"""The list of findings as a workbook: findings, requirements, and what was not covered.

Rows are written as they are made and kept in no memory, so 200,000 of them cost time alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import IO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from attt.model.audit import Audited
from attt.report.taint import one_line, short
from attt.report.view_findings import COLUMNS, ListRow, local, rows
from attt.report.view_host import Shared
from attt.report.view_lists import (
    REQUIREMENT_COLUMNS,
    UNCOVERED_COLUMNS,
    requirement_rows,
    uncovered,
)
from attt.report.words import Term

SHEET_ROWS = 1_048_575
"""Rows that a sheet holds below its heading."""

_CELL = 32_000  # Excel's limit is 32,767
_FORMULA = ("=", "+", "-", "@")
_NAMES = tuple(f.name for f in fields(ListRow))
_WIDTHS: dict[str, int] = {
    "system": 12, "level": 8, "host": 18, "address": 24, "zone": 16, "rule": 26, "title": 48,
    "topic": 24, "severity": 13, "verdict": 18, "item": 30, "label": 26, "found": 30, "wanted": 30,
    "reason": 40, "action": 60, "requirement": 22, "clause": 22, "measure": 34, "turn": 26,
    "observed": 17,
}  # fmt: skip
_REQUIREMENT_WIDTHS = (12, 8, 20, 16, 60, 18, 16, 24, 18, 8, 10, 14, 14, 60, 60)
_UNCOVERED_WIDTHS = (28, 12, 60, 48, 40, 60)
_FINDINGS = Term("Danh sách", "Findings")
_REQUIREMENTS = Term("Theo yêu cầu", "By requirement")
_UNCOVERED = Term("Chưa bao gồm", "Not covered")
_LIMITED = Term("HẠN CHẾ PHỔ BIẾN", "LIMITED CIRCULATION")
_TITLE = Term("Danh sách kết quả kiểm tra", "List of findings")

Cell = str | int | datetime


def write_xlsx(file: IO[bytes], audited: Audited, common: Shared, language: str = "vi") -> None:
    """Write the workbook to `file`: the same bytes for the same audit.

    Every text is written as text; nothing in it is a formula, a link or a number by guess.
    """
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    created = local(audited.as_of)
    book.set_properties({"title": _TITLE.text(language), "created": created})
    paint = _Paint(book, "dd/mm/yyyy hh:mm" if language == "vi" else "yyyy-mm-dd hh:mm", language)
    paint.sheet(
        _FINDINGS,
        [COLUMNS[name] for name in _NAMES],
        [_WIDTHS[name] for name in _NAMES],
        ([getattr(row, name) for name in _NAMES] for row in rows(audited, common, language)),
    )
    paint.sheet(
        _REQUIREMENTS, REQUIREMENT_COLUMNS, _REQUIREMENT_WIDTHS, requirement_rows(audited, language)
    )
    paint.sheet(
        _UNCOVERED,
        UNCOVERED_COLUMNS,
        _UNCOVERED_WIDTHS,
        (row.cells for row in uncovered(audited, language)),
    )
    book.close()


class _Paint:
    """Writes sheets of one workbook in one look."""

    def __init__(self, book: Workbook, dates: str, language: str) -> None:
        self._book = book
        self._language = language
        self._head: Format = book.add_format(
            {
                "bold": True,
                "text_wrap": True,
                "valign": "vcenter",
                "bg_color": "#E7E6E6",
                "border": 1,
            }
        )
        self._date: Format = book.add_format({"num_format": dates, "align": "left"})
        self._text: Format = book.add_format({"valign": "top"})
        self._quoted: Format = book.add_format({"valign": "top", "quote_prefix": True})

    def sheet(
        self,
        name: Term,
        headings: Sequence[Term],
        widths: Sequence[int],
        lines: Iterable[Sequence[Cell]],
    ) -> None:
        """A sheet with its heading; one more of the same name for each million rows."""
        page, used, number = self._begin(name.text(self._language), headings, widths), 0, 1
        for line in lines:
            if used == SHEET_ROWS:
                self._end(page, used, len(headings))
                number, used = number + 1, 0
                page = self._begin(f"{name.text(self._language)} {number}", headings, widths)
            used += 1
            for column, value in enumerate(line):
                self._write(page, used, column, value)
        self._end(page, used, len(headings))

    def _begin(self, name: str, headings: Sequence[Term], widths: Sequence[int]) -> Worksheet:
        page: Worksheet = self._book.add_worksheet(name)
        page.freeze_panes(1, 0)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.repeat_rows(0)
        page.fit_to_pages(1, 0)
        page.set_header(f"&L{name}&R{_LIMITED.text(self._language)}")
        page.set_footer("&C&P/&N")
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        page.set_row(0, 32)
        for column, heading in enumerate(headings):
            page.write_string(0, column, heading.text(self._language), self._head)
        return page

    def _end(self, page: Worksheet, used: int, columns: int) -> None:
        page.autofilter(0, 0, used, columns - 1)

    def _write(self, page: Worksheet, row: int, column: int, value: Cell) -> None:
        match value:
            case datetime():
                page.write_datetime(row, column, value, self._date)
            case int():
                page.write_number(row, column, value, self._text)
            case _:
                text = short(one_line(value), _CELL, self._language)
                if text:
                    risky = text.startswith(_FORMULA)
                    page.write_string(row, column, text, self._quoted if risky else self._text)
