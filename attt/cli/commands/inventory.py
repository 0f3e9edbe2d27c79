"""`attt inventory check|show|template|schema`."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from attt.cli import options, workshop
from attt.cli.console import note, say
from attt.cli.exits import Exit
from attt.cli.inventory_document import check_document, show_document
from attt.cli.inventory_screen import show_inventory, show_warnings
from attt.cli.json_text import json_text
from attt.cli.language import language, t, whole_summaries
from attt.cli.new_file import write_new
from attt.cli.schemas import KINDS, json_schema
from attt.evaluate.moments import VIETNAM
from attt.inventory.check import warnings
from attt.inventory.likely.credentials import of_credentials
from attt.inventory.select import select
from attt.inventory.starter import starter


@click.group("inventory", help=t("Check, show or begin an inventory; print JSON Schemas"))
def command() -> None:  # noqa: D103 - the help says it
    pass


@command.command(
    "check",
    help=t(
        "Load INVENTORY (a YAML file, or a folder of them), refuse what is wrong, warn of likely "
        "mistakes"
    ),
)
@click.argument("inventory", type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help=t("Exit with 1 where there is a warning"))
@click.option("--json", "as_json", is_flag=True, help=t("One JSON document on stdout"))
@click.pass_context
def check(ctx: click.Context, *, inventory: Path, strict: bool, as_json: bool) -> int:  # noqa: D103
    loaded = workshop.inventory_of(inventory, workshop.rulebook(workshop.settings(ctx)))
    found = (
        *warnings(loaded, datetime.now(UTC).astimezone(VIETNAM).date()),
        *of_credentials(loaded, os.environ, Path.home()),
    )
    if as_json:
        click.echo(json_text(check_document(loaded, found, language())))
    else:
        show_warnings(loaded, found)
    is_warned = any(not one.is_note for one in found)
    return Exit.FINDINGS if strict and is_warned else Exit.CLEAN


@command.command(
    "show",
    help=t("Show the systems and hosts of INVENTORY as attt understands them, templates filled in"),
)
@click.argument("inventory", type=click.Path(path_type=Path))
@options.SELECTION
@click.option("--json", "as_json", is_flag=True, help=t("One JSON document on stdout"))
@click.pass_context
def show(  # noqa: D103 - the help says it
    ctx: click.Context, *, inventory: Path, systems: tuple[str, ...], hosts: tuple[str, ...],
    zones: tuple[str, ...], as_json: bool,
) -> None:  # fmt: skip
    whole = workshop.inventory_of(inventory, workshop.rulebook(workshop.settings(ctx)))
    chosen = select(whole, systems=systems, hosts=hosts, zones=zones)
    if as_json:
        click.echo(json_text(show_document(chosen)))
    else:
        show_inventory(chosen)


@command.command(
    "template",
    help=t("Write a commented inventory to begin with into FILE, which must not exist"),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def template(ctx: click.Context, *, file: Path) -> None:  # noqa: D103 - the help says it
    workshop.settings(ctx)
    write_new(file, starter(language()))
    say(t("{file} is written. Edit it, then: attt inventory check {file}", file=file))


@command.command(
    "schema",
    help=t(
        "Print the JSON Schema of a KIND of file or document (default: inventory), for editors and "
        "scripts.\n\nKinds: {kinds}",
        kinds=", ".join(KINDS),
    ),
)
@click.argument("kind", type=click.Choice(KINDS), default="inventory", metavar="[KIND]")
@click.option("--out", "folder", type=click.Path(path_type=Path),
              help=t("Write KIND.json into this folder instead; it must not be there yet"))  # fmt: skip
def schema(*, kind: str, folder: Path | None) -> None:  # noqa: D103 - the help says it
    text = json_text(json_schema(kind))
    if folder is None:
        click.echo(text)
        return
    path = folder / f"{kind}.json"
    write_new(path, f"{text}\n")
    note(t("{file} is written.", file=path))


whole_summaries(command)
