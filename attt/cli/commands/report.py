"""`attt report RUN`: the papers of a past run."""

from pathlib import Path

import click

from attt.cli import workshop
from attt.cli.audit_screen import show_reports
from attt.cli.language import t
from attt.cli.past import past_audit
from attt.cli.reports import write_reports
from attt.store.store import Store

KINDS = ("leader", "system")
FORMATS = ("pdf", "html")


@click.command(
    "report",
    help=t(
        "Write a report of RUN (an id, its beginning, or `latest`): leader is the one-page sheet, "
        "system the full report of each system."
    ),
)
@click.argument("run", default="latest")
@click.option("--kind", "kinds", type=click.Choice(KINDS), multiple=True,
              help=t("Which report (default: all; may be given again)"))  # fmt: skip
@click.option("--format", "formats", type=click.Choice(FORMATS), multiple=True,
              help=t("Which format (default: all; may be given again)"))  # fmt: skip
@click.option("--out", "folder", type=click.Path(path_type=Path), help=t("Where reports go"))
@click.pass_context
def command(  # noqa: D103 - the help says it
    ctx: click.Context, *, run: str, kinds: tuple[str, ...], formats: tuple[str, ...],
    folder: Path | None,
) -> None:  # fmt: skip
    conf = workshop.settings(ctx)
    with Store.open(workshop.store_path(conf), must_exist=True) as store:
        audited = past_audit(store, run, workshop.rulebook(conf))
    written = write_reports(
        audited, conf, folder or conf.out, kinds=kinds or KINDS, formats=formats or FORMATS
    )
    show_reports(written)
