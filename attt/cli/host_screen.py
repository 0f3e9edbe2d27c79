"""One host on the terminal: what to mend first, why, what to type, and what could not be read."""

from collections import Counter

from attt.cli.console import indented, out, safe, say
from attt.cli.language import language, t
from attt.model.audit import Audited
from attt.model.finding import Verdict
from attt.model.run import HostRecord
from attt.report import words
from attt.report.host_words import LABELS
from attt.report.steps import Step
from attt.report.taint import one_line, short
from attt.report.values import LIMIT
from attt.report.view_finding import FindingView
from attt.report.view_host import HostView, Shared, host

_ROWS = 10
_CLAUSES = 4
_ORDER = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.MANUAL, Verdict.PASS, Verdict.NOT_APPLICABLE)


def show_host(
    audited: Audited, record: HostRecord, *, full: bool = False, common: Shared | None = None
) -> None:
    """Everything that a host's admin wants to know, the worst first.

    `full` tells what passes and what does not apply, too; `common` is made once for many hosts.
    """
    view = host(audited, record.host, language=language(), common=common)
    _head(record)
    if view.failure:
        say(view.failure, "fail")
        if view.failure_detail:
            say(f"  {view.failure_detail}", "dim")
        say(t("Next: {step}", step=view.failure_next))
        if not view.total:
            return
    for finding in view.failing:
        _failing(finding)
    for finding in view.unknown:
        _unknown(finding)
    if full:
        _quiet(view)
    _counts(view)
    _changes(view)
    _missed(view)


def _head(record: HostRecord) -> None:
    say(f"{record.name} ({record.address})", "title")
    if record.failure is not None:
        return  # nobody was there to see a system or to have rights
    platform = short(one_line(record.platform.name), LIMIT, language()) or t("unknown system")
    support = words.SUPPORTS[record.support].text(language())
    privilege = words.PRIVILEGES[record.privilege].text(language())
    say(t("  {platform}; {support}; rights: {privilege}", platform=platform, support=support,
          privilege=privilege), "dim")  # fmt: skip


def _title(finding: FindingView) -> None:
    line = safe(f"\n{finding.verdict_word.upper()}", finding.verdict)
    where = f" {finding.where}" if finding.where else ""
    line.append_text(safe(f" [{finding.severity_word}] {finding.title}{where} "))
    line.append_text(safe(f"({finding.rule})", "dim"))
    out().print(line)


def _failing(finding: FindingView) -> None:
    _title(finding)
    _rows(finding)
    for unread in finding.unread[:_ROWS]:
        say(f"  {_label('also_unread')}: {unread}", "dim")
    if finding.measure:
        held = finding.measure
        said = f"{held.kind}, {held.document}, {_label('until')} {held.until}"
        say(f"  {_label('measure')}: {one_line(said)}")
    if finding.turn:
        say(f"  {finding.turn}", "dim")
    say(f"  {_label('why')}: {one_line(finding.why)}")
    _asked(finding)
    say(f"  {t('Fix')}:")
    if finding.risk:
        say(f"    {_label('risk')}: {finding.risk}. {finding.care}", "unknown")
    for step in (*finding.guide.before, *finding.guide.steps, *finding.guide.verify):
        _step(step)


def _label(key: str) -> str:
    return LABELS[key].text(language())


def _rows(finding: FindingView) -> None:
    for row in finding.rows[:_ROWS]:
        names = [name for name in (row.item, row.label) if name]
        item = f"{', '.join(names)}: " if names else ""
        say(t("  {item}found {found}; wanted {wanted}", item=item, found=row.found,
              wanted=row.wanted))  # fmt: skip
    left = len(finding.rows) + finding.rows_left - _ROWS
    if left > 0:
        say(t("  … and {count} more (--json shows all)", count=left), "dim")


def _asked(finding: FindingView) -> None:
    """The systems and clauses that ask for it; none where nobody said which, as for `check`."""
    named = [f"{a.system} ({a.clause} {a.edition})" for a in finding.asked]
    if not named:
        return
    more = f" (+{len(named) - _CLAUSES})" if len(named) > _CLAUSES else ""
    listed = "; ".join(one_line(name) for name in named[:_CLAUSES])
    say(f"  {_label('asked')}: {listed}{more}", "dim")


def _step(step: Step) -> None:
    """Sentences after their number; each command on a line of its own, ready to copy."""
    lead = f"    {step.number}. " if step.number else "    "
    for part in step.parts:
        if part.is_command:
            if lead.strip():
                say(lead.rstrip())
            out().print(indented(part.text, 10), soft_wrap=True)
        else:
            say(f"{lead}{part.text}")
        lead = " " * 7


def _unknown(finding: FindingView) -> None:
    _title(finding)
    say(f"  {finding.reason} {finding.detail}".rstrip())
    if finding.next:
        say(f"  {finding.next}", "dim")
    if finding.rights:
        say(f"  {_label('rights')}: {'; '.join(finding.rights)}", "dim")


def _quiet(view: HostView) -> None:
    """Passing and inapplicable rules: a line each, with the proof of what does not apply."""
    for finding in (*view.passed, *view.not_applicable):
        line = safe(finding.verdict_word, finding.verdict)
        where = f" {finding.where}" if finding.where else ""
        line.append_text(safe(f" {finding.title}{where} "))
        line.append_text(safe(f"({finding.rule})", "dim"))
        if finding.reason:
            line.append_text(safe(f" {finding.reason} {finding.detail}".rstrip(), "dim"))
        out().print(line)


def _counts(view: HostView) -> None:
    """A rule that is asked twice, with two bounds, counts once, by its worst verdict."""
    worst: dict[str, Verdict] = {}
    for finding in (*view.failing, *view.unknown, *view.passed, *view.not_applicable):
        both = (worst.get(finding.rule, finding.verdict), finding.verdict)
        worst[finding.rule] = min(map(Verdict, both), key=_ORDER.index)
    counts = Counter(worst.values())
    parts = [f"{words.VERDICTS[v].text(language())} {counts[v]}" for v in _ORDER if counts[v]]
    say("\n" + t("{count} rules: {parts}", count=len(worst), parts=", ".join(parts)))


def _changes(view: HostView) -> None:
    if view.turned:
        parts = ", ".join(f"{label} {count}" for label, count in view.turned)
        say(f"{_label('since')} {view.since}: {parts}")


def _missed(view: HostView) -> None:
    if not view.missed:
        return
    facts = sorted({fact for missed in view.missed for fact in missed.facts})
    say(t("Not learnt: {facts}", facts=", ".join(facts)))
    for missed in view.missed:
        say(f"  {missed.next}", "dim")
