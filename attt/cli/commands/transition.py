"""`attt transition RUN`: the same evidence under both editions, and what is still owed."""

import click

from attt import __version__
from attt.cli import workshop
from attt.cli.json_text import json_text
from attt.cli.language import t
from attt.cli.past import day_end, moved
from attt.cli.transition_screen import show_transition
from attt.report.transition import side_by_side, transition_document
from attt.store.store import Store


@click.command(
    "transition",
    help=t(
        "Judge the kept evidence of RUN (an id, its beginning, or `latest`) under the edition that "
        "systems are moving on from and under the one that follows it, and show side by side what "
        "each system still owes by the end of the transition. No host is touched; what the run never "
        "asked for is not assessed, never met. The paper: attt report RUN --kind transition."
    ),
)
@click.argument("run", default="latest")
@click.option("--from", "old", metavar="STANDARD",
              help=t("The edition to move on from (default: the one in transition)"))  # fmt: skip
@click.option("--as-of", metavar="DATE",
              help=t("Count the expiry of papers as of the end of this day (yyyy-mm-dd)"))  # fmt: skip
@click.option("--full", is_flag=True, help=t("Every requirement that is owed, the unassessed too"))
@click.option("--json", "as_json", is_flag=True, help=t("One JSON document on stdout"))
@click.pass_context
def command(  # noqa: D103 - the help says it
    ctx: click.Context, *, run: str, old: str | None, as_of: str | None, full: bool, as_json: bool
) -> None:
    conf = workshop.settings(ctx)
    book = workshop.rulebook(conf)
    with Store.open(workshop.store_path(conf), must_exist=True) as store:
        found = side_by_side(*moved(store, run, book, old=old, as_of=day_end(as_of)))
    if as_json:
        click.echo(json_text(transition_document(found, __version__)))
        return
    show_transition(found, full=full)
