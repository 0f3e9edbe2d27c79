"""`attt inventory check|schema`."""

from datetime import UTC, datetime
from pathlib import Path

import click

from attt.cli import workshop
from attt.cli.console import say
from attt.cli.json_text import json_text
from attt.cli.language import language, t, whole_summaries
from attt.evaluate.moments import VIETNAM
from attt.inventory.check import warnings
from attt.inventory.schema import json_schema


@click.group("inventory", help=t("Check an inventory, or print its JSON Schema"))
def command() -> None:  # noqa: D103 - the help says it
    pass


@command.command("check", help=t("Load INVENTORY, refuse what is wrong, warn of likely mistakes"))
@click.argument("inventory", type=click.Path(path_type=Path))
@click.pass_context
def check(ctx: click.Context, *, inventory: Path) -> None:  # noqa: D103 - the help says it
    loaded = workshop.inventory_of(inventory, workshop.rulebook(workshop.settings(ctx)))
    found = warnings(loaded, datetime.now(UTC).astimezone(VIETNAM).date())
    for warning in found:
        place = f"{warning.place}: " if warning.place else ""
        say(t("{place}warning: {text}", place=place, text=warning.message.text(language())))
    say(t("{systems} systems, {hosts} hosts, {zones} zones; {count} warnings.",
          systems=len(loaded.systems), hosts=len(loaded.hosts), zones=len(loaded.zones),
          count=len(found)))  # fmt: skip


@command.command("schema", help=t("Print the JSON Schema of inventories, for editors"))
def schema() -> None:  # noqa: D103 - the help says it
    click.echo(json_text(json_schema()))


whole_summaries(command)
