"""`attt report RUN`: the papers of a past run."""

from pathlib import Path

import click

from attt.cli import workshop
from attt.cli.audit_screen import show_reports
from attt.cli.host_screen import show_host
from attt.cli.language import t
from attt.cli.past import moved, past_audit
from attt.cli.previous import previous_audit
from attt.cli.report_kinds import FORMATS, all_formats, pairs
from attt.cli.reports import Wanted, host_ids, write_reports
from attt.errors import UsageError
from attt.message import Message
from attt.model.audit import Audited
from attt.report.transition import narrowed, side_by_side
from attt.report.view_host import shared
from attt.store.store import Store


@click.command(
    "report",
    help=t(
        "Write reports of RUN (an id, its beginning, or `latest`).\n\n"
        "\b\n"
        "Kind        Formats    For\n"
        "leader      pdf, html  the leader: one A4 page\n"
        "system      pdf, html  the office: the full report of each system\n"
        "transition  pdf, html  the office: what is still owed of the edition that follows\n"
        "host        html       the admin: each host, what to mend first and what to type\n"
        "host        text       the same on the terminal, where --format text is given\n"
        "findings    xlsx, csv  the officer: every finding in a row, to filter and sort\n\n"
        "Without --kind: leader and system. Reports compare with the last finished run of the same "
        "inventory. A file that is already there and differs is kept; the new one is put beside it."
    ),
)
@click.argument("run", default="latest")
@click.option("--kind", "kinds", type=click.Choice(tuple(FORMATS)), multiple=True,
              help=t("Which report (may be given again)"))  # fmt: skip
@click.option("--format", "formats", type=click.Choice(all_formats()), multiple=True,
              help=t("Which format (default: every file format of the kind; may be given again)"))  # fmt: skip
@click.option("--host", "hosts", multiple=True,
              help=t("Only this host (by id or name); its report unless --kind says otherwise"))  # fmt: skip
@click.option("--system", "systems", multiple=True,
              help=t("Only this system (by code); its report unless --kind says otherwise"))  # fmt: skip
@click.option("--against", metavar="RUN", help=t("Compare with this run; `none`: with none"))
@click.option("--out", "folder", type=click.Path(path_type=Path), help=t("Where reports go"))
@click.pass_context
def command(  # noqa: D103 - the help says it
    ctx: click.Context, *, run: str, kinds: tuple[str, ...], formats: tuple[str, ...],
    hosts: tuple[str, ...], systems: tuple[str, ...], against: str | None, folder: Path | None,
) -> None:  # fmt: skip
    conf = workshop.settings(ctx)
    meant = tuple(kind for kind, named in (("host", hosts), ("system", systems)) if named)
    wanted = pairs(kinds or meant, formats)
    book = workshop.rulebook(conf)
    with Store.open(workshop.store_path(conf), must_exist=True) as store:
        audited = past_audit(store, run, book)
        before = previous_audit(store, audited.run, book, wanted=against)
        editions = None
        if any(kind == "transition" for kind, _ in wanted):
            found = side_by_side(*moved(store, run, book, old=None, as_of=None))
            editions = narrowed(found, systems)
    _known_systems(systems, audited)
    ids = host_ids(audited, hosts, lambda name: workshop.no_such_host(name, audited))
    if ("host", "text") in wanted:
        _show(audited, ids, before)
    files = tuple(pair for pair in wanted if pair[1] != "text")
    if files:
        chosen = Wanted(pairs=files, systems=systems, hosts=ids)
        written = write_reports(
            audited, conf, folder or conf.out, wanted=chosen, before=before, editions=editions
        )
        show_reports(written)


def _show(audited: Audited, ids: tuple[str, ...], before: Audited | None) -> None:
    common = shared(audited, before)
    for record in audited.hosts:
        if not ids or record.host in ids:
            show_host(audited, record, full=True, common=common)


def _known_systems(wanted: tuple[str, ...], audited: Audited) -> None:
    codes = {s.system for s in audited.systems}
    for code in wanted:
        if code not in codes:
            raise UsageError(
                Message("The run holds no system {code!r}", code=code),
                hint=Message("Its systems: {codes}", codes=", ".join(sorted(codes))),
            )
