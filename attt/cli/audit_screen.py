"""A finished audit on the terminal: coverage first, then each system, then what to do next."""

from collections import Counter
from datetime import date
from pathlib import Path

from attt.cli.console import say, table
from attt.cli.language import language, t
from attt.model.audit import Audited
from attt.model.finding import Verdict
from attt.model.outcome import Outcome, SystemResult
from attt.model.run import HostStatus
from attt.model.scan import ScanPlan
from attt.report import reasons, words
from attt.report.standard_words import edition

_ROWS = 12
_ADDRESSES = 10


def show_audit(audited: Audited) -> None:
    """What was seen, what each system's requirements came to, the worst findings."""
    _coverage(audited)
    for result in audited.systems:
        _system(audited, result)
    _worst(audited)
    _lapsed(audited)


def _lapsed(audited: Audited) -> None:
    """Measures that no longer count: without the word, a failure would seem to have come from nowhere."""
    found = {
        id_ for s in audited.systems for requirement in s.requirements
        for id_ in requirement.lapsed_measures
    }  # fmt: skip
    for measure in audited.inventory.measures:
        if measure.id in found:
            until = date.fromisoformat(measure.until)
            say(t("Measure '{id}' lapsed on {until}", id=measure.id, until=until), "dim")


def _coverage(audited: Audited) -> None:
    hosts = audited.in_short.hosts
    by_status = Counter(line.status for line in hosts)
    seen = by_status[HostStatus.AUDITED] + by_status[HostStatus.PARTLY]
    say(t("Hosts declared {declared}, read {seen}, of which in part {partly}; addresses scanned "
          "{scanned}.", declared=len(audited.run.hosts_declared), seen=seen,
          partly=by_status[HostStatus.PARTLY],
          scanned=sum(not s.evidence.failure for s in audited.scans)))  # fmt: skip
    for line in hosts:
        if line.failure is not None:
            why = reasons.FAILURES[line.failure]
            say(f"  {line.name}: {why.why.text(language())} {why.next.text(language())}", "dim")


def _system(audited: Audited, result: SystemResult) -> None:
    system = audited.inventory.systems[result.system]
    counts = Counter(r.outcome for r in result.requirements)
    assessed = len(result.requirements) - counts[Outcome.NOT_ASSESSED]
    title = edition(audited.rulebook.standards[result.standard], language())
    say("\n" + t("{name} ({code}), level {level}, {standard}", name=system.name, code=system.code,
                 level=result.level, standard=title), "title")  # fmt: skip
    say(t("  Assessed {assessed}/{all} requirements.", assessed=assessed,
          all=len(result.requirements)))  # fmt: skip
    for outcome in Outcome:
        if counts[outcome]:
            say(f"  {words.OUTCOMES[outcome].text(language())}: {counts[outcome]}")


def _worst(audited: Audited) -> None:
    failing: dict[str, set[str]] = {}
    for subject, finding in audited.in_short.findings():
        if finding.verdict is Verdict.FAIL:
            failing.setdefault(finding.rule, set()).add(subject.id)
    if not failing:
        return
    rules = audited.rulebook.rules
    order = sorted(failing, key=lambda r: (-rules[r].severity.rank, -len(failing[r]), r))
    say("\n" + t("What failed, the most serious first:"), "title")
    table(
        [t("Severity"), t("On"), t("Rule"), t("What")],
        [
            (
                words.SEVERITIES[rules[r].severity].text(language()),
                len(failing[r]),
                r,
                rules[r].title.text(language()),
            )
            for r in order[:_ROWS]
        ],
    )
    if len(order) > _ROWS:
        say(t("… and {count} more rules.", count=len(order) - _ROWS), "dim")


def show_reports(paths: list[Path]) -> None:
    """Where the reports are."""
    say("\n" + t("Reports:"), "title")
    for path in paths:
        say(f"  {path}")


def show_refused(plan: ScanPlan) -> None:
    """Which addresses are not scanned, and why."""
    by_reason: dict[str, list[str]] = {}
    for refusal in plan.refused:
        by_reason.setdefault(refusal.reason, []).append(refusal.address)
    for reason, addresses in by_reason.items():
        why = reasons.of_scan(reason)
        more = f" (+{len(addresses) - _ADDRESSES})" if len(addresses) > _ADDRESSES else ""
        say(t("Not scanned: {address}. {why} {next}",
              address=", ".join(addresses[:_ADDRESSES]) + more,
              why=why.why.text(language()), next=why.next.text(language())), "dim")  # fmt: skip
