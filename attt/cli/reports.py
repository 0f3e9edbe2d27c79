"""Writing reports to files, for `audit` and `report`."""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from attt.cli.console import note
from attt.cli.language import report_language, t
from attt.cli.report_files import file_word, make_folder, put
from attt.cli.report_kinds import Pairs, pairs
from attt.model.audit import Audited
from attt.model.rulebook import Rulebook
from attt.report.findings_csv import write_csv
from attt.report.html import lay_out, render
from attt.report.options import Options
from attt.report.pdf import one_page, pdf
from attt.report.transition import SideBySide
from attt.report.view_host import Shared, host, shared
from attt.report.view_transition import transition
from attt.settings import Settings


def options_of(conf: Settings, book: Rulebook) -> Options:
    """What papers need of an office's settings, and the day that standards in transition name."""
    moving = [s.transition.until for s in book.standards.values() if s.transition]
    return Options(
        parent=conf.letterhead.parent_body,
        body=conf.letterhead.body,
        place=conf.letterhead.place,
        circulation=conf.circulation,
        is_independent=conf.assessor_independent,
        transition_until=max(moving, default=""),
        annual_report=conf.deadlines.annual_report,
        annual_report_unit=conf.deadlines.annual_report_unit,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to write: kinds with formats, and of which systems and hosts (none: of all)."""

    pairs: Pairs
    systems: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()  # ids


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What all papers of one run are made from."""

    audited: Audited
    before: Audited | None
    options: Options
    common: Shared
    language: str
    editions: SideBySide | None = None


Writer = Callable[[IO[bytes]], object]


def write_reports(
    audited: Audited, conf: Settings, folder: Path, *, wanted: Wanted | None = None,
    before: Audited | None = None, editions: SideBySide | None = None,
) -> list[Path]:  # fmt: skip
    """Write what is wanted (by default the leader's sheet and each system's report) to `folder`.

    `before` is an earlier run to compare with; `editions` is the run under two of them, for the
    paper on the transition. Owner-only files; an existing file that differs is kept, and the new
    one goes beside it.
    """
    make_folder(folder)
    chosen = wanted or Wanted(pairs=pairs())
    desk = _Desk(
        audited=audited,
        before=before,
        options=options_of(conf, audited.rulebook),
        common=shared(audited, before),
        language=report_language(),
        editions=editions,
    )
    written: list[Path] = []
    for kind, format_ in chosen.pairs:
        for about, write in _writers(desk, kind, format_, chosen):
            named = t("Writing report: {kind} {code} …", kind=kind, code=about)
            note(named.replace("  ", " "))
            stem = "-".join(part for part in (kind, file_word(about), audited.run.id) if part)
            written.append(put(folder / f"{stem}.{format_}", write))
    return written


def _writers(desk: _Desk, kind: str, format_: str, wanted: Wanted) -> Iterator[tuple[str, Writer]]:
    """What each file of a kind is about (a code, an id, or nothing), and what writes it."""
    match kind, format_:
        case "leader", _:
            yield "", _paper(desk, kind, None, format_)
        case "system", _:
            codes = (s.system for s in desk.audited.systems)
            for code in dict.fromkeys(codes):
                if not wanted.systems or code in wanted.systems:
                    yield code, _paper(desk, kind, code, format_)
        case "transition", _ if desk.editions is not None:
            yield "", _editions(desk, desk.editions, format_)
        case "host", "html":
            for record in desk.audited.hosts:
                if not wanted.hosts or record.host in wanted.hosts:
                    yield record.host, _page(desk, record.host)
        case "findings", _:
            write = _csv if format_ == "csv" else _xlsx
            yield "", lambda file: write(file, desk)


def _paper(desk: _Desk, kind: str, code: str | None, format_: str) -> Writer:
    def html(tighter: int) -> str:
        return render(
            kind, desk.audited, desk.options, code=code, paper=format_ == "pdf",
            before=desk.before, tighter=tighter,
        )  # fmt: skip

    def write(file: IO[bytes]) -> None:
        if format_ != "pdf":
            file.write(html(0).encode())
        elif kind == "leader":
            file.write(one_page(html))
        else:
            file.write(pdf(html(0)))

    return write


def _editions(desk: _Desk, found: SideBySide, format_: str) -> Writer:
    def write(file: IO[bytes]) -> None:
        page = lay_out("transition", transition(found, desk.audited, desk.options))
        file.write(pdf(page) if format_ == "pdf" else page.encode())

    return write


def _page(desk: _Desk, host_id: str) -> Writer:
    def write(file: IO[bytes]) -> None:
        view = host(desk.audited, host_id, language=desk.language, common=desk.common)
        file.write(lay_out("host", view).encode())

    return write


def _csv(file: IO[bytes], desk: _Desk) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    write_csv(text, desk.audited, desk.common, desk.language)
    text.detach()


def _xlsx(file: IO[bytes], desk: _Desk) -> None:
    from attt.report.findings_xlsx import write_xlsx  # noqa: PLC0415 - only where it is wanted

    write_xlsx(file, desk.audited, desk.common, desk.language)


def host_ids(
    audited: Audited, wanted: Sequence[str], missing: Callable[[str], object]
) -> tuple[str, ...]:
    """Ids of the hosts named by id or name; `missing` is told of one that the run does not hold."""
    found: dict[str, None] = {}
    for name in wanted:
        ids = [r.host for r in audited.hosts if name in (r.host, r.name)]
        if not ids:
            missing(name)
        found.update(dict.fromkeys(ids))
    return tuple(found)
