"""From evidence to records: redact, parse to facts, judge. The same for a fresh audit and an old run."""

from collections.abc import Iterable, Mapping

from attt.evaluate.judge import judge
from attt.facts.endpoint import endpoint_facts
from attt.facts.learn import learn
from attt.facts.platforms import support_of
from attt.facts.redaction import redacted
from attt.facts.registry import FACTS
from attt.model import ask as asks
from attt.model import digest
from attt.model.answer import Answer
from attt.model.fact import Fact, FactKey, FactMissed
from attt.model.finding import Finding
from attt.model.inventory import Host, Inventory
from attt.model.rulebook import Rulebook
from attt.model.run import (
    HostEvidence,
    HostRecord,
    HostStatus,
    MissedFact,
    ScanEvidence,
    ScanRecord,
)
from attt.model.subject import Endpoint, Subject, host
from attt.plan.hosts import HostPlan, Use


def examine(
    evidence: HostEvidence, plan: HostPlan, rulebook: Rulebook
) -> tuple[HostRecord, dict[str, Answer]]:
    """Evidence → redacted answers → facts → findings: everything that is kept of one host.

    Answers to what the plan does not ask, as an old run may hold, are left aside.
    """
    asked = {asks.key(ask): ask for ask in plan.asks}
    answers = redacted(asked, {k: a for k, a in evidence.answers.items() if k in asked})
    digests = {key: digest.digest(answer) for key, answer in answers.items()}
    facts = learn(plan.facts, answers, digests, FACTS)
    missed = tuple(
        MissedFact(fact=str(key), obstacle=fact.obstacle, detail=fact.detail)
        for key, fact in facts.items()
        if isinstance(fact, FactMissed)
    )
    findings: tuple[Finding, ...] = ()
    if evidence.failure is None:
        findings = judge_all(host(plan.host.id), plan.uses, facts, rulebook, evidence.observed_at)
    record = HostRecord(
        host=plan.host.id,
        name=plan.host.name,
        address=evidence.address,
        status=_status(evidence, missed),
        observed_at=evidence.observed_at,
        failure=evidence.failure,
        detail=evidence.detail,
        platform=evidence.platform,
        support=support_of(evidence.platform),
        privilege=evidence.privilege,
        host_key=evidence.host_key,
        missed=missed if evidence.failure is None else (),
        findings=findings,
        answers=digests,
    )
    return record, answers


def _status(evidence: HostEvidence, missed: tuple[MissedFact, ...]) -> HostStatus:
    if evidence.failure is not None:
        return HostStatus.UNREACHABLE
    return HostStatus.PARTLY if missed else HostStatus.AUDITED


def judge_all(
    subject: Subject,
    asked: Iterable[Use],
    facts: Mapping[FactKey, Fact],
    rulebook: Rulebook,
    as_of: str,
) -> tuple[Finding, ...]:
    """Each (rule, parameters) judged once for the subject, in the order asked."""
    return tuple(
        judge(
            rulebook.rules[rule_id],
            dict(params),
            {alias: facts[key] for alias, key in rulebook.rules[rule_id].needs.items()},
            subject=subject,
            as_of=as_of,
        )
        for rule_id, params in asked
    )


def examine_scan(
    seen: ScanEvidence,
    inventory: Inventory,
    endpoint_uses: Mapping[str, tuple[Use, ...]],
    rulebook: Rulebook,
) -> ScanRecord:
    """What a scan saw of an address, judged for the systems of the hosts that declare it."""
    raw = digest.digest_of(seen.raw) if seen.raw else ""
    zone = inventory.zones.get(seen.zone or "")
    hosts = _declaring(inventory, seen.address)
    names = dict.fromkeys(name for host in hosts for name in (host.name, *host.addresses))
    facts = endpoint_facts(seen, zone, raw, tuple(names))
    systems = {s.code for host in hosts for s in inventory.systems_of(host.id)}
    asked = dict.fromkeys(use for code in sorted(systems) for use in endpoint_uses[code])
    subject = endpoint_of(seen.vantage, seen.address)
    findings = judge_all(subject, asked, facts, rulebook, seen.observed_at)
    return ScanRecord(evidence=seen, findings=findings, raw=raw)


def endpoint_of(vantage: str, address: str) -> Subject:
    """An address as a whole, seen from a vantage."""
    return Endpoint(vantage=vantage, address=address, protocol="", port=0).subject


def _declaring(inventory: Inventory, address: str) -> list[Host]:
    return [host for host in inventory.hosts.values() if address in host.addresses]
