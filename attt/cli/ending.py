"""How `audit` and `runs resume` end alike: what was found, the papers, the next step, the code."""

import shlex
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import click

from attt.cli.audit_screen import show_audit, show_refused, show_reports
from attt.cli.concluding import covered, exit_of, not_determined
from attt.cli.console import note, say
from attt.cli.exits import Exit
from attt.cli.json_text import json_text
from attt.cli.language import t
from attt.model.audit import Audited
from attt.model.finding import Verdict
from attt.model.rule import Severity
from attt.model.run import RunStatus
from attt.model.scan import ScanPlan
from attt.model.subject import host
from attt.settings import Settings

_NAMED = 12  # rules named in a line; `runs show` lists them all


def end(
    audited: Audited, scan: ScanPlan, conf: Settings, *, fail_on: str, folder: Path | None,
    has_reports: bool, as_json: bool, before: Callable[[], Audited | None],
) -> Exit:  # fmt: skip
    """Tell what an audit came to, and write its papers where it came to its end.

    `before` gives the earlier run that papers compare with.
    """
    is_interrupted = audited.run.status is RunStatus.INTERRUPTED
    if as_json:
        from attt.report.document import audit_document  # noqa: PLC0415 - what reports need is much

        click.echo(json_text(audit_document(audited)))
    else:
        show_audit(audited)
        show_refused(scan)
        if has_reports and not is_interrupted:
            from attt.cli.reports import write_reports  # noqa: PLC0415

            written = write_reports(audited, conf, folder or conf.out, before=before())
            show_reports(written)
        if not audited.in_short.hosts:
            say(t("Run {run} is kept. It read no host; see what the inventory declares with: "
                  "attt inventory check {inventory}", run=audited.run.id,
                  inventory=shlex.quote(audited.run.inventory_source)))  # fmt: skip
        else:
            say(t("Run {run} is kept. Next, for one host in full: attt runs show {run} --host {host}",
                  run=audited.run.id, host=_first_to_look_at(audited)))  # fmt: skip
    if is_interrupted:
        note(t("Interrupted. What was finished is kept in run {run}. "
               "To do the rest, type: attt runs resume {run}", run=audited.run.id))  # fmt: skip
    code: Exit = exit_of(audited, Severity(fail_on), covered(audited))
    if code is Exit.TOO_LITTLE_SEEN and not as_json:
        _why_too_little(audited, Severity(fail_on))
    return code


def _why_too_little(audited: Audited, fail_on: Severity) -> None:
    """Exit code 4 without a word would look like an error."""
    unknown = not_determined(audited, fail_on)
    if unknown:
        more = f" … (+{len(unknown) - _NAMED})" if len(unknown) > _NAMED else ""
        note(t("Too little was seen to conclude (exit code 4); not determined on some host: {rules}",
               rules=", ".join(unknown[:_NAMED]) + more))  # fmt: skip
    else:
        note(t("Too little was seen to conclude (exit code 4)."))


def _first_to_look_at(audited: Audited) -> str:
    """The host with the most failures, or the first one that was read."""
    hosts = {str(host(line.host)): line.host for line in audited.in_short.hosts}
    unread = {line.host for line in audited.in_short.hosts if line.failure is not None}
    failing = Counter(
        str(subject)
        for subject, finding in audited.in_short.findings()
        if finding.verdict is Verdict.FAIL
    )
    read = [subject for subject, id_ in hosts.items() if id_ not in unread]
    worst = max(read or hosts, key=failing.__getitem__, default=None)
    return hosts[worst] if worst else next(iter(audited.inventory.hosts), "…")
