"""The run that papers compare with: the one asked for, else the last that is alike."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from attt.conclude import conclude
from attt.model.audit import Audited
from attt.model.finding import Finding
from attt.model.rulebook import Rulebook
from attt.model.run import HostRecord, Run, RunStatus, ScanRecord
from attt.store.store import Store

NONE = "none"
"""What a user writes to compare with nothing."""

_Record = TypeVar("_Record", HostRecord, ScanRecord)


def previous_audit(
    store: Store, run: Run, book: Rulebook, *, wanted: str | None = None
) -> Audited | None:
    """The run before `run` as it was judged then, its requirements by the rulebook of today.

    `wanted` names another, or "none". Findings of rules that are not at hand any more are left
    out: there is nothing to compare them with.
    """
    if wanted == NONE:
        return None
    then = store.run(wanted) if wanted else _last_alike(store.runs(), run)
    if then is None or then.id == run.id or not set(then.standards) <= book.standards.keys():
        return None
    hosts, scans = _known(store.hosts(then.id), book), _known(store.scans(then.id), book)
    inventory = store.inventory(then.id)
    return conclude(then, inventory, book, hosts, scans, as_of=then.started_at)


def _known(records: Iterable[_Record], book: Rulebook) -> list[_Record]:
    return [replace(r, findings=_held(r.findings, book)) for r in records]


def _held(findings: Sequence[Finding], book: Rulebook) -> tuple[Finding, ...]:
    return tuple(f for f in findings if f.rule in book.rules)


def _last_alike(newest_first: Iterable[Run], run: Run) -> Run | None:
    """Of the runs begun before `run`: two may bear the same second, so their order tells."""
    earlier = itertools.dropwhile(lambda r: r.id != run.id, newest_first)
    return next((r for r in earlier if r.id != run.id and _is_alike(r, run)), None)


def _is_same_source(then: str, now: str) -> bool:
    """One path; older runs kept it as it was typed, seen from a folder that nobody knows."""
    is_typed = not Path(then).is_absolute()
    return then == now or (is_typed and Path(then).name == Path(now).name)


def _is_alike(then: Run, run: Run) -> bool:
    """Finished, by the same standard and rules, of the same inventory file and mostly its hosts."""
    now_hosts, then_hosts = set(run.hosts_declared), set(then.hosts_declared)
    most = max(len(now_hosts), len(then_hosts))
    return (
        then.status is RunStatus.FINISHED
        and _is_same_source(then.inventory_source, run.inventory_source)
        and then.is_check == run.is_check
        and then.standards == run.standards
        and then.only_rules == run.only_rules
        and 2 * len(now_hosts & then_hosts) >= most
    )
