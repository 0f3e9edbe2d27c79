"""How runs of one inventory went over time, and since when each verdict of a host stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from attt.model.finding import Finding, Verdict
from attt.model.run import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A verdict that stood from one run to another, both included; instants are the host's contacts."""

    rule: str
    item: str
    verdict: Verdict
    since: str
    since_run: str
    until: str
    until_run: str
    runs: int = 1


Seen = tuple[str, str, Sequence[Finding]]
"""(run id, instant of contact, findings) of a host that was read in a run."""


def intervals(history: Iterable[Seen]) -> tuple[Interval, ...]:
    """The verdicts of a host over `history` (the oldest first), by rule, item and time.

    A run in which the question was not asked neither ends an interval nor lengthens its count.
    """
    closed: list[Interval] = []
    last: dict[tuple[str, str], Interval] = {}
    for run, at, findings in history:
        for key, verdict in _worst(findings).items():
            held = last.get(key)
            if held is not None and held.verdict is verdict:
                last[key] = replace(held, until=at, until_run=run, runs=held.runs + 1)
                continue
            if held is not None:
                closed.append(held)
            last[key] = Interval(
                rule=key[0],
                item=key[1],
                verdict=verdict,
                since=at,
                since_run=run,
                until=at,
                until_run=run,
            )
    return tuple(sorted([*closed, *last.values()], key=lambda i: (i.rule, i.item, i.since)))


_WORST = (
    Verdict.FAIL, Verdict.UNKNOWN, Verdict.MANUAL, Verdict.PASS, Verdict.NOT_APPLICABLE,
)  # fmt: skip


def _worst(findings: Sequence[Finding]) -> dict[tuple[str, str], Verdict]:
    found: dict[tuple[str, str], Verdict] = {}
    for finding in findings:
        key = (finding.rule, finding.item or "")
        held = found.get(key, finding.verdict)
        found[key] = min(held, finding.verdict, key=_WORST.index)
    return found


def alike(runs: Iterable[Run], source: str) -> tuple[Run, ...]:
    """The audits of one inventory, the oldest first; checks of single hosts are no part of a trend.

    `runs` come as the store lists them, the newest first: two may have begun in one second.
    """
    mine = [run for run in runs if run.inventory_source == source and not run.is_check]
    return tuple(reversed(mine))
