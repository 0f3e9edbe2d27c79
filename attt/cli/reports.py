"""Writing reports to files, for `audit` and `report`."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from attt.cli.console import note
from attt.cli.language import t
from attt.errors import InputError, Place
from attt.message import Message
from attt.model.audit import Audited
from attt.model.finding import Finding
from attt.report.html import render
from attt.report.options import Options
from attt.report.pdf import pdf
from attt.report.scope import covering, measure_of
from attt.settings import Settings


def options_of(conf: Settings) -> Options:
    """What papers need of an office's settings."""
    return Options(
        parent=conf.letterhead.parent_body,
        body=conf.letterhead.body,
        place=conf.letterhead.place,
        circulation=conf.circulation,
        is_independent=conf.assessor_independent,
        transition_until=conf.deadlines.transition,
        annual_report=conf.deadlines.annual_report,
        annual_report_unit=conf.deadlines.annual_report_unit,
    )


def write_reports(
    audited: Audited, conf: Settings, folder: Path, *,
    kinds: Sequence[str] = ("leader", "system"), formats: Sequence[str] = ("pdf", "html"),
) -> list[Path]:  # fmt: skip
    """The leader's report, and one report a system; each in every format. Owner-only files."""
    _make(folder)
    options = options_of(conf)
    written: list[Path] = []
    for kind in kinds:
        codes = [s.system for s in audited.systems] if kind == "system" else [None]
        for code in codes:
            note(
                t("Writing report: {kind} {code} …", kind=kind, code=code or "").replace("  ", " ")
            )
            stem = "-".join(
                part for part in (kind, code and _file_word(code), audited.run.id) if part
            )
            written += _write_one(
                audited, options, folder / stem, kind=kind, code=code, formats=formats
            )
    return written


def _write_one(
    audited: Audited, options: Options, stem: Path, *, kind: str, code: str | None,
    formats: Sequence[str],
) -> list[Path]:  # fmt: skip
    written = []
    for name in formats:
        html = render(kind, audited, options, code=code, paper=name == "pdf")
        content = pdf(html) if name == "pdf" else html.encode()
        path = stem.with_name(f"{stem.name}.{name}")
        _write(path, content)
        written.append(path)
    return written


def _write(path: Path, content: bytes) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
    except OSError as error:
        raise InputError(
            Message("The report can't be written: {reason}", reason=error.strerror or ""),
            hint=Message("Name another folder with --out"),
            place=Place(str(path)),
        ) from error


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            Message("The folder for reports can't be made: {reason}", reason=error.strerror or ""),
            hint=Message("Name another with --out"),
            place=Place(str(folder)),
        ) from error


def _file_word(code: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in code)


def covered(audited: Audited) -> Callable[[Finding], bool]:
    """Whether a measure in force covers a finding, so that it does not decide the exit code."""
    by_id = {measure.id: measure for measure in audited.inventory.measures}
    found = covering(audited.inventory, audited.systems)
    return lambda finding: measure_of(finding, found, by_id) is not None
