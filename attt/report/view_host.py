"""One host for its admin: what to mend first and how, what could not be read, what holds."""

import shlex
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from attt import message
from attt.errors import UsageError
from attt.message import Message
from attt.model.audit import Audited
from attt.model.finding import Finding, Verdict
from attt.model.inventory import Host
from attt.model.measure import Measure
from attt.model.rule import Severity
from attt.model.run import HostRecord, HostStatus, ScanRecord
from attt.report import reasons, words
from attt.report.asked import Askings
from attt.report.asks_told import evidence
from attt.report.changes import Changes, Turn, changes
from attt.report.figures import day, minute
from attt.report.host_words import LABELS
from attt.report.scope import Covering, covering, measure_of, vantage
from attt.report.standard_words import edition
from attt.report.taint import one_line, short
from attt.report.values import LIMIT
from attt.report.variants import Variants
from attt.report.view_finding import FindingView, finding_view, order


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What the pages of all hosts of one audit are told with; made once."""

    askings: Askings
    covered: Covering
    measures: Mapping[str, Measure]
    changes: Changes | None


def shared(audited: Audited, before: Audited | None = None) -> Shared:
    """What is common to all hosts; `before` is an earlier run to compare with."""
    return Shared(
        askings=Askings(audited),
        covered=covering(audited.inventory, audited.systems),
        measures={m.id: m for m in audited.inventory.measures},
        changes=changes(audited, before) if before else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Failures of one severity, what to mend first on top."""

    severity: str
    word: str
    findings: tuple[FindingView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """Facts that could not be learnt for one reason, and the next step."""

    facts: tuple[str, ...]
    details: tuple[str, ...]
    why: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A piece of the bar of verdicts; `x` and `width` in thousandths of it."""

    verdict: str
    word: str
    count: int
    x: int
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HostView:
    """Everything that the host's page lays out, in one language."""

    language: str
    words: Mapping[str, str]
    name: str
    id: str
    address: str
    facts: tuple[tuple[str, str], ...]
    failure: str  # why nothing was learnt; empty where something was
    failure_detail: str
    failure_next: str
    is_partly: bool
    bars: tuple[Bar, ...]
    total: int
    severities: tuple[tuple[str, str, int], ...]  # model's word, our word, failures
    covered: int
    groups: tuple[Group, ...]
    unknown: tuple[FindingView, ...]
    missed: tuple[Missed, ...]
    not_applicable: tuple[FindingView, ...]
    passed: tuple[FindingView, ...]
    since: str
    turned: tuple[tuple[str, int], ...]
    again: str  # the command that judges one rule again, but for the rule's id
    foot: str

    @property
    def failing(self) -> tuple[FindingView, ...]:
        """Every failure, in the order in which to mend them."""
        return tuple(f for group in self.groups for f in group.findings)


def host(
    audited: Audited,
    wanted: str | None = None,
    *,
    language: str = "vi",
    common: Shared | None = None,
) -> HostView:
    """View the host of an id or name; it may be left out where the audit has only one.

    `common` spares making it again for each of many hosts.
    Raises UsageError where `wanted` names no host of the audit.
    """
    record = record_of(audited, wanted)
    common = common or shared(audited)
    since = common.changes
    views = _views(audited, record, language, common)
    failing = tuple(v for v in views if v.verdict == Verdict.FAIL)
    why = reasons.FAILURES[record.failure] if record.failure else None
    return HostView(
        language=language,
        words={name: term.text(language) for name, term in LABELS.items()},
        name=record.name,
        id=record.host,
        address=record.address,
        facts=_facts(audited, record, language),
        failure=why.why.text(language) if why else "",
        failure_detail=short(one_line(message.detail(record.detail, language)), LIMIT, language),
        failure_next=why.next.text(language) if why else "",
        is_partly=record.status is HostStatus.PARTLY,
        bars=_bars(views, language),
        total=len(views),
        severities=tuple(
            (s.value, words.SEVERITIES[s].text(language), sum(v.severity == s for v in failing))
            for s in reversed(Severity)
        ),
        covered=sum(v.measure is not None for v in failing),
        groups=_groups(failing, language),
        unknown=tuple(v for v in views if v.verdict in (Verdict.UNKNOWN, Verdict.MANUAL)),
        missed=_missed(record, language),
        not_applicable=tuple(v for v in views if v.verdict == Verdict.NOT_APPLICABLE),
        passed=tuple(v for v in views if v.verdict == Verdict.PASS),
        since=_day(since.since, language) if since else "",
        turned=_turned(since, audited, record, language),
        again=_again(audited, record),
        foot=LABELS["foot"].text(language),
    )


def _again(audited: Audited, record: HostRecord) -> str:
    if audited.run.is_check:
        return f"attt check {shlex.quote(record.name)} --rule"
    source = shlex.quote(audited.run.inventory_source)
    return f"attt audit {source} --host {shlex.quote(record.host)} --no-reports --rule"


def record_of(audited: Audited, wanted: str | None) -> HostRecord:
    """The record of a host by its id or name."""
    if wanted is None and len(audited.hosts) == 1:
        return audited.hosts[0]
    for record in audited.hosts:
        if wanted in (record.host, record.name):
            return record
    raise UsageError(
        Message(
            "A host report is about one host; {host} is not in this run", host=wanted or "none"
        ),
        hint=Message("Name one with --host: its id or its name in the inventory"),
    )


def _views(
    audited: Audited, record: HostRecord, language: str, common: Shared
) -> tuple[FindingView, ...]:
    rules, since = audited.rulebook.rules, common.changes
    seen = [
        (f, _where(audited, scan, f, language))
        for scan in seen_of(audited, record.host)
        for f in scan.findings
    ]
    listed = [
        (f, where, measure_of(f, common.covered, common.measures))
        for f, where in (*((f, "") for f in record.findings), *seen)
    ]
    variants = Variants((f for f, _, _ in listed), rules)
    listed.sort(key=lambda x: order(x[0], rules[x[0].rule], x[2]))
    return tuple(
        finding_view(
            f,
            rules[f.rule],
            number=n,
            title=variants.title(f, language),
            where=where,
            askings=common.askings.of(f, record.host),
            evidence=() if where else evidence(rules[f.rule], record, language),
            measure=measure,
            turn=since.of(f) if since and f.verdict is Verdict.FAIL else None,
            language=language,
        )
        for n, (f, where, measure) in enumerate(listed, 1)
    )


def seen_of(audited: Audited, host_id: str) -> tuple[ScanRecord, ...]:
    """What scans saw of a host's addresses."""
    known = audited.inventory.hosts.get(host_id)
    addresses = known.addresses if isinstance(known, Host) else ()
    return tuple(
        s
        for s in audited.scans
        if s.evidence.host == host_id
        or (s.evidence.host is None and s.evidence.address in addresses)
    )


def _where(audited: Audited, scan: ScanRecord, finding: Finding, language: str) -> str:
    endpoint = finding.subject.id.rpartition(">")[2]
    seen = vantage(audited, scan)
    return f"{endpoint} (nhìn từ {seen})" if language == "vi" else f"{endpoint} (seen from {seen})"


def _facts(audited: Audited, record: HostRecord, language: str) -> tuple[tuple[str, str], ...]:
    inventory = audited.inventory
    zone = inventory.zones.get(
        (inventory.hosts[record.host].zone or "") if record.host in inventory.hosts else ""
    )
    systems = [
        f"{inventory.systems[r.system].name} ({LABELS['level'].text(language)} {r.level})"
        for r in audited.systems
        if record.host in inventory.systems[r.system].hosts
    ]
    editions = dict.fromkeys(
        edition(audited.rulebook.standards[r.standard], language) for r in audited.systems
    )
    rows = (
        ("address", record.address),
        ("zone", zone.name if zone else ""),
        ("platform", short(one_line(record.platform.name), LIMIT, language)),
        ("kernel", short(one_line(record.platform.kernel), LIMIT, language)),
        ("support", words.SUPPORTS[record.support].text(language) if not record.failure else ""),
        (
            "privilege",
            words.PRIVILEGES[record.privilege].text(language) if not record.failure else "",
        ),
        ("observed", minute(record.observed_at) if language == "vi" else record.observed_at),
        ("systems", "; ".join(systems)),
        ("standard", ", ".join(editions)),
        ("run", f"{audited.run.id}; attt {audited.run.attt}; {audited.rulebook.digest[:12]}"),
    )
    return tuple((LABELS[key].text(language), text) for key, text in rows if text)


def _bars(views: tuple[FindingView, ...], language: str) -> tuple[Bar, ...]:
    counts = Counter(v.verdict for v in views)
    bars: list[Bar] = []
    before = 0
    for verdict in (
        Verdict.FAIL,
        Verdict.UNKNOWN,
        Verdict.MANUAL,
        Verdict.PASS,
        Verdict.NOT_APPLICABLE,
    ):
        count = counts[verdict.value]
        if count:
            start, end = (1000 * n // len(views) for n in (before, before + count))
            word = words.VERDICTS[verdict].text(language)
            bars.append(
                Bar(verdict=verdict.value, word=word, count=count, x=start, width=end - start)
            )
        before += count
    return tuple(bars)


def _groups(failing: tuple[FindingView, ...], language: str) -> tuple[Group, ...]:
    return tuple(
        Group(severity=s.value, word=words.SEVERITIES[s].text(language), findings=found)
        for s in reversed(Severity)
        if (found := tuple(v for v in failing if v.severity == s))
    )


def _missed(record: HostRecord, language: str) -> tuple[Missed, ...]:
    by: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for missed in sorted(record.missed, key=lambda m: m.fact):
        facts, details = by.setdefault(missed.obstacle, ({}, {}))
        facts[missed.fact] = None
        if missed.detail:
            details[short(one_line(message.detail(missed.detail, language)), LIMIT, language)] = (
                None
            )
    return tuple(
        Missed(
            facts=tuple(facts),
            details=tuple(details),
            why=reasons.of_verdict(obstacle).why.text(language),
            next=reasons.of_verdict(obstacle).next.text(language),
        )
        for obstacle, (facts, details) in sorted(by.items())
    )


def _turned(
    changes: Changes | None, audited: Audited, record: HostRecord, language: str
) -> tuple[tuple[str, int], ...]:
    if changes is None:
        return ()
    scanned = (f.subject for s in seen_of(audited, record.host) for f in s.findings)
    counts = changes.counted(frozenset({f"host:{record.host}", *map(str, scanned)}))
    labels = {
        Turn.FIXED: "fixed", Turn.STILL: "still", Turn.NEW: "new",
        Turn.FIRST_SEEN: "first_seen", Turn.UNSEEN: "unseen",
    }  # fmt: skip
    return tuple((LABELS[label].text(language), counts[turn]) for turn, label in labels.items())


def _day(instant: str, language: str) -> str:
    return day(instant) if language == "vi" else instant[:10]
