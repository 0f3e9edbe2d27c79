"""One host on the terminal: what failed first, with what was found, wanted, and how to mend it."""

from collections import Counter
from collections.abc import Mapping, Sequence

from attt.cli.console import indented, out, safe, say
from attt.cli.language import language, t
from attt.message import detail
from attt.model.audit import Audited
from attt.model.finding import Compared, Finding, Verdict
from attt.model.rule import Rule
from attt.model.run import HostRecord
from attt.report import reasons, words
from attt.report.taint import one_line, short
from attt.report.values import LIMIT, shown, wanted

_ROWS = 10
_ORDER = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.MANUAL, Verdict.PASS, Verdict.NOT_APPLICABLE)


def show_host(audited: Audited, record: HostRecord, *, full: bool = False) -> None:
    """Everything that a host's admin wants to know, the worst first."""
    _head(record)
    if record.failure is not None:
        why = reasons.FAILURES[record.failure]
        say(why.why.text(language()), "fail")
        if record.detail:
            say(f"  {_line(detail(record.detail, language()))}", "dim")
        say(t("Next: {step}", step=why.next.text(language())))
        return
    rules = audited.rulebook.rules
    for verdict in (Verdict.FAIL, Verdict.UNKNOWN):
        for finding in _of(record, verdict, rules):
            _finding(rules[finding.rule], finding)
    _quiet(record, rules, full=full)
    _counts(record)
    _missed(record)


def _head(record: HostRecord) -> None:
    say(f"{record.name} ({record.address})", "title")
    if record.failure is not None:
        return  # nobody was there to see a system or to have rights
    platform = _line(record.platform.name) or t("unknown system")
    support = words.SUPPORTS[record.support].text(language())
    privilege = words.PRIVILEGES[record.privilege].text(language())
    say(t("  {platform}; {support}; rights: {privilege}", platform=platform, support=support,
          privilege=privilege), "dim")  # fmt: skip


def _line(text: str) -> str:
    """Words of a host as part of one line, so that none of them looks like a line of ours."""
    return short(one_line(text), LIMIT, language())


def _of(record: HostRecord, verdict: Verdict, rules: Mapping[str, Rule]) -> list[Finding]:
    chosen = [f for f in record.findings if f.verdict is verdict]
    return sorted(chosen, key=lambda f: (-rules[f.rule].severity.rank, f.rule))


def _finding(rule: Rule, finding: Finding) -> None:
    lang = language()
    verdict = words.VERDICTS[finding.verdict].text(lang)
    severity = words.SEVERITIES[rule.severity].text(lang)
    line = safe(f"\n{verdict.upper()}", finding.verdict)
    line.append_text(safe(f" [{severity}] {rule.title.text(lang)} "))
    line.append_text(safe(f"({rule.id})", "dim"))
    out().print(line)
    if finding.verdict is Verdict.UNKNOWN and finding.reason is not None:
        why = reasons.of_verdict(finding.reason.code)
        say(f"  {why.why.text(lang)} {_line(detail(finding.reason.detail, lang))}".rstrip())
        say(f"  {why.next.text(lang)}", "dim")
        return
    _compared(rule, finding.failing)
    say(f"  {t('Fix')}:")
    out().print(indented(rule.fix.text.text(lang), 4))


def _compared(rule: Rule, failing: Sequence[Compared]) -> None:
    for one in failing[:_ROWS]:
        label = rule.label_of(one.id)
        names = [_line(one.item)] if one.item else []
        names += [label.text(language())] if label else []
        item = f"{', '.join(names)}: " if names else ""
        say(t("  {item}found {found}; wanted {wanted}", item=item,
              found=shown(one.found, language=language()),
              wanted=wanted(one, language=language())))  # fmt: skip
    if len(failing) > _ROWS:
        say(t("  … and {count} more (--json shows all)", count=len(failing) - _ROWS), "dim")


def _quiet(record: HostRecord, rules: Mapping[str, Rule], *, full: bool) -> None:
    """Passing and inapplicable rules: a line each when asked for, else only counted."""
    if not full:
        return
    for verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE):
        for finding in _of(record, verdict, rules):
            rule = rules[finding.rule]
            line = safe(words.VERDICTS[verdict].text(language()), verdict)
            line.append_text(safe(f" {rule.title.text(language())} "))
            line.append_text(safe(f"({rule.id})", "dim"))
            out().print(line)


def _counts(record: HostRecord) -> None:
    counts = Counter(f.verdict for f in record.findings)
    parts = [f"{words.VERDICTS[v].text(language())} {counts[v]}" for v in _ORDER if counts[v]]
    say("\n" + t("{count} rules: {parts}", count=len(record.findings), parts=", ".join(parts)))


def _missed(record: HostRecord) -> None:
    if not record.missed:
        return
    say(t("Not learnt: {facts}", facts=", ".join(sorted({m.fact for m in record.missed}))))
    obstacles = {m.obstacle for m in record.missed}
    for obstacle in sorted(obstacles):
        why = reasons.of_verdict(obstacle)
        say(f"  {why.next.text(language())}", "dim")
