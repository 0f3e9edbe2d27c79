"""Differences and trends on the terminal, and as JSON rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from attt.cli.console import say, table
from attt.cli.language import language, t
from attt.evaluate.moments import VIETNAM, vietnam_date
from attt.evaluate.moments import instant as instant_of
from attt.model.finding import Verdict
from attt.model.run import HostStatus
from attt.report import words
from attt.report.view_diff import Cause, Change, Diff
from attt.report.view_trend import Interval
from attt.store.runs import RunSummary

SHOWN = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS)
READ = (HostStatus.AUDITED, HostStatus.PARTLY)


def show_diff(found: Diff) -> None:
    """What changed, why, and what did not."""
    say(t("From run {then} to run {now}: {changed} answers changed, {same} stayed.",
          then=found.then, now=found.now, changed=len(found.changes), same=found.same), "title")  # fmt: skip
    if found.is_other_rulebook:
        say(t("The rulebook changed between them."))
    if found.is_other_attt:
        say(t("They were made by two versions of attt."))
    if found.appeared:
        say(t("Read now and not then: {hosts}", hosts=", ".join(found.appeared)))
    if found.vanished:
        say(t("Read then and not now: {hosts}", hosts=", ".join(found.vanished)))
    if found.changes:
        table(
            [t("Host"), t("Rule"), t("Then"), t("Now"), t("Why")],
            [_row(change) for change in found.changes],
        )


def _row(change: Change) -> tuple[str, ...]:
    rule = f"{change.rule} [{change.item}]" if change.item else change.rule
    return change.name, rule, _verdict(change.then), _verdict(change.now), _cause(change.cause)


def _verdict(verdict: Verdict | None) -> str:
    return words.VERDICTS[verdict].text(language()) if verdict else "–"


def _cause(cause: Cause) -> str:
    told: Mapping[Cause, str] = {
        Cause.HOST: t("the host changed"),
        Cause.SIGHT: t("what could be read of the host changed"),
        Cause.RULES: t("the rules changed, the host did not"),
        Cause.PROGRAM: t("attt reads or judges it otherwise, the host did not change"),
        Cause.MEASURE_LAPSED: t("a measure lapsed"),
        Cause.MEASURE_BEGUN: t("a measure came into force"),
        Cause.NOT_THEN: t("not judged then"),
        Cause.NOT_NOW: t("not judged now"),
    }
    return told[cause]


def trend_rows(summaries: Sequence[RunSummary]) -> list[dict[str, object]]:
    """One row a run, the oldest first; `other_rules` against the run before it."""
    rows: list[dict[str, object]] = []
    before: str | None = None
    for each in summaries:
        run = each.run
        rows.append(
            {
                "run": run.id,
                "started_at": run.started_at,
                "status": run.status.value,
                "declared": len(run.hosts_declared),
                "read": sum(each.hosts.get(status, 0) for status in READ),
                "findings": {verdict.value: each.findings.get(verdict, 0) for verdict in Verdict},
                "only_rules": list(run.only_rules),
                "other_rules": before is not None and before != run.rulebook,
            }
        )
        before = run.rulebook
    return rows


def show_trend(source: str, summaries: Sequence[RunSummary]) -> None:
    """The runs of an inventory under each other; how many hosts were read comes first."""
    say(t("Runs of {source}, the oldest first", source=source), "title")
    rows = trend_rows(summaries)
    verdicts = [words.VERDICTS[v].text(language()) for v in SHOWN]
    table(
        [t("Begun"), t("Run"), t("Hosts read"), *verdicts, t("Note")],
        [
            (
                day(each.run.started_at),
                each.run.id,
                f"{row['read']}/{row['declared']}",
                *(each.findings.get(v, 0) for v in SHOWN),
                _note(each, is_other=bool(row["other_rules"])),
            )
            for each, row in zip(summaries, rows, strict=True)
        ],
    )


def _note(each: RunSummary, *, is_other: bool) -> str:
    notes = []
    if each.run.finished_at is None or each.run.status.value != "finished":
        notes.append(words.RUN_STATUSES[each.run.status].text(language()))
    if each.run.only_rules:
        notes.append(t("only some rules"))
    if not each.run.has_scan:
        notes.append(t("without scan"))
    if not each.run.has_walks:
        notes.append(t("without walks over file systems"))
    if is_other:
        notes.append(t("other rules than before"))
    return "; ".join(notes)


def show_intervals(name: str, found: Sequence[Interval]) -> None:
    """Since when each verdict of a host stands."""
    say(t("Verdicts on {host} over time", host=name), "title")
    table(
        [t("Rule"), t("Verdict"), t("Since"), t("Until"), t("Runs")],
        [
            (
                f"{each.rule} [{each.item}]" if each.item else each.rule,
                words.VERDICTS[each.verdict].text(language()),
                day(each.since),
                day(each.until),
                each.runs,
            )
            for each in found
        ],
    )


def interval_rows(found: Sequence[Interval]) -> list[dict[str, object]]:
    """The intervals as JSON has them."""
    names = ("rule", "item", "verdict", "since", "since_run", "until", "until_run", "runs")
    return [{name: getattr(each, name) or None for name in names} for each in found]


def day(instant: str) -> str:
    """The day of an instant in Vietnam, as the language writes it."""
    return t("{day}", day=vietnam_date(instant))


def minute(instant: str) -> datetime | str:
    """An instant in Vietnam to the minute, for a message to show as its language writes it."""
    moment = instant_of(instant)
    return moment.astimezone(VIETNAM) if moment else instant
