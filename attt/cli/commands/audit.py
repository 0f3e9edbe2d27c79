"""`attt audit INVENTORY`: the main job."""

from pathlib import Path

import click

from attt.audit import audit, make_plan
from attt.cli import options, workshop
from attt.cli.audit_screen import show_audit, show_refused, show_reports
from attt.cli.concluding import exit_of
from attt.cli.console import note, say
from attt.cli.exits import Exit
from attt.cli.json_text import json_text
from attt.cli.language import t
from attt.cli.progress import ScreenObserver
from attt.cli.reports import covered, write_reports
from attt.inventory.select import select
from attt.model.audit import Audited
from attt.model.finding import Verdict
from attt.model.rule import Severity
from attt.model.run import RunStatus
from attt.report.document import audit_document
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
@options.FAIL_ON
@click.option("--no-scan", is_flag=True, help=t("Do not scan the network"))
@click.option("--out", "folder", type=click.Path(path_type=Path), help=t("Where reports go"))
@click.option("--json", "as_json", is_flag=True, help=t("One JSON document on stdout, no PDF"))
@click.pass_context
def command(  # noqa: D103 - the help says it
    ctx: click.Context, *, inventory: Path, systems: tuple[str, ...], hosts: tuple[str, ...],
    zones: tuple[str, ...], rules: tuple[str, ...], standard: str | None, fail_on: str,
    no_scan: bool, folder: Path | None, as_json: bool,
) -> int:  # fmt: skip
    conf = workshop.settings(ctx)
    book = workshop.rulebook(conf)
    workshop.known_rules(rules, book)
    whole = workshop.inventory_of(inventory, book)
    chosen = select(whole, systems=systems, hosts=hosts, zones=zones)
    wanted = workshop.standard_of(book, standard)
    run = workshop.new_run(chosen, book, wanted, only_rules=rules)
    plan = make_plan(
        chosen, book, today=run.started_at, standard=wanted, only_rules=rules,
        with_scan=not no_scan,
    )  # fmt: skip
    workshop.asked_for(rules, plan, book.standards[wanted], with_scan=not no_scan)
    with Store.open(workshop.store_path(conf)) as store:
        with ScreenObserver(len(plan.hosts), len(plan.scan.targets), is_quiet=as_json) as screen:
            means = workshop.means(conf, chosen, store, screen, jumps=whole.hosts)
            audited = audit(run, chosen, book, plan, means)
        if as_json:
            click.echo(json_text(audit_document(audited)))
        else:
            show_audit(audited)
            if not no_scan:
                show_refused(plan.scan)
            if audited.run.status is not RunStatus.INTERRUPTED:
                show_reports(write_reports(audited, conf, folder or conf.out))
            say(t("Run {run} is kept. Next, for one host in full: attt runs show {run} --host {host}",
                  run=run.id, host=_first_to_look_at(audited)))  # fmt: skip
    if audited.run.status is RunStatus.INTERRUPTED:
        note(t("Interrupted. What was finished is kept in run {run}.", run=run.id))
    code: Exit = exit_of(audited, Severity(fail_on), covered(audited))
    return code


def _first_to_look_at(audited: Audited) -> str:
    """The host with the most failures, or the first one."""
    failing = {r.host: sum(f.verdict is Verdict.FAIL for f in r.findings) for r in audited.hosts}
    return max(failing, key=failing.__getitem__, default=next(iter(audited.inventory.hosts), "…"))
