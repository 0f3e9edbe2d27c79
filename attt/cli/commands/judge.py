"""`attt judge RUN`: the same evidence again, without touching a host."""

from collections.abc import Sequence

import click

from attt.cli import workshop
from attt.cli.audit_screen import show_audit
from attt.cli.console import say
from attt.cli.json_text import json_text
from attt.cli.language import t
from attt.cli.past import day_end, judged_again
from attt.model.answer import Obstacle
from attt.model.audit import Audited
from attt.model.level import Level
from attt.model.run import HostRecord, ScanRecord
from attt.report.document import audit_document
from attt.store.findings import encode_findings
from attt.store.store import Store


@click.command(
    "judge",
    help=t(
        "Parse and judge the kept evidence of RUN (an id, its beginning, or `latest`) again, by "
        "the rules of today; no host is touched. Says whether the findings are still the same."
    ),
)
@click.argument("run", default="latest")
@click.option("--standard", help=t("Judge by this standard instead of the run's own"))
@click.option("--level", type=click.IntRange(1, 5),
              help=t("Judge every system at this level instead of its own"))  # fmt: skip
@click.option("--as-of", metavar="DATE",
              help=t("Count the expiry of papers as of the end of this day (yyyy-mm-dd)"))  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=t("One JSON document on stdout"))
@click.pass_context
def command(  # noqa: D103 - the help says it
    ctx: click.Context, *, run: str, standard: str | None, level: int | None, as_of: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    conf = workshop.settings(ctx)
    book = workshop.rulebook(conf)
    wanted = workshop.standard_of(book, standard) if standard else None
    with Store.open(workshop.store_path(conf), must_exist=True) as store:
        audited = judged_again(
            store, run, book, standard=wanted, as_of=day_end(as_of),
            level=Level(level) if level else None,
        )  # fmt: skip
        is_same_question = level is None and wanted in (None, store.run(run).standards[0])
        then = _said([*store.hosts(run), *store.scans(run)])
    if as_json:
        click.echo(json_text(audit_document(audited)))
        return
    show_audit(audited)
    if is_same_question:
        _compare(audited, then)
    else:
        _otherwise(audited)


def _said(records: Sequence[HostRecord | ScanRecord]) -> dict[str, bytes]:
    """What was found, by host name and by scanned address."""
    return {
        r.name if isinstance(r, HostRecord) else r.evidence.address: encode_findings(r.findings)
        for r in records
    }


def _compare(audited: Audited, then: dict[str, bytes]) -> None:
    now = _said([*audited.hosts, *audited.scans])
    changed = [name for name in now if now[name] != then.get(name)]
    if not changed:
        say("\n" + t("The findings of all {count} hosts are the same, byte for byte.",
                     count=len(audited.hosts)))  # fmt: skip
        return
    say("\n" + t("The findings changed on: {hosts}", hosts=", ".join(changed)))
    say(t("The evidence is the same: the rules, the standard or attt itself changed since."))


def _otherwise(audited: Audited) -> None:
    """That it is another question than the run's own, and what it lacks to be answered."""
    missing = {
        miss.fact
        for record in audited.hosts
        for miss in record.missed
        if miss.obstacle is Obstacle.NOT_COLLECTED
    }
    say("\n" + t("Judged by another standard or level than the run was made for: the findings of "
                 "then are not compared."))  # fmt: skip
    if missing:
        say(t("{count} facts that it needs were not collected then; what rests on them is unknown. "
              "Audit again to learn them.", count=len(missing)))  # fmt: skip
