"""The terminal. The only file, with progress.py, that knows rich; every text passes `safe`."""

import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from attt.report.taint import one_line, visible

STYLES = {
    "fail": "bold red",
    "unknown": "yellow",
    "pass": "green",
    "not_applicable": "dim",
    "title": "bold",
    "dim": "dim",
}


_PIPE_COLUMNS = 160


def out() -> Console:
    """Results: stdout. Colour only on a terminal, and never as the only meaning."""
    return _console(sys.stdout)


def err() -> Console:
    """Progress and notes: stderr."""
    return _console(sys.stderr)


def _console(file: TextIO) -> Console:
    """In a pipe lines stay whole, so that `grep` finds a path or an id in one piece."""
    is_terminal = file.isatty()
    return Console(
        file=file,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=not is_terminal,
        width=None if is_terminal else _PIPE_COLUMNS,
    )


def safe(text: object, style: str = "") -> Text:
    """Text that a terminal shows and never obeys, whoever wrote it."""
    return Text(visible(str(text)), style=STYLES.get(style, ""))


def say(text: object, style: str = "") -> None:
    """One paragraph on stdout."""
    out().print(safe(text, style))


def note(text: object) -> None:
    """One paragraph on stderr."""
    err().print(safe(text))


def indented(text: str, by: int) -> Text:
    """A text of several lines, each `by` columns in."""
    lines = visible(text.strip()).split("\n")
    return Text("\n".join(" " * by + line for line in lines))


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A plain table; the last column takes what room is left."""
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        grid.add_column(heading, overflow="fold")
    for row in rows:
        grid.add_row(*(safe(one_line(str(cell))) for cell in row))
    out().print(grid)
