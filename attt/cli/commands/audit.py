"""`attt audit INVENTORY`: the main job."""

from pathlib import Path

import click

from attt.audit import audit, make_plan
from attt.cli import options, workshop
from attt.cli.ending import end
from attt.cli.language import t
from attt.cli.previous import previous_audit
from attt.cli.progress import ScreenObserver
from attt.inventory.select import select
from attt.store.store import Store


@click.command(
    "audit",
    help=t(
        "Audit every system of INVENTORY (a YAML file, or a folder of them): read its hosts, scan "
        "what is approved, judge, keep the run and write the reports.\n\n"
        "attt only reads; it never changes a host."
    ),
)
@click.argument("inventory", type=click.Path(path_type=Path))
@options.SELECTION
@options.RULES
@options.NO_WALK
@options.FAIL_ON
@click.option("--no-scan", is_flag=True, help=t("Do not scan the network"))
@click.option("--out", "folder", type=click.Path(path_type=Path), help=t("Where reports go"))
@click.option("--no-reports", is_flag=True,
              help=t("Keep the run and write no reports; attt report writes them later"))  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=t("One JSON document on stdout, no PDF"))
@click.pass_context
def command(  # noqa: D103 - the help says it
    ctx: click.Context, *, inventory: Path, systems: tuple[str, ...], hosts: tuple[str, ...],
    zones: tuple[str, ...], rules: tuple[str, ...], standard: str | None, no_walk: bool,
    fail_on: str, no_scan: bool, folder: Path | None, no_reports: bool, as_json: bool,
) -> int:  # fmt: skip
    conf = workshop.settings(ctx)
    book = workshop.rulebook(conf)
    workshop.known_rules(rules, book)
    whole = workshop.inventory_of(inventory, book)
    chosen = select(whole, systems=systems, hosts=hosts, zones=zones)
    wanted = workshop.standard_of(book, standard)
    run = workshop.new_run(
        chosen,
        book,
        wanted,
        only_rules=rules,
        has_scan=not no_scan,
        has_walks=not no_walk,
        whole=whole,
    )
    plan = make_plan(
        chosen, book, today=run.started_at, standard=wanted, only_rules=rules,
        with_scan=not no_scan, with_walks=not no_walk,
    )  # fmt: skip
    workshop.asked_for(rules, plan, book.standards[wanted], with_scan=not no_scan)
    with Store.open(workshop.store_path(conf)) as store:
        with ScreenObserver(len(plan.hosts), len(plan.scan.targets), is_quiet=as_json) as screen:
            means = workshop.means(conf, chosen, store, screen, jumps=whole.hosts)
            workshop.settle()
            audited = audit(run, chosen, book, plan, means)
        return end(
            audited, plan.scan, conf, fail_on=fail_on, folder=folder, has_reports=not no_reports,
            as_json=as_json, before=lambda: previous_audit(store, audited.run, book),
        )  # fmt: skip
