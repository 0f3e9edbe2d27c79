"""The JSON documents: `check --json`, `audit --json` and the error document; schemas beside."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from attt import __version__
from attt.errors import AtttError
from attt.model.audit import Audited
from attt.model.finding import Compared, Finding, Verdict
from attt.model.inventory import System
from attt.model.level import Level
from attt.model.measure import Measure
from attt.model.rule import Rule, Severity
from attt.model.run import Failure, HostRecord, HostStatus
from attt.model.words import Words
from attt.report import reasons
from attt.report.document_system import systems_document
from attt.report.scope import (
    Covering,
    Serving,
    covering,
    measure_of,
    params_key,
    plain,
    serving,
)

CHECK, AUDIT, ERROR = "attt.check/1", "attt.audit/1", "attt.error/1"

Json = dict[str, object]

_SILENT = frozenset(
    {
        Failure.NO_ROUTE,
        Failure.REFUSED,
        Failure.TIMED_OUT,
        Failure.CREDENTIAL,
        Failure.INTERRUPTED,
        Failure.NOT_SUPPORTED,
        Failure.LOCKED,
        Failure.JUMP_HOST,
    }
)
"""Failures after which the host's own service was never spoken to."""
_WITHIN = frozenset({Failure.NO_SHELL, Failure.SLOW})
"""Failures after the login."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A system, its standard's id and what each use of a rule serves there."""

    system: System
    standard: str
    level: Level
    serves: Serving


@dataclass(frozen=True, slots=True)
class _Book:
    """What every finding is told with."""

    rules: Mapping[str, Rule]
    asked: tuple[_Asked, ...]
    covered: Covering
    measures: Mapping[str, Measure]


def check_document(audited: Audited) -> Json:
    """The document of one host: the first of the audit, at its system's level."""
    book = _book(audited)
    record = audited.hosts[0]
    result = audited.systems[0]
    return {
        "schema": CHECK,
        "attt": audited.run.attt,
        "rulebook": audited.rulebook.digest,
        "standard": result.standard,
        "level": result.level,
        "observed_at": record.observed_at,
        "as_of": audited.as_of,
        **_host(book, record),
        "summary": _summary(book, record.findings),
    }


def audit_document(audited: Audited) -> Json:
    """The document of a whole audit. `observed_at` is the first contact of the run."""
    book = _book(audited)
    seen = [r.observed_at for r in audited.hosts] + [s.evidence.observed_at for s in audited.scans]
    return {
        "schema": AUDIT,
        "attt": audited.run.attt,
        "run": audited.run.id,
        "rulebook": audited.rulebook.digest,
        "standards": list(dict.fromkeys(r.standard for r in audited.systems)),
        "observed_at": min(seen, default=audited.run.started_at),
        "coverage": _coverage(audited),
        "hosts": [
            {**_host(book, record), "observed_at": record.observed_at} for record in audited.hosts
        ],
        "endpoints": [
            {
                "subject": str(finding.subject),
                "host": scan.evidence.host,
                "zone": scan.evidence.zone,
                "vantage": scan.evidence.vantage,
                "observed_at": scan.evidence.observed_at,
                **_finding(book, finding, scan.evidence.host),
            }
            for scan in audited.scans
            for finding in scan.findings
        ],
        "systems": systems_document(audited),
    }


def error_document(error: AtttError, language: str = "en") -> Json:
    """The document of an error that the user can mend; `language` is "vi" or "en"."""
    place = error.place
    return {
        "schema": ERROR,
        "attt": __version__,
        "error": {
            "code": error.code,
            "message": error.message.text(language),
            "hint": error.hint.text(language) if error.hint else None,
            "file": place.file if place else None,
            "line": (place.line or None) if place else None,
            "column": (place.column or None) if place else None,
        },
    }


def both(text: Words) -> Json:
    """A text in both languages."""
    return {"vi": text.vi, "en": text.en}


def _book(audited: Audited) -> _Book:
    known = audited.rulebook.standards
    asked = tuple(
        _Asked(
            audited.inventory.systems[r.system],
            r.standard,
            r.level,
            serving(known[r.standard], r.level, audited.rulebook),
        )
        for r in audited.systems
    )
    return _Book(
        audited.rulebook.rules,
        asked,
        covering(audited.inventory, audited.systems),
        {m.id: m for m in audited.inventory.measures},
    )


def _host(book: _Book, record: HostRecord) -> Json:
    platform = record.platform
    return {
        "host": {
            "id": record.host,
            "name": record.name,
            "address": record.address,
            "platform": {
                "id": platform.id,
                "version": platform.version,
                "name": platform.name,
                "kernel": platform.kernel,
                "machine": platform.machine,
            },
            "support": record.support.value,
        },
        "status": record.status.value,
        "reason": _failure(record),
        "privilege": record.privilege.value,
        "missed": [
            {"fact": m.fact, "obstacle": m.obstacle, "detail": m.detail} for m in record.missed
        ],
        "findings": [_finding(book, f, record.host) for f in record.findings],
    }


def _failure(record: HostRecord) -> Json | None:
    if record.failure is None:
        return None
    why = reasons.FAILURES[record.failure]
    return {
        "code": record.failure.value,
        "detail": record.detail,
        "text": both(why.why),
        "next": both(why.next),
    }


def _finding(book: _Book, finding: Finding, host: str | None) -> Json:
    rule = book.rules[finding.rule]
    first = next(iter(finding.failing or finding.passing), None)
    measure = measure_of(finding, book.covered, book.measures)
    return {
        "rule": finding.rule,
        "item": finding.item,
        "params": {name: plain(value) for name, value in finding.params},
        "title": both(rule.title),
        "severity": rule.severity.value,
        "verdict": finding.verdict.value,
        "reason": _reason(finding),
        "failing": [_compared(c) for c in finding.failing],
        "found": plain(first.found) if first else None,
        "wanted": plain(first.wanted) if first else None,
        "assurance": finding.assurance.value if finding.assurance else None,
        "origin": finding.origin.value if finding.origin else None,
        "evidence": list(finding.evidence),
        "clauses": _clauses(book, finding, rule, host),
        "fix": {**both(rule.fix.text), "risk": rule.fix.risk.value},
        "measure": told(measure) if measure else None,
    }


def _reason(finding: Finding) -> Json | None:
    if finding.reason is None:
        return None
    why = reasons.of_verdict(finding.reason.code)
    return {
        "code": finding.reason.code,
        "detail": finding.reason.detail,
        "text": both(why.why),
        "next": both(why.next),
    }


def _compared(compared: Compared) -> Json:
    return {
        "id": compared.id,
        "item": compared.item,
        "operator": compared.operator,
        "found": plain(compared.found),
        "wanted": plain(compared.wanted),
    }


def _clauses(book: _Book, finding: Finding, rule: Rule, host: str | None) -> list[Json]:
    key = (finding.rule, params_key(rule, finding.params))
    return [
        {
            "standard": asked.standard,
            "system": asked.system.code,
            "level": asked.level,
            "requirement": requirement.id,
            "clause": requirement.clauses[asked.level],
            "verified": requirement.verified,
        }
        for asked in book.asked
        if host is None or host in asked.system.hosts
        for requirement in asked.serves.get(key, ())
    ]


def told(measure: Measure) -> Json:
    """A measure in force, as a document names it."""
    return {
        "id": measure.id,
        "kind": measure.kind.value,
        "document": measure.document,
        "until": measure.until,
    }


def _summary(book: _Book, findings: Iterable[Finding]) -> Json:
    listed = tuple(findings)
    failing = [f for f in listed if f.verdict is Verdict.FAIL]
    ranks = [book.rules[f.rule].severity for f in failing]
    return {
        "total": len(listed),
        **{v.value: sum(f.verdict is v for f in listed) for v in Verdict},
        "failing": {s.value: ranks.count(s) for s in reversed(Severity)},
        "covered": sum(measure_of(f, book.covered, book.measures) is not None for f in failing),
    }


def _coverage(audited: Audited) -> Json:
    records = {r.host: r for r in audited.hosts}
    declared = dict.fromkeys((*audited.run.hosts_declared, *records))

    def count(holds: Callable[[HostRecord], bool]) -> int:
        return sum(holds(r) for r in records.values())

    seen = count(lambda r: r.status is not HostStatus.UNREACHABLE)
    return {
        "status": audited.run.status.value,
        "declared": len(declared),
        "reached": seen + count(lambda r: r.failure is not None and r.failure not in _SILENT),
        "logged_in": seen + count(lambda r: r.failure in _WITHIN),
        "audited": count(lambda r: r.status is HostStatus.AUDITED),
        "partly": count(lambda r: r.status is HostStatus.PARTLY),
        "unreachable": count(lambda r: r.status is HostStatus.UNREACHABLE),
        "not_started": len(declared) - len(records),
        "addresses_scanned": sum(not s.evidence.failure for s in audited.scans),
        "addresses_not_scanned": sum(bool(s.evidence.failure) for s in audited.scans),
    }
