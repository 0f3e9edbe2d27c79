"""The list of findings as CSV (RFC 4180), with a BOM so that Excel reads it as UTF-8."""

import csv
from dataclasses import fields
from datetime import datetime
from typing import IO

from attt.model.audit import Audited
from attt.report.taint import one_line
from attt.report.view_findings import COLUMNS, ListRow, rows
from attt.report.view_host import Shared

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NAMES = tuple(f.name for f in fields(ListRow))


def write_csv(file: IO[str], audited: Audited, common: Shared, language: str = "vi") -> int:
    """Write every finding to `file`, opened with newline=""; gives the number of rows.

    Cells that a spreadsheet would run as a formula begin with an apostrophe.
    """
    file.write("\ufeff")
    writer = csv.writer(file, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow([COLUMNS[name].text(language) for name in _NAMES])
    count = 0
    for count, row in enumerate(rows(audited, common, language), 1):  # noqa: B007 - counted
        writer.writerow([_cell(getattr(row, name), language) for name in _NAMES])
    return count


def _cell(value: str | datetime, language: str) -> str:
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}" if language == "vi" else f"{value:%Y-%m-%d %H:%M}"
    return plain(value)


def plain(text: str) -> str:
    """`text` on one line, nothing hidden, and no formula."""
    shown = one_line(text)
    return f"'{shown}" if text.startswith(_FORMULA) or shown.startswith(_FORMULA) else shown
