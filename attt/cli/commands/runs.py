"""`attt runs list|show`: history."""

import click

from attt.cli import workshop
from attt.cli.audit_screen import show_audit
from attt.cli.console import say, table
from attt.cli.host_screen import show_host
from attt.cli.json_text import json_text
from attt.cli.language import language, t, whole_summaries
from attt.cli.past import past_audit
from attt.model.finding import Verdict
from attt.model.run import HostStatus
from attt.report import words
from attt.report.document import audit_document
from attt.store.store import Store


@click.group("runs", help=t("List and show past runs"))
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
        [t("Run"), t("Status"), t("Hosts"), *(words.VERDICTS[v].text(language()) for v in _SHOWN),
         t("Inventory")],
        [
            (
                s.run.id,
                words.RUN_STATUSES[s.run.status].text(language()),
                sum(s.hosts.values()),
                *(s.findings.get(v, 0) for v in _SHOWN),
                s.run.inventory_source,
            )
            for s in summaries
        ],
    )  # fmt: skip


_SHOWN = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS)


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
    say(t("Run {run}, begun {when}, {status}", run=audited.run.id, when=audited.run.started_at,
          status=words.RUN_STATUSES[audited.run.status].text(language())), "title")  # fmt: skip
    if host is None:
        show_audit(audited)
        return
    for record in audited.hosts:
        if host in (record.host, record.name):
            show_host(audited, record, full=True)
            return
    workshop.no_such_host(host, audited)


whole_summaries(command)
