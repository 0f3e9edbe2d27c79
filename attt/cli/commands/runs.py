"""`attt runs list|show|diff|trend|resume`: history, and the end of what was cut off."""

from pathlib import Path

import click

from attt import __version__
from attt.audit import audit
from attt.cli import options, workshop
from attt.cli.audit_screen import show_audit
from attt.cli.comparing import host_of, sides, source_of
from attt.cli.console import note, say, table
from attt.cli.ending import end
from attt.cli.history_screen import (
    READ,
    SHOWN,
    interval_rows,
    minute,
    show_diff,
    show_intervals,
    show_trend,
    trend_rows,
)
from attt.cli.host_screen import show_host
from attt.cli.json_text import json_text
from attt.cli.language import language, t, whole_summaries
from attt.cli.past import past_audit
from attt.cli.previous import previous_audit
from attt.cli.progress import ScreenObserver
from attt.cli.resuming import Rest, rest_of, unfinished
from attt.model.finding import Verdict
from attt.model.run import HostStatus, Run, RunStatus
from attt.report import words
from attt.report.document import audit_document
from attt.report.view_diff import diff, diff_document
from attt.report.view_trend import alike, intervals
from attt.store.store import Store


@click.group("runs", help=t("List and show past runs, and finish what was cut off"))
def command() -> None:  # noqa: D103 - the help says it
    pass


@command.command("list", help=t("Every run that is kept, the newest first"))
@click.option("--json", "as_json", is_flag=True, help=t("A JSON array on stdout"))
@click.pass_context
def listing(ctx: click.Context, *, as_json: bool) -> None:  # noqa: D103 - the help says it
    path = workshop.store_path(workshop.settings(ctx))
    if not path.exists():
        say("[]" if as_json else t("No run is kept yet. Begin with: attt audit INVENTORY"))
        return
    with Store.open(path, must_exist=True) as store:
        summaries = store.summaries()
    rows = [
        {
            "run": s.run.id,
            "started_at": s.run.started_at,
            "status": s.run.status.value,
            "hosts": {status.value: s.hosts.get(status, 0) for status in HostStatus},
            "findings": {verdict.value: s.findings.get(verdict, 0) for verdict in Verdict},
            "source": s.run.inventory_source,
        }
        for s in summaries
    ]
    if as_json:
        click.echo(json_text(rows))
        return
    table(
        [t("Run"), t("Status"), t("Hosts read"), *(words.VERDICTS[v].text(language()) for v in SHOWN),
         t("Inventory")],
        [
            (
                s.run.id,
                words.RUN_STATUSES[s.run.status].text(language()),
                f"{sum(s.hosts.get(status, 0) for status in READ)}/{len(s.run.hosts_declared)}",
                *(s.findings.get(v, 0) for v in SHOWN),
                s.run.inventory_source,
            )
            for s in summaries
        ],
    )  # fmt: skip
    for each in summaries:
        if each.run.status is RunStatus.INTERRUPTED and not each.run.is_check:
            say(t("Run {run} did not come to its end ({done} of {declared} hosts). "
                  "To do the rest, type: attt runs resume {run}", run=each.run.id,
                  done=sum(each.hosts.values()), declared=len(each.run.hosts_declared)))  # fmt: skip


@command.command("show", help=t("One run: RUN is an id, its beginning, or `latest`"))
@click.argument("run", default="latest")
@click.option("--host", "host", help=t("Show this host in full (by id or name)"))
@click.option("--json", "as_json", is_flag=True, help=t("One JSON document on stdout"))
@click.pass_context
def show(  # noqa: D103 - the help says it
    ctx: click.Context, *, run: str, host: str | None, as_json: bool
) -> None:
    conf = workshop.settings(ctx)
    with Store.open(workshop.store_path(conf), must_exist=True) as store:
        audited = past_audit(store, run, workshop.rulebook(conf))
    if as_json:
        click.echo(json_text(audit_document(audited)))
        return
    chosen = [r for r in audited.hosts if host in (r.host, r.name)]
    if host is not None and not chosen:
        workshop.no_such_host(host, audited)
    say(t("Run {run}, begun {when}, {status}", run=audited.run.id,
          when=minute(audited.run.started_at),
          status=words.RUN_STATUSES[audited.run.status].text(language())), "title")  # fmt: skip
    if host is None:
        show_audit(audited)
    for record in chosen:
        show_host(audited, record, full=True)


@command.command(
    "diff",
    help=t(
        "Say what changed from run THEN to run NOW, and why: the host, the rules, attt itself or a "
        "measure. The why is proved: the kept answers of both are judged by the rules of today.\n\n"
        "Without THEN the run before NOW that is most like it; without NOW the newest."
    ),
)
@click.argument("then", required=False)
@click.argument("now", default="latest")
@click.option("--json", "as_json", is_flag=True, help=t("One JSON document on stdout"))
@click.pass_context
def difference(  # noqa: D103 - the help says it
    ctx: click.Context, *, then: str | None, now: str, as_json: bool
) -> None:
    conf = workshop.settings(ctx)
    book = workshop.rulebook(conf)
    with Store.open(workshop.store_path(conf), must_exist=True) as store:
        found = diff(*sides(store, then, now, book))
    if as_json:
        click.echo(json_text(diff_document(found, __version__)))
    else:
        show_diff(found)


@command.command(
    "trend",
    help=t(
        "Show the audits of INVENTORY (a part of its name; without it that of the newest audit) "
        "over time or, with --host, since when each verdict of a host stands."
    ),
)
@click.argument("inventory", required=False)
@click.option("--host", "host", help=t("Only this host (by id or name)"))
@click.option("--json", "as_json", is_flag=True, help=t("A JSON array on stdout"))
@click.pass_context
def trend(  # noqa: D103 - the help says it
    ctx: click.Context, *, inventory: str | None, host: str | None, as_json: bool
) -> None:
    conf = workshop.settings(ctx)
    with Store.open(workshop.store_path(conf), must_exist=True) as store:
        if host is not None:
            history = store.history(host_of(store, host))
            told = intervals((run, r.observed_at, r.findings) for run, r in history)
            if as_json:
                click.echo(json_text(interval_rows(told)))
            else:
                show_intervals(host, told)
            return
        summaries = store.summaries()
    source = source_of(tuple(s.run for s in summaries), inventory)
    by_id = {each.run.id: each for each in summaries}
    chosen = [by_id[run.id] for run in alike((s.run for s in summaries), source)]
    if as_json:
        click.echo(json_text(trend_rows(chosen)))
    else:
        show_trend(source, chosen)


@command.command(
    "resume",
    help=t(
        "Finish a run that was cut off (Ctrl-C, a power cut, a full disk): only hosts and addresses "
        "that are not kept yet are asked, by the inventory that the run began with.\n\n"
        "RUN is an id or its beginning; without it the newest run that was cut off."
    ),
)
@click.argument("run", required=False)
@click.option("--retry-failed", "is_retry", is_flag=True,
              help=t("Ask hosts again that could not be reached or logged into"))  # fmt: skip
@options.FAIL_ON
@click.option("--out", "folder", type=click.Path(path_type=Path), help=t("Where reports go"))
@click.option("--no-reports", is_flag=True,
              help=t("Keep the run and write no reports; attt report writes them later"))  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=t("One JSON document on stdout, no PDF"))
@click.pass_context
def resume(  # noqa: D103 - the help says it
    ctx: click.Context, *, run: str | None, is_retry: bool, fail_on: str, folder: Path | None,
    no_reports: bool, as_json: bool,
) -> int:  # fmt: skip
    conf = workshop.settings(ctx)
    book = workshop.rulebook(conf)
    with Store.open(workshop.store_path(conf), must_exist=True) as store:
        chosen = unfinished(store, run, book)
        store.resume(chosen.id)
        rest = rest_of(store, chosen, book, today=workshop.now(), is_retry=is_retry)
        _tell_rest(chosen, rest)
        asked, addresses = rest.plan.hosts, rest.plan.scan.targets
        with ScreenObserver(len(asked), len(addresses), is_quiet=as_json) as screen:
            jumps = {**rest.inventory.hosts, **{host.id: host for host in chosen.jumps}}
            means = workshop.means(conf, rest.inventory, store, screen, jumps=jumps)
            workshop.settle()
            audited = audit(chosen, rest.inventory, book, rest.plan, means, kept=rest.kept)
        return end(
            audited, rest.plan.scan, conf, fail_on=fail_on, folder=folder,
            has_reports=not no_reports, as_json=as_json,
            before=lambda: previous_audit(store, audited.run, book),
        )  # fmt: skip


def _tell_rest(run: Run, rest: Rest) -> None:
    note(t("Run {run} goes on with its inventory of {when} ({source}): {kept} hosts are kept, "
           "{asked} are asked now; {scanned} addresses are kept, {addresses} are scanned now.",
           run=run.id, when=minute(run.started_at), source=run.inventory_source,
           kept=len(rest.kept.hosts), asked=len(rest.plan.hosts), scanned=len(rest.kept.scans),
           addresses=len(rest.plan.scan.targets)))  # fmt: skip


whole_summaries(command)
