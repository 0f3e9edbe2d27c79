"""How an audit's result becomes an exit code."""

from collections.abc import Callable
from dataclasses import replace

from attt.cli.exits import Exit
from attt.model.audit import Audited
from attt.model.finding import Finding, Verdict
from attt.model.inventory import TransportKind
from attt.model.rule import Severity
from attt.model.run import HostStatus, RunStatus
from attt.report.scope import covering, measure_of


def exit_of(audited: Audited, fail_on: Severity, is_covered: Callable[[Finding], bool]) -> Exit:
    """Interrupted beats too little seen, which beats findings.

    Too little is seen where a host was not read or only in part, where a rule that is severe enough
    to count could not be judged, or where nothing was judged at all. Hosts that the inventory itself
    declares out of reach (transport none) don't count as unseen; findings that a measure in force
    covers don't count as findings.
    """
    if audited.run.status is RunStatus.INTERRUPTED:
        return Exit.INTERRUPTED
    seen, rules = audited.in_short, audited.rulebook.rules
    if any(_is_unseen(audited, line.host, line.status) for line in seen.hosts):
        return Exit.TOO_LITTLE_SEEN
    is_empty, has_failed = True, False
    for subject, finding in seen.findings():
        is_empty = False
        if rules[finding.rule].severity.rank < fail_on.rank:
            continue
        if finding.verdict is Verdict.UNKNOWN:
            return Exit.TOO_LITTLE_SEEN
        if finding.verdict is Verdict.FAIL and not has_failed:
            has_failed = not is_covered(replace(finding, subject=subject))
    if is_empty:
        return Exit.TOO_LITTLE_SEEN
    return Exit.FINDINGS if has_failed else Exit.CLEAN


def not_determined(audited: Audited, fail_on: Severity) -> list[str]:
    """The rules, severe enough to count, that could not be judged on some subject."""
    rules = audited.rulebook.rules
    return sorted(
        {
            finding.rule
            for _, finding in audited.in_short.findings()
            if finding.verdict is Verdict.UNKNOWN
            and rules[finding.rule].severity.rank >= fail_on.rank
        }
    )


def _is_unseen(audited: Audited, host_id: str, status: HostStatus) -> bool:
    is_declared_out = audited.inventory.hosts[host_id].connect.transport is TransportKind.NONE
    return status is not HostStatus.AUDITED and not is_declared_out


def covered(audited: Audited) -> Callable[[Finding], bool]:
    """Whether a measure in force covers a finding, so that it does not decide the exit code."""
    by_id = {measure.id: measure for measure in audited.inventory.measures}
    found = covering(audited.inventory, audited.systems)
    return lambda finding: measure_of(finding, found, by_id) is not None
